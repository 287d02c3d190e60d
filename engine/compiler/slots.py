"""Where the modules lie in a PatchSpec, by name."""

FILTERS = ("/modules/filter/0", "/modules/filter/1")
OSCILLATORS = ("/modules/osc/0", "/modules/osc/1", "/modules/osc/2")
CHORUS, COMPRESSOR, DELAY, DISTORTION, EQ, FILTER_FX, FLANGER, PHASER, REVERB = (
    f"/modules/fx/{slot}" for slot in range(9)
)
AMP = "/modules/env/0"
SAMPLE = "/modules/sample"
VOICING = "/modules/voicing"
VOLUME = f"{VOICING}/volume_db"
STEREO = f"{VOICING}/stereo_percent"
"""The two that come last in Vital's chain."""

"""Made-up measurements of a good preset, to spoil one figure at a time."""

from collections.abc import Sequence

from limits_in_force import TARGET_LUFS

from engine.measure.overall import combine
from schemas.measurements import Measurements, NoteMeasurements, TakeMeasurements

FINE = {
    "note": 60,
    "velocity": 0.8,
    "hold_s": 1.0,
    "render_s": 3.0,
    "nonfinite_samples": 0,
    "peak": 0.5,
    "peak_dbfs": -6.02,
    "loudness_lufs": -20.0,
    "mono_loss_db": -0.5,
    "low_band_mono_loss_db": -0.2,
    "dc": 0.0,
    "stuck_db": -90.0,
    "click_db": -3.0,
    "attack_s": 0.01,
    "pitch_hz": 261.63,
    "pitch_cents_off": 0.0,
    "centroid_hz": 900.0,
    "width": 0.1,
}


def note(**changes: object) -> NoteMeasurements:
    return NoteMeasurements.model_validate(FINE | changes)


def take(condition: str = "macro 2 at 1", **changes: object) -> TakeMeasurements:
    fine = {
        "condition": condition, "macros": (None, 1.0, None, None), "notes": (60,), "velocity": 0.8, "hold_s": 0.4,
        "render_s": 0.4, "nonfinite_samples": 0, "peak": 0.4, "loudness_lufs": -40.0, "level_lufs": -40.0,
        "mono_loss_db": 0.0, "low_band_mono_loss_db": None,
    }  # fmt: skip
    return TakeMeasurements.model_validate(fine | changes)


def preset(
    style: str, *extra: NoteMeasurements, takes: Sequence[TakeMeasurements] = (), **changes: object
) -> Measurements:
    """A preset that passes everything in its style, but for `changes` to its centre note and the `extra` notes."""
    at_target = {"loudness_lufs": TARGET_LUFS[style] or -20.0}
    return combine([note(**(at_target | changes)), *extra], takes)

"""Bundled presets as sounds to compare, and the ones among them that are near-duplicates."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from engine.audio import Stereo
from engine.codec import decode
from engine.diversity import LibrarySound, NearSound, Sound, Sounds, coverage
from schemas.diversity import Coverage
from schemas.manifest import BundleManifest
from schemas.measurements import Measurements

Listed = tuple[BundleManifest, Mapping[str, bytes]]
"""A bundle's manifest, and its files by path."""

_FULL_SCALE = np.float32(32_768.0)


def preset_sound(title: str, measurements: Measurements | None, flac: Callable[[], bytes]) -> Sound | None:
    """A preset to compare, from its measurements and its preview; none if its timbre was not measured."""
    if measurements is None or measurements.timbre is None:
        return None

    def preview() -> tuple[Stereo, int]:
        pcm, sample_rate = decode(flac())
        return np.asarray(pcm, dtype=np.float32) / _FULL_SCALE, sample_rate

    return Sound(title=title, figures=measurements.timbre, preview=preview)


def base_sound(manifest: BundleManifest, files: Mapping[str, bytes]) -> Sound | None:
    """A bundle's base preset to compare."""
    base = manifest.presets[0]
    return preset_sound(base.title, base.measurements, lambda: files[base.files.flac])


def near_duplicates(bundles: Iterable[Listed]) -> dict[str, NearSound]:
    """By key, the bundles whose base preset is a near-duplicate of an earlier one's that isn't one itself."""
    kept = Sounds()
    found: dict[str, NearSound] = {}
    for manifest, files in bundles:
        sound = base_sound(manifest, files)
        if sound is None:
            continue
        near = kept.near_duplicate(sound)
        if near is None:
            kept.add(sound)
        else:
            found[manifest.key] = near
    return found


def covered(manifests: Sequence[BundleManifest]) -> Coverage | None:
    """What the presets of bundles cover of what people make; none if no timbre was measured."""
    presets = [
        LibrarySound(manifest.style, preset.measurements.timbre, base=preset.kind == "base")
        for manifest in manifests
        for preset in manifest.presets
        if preset.measurements and preset.measurements.timbre
    ]
    return coverage(presets) if presets else None

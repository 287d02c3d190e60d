"""Bundled presets as sounds: what is compared, and which of them are left out as near-duplicates."""

import numpy as np
import pytest

from engine.bundle.likeness import base_sound, covered, near_duplicates, preset_sound
from engine.codec import encode_flac
from engine.diversity.human import AXES_IN_ORDER
from engine.measure.overall import summarise
from schemas.manifest import BundledPreset, BundleManifest, PresetFiles
from schemas.measurements import Measurements
from schemas.request import Request

RATE = 44_100
STILL = dict.fromkeys(AXES_IN_ORDER, 5.0)
NOTE = {
    "note": 48, "velocity": 0.8, "hold_s": 1.0, "render_s": 3.0, "nonfinite_samples": 0, "peak": 0.5,
    "peak_dbfs": -6.02, "loudness_lufs": -24.0, "mono_loss_db": 0.0, "low_band_mono_loss_db": None, "dc": 0.0,
    "stuck_db": None, "click_db": -3.0, "attack_s": 0.01, "pitch_hz": None, "pitch_cents_off": None,
    "centroid_hz": 900.0, "width": 0.0,
}  # fmt: skip


def audio(*partials_hz: float) -> np.ndarray:
    time = np.arange(RATE) / RATE
    wave = 0.1 * sum(np.sin(2 * np.pi * hz * time) for hz in partials_hz)
    return np.stack((wave, wave)).astype(np.float32)


FLAC, OTHER_FLAC = encode_flac(audio(220), RATE), encode_flac(audio(220, 3000), RATE)


def measured(**figures: float) -> Measurements:
    return summarise([NOTE]).model_copy(update={"timbre": STILL | figures})


def preset(title: str, measurements: Measurements | None, kind: str = "base") -> BundledPreset:
    files = {"preset": f"presets/{title}.vital", "waveform": "w.png", "spectrogram": "s.png"}
    return BundledPreset(
        id=kind,
        kind=kind,
        title=title,
        preset_sha256="0" * 64,
        preview_s=1.0,
        renders=1,
        measurements=measurements,
        files=PresetFiles(flac=f"previews/{title}.flac", **files),
    )


def listed(
    title: str, measurements: Measurements | None, *more: BundledPreset, flac: bytes = FLAC
) -> tuple[BundleManifest, dict[str, bytes]]:
    manifest = BundleManifest(
        key=title.encode().hex().ljust(64, "0"),
        title=title,
        style="Pad",
        request=Request(prompt="pad"),
        planner_version="1",
        template_id="warm_pad",
        template_version=1,
        macros=(),
        presets=(preset(title, measurements), *more),
        versions={},
        files=(),
    )
    return manifest, {f"previews/{title}.flac": flac}


def likeness(*bundles) -> dict[str, tuple[str, float]]:
    """By title the near-duplicates, and what they are like."""
    titles = {manifest.key: manifest.title for manifest, _ in bundles}
    return {titles[key]: tuple(near) for key, near in near_duplicates(bundles).items()}


def test_a_preset_is_compared_by_its_title_its_figures_and_its_preview_at_full_scale():
    made = preset_sound("Drift", measured(width=-3.0), lambda: encode_flac(audio(0.0) + 0.5, RATE))
    assert (made.title, dict(made.figures)) == ("Drift", STILL | {"width": -3.0})
    samples, rate = made.preview()
    assert (samples.shape, samples.dtype, rate) == ((2, RATE), np.float32, RATE)
    assert (samples == 0.5).all()


def test_what_was_not_measured_is_not_compared():
    assert preset_sound("Drift", None, lambda: FLAC) is None
    assert preset_sound("Drift", summarise([NOTE]), lambda: FLAC) is None


def test_a_bundle_is_compared_by_its_base():
    other = preset("Drift - Wider", measured(width=90.0), kind="wider")
    made = base_sound(*listed("Drift", measured(), other))
    assert (made.title, dict(made.figures)) == ("Drift", STILL)
    assert made.preview()[0].max() == pytest.approx(0.1, abs=0.001)


def test_the_later_of_two_that_sound_alike_is_found():
    ash, birch = listed("Ash", measured()), listed("Birch", measured(brightness=5.3))
    assert likeness(ash, birch) == {"Birch": ("Ash", 0.5)}
    assert likeness(birch, ash) == {"Ash": ("Birch", 0.5)}


def test_sounds_that_figures_or_previews_tell_apart_are_none():
    assert likeness(listed("Ash", measured()), listed("Birch", measured(brightness=5.6))) == {}
    assert likeness(listed("Ash", measured()), listed("Birch", measured(), flac=OTHER_FLAC)) == {}


def test_a_near_duplicate_keeps_nothing_else_out():
    """Three in a row, each half a unit and more from the next: the third is like the second alone."""
    row = [listed(title, measured(brightness=at)) for title, at in (("Ash", 5.0), ("Birch", 5.36), ("Cedar", 5.72))]
    assert likeness(*row) == {"Birch": ("Ash", 0.6)}


def test_what_was_not_measured_is_passed_over_and_those_after_it_are_not():
    bundles = [listed("Ash", measured()), listed("Birch", None), listed("Cedar", measured())]
    assert likeness(*bundles) == {"Cedar": ("Ash", 0.0)}


def test_coverage_counts_measured_presets_and_compares_bases_alone():
    wider = preset("Ash - Wider", measured(brightness=5.01), kind="wider")
    unheard = preset("Ash - Darker", None, kind="darker")
    without = preset("Ash - Steadier", summarise([NOTE]), kind="steadier")
    manifests = [
        listed("Ash", measured(), wider, unheard, without)[0],
        listed("Birch", measured(brightness=6.2))[0],
        listed("Cedar", None)[0],
    ]
    (pads,) = covered(manifests).styles
    assert (pads.style, pads.presets, pads.nearest) == ("Pad", 3, 2.0)


def test_there_is_no_coverage_of_what_was_not_measured():
    assert covered([listed("Ash", None)[0], listed("Birch", summarise([NOTE]))[0]]) is None
    assert covered([]) is None

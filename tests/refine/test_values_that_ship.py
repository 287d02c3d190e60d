"""Values in presets as they ship, rendered: kept where the gates allow it, told with both numbers where not."""

from collections.abc import Iterator

import orjson
import pytest

from bench.values.vital_file import VitalFile
from engine.bundle import read_zip
from engine.render.pool import RenderPool
from engine.stages import run_request
from schemas.manifest import BundledPreset, BundleManifest
from schemas.request import Request


@pytest.fixture(scope="module")
def pool() -> Iterator[RenderPool]:
    with RenderPool(workers=2, time_limit_s=60) as pool:
        yield pool


def shipped(prompt: str, pool: RenderPool, *, variations: int = 0) -> list[tuple[BundledPreset, VitalFile]]:
    files = read_zip(run_request(Request(prompt=prompt, seed=3, variations=variations), pool).zip)
    manifest = BundleManifest.model_validate_json(files["meta/manifest.json"])
    return [(one, VitalFile(orjson.loads(files[one.files.preset]))) for one in manifest.presets]


def test_an_envelope_ships_as_it_was_asked_for_in_all_variations(pool: RenderPool) -> None:
    prompt = "saw pluck attack 10 ms decay 300 ms sustain 50% release 200 ms"
    for preset, file in shipped(prompt, pool, variations=2):
        assert file.value("attack") == pytest.approx(0.01, rel=0.05)
        assert file.value("decay") == pytest.approx(0.3, rel=0.05)
        assert file.value("sustain") == pytest.approx(50.0, rel=0.05)
        assert file.value("release") == pytest.approx(0.2, rel=0.05)
        assert {(one.noun, one.kept) for one in preset.values} == {
            ("waveform", True),
            ("attack", True),
            ("decay", True),
            ("sustain", True),
            ("release", True),
        }


def test_what_a_gate_stands_against_is_told_with_both_numbers(pool: RenderPool) -> None:
    [(preset, file)] = shipped("supersaw lead, stereo width 100%, chorus 100%, reverb 60%", pool)
    width = next(one for one in preset.values if one.noun == "width")
    assert width.asked == 100.0
    assert width.found == pytest.approx(file.value("width"), abs=0.05)
    assert not width.kept
    assert "mono" in width.reason


def test_a_denied_effect_is_off_in_what_ships(pool: RenderPool) -> None:
    for _, file in shipped("pad, reverb off, delay off, chorus off", pool, variations=1):
        assert not any(file.is_on(effect) for effect in ("reverb", "delay", "chorus"))


def test_a_word_that_is_a_value_is_not_asked_to_be_heard(pool: RenderPool) -> None:
    [(preset, file)] = shipped("lead with vibrato at 5 Hz", pool)
    assert file.value("vibrato_rate") == pytest.approx(5.0, rel=0.05)
    assert not preset.words

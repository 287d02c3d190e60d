"""What is done about a sound that is too quiet but as loud as its peaks allow, heard after each step."""

import pytest
from fake_renderer import FakeRenderer, FakeSound, plain
from made_up import FOUR, candidate, macro, patch

from engine.audition import audition
from engine.planner import plan
from engine.repair import PeakStep, means_left_alone, round_off
from schemas.effects import EFFECTS

COMPRESSOR, DISTORTION, EFFECTS_FILTER = (EFFECTS.index(name) for name in ("compressor", "distortion", "filter_fx"))
BUSY = {"fx/1/on": True, "fx/3/on": True, "fx/5/on": True}


def rounded(spec, missing_db, *before, peak_db=-4.0, **how):
    return round_off(spec, missing_db=missing_db, peak_db=peak_db, before=before, **how)


@pytest.mark.parametrize(("missing_db", "below_db"), [(0.95, 6.0), (2.5, 6.0), (2.6, 12.0), (9.0, 12.0)])
def test_a_compressor_comes_first_and_last_in_the_chain(missing_db, below_db):
    made = rounded(patch(), missing_db)
    compressor = made.spec.modules.fx[COMPRESSOR]
    assert (compressor.on, compressor.bands, compressor.mix_percent) == (True, "single", 100.0)
    assert compressor.band_upper_threshold_db == -4.0 - below_db
    assert (compressor.band_upper_ratio, compressor.band_lower_ratio, compressor.band_gain_db) == (0.8, 0.0, 0.0)
    assert made.spec.modules.fx_order[-1] == "compressor"
    assert sorted(made.spec.modules.fx_order) == sorted(EFFECTS)
    assert (made.done.kind, made.done.subject, made.done.amount) == ("peaks", "a compressor", below_db)
    assert made.done.reason == f"{missing_db:.1f} dB too quiet, and as loud as its peaks allowed"
    assert not made.takes_back


def test_what_has_helped_goes_further_down_from_where_it_began():
    first = rounded(patch(), 2.4)
    second = rounded(first.spec, 1.9, first.step, peak_db=-9.0)
    assert second.spec.modules.fx[COMPRESSOR].band_upper_threshold_db == -16.0
    third = rounded(second.spec, 1.4, first.step, second.step)
    assert third.spec.modules.fx[COMPRESSOR].band_upper_threshold_db == -22.0
    assert [second.takes_back, third.takes_back] == [False, False]
    fourth = rounded(third.spec, 0.95, first.step, second.step, third.step, peak_db=-10.0)
    assert fourth.step.means == "soft_clip"
    assert fourth.spec.modules.fx[COMPRESSOR].on


def test_what_has_not_helped_is_taken_back_and_something_else_is_tried():
    first = rounded(patch(), 3.0)
    second = rounded(first.spec, 2.7, first.step)
    assert second.takes_back
    assert not second.spec.modules.fx[COMPRESSOR].on
    assert (second.step.means, second.step.degree) == ("soft_clip", 1), "3.0 dB by 4 dB of drive"
    clip = second.spec.modules.fx[DISTORTION]
    assert (clip.on, clip.curve, clip.mix_percent, clip.drive_db) == (True, "soft_clip", 100.0, 8.0)
    assert second.spec.modules.fx_order[-1] == "distortion"


def test_a_further_step_that_has_not_helped_is_taken_back_to_the_one_before():
    first = rounded(patch(), 2.4)
    second = rounded(first.spec, 1.9, first.step)
    third = rounded(second.spec, 1.8, first.step, second.step)
    assert third.takes_back
    assert third.spec.modules.fx[COMPRESSOR].band_upper_threshold_db == -10.0
    assert third.step.means == "soft_clip"


def test_saturation_goes_on_even_if_its_first_step_is_hardly_heard():
    steps = [PeakStep("soft_clip", 0, 2.0, -4.0)]
    made = rounded(patch(**{"fx/1/on": True, "fx/3/on": True}), 1.9, *steps)
    assert (made.step.means, made.step.degree, made.takes_back) == ("soft_clip", 1, False)
    assert made.spec.modules.fx[DISTORTION].drive_db == 8.0


@pytest.mark.parametrize(
    ("missing_db", "drive_db"), [(1.5, 4.0), (1.6, 8.0), (3.1, 12.0), (4.6, 16.0), (6.0, 16.0), (6.1, 20.0)]
)
def test_a_sound_is_driven_no_further_than_what_is_missing_takes(missing_db, drive_db):
    made = rounded(patch(**{"fx/1/on": True}), missing_db)
    assert made.spec.modules.fx[DISTORTION].drive_db == drive_db


def test_a_filter_among_the_effects_saturates_where_the_distortion_is_in_use():
    made = rounded(patch(**{"fx/1/on": True, "fx/3/on": True}), 2.0, peak_db=-2.0)
    driven = made.spec.modules.fx[EFFECTS_FILTER]
    assert (driven.on, driven.model, driven.cutoff_hz, driven.drive_db) == (True, "ladder", 20_000.0, 6.0)
    assert made.done.subject == "a saturating filter"
    deep = rounded(patch(**{"fx/1/on": True, "fx/3/on": True}), 9.0, peak_db=-20.0)
    assert deep.spec.modules.fx[EFFECTS_FILTER].drive_db == 20.0


def test_what_a_macro_or_a_route_moves_is_in_use():
    mix = {"role_id": "grit", "label": "GRIT", "targets": [{"path": "/modules/fx/3/mix_percent", "amount": 0.5}]}
    made = rounded(patch(mix, **{"fx/1/on": True}), 2.0)
    assert made.step.means == "effects_filter"


def test_the_range_of_velocity_is_halved_last_and_once():
    spec = patch(**BUSY, **{"voicing/velocity_track_percent": 30.0})
    made = rounded(spec, 2.0)
    assert made.spec.modules.voicing.velocity_track_percent == 15.0
    assert (made.done.subject, made.done.amount, made.done.unit) == ("less velocity", 15.0, "% of velocity")
    assert rounded(made.spec, 1.5, made.step) is None
    assert rounded(patch(**BUSY, **{"voicing/velocity_track_percent": 9.9}), 2.0) is None


@pytest.mark.parametrize(
    ("prompt", "left_alone"),
    [
        ("warm bass", set()),
        ("warm bass without compressor", {"compressor"}),
        ("bass, no distortion", {"soft_clip", "effects_filter"}),
        ("bass, compressor 40 %", {"compressor"}),
        ("bass, no filter", {"effects_filter"}),
        ("velocity sensitive bass", {"velocity"}),
        ("clean bass", {"soft_clip", "effects_filter"}),
    ],
)
def test_what_a_prompt_denies_or_sets_is_left_alone(prompt, left_alone):
    assert means_left_alone(plan(prompt)) == left_alone


def test_what_is_left_alone_is_not_used():
    assert rounded(patch(), 2.0, left_alone={"compressor"}).step.means == "soft_clip"
    assert rounded(patch(), 2.0, left_alone={"compressor", "soft_clip", "effects_filter", "velocity"}) is None


def peaky(crest_db, *, compressed_db=0.0, clipped_db=0.0):
    """A bass whose lowest note has peaks that a compressor and a soft clip take off by so much."""

    def sound(played):
        taken_db = compressed_db * played.settings["compressor_on"] + clipped_db * played.settings["distortion_on"]
        crest = crest_db - taken_db if played.notes == (36,) else 0.0
        return FakeSound(plain(played).lufs - 4.0, crest_db=crest)

    return sound


def shipped(sound, **known):
    fake = FakeRenderer(sound)
    (found,) = audition([candidate(patch(*FOUR), **known)], fake)
    return found.preset, fake.jobs


def told(preset):
    return [(one.kind, one.subject) for one in preset.repairs]


def test_a_sound_whose_peaks_a_compressor_takes_off_ships_at_its_level():
    preset, jobs = shipped(peaky(20.0, compressed_db=4.0))
    assert preset.status == "accepted", preset.refused_because
    assert preset.measurements.overall.loudness_lufs == pytest.approx(-18.0, abs=0.06)
    assert told(preset) == [("peaks", "a compressor"), ("level", "")]
    assert [bool(job.keep) for job in jobs] == [True, True, False]
    assert {turn.macro for turn in jobs[-1].turns} == {1, 2, 3, 4}


def test_of_a_means_that_did_not_help_nothing_is_told():
    preset, _ = shipped(peaky(20.0, clipped_db=4.0))
    assert preset.status == "accepted", preset.refused_because
    assert told(preset) == [("peaks", "a soft clip"), ("level", "")]
    assert not preset.spec.modules.fx[COMPRESSOR].on


def test_what_no_means_helps_is_refused_as_too_quiet():
    preset, jobs = shipped(peaky(20.0))
    assert preset.status == "refused"
    assert any(reason.startswith("Too quiet: ") for reason in preset.refused_because)
    assert len(jobs) <= 8


def test_what_may_not_be_done_is_not_done_and_the_sound_refused():
    alone = frozenset(("compressor", "soft_clip", "effects_filter", "velocity"))
    preset, jobs = shipped(peaky(20.0, compressed_db=4.0), left_alone=alone)
    assert preset.refused_because == ("Too quiet: -20.9 LUFS (at least -19.0 LUFS) on note 48",)
    assert told(preset) == [("level", "")]
    assert len(jobs) == 2


def test_less_than_nine_tenths_of_a_decibel_is_left_as_it_is():
    preset, _ = shipped(peaky(17.9, compressed_db=4.0))
    assert preset.status == "accepted"
    assert told(preset) == [("level", "")]


def test_macros_that_were_heard_before_are_heard_again_behind_a_compressor():
    one = macro("ONE", cutoff=0.3)
    fake = FakeRenderer(peaky(20.0, compressed_db=4.0))
    (first,) = audition([candidate(patch(one))], fake)
    known = first.preset.macros
    fake = FakeRenderer(peaky(20.0, compressed_db=4.0))
    (found,) = audition([candidate(patch(one), macros=known)], fake)
    assert found.preset.status == "accepted", found.preset.refused_because
    assert {turn.macro for turn in fake.jobs[-1].turns} == {1}


def settings(spec, number):
    """What is set of an effect that isn't as Vital starts with it."""
    before, now = (one.modules.fx[number].model_dump() for one in (patch(), spec))
    return {name: value for name, value in now.items() if value != before[name]}


def test_each_means_is_set_so_that_nothing_but_its_peaks_is_heard():
    compressor = {"on": True, "bands": "single", "attack_percent": 10.0, "band_gain_db": 0.0,
                  "band_upper_threshold_db": -10.0, "band_upper_ratio": 0.8, "band_lower_ratio": 0.0}  # fmt: skip
    assert settings(rounded(patch(), 1.0).spec, COMPRESSOR) == compressor
    compressor_busy = patch(**{"fx/1/on": True, "fx/3/filter_order": "pre", "fx/3/mix_percent": 30.0})
    clipped = rounded(compressor_busy, 1.0).spec
    assert settings(clipped, DISTORTION) == {"on": True, "drive_db": 4.0}
    filtered = rounded(patch(**{**BUSY, "fx/5/on": False, "fx/5/mix_percent": 30.0}), 1.0).spec
    assert settings(filtered, EFFECTS_FILTER) == {
        "on": True, "model": "ladder", "cutoff_hz": 20_000.0, "resonance_percent": 0.0, "drive_db": 4.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("peak_db", "threshold_db", "drive_db"),
    [(-4.04, -10.0, 4.0), (-4.06, -10.1, 4.1), (9.0, 0.0, 0.0), (-78.0, -80.0, 30.0), (-29.9, -35.9, 29.9)],
)
def test_settings_are_tenths_of_a_decibel_within_what_vital_goes_to(peak_db, threshold_db, drive_db):
    compressed = rounded(patch(), 1.0, peak_db=peak_db).spec.modules.fx[COMPRESSOR]
    assert compressed.band_upper_threshold_db == threshold_db
    clipped = rounded(patch(**{"fx/1/on": True}), 1.0, peak_db=peak_db).spec.modules.fx[DISTORTION]
    assert clipped.drive_db == drive_db


def test_the_last_step_decides_whether_it_is_taken_back():
    first = rounded(patch(), 3.0)
    second = rounded(first.spec, 2.9, first.step)
    third = rounded(second.spec, 1.2, first.step, second.step)
    assert (second.takes_back, third.takes_back) == (True, False)
    assert third.spec.modules.fx[DISTORTION].on
    steps = [PeakStep("compressor", degree, 2.4 - 0.5 * degree, -4.0) for degree in (0, 1, 2)]
    deepest = patch(**{"fx/1/on": True, "fx/1/band_upper_threshold_db": -22.0})
    back = rounded(deepest, 1.3, *steps)
    assert back.takes_back
    assert back.spec.modules.fx[COMPRESSOR].band_upper_threshold_db == -16.0, "the last that has helped"


def test_half_a_velocity_is_told_to_a_tenth():
    odd = rounded(patch(**BUSY, **{"voicing/velocity_track_percent": 20.5}), 1.0)
    assert odd.done.amount == odd.spec.modules.voicing.velocity_track_percent == 10.2
    assert rounded(patch(**BUSY, **{"voicing/velocity_track_percent": 10.0}), 1.0).done.amount == 5.0


@pytest.mark.parametrize(("gained_db", "helped"), [(0.41, True), (0.39, False)])
def test_a_step_has_helped_that_gains_four_tenths_of_a_decibel(gained_db, helped):
    first = rounded(patch(), 2.0)
    assert rounded(first.spec, 2.0 - gained_db, first.step).takes_back is not helped


@pytest.mark.parametrize(("grit", "saturated"), [(-0.49, True), (-0.5, False)])
def test_how_clean_a_sound_must_be_asked_for_not_to_be_saturated(grit, saturated):
    intent = plan("warm bass").model_copy(update={"axes": {"grit": grit}})
    assert ("soft_clip" not in means_left_alone(intent)) is saturated

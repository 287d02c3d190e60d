"""What a feature that is wanted or banned switches and sets, and the modulations that words ask for."""

from copy import deepcopy

import pytest
from drafts import changes, draft

from engine.generate.bans import apply_bans
from engine.generate.draft import Draft
from engine.generate.features import SWITCHES, apply_features, apply_motions
from engine.planner import plan

WANTED = {
    "reverb": {"fx/8/on": True, "fx/8/mix_percent": 25.0},
    "delay": {"fx/2/on": True, "fx/2/mix_percent": 25.0, "fx/2/feedback_percent": 35.0},
    "chorus": {"fx/0/on": True, "fx/0/mix_percent": 35.0},
    "phaser": {"fx/7/on": True, "fx/7/mix_percent": 60.0},
    "flanger": {"fx/6/on": True, "fx/6/mix_percent": 50.0},
    "distortion": {"fx/3/on": True, "fx/3/drive_db": 8.0, "fx/3/mix_percent": 60.0},
    "bitcrush": {"fx/3/on": True, "fx/3/curve": "bit_crush", "fx/3/mix_percent": 60.0},
    "compressor": {"fx/1/on": True, "fx/1/mix_percent": 40.0},
    "eq": {"fx/4/on": True},
    "filter": {"filter/0/on": True},
    "noise": {"sample/on": True, "sample/level_percent": 6.0},
}
DRY = {f"fx/{n}/mix_percent": 0.0 for n in (0, 1, 2, 3, 6, 7, 8)} | {
    "fx/2/feedback_percent": 0.0,
    "fx/3/drive_db": 0.0,
    "sample/level_percent": 0.0,
}
ALL_ON = {path: True for settings in WANTED.values() for path in settings if path.endswith("/on")}


def intent(features, **axes):
    return plan("lead").model_copy(update={"axes": axes, "features": features})


def changed(patch, features, *, motions=False, **axes):
    before = Draft(deepcopy(patch.document))
    asked = intent(features, **axes)
    if not motions:
        apply_bans(patch, asked)
    (apply_motions if motions else apply_features)(patch, asked)
    return changes(before, patch)


def test_every_switch_has_its_row():
    assert set(WANTED) == set(SWITCHES)


@pytest.mark.parametrize("feature", WANTED)
def test_a_wanted_feature_is_on_and_at_least_so_much(feature):
    assert changed(draft(DRY), {feature: "wanted"}) == WANTED[feature]
    louder = {path: 90.0 for path in DRY if path.endswith("percent")} | {"fx/3/drive_db": 20.0}
    numbers = {path for path, value in changed(draft(louder), {feature: "wanted"}).items() if path in louder}
    assert numbers == set(), "what is set to more stays"


@pytest.mark.parametrize("feature", WANTED)
def test_a_banned_feature_is_off_and_no_other(feature):
    switch = next(path for path in WANTED[feature] if path.endswith("/on"))
    assert changed(draft(ALL_ON), {feature: "banned"}) == {switch: False}


@pytest.mark.parametrize("feature", WANTED)
def test_a_feature_of_which_nothing_was_said_stays(feature):
    assert changed(draft(ALL_ON), {}) == {}


@pytest.mark.parametrize(
    ("features", "before", "after"),
    [
        (
            {"unison": "banned"},
            {f"osc/{n}/unison/voices": 5 for n in range(3)},
            {f"osc/{n}/unison/voices": 1 for n in range(3)},
        ),
        ({"unison": "wanted"}, {"osc/1/unison/voices": 4}, {"osc/0/unison/voices": 5, "osc/1/unison/voices": 5}),
        ({"unison": "wanted"}, {"osc/0/unison/voices": 7, "osc/1/unison/voices": 5}, {}),
        ({"stereo": "banned"}, {}, {"voicing/stereo_percent": 0.0}),
        ({"stereo": "wanted"}, {}, {}),
        ({"velocity": "banned"}, {"voicing/velocity_track_percent": 50.0}, {"voicing/velocity_track_percent": 0.0}),
        ({"velocity": "wanted"}, {"voicing/velocity_track_percent": 50.0}, {}),
        (
            {"sub": "wanted"},
            {"osc/2/unison/voices": 3},
            {
                "osc/2/on": True,
                "osc/2/wavetable/table": {"kind": "own", "id": "sine"},
                "osc/2/transpose_semitones": -12,
                "osc/2/level_percent": 35.0,
                "osc/2/unison/voices": 1,
                "osc/2/random_phase_percent": 0.0,
                "osc/2/destination": "direct_out",
            },
        ),
        ({"sub": "wanted"}, {"osc/2/on": True, "osc/2/transpose_semitones": -12}, {}),
        (
            {"sub": "wanted"},
            {"osc/2/on": True, "osc/2/transpose_semitones": -11},
            {
                "osc/1/on": True,
                "osc/1/wavetable/table": {"kind": "own", "id": "sine"},
                "osc/1/transpose_semitones": -12,
                "osc/1/level_percent": 35.0,
                "osc/1/random_phase_percent": 0.0,
                "osc/1/destination": "direct_out",
            },
        ),
        ({"sub": "banned"}, {}, {}),
    ],
)
def test_sources_are_what_words_want_of_them(features, before, after):
    assert changed(draft(before), features) == after


AMP = "voicing/voice_amplitude_percent"
PITCH = "voicing/transpose_semitones"
CUTOFF = "filter/0/cutoff_hz"


def own(shape):
    return {"kind": "own", "id": shape}


MOTIONS = {
    "filter_sweep": {
        "filter/0/on": True,
        "lfo/0/shape": own("sine"),
        "lfo/0/sync": "free",
        "lfo/0/rate_hz": pytest.approx(0.176777, rel=1e-4),
        f"lfo_1 > {CUTOFF}": 0.3,
    },
    "vibrato": {
        "lfo/0/shape": own("sine"),
        "lfo/0/sync": "free",
        "lfo/0/rate_hz": 5.5,
        "lfo_1 > voicing/tune_cents": 0.12,
    },
    "tremolo": {"lfo/0/shape": own("sine"), "lfo/0/sync": "free", "lfo/0/rate_hz": 6.0, f"lfo_1 > {AMP}": -0.6},
    "gate": {AMP: 5.0, "lfo/0/shape": own("gate_trance"), "lfo/0/tempo": "1/1", f"lfo_1 > {AMP}": 0.95},
    "pump": {AMP: 15.0, "lfo/0/shape": own("sidechain"), "lfo/0/tempo": "1/4", f"lfo_1 > {AMP}": 0.85},
    "arpeggio": {"lfo/0/shape": own("steps_octaves"), f"lfo_1 > {PITCH}": 0.25},
    "pitch_rise": {
        "lfo/0/shape": own("rise"),
        "lfo/0/mode": "envelope",
        "lfo/0/sync": "free",
        "lfo/0/rate_hz": 0.5,
        f"lfo_1 > {PITCH}": 0.25,
    },
    "pitch_drop": {
        "lfo/0/shape": own("decay"),
        "lfo/0/mode": "envelope",
        "lfo/0/sync": "free",
        "lfo/0/rate_hz": 1.5,
        f"lfo_1 > {PITCH}": 0.25,
    },
    "sync": {"osc/0/warp/type": "sync", "osc/0/warp/amount_percent": 35.0},
    "formant": {"filter/0/on": True, "filter/0/model": "formant"},
}
BIPOLAR = {"filter_sweep", "vibrato"}


@pytest.mark.parametrize("feature", MOTIONS)
def test_a_motion_that_is_wanted_is_there(feature):
    made = draft()
    assert changed(made, {feature: "wanted"}, motions=True) == MOTIONS[feature]
    for route in made.document["modulation"]["routes"]:
        assert route["polarity"] == ("bipolar" if feature in BIPOLAR else "unipolar")


@pytest.mark.parametrize("feature", MOTIONS)
def test_a_motion_that_is_banned_is_not_made(feature):
    assert changed(draft(), {feature: "banned"}, motions=True) == {}


def test_a_feature_without_a_motion_makes_none():
    assert changed(draft(), {"reverb": "wanted", "fm": "wanted"}, motions=True) == {}


@pytest.mark.parametrize(("rate", "hz"), [(-1.0, 0.0625), (0.0, 0.5), (1.0, 4.0)])
def test_a_sweep_is_as_fast_as_words_say(rate, hz):
    made = draft()
    changed(made, {"filter_sweep": "wanted"}, motions=True, rate=rate)
    assert made.get("/modules/lfo/0/rate_hz") == pytest.approx(hz)


@pytest.mark.parametrize(("hz", "after"), [(100.0, 250.0), (260.0, 260.0), (1400.0, 1400.0), (8000.0, 1500.0)])
def test_a_sweep_travels_about_a_cutoff_that_leaves_room_on_both_sides(hz, after):
    made = draft({"filter/0/cutoff_hz": hz})
    changed(made, {"filter_sweep": "wanted"}, motions=True)
    assert made.get(f"/modules/{CUTOFF}") == pytest.approx(after)


def moved(amount, *, sync="free", source="lfo_3", target="voicing/tune_cents", feature="vibrato"):
    """A motion where the template has its own LFO."""
    changes_ = {f"lfo/{n}/{field}": value for n in (0, 2) for field, value in (("sync", sync), ("rate_hz", 1.0))}
    made = draft(changes_, [(source, f"/modules/{target}", amount)])
    return changed(made, {feature: "wanted"}, motions=True)


def test_where_an_lfo_moves_it_already_that_one_goes_as_far_as_is_wanted_at_the_rate_that_is_wanted():
    assert moved(0.05) == {"lfo/2/rate_hz": 5.5, "lfo_3 > voicing/tune_cents": 0.12}
    assert moved(-0.05) == {"lfo/2/rate_hz": 5.5, "lfo_3 > voicing/tune_cents": -0.12}
    assert moved(0.5) == {"lfo/2/rate_hz": 5.5}
    assert moved(0.0, target=AMP, feature="tremolo") == {"lfo/2/rate_hz": 6.0, f"lfo_3 > {AMP}": -0.6}


def test_one_that_follows_the_tempo_keeps_its_place_in_the_rhythm():
    assert moved(0.05, sync="tempo") == {"lfo_3 > voicing/tune_cents": 0.12}


def test_a_motion_without_a_rate_leaves_the_lfos_own():
    assert moved(0.05, target=PITCH, feature="arpeggio") == {f"lfo_3 > {PITCH}": 0.25}


def test_another_source_or_another_target_is_no_such_motion():
    assert "lfo_1 > voicing/tune_cents" in moved(0.05, source="env_2")
    assert "lfo_1 > voicing/tune_cents" in moved(0.05, target="osc/0/tune_cents")


@pytest.mark.parametrize(("used", "lfo"), [(0, "lfo_1"), (1, "lfo_2"), (7, "lfo_8"), (8, None)])
def test_a_motion_takes_the_first_lfo_that_nothing_uses(used, lfo):
    made = draft({}, [(f"lfo_{n}", "/modules/osc/0/pan_percent", 0.1) for n in range(1, used + 1)])
    found = changed(made, {"vibrato": "wanted"}, motions=True)
    assert [path for path in found if ">" in path] == ([f"{lfo} > voicing/tune_cents"] if lfo else [])


@pytest.mark.parametrize(
    ("feature", "amount", "motion"),
    [
        ("pitch_drop", 0.1, False),
        ("pitch_drop", -0.1, True),
        ("pitch_rise", -0.1, False),
        ("pitch_rise", 0.1, True),
    ],
)
def test_a_pitch_that_has_its_own_course_gets_no_second(feature, amount, motion):
    made = draft({}, [("env_2", "/modules/osc/0/transpose_semitones", amount)])
    assert bool(changed(made, {feature: "wanted"}, motions=True)) is motion


def test_a_warp_that_the_template_has_is_kept():
    assert changed(draft({"osc/0/warp/type": "bend"}), {"sync": "wanted"}, motions=True) == {}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            {"filter/0/on": True},
            {"filter/1/on": True, "filter/1/model": "formant", "filter/1/from_other_filter": True},
        ),
        (
            {"filter/1/on": True, "filter/0/style": 2},
            {"filter/0/on": True, "filter/0/model": "formant", "filter/0/style": 0},
        ),
        ({"filter/0/on": True, "filter/1/on": True}, {}),
        ({"filter/0/on": True, "filter/0/model": "formant"}, {}),
        ({"filter/0/model": "formant"}, {"filter/0/on": True}),
    ],
)
def test_a_vowel_takes_a_filter_that_is_free(before, after):
    assert changed(draft(before), {"formant": "wanted"}, motions=True) == after

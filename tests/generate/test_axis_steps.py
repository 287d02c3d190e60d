"""What single steps change, on either side of where they begin to."""

from copy import deepcopy

import pytest
from drafts import FULL, changes, draft, full

from engine.generate.axis_steps import (
    AxisMove,
    above_basses,
    body,
    drift,
    hiss,
    hollow,
    low_shelf,
    more_voices,
    muffle,
    overtones,
    routes,
    sub,
    tempo_steps,
    thinner_subs,
)
from engine.generate.draft import Draft

MIX, ON = "/modules/fx/0/mix_percent", "/modules/fx/0/on"


def stepped(step, patch, strength):
    """What a step changes, to five digits."""
    before = Draft(deepcopy(patch.document))
    step(patch, strength)
    return {
        path: pytest.approx(value, rel=1e-4) if isinstance(value, float) else value
        for path, value in changes(before, patch).items()
    }


def moved(move, start, *, strength=1.0, on=True):
    made = draft({"fx/0/on": on, "fx/0/mix_percent": start})
    move(made, strength)
    return made.get(MIX), made.get(ON)


def test_a_move_is_a_part_of_the_travel_times_its_strength():
    assert moved(AxisMove(MIX, 0.2), 40.0) == (pytest.approx(60.0), True)
    assert moved(AxisMove(MIX, 0.2), 40.0, strength=0.5) == (pytest.approx(50.0), True)
    assert moved(AxisMove(MIX, -0.2), 40.0, strength=2.0) == (pytest.approx(0.0), True)


def test_a_move_that_needs_what_is_off_moves_nothing_unless_it_says_where_to_start():
    assert moved(AxisMove(MIX, 0.2, ON), 40.0, on=False) == (40.0, False)
    assert moved(AxisMove(MIX, 0.2, ON), 40.0) == (pytest.approx(60.0), True)
    assert moved(AxisMove(MIX, 0.2), 40.0, on=False) == (pytest.approx(60.0), False)
    assert moved(AxisMove(MIX, 0.2, ON, 0.0), 40.0, on=False) == (pytest.approx(20.0), True)
    assert moved(AxisMove(MIX, 0.2, ON, 0.0), 40.0) == (pytest.approx(60.0), True)


def test_a_move_ends_at_its_own_limits_and_takes_nothing_from_what_was_past_them():
    assert moved(AxisMove(MIX, 0.5, highest=70.0), 40.0) == (pytest.approx(70.0), True)
    assert moved(AxisMove(MIX, 0.5, highest=95.0), 40.0) == (pytest.approx(90.0), True)
    assert moved(AxisMove(MIX, 0.5, highest=70.0), 80.0) == (pytest.approx(80.0), True)
    assert moved(AxisMove(MIX, -0.5, lowest=10.0), 40.0) == (pytest.approx(10.0), True)
    assert moved(AxisMove(MIX, -0.2, lowest=10.0), 40.0) == (pytest.approx(20.0), True)
    assert moved(AxisMove(MIX, -0.5, lowest=10.0), 5.0) == (pytest.approx(5.0), True)


@pytest.mark.parametrize(("note", "strength", "hz"), [(60, 1.0, 1864.655), (60, 0.5, 4978.03), (100, 2.0, 5274.04)])
def test_a_muffled_sound_keeps_an_octave_above_its_key(note, strength, hz):
    found = stepped(muffle, draft(note=note), strength)
    assert found == {
        "fx/5/on": True,
        "fx/5/style": 1,
        "fx/5/resonance_percent": 5.0,
        "fx/5/cutoff_hz": pytest.approx(hz, rel=1e-4),
    }


@pytest.mark.parametrize(("note", "strength", "hz"), [(60, 1.0, 587.33), (36, 1.0, 369.99), (60, 0.5, 277.18)])
def test_a_thin_sound_loses_what_lies_below_its_key(note, strength, hz):
    found = stepped(hollow, draft(note=note), strength)
    assert (found["fx/5/cutoff_hz"], found["fx/5/blend"]) == (pytest.approx(hz, rel=1e-4), 2.0)


def test_a_filter_among_the_effects_that_is_in_use_is_left_alone():
    used = {"fx/5/on": True, "fx/5/model": "comb", "fx/5/mix_percent": 40.0}
    assert stepped(muffle, draft(used), 1.0) == {}
    assert stepped(hollow, draft(used), 1.0) == {}


def test_a_filter_among_the_effects_is_set_up_whatever_it_was():
    left = {"fx/5/model": "comb", "fx/5/style": 3, "fx/5/mix_percent": 40.0, "fx/5/blend": 1.0}
    found = stepped(muffle, draft(left), 1.0)
    assert (found["fx/5/model"], found["fx/5/mix_percent"], found["fx/5/blend"]) == ("analog", 100.0, 0.0)


def test_a_thin_sound_lets_its_subs_through_the_high_pass():
    subs = {"osc/1/on": True, "osc/1/transpose_semitones": -12, "osc/1/destination": "direct_out"}
    assert stepped(hollow, draft(subs), 1.0)["osc/1/destination"] == "effects"
    layer = subs | {"osc/1/transpose_semitones": -11}
    assert "osc/1/destination" not in stepped(hollow, draft(layer), 1.0)
    filtered = subs | {"osc/1/destination": "filter_1"}
    assert "osc/1/destination" not in stepped(hollow, draft(filtered), 1.0)


@pytest.mark.parametrize(
    ("amount", "strength", "scaled"),
    [(0.4, 1.0, 0.2), (0.4, 0.5, 0.3), (0.4, 2.0, 0.0), (-0.4, 1.0, -0.2), (0.4, 3.0, 0.0)],
)
def test_routes_are_scaled_down_to_nothing_and_never_turned(amount, strength, scaled):
    made = draft({}, [("lfo_1", "/modules/osc/0/level_percent", amount)])
    routes(-0.5, "lfo_")(made, strength)
    assert made.document["modulation"]["routes"][0]["amount"] == pytest.approx(scaled)


@pytest.mark.parametrize(("amount", "scaled"), [(0.4, 0.8), (0.8, 1.0), (-0.8, -1.0)])
def test_routes_are_scaled_up_to_the_whole_travel(amount, scaled):
    made = draft({}, [("lfo_1", "/modules/osc/0/level_percent", amount)])
    routes(1.0, "lfo_")(made, 1.0)
    assert made.document["modulation"]["routes"][0]["amount"] == pytest.approx(scaled)


def test_only_routes_from_and_onto_what_is_named_are_scaled():
    made = full()
    found = stepped(routes(-0.5, "lfo_", "random", onto="/level_percent"), made, 1.0)
    assert found == {"lfo_2 > osc/0/level_percent": 0.2}


def test_drift_takes_the_first_lfo_that_nothing_uses():
    made = draft({"filter/0/on": True}, [("lfo_1", "/modules/osc/0/pan_percent", 0.1)])
    assert stepped(drift, made, 1.0) == {
        "lfo/1/sync": "free",
        "lfo/1/shape": {"kind": "own", "id": "sine"},
        "lfo_2 > filter/0/cutoff_hz": 0.13,
        "lfo_2 > osc/0/level_percent": 0.2,
    }
    (cutoff, _) = made.document["modulation"]["routes"][1:]
    assert cutoff["polarity"] == "bipolar"


def test_drift_moves_filters_and_layers_against_each_other_and_not_by_too_much():
    found = stepped(
        drift, draft({"filter/0/on": True, "filter/1/on": True, "osc/1/on": True, "osc/2/on": True}), 3.5
    )
    assert {path: value for path, value in found.items() if ">" in path} == {
        "lfo_1 > filter/0/cutoff_hz": 0.4,
        "lfo_1 > filter/1/cutoff_hz": -0.4,
        "lfo_1 > osc/0/level_percent": 0.4,
        "lfo_1 > osc/1/level_percent": -0.4,
    }


def test_drift_runs_at_its_own_rate_from_the_key_on():
    made = draft({"lfo/0/rate_hz": 9.0, "lfo/0/mode": "loop_point", "lfo/0/sync": "tempo"})
    drift(made, 1.0)
    lfo = made.document["modules"]["lfo"][0]
    assert (lfo["rate_hz"], lfo["mode"], lfo["sync"]) == (2.0, "trigger", "free")


@pytest.mark.parametrize(("lfos", "others", "drifts"), [(7, 53, True), (7, 54, False), (8, 0, False)])
def test_drift_needs_an_lfo_and_room_for_its_routes(lfos, others, drifts):
    made = draft(
        {},
        [(f"lfo_{n}", "/modules/osc/0/pan_percent", 0.1) for n in range(1, lfos + 1)]
        + [("env_2", "/modules/osc/0/pan_percent", 0.1)] * others,
    )
    assert bool(stepped(drift, made, 1.0)) is drifts


@pytest.mark.parametrize(
    ("tempo", "steps", "strength", "after"),
    [
        ("1/4", 1.0, 1.0, "1/8"),
        ("1/4", -1.0, 1.0, "1/2"),
        ("1/4", 1.0, 1.5, "1/16"),
        ("1/4", 1.0, 0.4, "1/4"),
        ("1/16", 1.0, 2.0, "1/32"),
        ("4/1", -1.0, 2.0, "8/1"),
    ],
)
def test_an_lfo_that_follows_the_tempo_goes_to_neighbouring_note_values(tempo, steps, strength, after):
    made = draft({"lfo/0/tempo": tempo}, [("lfo_1", "/modules/osc/0/pan_percent", 0.1)])
    tempo_steps(steps)(made, strength)
    assert made.get("/modules/lfo/0/tempo") == after
    assert made.get("/modules/lfo/1/tempo") == "1/2", "nothing uses it"


def test_an_lfo_that_runs_free_has_no_note_value_to_change():
    made = draft({"lfo/0/sync": "free"}, [("lfo_1", "/modules/osc/0/pan_percent", 0.1)])
    assert stepped(tempo_steps(1.0), made, 1.0) == {}
    last = draft({}, [("lfo_8", "/modules/osc/0/pan_percent", 0.1)])
    assert stepped(tempo_steps(1.0), last, 1.0) == {"lfo/7/tempo": "1/4"}


NOISE = {"sample/on": True, "sample/sample": {"kind": "own", "id": "pink"}, "sample/destination": "filter_1"}
KNOCK = NOISE | {"sample/sample": {"kind": "own", "id": "click"}}


@pytest.mark.parametrize(
    ("held", "percent", "strength", "after"),
    [
        (NOISE, 25.0, 0.5, 49.0),
        (KNOCK, 4.0, 0.5, 16.0),
        (KNOCK, 0.0, 0.5, 9.0),  # it was not heard, so it starts faint
        (KNOCK, 25.0, 0.5, 36.0),  # it was heard, and starts where it is heard: no louder than -16 dB
        ({}, 25.0, 0.5, 9.0),
        ({"sample/sample": {"kind": "own", "id": "pink"}}, 25.0, 0.5, 9.0),
        ({"sample/on": True}, 25.0, 0.5, 9.0),
    ],
)
def test_noise_starts_where_what_it_takes_the_place_of_was(held, percent, strength, after):
    made = draft(held | {"sample/level_percent": percent})
    hiss(made, strength)
    assert made.get("/modules/sample/level_percent") == pytest.approx(after)
    assert made.is_on("/modules/sample/on")


def test_a_noise_that_goes_on_is_kept_and_a_knock_gives_way_to_one():
    assert stepped(hiss, draft(NOISE), 0.5).keys() == {"sample/level_percent"}
    found = stepped(
        hiss, draft(KNOCK | {"sample/keytrack": True, "sample/loop": False, "sample/transpose_semitones": 3}), 0.5
    )
    found.pop("sample/level_percent")
    assert found == {
        "sample/sample/id": "white",
        "sample/loop": True,
        "sample/keytrack": False,
        "sample/random_phase": True,
        "sample/transpose_semitones": 0,
        "sample/destination": "effects",
    }


@pytest.mark.parametrize(("strength", "destination"), [(0.6, "filter_1"), (0.61, "effects")])
def test_noise_that_must_be_heard_goes_past_the_filter(strength, destination):
    made = draft(NOISE)
    hiss(made, strength)
    assert made.get("/modules/sample/destination") == destination


@pytest.mark.parametrize(("strength", "percent"), [(0.7, 49.0), (0.8, 46.5124), (1.2, 37.21)])
def test_tones_make_room_for_much_noise(strength, percent):
    made = draft(NOISE | {"osc/0/level_percent": 49.0, "osc/1/level_percent": 49.0})
    hiss(made, strength)
    assert made.get("/modules/osc/0/level_percent") == pytest.approx(percent)
    assert made.get("/modules/osc/1/level_percent") == 49.0, "it is off"


@pytest.mark.parametrize(("note", "semitones"), [(63, -12), (64, -24), (40, -12)])
def test_a_sub_of_its_own_lies_an_octave_below_low_sounds_and_two_below_high_ones(note, semitones):
    found = stepped(sub, draft({"osc/2/unison/voices": 5}, note=note), 0.5)
    assert found == {
        "osc/2/on": True,
        "osc/2/transpose_semitones": semitones,
        "osc/2/unison/voices": 1,
        "osc/2/wavetable/table": {"kind": "own", "id": "sine"},
        "osc/2/random_phase_percent": 0.0,
        "osc/2/destination": "direct_out",
        "osc/2/level_percent": pytest.approx(10.5625),
    }


THREE = {"osc/1/on": True, "osc/2/on": True}


@pytest.mark.parametrize(
    ("changed", "strength", "expected"),
    [
        (THREE, 0.5, {}),
        (THREE, 0.51, {"osc/2/transpose_semitones": -12}),
        (THREE | {"osc/2/level_percent": 2.0}, 1.0, {"osc/1/transpose_semitones": -12}),
        (THREE | {"osc/2/level_percent": 2.1}, 1.0, {"osc/2/transpose_semitones": -12}),
        (THREE | {"osc/2/transpose_semitones": 7}, 1.0, {"osc/2/transpose_semitones": -5}),
    ],
)
def test_a_layer_goes_down_where_there_is_no_sub_and_no_room_for_one(changed, strength, expected):
    assert stepped(sub, draft(changed), strength) == expected


def test_a_layer_of_a_high_sound_goes_down_two_octaves():
    made = draft(THREE | {"osc/2/transpose_semitones": -11}, note=64)
    sub(made, 1.0)
    assert made.get("/modules/osc/2/transpose_semitones") == -35


@pytest.mark.parametrize(
    ("strength", "expected"),
    [
        (0.5, {"osc/1/level_percent": 34.2225}),
        (0.51, {"osc/1/level_percent": 34.6332, "osc/1/destination": "direct_out"}),
    ],
)
def test_a_sub_becomes_louder_and_passes_by_the_filter_where_much_is_asked(strength, expected):
    made = draft(
        {
            "osc/1/on": True,
            "osc/1/transpose_semitones": -12,
            "osc/1/level_percent": 16.81,
            "osc/1/destination": "filter_1",
        }
    )
    assert stepped(sub, made, strength) == {
        path: pytest.approx(value, rel=1e-4) if isinstance(value, float) else value
        for path, value in expected.items()
    }


def test_subs_become_quieter():
    made = draft(FULL)
    assert stepped(thinner_subs, made, 0.4) == {"osc/2/level_percent": pytest.approx(6.1115, rel=1e-3)}


@pytest.mark.parametrize(
    ("hz", "note", "after"),
    [
        (82.4069, 60, 233.08),  # two semitones below the key
        (82.4069, 36, 82.4069),
        (300.0, 60, 300.0),
        (82.4069, 80, 400.0),
    ],
)
def test_the_low_shelf_reaches_up_to_the_key_but_not_into_the_middle(hz, note, after):
    made = draft({"fx/4/low_hz": hz}, note=note)
    low_shelf(made, 0.5)
    assert made.get("/modules/fx/4/low_hz") == pytest.approx(after, rel=1e-4)
    assert made.get("/modules/fx/4/low_gain_db") == pytest.approx(3.75)
    assert made.is_on("/modules/fx/4/on")


@pytest.mark.parametrize(("strength", "drive"), [(0.4, None), (0.5, 5.5), (1.4, 19.0)])
def test_overtones_are_made_where_much_brightness_is_asked(strength, drive):
    made = draft({"fx/3/mix_percent": 30.0})
    overtones(made, strength)
    assert made.is_on("/modules/fx/3/on") is (drive is not None)
    assert made.get("/modules/fx/3/drive_db") == pytest.approx(drive or 0.0)
    mix = 30.0 if drive is None else 30.0 + 50.0 * (strength - 0.4)
    assert made.get("/modules/fx/3/mix_percent") == pytest.approx(mix)


@pytest.mark.parametrize(
    ("changed", "strength", "voices"),
    [
        ({}, 0.5, 2),
        ({}, 0.99, 2),
        ({}, 1.0, 4),
        ({"osc/0/unison/voices": 2}, 1.0, 2),
        ({"osc/0/transpose_semitones": -12}, 1.0, 1),
        ({"osc/0/transpose_semitones": -11}, 1.0, 4),
        ({"osc/0/on": False}, 1.0, 1),
    ],
)
def test_a_single_voice_gets_others_to_be_spread_unless_it_is_a_sub(changed, strength, voices):
    made = draft(changed)
    more_voices(made, strength)
    assert made.get("/modules/osc/0/unison/voices") == voices


def test_new_voices_are_close_to_each_other_and_the_third_oscillator_gets_none():
    found = stepped(more_voices, draft(THREE), 0.5)
    assert found == {
        f"osc/{n}/unison/{field}": value
        for n in (0, 1)
        for field, value in (("voices", 2), ("detune_percent", 6.0), ("stereo_spread_percent", 20.0))
    }


EQ_BAND = {"fx/4/on": True, "fx/4/band_gain_db": 1.0}


@pytest.mark.parametrize(("band_hz", "moved_to"), [(1200.0, 280.0), (501.0, 280.0), (499.0, None), (200.0, None)])
def test_the_body_is_where_a_band_that_lies_above_it_goes(band_hz, moved_to):
    made = draft({**EQ_BAND, "fx/4/band_hz": band_hz})
    went = {} if moved_to is None else {"fx/4/band_hz": pytest.approx(moved_to)}
    assert stepped(body(0.2), made, 0.5) == {"fx/4/band_gain_db": pytest.approx(4.0), **went}


def test_an_equalizer_that_is_off_comes_on_for_the_body_unless_it_was_denied():
    on = {"fx/4/on": True, "fx/4/band_hz": pytest.approx(280.0), "fx/4/band_gain_db": pytest.approx(-3.0)}
    assert stepped(body(-0.1), draft({}), 1.0) == on
    denied = draft({})
    denied.pin("/modules/fx/4/on", False)
    assert stepped(body(-0.1), denied, 1.0) == {}


@pytest.mark.parametrize(("note", "mix"), [(47, 40.0), (48, 60.0)])
def test_low_notes_go_without_what_would_lift_their_sub(note, mix):
    made = draft({"fx/0/on": True, "fx/0/mix_percent": 40.0})
    made.note = note
    above_basses(AxisMove(MIX, 0.2))(made, 1.0)
    assert made.get(MIX) == pytest.approx(mix)

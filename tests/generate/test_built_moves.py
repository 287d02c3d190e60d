"""Moves that look at how a sound is built, on either side of what they look for."""

from copy import deepcopy

import pytest
from drafts import HIT, changes, draft

from engine.generate.built import (
    at_once,
    bends,
    cleaner_hit,
    even_noise,
    far_walls,
    lasting_noise,
    noisier_hit,
    restless,
    steadier_unison,
    upper_layers,
)
from engine.generate.draft import Draft

TRANSPOSE = "/modules/osc/0/transpose_semitones"
LEVEL = "/modules/voicing/voice_amplitude_percent"


def built(step, patch, strength):
    before = Draft(deepcopy(patch.document))
    step(patch, strength)
    return changes(before, patch)


def bending(source, amount, target=TRANSPOSE):
    return draft({}, [(source, target, amount)])


@pytest.mark.parametrize(
    ("source", "amount", "up", "down"),
    [
        ("env_2", 0.04, False, True),
        ("env_2", -0.04, True, False),
        ("env_2", 0.039, False, False),
        ("env_2", -0.039, False, False),
        ("lfo_1", 0.04, True, True),
        ("lfo_1", -0.04, True, True),
        ("lfo_1", 0.03, False, False),
        ("velocity", 0.5, False, False),
    ],
)
def test_an_envelope_on_the_pitch_lets_it_fall_or_rise_and_an_lfo_does_either(source, amount, up, down):
    assert (bends(bending(source, amount), up=True), bends(bending(source, amount), up=False)) == (up, down)


def test_what_moves_something_else_is_no_bend():
    assert not bends(bending("env_2", 0.5, "/modules/osc/0/tune_cents"), up=False)


NOISE = {"sample/on": True, "sample/level_percent": 25.0}


def held(id_, **changed):
    return draft(NOISE | {"sample/sample": {"kind": "own", "id": id_}, "sample/keytrack": True} | changed)


@pytest.mark.parametrize(
    ("id_", "strength", "after"),
    [
        ("click", 0.3, "white"),
        ("click", 0.29, "click"),
        ("metal_hiss", 0.5, "white"),
        ("machine_hum", 0.5, "white"),
        ("pink", 1.0, "pink"),
        ("rain", 1.0, "rain"),
    ],
)
def test_a_knock_or_a_ringing_noise_gives_way_to_one_that_goes_on(id_, strength, after):
    made = held(id_, **{"sample/loop": False, "sample/transpose_semitones": 5})
    found = built(lasting_noise, made, strength)
    assert made.get("/modules/sample/sample")["id"] == after
    if after == "white":
        assert found == {
            "sample/sample/id": "white",
            "sample/loop": True,
            "sample/keytrack": False,
            "sample/random_phase": True,
            "sample/transpose_semitones": 0,
        }
    else:
        assert found == {}


def test_no_noise_is_put_where_there_is_none():
    assert built(lasting_noise, held("click", **{"sample/on": False}), 1.0) == {}
    assert built(lasting_noise, draft({"sample/on": True}), 1.0) == {}


FALLS = [("env_3", TRANSPOSE, 0.2)]
ROUNDER = {"env/0/decay_power", "env/0/release_power"}


@pytest.mark.parametrize(
    ("changed", "routes", "is_hit"),
    [
        ({"env/0/sustain_percent": 5.0}, (), True),
        ({"env/0/sustain_percent": 5.1}, (), False),
        ({"env/0/decay_s": 0.5}, (), True),
        ({"env/0/decay_s": 0.51}, (), False),
        ({"env/0/decay_s": 1.5}, FALLS, True),
        ({"env/0/decay_s": 1.51}, FALLS, False),
        ({"env/0/decay_s": 1.5}, [("env_3", TRANSPOSE, -0.2)], False),
    ],
)
def test_what_dies_away_soon_is_struck_and_for_longer_where_its_pitch_falls(changed, routes, is_hit):
    made = draft(HIT | changed, routes)
    assert (set(built(cleaner_hit, made, 0.5)) >= ROUNDER) is is_hit
    assert (set(built(noisier_hit, draft(HIT | changed, routes), 0.5)) >= ROUNDER) is is_hit


@pytest.mark.parametrize(
    ("strength", "before", "after"),
    [(0.5, -4.0, -2.5), (1.0, -4.0, -1.0), (2.0, -4.0, -1.0), (1.0, -1.0, 1.0), (1.0, 3.0, 3.0)],
)
def test_a_clean_hit_keeps_its_tone_for_longer(strength, before, after):
    made = draft(HIT | {"env/0/decay_power": before, "env/0/release_power": before})
    cleaner_hit(made, strength)
    assert (made.get("/modules/env/0/decay_power"), made.get("/modules/env/0/release_power")) == (after, after)


def test_a_clean_hits_pitch_falls_less():
    made = draft(HIT, [*FALLS, ("env_2", LEVEL, 0.5), ("lfo_1", TRANSPOSE, 0.5)])
    cleaner_hit(made, 0.5)
    assert [route["amount"] for route in made.document["modulation"]["routes"]] == [pytest.approx(0.11), 0.5, 0.5]


@pytest.mark.parametrize(
    ("strength", "decay_s", "release_s", "power", "osc", "sample"),
    [
        (0.5, 0.54, 0.36, 0.0, 22.5095, 60.0625),
        (1.0, 0.78, 0.52, 1.0, 3.0484, 90.25),
        (2.0, 0.78, 0.52, 1.0, 3.0484, 90.25),
    ],
)
def test_a_noisy_hit_dies_away_more_slowly_with_quieter_tones(strength, decay_s, release_s, power, osc, sample):
    made = draft(HIT)
    noisier_hit(made, strength)
    expected = {
        "env/0/decay_s": decay_s,
        "env/0/release_s": release_s,
        "env/0/decay_power": power,
        "env/0/release_power": power,
        "osc/0/level_percent": osc,
        "sample/level_percent": sample,
    }
    assert {path: made.get(f"/modules/{path}") for path in expected} == pytest.approx(expected, rel=1e-3)
    assert made.get("/modules/sample/destination") == "filter_1"


def test_a_hit_that_is_hardly_meant_to_be_noisy_stays_as_it_is():
    assert built(noisier_hit, draft(HIT), 0.29) == {}
    assert built(noisier_hit, draft(HIT), 0.3) != {}


def test_a_noisy_hits_noise_goes_past_the_filter_where_its_pitch_falls():
    made = draft(HIT, FALLS)
    noisier_hit(made, 0.5)
    assert made.get("/modules/sample/destination") == "effects"
    rising = draft(HIT, [("env_3", TRANSPOSE, -0.2)])
    noisier_hit(rising, 0.5)
    assert rising.get("/modules/sample/destination") == "filter_1"


def test_a_noisy_hit_keeps_a_noise_that_is_louder_and_gets_none_where_there_is_none():
    made = draft(HIT | {"sample/level_percent": 100.0})
    noisier_hit(made, 0.5)
    assert made.get("/modules/sample/level_percent") == pytest.approx(100.0)
    off = draft(HIT | {"sample/on": False})
    noisier_hit(off, 0.5)
    assert off.get("/modules/sample/level_percent") == 9.0


@pytest.mark.parametrize(
    ("decay_s", "strength", "after"),
    [(1.0, 0.5, 1.0), (1.0, 0.51, 1.122), (1.0, 1.0, 2.2), (1.0, 2.0, 2.2), (3.0, 1.0, 3.0)],
)
def test_much_room_rings_on(decay_s, strength, after):
    made = draft({"fx/8/on": True, "fx/8/decay_s": decay_s})
    far_walls(made, strength)
    assert made.get("/modules/fx/8/decay_s") == pytest.approx(after)
    off = draft({"fx/8/decay_s": decay_s})
    far_walls(off, strength)
    assert off.get("/modules/fx/8/decay_s") == decay_s


def swelling(amount, *, source="lfo_1", target=LEVEL, mode="envelope", level=30.0):
    changed = {f"lfo/{n}/mode": mode for n in range(2)} | {"voicing/voice_amplitude_percent": level}
    return draft(changed, [(source, target, amount)])


@pytest.mark.parametrize(
    ("amount", "strength", "after", "level"),
    [(0.5, 0.5, 0.35, 45.0), (0.5, 1.0, 0.2, 60.0), (0.5, 2.0, 0.075, 72.5), (1.0, 2.0, 0.15, 100.0)],
)
def test_a_swell_begins_louder_by_what_it_has_less_to_go(amount, strength, after, level):
    made = swelling(amount)
    at_once(made, strength)
    assert made.document["modulation"]["routes"][0]["amount"] == pytest.approx(after)
    assert made.get(LEVEL) == pytest.approx(level)


@pytest.mark.parametrize(
    "patch",
    [
        swelling(0.3),
        swelling(0.5, source="env_2"),
        swelling(0.5, target="/modules/osc/0/level_percent"),
        swelling(0.5, mode="trigger"),
    ],
)
def test_what_is_no_swell_stays_as_it_is(patch):
    assert built(at_once, patch, 1.0) == {}


def test_a_swell_of_another_lfo_is_found_by_its_number():
    made = swelling(0.31, source="lfo_2")
    made.set("/modules/lfo/0/mode", "trigger")
    assert built(at_once, made, 1.0) != {}


@pytest.mark.parametrize("id_", ["rain", "waves", "fire", "wind", "vinyl", "velvet"])
def test_an_uneven_noise_gives_way_in_a_still_sound(id_):
    assert built(even_noise, held(id_), 0.4) == {"sample/sample/id": "pink"}
    assert built(even_noise, held(id_), 0.39) == {}
    assert built(even_noise, held(id_, **{"sample/on": False}), 1.0) == {}


def test_an_even_noise_stays_and_so_does_one_that_is_the_sound_itself():
    assert built(even_noise, held("white"), 1.0) == {}
    assert built(even_noise, draft({"sample/on": True}), 1.0) == {}
    assert built(even_noise, held("rain", **{"sample/level_percent": 49.1}), 1.0) == {}
    assert built(even_noise, held("rain", **{"sample/level_percent": 48.9}), 1.0) != {}


@pytest.mark.parametrize(
    ("strength", "voices", "after"),
    [(0.39, 7, 30.0), (0.4, 7, 16.8), (0.5, 7, 13.5), (1.0, 7, 3.0), (0.5, 2, 13.5), (0.5, 1, 30.0)],
)
def test_voices_of_a_still_sound_beat_more_slowly(strength, voices, after):
    made = draft(
        {
            f"osc/{n}/unison/{field}": value
            for n in range(2)
            for field, value in (("voices", voices), ("detune_percent", 30.0))
        }
    )
    steadier_unison(made, strength)
    assert made.get("/modules/osc/0/unison/detune_percent") == pytest.approx(after)
    assert made.get("/modules/osc/1/unison/detune_percent") == 30.0, "it is off"


@pytest.mark.parametrize(
    ("voices", "on", "strength", "wobbles"),
    [(4, True, 0.41, True), (4, True, 0.4, False), (3, True, 1.0, False), (4, False, 1.0, False)],
)
def test_a_crowd_of_voices_that_must_move_wobbles_as_well(voices, on, strength, wobbles):
    made = draft({"osc/1/on": on, "osc/1/unison/voices": voices})
    assert ("lfo_1 > osc/0/level_percent" in built(restless, made, strength)) is wobbles


def test_a_crowd_wobbles_at_twice_the_strength():
    made = draft({"osc/0/unison/voices": 7})
    assert built(restless, made, 0.5)["lfo_1 > osc/0/level_percent"] == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("semitones", "percent", "strength", "after"),
    [
        (7, 4.0, 1.0, 36.0),
        (7, 4.0, 0.5, 9.0),
        (7, 4.0, 2.0, 36.0),
        (6, 4.0, 1.0, 4.0),
        (7, 50.0, 1.0, 50.0),
        (12, 4.0, 1.0, 36.0),
    ],
)
def test_what_lies_above_the_tone_becomes_louder_in_a_thin_sound(semitones, percent, strength, after):
    made = draft(
        {
            f"osc/{n}/{field}": value
            for n in range(2)
            for field, value in (("transpose_semitones", semitones), ("level_percent", percent))
        }
    )
    upper_layers(made, strength)
    assert made.get("/modules/osc/0/level_percent") == pytest.approx(after)
    assert made.get("/modules/osc/1/level_percent") == percent, "it is off"

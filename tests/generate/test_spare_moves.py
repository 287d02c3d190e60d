"""Moves for sounds that have nothing of what an axis is usually moved by, on patches that are known."""

import pytest
from drafts import bare, draft, full

from engine.generate.spare_moves import fewer_layers, more_partials, pulse, ringing, rough_voices, softer_top

DETUNE, VOICES, SPREAD = (
    f"/modules/osc/0/unison/{name}" for name in ("detune_percent", "voices", "stereo_spread_percent")
)
EQ = "/modules/fx/4"


def swings(made):
    return {route["target"]: route["amount"] for route in made.document["modulation"]["routes"]}


def test_a_pulse_takes_an_lfo_that_nothing_uses():
    made = draft({"filter/0/on": True}, [("lfo_1", "/modules/osc/0/pan_percent", 0.3)])
    pulse(8.0)(made, 0.5)
    assert made.get("/modules/lfo/1/rate_hz") == 8.0
    assert swings(made) == {
        "/modules/osc/0/pan_percent": 0.3,
        "/modules/filter/0/cutoff_hz": pytest.approx(0.1625),
        "/modules/osc/0/level_percent": pytest.approx(0.25),
    }


def test_nothing_pulses_where_no_lfo_is_wanted():
    made = bare()
    made.without.add("lfo")
    pulse(8.0)(made, 1.0)
    assert swings(made) == {}


def test_a_single_voice_becomes_three_that_are_detuned_by_how_strong_the_word_is():
    made = bare()
    rough_voices(made, 0.5)
    assert (made.get(VOICES), made.get(DETUNE), made.get(SPREAD)) == (3, 5.0, 0.0)


def test_voices_that_are_there_stay_and_none_come_where_unison_is_not_wanted():
    made, denied = full(), bare()
    denied.without.add("unison")
    for one in (made, denied):
        before = (one.get(VOICES), one.get(DETUNE))
        rough_voices(one, 1.0)
        assert (one.get(VOICES), one.get(DETUNE)) == before


def test_the_equalizers_band_rings_above_the_key():
    made = bare()
    ringing(made, 1.0)
    assert made.is_on(f"{EQ}/on")
    assert made.get(f"{EQ}/band_gain_db") == pytest.approx(10.5)
    assert made.stored(f"{EQ}/band_hz") == pytest.approx(89.0)


@pytest.mark.parametrize(("note", "at"), [(24, 60.0), (100, 108.0)])
def test_the_band_stays_where_a_peak_is_heard(note, at):
    made = draft(note=note)
    ringing(made, 1.0)
    assert made.stored(f"{EQ}/band_hz") == pytest.approx(at)


def test_a_band_that_is_used_is_left_alone():
    made = draft({"fx/4/on": True, "fx/4/band_gain_db": -4.0, "fx/4/band_hz": 300.0})
    ringing(made, 1.0)
    assert (made.get(f"{EQ}/band_gain_db"), made.get(f"{EQ}/band_hz")) == (-4.0, 300.0)


def test_the_loudest_layer_stays_and_no_other_falls_silent():
    made = full()
    fewer_layers(made, 2.0)
    assert [made.get(f"/modules/osc/{n}/level_percent") for n in range(3)] == pytest.approx([50.0, 6.0, 4.0])


def test_a_layer_that_is_hardly_heard_is_not_made_louder():
    made = draft({"osc/1/on": True, "osc/1/level_percent": 1.0})
    fewer_layers(made, 1.0)
    assert made.get("/modules/osc/1/level_percent") == pytest.approx(1.0)


def test_more_partials_are_more_voices_further_apart():
    made = bare()
    more_partials(made, 1.0)
    assert made.get(VOICES) == 3
    assert made.get(DETUNE) > 6.0


def test_a_softer_top_is_a_high_shelf():
    made = bare()
    softer_top(-0.12)(made, 0.5)
    assert (made.is_on(f"{EQ}/on"), made.get(f"{EQ}/high_gain_db")) == (True, pytest.approx(-1.8))

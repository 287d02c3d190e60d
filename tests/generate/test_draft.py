"""A draft: parameters by pointer, in the unit one reads and as the synth stores them."""

import pytest
from drafts import draft

from engine.errors import SpecError
from engine.generate.draft import Draft


def test_a_value_is_read_and_written_at_its_pointer():
    made = draft()
    made.set("/modules/osc/1/unison/voices", 3)
    assert made.get("/modules/osc/1/unison/voices") == 3
    assert made.spec().modules.osc[1].unison.voices == 3


@pytest.mark.parametrize(
    "pointer", ["/modules/osc/3/on", "/modules/osc/0/nothing", "/modules/osc/0/on/deeper", "/modules/osc/x/on", ""]
)
def test_what_names_no_parameter_is_refused(pointer):
    for use in (lambda: draft().get(pointer), lambda: draft().set(pointer, 1), lambda: draft().parameter(pointer)):
        with pytest.raises(SpecError, match="doesn't name a parameter"):
            use()


@pytest.mark.parametrize(
    ("pointer", "person", "stored"),
    [
        ("/modules/fx/0/mix_percent", 25.0, 0.25),
        ("/modules/filter/0/cutoff_hz", 440.0, 69.0),
        ("/modules/env/0/decay_s", 0.0625, 0.5),
        ("/modules/osc/0/level_percent", 25.0, 0.5),
        ("/modules/lfo/0/rate_hz", 4.0, 2.0),
    ],
)
def test_what_is_stored_is_on_the_synths_own_scale(pointer, person, stored):
    made = draft()
    made.set(pointer, person)
    assert made.stored(pointer) == pytest.approx(stored)
    made.set_stored(pointer, stored)
    assert made.get(pointer) == pytest.approx(person)


@pytest.mark.parametrize(("stored", "percent"), [(-0.2, 0.0), (0.0, 0.0), (1.0, 100.0), (1.3, 100.0)])
def test_what_is_written_as_stored_stays_within_the_controls_range(stored, percent):
    made = draft()
    made.set_stored("/modules/fx/0/mix_percent", stored)
    assert made.get("/modules/fx/0/mix_percent") == percent


@pytest.mark.parametrize(
    ("pointer", "value", "nearest"),
    [
        ("/modules/fx/0/mix_percent", -3.0, 0.0),
        ("/modules/fx/0/mix_percent", 42.0, 42.0),
        ("/modules/fx/0/mix_percent", 130.0, 100.0),
        # A time that Vital stores as a rate: its longest is where the stored range begins.
        ("/modules/fx/2/time_s", 20.0, 4.0),
        ("/modules/fx/2/time_s", 0.5, 0.5),
        ("/modules/fx/2/time_s", 0.0, 2.0**-9),
    ],
)
def test_a_value_beyond_the_controls_range_is_nearest_to_its_end(pointer, value, nearest):
    assert draft().nearest(pointer, value) == nearest


@pytest.mark.parametrize(
    ("pointer", "stored", "value"),
    [
        ("/modules/osc/0/unison/voices", 2.6, 3),
        ("/modules/osc/0/unison/voices", 2.4, 2),
        ("/modules/lfo/0/tempo", 8.6, "1/8"),
        ("/modules/fx/0/on", 0.6, True),
        ("/modules/fx/0/on", 0.4, False),
    ],
)
def test_whole_numbers_choices_and_switches_are_rounded(pointer, stored, value):
    made = draft()
    made.set_stored(pointer, stored)
    assert made.get(pointer) == value


def test_a_routes_amount_and_curve_have_parameters_and_nothing_else_of_it_has():
    made = draft({}, [("lfo_1", "/modules/osc/0/pan_percent", 0.1)])
    assert (
        made.parameter("/modulation/routes/0/amount").low,
        made.parameter("/modulation/routes/0/amount").high,
    ) == (-1, 1)
    assert made.parameter("/modulation/routes/0/curve").high == 10
    made.set_stored("/modulation/routes/0/amount", 1.4)
    assert made.get("/modulation/routes/0/amount") == 1.0
    for pointer in ("/modulation/routes/0/source", "/modules/routes/0/amount", "/modulation/macros/0/amount"):
        with pytest.raises(SpecError):
            made.parameter(pointer)


def test_a_draft_is_played_around_middle_c_unless_it_is_said():
    assert Draft({}).note == Draft.of(b"{}").note == 60
    assert Draft.of(b"{}", note=41).note == 41
    assert Draft({}, note=41).note == 41

"""Names of parameters: one for each, that of the panel, and a wrong one is answered by the nearest."""

import pytest

from engine.compiler.controls import by_pointer
from engine.compiler.names import Names, parameters
from engine.errors import SpecError

ROUTES = [
    ("env_2", "/modules/filter/0/cutoff_hz"),
    ("lfo_1", "filter_1/cutoff_hz"),
    ("velocity", "/modules/fx/7/mix_percent"),
    ("lfo_2", "/modules/osc/0/pan_percent"),
    ("lfo_2", "osc_1/pan_percent"),
    ("random_1", "/modulation/routes/0/amount"),
    ("note", "no such thing"),
]
NAMES = Names(ROUTES)


@pytest.mark.parametrize("pointer", by_pointer())
def test_a_control_goes_by_one_name_whose_module_is_the_synths_own(pointer: str) -> None:
    name = NAMES.name(pointer)
    assert NAMES.pointer(name) == pointer
    module, _, field = name.partition("/")
    assert pointer.endswith(f"/{field}")
    # Vital counts its modules from 1 in the names of its controls, too, and calls effects what people call them.
    assert module == "voicing" or by_pointer()[pointer].name.startswith(f"{module}_")


@pytest.mark.parametrize(
    ("name", "pointer"),
    [
        ("osc_2/level_percent", "/modules/osc/1/level_percent"),
        ("osc_3/unison/voices", "/modules/osc/2/unison/voices"),
        ("osc_1/wavetable/table", "/modules/osc/0/wavetable/table"),
        ("osc_1/wavetable/table/id", "/modules/osc/0/wavetable/table/id"),
        ("sample/level_percent", "/modules/sample/level_percent"),
        ("sample/sample", "/modules/sample/sample"),
        ("sample/sample/id", "/modules/sample/sample/id"),
        ("filter_1/cutoff_hz", "/modules/filter/0/cutoff_hz"),
        ("env_6/attack_s", "/modules/env/5/attack_s"),
        ("lfo_8/shape", "/modules/lfo/7/shape"),
        ("lfo_8/shape/id", "/modules/lfo/7/shape/id"),
        ("random_4/rate_hz", "/modules/random/3/rate_hz"),
        ("chorus/mix_percent", "/modules/fx/0/mix_percent"),
        ("filter_fx/cutoff_hz", "/modules/fx/5/cutoff_hz"),
        ("phaser/mix_percent", "/modules/fx/7/mix_percent"),
        ("reverb/decay_s", "/modules/fx/8/decay_s"),
        ("voicing/volume_db", "/modules/voicing/volume_db"),
    ],
)
def test_names_are_those_of_the_panel(name: str, pointer: str) -> None:
    assert NAMES.pointer(name) == pointer
    assert NAMES.name(pointer) == name


def test_names_are_of_controls_and_of_what_modules_play() -> None:
    played = set(parameters().values()) - set(by_pointer())
    assert len(played) == 2 * (3 + 1 + 8)
    assert len(parameters()) == len(by_pointer()) + len(played)


@pytest.mark.parametrize(
    ("name", "route"),
    [
        ("env_2 to filter_1/cutoff_hz", 0),
        ("lfo_1 to filter_1/cutoff_hz", 1),
        ("velocity to phaser/mix_percent", 2),
    ],
)
def test_a_routes_amount_goes_by_what_it_joins(name: str, route: int) -> None:
    assert NAMES.pointer(name) == f"/modulation/routes/{route}/amount"
    assert NAMES.name(f"/modulation/routes/{route}/amount") == name


@pytest.mark.parametrize("route", [3, 4, 5, 6])
def test_routes_that_a_name_would_not_tell_apart_have_none(route: int) -> None:
    assert NAMES.name(f"/modulation/routes/{route}/amount") == f"/modulation/routes/{route}/amount"


@pytest.mark.parametrize("pointer", ["/modules/filter/0/cutoff_hz", "/modulation/routes/3/amount", "/no/such"])
def test_a_pointer_stands_for_itself(pointer: str) -> None:
    assert NAMES.pointer(pointer) == pointer


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("filter 1/cutoff_hz", "the nearest are filter_1/cutoff_hz, filter_2/cutoff_hz"),
        ("osc_4/level_percent", "the nearest are osc_3/level_percent, osc_2/level_percent"),
        ("filter_1/cutof_hz", "the nearest are filter_1/cutoff_hz"),
        ("phaser/mix", "the nearest are phaser/mix_percent"),
        ("eq/gain", "the nearest are eq/low_gain_db, eq/band_gain_db, eq/high_gain_db"),
        ("volume_db", "the nearest are voicing/volume_db"),
        ("sample/zzz", "sample has on, level_percent, pan_percent, "),
        ("sample", "sample has on, level_percent, pan_percent, "),
        ("fx/7/zzz", "names begin with osc_1, osc_2, osc_3, sample, filter_1, "),
        ("", "names begin with osc_1, "),
        ("env_2 to filter_1/cutof", "the nearest routes are env_2 to filter_1/cutoff_hz"),
        (
            "zz to zz",
            "the nearest routes are env_2 to filter_1/cutoff_hz, lfo_1 to ",
        ),
        ("lfo_2 to osc_1/pan_percent", "the nearest routes are "),
    ],
)
def test_a_wrong_name_is_answered_by_the_nearest(name: str, said: str) -> None:
    with pytest.raises(SpecError) as refused:
        NAMES.pointer(name)
    assert str(refused.value).startswith(f"no parameter is called {name!r}; {said}")


def test_no_more_than_four_are_told() -> None:
    with pytest.raises(SpecError) as refused:
        NAMES.pointer("sample/n")
    assert str(refused.value).endswith(
        "; the nearest are sample/on, sample/level_percent, sample/pan_percent, sample/destination"
    )


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("osc1/level_percent", "osc_1/level_percent"),  # two letters of three are not enough for osc_2
        ("osc/level_percent", "osc_3/level_percent, osc_2/level_percent"),
        ("filtr_1/cutoff_hz", "filter_1/cutoff_hz, filter_2/cutoff_hz"),
    ],
)
def test_modules_that_are_spelt_alike_are_told_and_no_others(name: str, near: str) -> None:
    with pytest.raises(SpecError) as refused:
        NAMES.pointer(name)
    assert str(refused.value) == f"no parameter is called {name!r}; the nearest are {near}"


def test_of_routes_the_nearest_comes_alone() -> None:
    with pytest.raises(SpecError) as refused:
        NAMES.pointer("velocity to phaser/mix")
    assert str(refused.value).endswith("; the nearest routes are velocity to phaser/mix_percent")


def test_a_route_is_missed_where_there_are_none() -> None:
    with pytest.raises(SpecError, match="no route has a name here"):
        Names().pointer("env_2 to filter_1/cutoff_hz")

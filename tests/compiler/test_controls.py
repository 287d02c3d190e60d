"""The control table against vita itself, for each of its controls."""

from __future__ import annotations  # a type of vita's that outlives the tests aborts their process

import math
from typing import Any

import pytest
import vita
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from vital_documents import plain, values

from engine.compiler.controls import Control, by_pointer, controls, module_controls
from engine.compiler.pointers import destinations
from schemas.parameters import Scale
from schemas.patch_spec import Modules

# Where Vital starts from depends on the oscillator's number; `schemas.patch_spec.OSCILLATORS` says so.
DEFAULT_DIFFERS = {"osc_1_on", "osc_2_destination", "osc_3_destination"}
VIEWS = {"osc_1_view", "osc_2_view", "osc_3_view", "view"}
"""Vital names two of the three ways in which its editor draws."""
WHOLE = {Scale.CHOICE, Scale.SWITCH, Scale.INTEGER}
SCALES = {
    "Linear": {Scale.LINEAR, Scale.NOTE},
    "Indexed": WHOLE,
    "Quartic": {Scale.QUARTIC},
    "Quadratic": {Scale.QUADRATIC},
    "Exponential": {Scale.POWER_OF_TWO, Scale.INVERSE_POWER_OF_TWO},
    "SquareRoot": {Scale.SQUARE_ROOT_DB},
}


@pytest.fixture(scope="module")
def synth() -> vita.Synth:
    return vita.Synth()


def test_every_control_of_the_synth_is_in_the_table_and_no_other(synth: vita.Synth) -> None:
    assert set(controls()) == set(synth.get_controls())
    assert len(controls()) == 772


@pytest.mark.parametrize("name", sorted(controls()))
def test_control_is_as_the_synth_has_it(synth: vita.Synth, name: str) -> None:
    details, parameter = synth.get_control_details(name), controls()[name].parameter
    assert (parameter.low, parameter.high) == (details.min, details.max)
    assert name in DEFAULT_DIFFERS or parameter.default == details.default_value
    assert parameter.scale in SCALES[details.scale.name]
    assert (parameter.scale in WHOLE) == details.is_discrete
    if parameter.scale is Scale.CHOICE:
        assert len(parameter.options) == parameter.travel + 1
        assert len(details.options) == len(parameter.options) or name.rsplit("_", 1)[0] in VIEWS
    if parameter.scale is Scale.SWITCH:
        assert len(details.options) in (0, 2)


def _flatten(value: Any, pointer: str = "/modules") -> dict[str, Any]:
    if isinstance(value, dict):
        pairs = [(str(k), v) for k, v in value.items()]
    elif isinstance(value, list):
        pairs = [(str(k), v) for k, v in enumerate(value)]
    else:
        return {pointer: value}
    return {p: v for k, inner in pairs for p, v in _flatten(inner, f"{pointer}/{k}").items()}


def test_an_empty_patch_is_what_a_new_synth_has() -> None:
    """The defaults of the three controls above, too."""
    settings, modules = plain()["settings"], _flatten(Modules().model_dump(mode="json"))
    for pointer, control in by_pointer().items():
        stored = control.parameter.to_stored(modules[pointer])
        assert stored == pytest.approx(settings[control.name], rel=1e-6, abs=1e-7), pointer


def test_every_pointer_leads_to_a_field() -> None:
    fields = _flatten(Modules().model_dump(mode="json"))
    content = {p for p in fields if p.endswith(("/type", "/table", "/shape", "/sample/sample"))}
    content |= {f"/modules/fx_order/{i}" for i in range(9)}
    assert set(by_pointer()) - set(fields) == set()
    assert set(fields) - set(by_pointer()) <= content


@pytest.mark.parametrize("name", sorted(module_controls()))
def test_a_field_accepts_its_whole_range_and_no_more(name: str) -> None:
    """The bounds in the schema are the parameter's, in the unit a person reads."""
    control = controls()[name]
    parameter = control.parameter
    for stored in (parameter.low, parameter.high, parameter.default):
        assert _accepts(control, parameter.to_person(stored))
    if parameter.scale not in (Scale.CHOICE, Scale.SWITCH):
        low, high = sorted((float(parameter.to_person(parameter.low)), float(parameter.to_person(parameter.high))))
        step = 1 if parameter.scale is Scale.INTEGER else max(abs(low), abs(high), 1e-3) * 1e-3
        assert not _accepts(control, type(parameter.to_person(parameter.low))(low - step))
        assert not _accepts(control, type(parameter.to_person(parameter.low))(high + step))


def _accepts(control: Control, value: Any) -> bool:
    holder: Any = Modules()
    for part in control.path[1:-1]:
        holder = holder[part] if isinstance(part, int) else getattr(holder, part)
    try:
        TypeAdapter(type(holder)).validate_python({control.path[-1]: value})
    except ValidationError:
        return False
    return True


@given(st.data())
def test_a_value_survives_the_way_to_the_person_and_back(data: st.DataObject) -> None:
    control = data.draw(st.sampled_from(sorted(controls().values(), key=lambda c: c.name)))
    stored = data.draw(values(control))
    back = control.parameter.to_stored(control.parameter.to_person(stored))
    if control.parameter.scale in (Scale.QUADRATIC, Scale.QUARTIC):  # the smallest squares vanish in a double
        assert math.isclose(back, stored, rel_tol=1e-9, abs_tol=1e-80)
    else:
        assert math.isclose(back, stored, rel_tol=1e-9, abs_tol=1e-9)


def test_the_ends_and_the_default_survive_the_round_trip() -> None:
    for name, control in controls().items():
        parameter = control.parameter
        for stored in (parameter.low, parameter.high, parameter.default):
            assert parameter.to_stored(parameter.to_person(stored)) == pytest.approx(
                stored, rel=1e-12, abs=1e-12
            ), name


def test_readings_are_those_of_the_synth() -> None:
    """One of each scale, against what Vital's own display says."""
    table = controls()
    read = {name: table[name].parameter.to_person(stored) for name, stored in {
        "filter_1_cutoff": 69.0, "lfo_1_frequency": 3.0, "delay_frequency": 2.0, "env_1_attack": 0.5,
        "osc_1_level": 0.5, "volume": 6400.0, "voice_tune": 0.25, "beats_per_minute": 2.0, "lfo_1_tempo": 9.0,
        "delay_tempo": 9.0, "osc_1_on": 1.0, "polyphony": 8.0,
    }.items()}  # fmt: skip
    assert read == {
        "filter_1_cutoff": 440.0, "lfo_1_frequency": 8.0, "delay_frequency": 0.25, "env_1_attack": 0.0625,
        "osc_1_level": 25.0, "volume": 0.0, "voice_tune": 25.0, "beats_per_minute": 120.0, "lfo_1_tempo": "1/8",
        "delay_tempo": "1/8", "osc_1_on": True, "polyphony": 8,
    }  # fmt: skip


def test_what_can_be_moved_is_what_the_synth_can_move() -> None:
    assert destinations() == set(vita.get_modulation_destinations())

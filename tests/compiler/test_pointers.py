"""Pointers resolve to a control that the synth can move, or say what is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.compiler import compile_spec
from engine.compiler.controls import by_pointer
from engine.compiler.pointers import destinations, movable, slotted
from engine.errors import SpecError
from schemas.modulation import Macro, MacroTarget, Modulation, Route
from schemas.patch_spec import PatchSpec

PARTS = st.sampled_from(
    ["modules", "osc", "fx", "lfo", "0", "2", "9", "-", "level_percent", "on", "wavetable", "position", "macros",
     "default", "routes", "modulation", "amount", "~0", "~1", "", "Ω"]
)  # fmt: skip
POINTERS = st.one_of(
    st.text(), st.lists(PARTS).map(lambda parts: "/" + "/".join(parts)), st.sampled_from(list(by_pointer()))
)


@given(POINTERS)
def test_any_text_is_a_movable_parameter_or_an_error_that_names_it(pointer: str) -> None:
    control = by_pointer().get(pointer)
    if pointer in {f"/macros/{n}/default" for n in range(4)} or (control and control.name in destinations()):
        assert movable(pointer).name in destinations()
    else:
        with pytest.raises(SpecError) as refused:
            movable(pointer)
        assert pointer in str(refused.value)


def test_each_destination_but_those_of_modulations_has_a_pointer() -> None:
    named = {c.name for c in by_pointer().values()} | {f"macro_control_{n}" for n in range(1, 5)}
    rest = {name for name in destinations() if not name.startswith("modulation_")}
    assert rest <= named


def _spec(*targets: str, slot: int | None = None) -> PatchSpec:
    routes = tuple(Route(source="lfo_1", target=t, amount=0.5, slot=slot) for t in targets)
    return PatchSpec(engine_version="test", modulation=Modulation(routes=routes))


@pytest.mark.parametrize(
    ("pointer", "words"),
    [
        ("/modules/osc/0/levle_percent", "level_percent"),
        ("/modules/osc/3/level_percent", "doesn't name a parameter"),
        ("/modules/osc/0", "doesn't name a parameter"),
        ("/modules/osc/00/level_percent", "doesn't name a parameter"),
        ("/modules/filter/0/on", "can't be moved"),
        ("/modules/osc/0/destination", "can't be moved"),
        ("/modules/fx_order/0", "doesn't name a parameter"),
        ("/macros/4/default", "doesn't name a parameter"),
        ("/macros/0/label", "doesn't name a parameter"),
        ("/macro/0/default", "doesn't name a parameter"),
        ("/macros/0/default/0", "doesn't name a parameter"),
        ("/modulation/routes/7/amount", "doesn't name a parameter"),
        ("/metadata/name", "parameters lie under /modules"),
    ],
)
def test_a_route_to_nothing_is_refused_by_name(pointer: str, words: str) -> None:
    with pytest.raises(SpecError, match=words) as refused:
        compile_spec(_spec(pointer))
    assert "/modulation/routes/0" in str(refused.value)
    assert pointer in str(refused.value)


def test_a_macro_target_is_held_to_the_same() -> None:
    macro = Macro(role_id="bright", label="Bright", targets=(MacroTarget(path="/modules/sample/on", amount=1.0),))
    with pytest.raises(SpecError, match=r"/macros/0/targets/0: /modules/sample/on can't be moved"):
        compile_spec(PatchSpec(engine_version="test", macros=(macro,)))


def test_a_route_may_move_another_route_and_a_macro() -> None:
    made = compile_spec(
        _spec(
            "/modules/osc/0/level_percent",
            "/modulation/routes/0/amount",
            "/modulation/routes/0/curve",
            "/macros/2/default",
        )
    )
    assert [m["destination"] for m in made["settings"]["modulations"][:5]] == [
        "osc_1_level", "modulation_1_amount", "modulation_1_power", "macro_control_3", "",
    ]  # fmt: skip


def test_the_synth_has_64_places() -> None:
    full = ("/modules/osc/0/level_percent",) * 62
    macro = Macro(
        role_id="a", label="A", targets=(MacroTarget(path="/modules/osc/0/level_percent", amount=1.0),) * 2
    )
    fits = _spec(*full).model_copy(update={"macros": (macro,)})
    assert len(slotted(fits)) == 64
    with pytest.raises(SpecError, match=r"/modulation/routes/62: Vital has 64 modulations"):
        compile_spec(_spec(*full, full[0]).model_copy(update={"macros": (macro,)}))


def test_two_connections_can_not_have_one_slot() -> None:
    target = "/modules/osc/0/level_percent"
    with pytest.raises(SpecError, match=r"/modulation/routes/1/slot: 5 is already taken by /modulation/routes/0"):
        compile_spec(_spec(target, target, slot=5))


def test_named_slots_come_first_and_others_around_them() -> None:
    target = "/modules/osc/0/level_percent"
    routes = tuple(Route(source="lfo_1", target=target, amount=0.1, slot=slot) for slot in (None, 0, None, 2))
    spec = PatchSpec(engine_version="test", modulation=Modulation(routes=routes))
    assert [c.slot for c in slotted(spec)] == [1, 0, 3, 2]


def test_a_baked_macro_moves_nothing() -> None:
    target = MacroTarget(path="/modules/osc/0/level_percent", amount=1.0)
    macros = tuple(
        Macro(role_id="r", label="R", targets=(target,), control=control) for control in ("baked", "mod_wheel")
    )
    found = slotted(PatchSpec(engine_version="test", macros=macros))
    assert [c.source for c in found] == ["mod_wheel"]

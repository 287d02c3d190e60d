"""What is read off a map, and when one is stale."""

from collections import Counter

import pytest

from engine import versions
from engine.catalog import catalog
from engine.errors import SpecError
from engine.generate import axis_moves
from engine.responses import FIGURES, GRAINS, current_rows, expected, is_of, map_text, read_map, to_render
from engine.responses.contexts import contexts_of, named
from engine.responses.figures import from_grains, in_grains
from engine.responses.moves import axis_key, macro_key, moved, patch_hash
from engine.responses.predict import expected_of_macro
from schemas.intent import AXES
from schemas.responses import ContextResponses, ResponseMap
from schemas.template import MacroTemplate

KICK = catalog()["kick"]


def grains(**changes: int) -> tuple[int, ...]:
    return tuple(changes.get(name, 0) for name in FIGURES)


def a_map(*contexts: dict[str, tuple[int, ...] | None]) -> ResponseMap:
    return ResponseMap(
        template_id="kick",
        template="0" * 16,
        lexicon="0" * 16,
        measures=versions.MEASURES,
        figures=FIGURES,
        contexts={
            f"number_{number}": ContextResponses(
                patch="0" * 8, base=grains(), rows={key: ("0" * 8, row) for key, row in rows.items()}
            )
            for number, rows in enumerate(contexts)
        },
    )


def test_figures_are_held_in_grains_and_come_back_in_their_units() -> None:
    heard = dict.fromkeys(FIGURES, 1.0) | {"brightness": 3.23, "loudness_lufs": -20.26}
    held = in_grains(heard)
    assert held[FIGURES.index("loudness_lufs")] == -203
    assert from_grains(held) == pytest.approx(
        dict.fromkeys(FIGURES, 1.0) | {"brightness": 3.24, "loudness_lufs": -20.3}, abs=0.011
    )


def test_a_change_is_taken_before_it_is_rounded() -> None:
    base = dict.fromkeys(FIGURES, 0.0) | {"brightness": 0.009}
    assert in_grains(base | {"brightness": 0.031}, less=base)[FIGURES.index("brightness")] == 1


def test_no_grain_is_as_coarse_as_a_tenth_of_what_is_heard() -> None:
    from engine.word_contracts import AUDIBLE

    assert all(GRAINS[axis] <= audible.step / 10 for axis, audible in AUDIBLE.items())


def test_what_is_expected_is_the_mean_of_the_contexts_in_proportion_to_the_drive() -> None:
    known = a_map(
        {"brightness +0.8": grains(brightness=40, weight=-10), "brightness -0.8": grains(brightness=-100)},
        {"brightness +0.8": grains(brightness=20)},
        {"brightness +0.8": None},
    )
    up = expected(known, "brightness", 0.4)
    assert up is not None
    assert (up["brightness"], up["weight"], up["noise"]) == (0.3, -0.25, 0.0)
    down = expected(known, "brightness", -0.8)
    assert down is not None
    assert down["brightness"] == -2.0


def test_nothing_is_expected_where_nothing_was_heard() -> None:
    assert expected(None, "brightness", 0.8) is None
    assert expected(a_map({}), "brightness", 0.8) is None
    assert expected(a_map({"brightness +0.8": None}), "brightness", 0.8) is None
    assert expected_of_macro(None, "grit", 1) is None


def test_a_macros_end_is_expected_as_it_was_heard() -> None:
    heard = expected_of_macro(a_map({"macro grit 1": grains(grit=40)}), "grit", 1)
    assert heard is not None
    assert heard["grit"] == 2.0


def test_a_map_is_written_a_line_a_row_and_read_again(tmp_path) -> None:
    known = a_map({"brightness +0.8": grains(brightness=40), "macro grit 0": None}, {})
    text = map_text(known)
    assert b'\n"brightness +0.8":["00000000",[0,0,0,40,' in text
    assert b'\n"macro grit 0":["00000000",null]' in text
    (tmp_path / "kick.json").write_bytes(text)
    assert read_map("kick", tmp_path) == known
    assert read_map("snare", tmp_path) is None


def test_a_spoilt_map_is_refused(tmp_path) -> None:
    (tmp_path / "kick.json").write_bytes(map_text(a_map({})).replace(b'"measures"', b'"measured"'))
    with pytest.raises(SpecError, match="measured"):
        read_map("kick", tmp_path)


def test_each_context_moves_all_that_it_does_not_speak_of_and_its_macros() -> None:
    plain, higher, name = contexts_of(KICK)
    for context in (plain, higher, name):
        keys = moved(context).patches.keys()
        axes = {key.rsplit(" ", 1)[0] for key in keys if not key.startswith("macro ")}
        assert len(axes) == 14 - len(context.intent.axes)
        assert not axes & context.intent.axes.keys()
        assert {axis_key(axis, drive) for axis in axes for drive in (-0.8, 0.8)} <= keys
    own = {macro_key(role, end) for role in KICK.macros for end in (0, 1)}
    assert {key for key in moved(plain).patches if key.startswith("macro ")} <= own
    assert not own & moved(higher).patches.keys()
    assert 0 < len(named(KICK).axes) <= 3


def _current() -> ResponseMap:
    """The kick's map as far as hashes tell, without its figures."""
    known = read_map("kick")
    assert known is not None
    return known


def changed(template: MacroTemplate, **update: object) -> MacroTemplate:
    return template.model_copy(update=update)


def test_a_map_is_stale_as_soon_as_its_template_sounds_otherwise() -> None:
    known = _current()
    assert to_render(KICK, known) == 0
    louder = changed(KICK, base={**KICK.base, "/modules/voicing/volume_db": -20.0})
    assert to_render(louder, known) == sum(len(one.rows) for one in known.contexts.values())
    assert not is_of(known, louder)


def test_what_nobody_hears_of_a_template_makes_its_map_of_another_but_nothing_to_render() -> None:
    told = changed(KICK, description="Another kick.")
    assert not is_of(_current(), told)
    assert to_render(told, _current()) == 0


def test_a_move_that_the_engine_makes_otherwise_now_is_heard_again_and_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    axis = next(one for one in AXES if one not in {role.role_id for role in KICK.roles})
    down, _ = axis_moves.AXIS_MOVES[axis]
    monkeypatch.setitem(axis_moves.AXIS_MOVES, axis, (down, axis_moves.AXIS_MOVES["weight"][1]))  # type: ignore[index]
    wanted = {f"{axis} +0.8": sum(axis not in one.intent.axes for one in contexts_of(KICK))}
    known = _current()
    heard_again = [
        key
        for one in contexts_of(KICK)
        for key, spec in moved(one).patches.items()
        if patch_hash(spec) != known.contexts[one.name].rows[key][0]
    ]
    assert Counter(heard_again) == wanted
    assert to_render(KICK, known) == len(heard_again)


def test_rows_that_no_longer_hold_can_be_forgotten_and_the_others_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    axis = next(one for one in AXES if one not in {role.role_id for role in KICK.roles})
    down, _ = axis_moves.AXIS_MOVES[axis]
    known = current_rows(KICK, _current())
    monkeypatch.setitem(axis_moves.AXIS_MOVES, axis, (down, axis_moves.AXIS_MOVES["weight"][1]))  # type: ignore[index]
    holds = current_rows(KICK, known)
    for name, context in known.contexts.items():
        assert holds.contexts[name].rows == {k: row for k, row in context.rows.items() if k != f"{axis} +0.8"}
    assert is_of(holds, KICK)


def test_nothing_holds_of_a_base_that_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    louder = changed(KICK, base={**KICK.base, "/modules/voicing/volume_db": -20.0})
    assert current_rows(louder, _current()).contexts == {}
    monkeypatch.setattr(versions, "MEASURES", "another")
    assert current_rows(KICK, _current()).contexts == {}


def test_other_measures_make_every_map_stale(monkeypatch) -> None:
    known = _current()
    monkeypatch.setattr(versions, "MEASURES", "another")
    assert not is_of(known, KICK)
    assert to_render(KICK, known) == sum(len(one.rows) for one in known.contexts.values())
    assert to_render(KICK, None) == to_render(KICK, known)

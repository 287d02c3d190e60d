"""Whether a preset's four macros do something, and what they promise: each is turned to its ends and heard.

An end that a macro nearly stands at already is left out; there the sound at rest stands for it.
"""

from collections.abc import Collection, Mapping, Sequence

from engine.compiler.to_vital import macros_by_number
from engine.render.job import Turned
from schemas.patch_spec import PatchSpec
from schemas.result import MacroDirection, MacroEnd, MacroHeard

LEAST_CHANGE_DB = 1.0
"""A macro is heard if an end differs by this much from the default, over time and bands, and more than seeds do."""


def judge_macros(spec: PatchSpec, turned: Sequence[Turned], broken: Mapping[str, str]) -> tuple[MacroHeard, ...]:
    """What each macro does, from what was heard of its turns; `broken` says what breaks, by condition."""
    found = []
    for number, macro in sorted(macros_by_number(spec.macros).items()):
        own = [one for one in turned if one.macro == number]
        ends = tuple(
            MacroEnd(
                position=one.position,
                change_db=one.change_db,
                noise_db=one.noise_db,
                broken=one.died or broken.get(one.take.condition if one.take else "", ""),
            )
            for one in own
        )
        heard = MacroHeard(
            number=number, role_id=macro.role_id, label=macro.label, ends=ends, direction=_direction(own)
        )
        found.append(heard.model_copy(update={"problem": _problem(heard)}))
    return tuple(found)


def merge_heard(
    before: Sequence[MacroHeard], heard: Sequence[MacroHeard], turned: Collection[int]
) -> tuple[MacroHeard, ...]:
    """What was `heard` of the macros that were turned, and `before` of the others, by number."""
    found = {macro.number: macro for macro in before}
    found |= {macro.number: macro for macro in heard if macro.number in turned}
    return tuple(found[number] for number in sorted(found))


def _direction(own: Sequence[Turned]) -> MacroDirection | None:
    """The figure of the macro's axis at its two ends, if both were asked for and survived."""
    rest = next((one.feature_at_rest for one in own if one.feature_at_rest is not None), None)
    if rest is None or any(one.feature is None for one in own):
        return None
    by_end = {one.position: one.feature for one in own if one.feature is not None}
    low, high = by_end.get(0.0, rest), by_end.get(1.0, rest)
    return MacroDirection(axis=own[0].axis, low=low, high=high, noise=max(one.feature_noise for one in own))


def _problem(heard: MacroHeard) -> str:
    """Why a macro can't keep its role, in words; empty if it can. What breaks the sound is another matter."""
    name = f"Macro {heard.number} ({heard.label})"
    most = max(heard.ends, key=lambda end: end.change_db - end.noise_db, default=None)
    change, noise = (most.change_db, most.noise_db) if most else (0.0, 0.0)
    if change < LEAST_CHANGE_DB:
        return f"{name} changes the sound by {change:.1f} dB (at least {LEAST_CHANGE_DB:.1f} dB)"
    way, found = _way(heard.direction), heard.direction
    if change <= noise and not way:
        return f"{name} changes the sound by {change:.1f} dB, which another phase seed does, too ({noise:.1f} dB)"
    if found is not None and way <= 0:
        less = "less" if way < 0 else "no more"
        figures = f"{found.low:g} to {found.high:g} (seeds differ by {found.noise:g})"
        return f"{name} gives {less} {found.axis} turned up: {figures}"
    return ""


def failed(heard: tuple[MacroHeard, ...]) -> tuple[MacroHeard, ...]:
    """The macros whose role is refused: nothing is heard of it, not what it promises, or it can't be made safe."""
    return tuple(macro for macro in heard if macro.problem)


def undecided(heard: tuple[MacroHeard, ...]) -> tuple[int, ...]:
    """The macros with a problem of which a longer note may tell more: all but those that go the wrong way."""
    return tuple(macro.number for macro in heard if macro.problem and _way(macro.direction) >= 0)


def _way(direction: MacroDirection | None) -> int:
    """1: turned up, a macro gives more of its axis, beyond what seeds do; -1: less; 0: neither is known."""
    if direction is None or abs(direction.high - direction.low) <= direction.noise:
        return 0
    return 1 if direction.high > direction.low else -1

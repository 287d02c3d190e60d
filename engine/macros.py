"""Whether a preset's four knobs do something and break nothing: each is turned to its ends and heard.

An end that a knob nearly stands at already is left out.
"""

from collections.abc import Collection

from engine.compiler.to_vital import knob_macros
from engine.generate.draft import Draft
from engine.generate.roles import curve_at
from engine.render.job import Turn, Turned
from schemas.patch_spec import PatchSpec
from schemas.result import MacroEnd, MacroHeard

LEAST_CHANGE_DB = 1.0
"""A knob is heard if an end differs by this much from the default, over time and bands."""
LOUDEST_PEAK = 0.999
QUIETEST_LUFS = -60.0
TURN_S = 0.7
"""How long a turned knob is heard; one of which nothing is heard is heard again for the whole note."""
_AT_THE_END = 0.25
"""An end that a knob stands this near to is not much of a turn."""


def turns(spec: PatchSpec, *, both_ends: bool, knobs: Collection[int] = range(1, 5)) -> tuple[Turn, ...]:
    """The ends of `knobs` at which they don't nearly stand already, or only the one that is further away."""
    return tuple(
        Turn(knob, end)
        for knob, macro in sorted(knob_macros(spec.macros).items())
        for end in ((0.0, 1.0) if both_ends else (float(macro.default <= 0.5),))
        if knob in knobs and abs(end - macro.default) > _AT_THE_END
    )


def judge_macros(spec: PatchSpec, turned: tuple[Turned, ...]) -> tuple[MacroHeard, ...]:
    """What each knob does, from what was heard of its turns."""
    return tuple(
        MacroHeard(
            knob=knob,
            role_id=macro.role_id,
            label=macro.label,
            ends=tuple(
                MacroEnd(position=one.position, change_db=one.change_db, broken=_broken(one))
                for one in turned
                if one.knob == knob
            ),
        )
        for knob, macro in sorted(knob_macros(spec.macros).items())
    )


def _broken(turned: Turned) -> str:
    if turned.died:
        return turned.died
    if turned.nonfinite:
        return "isn't finite"
    if turned.loudness_lufs < QUIETEST_LUFS:
        return f"is silent ({turned.loudness_lufs:.0f} LUFS)"
    if turned.peak > LOUDEST_PEAK:
        return f"clips (peaks at {turned.peak:.2f})"
    return ""


def unheard(heard: tuple[MacroHeard, ...]) -> tuple[MacroHeard, ...]:
    """The knobs that break nothing and change nothing."""
    return tuple(
        macro
        for macro in heard
        if not any(end.broken for end in macro.ends)
        and max((end.change_db for end in macro.ends), default=0.0) < LEAST_CHANGE_DB
    )


def problems(heard: tuple[MacroHeard, ...]) -> dict[int, str]:
    """What is wrong with each knob that changes nothing or breaks the sound, in words, by knob."""
    found = {}
    for macro in heard:
        broken = [f"at {end.position:.0%} it {end.broken}" for end in macro.ends if end.broken]
        change = max((end.change_db for end in macro.ends), default=0.0)
        if broken:
            found[macro.knob] = f"Macro {macro.knob} ({macro.label}): {' and '.join(broken)}"
        elif change < LEAST_CHANGE_DB:
            found[macro.knob] = (
                f"Macro {macro.knob} ({macro.label}) changes the sound by {change:.1f} dB "
                f"(at least {LEAST_CHANGE_DB:.1f} dB)"
            )
    return found


def narrow(spec: PatchSpec, knob: int, *, part: float) -> PatchSpec:
    """The patch with a knob that reaches only `part` as far; where it stands now, nothing changes."""
    index = next(i for i, macro in enumerate(spec.macros) if macro is knob_macros(spec.macros)[knob])
    draft = Draft(spec.model_dump(mode="json"))
    macro = draft.document["macros"][index]
    for target in macro["targets"]:
        travel = (k := draft.knob(target["path"])).high - k.low
        given_back = (1 - part) * target["amount"] * curve_at(target["curve"], macro["default"]) * travel
        draft.set_stored(target["path"], draft.stored(target["path"]) + given_back)
        target["amount"] *= part
    return draft.spec()

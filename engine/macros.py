"""Whether a preset's four knobs do something, and what they promise: each is turned to its ends and heard.

An end that a knob nearly stands at already is left out; there the sound at rest stands for it.
"""

import math
from collections.abc import Mapping, Sequence
from typing import cast

from engine.compiler.controls import by_pointer
from engine.compiler.to_vital import knob_macros
from engine.gates import louder, shifted
from engine.generate.draft import Draft
from engine.generate.roles import curve_at
from engine.measure.overall import combine
from engine.render.job import Turned
from schemas.intent import AXES
from schemas.measurements import Measurements
from schemas.patch_spec import PatchSpec
from schemas.result import MacroDirection, MacroEnd, MacroHeard
from schemas.template import NamedCurve

VOLUME = "/modules/voicing/volume_db"
LEAST_CHANGE_DB = 1.0
"""A knob is heard if an end differs by this much from the default, over time and bands, and more than seeds do."""


def knob_axes(spec: PatchSpec) -> dict[int, str]:
    """The axis of the role on each knob, by the knob's number; empty for a role that is no axis of ours."""
    roles = {knob: str(macro.role_id) for knob, macro in knob_macros(spec.macros).items()}
    return {knob: role if role in AXES else "" for knob, role in roles.items()}


def knob_defaults(spec: PatchSpec) -> dict[int, float]:
    """Where each knob rests, by its number."""
    return {knob: macro.default for knob, macro in knob_macros(spec.macros).items()}


def judge_macros(spec: PatchSpec, turned: Sequence[Turned], broken: Mapping[str, str]) -> tuple[MacroHeard, ...]:
    """What each knob does, from what was heard of its turns; `broken` says what breaks, by condition."""
    found = []
    for knob, macro in sorted(knob_macros(spec.macros).items()):
        own = [one for one in turned if one.knob == knob]
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
            knob=knob, role_id=macro.role_id, label=macro.label, ends=ends, direction=_direction(own)
        )
        found.append(heard.model_copy(update={"problem": _problem(heard)}))
    return tuple(found)


def _direction(own: Sequence[Turned]) -> MacroDirection | None:
    """The figure of the knob's axis at its two ends, if both were asked for and survived."""
    rest = next((one.feature_at_rest for one in own if one.feature_at_rest is not None), None)
    if rest is None or any(one.feature is None for one in own):
        return None
    by_end = {one.position: one.feature for one in own if one.feature is not None}
    low, high = by_end.get(0.0, rest), by_end.get(1.0, rest)
    return MacroDirection(axis=own[0].axis, low=low, high=high, noise=max(one.feature_noise for one in own))


def _problem(heard: MacroHeard) -> str:
    """Why a knob can't keep its role, in words; empty if it can. What breaks the sound is another matter."""
    name = f"Macro {heard.knob} ({heard.label})"
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


def unheard(heard: tuple[MacroHeard, ...]) -> tuple[MacroHeard, ...]:
    """The knobs whose role is refused: nothing is heard of it, not what it promises, or it can't be made safe."""
    return tuple(macro for macro in heard if macro.problem)


def undecided(heard: tuple[MacroHeard, ...]) -> tuple[int, ...]:
    """The knobs with a problem of which a longer note may tell more: all but those that go the wrong way."""
    return tuple(macro.knob for macro in heard if macro.problem and _way(macro.direction) >= 0)


def _way(found: MacroDirection | None) -> int:
    """1: turned up, a knob gives more of its axis, beyond what seeds do; -1: less; 0: neither is known."""
    if found is None or abs(found.high - found.low) <= found.noise:
        return 0
    return 1 if found.high > found.low else -1


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


def trim(spec: PatchSpec, knob: int, *, trim_db: float) -> PatchSpec:
    """The patch with a knob that turns the output down by `trim_db` over its travel; at rest, nothing changes.

    Vital stores the volume as (dB + 80)^2 and moves it in a straight line there, so the slope is that at rest.
    Where the volume has no room for it, it is less.
    """
    index = next(i for i, macro in enumerate(spec.macros) if macro is knob_macros(spec.macros)[knob])
    draft = Draft(spec.model_dump(mode="json"))
    macro, volume = draft.document["macros"][index], draft.knob(VOLUME)
    travel, rests = volume.high - volume.low, macro["default"]
    at_zero = draft.stored(VOLUME)
    here = at_zero + _volume_added(draft)
    slope = -2.0 * math.sqrt(max(here, 1.0)) * trim_db / travel
    if rests > 0.0:
        least = (at_zero - volume.high) / (travel * rests)
        slope = min(max(slope, least), at_zero / (travel * rests))
    own = next((target for target in macro["targets"] if target["path"] == VOLUME), None)
    if own is None:
        own = {"path": VOLUME, "amount": 0.0, "curve": "linear"}
        macro["targets"].append(own)
    slope = min(max(own["amount"] + slope, -1.0), 1.0) - own["amount"]
    own["amount"] = round(own["amount"] + slope, 6)
    draft.set_stored(VOLUME, at_zero - slope * rests * travel)
    return draft.spec()


def measured_after(before: PatchSpec, after: PatchSpec, measured: Measurements) -> Measurements:
    """What would be measured of `after`, which differs in its volume alone, as it is set and as its knobs move it.

    The volume comes last in Vital's chain. How a trimmed knob stands decides how far a take gets louder.
    """
    rest_db = volume_db_at(after, ()) - volume_db_at(before, ())
    at_rest = shifted(measured, rest_db)
    takes = [
        louder(take, volume_db_at(after, take.knobs) - volume_db_at(before, take.knobs)) if take.knobs else resting
        for take, resting in zip(measured.takes, at_rest.takes, strict=True)
    ]
    return combine(at_rest.notes, takes).model_copy(update={"timbre": measured.timbre})


def volume_db_at(spec: PatchSpec, knobs: Sequence[float | None]) -> float:
    """The output volume with the macro knobs turned to these positions, dB; None leaves a knob at rest."""
    knob = by_pointer()[VOLUME].knob
    stored = knob.to_stored(spec.modules.voicing.volume_db)
    for number, macro in knob_macros(spec.macros).items():
        place = knobs[number - 1] if number <= len(knobs) else None
        at = macro.default if place is None else place
        for target in macro.targets:
            if target.path == VOLUME:
                stored += target.amount * curve_at(cast("NamedCurve", target.curve), at) * (knob.high - knob.low)
    return float(knob.to_person(max(stored, knob.low)))  # measured: Vital holds a moved volume at no ceiling


def _volume_added(draft: Draft) -> float:
    """What the knobs add to the stored volume where they rest."""
    travel = (k := draft.knob(VOLUME)).high - k.low
    added: float = sum(
        target["amount"] * curve_at(target["curve"], macro["default"]) * travel
        for macro in draft.document["macros"]
        for target in macro["targets"]
        if target["path"] == VOLUME and str(macro.get("control", "")).startswith("macro_")
    )
    return added

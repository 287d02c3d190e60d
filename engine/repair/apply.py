"""Applies a suggested repair to a PatchSpec."""

import math
import re
from collections.abc import Mapping, Sequence

from engine.compiler.controls import by_pointer
from engine.compiler.slots import AMP, EQ, STEREO, VOLUME
from engine.generate.variations import Operations, apply_patch
from engine.macros import volume_db_at
from engine.repair.limits import (
    LEAST_SOURCE_GAIN,
    LEAST_SOURCE_STEP_PERCENT,
    LITTLE_NARROWER,
    LONGEST_ATTACK_S,
    LOUDEST_SOURCE_PERCENT,
    LOUDEST_VOLUME_DB,
    LOW_CUT_HZ,
    QUIETEST_VOLUME_DB,
    SHORTEST_ATTACK_S,
    WET_FROM_HZ,
)
from engine.repair.mono_bass import bass_to_the_middle
from schemas.measurements import Repair
from schemas.patch_spec import PatchSpec
from schemas.result import Repaired

_AND = "; "
_FIGURES = re.compile(r"[-\d.]+")


def apply_repair(
    spec: PatchSpec, repair: Repair, *, heard_again: bool = False
) -> tuple[PatchSpec, Repaired] | None:
    """The repaired patch and what was done to it; none if the patch leaves no room for the repair.

    What must be heard again is done only where it will be: `heard_again`.
    """
    match repair.kind:
        case "level":
            return _level(spec, repair.gain_db or 0.0, repair.reason)
        case "mono_low" if heard_again and repair.factor is not None and repair.factor < LITTLE_NARROWER:
            return _bass_to_the_middle(spec, repair.factor, repair) or _narrow(spec, repair.factor, repair)
        case "width" | "mono_low":
            return _narrow(spec, 1.0 if repair.factor is None else repair.factor, repair)
        case "click":
            return _soften(spec, repair.reason)
        case "dc":
            return _cut_dc(spec, repair.reason)


def _level(spec: PatchSpec, gain_db: float, reason: str) -> tuple[PatchSpec, Repaired] | None:
    """Changes the output volume by a gain, with macros at rest; the sources make up what is beyond its range."""
    parameter, now = by_pointer()[VOLUME].parameter, spec.modules.voicing.volume_db
    resting = volume_db_at(spec, ())
    added = parameter.to_stored(resting) - parameter.to_stored(now)  # by macros that were trimmed
    aim = max(resting + gain_db, QUIETEST_VOLUME_DB)  # below it the stored square would rise again
    wanted = parameter.to_person(max(parameter.to_stored(aim) - added, parameter.low))
    then = round(min(max(float(wanted), QUIETEST_VOLUME_DB), LOUDEST_VOLUME_DB), 3)
    reached = parameter.to_person(max(parameter.to_stored(then) + added, parameter.low))
    rest = 10 ** ((resting + gain_db - float(reached)) / 20)
    louder = _louder_sources(spec, rest) if rest > LEAST_SOURCE_GAIN else {}
    if abs(then - now) < 0.01 and not louder:
        return None
    amount = round(float(reached) - resting + _gain_of(louder, _sources(spec)), 2)
    made = _replace(spec, (VOLUME, then), *louder.items())
    return made, Repaired(kind="level", amount=amount, unit="dB", reason=reason)


def _louder_sources(spec: PatchSpec, gain: float) -> dict[str, float]:
    """The levels of the sources that there is room to turn up, by pointer."""
    before = _sources(spec)
    found = {path: round(min(level * gain, LOUDEST_SOURCE_PERCENT), 3) for path, level in before.items()}
    return {path: level for path, level in found.items() if level > before[path] + LEAST_SOURCE_STEP_PERCENT}


def _gain_of(louder: Mapping[str, float], before: Mapping[str, float]) -> float:
    """How much louder all sources are together with some of them turned up, dB."""
    power = sum(level**2 for level in before.values())
    return 10.0 * math.log10(sum(level**2 for level in {**before, **louder}.values()) / power) if louder else 0.0


def _sources(spec: PatchSpec) -> dict[str, float]:
    """Level of each source that is on, by pointer."""
    modules = spec.modules
    found = {f"/modules/osc/{n}/level_percent": osc.level_percent for n, osc in enumerate(modules.osc) if osc.on}
    if modules.sample.on:
        found["/modules/sample/level_percent"] = modules.sample.level_percent
    return found


def _narrow(spec: PatchSpec, factor: float, repair: Repair) -> tuple[PatchSpec, Repaired] | None:
    """Scales the side signal at the output.

    Measured with vita: in the mode `spread`, stereo routing r scales the side by tan(r·π/4).
    """
    voicing = spec.modules.voicing
    if voicing.stereo_mode != "spread":
        return None
    now = math.tan(voicing.stereo_percent / 100 * math.pi / 4)
    then = round(math.atan(now * factor) * 4 / math.pi * 100, 1)
    if then >= voicing.stereo_percent:
        return None
    made = _replace(spec, (STEREO, then))
    return made, Repaired(kind=repair.kind, amount=round(factor * 100), unit="% of the width", reason=repair.reason)


def _bass_to_the_middle(spec: PatchSpec, factor: float, repair: Repair) -> tuple[PatchSpec, Repaired] | None:
    made = bass_to_the_middle(spec, factor)
    if made is None:
        return None
    return made, Repaired(kind="mono_bass", amount=WET_FROM_HZ, unit="Hz and lower", reason=repair.reason)


def _cut_dc(spec: PatchSpec, reason: str) -> tuple[PatchSpec, Repaired] | None:
    """Sets the equalizer's low band to a high pass at the bottom of hearing; the chain keeps its order."""
    eq = next(effect for effect in spec.modules.fx if effect.type == "eq")
    if eq.on and eq.low_mode == "high_pass":
        return None
    made = _replace(
        spec,
        (f"{EQ}/on", True),
        (f"{EQ}/low_mode", "high_pass"),
        (f"{EQ}/low_hz", LOW_CUT_HZ),
    )
    return made, Repaired(kind="dc", amount=LOW_CUT_HZ, unit="Hz high pass", reason=reason)


def _soften(spec: PatchSpec, reason: str) -> tuple[PatchSpec, Repaired] | None:
    """Doubles the attack, to 4 ms at least; even the longest it may become, 16 ms, still sounds hard."""
    now = spec.modules.env[0].attack_s
    then = round(min(max(2 * now, SHORTEST_ATTACK_S), LONGEST_ATTACK_S), 4)
    if then <= now:
        return None
    made = _replace(spec, (f"{AMP}/attack_s", then))
    return made, Repaired(kind="click", amount=round(then * 1000, 1), unit="ms attack", reason=reason)


def _replace(spec: PatchSpec, *changes: tuple[str, float | str | bool]) -> PatchSpec:
    operations: Operations = tuple({"op": "replace", "path": path, "value": value} for path, value in changes)
    return apply_patch(spec, operations)


def merged(repairs: Sequence[Repaired]) -> tuple[Repaired, ...]:
    """One entry per kind and subject: levels are added, percentages multiplied, each kind of reason told once."""
    found: dict[tuple[str, str], Repaired] = {}
    for repair in repairs:
        key = (repair.kind, repair.subject)
        before = found.get(key)
        found[key] = repair if before is None else _together(before, repair)
    return tuple(found.values())


def _together(before: Repaired, repair: Repaired) -> Repaired:
    amount = repair.amount
    if repair.unit.startswith("%") and repair.kind != "peaks":
        amount = round(before.amount * repair.amount / 100, 1)
    elif repair.kind.endswith("level"):
        amount = round(before.amount + repair.amount, 2)
    told = before.reason.split(_AND)
    known = {_without_figures(reason) for reason in told}
    reasons = told if _without_figures(repair.reason) in known else [*told, repair.reason]
    return before.model_copy(update={"amount": amount, "reason": _AND.join(reasons)})


def _without_figures(reason: str) -> str:
    """What is wrong, wherever and by however much."""
    return _FIGURES.sub("", reason.partition(" on note")[0])

"""Applies a suggested repair to a PatchSpec."""

import math
from collections.abc import Sequence

from engine.compiler.controls import by_pointer
from engine.compiler.slots import AMP, EQ, STEREO, VOLUME
from engine.generate.variations import Operations, apply_patch
from engine.macros import volume_db_at
from engine.repair.limits import (
    LEAST_SOURCE_GAIN,
    LEAST_SOURCE_STEP_PERCENT,
    LONGEST_ATTACK_S,
    LOUDEST_SOURCE_PERCENT,
    LOUDEST_VOLUME_DB,
    LOW_CUT_HZ,
    QUIETEST_VOLUME_DB,
    SHORTEST_ATTACK_S,
)
from schemas.measurements import Repair
from schemas.patch_spec import PatchSpec
from schemas.result import Repaired


def apply_repair(spec: PatchSpec, repair: Repair) -> tuple[PatchSpec, Repaired] | None:
    """The repaired patch and what was done to it; none if the patch leaves no room for the repair."""
    match repair.kind:
        case "level":
            return _level(spec, repair.gain_db or 0.0, repair.reason)
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
    changes: list[tuple[str, float | str | bool]] = [(VOLUME, then)]
    rest = 10 ** ((resting + gain_db - float(reached)) / 20)
    if rest > LEAST_SOURCE_GAIN:
        changes += [
            (path, louder)
            for path, level in _sources(spec)
            if (louder := round(min(level * rest, LOUDEST_SOURCE_PERCENT), 3)) > level + LEAST_SOURCE_STEP_PERCENT
        ]
    if abs(then - now) < 0.01 and len(changes) == 1:
        return None
    return _replace(spec, *changes), Repaired(kind="level", amount=round(gain_db, 2), unit="dB", reason=reason)


def _sources(spec: PatchSpec) -> list[tuple[str, float]]:
    """Level of each source that is on, by pointer."""
    modules = spec.modules
    found = [(f"/modules/osc/{n}/level_percent", osc.level_percent) for n, osc in enumerate(modules.osc) if osc.on]
    if modules.sample.on:
        found.append(("/modules/sample/level_percent", modules.sample.level_percent))
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
    """One entry per kind and subject: levels are added, percentages multiplied, and the first reason is kept."""
    found: dict[tuple[str, str], Repaired] = {}
    for repair in repairs:
        key = (repair.kind, repair.subject)
        before = found.get(key)
        if before is None:
            found[key] = repair
        elif repair.unit.startswith("%"):
            amount = round(before.amount * repair.amount / 100, 1)
            found[key] = before.model_copy(update={"amount": amount})
        elif not repair.kind.endswith("level"):
            found[key] = repair.model_copy(update={"reason": before.reason})
        else:
            found[key] = before.model_copy(update={"amount": round(before.amount + repair.amount, 2)})
    return tuple(found.values())

"""Roles at work: where a prompt puts them, what they move, and how they become macros.

A target moves on the scale that the synth stores, where equal steps sound equal: semitones for a cutoff, the fourth
root for an envelope's time. With s the curve that Vital puts between a macro and its target (0 at 0, 1 at 1),

    value(r) = base + amount · weight · (s(r) − s(default)) · travel

so the patch sounds as its base does where the role stands at its default.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from engine.generate.draft import Draft
from schemas.modulation import CURVE_POWERS, Curve
from schemas.template import NamedCurve, Role, RoleId, RoleTarget

_LEAST_PART = 0.1
"""A target that can move by less than this part of what its role says is dropped from a macro."""


@dataclass(frozen=True, slots=True)
class Move:
    """A macro's target, worked out: where the parameter starts with the control at 0, and how far it goes."""

    path: str
    curve: NamedCurve
    amount: float
    """Part of the travel, −1..1."""
    shift: float
    """What the control adds to the stored value where the patch is made: the base starts lower by as much."""


def curve_at(curve: Curve, position: float) -> float:
    """The curve that Vital puts between a source and an amount, 0..1 to 0..1.

    (e^(−p·x) − 1) / (e^−p − 1) with p the modulation's power; a straight line at 0.
    """
    power = -(CURVE_POWERS[curve] if isinstance(curve, str) else curve)
    return position if power == 0 else math.expm1(power * position) / math.expm1(power)


def position(role: Role, axis: float | None) -> float:
    """Where a role stands for an axis of −1..1: its default without one, its ends at −1 and +1."""
    if axis is None:
        return role.default
    room = 1 - role.default if axis > 0 else role.default
    at = role.default + axis * room
    if role.behavior.steps:
        at = round(at * (role.behavior.steps - 1)) / (role.behavior.steps - 1)
    return min(max(at, 0.0), 1.0)


def applies(role: Role, draft: Draft) -> bool:
    """Whether what the role requires is on and what it forbids is off."""
    needs = role.constraints
    return all(map(draft.is_on, needs.requires)) and not any(map(draft.is_on, needs.forbids))


def bounds(draft: Draft, target: RoleTarget) -> tuple[float, float]:
    """The range that a target may use, in stored values."""
    parameter = draft.parameter(target.path)
    ends = [parameter.to_stored(limit) for limit in (target.min, target.max) if limit is not None]
    low = min(ends) if target.min is not None and target.max is not None else parameter.low
    high = max(ends) if target.min is not None and target.max is not None else parameter.high
    if len(ends) == 1:
        low, high = (ends[0], parameter.high) if target.min is not None else (parameter.low, ends[0])
    return max(low, parameter.low), min(high, parameter.high)


def move_bases(draft: Draft, role: Role, position: float) -> None:
    """Moves the base of each target from where it is at the role's default to where it is at `position`."""
    for target in role.targets:
        parameter = draft.parameter(target.path)
        shift = curve_at(target.curve, position) - curve_at(target.curve, role.default)
        wanted = draft.stored(target.path) + target.amount * target.weight * shift * (parameter.travel)
        low, high = bounds(draft, target)
        start = draft.stored(target.path)
        draft.set_stored(target.path, min(max(wanted, min(low, start)), max(high, start)))


def moves(
    draft: Draft, role: Role, position: float, *, shifts: Mapping[str, float] | None = None
) -> tuple[Move, ...]:
    """The targets of a role on a macro that stands at `position`, kept within their bounds.

    Both ends of a target stay within its bounds, and so does the base that is left when the macro stands at 0:
    the amount shrinks until they do. `shifts` is what other macros already add, by path.
    """
    found = (_move(draft, target, position, (shifts or {}).get(target.path, 0.0)) for target in role.targets)
    return tuple(move for move in found if move is not None)


def lifts(draft: Draft, role: Role, position: float) -> tuple[Move, ...]:
    """The targets of a role on a control that is at 0 at rest, as a mod wheel is: from `position` to its top."""
    found = []
    for target in role.targets:
        if target.path in draft.pinned:
            continue
        parameter = draft.parameter(target.path)
        wanted = target.amount * target.weight * (1 - curve_at(target.curve, position))
        below, above = _room(draft, target)
        amount = math.copysign(min(abs(wanted), (above if wanted > 0 else below) / parameter.travel), wanted)
        if abs(amount) >= _LEAST_PART * abs(target.amount * target.weight) > 0:
            found.append(Move(target.path, target.curve, amount, 0.0))
    return tuple(found)


def _room(draft: Draft, target: RoleTarget) -> tuple[float, float]:
    """How far a target may go down and up from where it is, in stored values."""
    low, high = bounds(draft, target)
    here = draft.stored(target.path)
    return max(here - low, 0.0), max(high - here, 0.0)


def _move(draft: Draft, target: RoleTarget, position: float, shifted: float) -> Move | None:
    if target.path in draft.pinned:
        return None
    parameter = draft.parameter(target.path)
    travel, at = parameter.travel, curve_at(target.curve, position)
    below, above = _room(draft, target)
    base = draft.stored(target.path) - shifted
    wanted = target.amount * target.weight
    if wanted > 0:
        below = min(below, max(base - parameter.low, 0.0))
    else:
        below, above = min(above, max(parameter.high - base, 0.0)), below
    size = min(
        abs(wanted), below / (travel * at) if at > 0 else 1.0, above / (travel * (1 - at)) if at < 1 else 1.0
    )
    if size < _LEAST_PART * abs(wanted) or size == 0:
        return None
    amount = math.copysign(size, wanted)
    return Move(target.path, target.curve, amount, amount * at * travel)


def axis_positions(roles: tuple[Role, ...], axes: Mapping[RoleId, float]) -> dict[RoleId, float]:
    """Where each role stands for the axes that the prompt mentions, by role."""
    return {role.role_id: position(role, axes.get(role.role_id)) for role in roles}

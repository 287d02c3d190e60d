"""Eight roles on Vital's four macros: which go there, and where the others go."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from engine.generate.draft import Draft
from engine.generate.roles import Move, applies, lifts, moves
from schemas.modulation import RoleControl
from schemas.result import MacroPlacement
from schemas.template import MacroTemplate, Role, RoleId

_HANDS: tuple[RoleControl, ...] = ("mod_wheel", "aftertouch")
_FOR_HANDS = ("movement", "brightness", "resonance", "grit", "space", "width", "rate", "tension")
"""Roles that are useful under a hand while playing, the best first."""


@dataclass(frozen=True, slots=True)
class PlacedRole:
    """A role, the control that it is on, and what it moves from there."""

    role: Role
    control: RoleControl
    position: float
    moves: tuple[Move, ...]
    reason: str


def place_roles(
    draft: Draft,
    template: MacroTemplate,
    positions: Mapping[RoleId, float],
    axes: Mapping[RoleId, float],
    *,
    off_macros: Collection[RoleId] = (),
) -> tuple[PlacedRole, ...]:
    """Where each of the template's roles goes: four on macros, two on mod wheel and aftertouch, the rest baked in.

    A role that the prompt spoke of comes first, then the template's own four. A role that has nothing left to move
    (its effect is off, or its targets stand at their bounds) is baked in, and the reason says so; so is one of
    `off_macros`.
    """
    roles = {role.role_id: role for role in template.roles}
    spoken = sorted((r for r in roles if r in axes), key=lambda r: (-abs(axes[r]), template.roles.index(roles[r])))
    wish = dict.fromkeys([*spoken, *template.macros, *roles])
    on_macros: dict[RoleId, tuple[Move, ...]] = {}
    shifts: dict[str, float] = {}
    for name in wish:
        role = roles[name]
        if len(on_macros) == 4:
            break
        if name in off_macros or not applies(role, draft) or any(other in on_macros for other in role.conflicts):
            continue
        found = moves(draft, role, positions[name], shifts=shifts)
        if found:
            on_macros[name] = found
        for move in found:
            shifts[move.path] = shifts.get(move.path, 0.0) + move.shift
    chosen = [name for name in roles if name in on_macros]
    placed = [
        PlacedRole(roles[name], _macro_control(n), positions[name], on_macros[name], _why(name, spoken, template))
        for n, name in enumerate(chosen)
    ]
    return (*placed, *_others(draft, roles, positions, on_macros, off_macros))


def _others(
    draft: Draft,
    roles: Mapping[RoleId, Role],
    positions: Mapping[RoleId, float],
    on_macros: Collection[RoleId],
    off_macros: Collection[RoleId],
) -> list[PlacedRole]:
    others = [name for name in roles if name not in on_macros]
    found = []
    hands = [hand for hand in _HANDS if hand not in draft.taken]
    for name in sorted(others, key=lambda r: _FOR_HANDS.index(r) if r in _FOR_HANDS else len(_FOR_HANDS)):
        role = roles[name]
        playable = name in _FOR_HANDS and name not in off_macros and applies(role, draft)
        lifted = lifts(draft, role, positions[name]) if hands and playable else ()
        if lifted:
            reason = "not among the four on the macros; moves the sound while it is played"
            found.append(PlacedRole(role, hands.pop(0), positions[name], lifted, reason))
        else:
            off = not applies(role, draft)
            reason = "what it needs is off in this patch" if off else "set for this sound; not under a control"
            found.append(PlacedRole(role, "baked", positions[name], (), reason))
    return found


def _macro_control(index: int) -> RoleControl:
    controls: tuple[RoleControl, ...] = ("macro_1", "macro_2", "macro_3", "macro_4")
    return controls[index]


def _why(name: RoleId, spoken: Sequence[RoleId], template: MacroTemplate) -> str:
    if name in spoken:
        return "the prompt speaks of it"
    return "the template's own choice" if name in template.macros else "the next that moves something here"


def write_macros(draft: Draft, placed: tuple[PlacedRole, ...]) -> None:
    """Writes the placed roles into the draft: macros with targets, and bases moved to where the macros are at 0."""
    draft.document["macros"] = [_macro(draft, one) for one in placed]


def _macro(draft: Draft, placed: PlacedRole) -> dict[str, object]:
    targets = []
    for move in placed.moves:
        draft.set_stored(move.path, draft.stored(move.path) - move.shift)
        targets.append({"path": move.path, "amount": move.amount, "curve": move.curve})
    on_macro = placed.control.startswith("macro_")
    return {
        "role_id": placed.role.role_id,
        "label": placed.role.label.upper() if on_macro else placed.role.label,
        "default": placed.position if on_macro or placed.control == "baked" else 0.0,
        "targets": targets,
        "control": placed.control,
    }


def manifest(placed: tuple[PlacedRole, ...]) -> tuple[MacroPlacement, ...]:
    """Where each role went, for the bundle."""
    return tuple(
        MacroPlacement(
            role_id=one.role.role_id,
            label=one.role.label,
            control=one.control,
            default=one.position,
            targets=tuple(move.path for move in one.moves),
            reason=one.reason,
        )
        for one in placed
    )

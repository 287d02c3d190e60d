"""What a map says of a move that nobody has heard yet."""

from collections.abc import Iterable, Mapping

from engine.responses.figures import FIGURES, from_grains
from engine.responses.moves import DRIVE, axis_key, macro_key
from schemas.intent import Axis
from schemas.responses import Grains, ResponseMap
from schemas.template import RoleId


def expected(known: ResponseMap | None, axis: Axis, drive: float) -> Mapping[str, float] | None:
    """By how much each figure changes when an axis is driven by `drive`, -1..1, each in its unit.

    The mean of the contexts, in proportion to the drive. None where no context says anything of that side.
    """
    if known is None:
        return None
    at = _mean(row(known, axis_key(axis, DRIVE if drive > 0 else -DRIVE)))
    return None if at is None else {name: round(abs(drive) / DRIVE * change, 3) for name, change in at.items()}


def expected_of_macro(known: ResponseMap | None, role: RoleId, end: int) -> Mapping[str, float] | None:
    """By how much each figure changes when a role's macro is turned from where it rests to 0 or 1."""
    return None if known is None else _mean(row(known, macro_key(role, end)))


def row(known: ResponseMap, key: str) -> Iterable[Grains]:
    """What the contexts say of a move, those that heard something."""
    found = (context.rows.get(key, ("", None))[1] for context in known.contexts.values())
    return (grains for grains in found if grains is not None)


def _mean(rows: Iterable[Grains]) -> dict[str, float] | None:
    changes = [from_grains(one) for one in rows]
    if not changes:
        return None
    return {name: round(sum(one[name] for one in changes) / len(changes), 3) for name in FIGURES}

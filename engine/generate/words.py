"""What words do to a patch apart from its roles: axes that no role covers, tempo, voices and glide."""

from collections.abc import Mapping

from engine.generate.axis_moves import move_along, move_beside
from engine.generate.draft import Draft
from schemas.intent import Axis, Intent

MOST_DRIVE = 2.0
"""A drive of 1 is the end of a role, or of an axis; beyond it, `axis_moves` go on as far again."""


def apply_axes(draft: Draft, drives: Mapping[Axis, float], *, in_roles: frozenset[str]) -> None:
    """Moves the patch along each axis that none of the template's roles covers."""
    for axis, drive in drives.items():
        move_beside(draft, axis, drive)
        if axis not in in_roles:
            move_along(draft, axis, drive)


def apply_beyond(draft: Draft, drives: Mapping[Axis, float], *, in_roles: frozenset[str]) -> None:
    """Moves the patch further along the axes whose roles stand at their ends and are driven on."""
    for axis, drive in drives.items():
        if axis in in_roles and abs(drive) > 1.0:
            move_along(draft, axis, drive - 1.0 if drive > 0 else drive + 1.0)


def apply_playing(draft: Draft, intent: Intent) -> None:
    """Tempo, voices and glide."""
    voicing = "/modules/voicing"
    if intent.tempo_bpm is not None:
        draft.set(f"{voicing}/tempo_bpm", intent.tempo_bpm)
    if intent.voicing == "mono":
        draft.set(f"{voicing}/polyphony", 1)
        draft.set(f"{voicing}/legato", True)
    if intent.voicing == "poly":
        draft.set(f"{voicing}/polyphony", max(draft.get(f"{voicing}/polyphony"), 8))
    if intent.glide_s is not None:
        parameter = draft.parameter(f"{voicing}/glide_s")
        draft.set_stored(f"{voicing}/glide_s", parameter.to_stored(max(intent.glide_s, 2.0**parameter.low)))

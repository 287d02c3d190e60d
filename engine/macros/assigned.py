"""What is on the four macros of a patch: the axis that each promises, and where it rests."""

from engine.compiler.to_vital import macros_by_number
from schemas.intent import AXES
from schemas.patch_spec import PatchSpec


def macro_axes(spec: PatchSpec) -> dict[int, str]:
    """The axis of the role on each macro, by the macro's number; empty for a role that is no axis of ours."""
    roles = {number: str(macro.role_id) for number, macro in macros_by_number(spec.macros).items()}
    return {number: role if role in AXES else "" for number, role in roles.items()}


def macro_defaults(spec: PatchSpec) -> dict[int, float]:
    """Where each macro rests, 0..1, by its number."""
    return {number: macro.default for number, macro in macros_by_number(spec.macros).items()}

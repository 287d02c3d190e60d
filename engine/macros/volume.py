"""How macros move the output volume, and what that makes of figures that were measured elsewhere.

The volume comes last in Vital's chain, so nothing has to be heard again to know it.
"""

from collections.abc import Sequence

from engine.compiler.controls import by_pointer
from engine.compiler.slots import VOLUME
from engine.compiler.to_vital import macros_by_number
from engine.gates import louder, shifted
from engine.generate.roles import curve_at
from engine.measure.overall import combine
from schemas.measurements import Measurements
from schemas.patch_spec import PatchSpec


def measured_after(before: PatchSpec, after: PatchSpec, measured: Measurements) -> Measurements:
    """What would be measured of `after`, which differs in its volume alone, as it is set and as its macros move it.

    The volume comes last in Vital's chain. How a trimmed macro stands decides how far a take gets louder.
    """
    rest_db = volume_db_at(after, ()) - volume_db_at(before, ())
    at_rest = shifted(measured, rest_db)
    takes = [
        louder(take, volume_db_at(after, take.macros) - volume_db_at(before, take.macros))
        if take.macros
        else resting
        for take, resting in zip(measured.takes, at_rest.takes, strict=True)
    ]
    return combine(at_rest.notes, takes).model_copy(update={"timbre": measured.timbre})


def volume_db_at(spec: PatchSpec, positions: Sequence[float | None]) -> float:
    """The output volume with the macros turned to these positions, dB; None leaves a macro at rest."""
    parameter = by_pointer()[VOLUME].parameter
    stored = parameter.to_stored(spec.modules.voicing.volume_db)
    for number, macro in macros_by_number(spec.macros).items():
        place = positions[number - 1] if number <= len(positions) else None
        at = macro.default if place is None else place
        for target in macro.targets:
            if target.path == VOLUME:
                stored += target.amount * curve_at(target.curve, at) * parameter.travel
    return float(
        parameter.to_person(max(stored, parameter.low))
    )  # measured: Vital holds a moved volume at no ceiling

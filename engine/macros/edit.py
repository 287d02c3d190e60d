"""A macro changed in its patch: its range reduced or its level trimmed; where it stands now, nothing changes."""

import math
from collections.abc import Sequence

from engine.compiler.slots import VOLUME
from engine.compiler.to_vital import macros_by_number
from engine.generate.draft import Draft
from engine.generate.roles import curve_at
from engine.macros.blame import Reduction
from engine.macros.volume import measured_after
from schemas.measurements import Measurements
from schemas.patch_spec import PatchSpec
from schemas.result import Repaired


def give_way(
    spec: PatchSpec, wanted: Sequence[Reduction], measured: Measurements
) -> tuple[PatchSpec, tuple[Repaired, ...], Measurements]:
    """The patch with its macros reduced and trimmed, what was done, and what would be measured after the trims.

    The volume comes last in Vital's chain, so trims need not be heard; a reduced range must be.
    """
    labels = {number: macro.label for number, macro in macros_by_number(spec.macros).items()}
    done = []
    for one in wanted:
        label = labels[one.macro]
        if one.part < 1.0:
            spec = reduce_range(spec, one.macro, part=one.part)
            part, unit = round(one.part * 100, 1), "% of its range"
            done.append(Repaired(kind="macro", subject=label, amount=part, unit=unit, reason=one.reason))
        if one.trim_db:
            trimmed = trim(spec, one.macro, trim_db=one.trim_db)
            measured, spec = measured_after(spec, trimmed, measured), trimmed
            gain_db, unit = round(-one.trim_db, 2), "dB over its travel"
            done.append(Repaired(kind="macro_level", subject=label, amount=gain_db, unit=unit, reason=one.reason))
    return spec, tuple(done), measured


def reduce_range(spec: PatchSpec, number: int, *, part: float) -> PatchSpec:
    """The patch with a macro that reaches only `part` as far; where it stands now, nothing changes."""
    index = next(i for i, macro in enumerate(spec.macros) if macro is macros_by_number(spec.macros)[number])
    draft = Draft(spec.model_dump(mode="json"))
    macro = draft.document["macros"][index]
    for target in macro["targets"]:
        travel = draft.parameter(target["path"]).travel
        given_back = (1 - part) * target["amount"] * curve_at(target["curve"], macro["default"]) * travel
        draft.set_stored(target["path"], draft.stored(target["path"]) + given_back)
        target["amount"] *= part
    return draft.spec()


def trim(spec: PatchSpec, number: int, *, trim_db: float) -> PatchSpec:
    """The patch with a macro that turns the output down by `trim_db` over its travel; at rest, nothing changes.

    Vital stores the volume as (dB + 80)^2 and moves it in a straight line there, so the slope is that at rest.
    Where the volume has no room for it, it is less.
    """
    index = next(i for i, macro in enumerate(spec.macros) if macro is macros_by_number(spec.macros)[number])
    draft = Draft(spec.model_dump(mode="json"))
    macro, volume = draft.document["macros"][index], draft.parameter(VOLUME)
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


def _volume_added(draft: Draft) -> float:
    """What the macros add to the stored volume where they rest."""
    travel = draft.parameter(VOLUME).travel
    added: float = sum(
        target["amount"] * curve_at(target["curve"], macro["default"]) * travel
        for macro in draft.document["macros"]
        for target in macro["targets"]
        if target["path"] == VOLUME and str(macro.get("control", "")).startswith("macro_")
    )
    return added

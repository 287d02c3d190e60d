"""A macro changed in its patch: its range reduced or its level trimmed; where it stands now, nothing changes."""

import math

from engine.compiler.slots import VOLUME
from engine.compiler.to_vital import macros_by_number
from engine.generate.draft import Draft
from engine.generate.roles import curve_at
from engine.macros.volume import volume_added
from schemas.patch_spec import PatchSpec


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
    here = at_zero + volume_added(draft)
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

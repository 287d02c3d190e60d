"""The four macros of a preset: what is on them, whether they do what they promise, and how they are changed.

>>> from engine.macros import macro_labels, reduce_range
>>> from engine.stages import patch_stage, plan_stage
>>> from schemas.request import Request
>>> spec = patch_stage(plan_stage(Request(prompt="warm pad"))).spec
>>> sorted(macro_labels(spec))
[1, 2, 3, 4]
>>> reduced = reduce_range(spec, 1, part=0.5)
>>> round(reduced.macros[0].targets[0].amount / spec.macros[0].targets[0].amount, 3)
0.5
"""

from engine.macros.assigned import macro_axes, macro_defaults, macro_labels
from engine.macros.blame import ReducedMacro, Reduction, reductions
from engine.macros.edit import reduce_range, trim
from engine.macros.judge import LEAST_CHANGE_DB, failed, judge_macros, undecided
from engine.macros.volume import measured_after, volume_db_at

__all__ = [
    "LEAST_CHANGE_DB",
    "ReducedMacro",
    "Reduction",
    "failed",
    "judge_macros",
    "macro_axes",
    "macro_defaults",
    "macro_labels",
    "measured_after",
    "reduce_range",
    "reductions",
    "trim",
    "undecided",
    "volume_db_at",
]

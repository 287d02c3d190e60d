"""The four macros of a preset: what is on them, whether they do what they promise, and how they are changed.

>>> from engine.macros import macro_axes, reduce_range
>>> from engine.stages import patch_stage, plan_stage
>>> from schemas.request import Request
>>> spec = patch_stage(plan_stage(Request(prompt="warm pad"))).spec
>>> sorted(macro_axes(spec))
[1, 2, 3, 4]
>>> reduced = reduce_range(spec, 1, part=0.5)
>>> round(reduced.macros[0].targets[0].amount / spec.macros[0].targets[0].amount, 3)
0.5
"""

from engine.macros.assigned import macro_axes, macro_defaults
from engine.macros.blame import ReducedMacro, Reduction, reductions
from engine.macros.edit import give_way, reduce_range, trim
from engine.macros.judge import LEAST_CHANGE_DB, failed, judge_macros, merge_heard, undecided
from engine.macros.volume import measured_after, volume_db_at

__all__ = [
    "LEAST_CHANGE_DB",
    "ReducedMacro",
    "Reduction",
    "failed",
    "give_way",
    "judge_macros",
    "macro_axes",
    "macro_defaults",
    "measured_after",
    "merge_heard",
    "reduce_range",
    "reductions",
    "trim",
    "undecided",
    "volume_db_at",
]

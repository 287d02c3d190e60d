"""Listening before anyone else does: a preset as it ships, or why it doesn't.

>>> from engine.audition.conditions import macro_takes, played_takes
>>> from engine.render.job import NotePlan
>>> [take.condition for take in played_takes(NotePlan(60), chord=True)]
['velocity 0.3', 'velocity 1', 'a chord at velocity 1', 'a note of 30 ms']
>>> len(macro_takes(NotePlan(60), {1: 0.5, 2: 0.0, 3: 0.0, 4: 1.0}))
19
"""

from engine.audition.loop import audition
from engine.audition.macros import MacroTrial, try_macros
from engine.audition.state import MAX_PASSES, Auditioned, Candidate

__all__ = ["MAX_PASSES", "Auditioned", "Candidate", "MacroTrial", "audition", "try_macros"]

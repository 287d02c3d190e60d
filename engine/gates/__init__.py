"""Gates: rules over measurements that decide whether a preset may be shipped.

>>> import numpy as np
>>> from engine.gates import judge, profile_for
>>> from engine.measure.note import measure_note
>>> from engine.measure.overall import summarise
>>> silence = np.zeros((2, 44_100), np.float32)
>>> heard = summarise([measure_note(silence, 44_100, note=36, velocity=0.8, hold_s=0.5)])
>>> judge(heard, profile_for("Bass")).failures[0].reason
'Silent: -120.0 LUFS (at least -60 LUFS) on note 36'
"""

from engine.gates.judge import MacroFault, at_rest, judge, judge_cost, louder, macro_faults, shifted
from engine.gates.profiles import HUMAN, PROFILES, STYLES, profile_for
from engine.gates.rules import GateProfile, Rule

__all__ = [
    "HUMAN",
    "PROFILES",
    "STYLES",
    "GateProfile",
    "MacroFault",
    "Rule",
    "at_rest",
    "judge",
    "judge_cost",
    "louder",
    "macro_faults",
    "profile_for",
    "shifted",
]

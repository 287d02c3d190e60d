"""Gates: rules over measurements that decide whether a preset may be shipped."""

from engine.gates.judge import KnobFault, at_rest, judge, judge_cost, knob_faults, louder, shifted
from engine.gates.profiles import HUMAN, PROFILES, STYLES, profile_for
from engine.gates.rules import GateProfile, Rule

__all__ = [
    "HUMAN",
    "PROFILES",
    "STYLES",
    "GateProfile",
    "KnobFault",
    "Rule",
    "at_rest",
    "judge",
    "judge_cost",
    "knob_faults",
    "louder",
    "profile_for",
    "shifted",
]

"""Gates: rules over measurements that decide whether a preset may be shipped, and what would repair it."""

from engine.gates.judge import judge, judge_cost
from engine.gates.profiles import HUMAN, PROFILES, STYLES, profile_for
from engine.gates.repair import level_gain_db, suggest_repairs
from engine.gates.rules import GateProfile, Rule

__all__ = [
    "HUMAN",
    "PROFILES",
    "STYLES",
    "GateProfile",
    "Rule",
    "judge",
    "judge_cost",
    "level_gain_db",
    "profile_for",
    "suggest_repairs",
]

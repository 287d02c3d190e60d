"""Repairs: what would make a failed gate pass (`suggest`), the patch changed (`apply`), how far (`limits`)."""

from engine.repair.apply import apply_repair, merged
from engine.repair.suggest import level_gain_db, suggest_repairs

__all__ = ["apply_repair", "level_gain_db", "merged", "suggest_repairs"]

"""Repairs: what would make a failed gate pass (`suggest`), and the patch changed that way (`apply`)."""

from engine.repair.apply import apply_repair, merged
from engine.repair.suggest import level_gain_db, suggest_repairs

__all__ = ["apply_repair", "level_gain_db", "merged", "suggest_repairs"]

"""Words to a strictly validated intent, by rules and a lexicon: offline, deterministic, and able to say why."""

from engine.planner.naming import comment, tags, title
from engine.planner.report import ExplainRow, explain
from engine.planner.rules import plan
from engine.planner.words import lexicon

__all__ = ["ExplainRow", "comment", "explain", "known_subtypes", "plan", "tags", "title"]


def known_subtypes() -> frozenset[str]:
    """Every sub-type slug that an intent of this planner can hold."""
    return lexicon().types()

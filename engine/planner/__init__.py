"""Words to a strictly validated intent, by rules and a lexicon: offline, deterministic, and able to say why.

>>> from engine.planner import plan
>>> intent = plan("dark reese bass, no reverb")
>>> intent.style, intent.subtypes[0], intent.axes["brightness"] < 0
('Bass', 'reese', True)
>>> [row.text for row in intent.evidence]
['dark', 'reese bass', 'no reverb']
"""

from engine.planner.naming import comment, tags
from engine.planner.report import ExplainRow, explain, not_understood, offered
from engine.planner.rules import plan
from engine.planner.titles import title
from engine.planner.words import lexicon

__all__ = [
    "ExplainRow",
    "comment",
    "explain",
    "known_subtypes",
    "not_understood",
    "offered",
    "plan",
    "tags",
    "title",
]


def known_subtypes() -> frozenset[str]:
    """Every sub-type slug that an intent of this planner can hold."""
    return lexicon().types()

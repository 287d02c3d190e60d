"""Values that a prompt asks for outright: numbers with their units, and the nouns that they belong to.

>>> from engine.planner.text import tokenise
>>> from engine.planner.values import scan
>>> found = scan("attack 10 ms, 50% sustain", tokenise("attack 10 ms, 50% sustain"))
>>> [(one.noun, one.value, one.unit) for one in found.values]
[('attack', 0.01, 's'), ('sustain', 50.0, '%')]
"""

from engine.planner.values.glued import tokens_of
from engine.planner.values.nouns import filter_type_of
from engine.planner.values.said import FEATURE_OF, NO_VALUES, Runs, Said, Scan
from engine.planner.values.scan import scan

__all__ = ["FEATURE_OF", "NO_VALUES", "Runs", "Said", "Scan", "filter_type_of", "scan", "tokens_of"]

"""One request made to hold its words: driven until they are heard, its macros tried, its variations fitted.

>>> from engine.refine.budget import Budget
>>> budget = Budget()
>>> budget.spend(27)  # renders, for its words and its macros
>>> budget.left, budget.for_trials, budget.enough_to_audition
(3, 1, True)
"""

from engine.refine.request import RefinedRequest, refine

__all__ = ["RefinedRequest", "refine"]

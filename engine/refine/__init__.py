"""One request made to hold its words: driven until they are heard, its macros tried, its variations fitted."""

from engine.refine.request import RefinedRequest, refine

__all__ = ["RefinedRequest", "refine"]

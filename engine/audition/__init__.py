"""Listening before anyone else does: a preset as it ships, or why it doesn't."""

from engine.audition.loop import audition
from engine.audition.macros import try_macros
from engine.audition.state import MAX_PASSES, Candidate, Heard

__all__ = ["MAX_PASSES", "Candidate", "Heard", "audition", "try_macros"]

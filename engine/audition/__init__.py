"""Listening before anyone else does: a preset as it ships, or why it doesn't."""

from engine.audition.knobs import try_knobs
from engine.audition.listen import audition
from engine.audition.state import MAX_PASSES, Candidate, Heard

__all__ = ["MAX_PASSES", "Candidate", "Heard", "audition", "try_knobs"]

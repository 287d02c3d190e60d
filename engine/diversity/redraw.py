"""Another seed for a request whose sound is there already, and what is said when no seed helps."""

from engine.diversity.distance import NearSound
from engine.generate.seeds import bits
from schemas.request import Request

MAX_REDRAWS = 3
"""Other seeds that are tried. Each costs a whole audition, and what three don't bring, a fourth seldom does."""


def other_seed(request: Request, *, attempt: int) -> int:
    """The seed of an attempt, 1 and on, to draw another sound than the request's own seed did.

    The words count too: the prompts of a library share one seed, and those that come to one sound are to part.
    """
    return (
        bits("another draw", request.seed, request.prompt, request.template_id or "", *request.tags, attempt)
        % 2**32
    )


def refusal_reason(near: NearSound, *, redraws: int = 0) -> str:
    """Why a preset is refused that is nearly another."""
    words = f"Sounds like {near.title} (distance {near.distance:.2f}; two presets are at least 1 apart)"
    tried = "another seed" if redraws == 1 else f"{redraws} other seeds"
    return f"{words}, and {tried} brought nothing new" if redraws else words

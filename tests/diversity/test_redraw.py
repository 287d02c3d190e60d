"""Other seeds, and what is said of a sound that is there already."""

import pytest

from engine.diversity import MAX_REDRAWS, Near, other_seed, refusal_reason
from schemas.request import Request


def test_other_seeds_are_pinned_and_differ():
    asked = [Request(prompt=prompt, seed=seed) for seed in range(50) for prompt in ("pad", "a pad")]
    drawn = [other_seed(one, attempt=attempt) for one in asked for attempt in range(1, MAX_REDRAWS + 1)]
    assert len(set(drawn)) == len(drawn)
    assert all(0 <= seed < 2**32 for seed in drawn)
    assert other_seed(Request(prompt="pad", seed=7), attempt=1) == 1431265409


@pytest.mark.parametrize(
    ("redraws", "words"), [(0, "at least 1 apart)"), (1, "another seed brought"), (3, "3 other seeds brought")]
)
def test_a_refusal_says_what_it_is_like_and_what_was_tried(redraws, words):
    reason = refusal_reason(Near("Velvet Drift", 0.4), redraws=redraws)
    assert "Velvet Drift (distance 0.40" in reason
    assert words in reason

"""Other seeds, and what is said of a sound that is there already."""

import pytest

from engine.diversity import MAX_REDRAWS, NearSound, other_seed, refusal_reason
from schemas.request import Request


def test_three_other_seeds_are_tried_at_the_most():
    assert MAX_REDRAWS == 3


def test_other_seeds_differ():
    asked = [Request(prompt=prompt, seed=seed) for seed in range(50) for prompt in ("pad", "a pad")]
    drawn = [other_seed(one, attempt=attempt) for one in asked for attempt in (1, 2, 3)]
    assert len(set(drawn)) == 300
    assert all(0 <= seed < 2**32 for seed in drawn)


@pytest.mark.parametrize(
    ("asked", "seeds"),
    [
        ({"prompt": "pad", "seed": 7}, (1431265409, 1033412903, 2326957315)),
        ({"prompt": "pad", "seed": 8}, (2363225807, 2616595409, 762435883)),
        ({"prompt": "a pad", "seed": 7}, (2393540326, 147351640, 2619383638)),
        ({"prompt": "pad", "seed": 7, "tags": ("wide",)}, (3231391594, 679685743, 1063324552)),
        ({"prompt": "pad", "seed": 7, "tags": ("wide", "dark")}, (1802016992, 1002677874, 480580272)),
        ({"prompt": "pad", "seed": 7, "template_id": "warm_pad"}, (3165112882, 193751433, 3689790586)),
    ],
)
def test_all_that_was_asked_for_decides_the_other_seeds(asked, seeds):
    assert tuple(other_seed(Request(**asked), attempt=attempt) for attempt in (1, 2, 3)) == seeds


@pytest.mark.parametrize(
    ("redraws", "tried"),
    [
        (0, ""),
        (1, ", and another seed brought nothing new"),
        (2, ", and 2 other seeds brought nothing new"),
        (3, ", and 3 other seeds brought nothing new"),
    ],
)
def test_a_refusal_says_what_it_is_like_and_what_was_tried(redraws, tried):
    words = "Sounds like Velvet Drift (distance 0.40; two presets are at least 1 apart)"
    assert refusal_reason(NearSound("Velvet Drift", 0.4), redraws=redraws) == words + tried
    assert refusal_reason(NearSound("Velvet Drift", 0.4)) == words

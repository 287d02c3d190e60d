"""Tempo, voices and glide as they were said, and how far a word may be driven."""

import pytest
from drafts import changes, draft, shown

from engine.generate.words import MOST_DRIVE, apply_playing
from engine.planner import plan


def played(before=None, **asked):
    made = draft(before)
    apply_playing(
        made, plan("pad").model_copy(update={"tempo_bpm": None, "voicing": None, "glide_s": None, **asked})
    )
    return {path: shown(value) for path, value in changes(draft(before), made).items()}


@pytest.mark.parametrize(
    ("asked", "before", "after"),
    [
        ({}, {}, {}),
        ({"tempo_bpm": 96.0}, {}, {"voicing/tempo_bpm": 96.0}),
        ({"voicing": "mono"}, {}, {"voicing/polyphony": 1, "voicing/legato": True}),
        ({"voicing": "poly"}, {"voicing/polyphony": 1}, {"voicing/polyphony": 8}),
        ({"voicing": "poly"}, {"voicing/polyphony": 7}, {"voicing/polyphony": 8}),
        ({"voicing": "poly"}, {"voicing/polyphony": 12}, {}),
        ({"glide_s": 0.25}, {}, {"voicing/glide_s": 0.25}),
        ({"glide_s": 0.0}, {"voicing/glide_s": 0.25}, {"voicing/glide_s": 0.00097656}),
    ],
)
def test_tempo_voices_and_glide_are_those_that_were_said(asked, before, after):
    assert played(before, **asked) == after


def test_a_drive_goes_twice_as_far_as_the_axis():
    assert MOST_DRIVE == 2.0

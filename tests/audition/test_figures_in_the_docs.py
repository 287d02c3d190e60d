"""What the decision records say of the audition, its tests hold the code to: a figure changes in both or none."""

from pathlib import Path

import pytest

DECISIONS = Path(__file__).resolve().parents[2] / "docs" / "decisions"

SAID = [
    ("gate-limits.md", "three phase seeds of the centre note"),
    ("gate-limits.md", "velocity 0.3 and 1 at the centre, and a triad at velocity 1 (Keys, Pad, Lead, Sequence,"),
    ("gate-limits.md", "a note of 30 ms;"),
    ("gate-limits.md", "each macro at 0, 0.5 and 1 (0.5 of a base only"),
    ("gate-limits.md", "all 16 corners of the four"),
    ("gate-limits.md", "what else opens a level that is 20 dB softer without it, an envelope or a slow LFO"),
    ("gate-limits.md", "What is there after 0.6 s is heard as described above."),
    ("gate-limits.md", "are held until then and 0.3 s more, for 10 s at the most."),
    ("gate-limits.md", "the amplitude envelope rises in 50 ms instead"),
    ("gate-limits.md", "what opens it besides is waited for, for 5 s at the most"),
    ("gate-limits.md", "the note is rendered once more with a tail of 4 s, then of 10 s, in a fork"),
    ("roles-and-macros.md", "differ from the default by 1 dB"),
    ("roles-and-macros.md", "An end within a quarter of where the macro stands is left out"),
    ("roles-and-macros.md", "Attack, movement and rate are heard for up to 1.2 s, length and space for the whole"),
    ("roles-and-macros.md", "for the whole note, the others for 0.7 s"),
    ("roles-and-macros.md", "by 18 dB over the travel at most"),
    ("roles-and-macros.md", "after 24 rounds without an end a macro's range is reduced instead"),
    ("roles-and-macros.md", "by 1.5 dB or less, is the phases' doing: the whole is narrowed, not the macro"),
    ("roles-and-macros.md", "down to a fifth of its range"),
    ("rendering.md", "If that differs from what was worked out by more than 0.1 dB, all is heard again"),
    ("rendering.md", "**Vital clamps its output to +-2.1**"),
]


@pytest.mark.parametrize(("page", "sentence"), SAID)
def test_a_record_says_what_is_tested(page, sentence):
    assert sentence in " ".join((DECISIONS / page).read_text().split())

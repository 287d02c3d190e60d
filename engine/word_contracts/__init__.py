"""Words are contracts: what each one asks for is measured, by comparison with the same prompt without it.

>>> from engine.planner import plan
>>> from engine.word_contracts import AUDIBLE, asked_axes
>>> for asked in asked_axes(plan("very dark, wide pad")):
...     audible = AUDIBLE[asked.axis]
...     print(asked.words, asked.axis, asked.value, audible.wanted(asked.value), audible.unit)
('very dark',) brightness -0.84 0.64 octaves
('wide',) width 0.7 3.84 dB
"""

from engine.word_contracts.asked import MAX_AXES, AskedAxis, asked_axes, without_words
from engine.word_contracts.audible import AUDIBLE, Audible
from engine.word_contracts.heard import TimbreFigures, is_reversed, not_given, variation_heard, words_heard
from engine.word_contracts.tune import MAX_RENDERS, NOTHING_ASKED, Drives, Tuned, figures_of, heard_at, tune

__all__ = [
    "AUDIBLE",
    "MAX_AXES",
    "MAX_RENDERS",
    "NOTHING_ASKED",
    "AskedAxis",
    "Audible",
    "Drives",
    "TimbreFigures",
    "Tuned",
    "asked_axes",
    "figures_of",
    "heard_at",
    "is_reversed",
    "not_given",
    "tune",
    "variation_heard",
    "without_words",
    "words_heard",
]

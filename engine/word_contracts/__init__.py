"""Words are contracts: what each asks for is measured on the sound, against the same prompt without it."""

from engine.word_contracts.asked import Asked, asked_axes, without_words
from engine.word_contracts.audible import AUDIBLE, Audible
from engine.word_contracts.heard import variation_heard, words_heard
from engine.word_contracts.tune import MAX_RENDERS, NOTHING_ASKED, Drives, Tuned, figures_of, heard_at, tune

__all__ = [
    "AUDIBLE",
    "MAX_RENDERS",
    "NOTHING_ASKED",
    "Asked",
    "Audible",
    "Drives",
    "Tuned",
    "asked_axes",
    "figures_of",
    "heard_at",
    "tune",
    "variation_heard",
    "without_words",
    "words_heard",
]

"""Words are contracts: what each asks for is measured on the sound, against the same prompt without it."""

from engine.contracts.asked import Asked, asked_axes, without_words
from engine.contracts.audible import AUDIBLE, Audible
from engine.contracts.heard import variation_heard, words_heard
from engine.contracts.tune import MAX_RENDERS, Tuned, figures_of, heard_at, tune

__all__ = [
    "AUDIBLE",
    "MAX_RENDERS",
    "Asked",
    "Audible",
    "Tuned",
    "asked_axes",
    "figures_of",
    "heard_at",
    "tune",
    "variation_heard",
    "without_words",
    "words_heard",
]

"""Languages that no prompt is read in: told, where they can be, so that a prompt is refused by their name.

By their letters and by their everyday words, from `lexicon/languages_not_read.yaml`; by their script where no list
of words is in it.
"""

from dataclasses import dataclass
from functools import cache

from engine.planner.english import COMMON, is_english
from engine.planner.languages import ENGLISH, language, unread
from engine.planner.text import normalise, tokenise
from engine.planner.values.numbers import UNITS
from engine.planner.words import lexicon, read_yaml
from schemas.intent import LanguageCode

_TELLS = 2
"""Words that must speak for a language, at least, and more than those that speak for English."""
_GRAMMAR = frozenset({"stop", "preposition", "joiner", "negator", "boundary", "degree"})


@dataclass(frozen=True, slots=True)
class _NotRead:
    name: str
    letters: frozenset[str]
    words: frozenset[str]

    def says(self, word: str) -> bool:
        return word in self.words or not self.letters.isdisjoint(word)


@cache
def _languages() -> tuple[_NotRead, ...]:
    table = read_yaml("languages_not_read.yaml")
    return tuple(_NotRead(name, _listed(row["letters"]), _listed(row["words"])) for name, row in table.items())


def _listed(text: str) -> frozenset[str]:
    return frozenset(word.strip() for word in text.split(",") if word.strip())


@cache
def _all_words() -> frozenset[str]:
    return frozenset().union(*(one.words for one in _languages()))


def language_not_read(text: str, code: LanguageCode = ENGLISH) -> str:
    """The name of the language that a prompt is in, if none is read that it could be; empty if one is.

    `code` is the one that it would be read in.
    """
    by_script = unread(text)
    if by_script:
        return by_script
    words = _words_of(text)
    said = {one.name: sum(_weight(word) for word in words if one.says(word)) for one in _languages()}
    most = max(said.values())
    rival = _english(words) if code == ENGLISH else _listed_in(words, code)
    if most < _TELLS or most <= rival:
        return ""
    return " or ".join(name for name, count in said.items() if count == most)


def _words_of(text: str) -> list[str]:
    """The words as they are written, without units: the `s` of "2 s" is no word."""
    tokens = tokenise(text)
    pairs = zip([None, *tokens], tokens, strict=False)
    return [
        text[one.start : one.end].casefold()
        for before, one in pairs
        if one.kind in ("word", "key") and not (before and before.kind == "number" and one.norm in UNITS)
    ]


def _weight(word: str) -> float:
    """What a word tells of a language: nothing where it is English as well, half where films say it in English."""
    if (word,) in lexicon().phrases:
        return 0.0
    return 0.5 if word.isascii() and is_english(word, at_least=COMMON) else 1.0


def _listed_in(words: list[str], code: LanguageCode) -> int:
    """How many words the list of a language has that is read."""
    listed = language(code).words
    return sum((normalise(word),) in listed for word in words)


def _english(words: list[str]) -> int:
    """How many words speak for English: those of the grammar, which no other language has."""
    phrases = lexicon().phrases
    grammar = ((word,) for word in words if word not in _all_words())
    return sum(
        key in phrases and phrases[key].section in _GRAMMAR and key not in lexicon().meant for key in grammar
    )

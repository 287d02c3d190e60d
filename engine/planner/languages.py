"""Other languages: a core list of words for each, put into the English that the lexicon and the grammar know.

The lists are data (`lexicon/languages/`). Which language a prompt is in is told by its script, or by words that
are of that language and not English; a word that is both ("hell", "grave", "pain") has the other sense only there.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from engine.errors import SpecError
from engine.planner.text import normalise, tokenise
from engine.planner.values.nouns import noun_words
from engine.planner.values.numbers import value_words
from engine.planner.words import Entry, Phrase, lexicon, phrase, read_yaml
from schemas.intent import LanguageCode

ENGLISH: LanguageCode = "en"
BY_LETTERS: tuple[LanguageCode, ...] = ("de", "fr", "es", "it", "pt")
"""Languages in Latin letters, which are told apart by their words."""
_NAMES: dict[LanguageCode, str] = {
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "pt": "Portuguese",
    "ja": "Japanese",
    "zh": "Chinese",
    "ko": "Korean",
    "ru": "Russian",
}
_SIGNS = frozenset({"ja", "zh", "ko"})
_UNSPACED = frozenset({"ja", "zh"})
_DESCRIBING = frozenset({"quality", "scene", "brand", "idiom"})
_THINGS = frozenset({"sound", "feature", "target"})
_MARKS = frozenset({","})


@dataclass(frozen=True, slots=True)
class Language:
    """A list of words: `words` and `after` give the English tokens of normalised ones."""

    code: LanguageCode
    name: str
    words: Mapping[Phrase, Phrase]
    after: Mapping[Phrase, Phrase] = field(default_factory=dict)
    """Words that stand behind what they are about, where English has them before it."""
    closing: Mapping[Phrase, Phrase] = field(default_factory=dict)
    """Words that mean something else where a thought ends with them: "Hall aus", but "Fläche aus Glas"."""
    before_numbers: Mapping[Phrase, Phrase] = field(default_factory=dict)
    """Words that mean something else before a number: "coupure à 400 Hz", but "basse à filtre"."""
    reach: Mapping[str, int] = field(default_factory=dict)
    """Tokens in the longest entry that begins with a token."""
    elisions: frozenset[str] = frozenset()
    """What may stand before an apostrophe as a word of its own."""
    compounds: bool = False
    """Whether two known words may be written as one."""
    longest: int = 0
    """Signs of the longest entry, where words are looked for sign by sign."""
    spaced: bool = True
    """Whether words have spaces between them."""


@cache
def language(code: LanguageCode) -> Language:
    """The list of a language other than English, read at the first call.

    Raises:
        SpecError: a line is malformed, or its English is unknown to the lexicon.
    """
    table = read_yaml(f"languages/{code}.yaml")
    signs = code in _SIGNS
    build = _ListBuilder(code, table, signs=signs)
    words = build.entries(table["words"])
    after = build.entries(table.get("after", {}))
    reach: dict[str, int] = {}
    for key in (*words, *after):
        reach[key[0]] = max(len(key), reach.get(key[0], 0))
    return Language(
        code=code,
        name=_NAMES[code],
        words=words,
        after=after,
        before_numbers=build.entries(table.get("before_numbers", {})),
        closing=build.entries(table.get("closing", {})),
        reach=reach,
        elisions=frozenset(_listed(table.get("elisions", ""))),
        compounds=bool(table.get("compounds")),
        spaced=code not in _UNSPACED,
        longest=max(len(text) for table in (words, after) for key in table for text in key) if signs else 0,
    )


def _listed(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


class _ListBuilder:
    def __init__(self, code: str, table: Mapping[str, Any], *, signs: bool) -> None:
        self.code, self.table, self.signs = code, table, signs

    def entries(self, table: Mapping[str, str]) -> dict[Phrase, Phrase]:
        """Every entry as it is listed, then its forms: what is listed goes before what a rule makes."""
        found: dict[Phrase, Phrase] = {}
        listed = [(english, word) for english, words in table.items() for word in self._split(english, words)]
        for english, word in listed:
            found.setdefault(self._key(word), self._english(english))
        for english, word in listed:
            for form in self._forms(english, word):
                found.setdefault(self._key(form), self._english(english))
        found.pop((), None)
        return found

    def _split(self, english: str, words: str) -> list[str]:
        if not isinstance(words, str):
            raise SpecError(f"planner lexicon, languages, {self.code}, {english}: not a list of words")
        return _listed(words)

    def _key(self, word: str) -> Phrase:
        if self.signs or word.isalpha():
            return (normalise(word),)
        return tuple(token.norm for token in tokenise(word) if token.kind != "punct")

    def _english(self, text: str) -> Phrase:
        key = (text,) if text in _MARKS else phrase(text)
        known = key in lexicon().phrases or text in _MARKS
        if not (known or all((word,) in lexicon().phrases or word in _value_words() for word in key)):
            raise SpecError(f"planner lexicon, languages, {self.code}: {text!r} stands nowhere else")
        return key

    def _forms(self, english: str, word: str) -> Iterator[str]:
        entry = lexicon().phrases.get(phrase(english), Entry(""))
        kind = "adjectives" if entry.section in _DESCRIBING else "nouns" if entry.section in _THINGS else ""
        rules: Mapping[str, Sequence[str]] = self.table.get(kind) or {}
        if " " in word or not rules:
            return
        fitting = [ending for ending in rules if word.endswith(ending)]
        if fitting:
            ending = max(fitting, key=len)
            stem = word[: len(word) - len(ending)]
            yield from (stem + other for other in rules[ending])


@cache
def _value_words() -> frozenset[str]:
    return value_words() | noun_words()


def names() -> list[str]:
    """The languages that have a list, by name."""
    return list(_NAMES.values())


_SCRIPTS: dict[str, LanguageCode] = {
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "KATAKANA-HIRAGANA": "ja",
    "HANGUL": "ko",
    "CJK": "zh",
    "CYRILLIC": "ru",
}
_OTHER_SCRIPTS = {
    "DEVANAGARI": "Hindi",
    "ARABIC": "Arabic",
    "HEBREW": "Hebrew",
    "THAI": "Thai",
    "GREEK": "Greek",
    "BENGALI": "Bengali",
    "TAMIL": "Tamil",
    "TELUGU": "Telugu",
    "GEORGIAN": "Georgian",
    "ARMENIAN": "Armenian",
    "KHMER": "Khmer",
    "LAO": "Lao",
    "MYANMAR": "Burmese",
    "GUJARATI": "Gujarati",
    "GURMUKHI": "Punjabi",
    "KANNADA": "Kannada",
    "MALAYALAM": "Malayalam",
    "SINHALA": "Sinhala",
    "ETHIOPIC": "Amharic",
    "TIBETAN": "Tibetan",
    "MONGOLIAN": "Mongolian",
}


def script(char: str) -> str:
    """The script of a letter by its Unicode name, such as `LATIN` or `HANGUL`; empty for what is no letter."""
    return unicodedata.name(char, "").split(" ")[0] if char.isalpha() else ""


def by_script(text: str) -> LanguageCode | None:
    """The language whose script the text has; Japanese wherever it has kana."""
    found = {_SCRIPTS.get(script(char)) for char in text if not char.isascii()}
    return next((code for code in ("ja", "ko", "zh", "ru") if code in found), None)


def unread(text: str) -> str:
    """The name of the language whose script most letters have, if no list is in it; empty if there is one."""
    scripts = [script(char) for char in text if char.isalpha()]
    known = [_OTHER_SCRIPTS[one] for one in scripts if one in _OTHER_SCRIPTS]
    return max(known, key=known.count) if 2 * len(known) > len(scripts) else ""

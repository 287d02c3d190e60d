"""From a prompt to tokens whose spans point into the prompt as it was given."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from engine.errors import RequestError
from schemas.intent import MAX_PROMPT_CHARS

_MARKS = "\u0300-\u036f"
_TOKEN = re.compile(
    r"(?<!\w)(?P<note>[A-Ga-g][#♯♭b]?-?[0-9])(?!\w)"
    r"|(?<!\w)(?P<key>[A-Ga-g][#♯♭])(?!\w)"
    r"|(?P<number>\d+(?:[.,]\d+)?(?![\d]))"
    rf"|(?P<word>[^\W\d_][^\W_{_MARKS}{_MARKS}]*(?:[{_MARKS}][^\W_]*)*(?:['’][^\W\d_]+)?)"
    r"|(?P<punct>[^\w\s]|\n)"
)
_ALLOWED_CONTROLS = "\t\n\r"
_UNSEEN = re.compile("[\u00ad\u180e\u200b-\u200f\u2060-\u2064\ufe0f\ufeff]")
"""Characters without a width, which come along when text is copied: they part no word."""
_BEFORE_A_SIGN = "=:([/,@>"
"""Marks after which a minus sign touches no word: "oct=-1"."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number, note name or mark at `start` to `end` of the text; the lexicon is asked for `norm`."""

    start: int
    end: int
    norm: str
    kind: str
    glued: bool = False
    """True if nothing, or only a hyphen, stands between this token and the one before."""
    read_as: str = ""
    """The word that was meant, if the prompt has a slip of it; `norm` is that word then."""

    foreign: bool = False
    """Whether the prompt has it in another language."""

    def reading(self, meant: str) -> "Token":
        """The token as a slip of another word."""
        return replace(self, norm=meant, read_as=meant)


def check_prompt(prompt: str) -> None:
    """Refuse what can't be a prompt.

    Raises:
        RequestError: the prompt is no text, empty, over 2,000 characters, or holds a control character.
    """
    if not isinstance(prompt, str):
        raise RequestError(f"the prompt must be text, not {type(prompt).__name__}")
    if not prompt.strip():
        raise RequestError("the prompt is empty; describe a sound, such as 'warm evolving pad'")
    if len(prompt) > MAX_PROMPT_CHARS:
        raise RequestError(f"the prompt has {len(prompt):,} characters; the most is {MAX_PROMPT_CHARS:,}")
    for at, char in enumerate(prompt):
        if unicodedata.category(char) in ("Cc", "Cs") and char not in _ALLOWED_CONTROLS:
            raise RequestError(f"the prompt holds the control character U+{ord(char):04X} at position {at}")


@lru_cache(maxsize=4096)
def normalise(word: str) -> str:
    """NFKC, case-folded, without accents or typographic apostrophes."""
    folded = unicodedata.normalize("NFKC", word).casefold().replace("’", "'")
    plain = unicodedata.normalize("NFD", folded)
    return "".join(c for c in plain if not unicodedata.combining(c))


def without_unseen(text: str) -> str:
    """`text` without the characters that have no width."""
    return _UNSEEN.sub("", text)


def tokenise(text: str) -> list[Token]:
    """Tokens of `text` in order; hyphens inside compounds are dropped and leave `glued` on what follows them."""
    if not _UNSEEN.search(text):
        return list(_tokens(text))
    places = [at for at, char in enumerate(text) if not _UNSEEN.match(char)]
    seen = _tokens("".join(text[at] for at in places))
    return [replace(one, start=places[one.start], end=places[one.end - 1] + 1) for one in seen]


def _tokens(text: str) -> Iterator[Token]:
    previous_end, previous_kind, hyphen = -1, "", False
    for match in _TOKEN.finditer(text):
        kind, start = str(match.lastgroup), match.start()
        touching, wordlike = start == previous_end, previous_kind != "punct"
        previous_end = match.end()
        if kind == "punct" and match.group() in "-‐‑_" and touching and _word_follows(text, match.end()):
            if not wordlike and text[start - 1] in _BEFORE_A_SIGN and text[match.end()].isdigit():
                yield Token(start, match.end(), "-", kind)  # the sign of "oct=-1"
                previous_kind = kind
                continue
            hyphen = True
            continue
        yield Token(
            start,
            match.end(),
            normalise(match.group()),
            kind,
            kind != "punct" and (hyphen or (touching and wordlike)),
        )
        previous_kind, hyphen = kind, False


def _word_follows(text: str, place: int) -> bool:
    return place < len(text) and text[place].isalnum()

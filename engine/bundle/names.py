"""File names that Vital displays well and that no file system, shell or browser trips over.

Vital shows the name of the file, not the name in it; so the name of the file is the preset's name.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

MAX_STEM_CHARS = 60
_LONGEST_TAIL = 24
_LETTERS = str.maketrans(
    {
        "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L",
        "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i",
        "–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-", "’": "'", "‘": "'", "“": "'", "”": "'", '"': "'",
        "/": "-", "\\": "-", ":": "-", "|": "-", "_": " ", "~": "-",
    }
)  # fmt: skip
_FORBIDDEN = re.compile(r"[^A-Za-z0-9 '&+(),.#!-]+")
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9]|conin|conout|clock)", re.IGNORECASE)


def safe_stem(title: str, *, fallback: str = "Preset") -> str:
    """A file name without extension: 1 to 60 printable ASCII characters that begin with a letter or a digit.

    Accents are dropped, what has no ASCII form is left out. Neither a path nor a device name of Windows comes out.
    A last part such as " - Brighter" outlives the shortening of a long title.
    """
    plain = unicodedata.normalize("NFKD", title.translate(_LETTERS)).translate(_LETTERS)
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    stem = _tidy(_FORBIDDEN.sub(" ", plain))
    stem = _shorten(stem) or fallback
    first_part = stem.split(".", 1)[0].rstrip()
    return f"{fallback} {stem}"[:MAX_STEM_CHARS] if _RESERVED.fullmatch(first_part) else stem


def _tidy(text: str) -> str:
    """Single spaces, no runs of dots or dashes, a letter or digit first, no dot, space or dash last."""
    text = re.sub(r"\.{2,}", ".", re.sub(r"\s+", " ", text))
    text = re.sub(r"-{2,}", "-", text)
    return re.sub(r"^[^A-Za-z0-9]+", "", text).rstrip(" .-,")


def _shorten(stem: str) -> str:
    if len(stem) <= MAX_STEM_CHARS:
        return stem
    head, separator, tail = stem.rpartition(" - ")
    if not separator or len(tail) > _LONGEST_TAIL:
        head, separator, tail = stem, "", ""
    room = MAX_STEM_CHARS - len(separator) - len(tail)
    cut = head[:room]
    if len(head) > room and " " in cut[room // 2 :]:
        cut = cut.rsplit(" ", 1)[0]
    return _tidy(_tidy(cut) + separator + tail)


def unique_stems(titles: Iterable[str]) -> tuple[str, ...]:
    """A stem for each title, in order; one that is taken (whatever its case) gets " 2", " 3", ..."""
    taken = _Taken()
    return tuple(taken.claim((safe_stem(title),))[0] for title in titles)


def unique_groups(groups: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    """New stems for groups of stems (a base and its variations), numbered as a group so that they stay together.

    The first of a group leads: if "Drift" is taken, "Drift", "Drift - Wider" become "Drift 2", "Drift 2 - Wider".
    """
    taken = _Taken()
    return tuple(taken.claim(tuple(group)) for group in groups)


class _Taken:
    """The stems that were given out."""

    def __init__(self) -> None:
        self._stems: set[str] = set()
        self._first_free: dict[str, int] = {}
        """By lead, the least number with which it may be free: all below were found taken, and stay so."""

    def claim(self, group: tuple[str, ...]) -> tuple[str, ...]:
        """The stems of a group, with the least number that makes all of them new."""
        lead = group[0].lower()
        number = self._first_free.get(lead, 1)
        while self._has(_numbered(group[0], group[0], number)):
            number += 1
        self._first_free[lead] = number
        while any(map(self._has, stems := _as_number(group, number))):
            number += 1
        self._stems.update(stem.lower() for stem in stems)
        return stems

    def _has(self, stem: str) -> bool:
        return stem.lower() in self._stems


def _as_number(group: tuple[str, ...], number: int) -> tuple[str, ...]:
    return tuple(_numbered(stem, group[0], number) for stem in group)


def _numbered(stem: str, lead: str, number: int) -> str:
    if number == 1:
        return stem
    if stem.startswith(lead):
        return f"{lead} {number}{stem[len(lead) :]}"
    return f"{stem} {number}"

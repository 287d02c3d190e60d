"""Word forms: which base a word may come from, and what its ending adds.

Only endings that change how a sound word is meant are undone; the lexicon decides whether a base exists.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

COMPARATIVE = 1.1
SUPERLATIVE = 1.5
ALMOST = 0.6
PREFIXED = 1.6

_PREFIXES = {
    "ultra": PREFIXED,
    "super": PREFIXED,
    "hyper": PREFIXED,
    "mega": PREFIXED,
    "semi": ALMOST,
    "quasi": ALMOST,
}


class Form(NamedTuple):
    """A base that a word may come from. `like`: a noun used as an adjective; `denied`: it is taken back."""

    base: str
    factor: float = 1.0
    how: str = ""
    like: bool = False
    denied: bool = False


@lru_cache(maxsize=4096)
def forms(word: str) -> tuple[Form, ...]:
    """Bases of `word`, likeliest first; the word itself is not among them."""
    return tuple(_forms(word))


def _forms(word: str) -> Iterator[Form]:
    if word.endswith(("'s", "s'")):
        yield Form(word[:-2] if word.endswith("'s") else word[:-1])
    if len(word) < 4:
        return
    if word.endswith("s") and not word.endswith("ss"):
        yield Form(word[:-1])
        if word.endswith("es"):
            yield Form(word[:-2])
        if word.endswith("ies"):
            yield Form(word[:-3] + "y")
    for ending, factor, how in (("er", COMPARATIVE, "comparative"), ("est", SUPERLATIVE, "superlative")):
        if word.endswith(ending):
            yield from (Form(base, factor, how) for base in _stems(word[: -len(ending)]))
    if word.endswith("ish"):
        yield from (Form(base, ALMOST, "-ish", like=True) for base in _stems(word[:-3]))
    if word.endswith(("like", "esque")) and len(word) > 6:
        yield Form(word.removesuffix("like").removesuffix("esque"), ALMOST, "-like", like=True)
    if word.endswith("lly"):
        yield Form(word[:-1])
    if word.endswith("ly"):
        yield from (Form(base) for base in (word[:-2], word[:-1] + "e", *_stems(word[:-2])))
    for ending in ("ed", "ing", "ness"):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            yield from (Form(base) for base in _stems(word[: -len(ending)]))
    if word.endswith("y"):
        yield from (Form(base, ALMOST, "-y", like=True) for base in _stems(word[:-1]))
    if word.endswith("less"):
        yield Form(word[:-4], 1.0, "-less", denied=True)
    if word.startswith("un"):
        yield Form(word[2:], 1.0, "un-", denied=True)
    for prefix, factor in _PREFIXES.items():
        if word.startswith(prefix):
            yield Form(word.removeprefix(prefix), factor, f"{prefix}-")


def _stems(stem: str) -> Iterator[str]:
    """`rest` as it may have looked before an ending: bright, wid(e), fat(t), nois(y)."""
    if len(stem) < 3:
        return
    yield stem
    yield stem + "e"
    if stem[-1] == stem[-2]:
        yield stem[:-1]
    if stem.endswith("i"):
        yield stem[:-1] + "y"

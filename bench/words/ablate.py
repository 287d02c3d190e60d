"""The planner without some of its parts, to tell what each of them is worth."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from unittest.mock import patch

from engine.planner import match, resemble, sense, spelling
from engine.planner.words import lexicon

_THINNED_SHARE = 1 / 3
_CONTENT = frozenset({"quality", "scene", "feature", "sound", "brand"})


@contextmanager
def without_resemblance() -> Iterator[None]:
    """Unknown words give nothing."""
    with patch.object(match, "resembles", lambda word: None):
        yield


@contextmanager
def thinned_lexicon(draw: int) -> Iterator[None]:
    """A third of the lexicon's phrases, told by a hash and `draw`, is gone: what nobody thought of."""
    phrases = lexicon().phrases
    whole = dict(phrases)
    for key, entry in whole.items():
        if entry.section in _CONTENT and _share(draw, " ".join(key)) < _THINNED_SHARE:
            del phrases[key]
    _forget()
    try:
        yield
    finally:
        phrases.clear()
        phrases.update(whole)
        _forget()


def _share(draw: int, text: str) -> float:
    return int.from_bytes(sha256(f"{draw} {text}".encode()).digest()[:8], "big") / 2**64


def _forget() -> None:
    """Drop what was derived from the lexicon."""
    for cached in (sense.nearest, sense._vectors, resemble.resembles, resemble._spellings):
        cached.cache_clear()
    spelling.forget()

"""Random draws that depend on nothing but the identifiers they are made for.

A draw is a SHA-256 of its identifiers, so one more draw somewhere changes no other, and no state is shared.
"""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

_Drawn = TypeVar("_Drawn")


def bits(*identifiers: str | int) -> int:
    """64 random bits."""
    digest = hashlib.sha256("\x1f".join(map(str, identifiers)).encode()).digest()
    return int.from_bytes(digest[:8], "big")


def share(*identifiers: str | int) -> float:
    """A number from 0 up to 1, evenly spread."""
    return (bits(*identifiers) >> 11) / float(1 << 53)


def pick(items: Sequence[_Drawn], *identifiers: str | int) -> _Drawn:
    """One of `items`, each as likely; `items` must not be empty."""
    return items[bits(*identifiers) % len(items)]


def shuffled(items: Sequence[_Drawn], *identifiers: str | int) -> list[_Drawn]:
    """`items`, which must be distinct as text, in a random order."""
    return sorted(items, key=lambda item: bits(*identifiers, str(item)))

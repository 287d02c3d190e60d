"""Random draws that depend on nothing but the identifiers they are made for."""

import hashlib

import numpy as np


def generator(*identifiers: str | int) -> np.random.Generator:
    """A generator for these identifiers: PCG64, seeded with the SHA-256 of them."""
    digest = hashlib.sha256("\x1f".join(map(str, identifiers)).encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))

"""Every byte of the content, pinned: presets are named by their hash, so a change must be meant."""

import hashlib
import json

import pytest

from engine.sounds import LFO_SHAPES, NOISES, WAVETABLES, vital_lfo, vital_sample, vital_wavetable

GOLDEN = {}


def content(kind: str) -> list[object]:
    if kind == "lfo_shapes":
        return [vital_lfo(ident) for ident in LFO_SHAPES]
    if kind == "noises":
        return [vital_sample(ident) for ident in NOISES]
    return [vital_wavetable(recipe.id) for recipe in WAVETABLES.values() if recipe.family == kind]


@pytest.mark.parametrize("kind", GOLDEN)
def test_bytes_are_the_pinned_ones(kind: str) -> None:
    assert hashlib.sha256(json.dumps(content(kind)).encode()).hexdigest() == GOLDEN[kind]


def test_every_family_is_pinned() -> None:
    assert set(GOLDEN) == {recipe.family for recipe in WAVETABLES.values()} | {"lfo_shapes", "noises"}

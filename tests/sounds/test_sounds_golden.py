"""Every byte of the content, pinned: presets are named by their hash, so a change must be meant."""

import hashlib
import json

import pytest

from engine.sounds import LFO_SHAPES, NOISES, WAVETABLES, vital_lfo, vital_sample, vital_wavetable

GOLDEN = {
    "analog": "ab334348d63c1ba320d6a7b5e5b14b3db56d620ce42c6eae5a938f36969b1039",
    "pulse": "45c0ef27057a490b3385baa3041bbae59ca67807bf7c4f010bfaa7e233a81c9d",
    "fm": "83ada8e382b6677276f6b8488c22d1cc438924f3211aafb6a4b34d44c6915bb8",
    "formant": "53a028743ed72197d215e789edc77fe275b8352279b420f4a6ec459020dfcf84",
    "additive": "87533a93939881a1e12030cfbd19d8998cf8d017d5a973417e61de09548be359",
    "acoustic": "cd8dc45f0954223374950d790ca8ead592804bb6939e19cf6b0b691c78eedf4c",
    "harmonic_sweep": "04ae7e30f64b782a55ebb0136af58a53501b70b4fae7b80acb85f610bf9dbaea",
    "digital": "d700ec1d99b4d695cbaa7c19994e5c46d6fe480cd91ecae2f20f1eded6b9c3a4",
    "noise": "5a6ffdfdb516d9cd86b0d35d24def5dcc819a385d32c57ae56b9288c2ebb39f4",
    "lfo_shapes": "fb65cc67ad096230b334604f7a0473f46ee3baf3b8ff5825f94614a1f98706ce",
    "noises": "d1568ee1ec267ac8d7939ae0199e313660939b8fe34f196e4692cd86b9559bd3",
}


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

"""Vital packs the order of nine effects into one number."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.compiler import fx_order
from schemas.effects import EFFECTS


@given(st.permutations(EFFECTS))
def test_decode_is_the_inverse_of_encode(order: list[str]) -> None:
    code = fx_order.encode(order)  # type: ignore[arg-type]
    assert 0 <= code <= 362_879
    assert fx_order.decode(code) == tuple(order)


def test_orders_have_codes_of_their_own() -> None:
    """All orders of the last five; alphabetical is 0 and reversed the highest."""
    codes = {fx_order.encode((*EFFECTS[:4], *tail)) for tail in itertools.permutations(EFFECTS[4:])}
    assert len(codes) == 120
    assert fx_order.encode(EFFECTS) == 0
    assert fx_order.encode(EFFECTS[::-1]) == 362_879


@pytest.mark.parametrize("code", [1, 362_878, 40_319])
def test_a_code_comes_back(code: int) -> None:
    assert fx_order.encode(fx_order.decode(code)) == code


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ("chorus compressor delay distortion eq filter_fx flanger reverb phaser", 1),
        ("chorus compressor delay distortion eq filter_fx reverb flanger phaser", 10),
        ("compressor chorus delay distortion eq filter_fx flanger phaser reverb", 181_440),
        ("reverb chorus compressor delay distortion eq filter_fx flanger phaser", 260_650),
    ],
)
def test_codes_worked_out_by_hand(order: str, code: int) -> None:
    """For i = 1..8: code = code * (i + 1) + how many before the i-th have a higher index."""
    assert fx_order.encode(order.split()) == code  # type: ignore[arg-type]
    assert fx_order.decode(code) == tuple(order.split())

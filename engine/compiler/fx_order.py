"""The order of the effects, which Vital packs into one number."""

from collections.abc import Sequence

from schemas.effects import EFFECTS, EffectName


def encode(order: Sequence[EffectName]) -> float:
    """The number for an order: for each effect, how many before it have a higher index, in a mixed radix."""
    indices = [EFFECTS.index(name) for name in order]
    code = 0
    for i in range(1, len(indices)):
        code = code * (i + 1) + sum(indices[j] > indices[i] for j in range(i))
    return float(code)


def decode(code: float) -> tuple[EffectName, ...]:
    """The order for a number in 0..362879; the inverse of `encode`."""
    remaining, counts = int(code), []
    for i in range(len(EFFECTS) - 1, 0, -1):
        remaining, count = divmod(remaining, i + 1)
        counts.append(count)
    unused = list(range(len(EFFECTS)))
    last_first = [unused.pop(len(unused) - 1 - count) for count in counts]
    return tuple(EFFECTS[index] for index in (unused[0], *reversed(last_first)))

"""Prompts with what is right for each, and how many of their presets have it."""

import operator
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bench.values.vital_file import FileValue, VitalFile

HERE = Path(__file__).parent
SETS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"),
    *("eleventh", "twelfth", "thirteenth"),
)
_WITHIN, _NEAR_ZERO = 0.05, 0.002
_CENTS = 100.0


@dataclass(frozen=True, slots=True)
class Expected:
    """One thing that is right: a noun is `=` a value or not (`!=`), on one side of it (`<=`), `on` or `off`."""

    noun: str
    op: str
    value: float | str | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A prompt, the styles that it may be, and what its preset must have."""

    id: str
    prompt: str
    styles: tuple[str, ...]
    expected: tuple[Expected, ...]


@dataclass(frozen=True, slots=True)
class Missed:
    """What a preset has in the place of what is right."""

    case: Case
    expected: Expected
    found: FileValue | bool


def cases(name: str) -> tuple[Case, ...]:
    """A set of prompts: one of `SETS`."""
    rows = yaml.safe_load((HERE / f"prompts_{name}.yaml").read_text(encoding="utf-8"))
    return tuple(_case(row) for row in rows)


def _case(row: dict[str, Any]) -> Case:
    styles = row.get("style") or ()
    expected = tuple(_expected(one) for one in row.get("expect") or ())
    return Case(row["id"], row["prompt"], (styles,) if isinstance(styles, str) else tuple(styles), expected)


def _expected(row: dict[str, Any]) -> Expected:
    value = row.get("value")
    if isinstance(value, bool):
        value = "on" if value else "off"
    op = {True: "on", False: "off"}.get(row["op"], row["op"])
    return Expected(row["noun"], op, value, row.get("unit") or "")


def missed(case: Case, preset: dict[str, Any], note: int) -> Iterator[Missed]:
    """What is not as asked in a preset that is heard at a MIDI note."""
    file = VitalFile(preset)
    for one in case.expected:
        if one.op in ("on", "off"):
            found: FileValue | bool = file.is_on(one.noun)
            right = found == (one.op == "on")
        else:
            found = float(note) if one.noun == "note" else file.value(one.noun)
            right = _beyond(one, found) if one.op in _SIDES else _is(one, found) == (one.op == "=")
        if not right:
            yield Missed(case, one, found)


_SIDES = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_ROUNDED = 9
"""Decimals that stay of what a file has: the scales of its controls are no whole numbers."""


def _beyond(one: Expected, found: FileValue) -> bool:
    """Whether a value lies on the side that was asked for: "under 400 Hz", "at least 5 voices"."""
    asked = one.value
    if not isinstance(found, float) or asked is None or isinstance(asked, str):
        return False
    return bool(_SIDES[one.op](round(found, _ROUNDED), round(float(asked), _ROUNDED)))


def _is(one: Expected, found: FileValue) -> bool:
    try:
        asked = float(one.value) if one.value is not None else 0.0
    except ValueError:
        same_family = {str(one.value), str(found)} == {"square", "pulse"}
        return str(found) == one.value or same_family
    if one.unit == "dB" and one.noun == "sustain":
        asked = 100.0 * 10.0 ** (asked / 20.0)
    if one.noun == "vibrato_depth" and one.unit == "semitones":
        asked *= _CENTS
    return isinstance(found, float) and abs(found - asked) <= max(_WITHIN * abs(asked), _NEAR_ZERO)


def wilson(right: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    z, share = 1.959964, right / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    reach = z / (1 + z * z / of) * (share * (1 - share) / of + z * z / (4 * of * of)) ** 0.5
    return middle - reach, middle + reach


def table_row(name: str, found: Sequence[Sequence[Missed]], all_cases: Sequence[Case]) -> str:
    """A line of the table: prompts that are right in all, and single values."""
    prompts = sum(not one for one in found)
    of = sum(len(case.expected) + bool(case.styles) for case in all_cases)
    right = of - sum(len(one) for one in found)
    low, high = wilson(prompts, len(all_cases))
    return f"| {name} | {prompts} of {len(all_cases)} ({low:.3f}-{high:.3f}) | {right} of {of} |"

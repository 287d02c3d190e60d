"""Ways of saying the same: each line of `said_in_other_words.txt` is a prompt and what its patch must have.

`prompt || noun=value; noun!=value; noun<value; noun off; style A/B`, with the nouns of `bench.values`.
"""

import re
from pathlib import Path

import pytest

from bench.values.__main__ import planned
from bench.values.score import Case, Expected

_LINES = (Path(__file__).parent / "said_in_other_words.txt").read_text(encoding="utf-8").splitlines()
_PART = re.compile(r"(?P<noun>\w+)\s*(?P<op>!=|<=|>=|=|<|>)\s*(?P<value>.+)")


def cases() -> list[Case]:
    """A case of each line that is no comment."""
    return [_case(line) for line in _LINES if line.strip() and not line.startswith("#")]


def _case(line: str) -> Case:
    prompt, _, wanted = line.partition("||")
    parts = [part.strip() for part in wanted.split(";") if part.strip()]
    styles = next((part.removeprefix("style").strip() for part in parts if part.startswith("style ")), "")
    expected = tuple(_expected(part) for part in parts if not part.startswith("style "))
    return Case("", prompt.strip().replace("\\n", "\n"), tuple(filter(None, styles.split("/"))), expected)


def _expected(part: str) -> Expected:
    told = _PART.fullmatch(part)
    if told is None:
        noun, _, op = part.partition(" ")
        assert op in ("on", "off"), part
        return Expected(noun, op)
    value = told["value"]
    return Expected(told["noun"], told["op"], float(value) if re.fullmatch(r"-?[\d.]+", value) else value)


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.prompt[:60])
def test_what_is_said_is_set_however_it_is_said(case: Case) -> None:
    assert not [(one.expected, one.found) for one in planned(case)]

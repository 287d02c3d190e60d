"""What may be sent: the largest, the smallest, and the nearest beyond, held against the guide's table."""

import re
from pathlib import Path
from typing import Any

import pytest

from api.errors import InvalidInput
from api.v1.base import validated
from api.v1.inputs import IDEMPOTENCY_KEY, ExplainRequest, ExportRequest, JobRequest, JobsQuery, ShareRequest

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text("utf-8")
TEXTS = [
    ("\t", True), ("\n", True), ("\r", True), (" ", True), ("~", True), ("\u00a0", True), ("\u2029", True),
    ("\u202f", True), ("\u2065", True), ("\u206a", True), ("\u200d", True),
    ("\x00", False), ("\x08", False), ("\x0b", False), ("\x0c", False), ("\x0e", False), ("\x1f", False),
    ("\x7f", False), ("\x9f", False), ("\u202a", False), ("\u202e", False), ("\u2066", False), ("\u2069", False),
]  # fmt: skip
FITS: list[dict[str, Any]] = [
    {"prompt": "x"},
    {"prompt": "x" * 2000},
    {"tags": []},
    {"tags": ["x"] * 16},
    {"tags": ["x", "y" * 40]},
    {"seed": 0},
    {"seed": 4_294_967_295},
    {"seed": 7.0},
    {"variations": 0},
    {"variations": 16},
    {"variations": 16.0},
    {"template_id": None},
    {"template_id": "warm_pad"},
]
DOESNT: list[tuple[dict[str, Any], str]] = [
    ({"prompt": ""}, "/prompt"),
    ({"prompt": " \t\n"}, "/prompt"),
    ({"prompt": "x" * 2001}, "/prompt"),
    ({"tags": ["x"] * 17}, "/tags"),
    ({"tags": ["x", "y" * 41]}, "/tags/1"),
    ({"tags": [""]}, "/tags/0"),
    ({"tags": [" "]}, "/tags/0"),
    ({"seed": -1}, "/seed"),
    ({"seed": 4_294_967_296}, "/seed"),
    ({"seed": 7.5}, "/seed"),
    ({"variations": -1}, "/variations"),
    ({"variations": 17}, "/variations"),
    ({"variations": 1.5}, "/variations"),
    ({"template_id": "no_such"}, "/template_id"),
    ({"colour": "red"}, "/colour"),
]


@pytest.fixture(autouse=True)
def _database() -> None:
    """None of these needs one."""


def _wrong(model: Any, document: Any) -> list[tuple[str, str]]:
    """Place and words of each thing that is wrong."""
    try:
        validated(model, document)
    except InvalidInput as error:
        return [(one.pointer, one.detail) for one in error.problems]
    return []


def test_the_guide_tells_the_same_bounds() -> None:
    table = GUIDE.split("## Asking for a sound")[1].split("## ")[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+?) \|", table, re.MULTILINE))
    assert rows == {
        "prompt": "text, 1 to 2,000 characters",
        "tags": "up to 16 texts of 1 to 40 characters",
        "template_id": "an id from `/templates`, or null",
        "seed": "0 to 4,294,967,295",
        "variations": "0 to 16",
        "planner": "`rules`, `llm`, or null",
    }
    assert "default 0 |" in GUIDE
    assert "default 2 |" in GUIDE


@pytest.mark.parametrize("field", FITS, ids=str)
def test_what_fits_is_taken(field: dict[str, Any]) -> None:
    document = {"prompt": "pad", **field}
    told = validated(JobRequest, document)
    (name,) = field
    given = tuple(field[name]) if name == "tags" else field[name]
    assert getattr(told, name) == given
    assert getattr(told.engine_request(), name) == given
    if name != "variations":
        assert getattr(validated(ExplainRequest, document), name) == given


@pytest.mark.parametrize(("field", "pointer"), DOESNT, ids=str)
def test_what_doesnt_fit_is_named(field: dict[str, Any], pointer: str) -> None:
    assert [one for one, _ in _wrong(JobRequest, {"prompt": "pad", **field})] == [pointer]


def test_what_is_left_out_has_its_default() -> None:
    told = validated(JobRequest, {"prompt": "pad"})
    assert (told.tags, told.template_id, told.seed, told.variations) == ((), None, 0, 2)
    explained = validated(ExplainRequest, {"prompt": "pad"})
    assert (explained.tags, explained.template_id, explained.seed) == ((), None, 0)
    assert validated(ShareRequest, {}).expires_at is None
    listed = validated(JobsQuery, {})
    assert (listed.state, listed.queue, listed.cursor, listed.limit) == (None, None, None, 20)


@pytest.mark.parametrize(("character", "fits"), TEXTS, ids=ascii)
def test_control_and_direction_characters_are_refused_and_no_others(character: str, fits: bool) -> None:
    words = "must be text with something other than space, and no control or direction characters"
    for text in (f"a{character}b", f"{character}b", f"a{character}"):
        assert _wrong(JobRequest, {"prompt": text}) == ([] if fits else [("/prompt", words)])
        assert _wrong(JobRequest, {"prompt": "pad", "tags": [text]}) == ([] if fits else [("/tags/0", words)])


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ({"limit": "1"}, True), ({"limit": "100"}, True), ({"limit": "0"}, False), ({"limit": "101"}, False),
        ({"cursor": "x" * 200}, True), ({"cursor": "x" * 201}, False), ({"cursor": "aZ0_-"}, True),
        ({"cursor": "a b"}, False), ({"cursor": "a="}, False), ({"cursor": ""}, False),
        ({"state": "failed"}, True), ({"state": "done"}, False),
        ({"queue": "export"}, True), ({"queue": "x"}, False),
    ],
)  # fmt: skip
def test_a_list_is_asked_for_within_bounds(query: dict[str, str], fits: bool) -> None:
    assert [one for one, _ in _wrong(JobsQuery, query)] == ([] if fits else [f"/{next(iter(query))}"])


@pytest.mark.parametrize(
    ("key", "fits"),
    [("x", True), ("!", True), ("~", True), ("x" * 255, True), ("x" * 256, False), ("", False), ("a b", False),
     ("\x7f", False), ("é", False), ("a\n", False)],
)  # fmt: skip
def test_an_idempotency_key_is_visible_ascii(key: str, fits: bool) -> None:
    assert (re.compile(IDEMPOTENCY_KEY).fullmatch(key) is not None) == fits
    assert "(1 to 255 visible ASCII\ncharacters)" in GUIDE


@pytest.mark.parametrize(("name", "fits"), [("vitalbank", True), ("presets", True), ("mp3", False), (None, False)])
def test_an_export_has_one_of_two_formats(name: str | None, fits: bool) -> None:
    assert [one for one, _ in _wrong(ExportRequest, {"format": name})] == ([] if fits else ["/format"])


@pytest.mark.parametrize(
    ("moment", "fits"), [("2030-01-01T00:00:00Z", True), ("2030-01-01T00:00:00+02:00", True), (None, True),
                         ("2030-01-01T00:00:00", False), ("soon", False)],
)  # fmt: skip
def test_a_link_ends_at_a_time_with_its_zone(moment: str | None, fits: bool) -> None:
    assert [one for one, _ in _wrong(ShareRequest, {"expires_at": moment})] == ([] if fits else ["/expires_at"])


def test_what_cant_be_read_as_text_or_is_too_deep_is_said_so() -> None:
    deep: Any = 1
    for _ in range(2000):
        deep = [deep]
    for document in ({"prompt": "\ud800"}, {"prompt": deep}):
        assert _wrong(JobRequest, document) == [("", "is nested too deeply, or holds text that isn't Unicode")]


def test_an_answer_quotes_nobodys_words() -> None:
    told = str(_wrong(JobRequest, {"prompt": ["zorbly"], "seed": "zorbly", "tags": [3], "template_id": "zorbly"}))
    assert "zorbly" not in told

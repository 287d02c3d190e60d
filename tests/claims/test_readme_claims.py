"""docs/claims.md names, for all that the README says, which tests fail if it is false: no hole, nothing stale."""

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.claims.readme import CLAIMS, README, ReadmeClaim, claims, says

ROOT = README.parent
ROWS = claims(CLAIMS.read_text("utf-8"))
SAID = [one.strip("| ") for one in says(README.read_text("utf-8"))]
UNTESTED = {
    "Vital is a trademark of its owner; this project is not connected with it.",
    "Presets that you make are yours.",
}
"""What can't be false of the software. Nothing else may stand in the page without a test."""


@cache
def functions(path: Path) -> frozenset[str]:
    """Those that pytest collects: of the module itself."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, kinds))


@pytest.mark.parametrize("words", SAID, ids=lambda words: words[:60])
def test_all_that_the_readme_says_has_its_row(words: str) -> None:
    assert words in {row.words for row in ROWS}, "docs/claims.md must say which test fails if this is false"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.words[:60])
def test_a_row_quotes_the_readme_and_names_tests_that_exist(row: ReadmeClaim) -> None:
    assert row.words in SAID, "the README says so no more"
    assert row.tests or row.words in UNTESTED
    for named in row.tests:
        path, _, name = named.partition("::")
        assert (ROOT / path).is_file(), named
        assert name in functions(ROOT / path), named


def test_rows_come_in_the_readmes_order_and_once() -> None:
    assert [row.words for row in ROWS] == SAID


def test_a_readme_is_cut_into_all_that_it_says() -> None:
    """Whatever is promised in whichever form: nothing may slip between two rows."""
    text = """# Name

    One thing. Another, e.g. `this. That`: a third!

- a bullet
  that goes on
- another | one

| head | row |
|---|---|
| a | promise |

```console
$ run --this \\
    --and-that   # comment
answer
```

```yaml
a: 1
b: 2
```
"""
    assert says(text) == [
        "One thing.",
        "Another, e.g.",
        "`this.",
        "That`: a third!",
        "a bullet that goes on",
        "another | one",
        "| a | promise |",
        "$ run --this --and-that # comment",
        "answer",
        "a: 1 b: 2",
    ]


def test_each_word_of_the_readme_is_in_what_it_says() -> None:
    """But headings, the heads of tables, and the marks of lists and fences."""
    said = " ".join(" ".join(says(README.read_text("utf-8"))).split())
    for line in README.read_text("utf-8").splitlines():
        words = " ".join(line.removeprefix("- ").removesuffix("\\").split())
        if words and not words.startswith(("#", "```", "|---", "| command |")):
            assert words in said, line


def test_a_claim_that_is_quoted_wrongly_or_has_no_test_is_noticed() -> None:
    page = "| README says | fails if it is false |\n|---|---|\n| a \\| b | `tests/x/test_y.py::test_z` |\n"
    page += "| `` $ c `` | - |\n"
    first, second = claims(page)
    assert (first.words, first.tests) == ("a | b", ("tests/x/test_y.py::test_z",))
    assert (second.words, second.tests) == ("$ c", ())

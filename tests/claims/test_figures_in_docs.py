"""Figures in docs say when and at which commit they were measured, in one form, and agree with each other."""

import re
import subprocess
from datetime import date
from pathlib import Path

import pytest

from bench.measured import measured_line
from bench.sound.pairs import pairs
from bench.sound.prompts import held_out
from bench.words.score import wilson
from tests.claims.readme import ROOT

DOCS = ROOT / "docs"
LINE = re.compile(r"^Measured (\d{4}-\d{2}-\d{2}) at `([0-9a-f]{7})`(?:: [^.`]+)?\.$", flags=re.MULTILINE)
FIGURE = re.compile(r"\d ?(?:ms|µs|MB|kB|GB|dB|LU|LUFS|cents|octaves|%)(?![\w-])|\d s\b|\b0\.\d{3}\b")
LIMITS_ONLY = {
    "api.md": "limits and promises, held by the API's tests",
    "architecture.md": "no figure but counts",
    "claims.md": "quotes of the README",
    "decisions/response-map.md": "sizes and grains, held by tests",
    "decisions/values.md": "what prompts say",
    "glossary.md": "limits that a term stands for",
    "operations.md": "settings and what to watch",
    "security.md": "limits",
    "settings.md": "settings",
    "guides/add-a-template.md": "numbers of an example, worked out by a command",
    "decisions/hosting.md": "how long what is waited for",
    "decisions/service.md": "what an architecture is for",
    "decisions/storage.md": "what is switched off, and why",
    "decisions/versions-and-staleness.md": "no figure but a limit of Dagster's",
}
"""Pages of which no figure was measured."""


def pages() -> list[str]:
    return sorted(str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md"))


def git(*arguments: str) -> str | None:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None


@pytest.mark.parametrize("name", pages())
def test_every_page_with_measured_figures_says_when_and_at_which_commit(name: str) -> None:
    text = (DOCS / name).read_text("utf-8")
    if name in LIMITS_ONLY:
        assert not LINE.findall(text)
    elif FIGURE.search(text):
        assert LINE.findall(text), "a line of the form: Measured 2026-11-25 at `b7fe30e`."


@pytest.mark.parametrize("name", [name for name in pages() if name not in LIMITS_ONLY])
def test_it_is_a_day_that_there_was_and_a_commit_of_this_history(name: str) -> None:
    text = (DOCS / name).read_text("utf-8")
    found = LINE.findall(text)
    lines = [line for line in text.splitlines() if line.startswith("Measured ")]
    assert len(found) == len(lines), f"not of the form: {lines}"
    for day, commit in found:
        told = date.fromisoformat(day)
        if git("rev-parse", "--is-shallow-repository") != "false":
            continue  # an archive, or a clone without its history
        assert git("merge-base", "--is-ancestor", commit, "HEAD") is not None, f"{commit} is none of our commits"
        made, newest = git("show", "-s", "--format=%as", commit), git("show", "-s", "--format=%as", "HEAD")
        assert date.fromisoformat(str(made)) <= told <= date.fromisoformat(str(newest))


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ("Measured 2026-11-25 at `b7fe30e`.", True),
        ("Measured 2026-11-25 at `b7fe30e`: the pack of 200.", True),
        ("Measured 25.11.2026 at `b7fe30e`.", False),
        ("Measured 2026-11-25.", False),
        ("Measured 2026-11-25 at b7fe30e.", False),
        ("Measured 2026-11-25 at `main`.", False),
        ("Measured 2026-11-25 at `b7fe30e`", False),
    ],
)
def test_the_form_has_a_day_and_a_commit(line: str, right: bool) -> None:
    assert bool(LINE.fullmatch(line)) is right


def test_benchmarks_write_the_line_themselves() -> None:
    if git("rev-parse", "HEAD") is None:
        pytest.skip("no history here")
    assert LINE.fullmatch(measured_line())


def test_the_benchmark_compares_rules_with_retrieval_and_random_and_its_figures_agree() -> None:
    """Every share with the interval that its count gives, and counts that add up to the tasks of the code."""
    text = (DOCS / "benchmark.md").read_text("utf-8")
    assert "|  | rules | retrieval | random | llm |" in text
    shares = re.findall(r"(\d+) % \[(\d+), (\d+)\] of (\d+)", text)
    assert len(shares) > 60
    for share, low, high, count in shares:
        assert any(
            round(100 * hits / int(count)) == int(share)
            and [round(100 * end) for end in wilson(hits, int(count))] == [int(low), int(high)]
            for hits in range(int(count) + 1)
        ), f"{share} % [{low}, {high}] of {count}"
    (ordered,) = re.findall(r"^\| Opposite words ordered \|.* of (\d+) \| not configured \|$", text, re.MULTILINE)
    deciding = re.findall(r"^\| \*\*\w+\*\* \|.*?\| \d+ % \[\d+, \d+\] of (\d+) \|", text, re.MULTILINE)
    assert sum(map(int, deciding)) == int(ordered) == len(pairs()) == 114
    (understood,) = re.findall(r"^\| Style understood \| \d+ % \[\d+, \d+\] of (\d+)", text, re.MULTILINE)
    assert int(understood) == len(held_out()) == 153
    heard = [row.split("|") for row in re.findall(r"^\| .* ± .*$", text, re.MULTILINE)]
    assert sum(int(re.search(r"\((\d+)\)", row[2])[1]) for row in heard) == 70, "the rules' sounds"


@pytest.mark.parametrize("picture", ["bench-pairs.png", "bench-margins.png", "bench-loudness.png"])
def test_pictures_of_the_benchmark_are_those_of_its_figures(picture: str) -> None:
    """Drawn in the same run: they were last changed in the commit that the page names, or before a later page."""
    (found,) = LINE.findall((DOCS / "benchmark.md").read_text("utf-8"))
    assert f"](pictures/{picture})" in (DOCS / "benchmark.md").read_text("utf-8")
    assert (DOCS / "pictures" / picture).read_bytes().startswith(b"\x89PNG")
    if git("rev-parse", "--is-shallow-repository") == "false":
        changed = git("log", "-1", "--format=%as", "--", f"docs/pictures/{picture}")
        assert date.fromisoformat(str(changed)) <= date.fromisoformat(found[0])


def test_the_pages_of_figures_are_where_the_readme_says() -> None:
    for name in ("benchmark.md", "understanding.md"):
        assert LINE.search((DOCS / name).read_text("utf-8"))
    assert Path(DOCS / "decisions").is_dir()

"""Versions stand where they are read, and every page that repeats one repeats the right one."""

import re
import tomllib
from importlib.metadata import version

import pytest
import yaml

from engine import versions
from tests.claims.readme import ROOT

CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def test_the_project_is_the_newest_release_of_the_changelog() -> None:
    """Above it may stand what is not released yet; that has no number."""
    first, *rest = re.findall(r"^## (.+)$", CHANGELOG, re.MULTILINE)
    released = rest if first == "Unreleased" else [first, *rest]
    assert released[0].split()[0] == PROJECT["version"]
    numbers = [tuple(map(int, one.split()[0].split("."))) for one in released]
    assert numbers == sorted(set(numbers), reverse=True)


def test_what_is_installed_and_cited_is_the_project() -> None:
    assert version("synthcopilot") == PROJECT["version"] == CITATION["version"]
    assert CITATION["license"] == PROJECT["license"]


def test_a_citation_has_what_the_format_asks_for() -> None:
    """Citation File Format 1.2.0."""
    assert CITATION["cff-version"] == "1.2.0"
    assert all(CITATION[key] for key in ("message", "title", "authors"))
    assert CITATION["type"] == "software"
    assert all(set(author) <= {"name", "given-names", "family-names"} for author in CITATION["authors"])
    assert isinstance(CITATION["version"], str), "0.2 alone would be a number"


@pytest.mark.parametrize(("part", "number"), [("Engine", versions.ENGINE), ("Planner", versions.PLANNER)])
def test_the_changelog_tells_of_the_versions_in_force(part: str, number: str) -> None:
    told = re.findall(rf"\b{part} (\d+\.\d+\.\d+)", CHANGELOG)
    assert max(told, key=lambda one: tuple(map(int, one.split(".")))) == number

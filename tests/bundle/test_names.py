"""File names: whatever a title holds, the name is safe, readable and its own."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.bundle.archive import checked_path
from engine.bundle.names import MAX_STEM_CHARS, safe_stem, unique_groups, unique_stems

RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ("Velvet Drift - Brighter", "Velvet Drift - Brighter"),
        ("Größe & Façade", "Grosse & Facade"),
        ("../../etc/passwd", "etc-passwd"),
        ("C:\\Windows\\system32", "C-Windows-system32"),
        ("CON", "Preset CON"),
        ("nul.vital", "Preset nul.vital"),
        ("Con - Wider", "Con - Wider"),
        ("Dr. No...", "Dr. No"),
        ("<script>alert(1)</script>", "script alert(1) -script"),
        ("   ", "Preset"),
        ("夜の海", "Preset"),
        ("-rf", "rf"),
        ("a_b~c|d", "a b-c-d"),
        ("Œuvre – “Łódź”", "Oeuvre - 'Lodz'"),
        ("lpt1.x", "Preset lpt1.x"),
        ("com10", "com10"),
        ("One,", "One"),
        (".hidden", "hidden"),
        ("a\x00b\nc", "a b c"),
        ("\u202eevil", "evil"),
    ],
)
def test_titles_become_names_that_read_well(title: str, stem: str) -> None:
    assert safe_stem(title) == stem


@given(st.text(max_size=300))
def test_no_title_makes_an_unsafe_name(title: str) -> None:
    stem = safe_stem(title)
    assert 1 <= len(stem) <= MAX_STEM_CHARS
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 '&+(),.#!-]*", stem)
    assert stem[-1] not in " ."
    assert ".." not in stem
    assert stem.split(".")[0].strip().lower() not in RESERVED
    assert checked_path(f"presets/{stem}.vital")


@given(st.text(max_size=200))
def test_a_name_is_its_own_name(title: str) -> None:
    assert safe_stem(safe_stem(title)) == safe_stem(title)


def test_a_long_title_keeps_the_kind_of_variation() -> None:
    stem = safe_stem("Slowly Dissolving " * 12 + "- Brighter")
    assert stem.endswith("Slowly - Brighter")
    assert len(stem) <= MAX_STEM_CHARS


@given(st.lists(st.sampled_from(["Drift", "drift", "DRIFT!", "Drift 2", "Dríft", "CON", "x" * 90]), max_size=12))
def test_names_differ_in_more_than_case(titles: list[str]) -> None:
    stems = unique_stems(titles)
    assert len({stem.lower() for stem in stems}) == len(titles)


def claimed(group: tuple[str, ...], taken: set[str]) -> tuple[str, ...]:
    """The stems of a group as they are counted out from 1, one by one."""
    stems, number = group, 1
    while any(stem.lower() in taken for stem in stems):
        number += 1
        stems = tuple(
            f"{group[0]} {number}{stem[len(group[0]) :]}" if stem.startswith(group[0]) else f"{stem} {number}"
            for stem in group
        )
    taken.update(stem.lower() for stem in stems)
    return stems


STEM = st.sampled_from(
    ["Drift", "drift", "Drift 2", "Drift 3", "Drift - Wider", "Drift 2 - Wider", "Tide", "Tide 2"]
)


@given(st.lists(st.lists(STEM, min_size=1, max_size=3, unique_by=str.lower), max_size=20))
def test_groups_have_the_numbers_that_counting_from_1_gives_them(groups: list[list[str]]) -> None:
    taken: set[str] = set()
    assert unique_groups(groups) == tuple(claimed(tuple(group), taken) for group in groups)


def test_thousands_of_one_name_are_numbered_without_a_gap() -> None:
    stems = unique_stems(["Warm Pad"] * 20_000)
    assert stems == ("Warm Pad", *(f"Warm Pad {number}" for number in range(2, 20_001)))


def test_a_base_and_its_variations_are_numbered_together() -> None:
    groups = [["Drift", "Drift - Wider"], ["drift", "drift - Darker"], ["Drift 2"]]
    assert unique_groups(groups) == (("Drift", "Drift - Wider"), ("drift 2", "drift 2 - Darker"), ("Drift 2 2",))


def test_a_group_is_numbered_where_only_a_variation_s_name_is_taken() -> None:
    groups = [["Ash", "Drift - wider"], ["Drift", "Drift - Wider"]]
    assert unique_groups(groups)[1] == ("Drift 2", "Drift 2 - Wider")

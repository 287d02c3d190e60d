"""No two presets of a library are called the same, whatever its order and however it is cut."""

import random
import re
from functools import cache
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.partitions import batches, canonical_library
from engine.library_names import distinct_names, named_requests
from engine.planner import title
from engine.stages import plan_stage
from schemas.request import Library, LibraryEntry, NameOptions, Request
from tests.planner.test_titles import PROMPTS, parts

PLAIN = NameOptions()
BANK = tuple(Request(prompt=prompt, seed=seed) for prompt in PROMPTS for seed in (0, 1))


@cache
def title_of(request: Request) -> str:
    """What its words alone make of it; the same request comes again and again here."""
    return plan_stage(request).title


def shown(requests: tuple[Request, ...], options: NameOptions = PLAIN) -> dict[tuple[str, int], str]:
    """By prompt and seed, the titles that the presets of a library get."""
    named = named_requests(requests, options)
    return {(one.prompt, one.seed): one.name or title_of(one) for one in named}


@pytest.fixture(scope="module")
def bank() -> dict[tuple[str, int], str]:
    return shown(BANK)


def test_no_two_of_the_bank_are_called_the_same(bank: dict[tuple[str, int], str]) -> None:
    assert len(bank) == len(BANK) >= 600
    assert len({name.lower() for name in bank.values()}) == len(bank)


def test_all_names_of_the_bank_are_made_of_our_words(bank: dict[tuple[str, int], str]) -> None:
    for name in bank.values():
        assert len(name) <= 32
        assert len(re.sub(r" \d+$", "", name).split()) <= 4
        parts(re.sub(r" \d+$", "", name))


def test_hardly_any_name_needs_a_number(bank: dict[tuple[str, int], str]) -> None:
    assert sum(name[-1].isdigit() for name in bank.values()) <= 0.02 * len(bank)


@pytest.mark.parametrize("shuffle", [1, 2])
def test_order_changes_no_name(bank: dict[tuple[str, int], str], shuffle: int) -> None:
    turned = list(BANK)
    random.Random(shuffle).shuffle(turned)
    assert shown(tuple(turned)) == bank


@pytest.mark.parametrize("size", [7, 100, 10_000])
def test_names_are_the_same_however_a_library_is_cut(bank: dict[tuple[str, int], str], size: int) -> None:
    entries = tuple(LibraryEntry(prompt=one.prompt, seed=one.seed) for one in BANK)
    library = canonical_library(Library(name="Bank", prompts=entries), batch_size=size)
    cut = [one for part in batches(library, batch_size=size).values() for one in part]
    assert {(one.prompt, one.seed): one.name or title_of(one) for one in cut} == bank


def test_other_prompts_change_no_name() -> None:
    """Only one that wants the same name could."""
    some = tuple(Request(prompt="dark reese", seed=seed) for seed in range(8))
    more = tuple(Request(prompt=prompt) for prompt in ("kick", "glass pad", "wooden marimba", "drone"))
    alone, among = shown(some), shown((*more, *some))
    assert {key: among[key] for key in alone} == alone


def test_one_more_that_wants_a_name_moves_one_at_most() -> None:
    some = [Request(prompt="dark reese", seed=seed) for seed in range(9)]
    before, after = shown(tuple(some[:8])), shown(tuple(some))
    assert sum(before[key] != after[key] for key in before) <= 1


def test_given_names_stay_and_others_make_way() -> None:
    asked = Request(prompt="dark reese")
    own = plan_stage(asked).title
    given = tuple(Request(prompt=prompt, name=own.upper()) for prompt in ("a kick", "a clap"))
    first, *rest = named_requests((asked, *given), NameOptions(prefix=False, numbers=False))
    assert tuple(rest) == given
    assert first.name is not None
    assert first.name.lower() != own.lower()
    for options in (NameOptions(prefix=True), NameOptions(numbers=True)):
        assert named_requests(given, options) == given


def test_a_name_of_its_own_needs_no_name() -> None:
    asked = (Request(prompt="dark reese"), Request(prompt="bad \0 prompt"))
    assert named_requests(asked, PLAIN) == asked


def test_those_that_want_the_same_take_turns_by_their_keys() -> None:
    wanted = {"c": ["Dark Pad", "Dim Pad"], "a": ["Dark Pad", "Low Pad"], "b": ["Low Pad"], "d": ["dark pad"]}
    for order in permutations(wanted):
        found = distinct_names({key: iter(wanted[key]) for key in order})
        assert found == {"a": "Dark Pad", "b": "Low Pad", "c": "Dim Pad", "d": "dark pad 2"}


def test_numbers_pass_over_what_is_taken() -> None:
    wanted = {key: iter(["Pad"]) for key in "abcd"}
    assert distinct_names(wanted, {"pad 3"}) == {"a": "Pad", "b": "Pad 2", "c": "Pad 4", "d": "Pad 5"}


@given(st.dictionaries(st.text("abcdef", min_size=1), st.lists(st.sampled_from("PQRST"), min_size=1), max_size=12))
def test_every_key_gets_a_name_of_its_own(wanted: dict[str, list[str]]) -> None:
    found = distinct_names({key: iter(names) for key, names in wanted.items()})
    assert found.keys() == wanted.keys()
    assert len({name.lower() for name in found.values()}) == len(found)
    turned = dict(reversed(wanted.items()))
    assert distinct_names({key: iter(names) for key, names in turned.items()}) == found


def test_thousands_that_have_one_name_are_numbered_without_a_gap() -> None:
    found = distinct_names({f"{number:04d}": iter(["Pad"]) for number in range(5_000)}, {"pad 7"})
    assert list(found.values())[:7] == ["Pad", "Pad 2", "Pad 3", "Pad 4", "Pad 5", "Pad 6", "Pad 8"]
    assert list(found.values())[-1] == "Pad 5001"


def test_prefixes_and_numbers_stand_before_names() -> None:
    asked = tuple(Request(prompt=prompt) for prompt in ("dark reese", "warm analog bass", "pluck", "glass pad"))
    plain = shown(asked)
    assert shown(asked, NameOptions(prefix=True)) == {
        key: f"{letters} {plain[key]}" for key, letters in zip(plain, ("BS", "BS", "PL", "PD"), strict=True)
    }
    both = shown(asked, NameOptions(prefix=True, numbers=True))
    order = sorted(plain[one.prompt, 0] for one in asked[:2])
    assert both["dark reese", 0] == f"BS 0{order.index(plain['dark reese', 0]) + 1} {plain['dark reese', 0]}"
    assert both["pluck", 0] == f"PL 01 {plain['pluck', 0]}"
    numbers = shown(asked, NameOptions(numbers=True))
    assert numbers["glass pad", 0] == f"01 {plain['glass pad', 0]}"


def test_a_library_file_asks_for_prefixes_and_numbers() -> None:
    library = Library.model_validate_json(
        '{"name": "L", "names": {"prefix": true, "numbers": true}, "prompts": ["dark reese", "glass bells"]}'
    )
    assert {one.name for one in canonical_library(library).requests()} == {
        "BS 01 Dark Reese Bass",
        "BL 01 Glass Bells",
    }


def test_names_with_all_before_them_still_fit_the_browser() -> None:
    named = shown(BANK, NameOptions(prefix=True, numbers=True))
    assert max(map(len, named.values())) <= 32
    assert len({name.lower() for name in named.values()}) == len(BANK)
    assert all(re.match(r"[A-Z]{2} \d{3} [A-Z]", name) for name in named.values())


def test_a_library_is_named_once_and_for_all() -> None:
    library = Library(name="L", prompts=("dark reese", "dark reese!", "dark reese?"))
    once = canonical_library(library)
    assert canonical_library(once) == once
    assert len({one.name or title(plan_stage(one).intent, one.seed) for one in once.requests()}) == 3

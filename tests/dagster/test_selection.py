"""No sound twice in a batch: what is kept, drawn anew, and refused at last, decided on made-up sounds."""

from collections.abc import Iterator, Sequence

import pytest
from heard_library import audition_of, part_of

from assets.auditions import AuditionPart, Played
from assets.selection import Chosen, distinct
from engine.stages import plan_stage
from schemas.request import Request

NAMES = ("Ash", "Birch", "Cedar", "Dogwood")
Brightnesses = dict[tuple[str, int], float | None]
"""By name and attempt (0: the seed that was asked for) how bright a sound is, None if it was refused. A step of 0.6
tells two sounds apart, and a whole one their previews, too."""


@pytest.fixture(scope="module")
def parts() -> dict[str, AuditionPart]:
    return {
        name: part_of(Request(prompt=f"a {name.lower()}", template_id="kick", name=name, variations=1))
        for name in NAMES
    }


class Ears:
    """Hears what it is told to, and remembers in which rounds it was asked for what."""

    def __init__(self, sounds: Brightnesses) -> None:
        self.sounds, self.rounds = sounds, []
        self._seeds: dict[str, list[int]] = {}

    def __call__(self, parts: Sequence[AuditionPart]) -> Iterator[Played]:
        asked = []
        for part in parts:
            name, seeds = part.plan.title, self._seeds.setdefault(part.plan.title, [])
            seeds.append(part.plan.request.seed)
            asked.append((name, len(seeds) - 1))
            brightness = self.sounds[asked[-1]]
            refused = {"base": "Silent"} if brightness is None else {}
            yield Played(part, audition_of(part, brightness or 0.0, refused), {}, 1.0)
        self.rounds.append(asked)


def choose(
    parts: dict[str, AuditionPart], sounds: Brightnesses
) -> tuple[dict[str, Chosen], list[list[tuple[str, int]]]]:
    ears = Ears(sounds)
    names = list(dict.fromkeys(name for name, _ in sounds))
    found = distinct([parts[name] for name in names], ears)
    assert [one.asked.plan.title for one in found] == names
    return dict(zip(names, found, strict=True)), ears.rounds


def told(chosen: Chosen) -> tuple[int, str | None, bool, bool]:
    like = chosen.sounded_like.title if chosen.sounded_like else None
    return chosen.redraws, like, chosen.redrawn, chosen.refused


AS_ASKED = (0, None, False, False)


def test_what_differs_stays_as_it_was_asked_for_and_is_heard_once(parts):
    found, rounds = choose(parts, {("Ash", 0): 1.0, ("Birch", 0): 1.6, ("Cedar", 0): 5.0})
    assert [told(one) for one in found.values()] == [AS_ASKED] * 3
    assert rounds == [[("Ash", 0), ("Birch", 0), ("Cedar", 0)]]
    assert [preset.status for preset in found["Ash"].presets] == ["accepted", "accepted"]


def test_audio_that_nothing_needs_any_more_is_let_go(parts):
    found, _ = choose(parts, {("Ash", 0): 1.0, ("Birch", 0): 1.3, ("Birch", 1): 5.0})
    assert all(one.played.heard.previews == {} for one in found.values())


@pytest.mark.parametrize(("brightness", "near"), [(1.4, True), (1.6, False), (0.6, True), (0.4, False)])
def test_the_later_of_two_is_drawn_anew_if_they_are_nearer_than_1(parts, brightness, near):
    found, rounds = choose(parts, {("Ash", 0): 1.0, ("Birch", 0): brightness, ("Birch", 1): 9.0})
    assert told(found["Ash"]) == AS_ASKED
    assert told(found["Birch"]) == ((1, "Ash", True, False) if near else AS_ASKED)
    assert len(rounds) == (2 if near else 1)


@pytest.mark.parametrize("attempt", [1, 2, 3])
def test_other_seeds_are_tried_one_by_one_until_one_is_new(parts, attempt):
    alike = {("Birch", number): 1.1 + number / 100 for number in range(attempt)}
    found, rounds = choose(parts, {("Ash", 0): 1.0, **alike, ("Birch", attempt): 5.0})
    birch = found["Birch"]
    assert told(birch) == (attempt, "Ash", True, False)
    assert rounds[1:] == [[("Birch", number)] for number in range(1, attempt + 1)]
    assert birch.played.heard.presets[0].measurements.timbre["brightness"] == 5.0
    assert [preset.status for preset in birch.presets] == ["accepted", "accepted"]


def test_the_part_that_stands_is_planned_with_the_other_seed_and_all_else_as_asked(parts):
    found, _ = choose(parts, {("Ash", 0): 1.0, ("Birch", 0): 1.0, ("Birch", 1): 1.0, ("Birch", 2): 5.0})
    birch = found["Birch"]
    assert birch.asked == parts["Birch"]
    standing = birch.played.part.plan
    assert standing.request == birch.asked.plan.request.model_copy(update={"seed": 1939943391})
    assert standing == plan_stage(standing.request)
    assert birch.played.part == part_of(standing.request) != birch.asked


def test_another_seed_gets_no_other_title(parts):
    """A library leaves a prompt without a name where it gets the one it has by itself, which hangs on the seed."""
    unnamed = part_of(Request(prompt="a kick", variations=0))
    heard = iter((1.0, 1.0, 5.0))

    def hear(some: Sequence[AuditionPart]) -> Iterator[Played]:
        for part in some:
            yield Played(part, audition_of(part, next(heard), {}), {}, 1.0)

    _, kick = distinct([parts["Ash"], unnamed], hear)
    standing = kick.played.part.plan
    assert kick.redrawn
    assert standing.title == unnamed.plan.title
    assert plan_stage(standing.request.model_copy(update={"name": None})).title != unnamed.plan.title


def test_what_three_other_seeds_do_not_tell_apart_is_refused_with_its_variations(parts):
    alike = {("Birch", number): 1.12 + number / 100 for number in range(4)}
    found, rounds = choose(parts, {("Ash", 0): 1.0, **alike})
    birch = found["Birch"]
    assert told(birch) == (3, "Ash", False, True)
    assert len(rounds) == 4
    base, shorter = birch.presets
    assert (base.status, shorter.status) == ("refused", "refused")
    assert base.refused_because == (
        "Sounds like Ash (distance 0.20; two presets are at least 1 apart), and 3 other seeds brought nothing new",
    )
    assert shorter.refused_because == ("Its base preset is a near-duplicate of another",)
    assert birch.played.part == birch.asked


def test_a_variation_that_was_refused_before_keeps_its_reason(parts):
    def hear(some: Sequence[AuditionPart]) -> Iterator[Played]:
        for part in some:
            yield Played(part, audition_of(part, 1.0, {"variation": "Too loud"}), {}, 1.0)

    _, birch = distinct([parts["Ash"], parts["Birch"]], hear)
    assert birch.presets[1].refused_because == ("Too loud", "Its base preset is a near-duplicate of another")


def test_what_the_gates_refused_is_not_drawn_anew_and_keeps_nothing_out(parts):
    found, rounds = choose(parts, {("Ash", 0): None, ("Birch", 0): 0.0, ("Cedar", 0): 0.0, ("Cedar", 1): 5.0})
    assert [told(found[name]) for name in ("Ash", "Birch")] == [AS_ASKED, AS_ASKED]
    assert found["Ash"].presets[0].refused_because == ("Silent",)
    assert told(found["Cedar"]) == (1, "Birch", True, False)
    assert len(rounds) == 2


def test_another_seed_that_the_gates_refuse_is_no_way_out(parts):
    found, _ = choose(parts, {("Ash", 0): 1.0, ("Birch", 0): 1.0, ("Birch", 1): None, ("Birch", 2): 5.0})
    assert told(found["Birch"]) == (2, "Ash", True, False)
    refused = {("Birch", number): None for number in (1, 2, 3)}
    found, _ = choose(parts, {("Ash", 0): 1.0, ("Birch", 0): 1.0, **refused})
    assert told(found["Birch"]) == (3, "Ash", False, True)


def test_all_that_wait_are_heard_together_and_the_earlier_goes_first(parts):
    """Both are drawn the same other sound: the earlier has it, the later is drawn once more."""
    found, rounds = choose(
        parts,
        {
            ("Ash", 0): 1.0,
            ("Birch", 0): 1.1,
            ("Cedar", 0): 1.2,
            ("Birch", 1): 5.0,
            ("Cedar", 1): 5.1,
            ("Cedar", 2): 7.0,
        },
    )
    assert rounds[1:] == [[("Birch", 1), ("Cedar", 1)], [("Cedar", 2)]]
    assert told(found["Birch"]) == (1, "Ash", True, False)
    assert told(found["Cedar"]) == (2, "Ash", True, False)


def test_a_sound_that_was_asked_for_never_gives_way_to_one_drawn_anew(parts):
    found, _ = choose(
        parts, {("Ash", 0): 1.0, ("Birch", 0): 1.0, ("Cedar", 0): 5.0, ("Birch", 1): 5.0, ("Birch", 2): 7.0}
    )
    assert told(found["Cedar"]) == AS_ASKED
    assert told(found["Birch"]) == (2, "Ash", True, False)


def test_a_near_duplicate_keeps_nothing_out(parts):
    """Cedar is near Birch alone, which gives way to Ash."""
    found, _ = choose(parts, {("Ash", 0): 1.0, ("Birch", 0): 1.36, ("Cedar", 0): 1.72, ("Birch", 1): 5.0})
    assert told(found["Cedar"]) == AS_ASKED


def test_nothing_is_chosen_of_nothing():
    assert distinct([], lambda some: iter(())) == []

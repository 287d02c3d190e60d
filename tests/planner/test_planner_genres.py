"""A genre before a noun changes how it sounds, and some of them what it is."""

import pytest

from engine.catalog import catalog
from engine.generate.choose import choose_template
from engine.generate.draft import Draft
from engine.generate.patch import make_patch
from engine.planner import plan
from schemas.intent import Style
from schemas.patch_spec import Metadata

MIX = "/modules/fx/3/mix_percent"
GENRES = [
    "hardstyle", "gabber", "techno", "rawstyle", "hardcore", "psytrance", "dubstep", "drum and bass", "trap",
    "phonk", "drill", "synthwave", "lofi", "ambient", "house", "trance", "rave", "industrial", "uk garage",
    "hip hop", "future bass", "vaporwave", "jungle", "disco", "breakcore",
]  # fmt: skip
NOUNS: dict[str, Style] = {
    "kick": "Percussion", "snare": "Percussion", "hat": "Percussion", "bass": "Bass", "808": "Bass", "lead": "Lead",
    "pluck": "Keys", "stab": "Keys", "keys": "Keys", "pad": "Pad", "arp": "Sequence",
}  # fmt: skip


def patch(prompt: str, seed: int) -> tuple[str, Draft]:
    """The template that answers a prompt, and the patch that words alone make of it."""
    intent = plan(prompt)
    template = choose_template(intent, catalog(), seed=seed)
    metadata = Metadata(name="Test", author="Tester", comments="A test.", style="Percussion")
    spec = make_patch(intent, template, seed=seed, metadata=metadata).spec
    return template.id, Draft(spec.model_dump(mode="json"))


@pytest.mark.parametrize("genre", GENRES)
def test_a_genre_changes_every_noun_and_takes_its_style_from_none(genre: str) -> None:
    for noun, style in NOUNS.items():
        plain, coloured = plan(noun), plan(f"{genre} {noun}")
        assert coloured.style == style, noun
        axes = plain.axes.keys() | coloured.axes.keys()
        assert max(abs(plain.axes.get(axis, 0.0) - coloured.axes.get(axis, 0.0)) for axis in axes) > 0.05, noun


def sounding(draft: Draft, pointer: str) -> float:
    """What a parameter stands at once the macros have added what they add at their defaults."""
    travel = draft.parameter(pointer).travel
    added = sum(
        macro["default"] * target["amount"] * travel
        for macro in draft.document["macros"]
        for target in macro["targets"]
        if target["path"] == pointer and macro["control"].startswith("macro")
    )
    return float(draft.parameter(pointer).to_person(draft.stored(pointer) + added))


HARD = ["hardstyle kick", "gabber kick", "rawstyle kick", "hardcore kick", "frenchcore kick", "distorted kick"]


@pytest.mark.parametrize("prompt", HARD)
@pytest.mark.parametrize("seed", range(3))
def test_a_hard_kick_is_driven_until_it_breaks(prompt: str, seed: int) -> None:
    name, made = patch(prompt, seed)
    assert name == "hard_kick"
    assert made.is_on("/modules/fx/3/on")
    assert sounding(made, MIX) > 75
    assert made.get("/modules/filter/0/drive_db") > 5


@pytest.mark.parametrize(
    "prompt", ["techno kick", "industrial kick", "dubstep kick", "warehouse kick", "rumble kick"]
)
def test_a_techno_kick_is_driven_further_than_a_kick(prompt: str) -> None:
    for seed in range(3):
        (name, made), (_, plain) = patch(prompt, seed), patch("kick", seed)
        assert name == "kick"
        assert made.is_on("/modules/fx/3/on")
        assert sounding(made, MIX) > sounding(plain, MIX)


SWELLS = [
    "reverse cymbal swell, metallic, building",
    "reverse cymbal",
    "cymbal swell",
    "reversed crash",
    "suspended cymbal roll",
    "cymbal crescendo before the drop",
    "backwards cymbal",
]


@pytest.mark.parametrize("prompt", SWELLS)
def test_a_reverse_cymbal_is_noisy_and_swells(prompt: str) -> None:
    intent = plan(prompt)
    assert intent.style == "Percussion"
    assert intent.axes["noise"] > 0.5
    assert intent.axes["attack"] > 0.5
    name, made = patch(prompt, 1)
    assert name == "reverse_cymbal"
    assert sounding(made, "/modules/env/0/attack_s") > 0.8
    assert made.is_on("/modules/sample/on")


def test_a_cymbal_that_is_struck_stays_one() -> None:
    assert patch("crash cymbal", 1)[0] == "cymbal"
    assert patch("clean short kick", 1)[0] == "kick"

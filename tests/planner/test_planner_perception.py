"""Opposite words of perception on many nouns: the axis follows, and what the thing is stays."""

from functools import cache

import pytest

from engine.catalog import catalog
from engine.generate import choose_template
from engine.generate.owners import lacking
from engine.planner import plan
from schemas.intent import Axis, Intent

NOUNS = """bass, sub bass, reese, 808, acid bass, slap bass, upright bass, lead, supersaw, hoover, flute, brass,
violin, electric guitar, theremin, chip lead, keys, piano, electric piano, organ, harpsichord, bell, music box,
kalimba, marimba, pluck, stab, harp, guitar, accordion, pad, strings, choir, drone, texture, kick, snare, clap,
hi hat, cymbal, tom, shaker, cowbell, drum, arp, sequence, riser, impact, whoosh, laser, siren, engine, wind,
thunder"""
THINGS = NOUNS.replace("\n", " ").split(", ")

OPPOSITES: dict[Axis, tuple[list[str], list[str]]] = {
    "brightness": (
        ["dark {}", "dull {}", "muffled {}", "{} that is dark", "very dark {}"],
        ["bright {}", "brilliant {}", "crisp {}", "{}, bright"],
    ),
    "attack": (
        ["fast attack {}", "punchy {}", "plucky {}", "{} with a fast attack", "{} with a quick, sharp attack"],
        ["slow attack {}", "soft {}", "swelling {}", "{} with a slow attack", "{} with a soft attack"],
    ),
    "length": (
        ["short {}", "staccato {}", "{} with a short release", "short release {}", "{}, short decay"],
        ["long {}", "sustained {}", "{} with a long release", "long release {}", "{}, long decay"],
    ),
    "space": (
        ["dry {}", "{} without reverb", "bone dry {}", "close, dry {}"],
        ["{} with a long reverb tail", "wet {}", "{} with lots of reverb", "distant {}"],
    ),
    "width": (["mono {}", "narrow {}", "{} in mono"], ["wide {}", "stereo {}", "very wide {}"]),
    "noise": (["clean {}", "pure {}", "{} without noise"], ["noisy {}", "breathy {}", "hissy {}"]),
    "movement": (
        ["static {}", "{} without movement", "steady {}"],
        ["moving {}", "evolving {}", "wobbling {}", "{} with lots of movement"],
    ),
    "weight": (["thin {}", "light {}", "{}, thin and light"], ["heavy {}", "fat {}", "thick {}"]),
}
LEAST = 0.35


@cache
def planned(prompt: str) -> Intent:
    return plan(prompt)


GRID = [
    (axis, sign, form)
    for axis, ends in OPPOSITES.items()
    for sign, forms in zip((-1, 1), ends, strict=True)
    for form in forms
]
IDS = [f"{axis}{'-+'[sign > 0]}:{form}" for axis, sign, form in GRID]


@pytest.mark.parametrize(("axis", "sign", "form"), GRID, ids=IDS)
def test_the_axis_follows_the_word_on_every_noun(axis: Axis, sign: int, form: str) -> None:
    values = {noun: planned(form.format(noun)).axes.get(axis, 0.0) * sign for noun in THINGS}
    assert not {noun: value for noun, value in values.items() if value < LEAST}


@pytest.mark.parametrize(("axis", "sign", "form"), GRID, ids=IDS)
def test_the_thing_stays_what_it_is(axis: Axis, sign: int, form: str) -> None:
    for noun in THINGS:
        bare, said = planned(noun), planned(form.format(noun))
        assert (said.style, said.subtypes) == (bare.style, bare.subtypes), noun


@pytest.mark.parametrize("noun", THINGS)
def test_opposite_words_start_from_the_template_of_the_bare_noun_unless_that_lacks_their_axis(noun: str) -> None:
    for seed in range(3):
        bare = choose_template(planned(noun), catalog(), seed=seed).id
        chosen = {form: choose_template(planned(form.format(noun)), catalog(), seed=seed).id for _, _, form in GRID}
        others = {form: name for form, name in chosen.items() if name != bare}
        assert not [form for form in others if not lacking(bare, planned(form.format(noun)))], others
        for axis in OPPOSITES:
            assert len({name for form, name in chosen.items() if _says_only(noun, form, axis)}) <= 1, (axis, chosen)


def _says_only(noun: str, form: str, axis: Axis) -> bool:
    intent = planned(form.format(noun))
    return {row.asks for row in intent.evidence if row.asks and row.asks in intent.axes} == {axis}

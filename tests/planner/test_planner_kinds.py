"""Kinds that depend on the style, comparisons, loan words, and words about parts of a sound."""

import pytest

from engine.catalog import catalog
from engine.generate import choose_template
from engine.planner import plan


@pytest.mark.parametrize(
    ("prompt", "kind"),
    [
        ("fat analog bass", "analog-bass"),
        ("rubbery bass", "square-bass"),
        ("dubstep growl", "growl"),
        ("neuro bass", "neuro"),
        ("bass that growls like an angry dog", "growl"),
        ("brass pad", "poly-brass"),
        ("lo-fi pad", "lo-fi-pad"),
        ("noise pad", "noise-pad"),
        ("ominous pad", "dark-pad"),
        ("bell sequence", "bell-sequence"),
        ("bass sequence", "bass-sequence"),
        ("glitchy sequence", "glitch-sequence"),
        ("polyrhythmic plucks", "polyrhythm"),
        ("crystal keys", "fm-keys"),
        ("rim click", "rim"),
        ("open hat", "open-hat"),
        ("something plucky", "pluck"),
    ],
)
def test_the_strongest_kind(prompt: str, kind: str) -> None:
    assert plan(prompt).subtypes[0] == kind


@pytest.mark.parametrize(
    "prompt", ["analog bell", "lo-fi kick", "glitchy flute", "string pad with some noise", "noisy pad"]
)
def test_a_kind_of_one_style_is_none_in_another(prompt: str) -> None:
    kinds = {"analog-bass", "lo-fi-pad", "glitch-sequence", "noise-pad"}
    assert not kinds & set(plan(prompt).subtypes)


def test_evidence_names_no_kind_that_does_not_count() -> None:
    assert not any("analog-bass" in row.effect for row in plan("analog bell").evidence)
    assert any("analog-bass" in row.effect for row in plan("analog bass").evidence)


@pytest.mark.parametrize(
    ("prompt", "style", "axis", "sign"),
    [
        ("like an electric piano but darker", "Keys", "brightness", -1),
        ("darker than a usual supersaw", "Lead", "brightness", -1),
        ("more like a pad than a lead, and brighter", "Pad", "brightness", 1),
        ("less like a piano, more like a harp, dry", "Keys", "space", -1),
        ("not an acid bass, but gritty", "Bass", "grit", 1),
        ("a lead that is not quite as bright", "Lead", "brightness", -1),
        ("bass, a bit less bright, much more grit", "Bass", "grit", 1),
        ("warm pad, darker without losing clarity", "Pad", "brightness", -1),
        ("bass with hardly any highs", "Bass", "brightness", -1),
        ("a pluck with more sustain", "Keys", "length", 1),
        ("strings with less attack", "Pad", "attack", 1),
        ("a metallic ping for percussion, short", "Percussion", "length", -1),
        ("dancing bells in a repeating pattern, fast", "Sequence", "rate", 1),
        ("dunkler bass, kurz und trocken", "Bass", "space", -1),
        ("arpegio rapido y brillante", "Sequence", "brightness", 1),
        ("nappe chaude et sombre", "Pad", "warmth", 1),
    ],
)
def test_comparisons_purposes_and_loan_words(prompt: str, style: str, axis: str, sign: int) -> None:
    intent = plan(prompt)
    assert intent.style == style
    assert intent.axes[axis] * sign > 0.15  # type: ignore[index]


def test_between_two_things_both_are_meant() -> None:
    assert set(plan("between a flute and an organ").subtypes) == {"flute", "organ"}


def test_the_same_thing_in_other_words_gets_the_same_template() -> None:
    for seed in range(5):
        chosen = {
            choose_template(plan(prompt), catalog(), seed=seed).id for prompt in ("church bell", "a big old bell")
        }
        assert len(chosen) == 1


def test_a_comparison_to_a_thing_does_not_choose_a_template_of_another_style() -> None:
    assert choose_template(plan("bass like an old tractor"), catalog(), seed=0).category == "Bass"

"""What words say on the axes: signs, opposites, degrees, negation, and which noun a word belongs to."""

import itertools

import pytest

from engine.planner import plan
from schemas.intent import Axis

INSTRUMENTS = ["bass", "pad", "lead", "pluck", "bell", "electric piano", "strings", "kick", "arp", "brass", "sound"]

OPPOSITES: list[tuple[Axis, str, str]] = [
    ("brightness", "dark", "bright"),
    ("brightness", "dull", "brilliant"),
    ("brightness", "muffled", "crisp"),
    ("brightness", "mellow", "harsh"),
    ("warmth", "cold", "warm"),
    ("warmth", "digital", "analog"),
    ("warmth", "glassy", "woody"),
    ("attack", "fast attack", "slow attack"),
    ("attack", "hard", "soft"),
    ("attack", "percussive", "swelling"),
    ("length", "short", "long"),
    ("length", "plucky", "sustained"),
    ("length", "short release", "long release"),
    ("movement", "static", "moving"),
    ("movement", "steady", "wobbly"),
    ("rate", "slow", "fast"),
    ("width", "narrow", "wide"),
    ("space", "dry", "wet"),
    ("space", "intimate", "spacious"),
    ("grit", "clean", "distorted"),
    ("grit", "smooth", "rough"),
    ("grit", "gentle", "aggressive"),
    ("noise", "clean", "noisy"),
    ("noise", "pure", "breathy"),
    ("weight", "thin", "fat"),
    ("weight", "light", "heavy"),
    ("weight", "tiny", "huge"),
    ("complexity", "simple", "complex"),
    ("tension", "in tune", "detuned"),
    ("tension", "calm", "tense"),
    ("resonance", "flat", "resonant"),
]


@pytest.mark.parametrize(("axis", "low", "high"), OPPOSITES)
def test_opposites_lie_far_apart_whatever_the_instrument(axis: Axis, low: str, high: str) -> None:
    for noun in INSTRUMENTS:
        below, above = plan(f"{low} {noun}").axes[axis], plan(f"{high} {noun}").axes[axis]
        assert above - below >= 0.4, noun


@pytest.mark.parametrize(("axis", "low", "high"), OPPOSITES)
def test_describing_words_leave_the_style_to_the_noun(axis: Axis, low: str, high: str) -> None:
    for noun, word in itertools.product(INSTRUMENTS[:-1], (low, high)):
        assert plan(f"{word} {noun}").style == plan(noun).style, (word, noun)


@pytest.mark.parametrize(("axis", "low", "high"), [o for o in OPPOSITES if " " not in o[1] + o[2]])
def test_degrees_grow(axis: Axis, low: str, high: str) -> None:
    for word in (low, high):
        sizes = [abs(plan(f"{degree} {word}").axes[axis]) for degree in ("slightly", "quite", "very", "extremely")]
        plain = abs(plan(word).axes[axis])
        assert sizes[0] < plain < sizes[1] < sizes[2] <= sizes[3], word


@pytest.mark.parametrize(("axis", "low", "high"), [o for o in OPPOSITES if " " not in o[1] + o[2]])
def test_negation_and_comparison_turn_a_word_round(axis: Axis, low: str, high: str) -> None:
    for word in (low, high):
        plain = plan(word).axes[axis]
        for turned in (f"not {word}", f"less {word}", f"not too {word}"):
            value = plan(turned).axes[axis]
            assert value * plain < 0, turned
            assert abs(value) < abs(plain), turned


@pytest.mark.parametrize(
    ("prompt", "signs"),
    [
        ("bright but soft pad", {"brightness": 1, "attack": 1}),
        ("warm, but with some bite", {"warmth": 1, "brightness": 1}),
        ("bright but not harsh", {"brightness": 1, "grit": -1}),
        ("not too dark", {"brightness": 1}),
        ("neither wide nor noisy", {"width": -1, "noise": -1}),
        ("darker and less noisy", {"brightness": -1, "noise": -1}),
        ("more movement", {"movement": 1}),
        ("ultrawide, noiseless, unfiltered", {"width": 1, "noise": -1}),
        ("reverb-free, bell-like pad", {"space": -1, "complexity": 1}),
        ("slow attack and release", {"attack": 1, "length": 1}),
        ("fast attack, long release", {"attack": -1, "length": 1}),
        ("the attack should be slow", {"attack": 1}),
        ("attack: 3 s, release: 100 ms", {"attack": 1, "length": -1}),
        ("snare made of glass", {"warmth": -1, "noise": 1}),
        ("an icy, brittle pluck", {"warmth": -1, "weight": -1}),
        ("underwater", {"brightness": -1}),
        ("80s synthwave", {"warmth": 1}),
        ("long, dark reverb", {"space": 1, "brightness": -1}),
    ],
)
def test_signs(prompt: str, signs: dict[Axis, int]) -> None:
    axes = plan(prompt).axes
    assert {axis: (value > 0) - (value < 0) for axis in signs for value in [axes[axis]]} == signs


@pytest.mark.parametrize(
    ("prompt", "axis"),
    [
        ("pad with slow filter sweep", "attack"),
        ("slow LFO", "attack"),
        ("slow attack", "rate"),
        ("heavy reverb", "weight"),
    ],
)
def test_a_word_says_nothing_beyond_its_own_noun(prompt: str, axis: Axis) -> None:
    assert axis not in plan(prompt).axes


def test_no_says_more_than_not() -> None:
    assert plan("no movement").axes["movement"] < plan("not moving").axes["movement"] < 0


def test_degrees_combine() -> None:
    very_slightly, slightly, very, very_very = (
        plan(f"{degree} bright").axes["brightness"] for degree in ("very slightly", "slightly", "very", "very very")
    )
    assert 0 < very_slightly < slightly < very < very_very


def test_forbidding_one_effect_leaves_room_for_another_on_its_axis() -> None:
    assert plan("no reverb, lots of delay").axes["space"] > 0.2
    assert plan("wide pad without chorus").axes["width"] > 0.5


def test_speed_beside_what_moves_is_its_rate() -> None:
    assert plan("slow filter sweep").axes["rate"] < 0 < plan("fast vibrato").axes["rate"]


def test_an_instrument_yields_to_a_word_that_contradicts_it() -> None:
    assert plan("flute").axes["noise"] > 0
    assert plan("pure flute").axes["noise"] < 0


def test_a_modifier_suggests_less_than_a_head_noun() -> None:
    assert plan("bell").axes["attack"] < plan("bell pad").axes["attack"] < 0


def test_axes_stand_in_their_own_order_and_only_if_spoken_of() -> None:
    assert list(plan("wide bright pad").axes) == ["brightness", "width"]


def test_slips_of_the_keyboard_are_read_but_other_words_are_not() -> None:
    assert plan("brigth mufled distrotion").axes.keys() == {"brightness", "grit"}
    assert not plan("external effect factor").usable

"""What was heard of a word: how far, in which direction, and whether that is as far as it should be."""

import pytest

from engine.word_contracts import AskedAxis, variation_heard, words_heard
from schemas.intent import AXES

REST = dict.fromkeys(AXES, 2.0)  # no axis ends there in either direction, but for those named below
REST |= {"attack": 7.0, "length": 7.0, "width": -20.0, "space": -20.0, "noise": -20.0, "weight": -20.0}
REST |= {"warmth": -20.0}

AIMS = {
    "brightness": ("dark, muffled", "bright, airy"),
    "warmth": ("cold, glassy, digital", "warm, round, analogue"),
    "attack": ("at once, percussive (1 ms)", "slow swell (4 s)"),
    "length": ("staccato (50 ms)", "sustained, long release (8 s)"),
    "movement": ("static", "always changing"),
    "rate": ("one change in 20 s (0.05 Hz)", "fast (16 Hz)"),
    "width": ("mono, narrow", "wide"),
    "space": ("dry, close", "drenched, far away"),
    "grit": ("clean", "distorted, dirty"),
    "noise": ("pure tone", "mostly noise"),
    "weight": ("thin, light", "heavy, sub-rich"),
    "complexity": ("plain, few partials", "dense or inharmonic"),
    "tension": ("calm, in tune", "detuned, dissonant, uneasy"),
    "resonance": ("flat response", "ringing, squelching peak"),
}

AT_HALF = {  # what is wanted of a word at 0.5 of an axis, and its unit
    "brightness": (0.48, "octaves"),
    "warmth": (0.96, "dB"),
    "attack": (1.2, "octaves"),
    "length": (0.56, "octaves"),
    "movement": (0.72, "dB"),
    "rate": (0.4, "octaves"),
    "width": (3.2, "dB"),
    "space": (4.8, "dB"),
    "grit": (1.6, "dB"),
    "noise": (2.4, "dB"),
    "weight": (2.4, "dB"),
    "complexity": (0.32, "bits"),
    "tension": (0.48, "points"),
    "resonance": (1.6, "dB"),
}


def heard(axis, value, *, neutral, sound):
    asked = AskedAxis(axis, value, ("word",))
    twins = {axis: {**REST, axis: neutral}}
    (word,) = words_heard([asked], twins, {**REST, axis: sound})
    return word


@pytest.mark.parametrize("up", [True, False])
@pytest.mark.parametrize("axis", AXES)
def test_a_word_is_kept_by_its_whole_step_and_no_less(axis, up):
    sign, (wanted, unit) = 1 if up else -1, AT_HALF[axis]
    enough = heard(axis, sign * 0.5, neutral=REST[axis], sound=REST[axis] + sign * wanted)
    assert (enough.satisfied, enough.change, enough.wanted, enough.unit) == (True, wanted, wanted, unit)
    assert enough.reason == f"{wanted:.1f} {unit} towards {AIMS[axis][up]}"
    short = round(wanted - 0.01, 2)
    less = heard(axis, sign * 0.5, neutral=REST[axis], sound=REST[axis] + sign * short)
    assert (less.satisfied, less.change) == (False, short)
    assert less.reason == f"{short:.1f} {unit} towards {AIMS[axis][up]}, {wanted:.1f} were wanted"
    other_way = heard(axis, -sign * 0.5, neutral=REST[axis], sound=REST[axis] + sign * wanted)
    assert (other_way.satisfied, other_way.change) == (False, -wanted)


def test_what_is_told_of_a_word_is_what_was_measured():
    word = heard("brightness", -0.5, neutral=3.0, sound=2.5)
    assert (word.axis, word.words, word.asked) == ("brightness", ("word",), -0.5)
    assert (word.neutral, word.heard, word.change) == (3.0, 2.5, 0.5)
    assert heard("brightness", 0.5, neutral=2.0, sound=2.126).change == 0.13, "to the hundredth"


def test_each_word_is_held_against_the_twin_that_lacks_it():
    asked = (AskedAxis("brightness", 0.5, ("bright",)), AskedAxis("width", 0.5, ("wide",)))
    twins = {"brightness": {**REST, "brightness": 1.5, "width": 0.0}, "width": {**REST, "width": -10.0}}
    brightness, width = words_heard(asked, twins, {**REST, "brightness": 2.5, "width": -4.0})
    assert (brightness.axis, brightness.neutral, brightness.change) == ("brightness", 1.5, 1.0)
    assert (width.axis, width.neutral, width.change) == ("width", -10.0, 6.0)


def test_no_change_is_not_told_as_less_than_none():
    assert str(heard("brightness", -0.5, neutral=2.0, sound=2.0).change) == "0.0"


@pytest.mark.parametrize(
    ("axis", "value", "neutral", "sound", "satisfied"),
    [
        ("width", -0.5, -40.0, -40.0, True),
        ("width", -0.5, -30.4, -30.0, True),  # a tenth of its step back is chance
        ("width", -0.5, -30.41, -30.0, False),
        ("width", -0.5, -29.99, -29.99, False),
        ("width", 0.5, -3.1, -3.5, True),
        ("width", 0.5, -3.09, -3.5, False),
        ("width", 0.5, -3.51, -3.51, False),
        ("space", -0.5, -44.4, -45.0, True),
        ("brightness", 0.5, 6.86, 6.8, True),
        ("brightness", 0.5, 6.87, 6.8, False),
        ("grit", 0.5, 90.0, 90.0, False),
    ],
)
def test_a_sound_at_the_end_of_an_axis_satisfies_the_word_unless_it_came_back(
    axis, value, neutral, sound, satisfied
):
    assert heard(axis, value, neutral=neutral, sound=sound).satisfied is satisfied


def test_what_goes_no_further_says_so():
    assert heard("width", -0.5, neutral=-40.0, sound=-40.0).reason == "as far towards mono, narrow as a sound goes"
    assert heard("width", -0.5, neutral=-30.0, sound=-40.0).reason == "10.0 dB towards mono, narrow"


TYPES = {  # the axis, its direction, and what is wanted beside the base: half a step
    "brighter": ("brightness", 1, 0.3),
    "darker": ("brightness", -1, 0.3),
    "wider": ("width", 1, 2.0),
    "tighter": ("width", -1, 2.0),
    "evolving": ("movement", 1, 0.45),
    "steadier": ("movement", -1, 0.45),
    "shorter": ("length", -1, 0.35),
    "longer": ("length", 1, 0.35),
    "dirtier": ("grit", 1, 1.0),
    "deeper": ("space", 1, 3.0),
}


@pytest.mark.parametrize("kind", TYPES)
def test_a_variation_is_heard_as_its_type_by_half_a_step(kind):
    axis, sign, wanted = TYPES[kind]
    (enough,) = variation_heard(kind, REST, {**REST, axis: REST[axis] + sign * wanted})
    assert (enough.axis, enough.words, enough.satisfied) == (axis, (kind,), True)
    assert (enough.change, enough.wanted) == (wanted, wanted)
    (less,) = variation_heard(kind, REST, {**REST, axis: REST[axis] + sign * (wanted - 0.01)})
    assert not less.satisfied
    (other_way,) = variation_heard(kind, REST, {**REST, axis: REST[axis] - sign * wanted})
    assert (other_way.satisfied, other_way.change) == (False, -wanted)


def test_a_variation_whose_base_stands_at_the_end_is_not_heard_as_it():
    mono = {**REST, "width": -40.0}
    assert not variation_heard("tighter", mono, mono)[0].satisfied


def test_a_variation_that_draws_anew_is_held_to_nothing():
    assert variation_heard("reseeded", REST, REST) == ()

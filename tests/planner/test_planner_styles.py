"""The style and the kinds of sound that prompts mean."""

import pytest

from engine.planner import plan
from engine.planner.read import Reading
from engine.planner.styles import Nouns, style_scores
from engine.planner.words import Effect

STYLES = {
    "Bass": [
        "rolling psytrance bassline",
        "gritty neuro growl for a drop",
        "wobbly dubstep bass",
        "bubbling acid line",
        "sub for trap",
        "deep house organ bass",
        "boomy 808 with glide",
        "funky slap bass",
        "jungle reese",
        "squelchy 303",
        "warm bass with a bell attack",
        "a plucked bass",
        "aggressive mid-range bass",
        "bass for a pad heavy track",
    ],
    "Lead": [
        "detuned supersaw chords for a festival drop",
        "angry hoover",
        "warm analog brass",
        "mellow flute",
        "whistling portamento lead from 90s west coast hip hop",
        "a lead over a pad",
        "a synth that sounds like a cello",
        "distorted electric guitar",
        "chiptune lead",
        "bell-like lead",
        "theremin",
    ],
    "Keys": [
        "church organ",
        "lo-fi rhodes with tape wobble",
        "soft felt piano",
        "haunted music box",
        "deep dub techno chord stab",
        "plucked kalimba with reverb",
        "a bell that decays into a pad",
        "make me a preset like an old church bell",
        "trance pluck",
        "keys, not pad",
        "glass harmonica in a cathedral",
        "steel drum melody",
    ],
    "Pad": [
        "bassy pad",
        "pad with plucky attack",
        "lead the way into the darkness with a dark pad",
        "underwater choir",
        "a slow evolving texture",
        "wide stereo strings",
        "no bass, just a pad",
        "lush pad for ambient music, not a lead",
        "drum and bass pad",
        "trance gate pad",
        "bell synth pad",
    ],
    "Percussion": [
        "bass drum",
        "tight punchy kick with a click",
        "crispy hi-hat",
        "snappy 909 style snare",
        "tribal toms",
        "clap with reverb",
        "phonk cowbell",
        "reverse cymbal",
    ],
    "Sequence": [
        "16th note arp with long delay",
        "rhythmic pulsing sequence at 120 bpm",
        "sequenced plucks",
        "berlin school sequence",
        "stuttering gated synth",
        "marimba arpeggio",
    ],
    "SFX": [
        "something that sounds like rain on a tin roof",
        "laser zap",
        "cinematic riser with noise",
        "spaceship engine hum",
        "whale song",
        "thunder in the distance",
        "wind howling through a canyon",
        "the sound of a dying star",
        "broken radio",
        "alarm siren",
    ],
}


@pytest.mark.parametrize(("style", "prompt"), [(s, p) for s, prompts in STYLES.items() for p in prompts])
def test_style(style: str, prompt: str) -> None:
    assert plan(prompt).style == style


@pytest.mark.parametrize(
    ("prompt", "slug"),
    [
        ("deep reese with movement", "reese"),
        ("squelchy acid bass", "acid"),
        ("808 bass", "808"),
        ("huge supersaw lead", "supersaw"),
        ("short pluck", "pluck"),
        ("vintage e piano", "e-piano"),
        ("glass bells", "bell"),
        ("angelic choir", "choir"),
        ("dark drone", "drone"),
        ("punchy kick", "kick"),
        ("white noise riser", "riser"),
        ("fast arp", "arp"),
        ("bell pad", "bell"),
    ],
)
def test_strongest_subtype(prompt: str, slug: str) -> None:
    assert plan(prompt).subtypes[0] == slug


def test_the_head_noun_leads_the_subtypes() -> None:
    assert plan("choir bell").subtypes == ("bell", "choir")


def test_a_style_that_is_asked_for_outright_overrules_the_words() -> None:
    intent = plan("warm pad", style="Bass")
    assert (intent.style, intent.style_confidence) == ("Bass", 1.0)
    assert any("Bass" in note for note in intent.notes)


def test_nothing_understood_is_said_and_still_gives_a_style() -> None:
    intent = plan("qwrt zxcv")
    assert not intent.usable
    assert intent.style == "Pad"
    assert [unused.text for unused in intent.unused] == ["qwrt", "zxcv"]
    assert any("No word" in note for note in intent.notes)


def test_a_denied_style_is_not_the_default() -> None:
    assert plan("not a pad").style != "Pad"


def test_words_without_a_style_infer_one_from_what_they_say() -> None:
    assert plan("slow swelling, spacious and wide").style == "Pad"
    assert plan("heavy, dark and gritty").style == "Bass"


def test_tags_lean_the_style_but_do_not_outweigh_the_prompt() -> None:
    assert plan("something dark", tags=["bass"]).style == "Bass"
    assert plan("dark pad", tags=["bass"]).style == "Pad"


def test_a_section_is_part_of_the_name_of_a_sound() -> None:
    assert plan("horn section bass").style == plan("horn bass").style == "Bass"


@pytest.mark.parametrize(("second", "points"), [(1.0, 2.2), (1.1, 2.3), (1.2, 2.3), (4.0, 2.3)])
def test_words_that_only_lean_give_a_style_2_3_points_at_most(second: float, points: float) -> None:
    leaning = [
        Reading(at, at, at + 1, (Effect("lean", "Lead", value),), "scene", direct=False, denied=False)
        for at, value in enumerate((1.2, second))
    ]
    assert style_scores(leaning, Nouns({}, frozenset()), {})["Lead"] == pytest.approx(points)

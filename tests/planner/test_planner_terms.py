"""Words of a synth beside a synth's words, and the same words in everyday life."""

import pytest

from engine.planner import plan
from engine.planner.terms import terms
from engine.planner.words import lexicon
from schemas.intent import Style

FIELD: dict[str, tuple[Style, set[str]]] = {
    # prompt: the style, and sub-types of the everyday sense that it must not get
    "supersaw lead, 7 voices unison": ("Lead", {"choir"}),
    "six voice analog polysynth": ("Pad", {"choir"}),
    "bass with two voices": ("Bass", {"choir"}),
    "7-voice supersaw lead": ("Lead", {"choir"}),
    "8 voice poly pad": ("Pad", {"choir"}),
    "voices: 4, saw lead": ("Lead", {"choir"}),
    "detuned voices, lead": ("Lead", {"choir"}),
    "stacked detuned voices pad": ("Pad", {"choir"}),
    "waveform: triangle, bass": ("Bass", {"metal-perc"}),
    "triangle lead": ("Lead", {"metal-perc"}),
    "soft triangle pluck": ("Keys", {"metal-perc"}),
    "bass, triangle": ("Bass", {"metal-perc"}),
    "osc 1 triangle, pad": ("Pad", {"metal-perc"}),
    "triangle sub": ("Bass", {"metal-perc"}),
    "a lead made of a triangle": ("Lead", {"metal-perc"}),
    "wave=saw attack=500ms": ("Lead", {"water"}),
    "wave: square, bass": ("Bass", {"water"}),
    "pad, waves: saw and sine": ("Pad", {"water"}),
    "oscillator waves, lead": ("Lead", {"water"}),
    "a saw wave pad": ("Pad", {"water"}),
    "wavetable waves, bass": ("Bass", {"water"}),
    "a triangle for the first osc, keys": ("Keys", {"metal-perc"}),
    "triangle, 20 ms attack, mellow keys": ("Keys", {"metal-perc"}),
    "soft wave that fades in, a pad": ("Pad", {"water"}),
    "a lone solo voice": ("Lead", {"choir"}),
    "drill bass with slides": ("Bass", {"machine"}),
    "uk drill bass": ("Bass", {"machine"}),
    "drill 808": ("Bass", {"machine"}),
    "drill melody, dark bells": ("Keys", {"machine"}),
    "drill hi hats": ("Percussion", {"machine"}),
    "ny drill pad": ("Pad", {"machine"}),
    "drill snare": ("Percussion", {"machine"}),
    "lead, mod wheel adds vibrato": ("Lead", {"foley"}),
    "pitch wheel bends, bass": ("Bass", {"foley"}),
    "comb filter pad": ("Pad", {"foley", "computer"}),
    "comb lead": ("Lead", {"foley", "computer"}),
    "bass with ladder filter": ("Bass", {"foley", "computer"}),
    "pad, ladder": ("Pad", {"foley", "computer"}),
    "wavetable engine pad": ("Pad", {"engine", "machine"}),
    "fm engine bass": ("Bass", {"engine", "machine"}),
    "wavetable warp, bass": ("Bass", {"foley", "computer"}),
    "gabber kick, totally clipped": ("Percussion", {"staccato"}),
    "pulse: 30%, bass": ("Bass", {"bass-sequence"}),
    "osc pulse, pad": ("Pad", {"bass-sequence"}),
}


WITH_A_FORMANT = {"a lone solo voice"}


@pytest.mark.parametrize("prompt", FIELD)
def test_a_term_of_the_field_is_read_in_the_fields_sense(prompt: str) -> None:
    style, everyday = FIELD[prompt]
    intent = plan(prompt)
    assert intent.style == style
    assert not everyday & set(intent.subtypes)
    assert ("formant" in intent.features) == (prompt in WITH_A_FORMANT)


EVERYDAY: dict[str, tuple[Style, str]] = {
    "triangle": ("Percussion", "metal-perc"),
    "struck triangle": ("Percussion", "metal-perc"),
    "triangle hit": ("Percussion", "metal-perc"),
    "orchestral triangle": ("Percussion", "metal-perc"),
    "ocean waves": ("SFX", "water"),
    "waves crashing on the shore": ("SFX", "water"),
    "power drill": ("SFX", "machine"),
    "dentist drill": ("SFX", "machine"),
    "drill": ("SFX", "machine"),
    "choir of voices": ("Pad", "choir"),
    "two female voices": ("Pad", "choir"),
    "voices singing in a cathedral": ("Pad", "choir"),
    "ghostly voices": ("Pad", "choir"),
    "4 voice choir": ("Pad", "choir"),
    "voices, 2 octaves, pad": ("Pad", "choir"),
    "many voices, pad": ("Pad", "choir"),
    "car engine": ("SFX", "engine"),
    "warp drive": ("SFX", "foley"),
    "saw blade": ("SFX", "machine"),
    "synth strings": ("Pad", "strings"),
    "heartbeat pulse": ("Sequence", "bass-sequence"),
}


@pytest.mark.parametrize("prompt", EVERYDAY)
def test_the_everyday_sense_stays_where_the_context_is_not_a_synths(prompt: str) -> None:
    style, kind = EVERYDAY[prompt]
    intent = plan(prompt)
    assert intent.style == style
    assert kind in intent.subtypes


@pytest.mark.parametrize(
    ("prompt", "kind"),
    [
        ("log drum", "tom"),
        ("donk", "donk"),
        ("UKG organ bass", "donk"),
        ("phonk cowbell", "cowbell"),
        ("talking growl", "growl"),
        ("hoover", "hoover"),
        ("riddim screech", "screech"),
        ("hardstyle kick", "hard-kick"),
    ],
)
def test_slang_of_genres_stays_what_it_is(prompt: str, kind: str) -> None:
    assert plan(prompt).subtypes[0] == kind


@pytest.mark.parametrize("prompt", ["random phase, pad", "phase: 90, bass", "lead, oscillator phase reset"])
def test_an_oscillators_phase_is_no_phaser(prompt: str) -> None:
    assert "phaser" not in plan(prompt).features
    assert plan("phase pad").features["phaser"] == "wanted"


def test_a_tempo_that_is_synced_is_no_hard_sync() -> None:
    assert "sync" not in plan("pad, lfo sync to tempo").features
    assert plan("hard sync bass").features["sync"] == "wanted"


def test_every_term_has_a_sense_elsewhere_and_a_context() -> None:
    for word, term in terms().items():
        assert term.beside or term.near, word
        assert term.beside <= {"sound", "drum", "part", "mark", "number"}, word
    known = {" ".join(key) for key in lexicon().phrases}
    assert {"voices", "triangle", "drill", "waves", "comb", "phase", "engine"} <= known & set(terms())

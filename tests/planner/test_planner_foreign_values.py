"""Values in other languages: cutoffs, intervals and voices as they are said there."""

import pytest

from engine.planner import plan

CUTOFFS = {
    "tiefer Bass, Grenzfrequenz 400 Hz": 400.0,
    "basse, coupure à 400 Hz": 400.0,
    "basse, fréquence de coupure de 1,2 kHz": 1200.0,
    "bajo, corte a 400 Hz": 400.0,
    "basso, taglio a 400 Hz": 400.0,
    "baixo, corte em 400 Hz": 400.0,
    "ベース、カットオフ400Hz": 400.0,
    "贝斯，截止频率 400 Hz": 400.0,
    "베이스, 컷오프 400 Hz": 400.0,
    "бас, срез 400 Гц": 400.0,
}
INTERVALS = {
    "Bass, eine Oktave tiefer": -12.0,
    "Bass, zwei Oktaven nach unten": -24.0,
    "Lead, drei Halbtöne höher": 3.0,
    "basse, deux octaves plus bas": -24.0,
    "basse, une octave en dessous": -12.0,
    "lead, trois demi-tons plus haut": 3.0,
    "bajo, dos octavas abajo": -24.0,
    "bajo una octava más abajo": -12.0,
    "basso, un'ottava sotto": -12.0,
    "basso, due ottave più in basso": -24.0,
    "baixo, duas oitavas acima": 24.0,
    "бас на октаву ниже": -12.0,
    "лид на две октавы выше": 24.0,
    "ベース、1オクターブ下": -12.0,
    "リード、オクターブ上": 12.0,
    "贝斯，低一个八度": -12.0,
    "主音，高两个八度": 24.0,
    "베이스, 한 옥타브 아래": -12.0,
    "리드, 두 옥타브 위": 24.0,
}
VOICES = (
    "Lead, 7 Stimmen",
    "Lead mit sieben Stimmen, unisono",
    "lead, 7 voix",
    "lead, siete voces al unísono",
    "lead, 7 voci",
    "lead, sete vozes",
    "лид, 7 голосов",
    "リード、7ボイス",
    "主音，7个声部",
    "리드, 7 보이스",
)


@pytest.mark.parametrize("prompt", CUTOFFS)
def test_a_cutoff_is_no_note(prompt: str) -> None:
    intent = plan(prompt)
    assert [(one.noun, one.value) for one in intent.values] == [("cutoff", CUTOFFS[prompt])]
    assert intent.register_midi is None or "tief" in prompt


def test_a_frequency_beside_a_word_that_nobody_knows_is_no_note() -> None:
    intent = plan("basse, couperet à 400 Hz")
    assert intent.register_midi is None
    assert {"couperet", "400"} <= {one.text for one in intent.unused}
    assert plan("basse à 80 Hz").register_midi == 39


@pytest.mark.parametrize("prompt", INTERVALS)
def test_an_interval_transposes(prompt: str) -> None:
    assert [(one.noun, one.value) for one in plan(prompt).values] == [("transpose", INTERVALS[prompt])]


@pytest.mark.parametrize("prompt", VOICES)
def test_counted_voices_are_those_of_a_unison(prompt: str) -> None:
    intent = plan(prompt)
    assert [(one.noun, one.value) for one in intent.values] == [("unison_voices", 7.0)]
    assert not set(intent.subtypes) & {"vocal", "choir"}
    assert "formant" not in intent.features


def test_voices_that_nobody_counts_sing() -> None:
    assert "choir" in plan("Chor mit tiefen Stimmen").subtypes
    assert "vocal" in plan("tiefe Stimme").subtypes


@pytest.mark.parametrize(
    ("prompt", "noun", "value"),
    [
        ("Pad, Hall 50 Prozent", "reverb_mix", 50.0),
        ("nappe, réverbe 30 pour cent", "reverb_mix", 30.0),
        ("Pad, Attack eine halbe Sekunde", "attack", 0.5),
        ("Pad, 6-stimmig", "polyphony", 6.0),
        ("Pad, Hall auf null", "reverb_mix", 0.0),
    ],
)
def test_units_and_numbers_in_words(prompt: str, noun: str, value: float) -> None:
    assert [(one.noun, one.value) for one in plan(prompt).values] == [(noun, value)]

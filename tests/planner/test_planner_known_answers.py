"""Known answers: what degrees, negation, tags, quantities, phrases and spellings give, as figures.

"bright" gives brightness +0.6, "dark" -0.6 and "wide" width +0.7; a style's own name counts 4 points. The rest of
each row follows from the sentence in its test's name.
"""

from typing import Any

import pytest

from engine.errors import RequestError, SpecError
from engine.planner import comment, explain, plan, tags, title
from engine.planner.inflect import forms
from engine.planner.quantities import midi_note, position
from engine.planner.resemble import resembles
from engine.planner.sense import nearest
from engine.planner.spelling import respell
from engine.planner.words import parse_effects
from schemas.intent import Axis, Intent

DEGREES = {
    1.8: ["unbelievably", "insanely", "ridiculously", "maximally", "ludicrously"],
    1.65: ["extremely", "incredibly", "absolutely", "totally", "completely", "super", "ultra", "mega",
        "hyper", "massively"],
    1.5: ["lots of", "loads of", "a lot of", "tons of", "full of", "way too", "drenched in"],
    1.4: ["very", "really", "highly", "deeply", "strongly", "much", "so", "most", "extra", "particularly",
        "especially"],
    1.2: ["quite", "pretty", "too", "overly", "definitely", "more", "plus"],
    1.0: ["medium", "moderate", "moderately", "normal"],
    0.6: ["without losing", "without killing", "without sacrificing", "don't lose"],
    0.75: ["fairly", "rather", "somewhat", "sort of", "kind of", "kinda", "semi", "quasi", "some", "partly",
        "but keep"],
    0.5: ["slight", "slightly", "a bit", "a little", "a touch of", "a hint of", "mildly", "subtly",
        "barely there", "a tad"],
    0.3: ["barely", "hardly", "scarcely", "a very slight"],
}  # fmt: skip


@pytest.mark.parametrize(("factor", "word"), [(f, word) for f, words in DEGREES.items() for word in words])
def test_a_degree_multiplies_what_comes_next(factor: float, word: str) -> None:
    intent = plan(f"{word} bright")
    assert intent.axes == {"brightness": pytest.approx(min(0.6 * factor, 0.98), abs=0.001)}
    assert intent.evidence[0].rule == ("quality" if factor == 1.0 else f"quality, degree ×{factor:.2f}")
    assert intent.evidence[0].text == f"{word} bright"


REVERSED = {
    -0.42: ["less", "hardly any", "barely any", "almost no", "next to no", "very little", "not much",
        "fewer", "reduce"],
    -0.3: [
        "not very", "not quite as", "not so", "not as", "not that", "not too", "not overly", "not really",
        "not quite",
        "nowhere near as", "not particularly", "not so much",
        "not", "never", "isn't", "not at all", "anything but", "far from", "neither", "instead of",
        "opposite of",
    ],
    -0.54: ["no", "without", "without any", "zero", "free of", "lacking", "devoid of", "avoid", "with no"],
}  # fmt: skip


@pytest.mark.parametrize(("value", "words"), [(v, one) for v, words in REVERSED.items() for one in words])
def test_a_comparison_takes_seven_tenths_back_not_a_half_and_no_nine_tenths(value: float, words: str) -> None:
    """Of "bright", 0.6."""
    assert plan(f"{words} bright").axes == {"brightness": value}


AXES: dict[str, dict[Axis, float]] = {
    # degrees together
    "very very bright": {"brightness": 0.98},
    "very slightly bright": {"brightness": 0.214},
    "slightly very bright": {"brightness": 0.42},
    "less very bright": {"brightness": -0.588},
    "isn't very bright": {"brightness": -0.24},
    "not a very bright pad": {"brightness": -0.24},
    "never extremely wide": {"width": -0.28},
    "isn't very harsh": {"brightness": -0.1, "warmth": 0.06, "grit": -0.24, "tension": -0.06},
    "not very very wide": {"width": -0.49},
    # what is denied, and how far
    "not bright": {"brightness": -0.3},
    "not extremely bright": {"brightness": -0.3},
    "not slightly bright": {"brightness": -0.3},
    "no very bright": {"brightness": -0.54},
    "not not bright": {"brightness": 0.6},
    "bright but not wide": {"brightness": 0.6, "width": -0.35},
    "not bright, wide": {"brightness": -0.3, "width": 0.7},
    "not bright and wide": {"brightness": -0.3, "width": 0.7},
    "not bright or wide": {"brightness": -0.3, "width": -0.35},
    "neither bright nor wide": {"brightness": -0.3, "width": -0.35},
    "not bright. wide": {"brightness": -0.3, "width": 0.7},
    "very but bright": {"brightness": 0.6},
    "not, bright": {"brightness": 0.6},
    # side effects of what is denied: a fifth of them
    "not harsh": {"brightness": -0.1, "warmth": 0.06, "grit": -0.3, "tension": -0.06},
    "less harsh": {"brightness": -0.175, "warmth": 0.105, "grit": -0.42, "tension": -0.105},
    # effects: what lives by its effect goes with it, the rest a quarter
    "no reverb": {"space": -0.44},
    "not reverb": {"space": -0.275},
    "less reverb": {"space": -0.385},
    "more reverb": {"space": 0.66},
    "no distortion": {"grit": -0.48},
    "no noise": {"noise": -0.48},
    "no sub oscillator": {"weight": -0.32},
    "no chorus": {"width": -0.1},
    "no phaser": {"movement": -0.1},
    "no unison": {"width": -0.1},
    "no reverb, delay or chorus": {"width": -0.1, "space": -0.642},
    "no reverb and delay": {"space": -0.642},
    "no harsh distortion": {"brightness": -0.1, "warmth": 0.06, "grit": -0.761, "tension": -0.06},
    # parts that are asked for
    "more attack": {"attack": -0.6},
    "less attack": {"attack": 0.35},
    "no attack": {"attack": 0.5},
    "more sustain": {"length": 0.66},
    "less sustain": {"length": -0.385},
    "sustain": {},
    "slow attack": {"attack": 0.7},
    "soft attack": {"attack": 0.6},
    "fast attack": {"attack": -0.7},
    "long release": {"length": 0.65},
    "short release": {"length": -0.65},
    "slow attack and release": {"attack": 0.7, "length": 0.65},
    "heavy reverb": {"space": 0.825},
    "subtle reverb": {"space": 0.275},
    "reverb-heavy": {"space": 0.7},
    # times and rates
    "attack 20 ms": {"attack": -0.278},
    "attack of 4 s": {"attack": 0.98},
    "release 200 ms": {"length": -0.454},
    "decay of 8 seconds": {"length": 0.98},
    "2 hz": {"rate": 0.279},
    "1/4": {"rate": 0.05},
    "1/8": {"rate": 0.25},
    "8th": {"rate": 0.25},
    "1/32": {"rate": 0.75},
    # what is said twice comes nearer to the end, and opposites meet
    "wide wide wide": {"width": 0.973},
    "bright dark": {"brightness": 0.0},
    # a thing suggests: less the farther it stands from the head noun, and three tenths where a word describes
    "bell": {"brightness": 0.4, "warmth": -0.2, "attack": -0.7, "length": 0.4, "complexity": 0.6,
        "resonance": 0.2},
    "bell pad": {"brightness": 0.28, "warmth": -0.14, "attack": -0.49, "length": 0.28, "complexity": 0.42,
        "resonance": 0.14},
    "pad with a bell": {
        "brightness": 0.232, "warmth": -0.116, "attack": -0.406, "length": 0.232, "complexity": 0.348,
        "resonance": 0.116,
    },
    "dark bell": {"brightness": -0.552, "warmth": -0.2, "attack": -0.7, "length": 0.4, "complexity": 0.6,
        "resonance": 0.2},
    "supersaw": {"brightness": 0.45, "width": 0.6, "complexity": 0.4, "tension": 0.25},
    "no unison supersaw": {"brightness": 0.45, "width": 0.062, "complexity": 0.4, "tension": 0.25},
    "for percussion": {"attack": -0.637, "length": -0.455},
    "of strings": {"warmth": 0.235, "attack": 0.423, "length": 0.47, "width": 0.376},
    "pad as strings": {"warmth": 0.167, "attack": 0.302, "length": 0.335, "width": 0.268},
    "supersaw pluck": {
        "brightness": 0.315, "attack": -0.75, "length": -0.5, "width": 0.42, "complexity": 0.28, "tension": 0.175,
    },
    # which noun a word belongs to, past how many others
    "slow, dark, wide attack": {"brightness": -0.6, "attack": 0.3, "rate": -0.5, "width": 0.7},
    "long, dark release": {"brightness": -0.6, "length": 0.6},
    "slow dark soft attack": {"brightness": -0.6, "attack": 0.648, "rate": -0.5},
    "a long, soft, smooth, gentle release": {"brightness": -0.3, "attack": 0.65, "length": 0.951, "grit": -0.45},
    "very very very slow attack": {"attack": 0.98},
    "slow very very very very attack": {"attack": -0.978, "rate": -0.5},
    "bass with a whisper of reverb": {"space": 0.275},
    # endings and prefixes
    "brighter": {"brightness": 0.66},
    "brightest": {"brightness": 0.9},
    "ultrawide": {"width": 0.98},
    "semidark": {"brightness": -0.36},
    "darkish": {"brightness": -0.36},
}  # fmt: skip


@pytest.mark.parametrize("prompt", AXES)
def test_axes(prompt: str) -> None:
    assert plan(prompt).axes == pytest.approx(AXES[prompt], abs=0.0011)


FEATURES: dict[str, dict[str, str]] = {
    "no unison supersaw": {"unison": "banned"},
    "supersaw without unison": {"unison": "banned"},
    "supersaw, no unison": {"unison": "banned"},
    "supersaw": {"unison": "wanted"},
    "supersaw with unison": {"unison": "wanted"},
    "no very harsh distortion": {"distortion": "banned"},
    "no reverb, delay": {"reverb": "banned", "delay": "wanted"},
    "no reverb, delay or chorus": {"reverb": "banned", "delay": "banned", "chorus": "banned"},
    "without noise, reverb or delay but chorus": {
        "noise": "banned", "reverb": "banned", "delay": "banned", "chorus": "wanted",
    },
    "neither reverb nor delay": {"reverb": "banned", "delay": "banned"},
    "reverb, no reverb": {"reverb": "banned"},
    "no reverb, lots of reverb": {"reverb": "wanted"},
    "reverb-free pad": {"reverb": "banned"},
    "flutelike": {},
}  # fmt: skip


@pytest.mark.parametrize("prompt", FEATURES)
def test_what_is_excluded_stays_out_whatever_the_nouns_bring(prompt: str) -> None:
    assert plan(prompt).features == FEATURES[prompt]


STYLES: dict[str, tuple[str, float, dict[str, float]]] = {
    # a modifier counts half; after "with" three tenths, after "than" a tenth, after "like" 0.45,
    # and all later phrases together at most 0.4 of the head
    "pad": ("Pad", 1.0, {"Pad": 1.0}),
    "bass lead": ("Lead", 0.667, {"Lead": 0.667, "Bass": 0.333}),
    "bell pad": ("Pad", 0.727, {"Pad": 0.727, "Keys": 0.273}),
    "pad with a bell": ("Pad", 0.816, {"Pad": 0.816, "Keys": 0.184}),
    "bass like a bell": ("Bass", 0.748, {"Bass": 0.748, "Keys": 0.252}),
    "pad over a bass": ("Pad", 0.769, {"Pad": 0.769, "Bass": 0.231}),
    "lead than a pad": ("Lead", 0.909, {"Lead": 0.909, "Pad": 0.091}),
    "pad and bass": ("Pad", 0.714, {"Pad": 0.714, "Bass": 0.286}),
    "pad, bass, lead": ("Pad", 0.556, {"Pad": 0.556, "Bass": 0.222, "Lead": 0.222}),
    "a pluck for percussion": ("Percussion", 0.56, {"Percussion": 0.56, "Keys": 0.44}),
    "a bell in a sequence": ("Sequence", 0.516, {"Sequence": 0.516, "Keys": 0.484}),
    "strings as a pad": ("Pad", 1.0, {"Pad": 1.0}),
    "pad as strings": ("Pad", 1.0, {"Pad": 1.0}),
    "pad for bass": ("Pad", 0.588, {"Pad": 0.588, "Bass": 0.412}),
    "as a bass strings": ("Pad", 0.588, {"Pad": 0.588, "Bass": 0.412}),
    "a bell for a pad": ("Keys", 0.517, {"Keys": 0.517, "Pad": 0.483}),
    "for a pad a bell": ("Pad", 0.68, {"Pad": 0.68, "Keys": 0.32}),
    "pad of bells": ("Pad", 0.816, {"Pad": 0.816, "Keys": 0.184}),
    "like an organ pad with bells": ("Pad", 0.589, {"Pad": 0.589, "Keys": 0.411}),
    "pluck and pad": ("Keys", 0.714, {"Keys": 0.714, "Pad": 0.286}),
    "pluck, strings and bass": ("Keys", 0.556, {"Keys": 0.556, "Pad": 0.222, "Bass": 0.222}),
    "organ like pad": ("Keys", 0.714, {"Keys": 0.714, "Pad": 0.286}),
    "supersaw pluck": ("Keys", 0.638, {"Keys": 0.638, "Lead": 0.362}),
    "hit bell": ("Keys", 0.75, {"Keys": 0.75, "Percussion": 0.25}),
    "flutelike pad": ("Pad", 0.769, {"Pad": 0.769, "Lead": 0.231}),
    "a pad with noise": ("Pad", 0.909, {"Pad": 0.909, "SFX": 0.091}),
    # what is denied
    "not a bell": ("Pad", 0.0, {}),
    "not a pad": ("Keys", 0.0, {}),
    "no bass": ("Pad", 0.0, {}),
    "not an acid bass": ("Bass", 0.3, {"Bass": 1.0}),
    # no noun: what the axes fit, and never sure
    "bright": ("Lead", 0.045, {"Lead": 0.551, "Pad": 0.245, "Keys": 0.204}),
    "very bright": ("Lead", 0.072, {"Lead": 0.632, "Pad": 0.201, "Keys": 0.167}),
    "barely bright": ("Pad", 0.014, {"Pad": 0.399, "Keys": 0.332, "Lead": 0.269}),
    "less bright": ("Bass", 0.026, {"Bass": 0.462, "Pad": 0.293, "Keys": 0.244}),
    "no reverb": ("Keys", 0.03, {"Keys": 1.0}),
    "more attack": ("Keys", 0.048, {"Keys": 0.435, "Percussion": 0.353, "Sequence": 0.141, "Bass": 0.071}),
    "no harsh distortion": ("Keys", 0.053, {"Keys": 0.659, "Pad": 0.341}),
    "attack of 4 s": ("Pad", 0.242, {"Pad": 1.0}),
    "release 0.05 s": ("Percussion", 0.16, {"Percussion": 0.776, "Keys": 0.224}),
    "16 hz": ("Sequence", 0.128, {"Sequence": 0.728, "Pad": 0.149, "Keys": 0.124}),
    # words that lean
    "16th notes": (
        "Sequence", 0.706, {"Sequence": 0.849, "Keys": 0.072, "Percussion": 0.046, "SFX": 0.024, "Bass": 0.009},
    ),
}  # fmt: skip


@pytest.mark.parametrize("prompt", STYLES)
def test_shares_of_the_styles(prompt: str) -> None:
    intent = plan(prompt)
    assert (intent.style, intent.style_confidence, intent.style_scores) == STYLES[prompt]


KINDS: dict[str, tuple[str, ...]] = {
    # head nouns first, then modifiers and later phrases; those of another style far behind
    "bell strings": ("strings", "bell"), "supersaw pluck": ("pluck", "supersaw"), "hit bell": ("bell", "hit"),
    "strings with a bell and a pluck": ("strings", "pluck", "bell"), "acid bass with a growl": ("acid", "growl"),
    "noise pad": ("noise-pad", "texture"), "a pad with noise": (), "wind pad": ("noise-pad", "texture"),
    "noise bell": ("bell",), "bass, but not a growl": (), "bell-like": (), "bell pad": ("bell",),
    "flutelike pad": ("flute",), "like an organ pad with bells": ("organ", "bell"),
}  # fmt: skip


@pytest.mark.parametrize("prompt", KINDS)
def test_kinds_in_their_order(prompt: str) -> None:
    assert plan(prompt).subtypes == KINDS[prompt]


TAGGED: list[tuple[str, list[str], dict[str, Any]]] = [
    ("pad", ["dark"], {"axes": {"brightness": -0.3}, "style": "Pad"}),
    ("bright pad", ["dark"], {"axes": {"brightness": 0.564}}),
    ("pad", ["bright", "very dark"], {"axes": {"brightness": -0.12}, "tags": ("bright", "very-dark")}),
    ("dark pad", ["bass"], {"style": "Pad", "style_scores": {"Pad": 0.667, "Bass": 0.333}}),
    ("no reverb pad", ["reverb"], {"features": {"reverb": "banned"}, "axes": {"space": -0.394}}),
    ("pad", ["reverb"], {"features": {"reverb": "wanted"}, "axes": {"space": 0.275}}),
    ("pad with reverb", ["no reverb"], {"features": {"reverb": "wanted"}}),
    ("mono pad", ["poly"], {"voicing": "mono"}),
    ("pad", ["poly"], {"voicing": "poly"}),
    ("pad at 90 bpm", ["120 bpm"], {"tempo_bpm": 90.0}),
    ("pad", ["120 bpm", "A minor", "legato"], {"tempo_bpm": 120.0, "key": "A minor", "glide_s": 0.08}),
    ("pad in C major", ["A minor"], {"key": "C major"}),
    ("short glide", ["slow glide"], {"glide_s": 0.05}),
    ("warm", ["bell"], {"style": "Keys", "subtypes": ("bell",), "style_confidence": 0.75}),
]


@pytest.mark.parametrize(("prompt", "given", "wanted"), TAGGED)
def test_a_tag_leans_by_half_and_never_overrules_what_the_prompt_says(
    prompt: str, given: list[str], wanted: dict[str, Any]
) -> None:
    intent = plan(prompt, tags=given)
    found = {name: getattr(intent, name) for name in wanted}
    assert found == {name: pytest.approx(v, abs=0.0011) if name == "axes" else v for name, v in wanted.items()}


def test_a_tag_s_evidence_is_half_and_asks_for_no_axis() -> None:
    rows = [(e.source, e.text, e.effect, e.rule, e.asks) for e in plan("dark pad", tags=["bass", "wide"]).evidence]
    assert rows == [
        ("prompt", "dark", "brightness -0.60", "quality", "brightness"),
        ("prompt", "pad", "style Pad +4.0", "sound", None),
        ("tag", "bass", "style Bass +2.0", "sound, tag ×0.50", None),
        ("tag", "wide", "width +0.35, wants stereo", "quality, tag ×0.50", None),
    ]


QUANTITIES: dict[str, dict[str, Any]] = {
    "20 bpm": {"tempo_bpm": 20.0}, "19 bpm": {"tempo_bpm": None},
    "300 bpm": {"tempo_bpm": 300.0}, "301 bpm": {"tempo_bpm": None},
    "tempo 20": {"tempo_bpm": 20.0}, "tempo is 128 bpm": {"tempo_bpm": 128.0},
    "128 beats per minute": {"tempo_bpm": 128.0}, "92,5 bpm": {"tempo_bpm": 92.5},
    "at 60": {"tempo_bpm": 60.0}, "at 59": {"tempo_bpm": None},
    "at 200": {"tempo_bpm": 200.0}, "at 201": {"tempo_bpm": None}, "at 59 bpm": {"tempo_bpm": 59.0},
    "pad, 60, x": {"tempo_bpm": 60.0}, "pad, 59, x": {"tempo_bpm": None}, "pad 60 x": {"tempo_bpm": None},
    "at 100 feet": {"tempo_bpm": None}, "at 128 hz": {"tempo_bpm": None, "register_midi": 48},
    "32 hz": {"register_midi": None, "axes": {"rate": 0.98}}, "33 hz": {"register_midi": 24, "axes": {}},
    "0.05 hz": {"axes": {"rate": -0.98}}, "0.04 hz": {"axes": {}, "usable": False},
    "440 hz": {"register_midi": 69}, "2000 hz": {"register_midi": 95}, "2001 hz": {"register_midi": None},
    "C-1": {"register_midi": 0}, "Cb-1": {"register_midi": None},
    "G9": {"register_midi": 127}, "G#9": {"register_midi": None},
    "C4": {"register_midi": 60}, "A4": {"register_midi": 69}, "B3": {"register_midi": 59},
    "D4": {"register_midi": 62}, "E4": {"register_midi": 64}, "F4": {"register_midi": 65},
    "Cb4": {"register_midi": 59}, "B#3": {"register_midi": 60},
    "C2 and C4": {"register_midi": 48}, "high C2": {"register_midi": 36},
    "glide 50 ms": {"glide_s": 0.05}, "portamento 12 s": {"glide_s": 10.0}, "no glide": {"glide_s": 0.0},
    "c sharp minor": {"key": "C# minor"}, "b flat maj": {"key": "Bb major"}, "d min": {"key": "D minor"},
    "F# major": {"key": "F# major"}, "h minor": {"key": None}, "in c": {"key": None},
    "not mono": {"voicing": "poly", "axes": {"width": 0.3}}, "not poly": {"voicing": "mono"},
}  # fmt: skip


@pytest.mark.parametrize("prompt", QUANTITIES)
def test_quantities_at_their_ends(prompt: str) -> None:
    intent = plan(prompt)
    wanted = QUANTITIES[prompt]
    assert {name: getattr(intent, name) for name in wanted} == wanted


@pytest.mark.parametrize(
    ("seconds", "attack", "length"),
    [(0.0005, -1.0, -1.0), (0.001, -1.0, -1.0), (0.063246, 0.0, -0.90738), (0.632456, 0.55525, 0.0), (4, 1.0,
    0.72685),
     (8, 1.0, 1.0), (16, 1.0, 1.0), (0, -1.0, -1.0)],
)  # fmt: skip
def test_times_lie_on_their_axes_by_logarithm(seconds: float, attack: float, length: float) -> None:
    assert position(seconds, (0.001, 4.0)) == pytest.approx(attack, abs=1e-4)
    assert position(seconds, (0.05, 8.0)) == pytest.approx(length, abs=1e-4)


def test_notes_end_at_0_and_127() -> None:
    assert [midi_note(name) for name in ("c-1", "cb-1", "g9", "g#9", "c4", "c♯4", "d♭4")] == [
        0,
        None,
        127,
        None,
        60,
        61,
        61,
    ]


SLIPS = {
    # letters swapped, doubled, lost or replaced, words that sound alike; "metalic" stands in the lexicon as it is
    "brigth": "bright", "brihgt": "bright", "detuend": "detuned", "mufled": "muffled", "brightt": "bright",
    "metallicc": "metallic", "distorton": "distortion", "distorion": "distortion", "percussve": "percussive",
    "analgo": "analog", "brght": "bright", "evolvng": "evolving", "resonat": "resonant", "warmm": "warm",
    "rbight": "bright", "brighti": "bright", "brite": "bright", "pluk": "pluck", "swep": "sweep", "pluks": "plucks",
    "metalic": None, "bright": None, "barge": None, "bras": None, "qwrt": None, "zx": None, "fläche": None,
}  # fmt: skip


@pytest.mark.parametrize("word", SLIPS)
def test_slips(word: str) -> None:
    assert respell(word) == SLIPS[word]


RESEMBLING = {
    "talks": ("talking", 0.609, 'sounds like "talking" (0.87)'),
    "glomy": ("gloomy", 0.828, 'spelt like "gloomy" (0.92)'),
    "shimmr": ("shimmer", 0.72, 'spelt like "shimmer" (0.80)'),
    "wobbl": ("wobble", 0.693, 'spelt like "wobble" (0.77)'),
    "motoric": ("motorik", 0.675, 'spelt like "motorik" (0.75)'),
    "brghtt": None, "frob": None, "glom": None, "barge": None, "glömy": None, "gl0my": None,
}  # fmt: skip


@pytest.mark.parametrize("word", RESEMBLING)
def test_an_unknown_word_gives_seven_tenths_of_its_meaning_and_nine_of_its_spelling(word: str) -> None:
    read = resembles(word)
    assert (read and (read.base, read.share, read.how)) == RESEMBLING[word]


def test_what_is_less_than_half_alike_is_not_near() -> None:
    assert nearest("algebra") is None
    near = nearest("talks")
    assert near is not None
    assert (near.base, near.similarity) == ("talking", 0.87)


FORMS: dict[str, tuple[str, float, str, bool, bool]] = {
    "darker": ("dark", 1.1, "comparative", False, False),
    "darkest": ("dark", 1.5, "superlative", False, False),
    "noisier": ("noisy", 1.1, "comparative", False, False),
    "fatter": ("fat", 1.1, "comparative", False, False),
    "wider": ("wide", 1.1, "comparative", False, False),
    "darkish": ("dark", 0.6, "-ish", True, False),
    "belllike": ("bell", 0.6, "-like", True, False),
    "glassy": ("glass", 0.6, "-y", True, False),
    "noiseless": ("noise", 1.0, "-less", False, True),
    "unfiltered": ("filtered", 1.0, "un-", False, True),
    **{f"{prefix}dark": ("dark", 1.6, f"{prefix}-", False, False) for prefix in ("ultra", "super", "hyper",
    "mega")},
    **{f"{prefix}dark": ("dark", 0.6, f"{prefix}-", False, False) for prefix in ("semi", "quasi")},
    "softly": ("soft", 1.0, "", False, False),
    "tonally": ("tonal", 1.0, "", False, False),
    "gently": ("gentle", 1.0, "", False, False),
    "harmonies": ("harmony", 1.0, "", False, False),
    "basses": ("bass", 1.0, "", False, False),
    "bass's": ("bass", 1.0, "", False, False),
    "distorted": ("distort", 1.0, "", False, False),
    "sweeping": ("sweep", 1.0, "", False, False),
    "dullness": ("dull", 1.0, "", False, False),
}  # fmt: skip


@pytest.mark.parametrize("word", FORMS)
def test_endings(word: str) -> None:
    assert FORMS[word] in [tuple(form) for form in forms(word)]


@pytest.mark.parametrize("word", ["glass", "gas", "as", "red", "bed"])
def test_what_has_no_ending_has_no_base(word: str) -> None:
    assert forms(word) == ()


# limits of what is taken


def test_the_longest_prompt_and_tags_pass_and_one_more_does_not() -> None:
    assert plan("x" * 2000).prompt == "x" * 2000
    with pytest.raises(RequestError, match=r"^the prompt has 2,001 characters; the most is 2,000$"):
        plan("x" * 2001)
    assert len(plan("pad", tags=[f"t{n}" for n in range(16)]).tags) == 16
    with pytest.raises(RequestError, match=r"^tags must be a list of at most 16 texts$"):
        plan("pad", tags=["t"] * 17)
    assert plan("pad", tags=["y" * 40]).tags == ("y" * 40,)
    with pytest.raises(RequestError, match=r"^tag 2 has 41 characters; the most is 40$"):
        plan("pad", tags=["ok", "y" * 41])
    with pytest.raises(RequestError, match=r"^tag 1: the prompt is empty"):
        plan("pad", tags=[" "])
    with pytest.raises(RequestError, match=r"^tags must be a list"):
        plan("pad", tags="dark")


@pytest.mark.parametrize(("prompt", "place"), [("pad\x00", 3), ("\x7fpad", 0), ("a\x85", 1)])
def test_control_characters_are_refused_but_tabs_and_lines_are_not(prompt: str, place: int) -> None:
    assert plan("\tdark\r\npad\n").style == "Pad"
    with pytest.raises(
        RequestError, match=rf"^the prompt holds the control character U\+00.. at position {place}$"
    ):
        plan(prompt)


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("brightness 1", "brightness 1.01"), ("brightness -1", "brightness -1.01"), ("noun Bass 9",
        "noun Bass 9.1"),
        ("lean Pad 0", "lean Pad -0.1"), ("register 127", "register 128"), ("register 0", "register -1"),
        ("glide 10", "glide 10.1"), ("glide 0", "glide -0.1"), ("type a-b", "type a--b"),
        ("kind Pad x", "kind Polka x"), ("grit 0.5 main", "grit 0.5 side"), ("mono", "stereo"),
    ],
)  # fmt: skip
def test_effects_of_the_lexicon_at_their_ends(good: str, bad: str) -> None:
    assert len(parse_effects(good, where="here")) == 1
    with pytest.raises(SpecError, match="here"):
        parse_effects(bad, where="here")


def test_notes_say_what_was_taken_by_default() -> None:
    assert plan("zxcv").notes == (
        "No word of the prompt was understood: the sound is a default.",
        "No word spoke for a style: Pad was taken.",
    )
    assert plan("bright").notes == ("No word named a style: Lead was inferred from the others.",)
    assert plan("bright pad").notes == ()
    assert plan("bright", style="Bass").notes == ("The style Bass was asked for outright.",)


# names, tags and comments


def _intent(**fields: Any) -> Intent:
    return Intent.model_validate(
        {"planner_version": "t", "prompt": "x", "usable": True, "style": "Pad", "style_confidence": 1.0, **fields}
    )


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.75, "very bright"), (0.74, "bright"), (0.35, "bright"), (0.34, "slightly bright"), (0.125,
    "slightly bright"),
     (-0.75, "very dark"), (-0.35, "dark"), (-0.34, "slightly dark")],
)  # fmt: skip
def test_a_comment_grades_what_it_says(value: float, words: str) -> None:
    assert comment(_intent(axes={"brightness": value})) == f"Pad: {words}."


def test_a_comment_leaves_out_what_can_t_be_heard() -> None:
    assert comment(_intent(axes={"brightness": 0.124, "width": 0.5})) == "Pad: wide."
    assert comment(_intent(axes={"brightness": 0.124})) == "Pad."


def test_a_comment_in_full() -> None:
    text = comment(
        _intent(
            subtypes=("a", "b", "c", "d"), axes={"brightness": -0.8, "width": 0.5}, register_midi=36,
            voicing="mono",
            glide_s=0.1, tempo_bpm=92.5, features={"ring_mod": "wanted", "reverb": "banned"},
        )
    )  # fmt: skip
    assert text == "Pad (a, b, c): very dark, wide; with ring mod; no reverb; around C2, mono, glide, 92.5 bpm."


@pytest.mark.parametrize(("length", "fits"), [(37, True), (38, False)])
def test_a_comment_has_two_hundred_characters_at_the_most(length: int, fits: bool) -> None:
    """A part that doesn't fit is left out whole."""
    wanted = dict.fromkeys(("arpeggio", "bitcrush", "compressor", "pitch_drop"), "wanted")
    kinds = ("a" * 40, "b" * 40, "c" * length)
    text = comment(_intent(subtypes=kinds, axes={"brightness": 0.5}, features={**wanted, "pitch_rise": "banned"}))
    assert ("; no pitch rise." in text) is fits
    assert (len(text) == 200) is fits


POLES = {
    "brightness": ("dark", "bright"), "warmth": ("cold", "warm"), "attack": ("percussive", "swelling"),
    "length": ("short", "long"), "movement": ("static", "moving"), "rate": ("slow", "fast"),
    "width": ("narrow", "wide"), "space": ("dry", "spacious"), "grit": ("clean", "gritty"),
    "noise": ("noise-free", "noisy"), "weight": ("light", "heavy"), "complexity": ("plain", "dense"),
    "tension": ("calm", "tense"), "resonance": ("flat", "resonant"),
}  # fmt: skip


@pytest.mark.parametrize("axis", POLES)
def test_tags_name_what_is_clear_by_its_side(axis: str) -> None:
    low, high = POLES[axis]
    assert tags(_intent(axes={axis: 0.4})) == ("pad", high)
    assert tags(_intent(axes={axis: -0.4})) == ("pad", low)
    assert tags(_intent(axes={axis: 0.39})) == ("pad",)


def test_tags_stand_in_order_once_and_at_most_sixteen() -> None:
    made = tags(_intent(subtypes=("reese",), axes={"width": 0.5, "grit": -0.9}, tags=("wide", "x", "pad")))
    assert made == ("pad", "reese", "clean", "wide", "x")
    many = tags(_intent(tags=tuple(f"t{n}" for n in range(16))))
    assert many == ("pad", *(f"t{n}" for n in range(15)))


TITLES: dict[tuple[str, int], str] = {
    ("dark bass", 0): "Dark Bass",
    ("dark bass", 1): "Shadow Bass",
    ("dark bass", 7): "Dark Bass",
    ("glassy bell", 0): "Glass Bell",
    ("glassy bell", 1): "Glass Bell",
    ("glassy bell", 7): "Glass Bells",
    ("trance supersaw", 0): "Trance Saw Stack",
    ("trance supersaw", 1): "Trance Saw Stack",
    ("zxcv", 0): "Emerald Pad",
    ("zxcv", 1): "Coral Pad",
    ("zxcv", 7): "Essential Pad",
    ("slow wide bright noisy pad", 0): "Bright Pad",
    ("slow wide bright noisy pad", 7): "Wide Noisy Pad",
}


def test_titles_are_pinned() -> None:
    """A request's preset keeps its name from release to release."""
    assert {(prompt, seed): title(plan(prompt), seed) for prompt, seed in TITLES} == TITLES


def test_explained_rows_stand_in_the_order_of_the_prompt() -> None:
    rows = explain(plan("zxcv dark pad qwrt", tags=["wide"]))
    assert [(row.source, row.text, row.used) for row in rows] == [
        ("prompt", "zxcv", False), ("prompt", "dark", True), ("prompt", "pad", True), ("prompt", "qwrt", False),
        ("tag", "wide", True),
    ]  # fmt: skip

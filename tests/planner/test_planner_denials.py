"""What is denied or disliked, before and after its noun, is not what the sound gets."""

import pytest

from engine.planner import plan
from schemas.intent import Feature, Style

ALL_EFFECTS = {"reverb", "delay", "chorus", "phaser", "flanger", "distortion", "bitcrush", "compressor", "eq"}

BANNED: dict[str, set[Feature]] = {
    # lists that no "or" closes
    "bass without reverb, delay, chorus": {"reverb", "delay", "chorus"},
    "bass, no reverb/delay/chorus": {"reverb", "delay", "chorus"},
    "no chorus reverb delay bass": {"reverb", "delay", "chorus"},
    "pad, chorus desactivado": {"chorus"},
    "delay: false pad": {"delay"},
    "nix the chorus, pad": {"chorus"},
    # behind the noun
    "pad, reverb off, delay off, chorus off": {"reverb", "delay", "chorus"},
    "lead, delay = off, reverb = off": {"delay", "reverb"},
    "pad, distortion disabled": {"distortion"},
    "lead, LFO disabled": {"lfo"},
    "bass, sub: off": {"sub"},
    "pad, reverb: none, delay: none": {"reverb", "delay"},
    "reverb zero, delay zero, pad": {"reverb", "delay"},
    "pad - reverb bypassed, phaser muted": {"reverb", "phaser"},
    "pad with the chorus switched off": {"chorus"},
    "lead with vibrato turned off": {"vibrato"},
    "pad with the reverb completely off": {"reverb"},
    "pad (reverb off)": {"reverb"},
    "pad | reverb off | delay on": {"reverb"},
    "pad: reverb no": {"reverb"},
    "delay is off, lead": {"delay"},
    "lead with the drive removed": {"distortion"},
    "bass, filter bypassed": {"filter"},
    "arpeggiator disabled lead": {"arpeggio"},
    "pad, gate off": {"gate"},
    "pad with sidechain deactivated": {"pump"},
    # lists
    "warm pad, reverb and delay off": {"reverb", "delay"},
    "pad, reverb, delay, chorus off": {"reverb", "delay", "chorus"},
    "pad. Reverb, delay and chorus: off.": {"reverb", "delay", "chorus"},
    "pad, reverb/delay off": {"reverb", "delay"},
    "pad with reverb, delay off": {"delay"},
    "pad with lots of reverb, delay off": {"delay"},
    "pad, chorus on, reverb off": {"reverb"},
    # lists that a colon opens, signs, what is said once more
    "pad, no: reverb, delay": {"reverb", "delay"},
    "pad, without: reverb, delay, chorus. With distortion": {"reverb", "delay", "chorus"},
    "pad; off: reverb, delay": {"reverb", "delay"},
    "lead, off: chorus; on: delay": {"chorus"},
    "pad -reverb, -delay": {"reverb", "delay"},
    "-reverb pad +chorus": {"reverb"},
    "pad −delay +reverb": {"delay"},
    "warm pad - reverb and delay": set(),
    "pad:\n-reverb\n-delay": set(),
    "pad. EQ: leave it off. Compressor: ditto": {"eq", "compressor"},
    "pad. Reverb off. Delay: same": {"reverb", "delay"},
    "pad. Reverb on. Delay: ditto": set(),
    "pad with reverb. Turn it off.": {"reverb"},
    "pad, chorus, keep it off": {"chorus"},
    "pad, never leave the chorus on": {"chorus"},
    "pad, never turn the reverb off": set(),
    "never leave the flanger off, pad": set(),
    # in other languages
    "Pad, Hall aus": {"reverb"},
    "Pad, Hall aus und Chorus an": {"reverb"},
    "Pad, Hall: aus, Delay: aus": {"reverb", "delay"},
    "Pad, Hall weg": {"reverb"},
    "Pad, ohne Hall": {"reverb"},
    "nappe, réverbe éteinte, delay coupé": {"reverb", "delay"},
    "pad, reverb apagada": {"reverb"},
    "pad, riverbero spento": {"reverb"},
    "pad, reverb desligado": {"reverb"},
    "パッド、リバーブオフ": {"reverb"},
    "铺底，混响关闭": {"reverb"},
    "패드, 리버브 끔": {"reverb"},
    "пэд, реверб выключен": {"reverb"},
    # before the noun
    "please leave out the reverb": {"reverb"},
    "get rid of the sub, thin bass": {"sub"},
    "pad with zero reverb": {"reverb"},
    "bypass the chorus, wide pad": {"chorus"},
    "disable reverb and delay on this pluck": {"reverb", "delay"},
    "cut the reverb, dark pad": {"reverb"},
    "kill the delay on the lead": {"delay"},
    "mute the noise, string pad": {"noise"},
    "turn off the sub, reese bass": {"sub"},
    "strip out the reverb, pad": {"reverb"},
    "pad without reverb and sub": {"reverb", "sub"},
    "bass, no sub or distortion": {"sub", "distortion"},
    "everything but the reverb, pad": {"reverb"},
    "I don't want reverb or delay on the pad": {"reverb", "delay"},
    "I dislike reverb, make a pad": {"reverb"},
    "leave the delay out of it, pad": {"delay"},
    "take the chorus out, string pad": {"chorus"},
    "keep the noise out of this pad": {"noise"},
    "delay out, reverb in; glassy lead": {"delay"},
    "one sine, noise generator muted": {"noise"},
    "phaser circuit defeated, organ": {"phaser"},
    "reverb is banned, bass": {"reverb"},
    "she hates flangers and phasers, lush pad": {"flanger", "phaser"},
    "reverb? no thanks. A pluck": {"reverb"},
    "chorus? hate it. A pad": {"chorus"},
    "an undistorted organ": {"distortion"},
    # all of them
    "FX all off, raw saw bass": ALL_EFFECTS,
    "all effects off, saw lead": ALL_EFFECTS,
    "no effects at all, pluck": ALL_EFFECTS,
    "bypass all effects, square lead": ALL_EFFECTS,
    "lead with all the effects turned off": ALL_EFFECTS,
    "everything off except the reverb, pad": ALL_EFFECTS - {"reverb"},
    "pad, no effects except reverb": ALL_EFFECTS - {"reverb"},
    "dry lead": {"reverb", "delay"},
    # nothing is denied
    "pad, reverb on": set(),
    "off-beat bass": set(),
    "bass that cuts through the mix": set(),
    "spaced out pad": set(),
    "worn out keys": set(),
    "a pad that sounds slightly off": set(),
    "lead with a cutoff at 500 Hz": set(),
    "pad, no resonance": set(),
    "no supersaw, a bass": set(),
}  # fmt: skip


@pytest.mark.parametrize("prompt", BANNED)
def test_what_is_denied_is_banned_and_nothing_else(prompt: str) -> None:
    intent = plan(prompt)
    assert {name for name, wish in intent.features.items() if wish == "banned"} == BANNED[prompt]
    assert not intent.unused, "words of denial are understood"


AWAY = [one for one in BANNED if "reverb" in BANNED[one] and "delay on" not in one and "zero" not in one]


@pytest.mark.parametrize("prompt", AWAY)
def test_a_denied_reverb_is_no_space(prompt: str) -> None:
    assert plan(prompt).axes["space"] < 0


@pytest.mark.parametrize(
    ("prompt", "wanted"),
    [
        ("pad, reverb on", {"reverb"}),
        ("pad, chorus enabled, reverb off", {"chorus"}),
        ("pad with reverb, delay off", {"reverb"}),
        ("everything off except the reverb, pad", {"reverb"}),
        ("pad, no effects except a bit of chorus", {"chorus"}),
        ("pad | reverb off | delay on", {"delay"}),
        ("lead with the delay turned on", {"delay"}),
    ],
)
def test_what_is_on_or_excepted_is_wanted(prompt: str, wanted: set[str]) -> None:
    assert {name for name, wish in plan(prompt).features.items() if wish == "wanted"} == wanted


@pytest.mark.parametrize(
    ("prompt", "axis", "most"),
    [
        ("pad, treble cut", "brightness", -0.4),
        ("lead, highs cut", "brightness", -0.4),
        ("pad, top end removed", "brightness", -0.4),
        ("pad, treble rolled off", "brightness", -0.4),
        ("pad, resonance off", "resonance", -0.4),
        ("lead, LFO off", "movement", -0.3),
        ("bass, stereo off", "width", -0.4),
        ("bass, distortion removed", "grit", -0.4),
        ("lead with zero attack", "attack", -0.95),
        ("pad, attack: none", "attack", -0.95),
        ("pluck, sustain off", "length", -0.5),
    ],
)
def test_a_denied_property_is_the_opposite(prompt: str, axis: str, most: float) -> None:
    assert dict(plan(prompt).axes)[axis] <= most


@pytest.mark.parametrize(
    "prompt", ["lead, portamento off", "no glide lead", "zero glide lead", "lead, glide: none"]
)
def test_a_denied_glide_is_none(prompt: str) -> None:
    intent = plan(prompt)
    assert intent.glide_s == 0.0
    assert intent.style == "Lead"


DISLIKED: dict[str, tuple[Style, tuple[str, ...], str]] = {
    "I hate pads, give me a pluck": ("Keys", ("pluck",), "pad"),
    "I'm tired of plucks. Make a drone.": ("Pad", ("drone",), "pluck"),
    "not another supersaw, a screech lead": ("Lead", ("screech",), "supersaw"),
    "no more supersaws, I want a bell": ("Keys", ("bell",), "supersaw"),
    "sick of plucks and bells, make a drone": ("Pad", ("drone",), "bell"),
    "tired of plucks, bells and mallets. Make a drone.": ("Pad", ("drone",), "mallet"),
    "can't stand supersaws. Warm bass please": ("Bass", (), "supersaw"),
    "don't want a bass, a lead": ("Lead", (), "sub"),
    "enough pads, a kick please": ("Percussion", ("kick",), "pad"),
    "bored of pads and plucks, give me a bass": ("Bass", (), "pluck"),
    "fed up with dubstep wobbles, smooth bass": ("Bass", (), "wobble"),
    "I'm sick of the same supersaw leads, give me a hoover": ("Lead", ("hoover",), "supersaw"),
    "not another reese bass, a clean sub bass please": ("Bass", ("sub",), "reese"),
    "I never want to hear another supersaw, make a reese": ("Bass", ("reese",), "supersaw"),
    "please don't give me a pad, I want a lead": ("Lead", (), "pad"),
    "no big supersaws, saw lead": ("Lead", ("saw",), "supersaw"),
    "too many supersaws; a simple reese": ("Bass", ("reese",), "supersaw"),
    "I hate pads, give me a choir": ("Pad", ("choir",), "swell"),
    "no leads, supersaw": ("Lead", ("supersaw",), "screech"),
    "I hate hardstyle kicks, give me a soft kick": ("Percussion", ("kick",), "hardstyle"),
}


@pytest.mark.parametrize("prompt", DISLIKED)
def test_a_disliked_noun_gives_neither_style_nor_sub_type(prompt: str) -> None:
    style, kinds, disliked = DISLIKED[prompt]
    intent = plan(prompt)
    assert intent.style == style
    assert intent.subtypes[: len(kinds)] == kinds
    assert disliked not in intent.subtypes
    assert not intent.unused, "the dislike is told as understood"


def test_what_describes_a_disliked_noun_says_nothing_of_the_wanted_one() -> None:
    assert plan("I hate bright pads, give me a pluck").axes == plan("a pluck").axes
    assert plan("sick of huge noisy supersaws, a bell").axes == plan("a bell").axes


@pytest.mark.parametrize("prompt", ["a tired old piano", "dark enough pad", "a sickly sweet pad", "hateful pad"])
def test_words_of_dislike_in_other_senses_deny_nothing(prompt: str) -> None:
    assert plan(prompt).style == ("Keys" if "piano" in prompt else "Pad")


def test_evidence_spans_the_words_of_denial() -> None:
    told = {row.text: row.effect for row in plan("pad, reverb off. I hate plucks").evidence}
    assert told["reverb off"] == "space -0.44, bans reverb"
    assert told["I hate plucks"] == "no sub-type pluck"


@pytest.mark.parametrize("words", ["except", "except for", "apart from", "other than", "besides", "but"])
def test_a_room_that_is_excepted_is_not_denied(words: str) -> None:
    assert plan("pad, no effects").axes["space"] == -0.8
    assert plan(f"pad, no effects {words} reverb").axes["space"] == 0.55

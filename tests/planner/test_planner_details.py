"""Features, tempo, register, voicing, glide and key."""

import pytest

from engine.planner import plan


@pytest.mark.parametrize(
    ("prompt", "features"),
    [
        ("no reverb", {"reverb": "banned"}),
        ("without any delay or chorus", {"delay": "banned", "chorus": "banned"}),
        ("no reverb, delay or chorus, pad", {"reverb": "banned", "delay": "banned", "chorus": "banned"}),
        ("without distortion and noise", {"distortion": "banned", "noise": "banned"}),
        ("no reverb, lots of delay", {"reverb": "banned", "delay": "wanted"}),
        ("no chorus but a touch of phaser", {"chorus": "banned", "phaser": "wanted"}),
        ("dry", {"reverb": "banned", "delay": "banned"}),
        ("dry with a hint of delay", {"reverb": "banned", "delay": "wanted"}),
        ("not without reverb", {"reverb": "wanted"}),
        ("less reverb", {}),
        ("supersaw with no unison", {"unison": "banned"}),
        ("subtle tremolo and a filter sweep", {"tremolo": "wanted", "filter_sweep": "wanted"}),
    ],
)  # fmt: skip
def test_features(prompt: str, features: dict[str, str]) -> None:
    assert plan(prompt).features == features


@pytest.mark.parametrize(
    ("prompt", "bpm"),
    [
        ("lead at 128 bpm", 128.0),
        ("120bpm arp", 120.0),
        ("arp, tempo of 90", 90.0),
        ("bpm: 174 reese", 174.0),
        ("sequence at 140", 140.0),
        ("trance supersaw, 138, wide", 138.0),
        ("chapter 101 pad", None),
        ("92.5 BPM groove", 92.5),
        ("at 500 bpm", None),
        ("at 3 am", None),
        ("808 bass", None),
    ],
)
def test_tempo(prompt: str, bpm: float | None) -> None:
    assert plan(prompt).tempo_bpm == bpm


@pytest.mark.parametrize(
    ("prompt", "note"),
    [
        ("bass around C2", 36),
        ("pad at F#3", 54),
        ("Bb1 drone", 34),
        ("a4 lead", 69),
        ("C-1", 0),
        ("warm pad", None),
    ],
)
def test_named_notes(prompt: str, note: int | None) -> None:
    assert plan(prompt).register_midi == note


def test_low_words_lie_below_high_words_and_a_named_note_wins() -> None:
    sub, low, high = (plan(f"{word} lead").register_midi for word in ("sub", "low", "high"))
    assert sub is not None
    assert low is not None
    assert high is not None
    assert sub < low < 60 < high
    assert plan("deep bass on A4").register_midi == 69


@pytest.mark.parametrize(
    ("prompt", "voicing", "glide_s"),
    [
        ("mono lead", "mono", None),
        ("polyphonic keys", "poly", None),
        ("not mono", "poly", None),
        ("legato lead", "mono", 0.08),
        ("lead with glide", None, 0.12),
        ("portamento of 200 ms", None, 0.2),
        ("mono, no portamento", "mono", 0.0),
        ("short glide", None, 0.05),
        ("slow glide", None, 0.35),
        ("pad", None, None),
    ],
)
def test_voicing_and_glide(prompt: str, voicing: str | None, glide_s: float | None) -> None:
    intent = plan(prompt)
    assert (intent.voicing, intent.glide_s) == (voicing, glide_s)


@pytest.mark.parametrize(
    ("prompt", "key"),
    [
        ("pad in A minor", "A minor"),
        ("F# major arp", "F# major"),
        ("b flat minor", "Bb minor"),
        ("minor chords", None),
        ("a major key lead", "A major"),
    ],
)
def test_key(prompt: str, key: str | None) -> None:
    assert plan(prompt).key == key


def test_brands_are_understood_and_only_plain_words_come_out() -> None:
    intent = plan("juno pad with moog bass", tags=["Roland", "juno 106", "my tag"])
    assert intent.axes["warmth"] > 0
    assert "my-tag" in intent.tags
    written = " ".join((*intent.tags, *intent.subtypes, *intent.features))
    assert not any(brand in written for brand in ("juno", "moog", "roland"))

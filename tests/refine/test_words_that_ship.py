"""Whether words and types are heard in the presets that ship, and when a variation is refused for it."""

from functools import cache

import pytest
from fake_renderer import RATE, FakePlayed, FakeSound, audio_of, measurements
from worlds import REST, hertz_of

from engine.audition import Auditioned
from engine.codec import encode_flac
from engine.refine.verdicts import judged
from engine.word_contracts import AskedAxis, Tuned
from schemas.patch_spec import PatchSpec
from schemas.result import HeardPreset, Repaired

WIDE = Tuned(asked=(AskedAxis("width", 0.5, ("wide",)),), twins={"width": REST})
NOTHING = Tuned(asked=())


@cache
def flac_of(hertz):
    played = FakePlayed({"stereo_routing": 1.0, "stereo_mode": 0}, (), (48,), 0.8, 0.5, 1.0)
    return encode_flac(audio_of(played, FakeSound(-18.0, hertz=hertz)), RATE)


def preset(kind, figures=None, *, status="accepted", repairs=(), timbre=True, measured=True, hertz=None):
    heard = measurements(FakeSound(-18.0)).model_copy(update={"timbre": REST | (figures or {}) if timbre else None})
    made = HeardPreset(
        id=kind,
        kind=kind,
        title=kind,
        status=status,
        spec=PatchSpec(engine_version="test"),
        preset_sha256="0" * 64,
        repairs=tuple(Repaired(kind=one, amount=1.0, unit="dB", reason="x") for one in repairs),
        measurements=heard if measured else None,
    )
    return Auditioned(made, flac_of(hertz or hertz_of(kind)))


def words_of(*heard, tuned):
    return [one.preset.words for one in judged(heard, tuned)]


def test_words_are_judged_in_the_base_as_it_ships():
    ((word,),) = words_of(preset("base", {"width": -16.0}), tuned=WIDE)
    assert (word.words, word.change, word.satisfied, word.heard) == (("wide",), 4.0, True, -16.0)


def test_types_are_judged_against_the_base_as_it_ships():
    base, (wider,) = words_of(preset("base", {"width": -16.0}), preset("wider", {"width": -13.0}), tuned=NOTHING)
    assert base == ()
    assert (wider.words, wider.neutral, wider.change, wider.satisfied) == (("wider",), -16.0, 3.0, True)


@pytest.mark.parametrize(
    ("width", "status"),
    [(-18.0, "accepted"), (-18.5, "accepted"), (-19.0, "accepted"), (-19.01, "refused"), (-21.0, "refused")],
)
def test_a_variation_that_kept_less_than_half_of_what_its_type_wants_is_refused(width, status):
    _, wider = judged((preset("base"), preset("wider", {"width": width})), NOTHING)
    assert wider.preset.status == status
    assert wider.flac == flac_of(hertz_of("wider"))


def test_a_variation_is_refused_in_words():
    _, wider = judged((preset("base"), preset("wider", {"width": -19.5})), NOTHING)
    assert wider.preset.refused_because == ("Not heard as wider: 0.5 dB towards wide, 2.0 were wanted",)


def test_a_base_whose_word_is_not_kept_is_not_refused():
    (base,) = judged((preset("base"),), WIDE)
    assert (base.preset.status, base.preset.words[0].satisfied) == ("accepted", False)


def test_a_variation_that_the_gates_refused_keeps_their_reasons():
    _, wider = judged((preset("base"), preset("wider", status="refused")), NOTHING)
    assert wider.preset.refused_because == ()


def test_a_variation_that_draws_anew_is_held_to_nothing():
    _, reseeded = judged((preset("base"), preset("reseeded")), NOTHING)
    assert (reseeded.preset.status, reseeded.preset.words) == ("accepted", ())


@pytest.mark.parametrize("unheard", [{"measured": False}, {"timbre": False}])
def test_nothing_is_said_of_what_was_not_heard(unheard):
    assert words_of(preset("base", **unheard), preset("wider"), tuned=WIDE) == [(), ()]
    base, wider = words_of(preset("base"), preset("wider", **unheard), tuned=WIDE)
    assert len(base) == 1
    assert wider == ()


NARROWED = "; it was narrowed to stay safe in mono"


@pytest.mark.parametrize("repair", ["width", "mono_low"])
def test_a_width_that_was_not_kept_for_safety_in_mono_says_so(repair):
    ((word,),) = words_of(preset("base", {"width": -18.0}, repairs=[repair]), tuned=WIDE)
    assert word.reason == f"2.0 dB towards wide, 3.2 were wanted{NARROWED}"


@pytest.mark.parametrize(
    ("axis", "value", "figure", "repairs"),
    [
        ("width", 0.5, -16.8, ["width"]),  # kept all the same
        ("width", 0.5, -18.0, ["level", "dc"]),  # not narrowed
        ("width", 0.5, -18.0, []),
        ("width", -0.5, -20.5, ["width"]),  # narrow was wanted
        ("space", 0.5, -18.0, ["width"]),
    ],
)
def test_no_other_word_speaks_of_mono(axis, value, figure, repairs):
    tuned = Tuned(asked=(AskedAxis(axis, value, ("word",)),), twins={axis: REST})
    ((word,),) = words_of(preset("base", {axis: figure}, repairs=repairs), tuned=tuned)
    assert NARROWED not in word.reason


BASE_HZ = hertz_of("base")


def test_a_variation_that_is_the_base_played_twice_is_refused():
    _, reseeded = judged((preset("base"), preset("reseeded", hertz=BASE_HZ)), NOTHING)
    assert reseeded.preset.status == "refused"
    assert reseeded.preset.refused_because == (
        "Sounds like base (distance 0.00; two presets are at least 1 apart)",
    )


@pytest.mark.parametrize(("width", "status"), [(-16.05, "refused"), (-16.0, "accepted")])
def test_a_variation_whose_spectrum_is_the_base_s_must_be_a_step_away_by_a_figure(width, status):
    _, wider = judged((preset("base"), preset("wider", {"width": width}, hertz=BASE_HZ)), NOTHING)
    assert wider.preset.status == status


def test_of_two_variations_that_are_one_sound_the_first_ships():
    heard = (
        preset("base"),
        preset("wider", {"width": -16.0}),
        preset("reseeded", {"width": -16.0}, hertz=hertz_of("wider")),
    )
    _, first, second = judged(heard, NOTHING)
    assert (first.preset.status, second.preset.status) == ("accepted", "refused")
    assert "Sounds like wider" in second.preset.refused_because[0]


def test_a_variation_is_not_held_against_one_that_is_refused():
    heard = (preset("base"), preset("wider", status="refused"), preset("reseeded", hertz=hertz_of("wider")))
    assert judged(heard, NOTHING)[2].preset.status == "accepted"

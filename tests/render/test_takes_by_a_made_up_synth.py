"""Which notes short takes play, how long they are heard, and what is told of them; a made-up synth plays them."""

import os

import numpy as np
import pytest

from engine.audio import Stereo
from engine.render.job import NotePlan, Take
from engine.render.takes import HeardTakes, _Patience, _stretched, hear_takes

RATE = 44_100
FIRST = NotePlan(60, 0.8, 1.0, 3.0)


def tone(length_s: float, *, amplitude: float = 0.5, hz: float = 1000.0, from_s: float = 0.0) -> Stereo:
    time = np.arange(round(length_s * RATE)) / RATE
    wave = amplitude * np.sin(2 * np.pi * hz * time) * (time >= from_s)
    return np.stack([wave, wave]).astype(np.float32)


def take(condition: str = "hard", **changes: object) -> Take:
    plan: dict[str, object] = {"notes": (60,), "velocity": 0.8, "hold_s": 0.3, "render_s": 0.3}
    return Take(condition, **(plan | changes))  # type: ignore[arg-type]


# A take that has patience is stretched to 0.1 s after the first note is loudest, up to 0.6 s.
@pytest.mark.parametrize(
    ("changes", "attack_s", "hold_s", "render_s"),
    [
        ({}, 0.5, 0.3, 0.3),
        ({"hold_s": 0.03}, 0.5, 0.03, 0.3),
        ({"patience_s": 0.3}, 0.5, 0.3, 0.3),
        ({"patience_s": 3.0}, 0.0, 0.3, 0.3),
        ({"patience_s": 3.0}, 0.19, 0.3, 0.3),
        ({"patience_s": 3.0}, 0.21, 0.31, 0.31),
        ({"patience_s": 3.0}, 0.3456, 0.446, 0.446),
        ({"patience_s": 3.0}, 0.49, 0.59, 0.59),
        ({"patience_s": 3.0}, 0.51, 0.6, 0.6),
        ({"patience_s": 0.45}, 0.51, 0.45, 0.45),
        ({"patience_s": 3.0, "render_s": 0.02, "hold_s": 0.02}, 0.0, 0.1, 0.1),
        ({"patience_s": 6.3, "render_s": 4.3, "hold_s": 4.3}, 3.6, 4.3, 4.3),
    ],
)
def test_a_take_is_stretched_to_where_the_first_note_is_loudest(changes, attack_s, hold_s, render_s):
    found = _stretched(take(**changes), FIRST, attack_s)
    assert (found.hold_s, found.render_s) == pytest.approx((hold_s, render_s), abs=1e-9)


def test_a_stretched_take_is_held_no_longer_than_the_first_note():
    found = _stretched(take(patience_s=3.0), FIRST._replace(hold_s=0.2), 0.4)
    assert (found.hold_s, found.render_s) == (0.2, 0.5)


class SlowSound:
    """Hears takes with patience, and remembers for how long each was played and held."""

    def __init__(self, first: NotePlan = FIRST) -> None:
        self._patience = _Patience(first, RATE)

    def lengths(self, from_s: float, *, amplitude: float = 0.5, **changes: object) -> list[tuple[float, float]]:
        """Of a sound that begins after `from_s`: hold and length of each time it was played."""
        played: list[tuple[float, float]] = []

        def sound(a_take: Take) -> Stereo:
            played.append((a_take.hold_s, a_take.render_s))
            return tone(a_take.render_s, amplitude=amplitude, from_s=from_s)

        self.heard, self.audio, self.figures = self._patience.hear(take(**{"patience_s": 3.0, **changes}), sound)
        assert (self.heard.hold_s, self.heard.render_s) == played[-1]
        played = [(round(hold_s, 6), round(render_s, 6)) for hold_s, render_s in played]
        assert self.audio.shape[1] == round(played[-1][1] * RATE)
        return played


SHORT, RISEN, WHOLE = (0.3, 0.3), (1.0, 1.4), (1.0, 3.0)


def test_what_sounds_at_once_is_heard_once():
    assert SlowSound().lengths(0.0) == [SHORT]


def test_what_is_silent_at_first_is_heard_for_the_hold_and_400_ms_more():
    assert SlowSound().lengths(0.5) == [SHORT, RISEN]


def test_what_is_silent_for_longer_is_heard_for_the_whole_note():
    assert SlowSound().lengths(1.5) == [SHORT, RISEN, WHOLE]


def test_what_is_silent_is_heard_for_the_whole_note_and_no_longer():
    listener = SlowSound()
    assert listener.lengths(9.0) == [SHORT, RISEN, WHOLE]
    assert listener.figures["loudness_lufs"] == -120.0


def test_a_take_without_patience_is_heard_once_though_silent():
    assert SlowSound().lengths(9.0, patience_s=0.0) == [SHORT]
    assert SlowSound().lengths(9.0, patience_s=0.3) == [SHORT]


def test_no_take_is_heard_for_longer_than_its_patience():
    assert SlowSound().lengths(9.0, patience_s=1.2) == [SHORT, (1.0, 1.2)]
    assert SlowSound().lengths(9.0, patience_s=0.8) == [SHORT, (0.8, 0.8)]


@pytest.mark.parametrize(("lufs", "plays"), [(-59.0, [SHORT]), (-61.0, [SHORT, RISEN, WHOLE])])
def test_silent_is_below_minus_60_lufs(lufs, plays):
    """A tone of 300 ms in both channels is 1.25 dB softer than one that goes on."""
    amplitude = 10 ** ((lufs + (1.24 if len(plays) == 1 else 0.0)) / 20)
    assert SlowSound().lengths(0.0, amplitude=amplitude) == plays


def test_after_a_slow_take_the_next_is_heard_for_as_long_as_that_took_to_get_loud_and_400_ms_more():
    listener = SlowSound()
    assert listener.lengths(0.75) == [SHORT, RISEN]
    assert listener.lengths(0.75) == [(1.0, 1.15)]
    assert listener.lengths(0.55) == [(1.0, 1.15)]
    assert listener.lengths(0.0) == [(0.95, 0.95)]  # this one is quick
    assert listener.lengths(0.0) == [SHORT]


def test_a_take_that_is_slower_than_the_one_before_is_heard_for_the_whole_note():
    listener = SlowSound()
    assert listener.lengths(0.55) == [SHORT, RISEN]
    assert listener.lengths(1.2) == [(0.95, 0.95), WHOLE]
    assert listener.lengths(1.2) == [(1.0, 1.6)]


def test_a_take_without_patience_says_nothing_of_the_next():
    listener = SlowSound()
    listener.lengths(0.75)
    assert listener.lengths(0.0, patience_s=0.0) == [SHORT]
    assert listener.lengths(0.75) == [(1.0, 1.15)]


def test_after_a_silent_take_the_next_is_heard_for_400_ms_first():
    listener = SlowSound()
    listener.lengths(9.0)
    assert listener.lengths(0.0) == [(0.4, 0.4)]


def test_samples_that_are_not_numbers_do_not_hide_when_a_take_is_loudest():
    listener = SlowSound()

    def sound(a_take: Take) -> Stereo:
        audio = tone(a_take.render_s, from_s=0.75)
        audio[0, -300] = np.nan
        return audio

    heard, _, figures = listener._patience.hear(take(patience_s=3.0), sound)
    assert (heard.render_s, figures["nonfinite_samples"]) == (pytest.approx(1.4), 1)
    assert listener.lengths(0.75) == [(1.0, 1.15)]


def play(note: int, a_take: Take) -> Stereo:
    """Each note of its own frequency and at its velocity; dies where the condition says so."""
    if a_take.condition == "crash":
        os._exit(3)
    return tone(a_take.render_s, amplitude=0.25 * a_take.velocity, hz=10.0 * note)


def hear(*takes: Take, keep: bool = True, attack_s: float = 0.0) -> HeardTakes:
    return hear_takes(play, takes, FIRST, attack_s, keep=keep, rate=RATE)


def test_takes_are_told_in_their_order_with_their_conditions_and_figures():
    takes = [take(f"take {number}", velocity=(number + 1) / 10, hold_s=0.1 + number / 100) for number in range(5)]
    heard = hear(*takes)
    assert heard.died_at == ""
    for number, answer in enumerate(heard.answers):
        peak = answer.pop("peak")
        assert peak == pytest.approx(0.025 * (number + 1), abs=1e-3)
        for name in ("loudness_lufs", "loudest_lufs", "mono_loss_db", "low_band_mono_loss_db"):
            answer.pop(name)
        assert answer == {
            "condition": f"take {number}", "notes": [60], "velocity": (number + 1) / 10,
            "hold_s": 0.1 + number / 100, "render_s": 0.3, "macros": [], "nonfinite_samples": 0,
        }  # fmt: skip
    assert len(heard.answers) == len(heard.audio) == 5


def test_the_audio_of_takes_comes_back_if_it_is_kept():
    one, two = take(velocity=1.0), take(velocity=0.4, render_s=0.5)
    kept = hear(one, two).audio
    assert [audio.tobytes() for audio in kept] == [play(60, one).tobytes(), play(60, two).tobytes()]
    assert hear(one, two, keep=False).audio == []
    assert len(hear(one, two, keep=False).answers) == 2


def test_a_chord_is_the_sum_of_its_notes():
    one = take(notes=(60, 64, 67))
    audio = hear(one).audio[0]
    assert audio == pytest.approx(play(60, one) + play(64, one) + play(67, one), abs=1e-6)


def test_takes_are_stretched_by_the_attack_of_the_first_note():
    assert hear(take(patience_s=3.0), attack_s=0.35).answers[0]["render_s"] == 0.45


def test_a_silent_take_is_told_as_long_as_it_was_heard():
    heard = hear(take(velocity=1e-9, patience_s=2.0))
    assert (heard.answers[0]["hold_s"], heard.answers[0]["render_s"]) == (1.0, 2.0)
    assert heard.audio[0].shape == (2, 2 * RATE)


# Two forks: of five takes, three are heard in the first.
@pytest.mark.parametrize(
    ("crashing", "told"),
    [((0,), [3, 4]), ((1,), [0, 3, 4]), ((2,), [0, 1, 3, 4]), ((3,), [0, 1, 2]), ((4,), [0, 1, 2, 3])],
)
def test_a_crash_is_told_with_its_condition_and_costs_what_follows_it_in_its_fork(crashing, told):
    takes = [take(f"take {number}") for number in range(5)]
    for number in crashing:
        takes[number] = take("crash", velocity=0.9)
    heard = hear(*takes)
    assert heard.died_at == "crash"
    assert [answer["condition"] for answer in heard.answers] == [f"take {number}" for number in told]


def test_of_two_crashes_the_first_is_told():
    heard = hear(take("soft"), take("crash", velocity=0.9), take("crash", velocity=0.5), take("hard"))
    assert heard.died_at == "crash"
    assert [answer["condition"] for answer in heard.answers] == ["soft"]


def counted(note: int, a_take: Take) -> Stereo:
    counted.calls += 1  # type: ignore[attr-defined]
    audio = play(note, a_take)
    audio[0, -1] = counted.calls / 1000  # type: ignore[attr-defined]
    return audio


@pytest.mark.parametrize(
    ("changes", "plays"),
    [
        ({}, 1),
        ({"condition": "in other words"}, 1),
        ({"notes": (64,)}, 2),
        ({"velocity": 0.7}, 2),
        ({"hold_s": 0.2}, 2),
        ({"render_s": 0.4}, 2),
        ({"macros": (1.0, None, None, None)}, 2),
    ],
)
def test_a_note_that_an_earlier_take_had_is_not_rendered_again(changes, plays):
    """Four takes, so that the first two share a fork; the second tells how often the synth played by then."""
    counted.calls = 0  # type: ignore[attr-defined]
    second = take(**changes) if "condition" not in changes else take("in other words")
    takes = (take(), second, take(), take())
    audio = hear_takes(counted, takes, FIRST, 0.0, keep=True, rate=RATE).audio
    assert audio[1][0, -1] == pytest.approx(plays / 1000)

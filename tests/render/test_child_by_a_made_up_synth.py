"""What a child plays of a job and answers, with a made-up synth that writes down how it was played.

Each render begins with its settings in thousandths, so that what forks play is told as well.
"""

import os

import numpy as np
import pytest

from engine.audio import Stereo
from engine.render.child import PresetError, _check_sane, work
from engine.render.protocol import Inbox

RATE = 44_100
LOUD = np.float32(2.1)
"""What Vital holds its output at."""


class FakeControl:
    def __init__(self, value: float) -> None:
        self._value = value

    def value(self) -> float:
        return self._value

    def set(self, value: float) -> None:
        self._value = value


class Synth:
    """Loads what begins with `{`; plays a sine of the note's frequency, one channel softer than the other."""

    ends_after_s = 0.04

    def __init__(self, *, clamped: float = 0.0) -> None:
        self.controls = {f"macro_control_{number}": FakeControl(0.1 * number) for number in range(1, 5)}
        self.controls |= {
            "portamento_force": FakeControl(1.0),
            "chorus_on": FakeControl(1.0),
            "polyphony": FakeControl(8.0),
        }
        self.loaded, self.bpm, self.clamped = "", 0.0, clamped
        self.played: list[tuple[float, ...]] = []

    def get_controls(self) -> dict[str, FakeControl]:
        return self.controls

    def load_json(self, text: str) -> bool:
        self.loaded = text
        return text.startswith("{")

    def set_bpm(self, bpm: float) -> None:
        self.bpm = bpm

    def render(self, note: int, velocity: float, hold_s: float, render_s: float) -> Stereo:
        switches = [self.controls[name].value() for name in ("portamento_force", "chorus_on")]
        self.played.append((note, velocity, hold_s, render_s, *switches))
        time = np.arange(round(render_s * RATE)) / RATE
        softer = 1.0 - 0.5 * (self.controls["macro_control_2"].value() - 0.2)
        wave = (
            softer
            * velocity
            * 0.2
            * np.sin(2 * np.pi * 440.0 * 2 ** ((note - 69) / 12) * time)
            * (time < hold_s + self.ends_after_s)
        )
        audio = np.stack([wave, 0.5 * wave]).astype(np.float32)
        macros = [self.controls[f"macro_control_{number}"].value() for number in range(1, 5)]
        before_s = self.played[-2][3] if len(self.played) > 1 else 0.0
        audio[0, :11] = np.array([*self.played[-1], *macros, before_s]) / 1000
        audio[:, : round(self.clamped * audio.shape[1])] = LOUD
        return audio


def told_by(audio: Stereo) -> list[float]:
    """Note, velocity, hold and length, forced portamento and chorus, and the four macros of a render."""
    return [round(float(value) * 1000, 3) for value in audio[0, :10]]


def throw_away_s(audio: Stereo) -> float:
    """Length of what was rendered before."""
    return round(float(audio[0, 10]) * 1000, 3)


HEAD = {
    "id": 7, "notes": [[69, 0.8, 0.5, 2.0], [45, 1.0, 0.3, 0.6]], "measured": 2, "preview": -1, "bpm": None,
    "turns": [], "again": [], "takes": [], "timbre": False, "keep": False, "known_attack_s": None,
    "known_seeds": 0, "known_samples": [], "to_the_end": False, "patience_s": 0.0,
}  # fmt: skip


def answer(
    synth: Synth | None = None, preset: bytes = b"{}", **changes: object
) -> tuple[dict[str, object], list[Stereo]]:
    inbox = Inbox()
    inbox.feed(work(synth or Synth(), HEAD | changes, preset))  # type: ignore[arg-type]
    head, body = inbox.next_message()  # type: ignore[misc]
    ends = np.cumsum(head.get("samples", []), dtype=int) * 2
    return head, [part.reshape(2, -1) for part in np.split(np.frombuffer(body, np.float32), ends)[:-1]]


def test_each_note_is_played_after_a_throw_away_of_200_ms_without_portamento_and_chorus():
    synth = Synth()
    answer(synth)
    assert synth.played == [
        (69, 0.8, 0.1, 0.2, 0.0, 0.0),
        (69, 0.8, 0.5, 2.0, 1.0, 1.0),
        (45, 1.0, 0.1, 0.2, 0.0, 0.0),
        (45, 1.0, 0.3, 0.6, 1.0, 1.0),
    ]


def test_switches_that_were_off_stay_off():
    synth = Synth()
    synth.controls["chorus_on"].set(0.0)
    answer(synth)
    assert [settings[4:] for settings in synth.played] == [(0.0, 0.0), (1.0, 0.0)] * 2


def test_the_measured_notes_are_told_with_all_their_figures():
    head, sounds = answer()
    first, second = head["notes"]
    assert (head["id"], sounds, head["samples"], head["takes"], head["turned"], head["timbres"]) == (
        7,
        [],
        [],
        [],
        [],
        [],
    )
    assert (first["note"], first["velocity"], first["hold_s"], first["render_s"]) == (69, 0.8, 0.5, 2.0)
    assert (second["note"], second["velocity"], second["hold_s"], second["render_s"]) == (45, 1.0, 0.3, 0.6)
    assert first["peak"] == pytest.approx(0.16, abs=0.001)
    assert first["pitch_cents_off"] == pytest.approx(0.0, abs=0.2)
    assert first["mono_loss_db"] == pytest.approx(-0.458, abs=0.01)
    assert first["stuck_db"] == -120.0
    assert "condition" not in first


class Rings(Synth):
    """A synth whose notes stay for some seconds after they were let go."""

    def __init__(self, ends_after_s: float) -> None:
        super().__init__()
        self.ends_after_s = ends_after_s


@pytest.mark.parametrize(("ends_after_s", "level_db"), [(2.9, -120.0), (3.5, -120.0), (8.9, -120.0), (99.0, 0.0)])
@pytest.mark.parametrize("known", [{}, {"known_attack_s": 0.1}])
def test_a_note_that_has_not_died_away_is_heard_until_it_has_or_for_10_s(ends_after_s, level_db, known):
    head, _ = answer(Rings(ends_after_s), to_the_end=True, **known)
    assert head["stuck_db"] == pytest.approx(level_db, abs=0.1)
    assert head["notes"][0]["stuck_db"] is None


@pytest.mark.parametrize("changes", [{}, {"ends_after_s": 99.0, "to_the_end": False}])
def test_a_note_that_has_died_away_is_not_heard_again_nor_one_of_which_nobody_asks(changes):
    synth = Rings(changes.get("ends_after_s", 0.04))
    assert answer(synth, to_the_end=changes.get("to_the_end", True))[0]["stuck_db"] is None


def test_a_note_with_too_little_tail_to_be_asked_for_its_end_is_not_heard_again():
    head, _ = answer(Rings(99.0), to_the_end=True, notes=[[69, 0.8, 0.5, 1.49], [45, 1.0, 0.3, 0.6]])
    assert head["stuck_db"] is None


def test_what_is_waited_for_leaves_all_else_as_it_is():
    plain, waited = Rings(99.0), Rings(99.0)
    takes = [["hard", [69], 1.0, 0.3, 0.4, [], 0.0, []]]
    settings = {"takes": takes, "again": [0.7], "keep": True}
    (head, sounds), (longer, same) = answer(plain, **settings), answer(waited, to_the_end=True, **settings)
    assert longer["stuck_db"] == pytest.approx(0.0, abs=0.1)
    assert {name: head[name] for name in ("notes", "takes")} == {name: longer[name] for name in ("notes", "takes")}
    assert all(np.array_equal(one, other) for one, other in zip(sounds, same, strict=True))
    assert waited.played == plain.played


class Swells(Synth):
    """A synth that is silent for the first 1.5 s of a note, and lets go in 40 ms."""

    def render(self, note: int, velocity: float, hold_s: float, render_s: float) -> Stereo:
        audio = super().render(note, velocity, hold_s, render_s)
        audio[:, : round(1.5 * RATE)] = 0.0
        return audio


def test_a_silent_note_is_held_for_as_long_as_the_job_has_patience():
    head, _ = answer(Swells(), patience_s=3.0, again=[0.7], to_the_end=True)
    first, second, seed = head["notes"]
    assert (first["hold_s"], first["render_s"], second["hold_s"], second["render_s"]) == (3.0, 4.5, 3.0, 3.3)
    assert (seed["condition"], seed["hold_s"], seed["render_s"]) == ("phase seed 2", 3.0, 3.0)
    assert min(one["loudness_lufs"] for one in head["notes"]) > -30.0
    assert (first["stuck_db"], head["stuck_db"]) == (-120.0, None)


def test_takes_after_a_silent_note_may_be_held_as_long():
    takes = [["hard", [69], 1.0, 0.3, 0.3, [], 3.3, []], ["an instant", [69], 0.8, 0.03, 0.3, [], 0.0, []]]
    head, _ = answer(Swells(), patience_s=3.0, takes=takes)
    hard, instant = head["takes"]
    assert (hard["hold_s"], hard["render_s"]) == (3.0, 3.3)
    assert hard["loudness_lufs"] > -30.0
    assert (instant["hold_s"], instant["render_s"]) == (0.03, 0.3)


def test_without_patience_a_silent_note_is_called_silent_and_with_it_what_stays_silent():
    assert [one["hold_s"] for one in answer(Swells())[0]["notes"]] == [0.5, 0.3]
    short = answer(Swells(), patience_s=1.4)[0]["notes"]
    assert [(one["hold_s"], one["loudness_lufs"]) for one in short] == [(1.4, -120.0), (1.4, -120.0)]


def test_what_a_silent_note_is_held_for_in_a_fork_leaves_what_is_played_besides_as_it_is():
    patient, plain = Swells(), Swells()
    answer(patient, patience_s=3.0), answer(plain)
    assert patient.played == plain.played


def test_a_note_that_is_heard_is_not_held_any_longer():
    assert [one["hold_s"] for one in answer(patience_s=3.0)[0]["notes"]] == [0.5, 0.3]


def test_a_take_is_played_with_controls_that_stand_elsewhere_for_it_alone():
    synth = Synth()
    takes = [
        ["as it is", [69], 0.8, 0.3, 0.4, [], 0.0, []],
        ["switched", [69], 0.8, 0.3, 0.4, [], 0.0, [["chorus_on", 0.5]]],
        ["as it is again", [69], 0.7, 0.3, 0.4, [], 0.0, []],
        ["both at once", [72], 0.8, 0.3, 0.4, [], 0.0, [["chorus_on", 0.25], ["portamento_force", 0.0]]],
    ]
    _, sounds = answer(synth, takes=takes, keep=True, measured=1, notes=[[69, 0.8, 0.5, 2.0]])
    assert [told_by(sound)[4:6] for sound in sounds[1:]] == [[1.0, 1.0], [1.0, 0.5], [1.0, 1.0], [0.0, 0.25]]


class DiesOfPatience(Rings):
    """A synth that does not survive a render of more than 4 s."""

    def render(self, note: int, velocity: float, hold_s: float, render_s: float) -> Stereo:
        if render_s > 4.0:
            os._exit(1)
        return super().render(note, velocity, hold_s, render_s)


def test_a_preset_that_crashes_while_it_dies_away_is_told_as_one_that_crashes():
    head, _ = answer(DiesOfPatience(99.0), to_the_end=True)
    assert (head["kind"], head["reason"]) == ("crash", "Vital's engine crashed on it while note 69 died away")


def test_the_loudest_300_ms_of_the_first_note_are_told():
    """440 Hz at amplitudes of 0.16 and 0.08: a mean square of 0.0128 and 0.0032, at -0.66 dB with the weighting."""
    assert answer()[0]["loudest_lufs"] == pytest.approx(-18.63, abs=0.03)


def test_a_note_beyond_the_measured_is_played_alone():
    synth = Synth()
    head, sounds = answer(synth, measured=1, preview=1)
    assert [figures["note"] for figures in head["notes"]] == [69]
    assert told_by(sounds[0])[:4] == [45.0, 1.0, 0.3, 0.6]
    assert len(synth.played) == 4


@pytest.mark.parametrize(("preview", "note"), [(0, 69.0), (1, 45.0)])
def test_the_preview_is_the_note_that_was_asked_for(preview, note):
    head, sounds = answer(preview=preview)
    assert len(sounds) == 1
    assert told_by(sounds[0])[0] == note
    assert head["samples"] == [sounds[0].shape[1]]


def test_what_is_kept_are_the_measured_notes_then_the_phase_seeds_then_the_takes():
    takes = [["hard", [69], 1.0, 0.3, 0.4, [], 0.0, []], ["soft", [69], 0.3, 0.3, 0.4, [], 0.0, []]]
    head, sounds = answer(keep=True, again=[0.7], takes=takes, measured=1, preview=1)
    assert [told_by(sound)[:4] for sound in sounds] == [
        [45.0, 1.0, 0.3, 0.6],
        [69.0, 0.8, 0.5, 2.0],
        [69.0, 0.8, 0.5, 0.7],
        [69.0, 1.0, 0.3, 0.4],
        [69.0, 0.3, 0.3, 0.4],
    ]
    assert [figures.get("condition") for figures in head["notes"]] == [None, "phase seed 2"]


def test_the_first_note_is_played_anew_for_each_phase_seed_as_long_as_asked():
    synth = Synth()
    head, _ = answer(synth, notes=[[69, 0.8, 0.5, 2.0]], measured=1, again=[0.9, 0.2])
    assert synth.played == [
        (69, 0.8, 0.1, 0.2, 0.0, 0.0),
        (69, 0.8, 0.5, 2.0, 1.0, 1.0),
        (69, 0.8, 0.1, 0.2, 0.0, 0.0),
        (69, 0.8, 0.5, 0.9, 1.0, 1.0),
        (69, 0.8, 0.1, 0.2, 0.0, 0.0),
        (69, 0.8, 0.2, 0.2, 1.0, 1.0),
    ]
    told = [(one.get("condition"), one["hold_s"], one["render_s"]) for one in head["notes"]]
    assert told == [(None, 0.5, 2.0), ("phase seed 2", 0.5, 0.9), ("phase seed 3", 0.2, 0.2)]


def test_a_first_note_that_is_known_is_not_played():
    synth = Synth()
    head, sounds = answer(synth, known_attack_s=0.35, keep=True, takes=[["hard", [69], 1.0, 0.3, 0.3, [], 2.0, []]])
    assert [settings[0] for settings in synth.played] == [45, 45]
    assert [figures["note"] for figures in head["notes"]] == [45]
    assert head["loudest_lufs"] is None
    assert head["takes"][0]["render_s"] == 0.45  # stretched by the attack that was told
    assert [sound.shape[1] for sound in sounds] == [round(0.6 * RATE), round(0.45 * RATE)]


def test_takes_without_a_known_first_note_are_stretched_by_the_attack_that_was_measured():
    takes = [["hard", [69], 1.0, 0.1, 0.1, [], 2.0, []]]
    head, _ = answer(takes=takes)
    assert head["takes"][0]["render_s"] == pytest.approx(0.1 + head["notes"][0]["attack_s"], abs=1e-9)


def test_notes_are_described_if_asked_for():
    head, _ = answer(timbre=True)
    first, second = head["timbres"]
    assert first["brightness"] == pytest.approx(2.14, abs=0.3)  # 440 Hz
    assert second["brightness"] < first["brightness"] - 0.5
    assert first["length"] == pytest.approx(8.93, abs=0.02)  # nine tenths of 0.54 s
    assert first["space"] == -60.0


def test_takes_are_played_after_100_ms_with_the_macros_where_they_say():
    takes = [
        ["hard", [69], 1.0, 0.3, 0.4, [], 0.0, []],
        ["up", [69], 0.8, 0.3, 0.4, [1.0, None, None, 0.0], 0.0, []],
        ["at rest", [69], 0.7, 0.3, 0.4, [], 0.0, []],
        ["other fork", [69], 0.6, 0.3, 0.4, [None, 0.5, None, None], 0.0, []],
    ]
    head, sounds = answer(keep=True, takes=takes)
    assert [one["condition"] for one in head["takes"]] == ["hard", "up", "at rest", "other fork"]
    assert [told_by(sound) for sound in sounds[2:]] == [
        [69.0, 1.0, 0.3, 0.4, 1.0, 1.0, 0.1, 0.2, 0.3, 0.4],
        [69.0, 0.8, 0.3, 0.4, 1.0, 1.0, 1.0, 0.2, 0.3, 0.0],
        [69.0, 0.7, 0.3, 0.4, 1.0, 1.0, 0.1, 0.2, 0.3, 0.4],
        [69.0, 0.6, 0.3, 0.4, 1.0, 1.0, 0.1, 0.5, 0.3, 0.4],
    ]
    assert head["takes"][1]["macros"] == [1.0, None, None, 0.0]


def test_the_throw_away_before_a_note_lasts_200_ms_and_before_a_take_100_ms():
    takes = [["soft", [69], 0.3, 0.2, 0.4, [], 0.0, []]]
    _, sounds = answer(keep=True, again=[0.3], takes=takes)
    assert [throw_away_s(sound) for sound in sounds] == [0.2, 0.2, 0.2, 0.1]


def test_a_turn_plays_the_first_note_with_one_macro_turned():
    """The second macro makes it softer, by 4.44 dB at its end."""
    head, _ = answer(turns=[[2, 1.0, 0.4, "brightness"], [4, 0.0, 0.7, ""]])
    one, two = head["turned"]
    assert (one["macro"], one["position"], one["length_s"], one["axis"]) == (2, 1.0, 0.4, "brightness")
    assert (two["macro"], two["position"], two["length_s"], two["axis"]) == (4, 0.0, 0.7, "")
    assert one["feature"] == pytest.approx(one["feature_at_rest"], abs=0.02)
    assert two["feature"] is None
    assert (one["died"], two["died"]) == ("", "")
    assert (one["figures"]["peak"], two["figures"]["peak"]) == pytest.approx((0.096, 0.16), abs=0.001)
    assert (one["change_db"], two["change_db"]) == pytest.approx((4.44, 0.0), abs=0.1)
    assert (one["noise_db"], two["noise_db"]) == (0.0, 0.0)


def test_a_turn_is_compared_with_the_first_note_and_its_phase_seeds():
    head, _ = answer(turns=[[2, 1.0, 0.4, "space"]], again=[0.4])
    assert head["turned"][0]["noise_db"] == 0.0
    assert head["turned"][0]["feature_noise"] == 0.0
    assert "feature_at_rest" in head["turned"][0]


def test_the_tempo_is_set_if_one_is_given():
    own, given = Synth(), Synth()
    answer(own)
    answer(given, bpm=92.5)
    assert (own.bpm, given.bpm) == (0.0, 92.5)


def test_what_the_synth_does_not_load_is_refused():
    head, _ = answer(preset=b"no preset")
    assert (head["id"], head["kind"]) == (7, "refused")
    assert "does not load" in head["reason"]
    head, _ = answer(preset=b"{\xff")
    assert (head["kind"], head["reason"]) == ("refused", "the preset is not UTF-8 text (byte 1)")


def test_a_preset_is_loaded_as_it_is():
    synth = Synth()
    answer(synth, preset='{"author":"Zoë"}'.encode())
    assert synth.loaded == '{"author":"Zoë"}'


def test_audio_that_sticks_to_the_ceiling_is_poisoned():
    head, _ = answer(Synth(clamped=0.6))
    assert (head["kind"], head["id"]) == ("poisoned", 7)
    assert head["reason"].startswith("note 69 sticks to the ceiling of Vital's output for 60% of its length")
    assert "kind" not in answer(Synth(clamped=0.4))[0]


def test_a_take_that_crashes_is_told_with_its_condition(monkeypatch):
    def dying(self: Synth, *plan: float) -> Stereo:
        if plan[1] == 0.25:
            raise SystemExit
        return render(self, *plan)

    render = Synth.render
    monkeypatch.setattr(Synth, "render", dying)
    head, _ = answer(takes=[["velocity 0.25", [69], 0.25, 0.3, 0.4, [], 0.0, []]])
    assert head["kind"] == "crash"
    assert head["reason"] == "Vital's engine crashed on it under this condition: velocity 0.25"


def test_the_cost_counts_all_that_was_rendered():
    head, _ = answer(again=[0.5])
    cost = head["cost"]
    assert cost["audio_s"] == pytest.approx(2.0 + 0.6 + 0.5 + 3 * 0.2)
    assert cost["all_audio_s"] == cost["audio_s"]
    assert min(cost.values()) >= 0.0
    assert cost["measure_s"] > 0.0
    assert cost["render_s"] > 0.0


def test_the_cost_counts_what_is_rendered_in_forks_as_well():
    turned, take = (2, 1.0, 0.4, "width"), ["a chord", [69, 72], 0.5, 0.2, 0.3, [], 0.0, []]
    head, _ = answer(Rings(99.0), turns=[turned], takes=[take], to_the_end=True)
    notes_s, ends_s = 2.0 + 0.6 + 2 * 0.2, (0.5 + 4.0) + (0.5 + 10.0) + 2 * 0.2
    assert head["cost"]["audio_s"] == pytest.approx(notes_s)
    assert head["cost"]["all_audio_s"] == pytest.approx(notes_s + (0.4 + 0.2) + 2 * (0.3 + 0.1) + ends_s)


def known_sounds(*lengths_s: float) -> tuple[dict[str, object], bytes]:
    """Sines that are known of the first note, as they are sent: the note itself, then phase seeds."""
    waves = [0.1 * np.sin(2 * np.pi * 440.0 * np.arange(round(one * RATE)) / RATE) for one in lengths_s]
    sounds = [np.stack([wave, wave]).astype(np.float32) for wave in waves]
    settings = {"known_attack_s": 0.02, "known_samples": [sound.shape[1] for sound in sounds]}
    return settings, b"".join(sound.tobytes() for sound in sounds)


def test_a_turn_may_be_compared_with_a_first_note_that_is_known():
    synth, (settings, body) = Synth(), known_sounds(2.0, 0.7)
    alone = {"notes": [[69, 0.8, 0.5, 2.0]], "measured": 1, "turns": [(2, 1.0, 0.7, "brightness")]}
    head, _ = answer(synth, b"{}" + body, **alone, **settings, known_seeds=1)
    (turned,) = head["turned"]
    assert (synth.loaded, head["notes"], head["loudest_lufs"]) == ("{}", [], None)
    assert turned["change_db"] > 3.0
    assert turned["noise_db"] == 0.0  # the seed that is known is the note itself
    assert turned["feature_at_rest"] == pytest.approx(2.14, abs=0.3)
    assert synth.played == []


def test_a_phase_seed_after_a_first_note_that_is_known_is_not_that_note_s():
    synth, (settings, body) = Synth(), known_sounds(2.0)
    alone = {"notes": [[69, 0.8, 0.5, 2.0]], "measured": 1, "turns": [(2, 1.0, 0.4, "")]}
    head, _ = answer(synth, b"{}" + body, **alone, **settings, known_seeds=1, again=[0.7])
    assert [(figures["condition"], figures["render_s"]) for figures in head["notes"]] == [("phase seed 3", 0.7)]
    throw_away, seed = (69, 0.8, 0.1, 0.2), (69, 0.8, 0.5, 0.7)
    assert [settings[:4] for settings in synth.played] == [throw_away, throw_away, seed]


def stuck_to(share: float, ceiling: float) -> Stereo:
    audio = np.zeros((2, 1000), np.float32)
    audio[:, : round(share * 1000)] = ceiling
    return audio


@pytest.mark.parametrize(
    ("share", "ceiling", "sane"),
    [
        (0.51, 2.1, False),
        (0.51, -2.1, False),
        (0.50, 2.1, True),
        (0.51, 2.0995, True),
        (0.51, 2.0999, False),
        (1.0, 2.0, True),
        (0.001, 9.0, True),
    ],
)
def test_a_sound_at_the_ceiling_for_more_than_half_of_its_length_is_poisoned(share, ceiling, sane):
    audio = stuck_to(share, np.nextafter(np.float32(ceiling), np.float32(np.sign(ceiling) * 9)))
    if sane:
        _check_sane(audio, 60)
    else:
        with pytest.raises(PresetError, match="note 60 sticks to the ceiling") as caught:
            _check_sane(audio, 60)
        assert caught.value.kind == "poisoned"


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("place", [(0, 0), (1, -1)])
def test_a_sound_with_a_sample_that_is_no_number_is_poisoned(bad, place):
    audio = stuck_to(0.1, 0.5)
    audio[place] = bad
    with pytest.raises(PresetError, match="note 60 renders samples that are not finite numbers") as caught:
        _check_sane(audio, 60)
    assert caught.value.kind == "poisoned"

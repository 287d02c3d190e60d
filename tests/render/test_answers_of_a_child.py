"""What the pool makes of a child's answer: levels of takes and turns by the centre note, audio, and costs."""

import numpy as np
import pytest

from engine.measure.timbre import SILENT
from engine.render.job import Centre, NotePlan, Rendered, RenderFailure, RenderJob, Turn
from engine.render.pool import _outcome
from schemas.measurements import NoteMeasurements

FIRST = NotePlan(60, 0.8, 0.5, 2.0)
FIGURES = {
    "note": 60, "velocity": 0.8, "hold_s": 0.5, "render_s": 2.0, "nonfinite_samples": 0, "peak": 0.5,
    "peak_dbfs": -6.021, "loudness_lufs": -20.0, "mono_loss_db": -0.5, "low_band_mono_loss_db": -0.2, "dc": 0.001,
    "stuck_db": -90.0, "click_db": -3.0, "attack_s": 0.01, "pitch_hz": 261.63, "pitch_cents_off": 1.0,
    "centroid_hz": 900.0, "width": 0.1,
}  # fmt: skip
BRIEF = {
    "nonfinite_samples": 0, "peak": 0.4, "loudness_lufs": -30.0, "loudest_lufs": -15.0, "mono_loss_db": -0.5,
    "low_band_mono_loss_db": -0.2,
}  # fmt: skip
HARD = BRIEF | {
    "condition": "hard",
    "notes": [60],
    "velocity": 1.0,
    "hold_s": 0.3,
    "render_s": 0.3,
    "macros": [1.0, None, None, 0.0],
}
TURNED = {
    "macro": 2, "position": 0.5, "length_s": 0.7, "axis": "width", "change_db": 3.0, "noise_db": 1.0, "died": "",
    "feature": -4.0, "feature_at_rest": -9.0, "feature_noise": 0.5, "figures": BRIEF,
}  # fmt: skip
HEAD = {
    "id": 1, "notes": [FIGURES], "turned": [], "takes": [], "timbres": [], "loudest_lufs": -17.5, "samples": [],
    "stuck_db": None,
    "cost": {"audio_s": 4.0, "all_audio_s": 6.0, "load_s": 0.1, "render_s": 0.5, "measure_s": 0.2},
}  # fmt: skip


def job(**options: object) -> RenderJob:
    return RenderJob("lead", b"{}", (FIRST,), **options)  # type: ignore[arg-type]


def rendered(body: bytes = b"", *, of: RenderJob | None = None, **changes: object) -> Rendered:
    outcome = _outcome(of or job(), HEAD | changes, body)
    assert isinstance(outcome, Rendered)
    return outcome


# The centre note's loudness, plus what the loudest 300 ms differ by: -20 and 2.5 more.
@pytest.mark.parametrize(
    ("changes", "level_lufs"),
    [
        ({}, -17.5),
        ({"loudest_lufs": -17.5}, -20.0),
        ({"loudest_lufs": -30.0}, -32.5),
        ({"loudest_lufs": -120.0}, -120.0),
        ({"loudest_lufs": -15.00049}, -17.5),
        ({"notes": [60, 64, 67]}, None),
        ({"notes": [61]}, None),
    ],
)
def test_the_level_of_a_take_is_told_by_the_centre_note(changes, level_lufs):
    take = rendered(takes=[HARD | changes]).measurements.takes[0]
    assert take.level_lufs == level_lufs
    assert (take.condition, take.macros) == ("hard", (1.0, None, None, 0.0))
    assert (take.velocity, take.hold_s, take.render_s, take.peak) == (1.0, 0.3, 0.3, 0.4)
    assert (take.loudness_lufs, take.mono_loss_db, take.low_band_mono_loss_db) == (-30.0, -0.5, -0.2)


def test_how_the_first_note_ends_is_told_of_it_if_it_was_waited_for():
    assert rendered().measurements.notes[0].stuck_db == FIGURES["stuck_db"]
    waited = rendered(notes=[FIGURES | {"stuck_db": None}, FIGURES], stuck_db=-12.5).measurements
    assert [note.stuck_db for note in waited.notes] == [-12.5, FIGURES["stuck_db"]]
    assert waited.overall.stuck_db == -12.5
    figures = NoteMeasurements.model_validate(FIGURES | {"stuck_db": None})
    known = job(known=Centre(figures, -18.0, np.zeros((2, 9), np.float32)))
    assert rendered(of=known, notes=[], stuck_db=-3.0, loudest_lufs=None).measurements.notes[0].stuck_db == -3.0


def test_takes_and_turns_count_in_the_summary():
    worse = {"nonfinite_samples": 2, "mono_loss_db": -4.0, "low_band_mono_loss_db": -5.0}
    by_take = rendered(takes=[HARD | worse]).measurements.overall
    by_turn = rendered(turned=[TURNED | {"figures": BRIEF | worse}]).measurements.overall
    for found in (by_take, by_turn):
        assert (found.nonfinite_samples, found.mono_loss_db, found.low_band_mono_loss_db) == (2, -4.0, -5.0)


def test_a_turn_is_told_as_a_take_of_the_first_note():
    found = rendered(turned=[dict(TURNED)], takes=[dict(HARD)])
    one = found.turned[0]
    assert (one.macro, one.position, one.axis, one.change_db, one.noise_db) == (2, 0.5, "width", 3.0, 1.0)
    assert (one.feature, one.feature_at_rest, one.feature_noise, one.died) == (-4.0, -9.0, 0.5, "")
    assert [take.condition for take in found.measurements.takes] == ["macro 2 at 0.5", "hard"]
    take = one.take
    assert take is not None
    assert (take.macros, take.notes, take.velocity) == ((None, 0.5, None, None), (60,), 0.8)
    assert (take.hold_s, take.render_s, take.level_lufs) == (0.5, 0.7, -17.5)
    shorter = rendered(turned=[TURNED | {"length_s": 0.4}]).turned[0].take
    assert shorter is not None
    assert (shorter.hold_s, shorter.render_s) == (0.4, 0.4)


def test_a_turn_that_died_has_no_take():
    dead = {
        "macro": 1,
        "position": 1.0,
        "length_s": 0.7,
        "axis": "",
        "change_db": 0.0,
        "died": "makes the synth crash",
    }
    found = rendered(of=job(turns=(Turn(1, 1.0),)), turned=[dead])
    assert (found.turned[0].died, found.turned[0].take) == ("makes the synth crash", None)
    assert found.measurements.takes == ()


def test_audio_is_parted_by_the_samples_that_were_told():
    sounds = [np.full((2, size), size, np.float32) for size in (3, 5, 4)]
    body = b"".join(sound.tobytes() for sound in sounds)
    found = rendered(body, of=job(preview=FIRST, keep=True), samples=[3, 5, 4], takes=[dict(HARD)])
    assert found.preview.tolist() == sounds[0].tolist()
    assert [sound.tolist() for sound in found.kept.notes] == [sounds[1].tolist()]
    assert [sound.tolist() for sound in found.kept.takes] == [sounds[2].tolist()]
    assert rendered().kept is None
    assert rendered().preview is None


def test_a_known_first_note_stands_before_what_was_rendered():
    known = Centre(
        NoteMeasurements.model_validate(FIGURES | {"loudness_lufs": -25.0}), -20.0, np.ones((2, 4), np.float32)
    )
    second = FIGURES | {"note": 72}
    body = np.zeros((2, 3), np.float32).tobytes()
    found = rendered(
        body, of=job(keep=True, known=known), notes=[second], loudest_lufs=None, samples=[3], takes=[dict(HARD)]
    )
    assert [note.note for note in found.measurements.notes] == [60, 72]
    assert found.measurements.takes[0].level_lufs == -20.0
    assert (found.loudest_lufs, found.known_notes) == (-20.0, 1)
    assert [sound.shape[1] for sound in found.kept.notes] == [4, 3]
    assert (rendered().loudest_lufs, rendered().known_notes) == (-17.5, 0)


def test_the_first_note_is_described_in_the_measurements():
    other = SILENT.figures() | {"brightness": 3.0}
    found = rendered(timbres=[SILENT.figures(), other])
    assert found.measurements.timbre == SILENT.figures()
    assert [one.brightness for one in found.timbres] == [0.0, 3.0]
    assert rendered().measurements.timbre is None


def test_the_cost_tells_how_much_faster_than_real_time_it_was():
    cost = rendered().cost
    assert (cost.audio_s, cost.load_s, cost.render_s, cost.measure_s, cost.times_realtime) == (
        4.0,
        0.1,
        0.5,
        0.2,
        8.0,
    )


def test_a_failure_is_told_with_its_kind_and_reason():
    outcome = _outcome(job(), {"id": 1, "kind": "poisoned", "reason": "note 60 sticks"}, b"")
    assert outcome == RenderFailure("lead", "poisoned", "note 60 sticks")

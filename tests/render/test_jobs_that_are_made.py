"""Which jobs are refused, beside the nearest that are made, and what a job and its answer say of themselves."""

import numpy as np
import pytest

from engine.measure.overall import combine
from engine.render.job import (
    Centre,
    Kept,
    NotePlan,
    Rendered,
    RenderJob,
    Take,
    Turn,
    standard_notes,
)
from schemas.measurements import NoteMeasurements, RenderCost, TakeMeasurements

NOTE = NotePlan(60, 0.8, 0.3, 0.5)
SOUND = np.zeros((2, 100), np.float32)
OTHER = np.ones((2, 100), np.float32)
FIGURES = NoteMeasurements(
    note=60, velocity=0.8, hold_s=0.3, render_s=0.5, nonfinite_samples=0, peak=0.5, peak_dbfs=-6.021,
    loudness_lufs=-20.0, mono_loss_db=0.0, low_band_mono_loss_db=None, dc=0.0, stuck_db=None, click_db=-3.0,
    attack_s=0.07, centroid_hz=900.0, width=0.0,
)  # fmt: skip
CENTRE = Centre(FIGURES, -18.0, SOUND)


def made(*notes: NotePlan, **options: object) -> RenderJob:
    return RenderJob("lead", b"{}", notes or (NOTE,), **options)  # type: ignore[arg-type]


def take(**changes: object) -> Take:
    plan: dict[str, object] = {"notes": (60,), "velocity": 0.8, "hold_s": 0.3, "render_s": 0.4}
    return Take("hard", **(plan | changes))  # type: ignore[arg-type]


def turn(number: int = 1, position: float = 1.0, length_s: float = 0.3) -> Turn:
    return Turn(number, position, length_s)


def test_a_plan_has_the_defaults_that_the_human_baseline_was_measured_with():
    assert NotePlan(60) == (60, 0.8, 1.0, 3.0)
    assert Turn(2, 0.5) == (2, 0.5, 0.7, "")
    assert Take("x", (60,), 0.8, 0.3, 0.4) == ("x", (60,), 0.8, 0.3, 0.4, (), 0.0, ())
    job = made()
    assert (job.bpm, job.preview, job.turns, job.again, job.takes) == (None, None, (), (), ())
    assert (job.timbre, job.keep, job.known) == (False, False, None)


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (NotePlan(-1, 0.8, 0.3, 0.5), "lead: MIDI note -1 is outside 0..127"),
        (NotePlan(128, 0.8, 0.3, 0.5), "MIDI note 128"),
        (NotePlan(60, 0.0, 0.3, 0.5), "velocity 0.0 is outside"),
        (NotePlan(60, -0.1, 0.3, 0.5), "velocity -0.1"),
        (NotePlan(60, 1.01, 0.3, 0.5), "velocity 1.01"),
        (NotePlan(60, 0.8, 0.0019, 0.5), "hold 0.0019 s"),
        (NotePlan(60, 0.8, 0.51, 0.5), "hold 0.51 s, render 0.5 s"),
        (NotePlan(60, 0.8, 0.3, 30.1), "render 30.1 s"),
    ],
)
def test_a_note_that_the_engine_would_misread_is_refused_wherever_it_stands(plan, words):
    with pytest.raises(ValueError, match=words):
        made(plan)
    with pytest.raises(ValueError, match=words):
        made(NOTE, plan)
    with pytest.raises(ValueError, match=words):
        made(preview=plan)
    with pytest.raises(ValueError, match=words):
        made(
            takes=(
                take(),
                take(notes=(60, plan.note), **dict(zip(("velocity", "hold_s", "render_s"), plan[1:], strict=True))),
            )
        )


@pytest.mark.parametrize(
    "plan",
    [
        NotePlan(0, 0.8, 0.3, 0.5),
        NotePlan(127, 0.8, 0.3, 0.5),
        NotePlan(60, 0.001, 0.3, 0.5),
        NotePlan(60, 1.0, 0.3, 0.5),
        NotePlan(60, 0.8, 0.002, 0.5),
        NotePlan(60, 0.8, 0.5, 0.5),
        NotePlan(60, 0.8, 0.3, 30.0),
    ],
)
def test_a_note_at_its_limits_is_rendered(plan):
    assert made(plan).notes == (plan,)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"bpm": 19.9}, "tempo 19.9 is outside 20..300 BPM"),
        ({"bpm": 301.0}, "tempo 301.0"),
        ({"again": (0.09,)}, "0.09 s of the first note are outside 0.1..0.5 s"),
        ({"again": (0.3, 0.51)}, "0.51 s of the first note"),
        ({"turns": (turn(length_s=0.09),)}, "0.09 s of the first note"),
        ({"turns": (turn(), turn(length_s=0.51))}, "0.51 s of the first note"),
        ({"turns": (turn(0),)}, "a turn is of macro 1..4 to 0..1"),
        ({"turns": (turn(), turn(5))}, "a turn is of macro 1..4"),
        ({"turns": (turn(position=-0.01),)}, "a turn is of macro 1..4"),
        ({"turns": (turn(position=1.01),)}, "a turn is of macro 1..4"),
        ({"takes": (take(),) * 65}, "65 takes; at most 64 share a render"),
        ({"takes": (take(notes=()),)}, "lead: hard has no note"),
        ({"takes": (take(macros=(1.0,)),)}, "hard needs four macros at 0..1, or none"),
        ({"takes": (take(macros=(1.0,) * 5),)}, "hard needs four macros"),
        ({"takes": (take(macros=(None, -0.01, None, None)),)}, "hard needs four macros"),
        ({"takes": (take(macros=(None, None, None, 1.01)),)}, "hard needs four macros"),
        ({"takes": (take(patience_s=-0.1),)}, "hard can't be heard for -0.1 s"),
        ({"takes": (take(patience_s=30.1),)}, "hard can't be heard for 30.1 s"),
        ({"patience_s": -0.1}, "lead: a silent note can't be held for -0.1 s"),
        ({"patience_s": 15.1}, "lead: a silent note can't be held for 15.1 s"),
        ({"again": (0.3,) * 6}, "7 notes; at most 6 share a render"),
        ({"preview": NotePlan(61, 0.8, 0.3, 0.5), "again": (0.3,) * 5}, "7 notes"),
        ({"known": CENTRE, "timbre": True}, "needs it rendered"),
        ({"known": CENTRE, "preview": NOTE}, "needs it rendered"),
    ],
)
def test_a_job_beyond_its_limits_is_refused(options, words):
    with pytest.raises(ValueError, match=words):
        made(**options)


def test_a_job_without_notes_is_refused():
    with pytest.raises(ValueError, match="lead: no note to render"):
        RenderJob("lead", b"{}", ())


@pytest.mark.parametrize(
    "options",
    [
        {"bpm": 20.0},
        {"bpm": 300.0},
        {"again": (0.1, 0.5)},
        {"turns": (turn(length_s=0.1), turn(length_s=0.5))},
        {"turns": (turn(1, 0.0), turn(4, 1.0))},
        {"takes": (take(),) * 64},
        {"takes": (take(macros=(0.0, 1.0, None, 0.5)),)},
        {"takes": (take(patience_s=30.0),)},
        {"again": (0.3,) * 5},
        {"preview": NOTE, "again": (0.3,) * 5},
        {"known": CENTRE, "takes": (take(),), "again": (0.3,), "keep": True},
        {"known": CENTRE, "turns": (turn(),), "again": (0.3,), "keep": True},
    ],
)
def test_a_job_at_its_limits_is_made(options):
    assert made(**options).key == "lead"


def test_six_notes_share_a_render_and_seven_do_not():
    notes = tuple(NotePlan(60 + number, 0.8, 0.3, 0.5) for number in range(7))
    assert made(*notes[:6]).all_notes == notes[:6]
    with pytest.raises(ValueError, match="7 notes"):
        made(*notes)


def test_a_preview_is_rendered_once_if_it_is_one_of_the_notes():
    other = NotePlan(72, 0.8, 0.3, 0.5)
    assert made(NOTE, other, preview=other).all_notes == (NOTE, other)
    assert made(NOTE, preview=other).all_notes == (NOTE, other)
    assert made(NOTE).all_notes == (NOTE,)


def test_the_notes_of_a_register_are_its_centre_for_3_s_and_both_ends_hard_and_briefly():
    assert standard_notes(36, 48, 60) == ((48, 0.8, 1.0, 3.0), (36, 1.0, 0.6, 1.2), (60, 1.0, 0.6, 1.2))


def test_ends_that_are_the_centre_are_heard_once():
    assert standard_notes(48, 48, 60) == ((48, 0.8, 1.0, 3.0), (60, 1.0, 0.6, 1.2))
    assert standard_notes(36, 48, 48) == ((48, 0.8, 1.0, 3.0), (36, 1.0, 0.6, 1.2))
    assert standard_notes(48, 48, 48) == ((48, 0.8, 1.0, 3.0),)
    assert standard_notes(36, 48, 36) == ((48, 0.8, 1.0, 3.0), (36, 1.0, 0.6, 1.2))


def test_a_register_may_be_played_otherwise():
    found = standard_notes(
        36, 48, 60, hold_s=0.2, render_s=1.4, edge_hold_s=0.1, edge_render_s=0.9, velocity=0.7, edge_velocity=0.95
    )
    assert found == ((48, 0.7, 0.2, 1.4), (36, 0.95, 0.1, 0.9), (60, 0.95, 0.1, 0.9))


def heard(*, known_notes: int = 0, kept: Kept | None = None, preview: np.ndarray | None = None) -> Rendered:
    chord = TakeMeasurements(
        condition="a chord", notes=(60, 64, 67), velocity=1.0, hold_s=0.3, render_s=0.3, nonfinite_samples=0,
        peak=0.5, loudness_lufs=-20.0, level_lufs=None, mono_loss_db=0.0, low_band_mono_loss_db=None,
    )  # fmt: skip
    soft = chord.model_copy(update={"notes": (60,)})
    measurements = combine([FIGURES, FIGURES.model_copy(update={"note": 72})], [chord, soft])
    cost = RenderCost(audio_s=1.0, all_audio_s=1.0, load_s=0.1, render_s=0.5, measure_s=0.1, times_realtime=2.0)
    return Rendered("lead", measurements, preview, cost, kept=kept, loudest_lufs=-18.5, known_notes=known_notes)


def test_listens_are_the_notes_that_were_rendered_chords_by_their_notes():
    assert heard().notes_played == 2 + 3 + 1
    assert heard(known_notes=1).notes_played == 1 + 3 + 1


def test_the_centre_of_what_was_heard_is_its_first_note_with_its_audio():
    assert heard().centre is None
    centre = heard(preview=SOUND).centre
    assert centre is not None
    assert (centre.figures, centre.loudest_lufs) == (FIGURES, -18.5)
    assert centre.audio is SOUND
    kept = heard(preview=SOUND, kept=Kept((OTHER, SOUND), (SOUND,))).centre
    assert kept is not None
    assert kept.audio is OTHER

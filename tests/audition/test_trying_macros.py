"""The trial of a base's macros, and the state that an audition begins and ends with."""

from dataclasses import replace
from hashlib import sha256

import numpy as np
import pytest
from fake_renderer import Change, DiedError, FakeRenderer, FakeSound, by_amounts, plain
from made_up import CENTRE, FOUR, candidate, macro, note, patch, take

from engine.audition import Auditioned, Candidate, macros, try_macros
from engine.audition.state import Phase, ended, started
from engine.audition.turns import seed_lengths
from engine.compiler import canonical_bytes, compile_spec, playable
from engine.macros import merge_heard
from engine.measure.overall import combine
from engine.render.job import HeardSeed, Turn
from schemas.result import MacroDirection, MacroHeard, Repaired


def trial(*macros, on=(1, 2, 3, 4), sound=plain, change=by_amounts, **known):
    fake = FakeRenderer(sound, change)
    return try_macros(candidate(patch(*(macros or FOUR)), **known), on, fake), fake.jobs


def test_macros_are_tried_on_the_first_note_alone():
    found, (job,) = trial()
    assert (job.notes, job.preview, job.takes, job.keep, job.known) == ((CENTRE,), None, (), True, None)
    assert job.timbre
    assert job.again == (0.7, 0.7)
    assert job.turns == tuple((number, 1.0, 0.7, "") for number in (1, 2, 3, 4))
    assert job.preset == playable(compile_spec(patch(*FOUR))).preset
    assert [one.ends[0].change_db for one in found.macros] == [9.0, 13.5, 18.0, 24.0]
    assert (found.renders, found.notes_played) == (1, 7)
    assert found.centre.figures.loudness_lufs == pytest.approx(-18.0, abs=0.01)
    assert found.refused_because == ()
    assert found.centre.audio.shape == (2, 44_100)
    assert [seed.figures.condition for seed in found.centre.seeds] == ["phase seed 2", "phase seed 3"]
    assert found.centre.timbre is not None


def test_a_first_note_that_is_known_is_not_heard_again_nor_its_phase_seeds():
    before, _ = trial(on=(1, 2))
    found, (job,) = trial(on=(3, 4), centre=before.centre)
    assert (job.known, job.again, job.timbre) == (before.centre, (), False)
    assert [turn.macro for turn in job.turns] == [3, 4]
    assert found.notes_played == 2
    assert found.centre.timbre == before.centre.timbre
    assert [seed.figures for seed in found.centre.seeds] == [seed.figures for seed in before.centre.seeds]


@pytest.mark.parametrize(
    ("known", "wanted", "missing"),
    [
        ((), (0.7,), (0.7, 0.7)),
        ((0.7, 0.7), (0.7,), ()),
        ((0.7, 0.7), (1.0, 0.7), (1.0,)),
        ((1.0, 0.7), (0.8,), ()),
        ((0.7,), (0.7,), (0.7,)),
        ((0.8,), (1.0,), (1.0,)),
    ],
)
def test_only_phase_seeds_that_are_longer_than_those_known_are_heard(known, wanted, missing):
    figures = [note(condition=f"phase seed {n}", render_s=one) for n, one in enumerate(known, 2)]
    seeds = [HeardSeed(one, np.zeros((2, 1), np.float32)) for one in figures]
    turned = [Turn(1, 1.0, length_s) for length_s in wanted]
    assert seed_lengths(CENTRE, turned, several=True, known=seeds) == missing


def test_only_the_macros_that_are_asked_for_are_tried():
    found, (job,) = trial(on=(2, 4))
    assert [turn.macro for turn in job.turns] == [2, 4]
    assert [one.number for one in found.macros] == [2, 4]


def test_a_variation_s_macros_share_one_phase_seed():
    _, (job,) = trial(kind="darker")
    assert job.again == (0.7,)


def faint(turned, rest, turn):
    """Macros 2 and 3 give nothing in the first second; the third gives something in the whole note."""
    found = by_amounts(turned, rest, turn)
    if turn.macro in (2, 3) and (turn.length_s < 1.0 or turn.macro == 2):
        found.change_db = 0.4
    return found


def test_a_macro_of_which_nothing_is_heard_is_tried_again_at_the_whole_note():
    found, (first, second) = trial(change=faint)
    assert [(turn.macro, turn.length_s) for turn in second.turns] == [(2, 1.0), (3, 1.0)]
    assert (second.again, second.known.audio.shape, second.timbre) == ((1.0,), (2, 44_100), False)
    assert [one.ends[0].change_db for one in found.macros] == [9.0, 0.4, 18.0, 24.0]
    assert [bool(one.problem) for one in found.macros] == [False, True, False, False]
    assert (found.renders, found.notes_played) == (2, 7 + 3)
    assert found.refused_because == ()
    assert first.turns[0].length_s == 0.7


def test_it_is_not_tried_a_third_time():
    found, jobs = trial(change=lambda *_: Change(0.0))
    assert len(jobs) == found.renders == 2


def test_the_second_time_needs_a_render_that_is_left():
    found, jobs = trial(change=faint, most_passes=1)
    assert len(jobs) == found.renders == 1
    assert [one.number for one in found.macros if one.problem] == [2, 3]


def test_a_macro_that_goes_the_wrong_way_is_not_tried_again():
    found, jobs = trial(macro("BRIGHT", cutoff=-0.3, role="brightness"), *FOUR[1:])
    assert len(jobs) == 1
    assert found.macros[0].problem.startswith("Macro 1 (BRIGHT) gives less brightness")
    assert jobs[0].turns[0] == (1, 1.0, 0.7, "brightness")


@pytest.mark.parametrize("dies", [1, 2])
def test_what_dies_in_the_trial_is_refused_with_what_it_died_of_and_its_render_counts(dies):
    fake = FakeRenderer(change=faint)

    def sound(played):
        if len(fake.jobs) == dies:
            raise DiedError("crash", "why")
        return plain(played)

    fake.sound = sound
    found = try_macros(candidate(patch(*FOUR)), (1, 2, 3, 4), fake)
    assert found.refused_because == ("crash: why",)
    assert (found.renders, found.centre) == (dies, None)


def test_the_first_note_is_that_of_the_first_time():
    fake = FakeRenderer(change=faint)
    fake.sound = lambda played: FakeSound(-18.0 - len(fake.jobs))
    found = try_macros(candidate(patch(*FOUR)), (1, 2, 3, 4), fake)
    assert found.centre.figures.loudness_lufs == -19.0


def macro_heard(number, problem="", label="L", direction=None):
    return MacroHeard(number=number, role_id="x", label=label, ends=(), direction=direction, problem=problem)


def state_with(**changes):
    return replace(started(candidate(patch(*FOUR))), **changes)


def test_what_was_heard_just_now_replaces_what_was_heard_before_of_the_macros_that_were_turned():
    before = (macro_heard(4, "old"), macro_heard(1, "old"))
    state = state_with(macros=before, to_hear=(1, 2))
    found = merge_heard(state.macros, (macro_heard(1), macro_heard(2), macro_heard(4)), state.to_hear)
    assert [(one.number, one.problem) for one in found] == [(1, ""), (2, ""), (4, "old")]


def test_a_macro_is_blamed_for_what_breaks_where_it_is_turned_if_it_has_no_other_problem():
    takes = [take(1.0, None, None, None, mono_loss_db=-9.0), take(None, 1.0, None, None, nonfinite_samples=3)]
    measured = combine([note()], takes)
    heard = (macro_heard(1, label="A"), macro_heard(2, "nothing is heard"), macro_heard(3))
    found = macros.blamed(state_with(measurements=measured), heard)
    assert [one.problem for one in found] == [
        "Macro 1 (A): Loses 9.0 dB when summed to mono (limit 2.0 dB) on note 48, macro corner 1·–·–·–",
        "nothing is heard",
        "",
    ]
    assert macros.blamed(state_with(measurements=None), heard) == heard


def test_a_base_s_macros_are_to_be_heard_unless_they_were():
    base = candidate(patch(*FOUR))
    assert started(base).to_hear == (1, 2, 3, 4)
    assert started(candidate(patch(*FOUR[:2]))).to_hear == (1, 2)
    known = candidate(patch(*FOUR), macros=(macro_heard(2), macro_heard(3)))
    assert started(known).to_hear == (1, 4)
    assert started(known).macros == known.macros
    assert started(candidate(patch(*FOUR), kind="darker")).to_hear == ()


def test_an_audition_begins_with_nothing_known_and_eight_renders():
    state = started(candidate(patch(*FOUR)))
    assert (state.phase, state.refused) == (Phase.SURVEY, ())
    assert (state.known, state.known_at_rest, state.audio, state.measurements, state.report) == (None,) * 5
    assert (state.passes, state.notes_played, state.left) == (0, 0, 8)
    assert dict(state.reduced) == {}
    assert state.is_base
    assert not started(candidate(patch(*FOUR), kind="darker")).is_base


@pytest.mark.parametrize("refused", [(), ("Too loud",)])
def test_the_result_for_a_preset_is_told_whole_and_audio_only_if_it_ships(refused):
    spec = patch(*FOUR)
    repairs = (
        Repaired(kind="level", amount=-1.0, unit="dB", reason="first"),
        Repaired(kind="level", amount=-2.0, unit="dB", reason="then"),
    )
    heard = (macro_heard(1, direction=MacroDirection(axis="grit", low=0.0, high=1.0, noise=0.1)),)
    found = ended(
        state_with(
            audio=b"flac",
            refused=refused,
            repairs=repairs,
            passes=3,
            notes_played=40,
            macros=heard,
            phase=Phase.DONE,
        )
    )
    assert isinstance(found, Auditioned)
    assert found.flac == (None if refused else b"flac")
    preset = found.preset
    assert (preset.status, preset.refused_because) == ("refused" if refused else "accepted", refused)
    assert (preset.renders, preset.takes, preset.macros, preset.spec) == (3, 40, heard, spec)
    assert [(one.amount, one.reason) for one in preset.repairs] == [(-3.0, "first; then")]
    assert preset.preset_sha256 == sha256(canonical_bytes(compile_spec(spec))).hexdigest()
    assert isinstance(started(candidate(spec)).candidate, Candidate)

"""The renderer against presets that crash, hang, poison and starve it."""

import base64
import json
import os
import signal
import time
from pathlib import Path

import numpy as np
import psutil
import pytest
from render_presets import SHORT, job, preset

from engine.render.job import NotePlan, Rendered, RenderFailure, RenderJob, Take, Turn
from engine.render.pool import RenderPool

GOOD = {
    "init": {},
    "wide": {"osc_1_unison_voices": 7, "osc_1_unison_detune": 4, "chorus_on": 1, "reverb_on": 1},
    "pluck": {"env_1_decay": 0.8, "env_1_sustain": 0, "filter_1_on": 1, "delay_on": 1},
    "noise": {"sample_on": 1, "osc_1_on": 0, "distortion_on": 1},
}


def crashing() -> bytes:
    """Vital makes a null pointer of an unknown type of component, and follows it."""
    data = json.loads(preset())
    data["settings"]["wavetables"][0]["groups"][0]["components"][0]["type"] = "Nothing"
    return json.dumps(data).encode()


def too_many_routes() -> bytes:
    data = json.loads(preset())
    data["settings"]["modulations"] = [{"source": "lfo_1", "destination": "osc_1_level"}] * 65
    return json.dumps(data).encode()


def with_nan_in_its_wave() -> bytes:
    data = json.loads(preset())
    component = data["settings"]["wavetables"][0]["groups"][0]["components"][0]
    wave = np.full(2048, np.nan, np.float32)
    component["keyframes"][0]["wave_data"] = base64.b64encode(wave.tobytes()).decode()
    return json.dumps(data).encode()


@pytest.fixture(scope="module")
def pool():
    with RenderPool() as shared:
        yield shared


def rendered(outcome: object) -> Rendered:
    assert isinstance(outcome, Rendered), outcome
    return outcome


def failed(outcome: object) -> RenderFailure:
    assert isinstance(outcome, RenderFailure), outcome
    return outcome


def fingerprints(outcomes) -> dict[str, tuple[bytes, str]]:
    """Audio and measurements by key, of those that were rendered."""
    return {
        o.key: (o.preview.tobytes(), o.measurements.model_dump_json())
        for o in outcomes
        if isinstance(o, Rendered) and o.preview is not None
    }


@pytest.mark.parametrize("make", [crashing, too_many_routes, lambda: b"[" * 100_000])
def test_a_crash_costs_that_preset_alone(pool, make):
    outcomes = list(pool.map([job("a", preset()), job("bad", make()), job("b", preset())]))
    assert [o.key for o in outcomes] == ["a", "bad", "b"]
    assert failed(outcomes[1]).kind == "crash"
    assert "SIG" in failed(outcomes[1]).reason
    assert rendered(outcomes[0]).measurements == rendered(outcomes[2]).measurements


def test_a_hang_is_killed_at_the_time_limit():
    slow = job("slow", preset(osc_1_unison_voices=16, oversampling=3), (NotePlan(60, 0.8, 30.0, 30.0),))
    with RenderPool(time_limit_s=0.4) as pool:
        pool.render(job("start", preset()))
        before = _cpu_of_children_s(pool._process.pid)
        outcome = failed(pool.render(slow))
        assert _cpu_of_children_s(pool._process.pid) - before < 1.0, "the whole render takes several seconds"
        assert outcome.kind == "timeout"
        assert "0.4 s" in outcome.reason
        assert rendered(pool.render(job("next", preset())))


def test_a_render_that_others_kept_from_the_cores_has_its_time_nonetheless():
    with RenderPool(time_limit_s=1.0) as pool:
        number, child = _stopped(pool, NotePlan(60, 0.8, 2.0, 2.0))
        time.sleep(1.5)
        os.kill(child, signal.SIGCONT)
        assert rendered(_outcome(pool, number))


def test_a_render_that_takes_no_time_at_all_is_killed_in_the_end():
    with RenderPool(time_limit_s=0.2) as pool:
        number, _ = _stopped(pool, NotePlan(60, 0.8, 10.0, 10.0))
        assert failed(_outcome(pool, number)).kind == "timeout"


def _stopped(pool: RenderPool, note: NotePlan) -> tuple[int, int]:
    """A job that has begun, and its process, stopped."""
    pool.render(job("start", preset()))
    number = pool._submit(job("stopped", preset(osc_1_unison_voices=16), (note,)))
    (child,) = _children_when_there(pool, pool._process.pid)
    os.kill(child, signal.SIGSTOP)
    return number, child


def _outcome(pool: RenderPool, number: int) -> Rendered | RenderFailure:
    while pool._pending[number].outcome is None:
        pool._exchange()
    return pool._pending[number].outcome


def _cpu_of_children_s(pid: int) -> float:
    """CPU time of a process's ended children: unlike the clock's, it doesn't grow with other work."""
    taken = psutil.Process(pid).cpu_times()
    return taken.children_user + taken.children_system


def test_memory_is_limited_for_each_preset():
    with RenderPool(memory_limit_mb=512) as pool:
        outcome = failed(pool.render(job("greedy", preset(oversampling=9))))
        assert outcome.kind == "memory"
        assert "512 MB" in outcome.reason
        assert rendered(pool.render(job("next", preset())))


@pytest.mark.parametrize("make", [lambda: preset(osc_1_level=1e30), with_nan_in_its_wave])
def test_a_poisoned_preset_is_named_and_poisons_no_other(pool, make):
    before = rendered(pool.render(job("a", preset())))
    outcome = failed(pool.render(job("bad", make())))
    assert outcome.kind == "poisoned"
    assert "note 60" in outcome.reason
    assert rendered(pool.render(job("a", preset()))).measurements == before.measurements


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"\xff\xfe", b'{"synth_version": "9.0.0"}'])
def test_what_vital_does_not_load_is_refused(pool, text):
    assert failed(pool.render(job("bad", text))).kind == "refused"


def test_audio_is_the_same_bits_whatever_the_order_the_workers_and_the_accidents(pool):
    good = {key: preset(**settings) for key, settings in GOOD.items()}
    forward = fingerprints(pool.map([job(key, data) for key, data in good.items()]))
    accidents = [job("crash", crashing()), job("poison", preset(osc_1_level=1e30))]
    mixed = [j for key, data in reversed(good.items()) for j in (*accidents, job(key, data))]
    with RenderPool(workers=3) as other:
        backward = fingerprints(other.map(mixed))
    assert forward.keys() == good.keys()
    assert forward == {key: backward[key] for key in good}


@pytest.mark.parametrize(
    "settings",
    [
        {
            "env_1_release": 1.8,
            "env_1_attack": 0,
        },  # cut off, it would be heard in the next
        {"portamento_time": 0, "portamento_force": 1},  # it would glide from the note before
        {"polyphony": 1, "legato": 1, "env_1_release": 1.8, "delay_on": 1, "delay_feedback": 0.9},
    ],
)
def test_a_note_sounds_the_same_whatever_was_rendered_before_it(pool, settings):
    data = preset(osc_1_random_phase=0, **settings)
    last = NotePlan(48, 0.8, 0.3, 0.4)
    before = (NotePlan(72, 0.8, 0.3, 0.4), NotePlan(60, 0.8, 0.3, 0.4), NotePlan(55, 0.8, 0.4, 0.4))
    alone = rendered(pool.render(job("alone", data, (last,)))).preview
    after = rendered(pool.render(job("after", data, (*before, last), preview=last))).preview
    assert np.abs(alone).max() > 0.1
    assert np.abs(alone - after).max() < 1e-4


def test_each_preset_plays_at_its_own_tempo_unless_told(pool):
    def share_above_half(**options: float) -> float:
        data = preset(
            routes=(("lfo_1", "osc_1_level", -0.7),), lfo_1_sync=1, lfo_1_tempo=7, beats_per_minute=options["own"]
        )
        note = NotePlan(60, 0.8, 1.9, 1.9)
        audio = rendered(pool.render(job("x", data, (note,), bpm=options.get("bpm")))).preview
        level = np.abs(audio[0]).reshape(-1, 441 * 10 // 2)[:, :].max(axis=1)
        spectrum = np.abs(np.fft.rfft(level - level.mean()))
        return int(spectrum.argmax()) / 1.9

    assert share_above_half(own=1.0) == pytest.approx(0.5, abs=0.3)
    assert share_above_half(own=4.0) == pytest.approx(2.0, abs=0.3)
    assert share_above_half(own=1.0, bpm=240.0) == pytest.approx(2.0, abs=0.3)


def test_a_preview_that_is_not_measured_leaves_the_measurements_alone(pool):
    data = preset(osc_1_unison_voices=5)
    extra = NotePlan(72, 0.8, 0.2, 0.3)
    plain = rendered(pool.render(job("x", data, preview=None)))
    with_preview = rendered(pool.render(job("x", data, preview=extra)))
    assert plain.preview is None
    assert with_preview.preview.shape == (2, int(0.3 * 44_100))
    assert with_preview.measurements == plain.measurements
    assert [n.note for n in with_preview.measurements.notes] == [60]


def test_the_render_process_may_die_once(pool):
    before = rendered(pool.render(job("x", preset())))
    os.kill(pool._process.pid, signal.SIGKILL)
    outcomes = list(pool.map([job(str(i), preset()) for i in range(4)]))
    assert [rendered(o).measurements for o in outcomes] == [before.measurements] * 4


def test_the_render_process_sees_nothing_of_a_user_s_environment(pool):
    assert rendered(pool.render(job("x", preset())))
    told = psutil.Process(pool._process.pid).environ()
    assert os.environ.keys() - told.keys()
    assert told == {
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "OPENBLAS_NUM_THREADS": "1",
        "HOME": "/nonexistent",
        "LC_ALL": "C.UTF-8",
        "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    }


def test_an_interrupt_at_the_keyboard_is_the_caller_s_to_heed(pool):
    assert rendered(pool.render(job("x", preset())))
    process = pool._process
    os.kill(process.pid, signal.SIGINT)
    assert rendered(pool.render(job("x", preset())))
    assert pool._process is process
    assert pool.alive


def test_what_was_rendered_leaves_no_open_file_in_the_render_process(pool):
    def render_two() -> int:
        assert [outcome.key for outcome in pool.map([job("x", preset()), job("bad", b"{")])] == ["x", "bad"]
        return psutil.Process(pool._process.pid).num_fds()

    assert render_two() == render_two()


@pytest.mark.parametrize(
    "settings",
    [{"workers": 0}, {"time_limit_s": 0.0}, {"time_limit_s": -1.0}, {"memory_limit_mb": 383}],
)
def test_a_pool_that_could_render_nothing_is_not_made(settings):
    with pytest.raises(ValueError, match=r"needs workers >= 1, time_limit_s > 0, memory_limit_mb >= 384"):
        RenderPool(**settings)


def test_an_outcome_is_told_to_whoever_listens_as_it_is_handed_out(pool):
    told = []
    pool.on_outcome = told.append
    try:
        outcomes = [(len(told), outcome) for outcome in pool.map([job(name, preset()) for name in "ab"])]
    finally:
        pool.on_outcome = None
    assert [number for number, _ in outcomes] == [1, 2]
    assert [outcome for _, outcome in outcomes] == told


def test_no_outcome_is_kept_that_was_handed_out_or_is_waited_for_no_more(pool):
    iterator = pool.map([job(name, preset()) for name in "abc"])
    next(iterator)
    iterator.close()
    assert pool._pending == {}


def test_a_preset_in_hand_when_the_process_dies_twice_is_given_up():
    with RenderPool() as pool:
        assert rendered(pool.render(job("warm", preset())))
        number = pool._submit(job("x", preset()))
        for _ in range(2):
            pool._ready = True
            os.kill(pool._process.pid, signal.SIGKILL)
            process = pool._process
            while pool._process is process and pool._pending[number].outcome is None:
                pool._exchange()
        assert failed(pool._pending[number].outcome).kind == "engine"


def test_an_abandoned_iteration_leaves_the_pool_usable(pool):
    jobs = (job(str(i), preset()) for i in range(50))
    iterator = pool.map(jobs)
    assert next(iterator).key == "0"
    iterator.close()
    assert rendered(pool.render(job("after", preset()))).key == "after"
    assert int(next(jobs).key) < 10  # taken only as fast as they are rendered


def test_no_process_outlives_the_pool():
    with RenderPool() as pool:
        assert rendered(pool.render(job("x", preset())))
        pool._submit(job("slow", preset(osc_1_unison_voices=16), (NotePlan(60, 0.8, 30.0, 30.0),)))
        zygote = pool._process.pid
        children = _children_when_there(pool, zygote)
    deadline = time.monotonic() + 30.0
    while any(_alive(pid) for pid in (zygote, *children)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not [pid for pid in (zygote, *children) if _alive(pid)]


def _children_when_there(pool: RenderPool, zygote: int) -> list[int]:
    deadline = time.monotonic() + 30.0
    while time.monotonic() < deadline:
        if pool._outgoing:
            pool._exchange()
        if children := psutil.Process(zygote).children():
            return [child.pid for child in children]
        time.sleep(0.01)
    raise AssertionError("no child was forked")


def _alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize(
    ("notes", "options", "words"),
    [
        ((), {}, "no note"),
        ((NotePlan(128),), {}, "128"),
        ((NotePlan(60, 0.0),), {}, "velocity"),
        ((NotePlan(60, 0.8, 0.0, 1.0),), {}, "hold"),
        ((NotePlan(60, 0.8, 1.0, 31.0),), {}, "31.0"),
        (SHORT, {"bpm": 1000.0}, "1000.0"),
        (tuple(NotePlan(n, 0.8, 0.1, 0.1) for n in range(7)), {}, "7 notes"),
    ],
)
def test_a_job_the_engine_would_misread_is_not_made(notes, options, words):
    with pytest.raises(ValueError, match=words):
        RenderJob("x", b"{}", notes, **options)


def take(condition: str, **changes: object) -> Take:
    plan: dict[str, object] = {"notes": (60,), "velocity": 0.8, "hold_s": 0.3, "render_s": 0.4}
    return Take(condition, **(plan | changes))  # type: ignore[arg-type]


def test_takes_are_heard_under_their_conditions_and_leave_the_notes_alone(pool):
    routes = (("macro_control_2", "osc_1_level", -0.5), ("velocity", "osc_1_level", 0.2))
    data = preset(routes=routes, osc_1_random_phase=0)
    takes = (
        take("soft", velocity=0.3),
        take("chord", notes=(60, 64, 67)),
        take("up", macros=(None, 1.0, None, None)),
        take("rest"),
        take("patient", velocity=0.01, patience_s=0.5),
    )
    plain = rendered(pool.render(job("x", data)))
    heard = rendered(pool.render(job("x", data, takes=takes)))
    assert heard.preview.tobytes() == plain.preview.tobytes()
    soft, chord, up, rest, patient = heard.measurements.takes
    assert up.peak < rest.peak < chord.peak
    assert soft.loudness_lufs < rest.loudness_lufs
    assert rest.level_lufs == pytest.approx(heard.measurements.overall.loudness_lufs, abs=0.3)
    assert chord.level_lufs is None
    assert patient.condition == "patient"
    assert heard.notes_played == 1 + 4 + 3
    again = rendered(pool.render(job("x", data, takes=takes)))
    assert again.measurements == heard.measurements


def test_a_turn_is_told_with_what_another_phase_seed_changes(pool):
    data = preset(routes=(("macro_control_1", "osc_1_level", -0.3),), osc_1_unison_voices=6, osc_1_unison_detune=4)
    turns = (Turn(1, 1.0, 0.4, "brightness"), Turn(2, 1.0, 0.4))
    heard = rendered(pool.render(job("x", data, turns=turns, again=(0.4, 0.3))))
    moved, idle = heard.turned
    assert idle.change_db == 0.0
    assert moved.change_db > 1.0
    assert moved.noise_db > 0.5
    assert moved.feature is not None
    assert (moved.take.condition, moved.take.macros) == ("macro 1 at 1", (1.0, None, None, None))
    assert [note.condition for note in heard.measurements.notes] == ["", "phase seed 2", "phase seed 3"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"takes": (take("none", notes=()),)}, "none has no note"),
        ({"takes": (take("odd", macros=(1.0,)),)}, "odd needs four macros"),
        ({"takes": (take("x"),) * 65}, "65 takes"),
        ({"again": (9.0,)}, "9.0 s of the first note"),
        ({"turns": (Turn(5, 1.0, 0.3),)}, "macro 1..4"),
    ],
)
def test_a_worst_case_the_engine_would_misread_is_not_made(options, words):
    with pytest.raises(ValueError, match=words):
        RenderJob("x", b"{}", SHORT, **options)


def test_the_audio_of_all_that_is_measured_comes_back_if_asked_for(pool):
    takes = (take("soft", velocity=0.3), take("chord", notes=(60, 64), render_s=2.0), take("long", render_s=3.0))
    data = preset(osc_1_unison_voices=3)
    options = {"again": (0.4,), "takes": takes}
    plain = rendered(pool.render(job("x", data, **options)))
    heard = rendered(pool.render(job("x", data, **options, keep=True)))
    assert plain.kept is None
    assert heard.measurements == plain.measurements
    assert heard.kept.notes[0].tobytes() == plain.preview.tobytes()
    assert [audio.shape[1] for audio in heard.kept.takes] == [int(one.render_s * 44_100) for one in takes]
    measured = (*heard.measurements.notes, *heard.measurements.takes)
    for audio, figures in zip((*heard.kept.notes, *heard.kept.takes), measured, strict=True):
        assert np.abs(audio).max() == pytest.approx(figures.peak, abs=1e-6)


def test_a_first_note_that_is_known_is_not_rendered_again(pool):
    data = preset(osc_1_random_phase=0)
    other = NotePlan(48, 1.0, 0.3, 0.4)
    takes = (take("rest"),)
    whole = rendered(pool.render(job("x", data, (*SHORT, other), takes=takes, keep=True, preview=None)))
    centre = rendered(pool.render(job("x", data))).centre
    known = rendered(pool.render(RenderJob("x", data, (*SHORT, other), takes=takes, keep=True, known=centre)))
    assert known.notes_played == whole.notes_played - 1
    assert known.measurements.notes[0] == whole.measurements.notes[0]
    assert known.kept.notes[0].tobytes() == whole.kept.notes[0].tobytes()
    for one, two in zip(known.measurements.notes, whole.measurements.notes, strict=True):
        assert one.loudness_lufs == pytest.approx(two.loudness_lufs, abs=0.01)
    level = whole.measurements.takes[0].level_lufs
    assert known.measurements.takes[0].level_lufs == pytest.approx(level, abs=0.05)


def test_turns_tell_the_same_against_a_first_note_that_is_known(pool):
    data = preset(routes=(("macro_control_1", "filter_1_cutoff", -0.5),), filter_1_on=1)
    plan, turns = NotePlan(60, 0.8, 0.4, 0.8), (Turn(1, 1.0, 0.7, "brightness"), Turn(2, 1.0, 0.5))
    whole = rendered(pool.render(RenderJob("x", data, (plan,), turns=turns, again=(0.7, 0.7), keep=True)))
    known = rendered(pool.render(RenderJob("x", data, (plan,), turns=turns, keep=True, known=whole.centre)))
    assert known.turned == whole.turned
    assert known.turned[0].change_db > 3.0
    assert known.turned[1].change_db == 0.0  # it moves nothing, and starts where the note that is known did
    assert known.measurements == whole.measurements
    assert [sound.tobytes() for sound in known.kept.notes] == [sound.tobytes() for sound in whole.kept.notes]
    assert (known.notes_played, whole.notes_played) == (2, 5)
    assert known.cost.all_audio_s == pytest.approx(0.7 + 0.5 + 2 * 0.2)


def test_another_phase_seed_of_a_first_note_that_is_known_is_another(pool):
    data = preset(osc_1_random_phase=1)
    plan, turns = NotePlan(60, 0.8, 0.4, 0.8), (Turn(2, 1.0, 0.7),)
    first = rendered(pool.render(RenderJob("x", data, (plan,), keep=True)))
    seeds = rendered(pool.render(RenderJob("x", data, (plan,), turns=turns, again=(0.7, 0.7), keep=True,
                                           known=first.centre))).centre.seeds  # fmt: skip
    assert [seed.figures.condition for seed in seeds] == ["phase seed 2", "phase seed 3"]
    sounds = [first.centre.audio[:, : seeds[0].audio.shape[1]], *(seed.audio for seed in seeds)]
    assert len({sound.tobytes() for sound in sounds}) == 3


def test_a_slow_attack_is_waited_for_as_long_as_the_one_before_took(pool):
    routes = (("macro_control_1", "env_1_attack", 0.42),)  # about a second
    data = preset(routes=routes, env_1_attack=0.0, env_1_sustain=1.0)
    note = NotePlan(60, 0.8, 1.6, 2.5)
    turned = [
        (end, place, None, None) for end, place in ((1.0, 0.0), (1.0, 1.0), (1.0, 0.5), (0.0, 1.0), (0.0, 0.0))
    ]
    takes = tuple(take(str(macros), hold_s=0.05, render_s=0.05, macros=macros, patience_s=2.5) for macros in turned)
    filler = (take("rest"),) * 5  # these go to the other fork
    heard = rendered(pool.render(job("x", data, (note,), takes=(*takes, *filler)))).measurements
    first, second, third, fourth, quick = heard.takes[:5]
    assert first.render_s == pytest.approx(note.hold_s + 0.4)
    assert all(0.5 < one.render_s < 1.9 for one in (second, third, fourth))
    assert quick.render_s < 0.2
    assert second.level_lufs == pytest.approx(first.level_lufs, abs=0.3)

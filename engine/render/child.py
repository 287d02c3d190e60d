"""What one child does with one preset: limits, load, render, measure, answer.

The child is forked from a process whose synth has gone through one fixed warm-up, so Vital's process-global random
generator starts in the same state for each preset, and the audio is the same bits each time.

Before each note the same pitch is rendered once and thrown away. That render
- lets the parameters arrive, which glide for 160 ms after a load;
- is the pitch that portamento starts from, so that a glide patch is heard at its pitch from the beginning (which
  takes that the throw-away render itself does not glide: forced portamento is off for as long as it runs);
- lets the delay lines of the flanger run empty of the note before, which would be a click of that note's; the
  chorus is off meanwhile and empties its own when it comes on, since with feedback 0.1 s would not be enough;
- keeps notes apart. Vital computes voices in pairs, and a voice that was cut off while it still sounded is heard in
  the first 50 ms of its neighbour's next note, at -20 dB. Voices are handed out in turn, two for each note, so a
  measured note always gets a fresh pair. The warm-up makes 16 voices, which is enough for `MAX_NOTES`.
"""

import math
import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TypedDict, cast

import numpy as np
from vita.vita import ControlValue, Synth

from engine.audio import SAMPLE_RATE, SILENT_LUFS, Stereo
from engine.measure.brief import loudest_of
from engine.measure.change import third_octave_levels_db
from engine.measure.envelope import LONGEST_TAIL_S, SHORTEST_TAIL_S, frame_power, stuck_db
from engine.measure.level import peak
from engine.measure.note import MeasuredFigures, finite, measure_note
from engine.measure.timbre import timbre
from engine.render.counted import CountedSynth
from engine.render.forks import run_in_forks
from engine.render.job import NotePlan, Take
from engine.render.process import MEMORY_EXIT, ProcessLimits, confine, send_whole
from engine.render.protocol import pack, sounds_in
from engine.render.takes import hear_takes
from engine.render.turns import Reference, RenderedTurn, WantedTurn, compared, hear_turns

WARM_VOICES = 16
GLIDE_S = 0.2
TAKE_SETTLE_S = 0.1
"""Between short takes: measured, their levels then differ from takes apart by no more than phase seeds do."""
_OFF_MEANWHILE = ("portamento_force", "chorus_on")
"""Switches that are off during a throw-away render."""
OUTPUT_CLAMP = 2.0999
POISONED_SHARE = 0.5
_TAILS_S = (4.0, LONGEST_TAIL_S)
"""How long a note that dies slowly is heard after note off, and how long one that may hang."""
_BYTES_A_SAMPLE = 8
"""Of a sound: a float32 in each channel."""
USUAL_LENGTHS_S = (3.0, 1.4, 1.2, 0.9, 0.7)

_TakeFields = tuple[str, list[int], float, float, float, list[float | None], float, list[tuple[str, float]]]


class _PlayedNote(TypedDict):
    note: int
    velocity: float
    hold_s: float


class PresetError(Exception):
    """A preset that loads badly or sounds like no preset; `kind` as in `RenderFailure`."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind


def warmed_synth() -> Synth:
    """A synth in the canonical warmed state, from which every render starts."""
    synth = Synth()
    synth.set_sample_rate(SAMPLE_RATE)
    synth.get_controls()["polyphony"].set(WARM_VOICES)
    synth.render(60, 0.8, 0.1, GLIDE_S)
    return synth


def warm_measures() -> None:
    """Let numpy make its tables for the usual lengths before the forks: they cost more than the measures do."""
    for length_s in USUAL_LENGTHS_S:
        clicks = np.zeros((2, int(length_s * SAMPLE_RATE)), np.float32)
        clicks[:, ::100] = 1.0
        measure_note(clicks, SAMPLE_RATE, note=60, velocity=0.8, hold_s=min(1.0, length_s / 2))
        third_octave_levels_db(clicks, SAMPLE_RATE)
        timbre(clicks, SAMPLE_RATE, hold_s=min(1.0, length_s / 2))


def work(synth: Synth, head: dict[str, object], preset: bytes) -> bytes:
    """The answer to one job as a message: measurements and preview, or the kind and reason of a failure.

    What is known of its first note, where turns are compared with that, stands behind the preset.
    """
    known = [int(samples) for samples in cast("list[int]", head["known_samples"])]
    begins = len(preset) - sum(known) * _BYTES_A_SAMPLE
    try:
        return _render_all(CountedSynth(synth), head, preset[:begins], sounds_in(preset[begins:], known))
    except PresetError as problem:
        return pack({"id": head["id"], "kind": problem.kind, "reason": str(problem)})


def _render_all(synth: CountedSynth, head: dict[str, object], preset: bytes, known: Sequence[Stereo]) -> bytes:
    clock = time.process_time  # the CPU that it took, whatever else the machine was doing
    started = clock()
    _load(synth, preset, head["bpm"])
    load_s = clock() - started
    plans = [NotePlan(int(plan[0]), *plan[1:]) for plan in cast("list[list[float]]", head["notes"])]
    turned = _turns(synth, head, plans[0])
    voice = _Voice(synth, timbre=bool(head["timbre"]), patience_s=float(str(head["patience_s"])))
    known_attack_s = cast("float | None", head["known_attack_s"])
    heard = voice.hear(plans if known_attack_s is None else plans[1:], int(str(head["measured"])))
    default = heard[0] if known_attack_s is None else np.zeros((2, 0), np.float32)
    default = known[0] if known else default
    attack_s = float(voice.figures[0]["attack_s"] or 0.0) if known_attack_s is None else known_attack_s
    first = voice.first if voice.first and known_attack_s is None else plans[0]
    lengths = cast("list[float]", head["again"])
    if lengths and known_attack_s is not None and len(plans) == 1:
        voice.skip(first)
    seeds = _seeds(voice, first, lengths, 2 + int(str(head["known_seeds"])))
    started = clock()
    answers = compared(turned(), Reference(default, [*known[1:], *seeds], first.hold_s, SAMPLE_RATE))
    voice.measure_s += clock() - started
    taken, takes = _takes(synth, head, first, attack_s)
    unknown = known_attack_s is not None or voice.figures[0]["stuck_db"] is None
    stuck_db = _end_of(synth, first) if head["to_the_end"] and unknown else None
    sounds = [] if head["preview"] == -1 else [heard[int(str(head["preview"]))]]
    if head["keep"]:
        sounds += [*heard[: len(voice.figures) - len(seeds)], *seeds, *taken]
    cost = {"audio_s": voice.audio_s, "load_s": load_s, "render_s": voice.render_s, "measure_s": voice.measure_s}
    cost["all_audio_s"] = synth.rendered_s()
    answer: dict[str, object] = {
        "id": head["id"],
        "notes": voice.figures,
        "turned": answers,
        "takes": takes,
        "cost": cost,
        "timbres": voice.timbres,
        "stuck_db": stuck_db,
        "loudest_lufs": loudest_of(default, SAMPLE_RATE) if known_attack_s is None else None,
        "samples": [sound.shape[1] for sound in sounds],
    }
    return pack(answer, b"".join(sound.tobytes() for sound in sounds))


class _Voice:
    """Renders and measures the notes of a job, each after its throw-away render, and counts what that takes."""

    def __init__(self, synth: CountedSynth, *, timbre: bool, patience_s: float) -> None:
        self._synth, self._controls = synth, synth.get_controls()
        self._timbre, self._patience_s = timbre, patience_s
        self.first: NotePlan | None = None
        """The first note that was measured, as it was heard in the end."""
        self.render_s = self.measure_s = self.audio_s = 0.0
        self.figures: list[MeasuredFigures] = []
        self.timbres: list[dict[str, float]] = []

    def hear(self, plans: Sequence[NotePlan], measured: int) -> list[Stereo]:
        """The notes of a job, of which the first `measured` of all are measured; the rest are played alone."""
        heard = []
        for plan in plans:
            if len(self.figures) >= measured:
                heard.append(self.play(plan))
                continue
            plan, audio, figures = self.listen(plan)
            started = time.process_time()
            self.first = self.first or plan
            heard.append(audio)
            self.figures.append(figures)
            if self._timbre:
                self.timbres.append(timbre(audio, SAMPLE_RATE, hold_s=plan.hold_s).figures())
            self.measure_s += time.process_time() - started
        return heard

    def listen(self, plan: NotePlan) -> tuple[NotePlan, Stereo, MeasuredFigures]:
        """A note as it was heard and its figures; one that is silent is held for as long as the job has patience.

        The longer one is played in a fork: it uses up neither voices nor random numbers of what is heard besides.
        """
        audio = self.play(plan)
        started = time.process_time()
        figures = measure_note(audio, SAMPLE_RATE, **_played(plan))
        self.measure_s += time.process_time() - started
        if float(figures["loudness_lufs"] or 0.0) >= SILENT_LUFS or self._patience_s <= plan.hold_s:
            return plan, audio, figures
        longer = plan._replace(
            hold_s=self._patience_s, render_s=round(self._patience_s + plan.render_s - plan.hold_s, 3)
        )
        audio = _apart(lambda: self.play(longer), f"while note {plan.note} was held for {longer.hold_s:g} s")
        return longer, audio, measure_note(audio, SAMPLE_RATE, **_played(longer))

    def skip(self, plan: NotePlan) -> None:
        """Leaves the note that is known to its phase seed, so that what follows gets another."""
        _settle(self._synth, self._controls, plan.note, plan.velocity, GLIDE_S)
        self.audio_s += GLIDE_S

    def play(self, plan: NotePlan) -> Stereo:
        started = time.process_time()
        _settle(self._synth, self._controls, plan.note, plan.velocity, GLIDE_S)
        audio = self._synth.render(*plan)
        rendered = time.process_time()
        self.render_s += rendered - started
        self.audio_s += GLIDE_S + plan.render_s
        _check_sane(audio, plan.note)
        self.measure_s += time.process_time() - rendered
        return audio


def _apart(play: Callable[[], Stereo], while_what: str) -> Stereo:
    """What is heard of `play` in a fork, which leaves the synth as it is."""
    ((messages, survived),) = run_in_forks([lambda: [pack({}, play().tobytes())]])
    if not survived or not messages:
        raise PresetError("crash", f"Vital's engine crashed on it {while_what}")
    return np.frombuffer(messages[0][1], np.float32).reshape(2, -1)


def _played(plan: NotePlan) -> _PlayedNote:
    return {"note": plan.note, "velocity": plan.velocity, "hold_s": plan.hold_s}


def _seeds(voice: _Voice, first: NotePlan, lengths: list[float], number_from: int) -> list[Stereo]:
    """The first note anew: the random generator has moved on, so each time is another phase seed."""
    heard = []
    for number, length_s in enumerate(lengths, number_from):
        plan = first._replace(hold_s=min(first.hold_s, length_s), render_s=length_s)
        _, audio, measured = voice.listen(plan)
        started = time.process_time()
        voice.figures.append(measured | {"condition": f"phase seed {number}"})
        voice.measure_s += time.process_time() - started
        heard.append(audio)
    return heard


def _turns(synth: CountedSynth, head: dict[str, object], first: NotePlan) -> Callable[[], list[RenderedTurn]]:
    """What is heard of the macros, started before the notes of the job touch the synth."""
    controls = synth.get_controls()
    wanted = [
        WantedTurn(int(number), position, length_s, axis)
        for number, position, length_s, axis in cast("list[tuple[int, float, float, str]]", head["turns"])
    ]

    def play(turn: WantedTurn) -> Stereo:
        controls[f"macro_control_{turn.macro}"].set(turn.position)
        _settle(synth, controls, first.note, first.velocity, GLIDE_S)
        return synth.render(first.note, first.velocity, min(first.hold_s, turn.length_s), turn.length_s)

    return hear_turns(play, wanted, first.hold_s, SAMPLE_RATE)


def _takes(
    synth: CountedSynth, head: dict[str, object], first: NotePlan, attack_s: float
) -> tuple[list[Stereo], list[dict[str, object]]]:
    """What is heard of the short takes, after all notes: their audio, if it is to be kept, and their figures."""
    takes = [_take(*listed) for listed in cast("list[_TakeFields]", head["takes"])]
    if not takes:
        return [], []
    controls = synth.get_controls()
    at_rest = tuple(controls[f"macro_control_{number}"].value() for number in range(1, 5))

    def play(note: int, take: Take) -> Stereo:
        for number, (place, rest) in enumerate(zip(take.macros or at_rest, at_rest, strict=True), 1):
            controls[f"macro_control_{number}"].set(rest if place is None else place)
        before = [(name, controls[name].value()) for name, _ in take.settings]
        for name, value in take.settings:
            controls[name].set(value)
        _settle(synth, controls, note, take.velocity, TAKE_SETTLE_S)
        audio = synth.render(note, take.velocity, take.hold_s, take.render_s)
        for name, value in before:
            controls[name].set(value)
        return audio

    heard = hear_takes(play, takes, first, attack_s, keep=bool(head["keep"]), rate=SAMPLE_RATE)
    if heard.died_at:
        raise PresetError("crash", f"Vital's engine crashed on it under this condition: {heard.died_at}")
    return heard.audio, heard.answers


def _end_of(synth: CountedSynth, plan: NotePlan) -> float | None:
    """How loud a note is at its end, which is waited for; none if it has too little tail to be asked for it.

    In a fork, so that a note that dies slowly leaves all that is heard besides as it is.
    """
    if plan.render_s - plan.hold_s < SHORTEST_TAIL_S:
        return None
    controls = synth.get_controls()
    for tail_s in _TAILS_S:

        def play(tail_s: float = tail_s) -> Stereo:
            _settle(synth, controls, plan.note, plan.velocity, GLIDE_S)
            return synth.render(plan.note, plan.velocity, plan.hold_s, plan.hold_s + tail_s)

        audio = _apart(play, f"while note {plan.note} died away")
        level_db = stuck_db(frame_power(finite(audio)[0], SAMPLE_RATE), plan.hold_s)
        if level_db is not None:
            return round(level_db, 3)
    return None


def _take(
    condition: str,
    notes: list[int],
    velocity: float,
    hold_s: float,
    render_s: float,
    macros: list[float | None],
    patience_s: float,
    settings: list[tuple[str, float]],
) -> Take:
    """A take as it was sent."""
    moved = tuple((name, value) for name, value in settings)
    return Take(condition, tuple(notes), velocity, hold_s, render_s, tuple(macros), patience_s, moved)


def _load(synth: CountedSynth, preset: bytes, bpm: object) -> None:
    try:
        text = preset.decode()
    except UnicodeDecodeError as error:
        raise PresetError("refused", f"the preset is not UTF-8 text (byte {error.start})") from error
    if not synth.load_json(text):
        raise PresetError("refused", "Vital does not load this preset: malformed, or made by a newer Vital")
    if isinstance(bpm, float | int):
        synth.set_bpm(float(bpm))


def _settle(
    synth: CountedSynth, controls: Mapping[str, ControlValue], note: int, velocity: float, length_s: float
) -> None:
    """The throw-away render before a note."""
    switches = [controls[name] for name in _OFF_MEANWHILE]
    as_saved = [switch.value() for switch in switches]
    for switch in switches:
        switch.set(0.0)
    synth.render(note, velocity, length_s / 2, length_s)
    for switch, value in zip(switches, as_saved, strict=True):
        switch.set(value)


def _check_sane(audio: Stereo, note: int) -> None:
    """Refuse audio of a poisoned engine. Vital clamps its output, so NaN and infinity usually arrive as +-2.1."""
    top = peak(audio)
    if not (math.isfinite(top) and math.isfinite(float(audio.sum()))):
        raise PresetError("poisoned", f"note {note} renders samples that are not finite numbers")
    if top < OUTPUT_CLAMP:
        return
    share = np.count_nonzero(np.abs(audio) >= OUTPUT_CLAMP) / audio.size
    if share > POISONED_SHARE:
        words = f"note {note} sticks to the ceiling of Vital's output for {share:.0%} of its length"
        raise PresetError("poisoned", f"{words}: a value is far out of range or not a number")


def run(synth: Synth, head: dict[str, object], preset: bytes, limits: ProcessLimits, out: int) -> None:
    """The whole life of a child; never returns."""
    code = 0
    try:
        confine(limits)
        send_whole(work(synth, head, preset), out)
    except MemoryError:
        code = MEMORY_EXIT
    except BaseException as problem:
        os.write(2, f"{type(problem).__name__}: {problem}".encode()[-2000:])
        code = 1
    finally:
        os._exit(code)

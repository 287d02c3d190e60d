"""What one child does with one preset: limits, load, render, measure, answer.

The child is forked from a process whose synth has gone through one fixed warm-up, so Vital's process-global random
generator starts in the same state for each preset, and the audio is the same bits each time.

Before each note the same pitch is rendered once and thrown away. That render
- lets the parameters arrive, which glide for 160 ms after a load;
- is the pitch that portamento starts from, so that a glide patch is heard at its pitch from the beginning (which
  takes that the throw-away render itself does not glide: forced portamento is off for as long as it runs);
- keeps notes apart. Vital computes voices in pairs, and a voice that was cut off while it still sounded is heard in
  the first 50 ms of its neighbour's next note, at -20 dB. Voices are handed out in turn, two for each note, so a
  measured note always gets a fresh pair. The warm-up makes 16 voices, which is enough for `MAX_NOTES`.
"""

import ctypes
import math
import os
import resource
import signal
import time
from dataclasses import dataclass
from typing import cast

import numpy as np
from vita.vita import ControlValue, Synth

from engine.measure.change import third_octave_levels_db
from engine.measure.level import peak
from engine.measure.note import Figures, measure_note
from engine.measure.spectrum import Stereo
from engine.measure.timbre import timbre
from engine.render.protocol import pack
from engine.render.turns import Answer, Turned, compared, hear_turns

SAMPLE_RATE = 44_100
WARM_VOICES = 16
GLIDE_S = 0.2
BETWEEN_S = 0.05
OUTPUT_CLAMP = 2.0999
POISONED_SHARE = 0.5
MEMORY_EXIT = 77
USUAL_LENGTHS_S = (3.0, 1.4, 1.2, 0.9, 0.7)

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


@dataclass(frozen=True)
class Limits:
    """What one child may use."""

    time_s: float
    memory_mb: int


class PresetError(Exception):
    """A preset that loads badly or sounds like no preset; `kind` as in `RenderFailure`."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind


def warmed_synth() -> Synth:
    """A synth after the one warm-up that every render in the world starts from."""
    synth = Synth()
    synth.set_sample_rate(SAMPLE_RATE)
    synth.get_controls()["polyphony"].set(WARM_VOICES)
    synth.render(60, 0.8, 0.1, GLIDE_S)
    return synth


def warm_measures() -> None:
    """Let numpy make its tables for the usual lengths before the forks: they cost more than the measures do."""
    for length_s in USUAL_LENGTHS_S:
        silence = np.zeros((2, int(length_s * SAMPLE_RATE)), np.float32)
        silence[:, 1000] = 1.0
        measure_note(silence, SAMPLE_RATE, note=60, velocity=0.8, hold_s=min(1.0, length_s / 2))
        third_octave_levels_db(silence, SAMPLE_RATE)
        timbre(silence, SAMPLE_RATE, hold_s=min(1.0, length_s / 2))


def return_free_memory() -> None:
    """Give freed memory back to the kernel: a child gets a fresh page faster than a copy of one nobody needs."""
    _LIBC.malloc_trim(0)


def die_with_the_parent() -> None:
    """Have the kernel kill this process as soon as the one that forked it is gone."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def confine(limits: Limits) -> None:
    """Bind the calling child to its limits and to its parent's life; it may write no file and leave no core."""
    die_with_the_parent()
    memory = limits.memory_mb << 20
    cpu_s = math.ceil(limits.time_s) + 1
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def work(synth: Synth, head: dict[str, object], preset: bytes) -> bytes:
    """The answer to one job as a message: measurements and preview, or the kind and reason of a failure."""
    try:
        return _render_all(synth, head, preset)
    except PresetError as problem:
        return pack({"id": head["id"], "kind": problem.kind, "reason": str(problem)})


def _render_all(synth: Synth, head: dict[str, object], preset: bytes) -> bytes:
    clock = time.process_time  # the CPU that it took, whatever else the machine was doing
    started = clock()
    _load(synth, preset, head["bpm"])
    load_s = clock() - started
    turned = _turns(synth, head) if head["turns"] else []
    figures: list[Figures] = []
    answers: list[Answer] = []
    timbres: list[dict[str, float]] = []
    body: memoryview | bytes = b""
    render_s = measure_s = audio_s = 0.0
    forced = synth.get_controls()["portamento_force"]
    plans = cast("list[list[float]]", head["notes"])
    for index, (pitch, velocity, hold_s, length_s) in enumerate(plans):
        note = int(pitch)
        started = clock()
        glide_s = BETWEEN_S if index else GLIDE_S
        _settle(synth, forced, note, velocity, glide_s)
        audio = synth.render(note, velocity, hold_s, length_s)
        rendered = clock()
        render_s += rendered - started
        audio_s += glide_s + length_s
        _check_sane(audio, note)
        if index == 0:
            answers = compared(turned, audio, SAMPLE_RATE)
        if index < int(str(head["measured"])):
            figures.append(measure_note(audio, SAMPLE_RATE, note=note, velocity=velocity, hold_s=hold_s))
            if head["timbre"]:
                timbres.append(timbre(audio, SAMPLE_RATE, hold_s=hold_s).figures())
        if index == head["preview"]:
            body = audio.tobytes()
        measure_s += clock() - rendered
    cost = {"audio_s": audio_s, "load_s": load_s, "render_s": render_s, "measure_s": measure_s}
    return pack({"id": head["id"], "notes": figures, "turned": answers, "timbres": timbres, "cost": cost}, body)


def _turns(synth: Synth, head: dict[str, object]) -> list[Turned]:
    """What is heard of the macro knobs, before the notes of the job touch the synth."""
    controls = synth.get_controls()
    pitch, velocity, hold_s, length_s = cast("list[list[float]]", head["notes"])[0]
    turn_s = min(cast("float", head["turn_s"]), length_s)
    note = (pitch, velocity, min(hold_s, turn_s), turn_s)

    def play(knob: int, position: float) -> Stereo:
        controls[f"macro_control_{knob}"].set(position)
        _settle(synth, controls["portamento_force"], int(pitch), velocity, GLIDE_S)
        return synth.render(int(pitch), velocity, note[2], turn_s)

    return hear_turns(play, cast("list[list[float]]", head["turns"]), note, SAMPLE_RATE)


def _load(synth: Synth, preset: bytes, bpm: object) -> None:
    try:
        text = preset.decode()
    except UnicodeDecodeError as error:
        raise PresetError("refused", f"the preset is not UTF-8 text (byte {error.start})") from error
    if not synth.load_json(text):
        raise PresetError("refused", "Vital does not load this preset: malformed, or made by a newer Vital")
    if isinstance(bpm, float | int):
        synth.set_bpm(float(bpm))


def _settle(synth: Synth, forced: ControlValue, note: int, velocity: float, length_s: float) -> None:
    """The throw-away render before a note, with `forced` portamento off."""
    as_saved = forced.value()
    forced.set(0.0)
    synth.render(note, velocity, length_s / 2, length_s)
    forced.set(as_saved)


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


def run(synth: Synth, head: dict[str, object], preset: bytes, limits: Limits, out: int) -> None:
    """The whole life of a child; never returns."""
    code = 0
    try:
        confine(limits)
        answer = memoryview(work(synth, head, preset))
        while answer:
            answer = answer[os.write(out, answer) :]
    except MemoryError:
        code = MEMORY_EXIT
    except BaseException as problem:
        os.write(2, f"{type(problem).__name__}: {problem}".encode()[-2000:])
        code = 1
    finally:
        os._exit(code)

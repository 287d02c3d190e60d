"""A preset's macro knobs, turned one at a time and heard, each in a fork of the loaded synth.

All forks start from the state that the preset's first note starts from, random generator included, so what differs
from that note is what the knob does: one that does nothing gives the same samples. A fork of the loaded synth
spares loading the preset again.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple, cast

import numpy as np

from engine.measure.change import Levels, change_db, third_octave_levels_db
from engine.measure.note import measure_note
from engine.measure.spectrum import Stereo
from engine.render.protocol import Inbox, pack

_CHUNK = 1 << 16
Figures = dict[str, float | str]
Answer = dict[str, float | str]


class Turned(NamedTuple):
    """A knob, 1..4, at a position, 0..1: its levels, none if the synth did not survive, and what was measured."""

    knob: int
    position: float
    levels: Levels | None
    figures: Figures


def hear_turns(
    play: Callable[[int, float], Stereo], turns: Sequence[Sequence[float]], note: Sequence[float], rate: int
) -> list[Turned]:
    """Each of `turns` (knob, position), heard at `note`; `play` renders it with a knob turned."""
    return [
        Turned(int(knob), position, *_apart(partial(play, int(knob), position), note, rate))
        for knob, position in turns
    ]


def compared(turned: Sequence[Turned], default: Stereo, rate: int) -> list[Answer]:
    """What each turn changes against the beginning of `default`, which is the same note from the same state."""
    reference = third_octave_levels_db(default, rate) if turned else None
    answers: list[Answer] = []
    for one in turned:
        change = 0.0
        if reference is not None and one.levels is not None:
            change = change_db(reference[:, : one.levels.shape[1]], one.levels)
        answers.append({"knob": one.knob, "position": one.position, "change_db": change, **one.figures})
    return answers


def _apart(play: Callable[[], Stereo], note: Sequence[float], rate: int) -> tuple[Levels | None, Figures]:
    """Levels and figures of what `play` renders in a process of its own."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        _answer(play, note, rate, writer)
    os.close(writer)
    inbox = Inbox()
    while data := os.read(reader, _CHUNK):
        inbox.feed(data)
    os.close(reader)
    _, status = os.waitpid(pid, 0)
    message = inbox.take() if status == 0 else None
    if message is None:
        return None, {"peak": 0.0, "loudness_lufs": 0.0, "nonfinite": 0.0, "died": "makes the synth crash"}
    head, body = message
    shape = cast("list[int]", head["shape"])
    return np.frombuffer(body, np.float32).reshape(shape), cast("Figures", head["figures"])


def _answer(play: Callable[[], Stereo], note: Sequence[float], rate: int, out: int) -> None:
    """The whole life of a fork; never returns."""
    code = 1
    try:
        from engine.render.child import die_with_the_parent

        die_with_the_parent()
        audio = play()
        levels = third_octave_levels_db(np.nan_to_num(audio), rate)
        answer = memoryview(
            pack({"shape": list(levels.shape), "figures": _figures(audio, note, rate)}, levels.tobytes())
        )
        while answer:
            answer = answer[os.write(out, answer) :]
        code = 0
    finally:
        os._exit(code)


def _figures(audio: Stereo, note: Sequence[float], rate: int) -> Mapping[str, float | str]:
    measured = measure_note(audio, rate, note=int(note[0]), velocity=note[1], hold_s=note[2])
    return {
        "peak": float(measured["peak"] or 0.0),
        "loudness_lufs": float(measured["loudness_lufs"] or 0.0),
        "nonfinite": float(measured["nonfinite_samples"] or 0.0),
        "died": "",
    }

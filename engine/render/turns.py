"""A preset's macro knobs, turned one at a time and heard, each in a fork of the loaded synth.

All forks start from the same state, random generator included, so what differs from the default is what the knob
does: one that does nothing gives the same samples. A fork of the loaded synth spares loading the preset again.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from typing import cast

import numpy as np

from engine.measure.change import Levels, change_db, third_octave_levels_db
from engine.measure.note import measure_note
from engine.measure.spectrum import Stereo
from engine.render.protocol import Inbox, pack

_CHUNK = 1 << 16
Turned = dict[str, float | str]


def hear_turns(
    play: Callable[[int | None, float], Stereo], turns: Sequence[Sequence[float]], note: Sequence[float], rate: int
) -> list[Turned]:
    """What each of `turns` (knob 1..4, position 0..1) does to `note`; `play` renders it with a knob turned.

    Each answer has `knob`, `position`, `change_db` against the default, `peak`, `loudness_lufs`, `nonfinite`, and
    `died` in words if the synth did not survive the turn.
    """
    default, _ = _apart(lambda: play(None, 0.0), note, rate)
    answers: list[Turned] = []
    for knob, position in turns:
        levels, figures = _apart(lambda k=int(knob), p=position: play(k, p), note, rate)  # type: ignore[misc]
        change = change_db(default, levels) if default is not None and levels is not None else 0.0
        answers.append({"knob": int(knob), "position": position, "change_db": change, **figures})
    return answers


def _apart(play: Callable[[], Stereo], note: Sequence[float], rate: int) -> tuple[Levels | None, Turned]:
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
    return np.frombuffer(body, np.float32).reshape(shape), cast("Turned", head["figures"])


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

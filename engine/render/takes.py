"""Short takes under worst-case conditions, one after the other in one fork of the loaded synth.

Nothing is compared between them, so they may share a process, which spares a fork for each: what differs between
them besides their conditions is the phase seed, and a worst case wants several of those anyway.
"""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from engine.measure.brief import loudness_of, measure_take
from engine.measure.note import Figures
from engine.measure.spectrum import Stereo
from engine.render.apart import apart
from engine.render.job import SILENT_LUFS, NotePlan, Take
from engine.render.protocol import pack

Play = Callable[[int, Take], Stereo]
"""Renders a note of a take."""
Answer = dict[str, object]


def hear_takes(
    play: Play, takes: Sequence[Take], first: NotePlan, default: Stereo, rate: int
) -> tuple[list[Answer], str]:
    """Figures of each take, and the condition at which the synth died, if it did.

    `default` is the whole note of `first`, by whose first seconds a take's level is known.
    """

    def work() -> Iterable[bytes]:
        known: dict[object, Stereo] = {}
        levels: dict[int, float] = {}
        whole_lufs = loudness_of(np.nan_to_num(default), rate)
        for take in takes:
            heard, audio = _heard(play, take, first, known)
            answer: Answer = {**measure_take(audio, rate), **heard._asdict(), "level_lufs": None}
            del answer["patience_s"]
            if heard.notes == (first.note,) and heard.hold_s == min(first.hold_s, heard.render_s):
                samples = audio.shape[1]
                if samples not in levels:
                    levels[samples] = loudness_of(np.nan_to_num(default[:, :samples]), rate)
                answer["level_lufs"] = _level(answer, whole_lufs, levels[samples])
            yield pack(answer)

    messages, survived = apart(work)
    answers = [head for head, _ in messages]
    return answers, "" if survived else takes[min(len(answers), len(takes) - 1)].condition


def _heard(play: Play, take: Take, first: NotePlan, known: dict[object, Stereo]) -> tuple[Take, Stereo]:
    """A take as it was heard in the end: more patiently, where the first seconds are silent."""
    audio = _sum(play, take, known)
    if take.patience_s <= take.render_s or _lufs(audio) >= SILENT_LUFS:
        return take, audio
    patient = take._replace(hold_s=max(take.hold_s, first.hold_s), render_s=take.patience_s)
    return patient, _sum(play, patient, known)


def _lufs(audio: Stereo) -> float:
    from engine.render.child import SAMPLE_RATE

    return loudness_of(np.nan_to_num(audio), SAMPLE_RATE)


def _sum(play: Play, take: Take, known: dict[object, Stereo]) -> Stereo:
    """The notes of a take together; a note that an earlier take had is not rendered again."""
    total: Stereo | None = None
    for note in take.notes:
        key = (note, *take[2:])
        if key not in known:
            known[key] = play(note, take)
        total = known[key] if total is None else total + known[key]
    assert total is not None
    return total


def _level(figures: Figures | Answer, whole_lufs: float, default_lufs: float) -> float:
    from engine.measure.level import FLOOR_DB

    return round(max(whole_lufs + float(str(figures["loudness_lufs"])) - default_lufs, FLOOR_DB), 3)

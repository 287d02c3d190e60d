"""Short takes under worst-case conditions, one after the other in two forks of the loaded synth.

Nothing is compared between them, so they may share a process, which spares a fork for each: what differs between
them besides their conditions is the phase seed, and a worst case wants several of those anyway.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

import numpy as np

from engine.measure.brief import measure_take
from engine.measure.note import Figures
from engine.measure.spectrum import Stereo
from engine.render.apart import apart
from engine.render.job import LONGEST_TAKE_S, SILENT_LUFS, NotePlan, Take
from engine.render.protocol import pack

Play = Callable[[int, Take], Stereo]
"""Renders a note of a take."""
Answer = dict[str, object]
_PEAK_MARGIN_S = 0.1


def hear_takes(
    play: Play, takes: Sequence[Take], first: NotePlan, attack_s: float, rate: int
) -> tuple[list[Answer], str]:
    """Figures of each take, and the condition at which the synth died, if it did.

    `attack_s` is when the first note reaches its loudest: takes that may be patient are heard that long.
    """

    def work(part: Sequence[Take]) -> Iterable[bytes]:
        known: dict[object, Stereo] = {}
        for take in part:
            heard, figures = _heard(play, _stretched(take, first, attack_s), first, rate, known)
            answer = {**figures, **heard._asdict()}
            del answer["patience_s"]
            yield pack(answer)

    middle = (len(takes) + 1) // 2
    parts = [part for part in (takes[:middle], takes[middle:]) if part]
    answers: list[Answer] = []
    died_at = ""
    for part, (messages, survived) in zip(parts, apart([partial(work, part) for part in parts]), strict=True):
        answers += [head for head, _ in messages]
        if not survived and not died_at:
            died_at = part[min(len(messages), len(part) - 1)].condition
    return answers, died_at


def _stretched(take: Take, first: NotePlan, attack_s: float) -> Take:
    if take.patience_s <= take.render_s:
        return take
    longest_s = min(LONGEST_TAKE_S, take.patience_s)
    render_s = round(min(max(attack_s + _PEAK_MARGIN_S, take.render_s), longest_s), 3)
    return take._replace(render_s=render_s, hold_s=min(first.hold_s, render_s))


def _heard(play: Play, take: Take, first: NotePlan, rate: int, known: dict[object, Stereo]) -> tuple[Take, Figures]:
    """A take as it was heard in the end: for the whole note, where its beginning is silent."""
    figures = measure_take(_sum(play, take, known), rate)
    if take.patience_s <= take.render_s or float(figures["loudness_lufs"] or 0.0) >= SILENT_LUFS:
        return take, figures
    patient = take._replace(hold_s=first.hold_s, render_s=take.patience_s)
    return patient, measure_take(_sum(play, patient, known), rate)


def _sum(play: Play, take: Take, known: dict[object, Stereo]) -> Stereo:
    """The notes of a take together; a note that an earlier take had is not rendered again."""
    total: Stereo | None = None
    for note in take.notes:
        key = (note, *take[2:6])
        if key not in known:
            known[key] = play(note, take)
        total = known[key] if total is None else np.add(total, known[key])
    if total is None:
        raise ValueError(f"{take.condition} has no note")
    return total

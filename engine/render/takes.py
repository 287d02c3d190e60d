"""Short takes under worst-case conditions, one after the other in two forks of the loaded synth.

Nothing is compared between them, so they may share a process, which spares a fork for each: what differs between
them besides their conditions is the phase seed, and a worst case wants several of those anyway.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from engine.audio import SILENT_LUFS, Stereo
from engine.measure.brief import measure_take
from engine.measure.envelope import attack_s, frame_power
from engine.measure.note import MeasuredFigures
from engine.render.forks import run_in_forks
from engine.render.job import LONGEST_TAKE_S, NotePlan, Take
from engine.render.protocol import Fields, pack

RenderTake = Callable[[int, Take], Stereo]
"""Renders a note of a take."""
_PEAK_MARGIN_S = 0.1
_LOUDEST_S = 0.3
"""A take's level is that of its loudest 300 ms."""


class HeardTakes(NamedTuple):
    """Figures of each take, its audio if that was to be kept, and the condition at which the synth died, if any."""

    answers: list[Fields]
    audio: list[Stereo]
    died_at: str


def hear_takes(
    play: RenderTake, takes: Sequence[Take], first: NotePlan, attack_s: float, *, keep: bool, rate: int
) -> HeardTakes:
    """What is heard of `takes`.

    `attack_s` is when the first note reaches its loudest: takes that may be patient are heard that long.
    """

    def work(part: Sequence[Take]) -> Iterable[bytes]:
        known: dict[object, Stereo] = {}
        patience = _Patience(first, rate)
        for take in part:
            heard, audio, figures = patience.hear(
                _stretched(take, first, attack_s), partial(_sum, play, known=known)
            )
            answer = {**figures, **heard._asdict()}
            del answer["patience_s"], answer["settings"]
            yield pack(answer, audio.tobytes() if keep else b"")

    middle = (len(takes) + 1) // 2
    parts = [part for part in (takes[:middle], takes[middle:]) if part]
    answers: list[Fields] = []
    audio: list[Stereo] = []
    died_at = ""
    for part, (messages, survived) in zip(
        parts, run_in_forks([partial(work, part) for part in parts]), strict=True
    ):
        answers += [head for head, _ in messages]
        audio += [np.frombuffer(body, np.float32).reshape(2, -1) for _, body in messages if keep]
        if not survived and not died_at:
            died_at = part[min(len(messages), len(part) - 1)].condition
    return HeardTakes(answers, audio, died_at)


def _stretched(take: Take, first: NotePlan, attack_s: float) -> Take:
    longest_s = min(LONGEST_TAKE_S, take.patience_s)
    if longest_s <= take.render_s:
        return take
    render_s = round(min(max(attack_s + _PEAK_MARGIN_S, take.render_s), longest_s), 3)
    return take._replace(render_s=render_s, hold_s=min(first.hold_s, render_s))


class _Patience:
    """Hears takes, each as long as it takes to tell whether it is silent, and how loud it gets.

    Where the beginning of a take is silent, a macro has made its attack slow, and it is heard until it is let go,
    where a rise ends; if it is silent still, for the whole note. What is silent after that one is heard first for
    as long as that took to get loud, and the next, of which one macro stands elsewhere, for that long at once.
    """

    def __init__(self, first: NotePlan, rate: int) -> None:
        self._first, self._rate = first, rate
        self._rise_s = first.hold_s + _PEAK_MARGIN_S + _LOUDEST_S
        self._slow = False

    def hear(self, take: Take, sound: Callable[[Take], Stereo]) -> tuple[Take, Stereo, MeasuredFigures]:
        """The take as it was heard in the end, its audio and figures."""
        short_s, whole_s = take.render_s, max(take.render_s, take.patience_s)
        risen_s = min(max(self._rise_s, short_s), whole_s)
        lengths = (risen_s, whole_s) if self._slow else (short_s, risen_s, whole_s)
        for length_s in dict.fromkeys(lengths):
            heard = take if length_s == short_s else self._longer(take, length_s)
            audio = sound(heard)
            figures = measure_take(audio, self._rate)
            if float(figures["loudness_lufs"] or 0.0) >= SILENT_LUFS:
                break
        if whole_s > short_s:
            self._slow = heard is not take and self._rises(audio, short_s)
        return heard, audio, figures

    def _longer(self, take: Take, length_s: float) -> Take:
        return take._replace(hold_s=min(self._first.hold_s, length_s), render_s=length_s)

    def _rises(self, audio: Stereo, short_s: float) -> bool:
        """Whether a take was silent up to `short_s`; if so, the next is heard until this was at its loudest."""
        beginning = np.ascontiguousarray(audio[:, : round(short_s * self._rate)])
        slow = float(measure_take(beginning, self._rate)["loudness_lufs"] or 0.0) < SILENT_LUFS
        if slow:
            loudest_s = attack_s(frame_power(np.nan_to_num(audio), self._rate))
            self._rise_s = round(loudest_s + _PEAK_MARGIN_S + _LOUDEST_S, 3)
        return slow


def _sum(play: RenderTake, take: Take, *, known: dict[object, Stereo]) -> Stereo:
    """The notes of a take together; a note that an earlier take had is not rendered again."""
    total: Stereo | None = None
    for note in take.notes:
        key = (note, *take[2:6], take.settings)
        if key not in known:
            known[key] = play(note, take)
        total = known[key] if total is None else np.add(total, known[key])
    if total is None:
        raise ValueError(f"{take.condition} has no note")
    return total

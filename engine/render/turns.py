"""A preset's macros, turned one at a time and heard, each in a fork of the loaded synth.

All forks start from the state that the preset's first note starts from, random generator included, so what differs
from that note is what the macro does: one that does nothing gives the same samples. A fork of the loaded synth
spares loading the preset again. What the same note is under another phase seed is heard in the same way, as the
noise that a macro has to rise above.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import NamedTuple, cast

import numpy as np

from engine.audio import Stereo
from engine.measure.brief import measure_take
from engine.measure.change import Levels, averaged, change_db, third_octave_levels_db
from engine.measure.timbre import figure
from engine.render.forks import start_in_forks
from engine.render.protocol import Fields, Message, pack

_ROUNDING = 2
"""Samples by which the synth may count a length otherwise."""


class WantedTurn(NamedTuple):
    """A macro, 1..4, at a position, 0..1, heard for `length_s`; `axis` names its direction's figure, if any."""

    macro: int
    position: float
    length_s: float
    axis: str


class RenderedTurn(NamedTuple):
    """What was heard of a turn: its levels, none if the synth did not survive it, and its figures."""

    wanted: WantedTurn
    levels: Levels | None
    answer: Fields


class Reference(NamedTuple):
    """The first note as it is without a turn, and the same note under other phase seeds, maybe more briefly."""

    audio: Stereo
    seeds: Sequence[Stereo]
    hold_s: float
    rate: int

    def part(self, audio: Stereo, length_s: float) -> Stereo | None:
        """The first `length_s` of `audio`, if it is that long."""
        samples = int(length_s * self.rate)
        return audio[:, :samples] if audio.shape[1] >= samples - _ROUNDING else None


def hear_turns(
    play: Callable[[WantedTurn], Stereo], turns: Iterable[WantedTurn], hold_s: float, rate: int
) -> Callable[[], list[RenderedTurn]]:
    """Starts each of `turns`; `play` renders the first note, held for up to `hold_s`, with a macro turned.

    They are heard beside what the caller plays meanwhile; what comes back waits for them.
    """
    wanted = list(turns)
    ended = start_in_forks([_work(one, partial(play, one), hold_s, rate) for one in wanted])
    return lambda: [
        _turned(one, messages, survived) for one, (messages, survived) in zip(wanted, ended(), strict=True)
    ]


def _work(
    wanted: WantedTurn, play: Callable[[], Stereo], hold_s: float, rate: int
) -> Callable[[], Iterable[bytes]]:
    def work() -> Iterable[bytes]:
        audio = np.nan_to_num(played := play())
        levels = third_octave_levels_db(audio, rate)
        answer: Fields = {"shape": list(levels.shape), "figures": measure_take(played, rate)}
        if wanted.axis:
            answer["high"] = _feature(wanted, audio, hold_s, rate)
        yield pack(answer, levels.tobytes())

    return work


def _turned(wanted: WantedTurn, messages: Sequence[Message], survived: bool) -> RenderedTurn:
    if not survived or not messages:
        return RenderedTurn(wanted, None, {"died": "makes the synth crash"})
    head, body = messages[0]
    levels = np.frombuffer(body, np.float32).reshape(cast("list[int]", head["shape"]))
    return RenderedTurn(wanted, levels, {"figures": head["figures"], "feature": head.get("high")})


def _feature(wanted: WantedTurn, audio: Stereo, hold_s: float, rate: int) -> float:
    return figure(wanted.axis, audio, rate, hold_s=min(hold_s, wanted.length_s))


def compared(turned: Sequence[RenderedTurn], reference: Reference) -> list[Fields]:
    """What each turn changes against the reference, and what another seed changes, both in the same seconds."""
    known = _Known({}, {})
    return [_compared(one, reference, known) for one in turned]


def _compared(turn: RenderedTurn, reference: Reference, known: "_Known") -> Fields:
    wanted = turn.wanted
    answer: Fields = {"macro": wanted.macro, "position": wanted.position, "length_s": wanted.length_s}
    answer |= {"axis": wanted.axis, "change_db": 0.0, "died": "", **turn.answer}
    default = reference.part(reference.audio, wanted.length_s)
    if turn.levels is None or default is None:
        return answer
    seeds = [part for seed in reference.seeds if (part := reference.part(seed, wanted.length_s)) is not None]
    key = (wanted.length_s, wanted.axis)
    if wanted.length_s not in known.levels:
        known.levels[wanted.length_s] = _default(default, seeds, reference.rate)
    if key not in known.axes and wanted.axis:
        known.axes[key] = _rest(wanted, default, seeds, reference)
    return answer | _told(turn.levels, known.levels[wanted.length_s]) | known.axes.get(key, {})


class _Known(NamedTuple):
    """What has been worked out of the note at rest, by length, and by length and axis."""

    levels: "dict[float, _Default]"
    axes: dict[tuple[float, str], Fields]


class _Default(NamedTuple):
    """Levels of the note at rest, by frame and averaged, and how far other seeds take both."""

    levels: Levels
    noise_db: float
    average_noise_db: float


def _default(default: Stereo, seeds: Sequence[Stereo], rate: int) -> _Default:
    levels = third_octave_levels_db(default, rate)
    others = [third_octave_levels_db(seed, rate) for seed in seeds]
    return _Default(
        levels,
        max((change_db(levels, other) for other in others), default=0.0),
        max((change_db(averaged(levels), averaged(other)) for other in others), default=0.0),
    )


def _told(levels: Levels, default: _Default) -> Fields:
    """Change and noise over time and bands, or of the long-term average, where the change stands out more there."""
    change, average = change_db(default.levels, levels), change_db(averaged(default.levels), averaged(levels))
    if average * max(default.noise_db, 0.01) > change * max(default.average_noise_db, 0.01) and average >= 1.0:
        return {"change_db": average, "noise_db": default.average_noise_db}
    return {"change_db": change, "noise_db": default.noise_db}


def _rest(wanted: WantedTurn, default: Stereo, seeds: Sequence[Stereo], reference: Reference) -> Fields:
    """The figure of the turn's axis where the macro rests, and how far another seed takes it."""
    at_rest = _feature(wanted, default, reference.hold_s, reference.rate)
    others = [_feature(wanted, seed, reference.hold_s, reference.rate) for seed in seeds]
    noise = max((abs(other - at_rest) for other in others), default=0.0)
    return {"feature_at_rest": at_rest, "feature_noise": round(noise, 2)}

"""Whether each word is heard: the sound's figure compared with its twin's, and the result in words."""

from collections.abc import Mapping, Sequence

from engine.generate.variations import NUDGES
from engine.word_contracts.asked import AskedAxis
from engine.word_contracts.audible import AUDIBLE
from schemas.intent import AXES, Axis
from schemas.result import WordHeard
from schemas.variations import VariationType

TimbreFigures = Mapping[Axis, float]
_TOLERATED = 0.1
"""Part of a step by which a sound at the end of its axis may fall behind its twin: that much is chance."""
_SHARE_OF_A_VARIATION = 0.5
"""A variation is compared with its own base, where less than a full step is already heard."""


def words_heard(
    asked: Sequence[AskedAxis], twins: Mapping[Axis, TimbreFigures], figures: TimbreFigures
) -> tuple[WordHeard, ...]:
    """The result for each axis that was asked for."""
    return tuple(
        _heard(one, twins[one.axis][one.axis], figures[one.axis], AUDIBLE[one.axis].wanted(one.value))
        for one in asked
    )


def variation_heard(kind: VariationType, base: TimbreFigures, figures: TimbreFigures) -> tuple[WordHeard, ...]:
    """Whether a variation changes its base as its type says; nothing for `reseeded`, which has no direction."""
    main = next(iter(NUDGES[kind].items()), None)
    if main is None:
        return ()
    axis, nudge = main
    asked = AskedAxis(axis, nudge, (kind,))
    wanted = round(_SHARE_OF_A_VARIATION * AUDIBLE[axis].step, 2)
    found = _heard(asked, base[axis], figures[axis], wanted)
    return (found.model_copy(update={"satisfied": found.change >= wanted}),)


def _heard(asked: AskedAxis, neutral: float, heard: float, wanted: float) -> WordHeard:
    audible, up = AUDIBLE[asked.axis], asked.value > 0
    change = round((heard - neutral) * (1 if up else -1), 2) + 0.0
    ended = change >= -_TOLERATED * audible.step and audible.at_its_end(heard, up=up)
    satisfied = change >= wanted or ended
    meaning = AXES[asked.axis]
    aim = meaning.high if up else meaning.low
    if change >= wanted:
        reason = f"{change:.1f} {audible.unit} towards {aim}"
    elif ended:
        reason = f"as far towards {aim} as a sound goes"
    else:
        reason = f"{change:.1f} {audible.unit} towards {aim}, {wanted:.1f} were wanted"
    return WordHeard(
        axis=asked.axis,
        words=asked.words,
        asked=asked.value,
        neutral=neutral,
        heard=heard,
        change=change,
        wanted=wanted,
        unit=audible.unit,
        satisfied=satisfied,
        reason=reason,
    )

"""Whether each word is heard: the sound's figure compared with its twin's, and the result in words."""

from collections.abc import Mapping, Sequence
from typing import Final

from engine.diversity.human import human_spread
from engine.generate.variations import NUDGES
from engine.word_contracts.asked import AskedAxis
from engine.word_contracts.audible import AUDIBLE
from schemas.intent import AXES, Axis, Style
from schemas.result import WordHeard
from schemas.variations import VariationType

TimbreFigures = Mapping[Axis, float]
_TOLERATED = 0.1
"""Part of a step by which a sound at the end of its axis may fall behind its twin: that much is chance."""
_ESTIMATED_FOR_PERCUSSION: Final[tuple[Axis, ...]] = ("movement", "tension", "resonance")
"""Too few human-made drums were at hand to measure these anew (docs/decisions/diversity.md)."""
_SHARE_OF_A_VARIATION = 0.5
"""A variation is compared with its own base, where less than a full step is already heard."""


def words_heard(
    asked: Sequence[AskedAxis],
    twins: Mapping[Axis, TimbreFigures],
    figures: TimbreFigures,
    style: Style | None = None,
) -> tuple[WordHeard, ...]:
    """The result for each axis that was asked for, in a sound of that style."""
    return tuple(
        _heard(one, twins[one.axis][one.axis], figures[one.axis], AUDIBLE[one.axis].wanted(one.value), style)
        for one in asked
    )


def is_reversed(word: WordHeard) -> bool:
    """Whether a word is heard the other way."""
    return word.change < 0.0 and not word.satisfied


def not_given(asked: AskedAxis, figure: float) -> WordHeard:
    """The result for a word that was left out of a sound whose figure is that."""
    found = _heard(asked, figure, figure, AUDIBLE[asked.axis].wanted(asked.value))
    reason = "not given, since beside the rest of the prompt this sound only went the other way"
    return found.model_copy(update={"satisfied": False, "given": False, "reason": reason})


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


def _is_rare(axis: Axis, figure: float, style: Style, *, up: bool) -> bool:
    """Whether no more than one in twenty human-made presets of a style goes further, as far as that is measured."""
    if style == "Percussion" and axis in _ESTIMATED_FOR_PERCUSSION:
        return False
    low, high = human_spread().styles[style].ranges[axis]
    return figure >= high if up else figure <= low


def _heard(asked: AskedAxis, neutral: float, heard: float, wanted: float, style: Style | None = None) -> WordHeard:
    audible, up = AUDIBLE[asked.axis], asked.value > 0
    change = round((heard - neutral) * (1 if up else -1), 2) + 0.0
    ended = change >= -_TOLERATED * audible.step and audible.at_its_end(heard, up=up)
    rare = change >= audible.faintest and style is not None and _is_rare(asked.axis, heard, style, up=up)
    satisfied = change >= wanted or ended or rare
    meaning = AXES[asked.axis]
    aim = meaning.high if up else meaning.low
    if change >= wanted:
        reason = f"{change:.1f} {audible.unit} towards {aim}"
    elif rare:
        reason = f"{change:.1f} {audible.unit} towards {aim}, and few human-made sounds of {style} go further"
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

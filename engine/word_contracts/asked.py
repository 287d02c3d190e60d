"""Which axes the words of a prompt ask for, and the prompt without those words."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine import versions
from engine.errors import RequestError
from engine.planner import plan
from schemas.intent import Axis, Evidence, Intent
from schemas.request import Request

MAX_AXES = 6
_FAINTEST = 0.15


@dataclass(frozen=True, slots=True)
class AskedAxis:
    """An axis, where the words put it (−1..1), and the words as they are in the prompt."""

    axis: Axis
    value: float
    words: tuple[str, ...]


def asked_axes(intent: Intent) -> tuple[AskedAxis, ...]:
    """The axes that words of the prompt describe, strongest first, at most six.

    What a thing in the prompt only suggests ("a bell" is bright) isn't asked for.
    """
    found = []
    for axis, value in intent.axes.items():
        words = tuple(row.text for row in _asking(intent, axis))
        if words and abs(value) >= _FAINTEST:
            found.append(AskedAxis(axis, value, words))
    return tuple(sorted(found, key=lambda row: (-abs(row.value), row.axis)))[:MAX_AXES]


def _asking(intent: Intent, axis: Axis) -> Sequence[Evidence]:
    return [row for row in intent.evidence if row.source == "prompt" and row.asks == axis]


def without_words(request: Request, intent: Intent, asked: AskedAxis) -> Intent:
    """The intent of the same prompt without the words that ask for an axis, and so without their side effects.

    If nothing is left of the prompt, or another word turns up that asks for the same axis, the axis is removed from
    the intent instead. The same is done where a language model read the prompt, so that it isn't asked twice.
    """
    if intent.planner_version != versions.PLANNER:
        left = {axis: value for axis, value in intent.axes.items() if axis != asked.axis}
        return intent.model_copy(update={"axes": left})
    text = list(request.prompt)
    for row in _asking(intent, asked.axis):
        text[row.start : row.end] = " " * (row.end - row.start)
    try:
        twin = plan("".join(text), tags=request.tags, style=intent.style, spoken=intent.language)
    except RequestError:
        twin = intent
    axes = {axis: value for axis, value in twin.axes.items() if axis != asked.axis or not _asking(twin, axis)}
    return twin.model_copy(update={"axes": axes})

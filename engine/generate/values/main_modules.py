"""Which of several modules a noun of a prompt means: "the filter", "the oscillator", "the LFO"."""

from collections.abc import Collection
from typing import Any

from engine.compiler.slots import FILTER_FX, FILTERS, OSCILLATORS
from engine.generate.draft import Draft

_TUNED = ("formant", "comb", "phaser")
"""Models whose cutoff is no corner frequency."""
_AN_OCTAVE_DOWN = -12
_AUDIBLE_PERCENT = 2.0


def filter_in_use(draft: Draft) -> str | None:
    """The first filter that is on and has a corner frequency; none if no filter does."""
    for one in (*FILTERS, FILTER_FX):
        if draft.is_on(f"{one}/on") and draft.get(f"{one}/model") not in _TUNED:
            return one
    return None


def main_filter(draft: Draft) -> str:
    """The filter that a prompt means, turned on where none is yet.

    The first that is off is taken, and what goes straight to the effects goes through it; where both of the voice
    are taken by vowels or combs, the filter among the effects is.
    """
    there = filter_in_use(draft)
    if there is not None:
        return there
    free = next((one for one in FILTERS if not draft.is_on(f"{one}/on")), FILTER_FX)
    draft.set(f"{free}/on", True)
    for field, value in (("model", "analog"), ("style", 0), ("blend", 0.0), ("resonance_percent", 10.0)):
        draft.set(f"{free}/{field}", value)
    if free == FILTER_FX:
        draft.set(f"{free}/mix_percent", 100.0)
        return free
    number = FILTERS.index(free)
    if any(draft.is_on(f"{one}/on") for one in FILTERS if one != free):
        draft.set(f"{free}/from_other_filter", True)
    for one in (*OSCILLATORS, "/modules/sample"):
        if draft.is_on(f"{one}/on") and draft.get(f"{one}/destination") == "effects":
            draft.set(f"{one}/destination", f"filter_{number + 1}")
    return free


def main_oscillators(draft: Draft) -> list[str]:
    """The oscillators that make the tone: all that sound and are no sub; the subs if there are no others."""
    heard = [
        one
        for one in OSCILLATORS
        if draft.is_on(f"{one}/on") and draft.get(f"{one}/level_percent") > _AUDIBLE_PERCENT
    ]
    tone = [one for one in heard if draft.get(f"{one}/transpose_semitones") > _AN_OCTAVE_DOWN]
    return tone or heard


def routes(draft: Draft) -> list[dict[str, Any]]:
    """The draft's modulation routes, to be changed in place."""
    found: list[dict[str, Any]] = draft.document["modulation"]["routes"]
    return found


def free_lfo(draft: Draft) -> str | None:
    """The first LFO that moves nothing, as a source."""
    used = {route["source"] for route in routes(draft)}
    return next((f"lfo_{n}" for n in range(1, 9) if f"lfo_{n}" not in used), None)


def lfo_at(source: str) -> str:
    """The pointer of an LFO, from its name as a source."""
    return f"/modules/lfo/{int(source.removeprefix('lfo_')) - 1}"


def main_lfo(draft: Draft) -> str | None:
    """The first LFO that goes round and moves the sound; one that moves only pitch or level if there is no other.

    How far it moves it is another question, since a macro may bring it in.
    """
    moved: dict[str, bool] = {}
    for route in routes(draft):
        if route["source"].startswith("lfo_") and _goes_round(draft, route["source"]):
            timbre = not route["target"].endswith(_PITCH_OR_LEVEL)
            moved[route["source"]] = moved.get(route["source"], False) or timbre
    return min(moved, key=lambda source: (not moved[source], source), default=None)


_PITCH_OR_LEVEL = ("_cents", "_semitones", "voice_amplitude_percent")


def _goes_round(draft: Draft, source: str) -> bool:
    return draft.get(f"{lfo_at(source)}/mode") not in ("envelope", "sustain_envelope")


def silence(draft: Draft, gone: Collection[dict[str, Any]]) -> None:
    """Takes all of their amount from routes, and what would bring them in; it stays so.

    The routes stay, since roles name routes by place.
    """
    for place, route in enumerate(routes(draft)):
        if any(route is one for one in gone):
            pointer = f"/modulation/routes/{place}/amount"
            route["amount"] = 0.0
            draft.pinned.add(pointer)
            silence(draft, [one for one in routes(draft) if one["target"] == pointer])

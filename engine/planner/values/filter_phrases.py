"""What a filter takes away, in a turn of phrase: "nothing above 2 kHz", "cutoff at C3", "mono below 120 Hz"."""

from collections.abc import Sequence

from engine.planner.quantities import midi_note
from engine.planner.text import Token
from engine.planner.values.grammar import CONNECTORS, words
from engine.planner.values.meaning import ends, norm
from engine.planner.values.nouns import NounAt
from engine.planner.values.numbers import Number, numbers
from engine.planner.values.said import Said


def bands(tokens: Sequence[Token], free: Sequence[Number]) -> list[Said]:
    """ "everything below 500 Hz removed" is a high pass, "nothing above 2 kHz" a low one."""
    found = []
    for number in free:
        kind = _passes(tokens, number) if number.unit == "Hz" else ""
        if kind:
            used = tuple(range(number.first - 1, number.last + 1))
            found += [
                Said("filter_type", kind, "word", used, *ends(used)),
                Said("cutoff", number.value, "Hz", used, *ends(used)),
            ]
    return found


def _passes(tokens: Sequence[Token], number: Number) -> str:
    """The type of filter that takes away what lies on a side of a frequency; empty if nothing says so."""
    side = norm(tokens, number.first - 1)
    before = {token.norm for token in tokens[max(number.first - 7, 0) : number.first]}
    near = before | {token.norm for token in tokens[number.last + 1 : number.last + 4]}
    if not words("removed") & near and not {"no", "frequencies"} <= before:
        return ""
    if (words("lows") & before or {"low", "end"} <= before) and side in ("at", "from", "around"):
        return "high_pass"
    if (words("highs") & before or {"top", "end"} <= before) and side in ("at", "from", "around", "past", "beyond"):
        return "low_pass"
    return {"below": "high_pass", "under": "high_pass", "above": "low_pass", "over": "low_pass"}.get(side, "")


def cutoff_at_a_note(tokens: Sequence[Token], nouns: Sequence[NounAt]) -> list[Said]:
    """ "Cutoff at C3" is a cutoff at the frequency of that note."""
    found = []
    for noun in (one for one in nouns if one.noun.gives.get("Hz") == "cutoff"):
        at = noun.last + 1
        while norm(tokens, at) in CONNECTORS:
            at += 1
        named = "cutoff" in [token.norm for token in tokens[noun.first : noun.last + 1]]
        places = (at, noun.first - 1) if named else (at,)
        note = next((one for one in places if 0 <= one < len(tokens) and tokens[one].kind == "note"), -1)
        midi = midi_note(tokens[note].norm) if note >= 0 else None
        if midi is not None:
            used = tuple(range(min(note, noun.first), max(note, noun.last) + 1))
            hertz = round(440.0 * 2.0 ** ((midi - 69) / 12.0), 4)
            found.append(Said("cutoff", hertz, "Hz", used, *ends(used)))
    return found


def filter_at(
    tokens: Sequence[Token], free: Sequence[Number], nouns: Sequence[NounAt], *, typed: bool
) -> list[Said]:
    """ "A bandpassed radio lead at 1.8 kHz": a frequency that is nothing else's is the cutoff of the filter."""
    if not typed and not any(one.noun.filter_type or one.noun.gives.get("Hz") == "cutoff" for one in nouns):
        return []
    found = []
    for number in free:
        if number.unit == "Hz" and isinstance(number.value, float) and number.value >= _LOWEST_CUTOFF_HZ:
            used = tuple(range(number.first, number.last + 1))
            found.append(Said("cutoff", number.value, "Hz", used, *ends(used)))
    return found[-1:]


_LOWEST_CUTOFF_HZ = 60.0
"""A lower frequency beside a filter may well be a rate, or the pitch of a bass."""


def mono_below(tokens: Sequence[Token]) -> list[tuple[Said, str]]:
    """ "mono below 120 Hz" is no note and no cutoff."""
    for number in numbers(tokens):
        near = [token.norm for token in tokens[max(number.first - 4, 0) : number.first]]
        if number.unit == "Hz" and "mono" in near and near[-1] in ("below", "under", "beneath"):
            used = tuple(range(number.first - 1, number.last + 1))
            why = "every preset is kept safe in mono below 150 Hz"
            return [(Said("width", 0.0, "%", used, *ends(used)), why)]
    return []

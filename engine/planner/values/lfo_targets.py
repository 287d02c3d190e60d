"""What an LFO is to move, where a prompt names it: "a 1/8 LFO on the filter", "LFO 2 Hz to pitch"."""

from collections.abc import Sequence
from dataclasses import replace

from engine.planner.text import Token
from engine.planner.values.grammar import words
from engine.planner.values.numbers import UNITS
from engine.planner.values.said import Said
from engine.planner.values.words import is_denied

_TARGETS = {
    **dict.fromkeys(("filter", "cutoff", "brightness", "tone"), "cutoff"),
    **dict.fromkeys(("resonance", "reso"), "resonance"),
    **dict.fromkeys(("wavetable", "wavetables", "position", "frame", "frames"), "wavetable"),
    **dict.fromkeys(("distortion", "drive"), "distortion"),
    **dict.fromkeys(("reverb",), "reverb"),
    **dict.fromkeys(("pitch", "tune", "tuning"), "vibrato"),
    **dict.fromkeys(("volume", "level", "amplitude", "amp", "loudness"), "tremolo"),
}
_NEVER = words("no_lfo_target")
_WHY = "from a prompt an LFO goes to the cutoff, resonance, wavetable, distortion, reverb, pitch or level"
_ABOUT_ITS_RATE = frozenset(UNITS) | words("about_a_rate")
_MOST_BETWEEN = 8


def with_lfo_targets(tokens: Sequence[Token], values: Sequence[Said]) -> tuple[list[Said], list[tuple[Said, str]]]:
    """The values with the target of the LFO, and a target that is never set, with the reason.

    An LFO on the pitch is a vibrato, and one on the level a tremolo: its rate is theirs.
    """
    named = next((at for lfo in _lfos(tokens) if (at := _target_of(lfo, tokens)) is not None), None)
    if named is None:
        return list(values), []
    word = tokens[named].norm
    if word in _NEVER:
        return list(values), [(Said("cannot", 0.0, "", (named,), named, named, silent=True), _WHY)]
    target = _TARGETS[word]
    if target not in ("vibrato", "tremolo"):
        return [*values, Said("lfo_target", target, "word", (named,), named, named, silent=True)], []
    taken = {at for value in values for at in value.tokens}
    more = () if named in taken else (named,)
    moved = [
        replace(value, noun=f"{target}_rate", tokens=tuple(sorted((*value.tokens, *more))))
        if value.noun == "lfo_rate"
        else value
        for value in values
    ]
    return moved, []


def _lfos(tokens: Sequence[Token]) -> list[int]:
    every = [at for at, token in enumerate(tokens) if token.norm in ("lfo", "lfos")]
    return [at for at in every if not is_denied(tokens, at)]


def _target_of(at: int, tokens: Sequence[Token]) -> int | None:
    """Where the target of the LFO at `at` stands, behind it ("LFO on the filter") or before ("filter by an LFO").

    Between them stand words of its rate, and one that says that it moves something at least.
    """
    for step, moves in ((1, words("moves")), (-1, words("moved_by"))):
        place, linked = at + step, False
        while 0 <= place < len(tokens) and abs(place - at) <= _MOST_BETWEEN:
            token = tokens[place]
            if linked and token.norm in _TARGETS.keys() | _NEVER:
                return place
            if token.norm in moves and token.norm not in _ABOUT_ITS_RATE:
                linked = linked or token.norm not in ("the", "a", "=", ":", "-")
            elif token.kind != "number" and token.norm not in _ABOUT_ITS_RATE:
                break
            place += step
    return None

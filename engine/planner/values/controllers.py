"""What the mod wheel and the velocity are to move: "mod wheel adds vibrato", "cutoff follows velocity"."""

from collections.abc import Sequence

from engine.planner.text import Token
from engine.planner.values.grammar import words
from engine.planner.values.said import Said

_WHEELS = (("modulation", "wheel"), ("mod", "wheel"), ("modwheel",), ("wheel",), ("mw",))
_PLAYS = ("play", "hit", "press", "strike", "dig")
_VELOCITIES = (
    ("key", "velocity"),
    ("note", "velocity"),
    ("velocity",),
    ("velocities",),
    ("velo",),
    ("vel",),
    *(("how", how, who, verb) for how in ("hard", "loud") for who in ("i", "you", "we") for verb in _PLAYS),
    *(("harder", who, verb) for who in ("i", "you", "we") for verb in _PLAYS),
    *((verb, "harder") for verb in ("play", "playing", "hit", "hitting", "played", "pressing", "strike")),
    *((verb, what, "harder") for verb in ("hit", "play", "hitting", "playing") for what in ("it", "them")),
    *((verb, "the", "keys", "harder") for verb in ("hit", "play", "hitting", "press", "strike")),
    *(("harder", what) for what in ("hits", "notes", "playing", "keys", "strikes", "touch", "velocity")),
    ("hard", "hits"),
    ("playing", "strength"),
)
"""How people say that it is the velocity."""
_TARGETS = {
    **dict.fromkeys(("vibrato", "vib"), "vibrato"),
    **dict.fromkeys(
        ("filter", "filters", "cutoff", "brightness", "bright", "brighter", "brightens", "tone"), "cutoff"
    ),
    **dict.fromkeys(("tremolo", "trem"), "tremolo"),
    **dict.fromkeys(("reverb", "space"), "reverb"),
    **dict.fromkeys(("distortion", "drive", "grit", "dirt", "grittier", "dirtier", "overdrive"), "distortion"),
    **dict.fromkeys(("volume", "level", "loudness", "loud", "louder", "amplitude", "dynamics", "amp"), "level"),
    **dict.fromkeys(("resonance", "reso"), "resonance"),
    **dict.fromkeys(("attack",), "attack"),
}
_MOST_BETWEEN = 5
_NOTHING_DONE = {"effect", "influence", "impact", "function", "role", "sensitivity"}
_TAKEN_BACK = words("corrections") | {"no"}


def controllers(tokens: Sequence[Token]) -> list[Said]:
    """At most one target of each control: the first, or the one that sets it right."""
    found = (_of(tokens, _WHEELS, "wheel_target"), _of(tokens, _VELOCITIES, "velocity_target"))
    return [one for said in found for one in _set_right(tokens, said)[:1]]


def _set_right(tokens: Sequence[Token], said: list[Said]) -> list[Said]:
    """ "Velocity to attack... nah, velocity to level"."""
    while len(said) > 1 and {t.norm for t in tokens[said[0].last + 1 : said[1].first]} & _TAKEN_BACK:
        said = said[1:]
    return said


def _of(tokens: Sequence[Token], names: Sequence[tuple[str, ...]], noun: str) -> list[Said]:
    found = []
    at = 0
    while at < len(tokens):
        name = next((n for n in names if tuple(t.norm for t in tokens[at : at + len(n)]) == n), None)
        if name is None:
            at += 1
            continue
        last = at + len(name) - 1
        found += _target(tokens, at, last, noun)
        at = last + 1
    return found


def _target(tokens: Sequence[Token], first: int, last: int, noun: str) -> list[Said]:
    if off := _switched_off(tokens, first, last):
        used = tuple(range(*off))
        return [Said(noun, "none", "word", used, used[0], used[-1])]
    for step, between in ((1, words("moves")), (-1, words("moved_by"))):
        at = (last if step > 0 else first) + step
        count = 0
        while 0 <= at < len(tokens) and tokens[at].norm in between and count < _MOST_BETWEEN:
            at, count = at + step, count + 1
        beside = count or (noun == "wheel_target" and step > 0)  # "mod wheel vibrato"
        if 0 <= at < len(tokens) and beside and tokens[at].norm in _TARGETS:
            further = _second(tokens, at, step)
            targets = dict.fromkeys(_TARGETS[tokens[place].norm] for place in (at, *further))
            used = tuple(range(min(first, at, *further), max(last, at, *further) + 1))
            return [Said(noun, " and ".join(targets), "word", used, used[0], used[-1])]
    return []


def _second(tokens: Sequence[Token], at: int, step: int) -> tuple[int, ...]:
    """Where a control's second job stands, if it has one: "mod wheel to vibrato and cutoff"."""
    place = at + step
    if not 0 <= place < len(tokens) or tokens[place].norm not in ("and", "&", "+"):
        return ()
    place += step
    while 0 <= place < len(tokens) and tokens[place].norm in ("the", "also", "more", "adds", "opens", "some", "a"):
        place += step
    after = tokens[place + 1] if place + 1 < len(tokens) else None
    if not 0 <= place < len(tokens) or tokens[place].norm not in _TARGETS or (after and after.kind == "number"):
        return ()
    return (place,)


def _switched_off(tokens: Sequence[Token], first: int, last: int) -> tuple[int, int] | None:
    """The tokens of "no velocity sensitivity", "velocity off"; the end is exclusive."""
    end = last + 1
    while end < len(tokens) and tokens[end].norm in words("about_a_control"):
        end += 1
    rest = [token.norm for token in tokens[end : end + 5]]
    if "no" in rest and "effect" in rest[rest.index("no") :]:
        return first, end + rest.index("effect") + 1
    if rest[1:3] == ["not", "matter"] or (rest[:1] and _is_negation(rest[0]) and rest[1:2] == ["matter"]):
        return first, end + rest.index("matter") + 1
    if [token.norm for token in tokens[max(first - 2, 0) : first]] == ["no", "matter"]:
        return first - 2, end
    nothing = next((n for n, word in enumerate(rest) if word in ("anything", "nothing")), None)
    if nothing is not None and (rest[nothing] == "nothing" or any(_is_negation(word) for word in rest[:nothing])):
        return first, end + nothing + 1
    without = next((n for n, word in enumerate(rest[:2]) if word in ("without", "no")), None)
    if without is not None and set(rest[without + 1 : without + 4]) & _NOTHING_DONE:
        return first, end + without + 1 + next(
            n for n, w in enumerate(rest[without + 1 :]) if w in _NOTHING_DONE
        ) + 1
    if first and tokens[first - 1].norm in words("without"):
        return first - 1, end
    nothing_on_it = _nothing_on(tokens, first)
    if nothing_on_it is not None:
        return nothing_on_it, end
    if end < len(tokens) and tokens[end].norm in words("moves_nothing"):
        return first, end + 1
    return None


def _nothing_on(tokens: Sequence[Token], first: int) -> int | None:
    """Where it begins to say that a control moves nothing: "nothing on the mod wheel"."""
    at = first - 1
    while at >= 0 and tokens[at].norm in ("the", "my", "a"):
        at -= 1
    if at < 1 or tokens[at].norm not in ("on", "to", "by", "from", "of"):
        return None
    if tokens[at - 1].norm in ("nothing", "independent", "regardless", "insensitive"):
        return at - 1
    if tokens[at - 1].norm not in words("answers_to") or at < 2:
        return None
    return at - 2 if tokens[at - 2].norm in ("no", "not", "without") or _is_negation(tokens[at - 2].norm) else None


def _is_negation(word: str) -> bool:
    return word == "not" or word.endswith("n't")

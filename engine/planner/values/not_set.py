"""Values that are understood and not set: the prompt says not to, they are of one part, or a later one rules."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.planner.text import Token
from engine.planner.values.grammar import BARRIERS, words
from engine.planner.values.meaning import ends, norm
from engine.planner.values.nouns import NounAt
from engine.planner.values.numbers import Number, too_large
from engine.planner.values.said import Said
from engine.set_values import told

NEVER = ("don't", "dont", "never", "not", "shouldn't", "mustn't", "can't", "cannot", "won't", "doesn't")
"""Words by which a prompt says not to do something."""
_TOLD_NOT_TO = "the prompt says not to"
_OSCILLATORS = ("osc", "oscillator", "vco", "dco")
_OF_ONE_OSCILLATOR = "a prompt transposes the whole sound, not one of its oscillators"
_ENVELOPES = ("env", "envelope", "eg")
_OF_OTHER_ENVELOPES = "only the amplitude's envelope takes times and levels from a prompt"
_PARTS_OF_ENVELOPES = ("attack", "decay", "sustain", "release")
_ORDINALS = ("second", "third", "2nd", "3rd")
_ONE_OF = (*_ORDINALS, "first", "other", "sub")
_ONE_FILTER = "a prompt sets one filter, and a later phrase sets it to"
_REACH, _FAR_REACH = 6, 20


def negative(number: Number, noun: NounAt) -> tuple[Said, str]:
    """A number below zero of what can't be, with the reason: "attack -10 ms"."""
    first, last = min(number.first, noun.first), max(number.last, noun.last)
    why = "a time can't be negative" if number.unit == "s" else "it can't be negative"
    of_envelope = noun.noun.gives.get("s") in _PARTS_OF_ENVELOPES and not noun.noun.keeps
    used = range(first, last + 1) if of_envelope else range(number.first, number.last + 1)
    return Said("cannot", 0.0, "", tuple(used), first, last), why


def out_of_reach(tokens: Sequence[Token]) -> list[tuple[Said, str]]:
    """Numbers that are beyond any value, with the reason."""
    return [
        (Said("cannot", 0.0, "", tuple(used), *ends(used)), "no value of Vital goes that far")
        for used in too_large(tokens)
    ]


def told_not_to(tokens: Sequence[Token], said: Said) -> bool:
    """Whether the prompt says not to set a value: "don't set the attack to 10 ms", "do not filter below 500 Hz".

    "Don't make the attack longer than 10 ms" says on which side it is to lie: that is a value.
    """
    if said.silent:
        return False
    for at in range(said.first - 1, max(said.first - 1 - _REACH, -1), -1):
        if norm(tokens, at) in NEVER:
            break
        if norm(tokens, at) in BARRIERS | words("excepting"):
            return False
    else:
        return False
    asked = norm(tokens, at - 1) == "why" or norm(tokens, at + 1) == "you"  # "why don't you set it to 10 ms?"
    between = {token.norm for token in tokens[at + 1 : said.first]}
    until = {token.norm for token in tokens[at + 1 : said.last + 1]}
    outright = norm(tokens, at) != "not" or norm(tokens, at - 1) in words("auxiliaries")
    if outright and not between and norm(tokens, said.first) in words("values_as_verbs"):
        return not asked
    return not asked and bool(between & words("setting")) and not until & words("sides")


def of_one_part(tokens: Sequence[Token], said: Said) -> tuple[Said, str] | None:
    """A transposition of one oscillator, or a part of another envelope than the amplitude's, with the reason."""
    if said.noun == "transpose":
        owner = _oscillator_of(tokens, said)
        return None if owner is None else (_with(tokens, said, owner), _OF_ONE_OSCILLATOR)
    if said.noun in _PARTS_OF_ENVELOPES:
        owner = _envelope_of(tokens, said)
        return None if owner is None else (_with(tokens, said, owner), _OF_OTHER_ENVELOPES)
    return None


def _with(tokens: Sequence[Token], said: Said, owner: range) -> Said:
    """The value with the words that name what it is of, if no other value stands in between."""
    if any(token.kind == "number" for token in tokens[owner[-1] + 1 : said.first]):
        return said
    used = tuple(sorted({*said.tokens, *owner}))
    return replace(said, tokens=used, first=min(said.first, owner[0]), last=max(said.last, owner[-1]))


def _named(tokens: Sequence[Token], at: int, names: Sequence[str], least: int) -> range | None:
    """The tokens of one of several, such as "osc 2", "osc2" or "second oscillator", if they end at `at`."""
    word = norm(tokens, at)
    numbers = [str(number) for number in range(least, 7)]
    if word in numbers and norm(tokens, at - 1) in names:
        return range(at - 1, at + 1)
    if word[-1:] in numbers and word[:-1] in names:
        return range(at, at + 1)
    ordinals = _ONE_OF if least == 1 else _ORDINALS
    return range(at - 1, at + 1) if word in names and norm(tokens, at - 1) in ordinals else None


def _oscillator_of(tokens: Sequence[Token], said: Said) -> range | None:
    for at in range(said.first, max(said.first - _REACH, -1), -1):
        owner = _named(tokens, at, _OSCILLATORS, 1)
        if owner is not None:
            return owner
        if at < said.first and norm(tokens, at) in BARRIERS - {"/", "|"}:
            break
    if norm(tokens, said.last + 1) not in ("on", "for", "of", "in"):
        return None
    places = range(said.last + 2, said.last + 5)
    return next((owner for at in places if (owner := _named(tokens, at, _OSCILLATORS, 1))), None)


def _envelope_of(tokens: Sequence[Token], said: Said) -> range | None:
    """The other envelope whose part a value is; what follows a colon goes on past commas."""
    parted = False
    for at in range(said.first, max(said.first - _FAR_REACH, -1), -1):
        owner = _named(tokens, at, _ENVELOPES, 2)
        if owner is not None:
            return owner if not parted or norm(tokens, at + 1) in (":", "(") else None
        if norm(tokens, at) in (*_ENVELOPES, *_AMPLITUDES) or norm(tokens, at) in BARRIERS - {",", "/", "and"}:
            return None
        parted = parted or norm(tokens, at) in (",", "and")
    return None


_AMPLITUDES = ("amp", "amplitude", "volume", "env1")


def overruled(before: Said, after: Said, nouns: Sequence[NounAt]) -> tuple[Said, str]:
    """The value that a later one of its noun takes the place of, and what of it is told."""
    now = told(after.noun, after.value, after.unit)
    types = [_filter_of(one, nouns) for one in (before, after)]
    other = before.noun == "cutoff" and all(types) and types[0] != types[1]
    return before, f"{_ONE_FILTER} {now}" if other else f"overruled by {now}"


def _filter_of(said: Said, nouns: Sequence[NounAt]) -> str:
    """The type of the filter that a cutoff was said of; empty if none was named."""
    inside = (one.noun.filter_type for one in nouns if said.first <= one.first and one.last <= said.last)
    return next((kind for kind in inside if kind), "")


def apart(
    tokens: Sequence[Token], values: Sequence[Said], nouns: Sequence[NounAt]
) -> tuple[list[Said], list[tuple[Said, str]]]:
    """The values that are set, the last of each noun, and those that aren't, each with the reason."""
    cannot: list[tuple[Said, str]] = []
    may_be = []
    for said in values:
        part = of_one_part(tokens, said)
        if part is None and told_not_to(tokens, said):
            part = said, _TOLD_NOT_TO
        if part is None:
            may_be.append(said)
        else:
            cannot.append(part)
    by_noun: dict[str, Said] = {}
    for said in sorted(may_be, key=lambda value: (value.last, value.tokens[0])):
        before = by_noun.get(said.noun)
        taken_back = before is not None and not (before.silent or said.silent) and before.unit != "word"
        if before is not None and taken_back and before.value != said.value:
            cannot.append(overruled(before, said, nouns))
            by_noun[said.noun] = _past(before, said)
        else:
            both = before is not None and taken_back
            by_noun[said.noun] = replace(said, tokens=_both(before, said)) if before and both else said
    return sorted(by_noun.values(), key=lambda value: value.tokens[0]), list(_once(cannot))


def _past(before: Said, after: Said) -> Said:
    """What sets a value right without the words of what it takes back: "30 ms" of "attack 10 ms, wait, 30 ms"."""
    own = tuple(at for at in after.tokens if at > before.last)
    return replace(after, tokens=own, first=own[0]) if own else after


def _both(before: Said, after: Said) -> tuple[int, ...]:
    """The tokens of what is said twice are no words the first time either."""
    return tuple(sorted({*before.tokens, *after.tokens}))


def _once(cannot: Sequence[tuple[Said, str]]) -> Iterator[tuple[Said, str]]:
    """Each span once, in the order of the text: "everything below 500 Hz" is a type of filter and a cutoff."""
    spans = set()
    for said, why in sorted(cannot, key=lambda row: row[0].first):
        if (said.first, said.last) not in spans:
            yield said, why
        spans.add((said.first, said.last))

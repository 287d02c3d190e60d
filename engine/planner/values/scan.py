"""The values that a text asks for: numbers bound to their nouns, turns of phrase, and values that are words."""

from collections.abc import Sequence

from engine.planner.text import Token
from engine.planner.values import filter_phrases, phrases, pitch_phrases, sharing
from engine.planner.values.binding import bind, gives
from engine.planner.values.bounds import on_its_side
from engine.planner.values.controllers import controllers
from engine.planner.values.lfo_targets import with_lfo_targets
from engine.planner.values.meaning import said_again, said_alone, said_by
from engine.planner.values.meant import numbers_meant
from engine.planner.values.not_set import apart, negative, out_of_reach
from engine.planner.values.nouns import NounAt, nouns_in
from engine.planner.values.numbers import Number
from engine.planner.values.said import Said, Scan
from engine.planner.values.slopes import slopes
from engine.planner.values.words import filter_types, legato, waveform, width_in_words, without_glide
from engine.planner.words import lexicon


def scan(text: str, tokens: Sequence[Token]) -> Scan:
    """Every value that `text` asks for, one a noun (the last one said), with the tokens it is made of."""
    found = [*phrases.envelopes(text, tokens), *controllers(tokens), *pitch_phrases.octaves_and_more(tokens)]
    cannot = [*filter_phrases.mono_below(tokens), *pitch_phrases.sweeps(tokens), *out_of_reach(tokens)]
    taken = {at for one in (*found, *(said for said, _ in cannot)) for at in one.tokens}
    free = [one for one in numbers_meant(tokens) if not taken & set(_of(one)) and not _a_name(tokens, one)]
    counted = [
        *phrases.in_and_out(tokens, free),
        *filter_phrases.bands(tokens, free),
        *phrases.notes_at_once(tokens, free),
    ]
    found += counted
    steep, too_steep = slopes(tokens, free, nouns_in(text, tokens, {at for one in free for at in _of(one)}))
    found += steep
    cannot += too_steep
    unseen = {at for one in (*steep, *(said for said, _ in too_steep)) for at in one.tokens}
    used = {at for one in counted for at in one.tokens} | unseen
    free = [one for one in free if not used & set(_of(one))]
    numbered = {at for one in free for at in _of(one)}
    nouns = [one for one in nouns_in(text, tokens, numbered) if _is_free(one, taken, found)]
    found += filter_phrases.cutoff_at_a_note(tokens, nouns)
    bound = bind(tokens, free, nouns, unseen)
    counts_notes = any(
        noun is not None and gives(noun, number) == "polyphony" for number, noun in zip(free, bound, strict=True)
    )
    for written, noun in zip(free, bound, strict=True):
        number = on_its_side(tokens, written)
        said = said_by(tokens, number, noun) if noun else said_alone(tokens, number, counts_notes=counts_notes)
        if noun is None:
            said = said_again(tokens, number, found, free) or said
        if said is None:
            cannot += [negative(written, noun)] if noun is not None and _below_zero(written) else []
            continue
        if noun is not None and noun.noun.cannot:
            cannot.append((said, noun.noun.cannot))
        else:
            found.append(said)
            found += sharing.shared(tokens, number, noun, nouns, [one for one in bound if one is not None])
    if not any(one.noun == "cutoff" for one in found):
        unbound = [one for one, noun in zip(free, bound, strict=True) if noun is None]
        found += filter_phrases.filter_at(
            tokens, unbound, nouns, typed=any(one.noun == "filter_type" for one in found)
        )
    found += phrases.without(tokens, nouns, {at for one in found for at in one.tokens})
    found += phrases.in_full(tokens, nouns, {at for one in found for at in one.tokens})
    found += phrases.tempo_in_words(tokens)
    found += sharing.the_same(tokens, nouns, found)
    found += pitch_phrases.intervals(tokens, {at for one in found for at in one.tokens})
    found += filter_types(tokens, nouns)
    found += [*waveform(tokens), *legato(tokens), *without_glide(tokens), *width_in_words(tokens)]
    found, never = with_lfo_targets(tokens, found)
    found, not_set = apart(tokens, found, nouns)
    return Scan(tuple(found), (*cannot, *never, *not_set))


def _below_zero(number: Number) -> bool:
    return isinstance(number.value, float) and number.value < 0


def _of(number: Number) -> range:
    """The tokens of a number."""
    return range(number.first, number.last + 1)


def _is_free(noun: NounAt, taken: set[int], values: Sequence[Said]) -> bool:
    """Whether a noun may have a number; the vibrato that a wheel brings in has a rate of its own."""
    brought = noun.noun.gives.get("Hz", "").removesuffix("_rate") in [
        value.value for value in values if value.unit == "word"
    ]
    return brought or not taken & set(range(noun.first, noun.last + 1))


def _a_name(tokens: Sequence[Token], number: Number) -> bool:
    """Whether the number is what a thing is called: an 808 is no attack of 808 ms."""
    known = lexicon().phrases
    if number.unit == "s" and tokens[number.last].norm == "s" and tokens[number.last].glued:
        return tuple(token.norm for token in tokens[number.first : number.last + 1]) in known  # "808s"
    token = tokens[number.last]
    return number.unit == "bare" and token.kind == "number" and (token.norm,) in known

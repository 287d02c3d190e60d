"""What is denied by words that the grammar of `engine.planner.read` doesn't reach.

"No reverb" is read from left to right. Here is what stands behind its noun ("reverb off", "delay: none", "reverb
and chorus disabled"), verbs that deny a part of a sound on either side ("cut the reverb", "treble cut"), and nouns
that somebody has had enough of ("I hate pads, give me a pluck").
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.planner.bind import Bindings
from engine.planner.match import STOP, UNKNOWN, Item
from engine.planner.values.grammar import words
from engine.planner.words import Effect, Entry, Lexicon

NO = Entry("negator", (), 1.0, "no")
ZERO = "zero"
_ARTICLES = frozenset(
    {"a", "an", "the", "any", "all", "that", "this", "those", "these", "its", "my", "your", "some", "both"}
)
_FILLERS = _ARTICLES | {
    "kind", "type", "style", "sort", "sound", "sounds", "synth", "synths", "typical", "such", "usual", "standard",
    "every", "hear", "hearing", "make", "making", "using", "classic", "basic", "other", "patch", "preset",
    "presets", "same", "another", "to",
}  # fmt: skip
"""Words that may stand between a dislike and its noun."""
_ENDS = ("comma", "boundary", "joiner", "preposition", "idiom")
_DESCRIBE = ("quality", "scene", "brand")
_NAME = ("sound", "feature")
_FULLY = frozenset({"completely", "totally", "absolutely", "fully"})
_EXCEPT = frozenset({"except", "except for", "apart from", "other than", "besides", "but"})
_PARTICLES = ("off", "out")
"""Words of denial that say nothing where they deny nothing."""
_OUT = ("out", "out of")
_TAKE = ("leave", "leaving", "take", "taking", "keep", "keeping", "get", "getting", "pull", "throw", "filter")
_IT = ("it", "them", "those", "that")
_NONE_OF_IT = ("so none", "so none of that", "so none of it", "none of that", "none of it")
"""What is said of a part that was named before."""
_IT_REACH = 16
"""Items between an effect and the "it" that stands for it."""
_SUBS, _SUB_OSCILLATOR = ("sub", "subs"), ("sub", "oscillator")
"""A sub that is switched on is a part, and no kind of bass."""
_SWITCHES = ("turn", "switch", "leave", "put", "take", "have", "keep")
_NO_EFFECTS = ("no", "effects")
"""The phrase of the lexicon that says what "effects off" gives."""
_DASHES = ("-", "–", "—")
"""Between a part and what is said of it: "delay - off"."""
_OPENS = ("comma", "boundary", "joiner", "colon")
_VERB_REACH = 4
"""Items between a verb and the part that it takes away: "cut all the long reverb"."""


def deny(items: Sequence[Item], lexicon: Lexicon) -> tuple[list[Item], Bindings]:
    """The items with verbs of denial as plain negators, and which items are denied by what stands elsewhere."""
    found, bound = list(items), Bindings()
    for index, item in enumerate(found):
        if _takes_away(found, index, lexicon) or _heads_a_list(found, index, lexicon):
            found[index] = replace(item, entry=NO)
    for index in range(len(found)):
        _behind(found, index, lexicon, bound)
        _denied_again(found, index, lexicon, bound)
        _examples(found, index, lexicon, bound)
        _it_denied(found, index, lexicon, bound)
    for index, item in enumerate(found):
        if item.section == "dislike" or _enough(found, index):
            _disliked(found, index, bound)
        elif item.section == "negator" and item.entry.name == "no":
            _kind_denied(found, index, bound)
    return [_settled(item, index, bound) for index, item in enumerate(found)], bound


def denies_all(item: Item, negator: str, lexicon: Lexicon) -> bool:
    """Whether it says that there are to be no effects at all."""
    if item.word in lexicon.denials["everything"]:
        return negator == "no"
    return item.entry is lexicon.phrases.get(_NO_EFFECTS)


def all_effects(items: Sequence[Item], index: int, lexicon: Lexicon) -> tuple[Effect, ...]:
    """What "no effects" gives; where one is excepted ("no effects except reverb"), it says nothing of the space."""
    effects = lexicon.phrases[_NO_EFFECTS].effects if _NO_EFFECTS in lexicon.phrases else ()
    if any(item.word in _EXCEPT for item in items[index + 1 :]):
        return tuple(effect for effect in effects if effect.kind != "axis")
    return effects


def _settled(item: Item, index: int, bound: Bindings) -> Item:
    """A word of denial that denies nothing here is a word like others."""
    if item.section in ("denial", "dislike"):
        return replace(item, entry=STOP if index in bound.absorbed or item.word in _PARTICLES else UNKNOWN)
    return item


def _takes_away(items: Sequence[Item], index: int, lexicon: Lexicon) -> bool:
    """Whether it is a verb before the part that it takes away: "cut the reverb"."""
    if items[index].word not in lexicon.denials["verbs"]:
        return False
    for item in items[index + 1 : index + 1 + _VERB_REACH]:
        if _can_be_off(item, lexicon):
            return True
        if item.section not in ("degree", "quality") and not (item.section == "stop" and item.word in _FILLERS):
            return False
    return False


def is_part(item: Item, lexicon: Lexicon) -> bool:
    """Whether it names a part of a sound: an effect, or a noun such as the sub of a bass."""
    return item.section == "feature" or item.word in lexicon.denials["parts"]


def _can_be_off(item: Item, lexicon: Lexicon) -> bool:
    """Whether it names a part of a sound or one of its properties."""
    all_of_them = item.word in lexicon.denials["everything"]
    return is_part(item, lexicon) or all_of_them or item.section in ("quality", "target")


def _heads_a_list(items: Sequence[Item], index: int, lexicon: Lexicon) -> bool:
    """Whether a word of denial says it of the list behind it: "off: reverb, delay"."""
    after = [item.section for item in items[index + 1 : index + 2]]
    first = not index or items[index - 1].section in ("comma", "boundary")
    denies = items[index].word in lexicon.denials["after"] and items[index].word not in lexicon.denials["enabled"]
    return items[index].section == "denial" and denies and first and after == ["colon"]


def _denied_again(items: Sequence[Item], index: int, lexicon: Lexicon, bound: Bindings) -> None:
    """ "Reverb off. Delay: ditto": what is said of the part before is said of this one."""
    if items[index].word not in lexicon.denials["again"]:
        return
    noun = index - 1
    while noun >= 0 and items[noun].section in ("colon", "comma"):
        noun -= 1
    if noun < 0 or not is_part(items[noun], lexicon):
        return
    before = [place for place in range(noun) if is_part(items[place], lexicon)]
    if not before:
        return
    if before[-1] in bound.denied:
        bound.denied.add(noun)
    bound.absorbed.add(index)
    bound.cover(noun, index)


def _examples(items: Sequence[Item], index: int, lexicon: Lexicon, bound: Bindings) -> None:
    """Denies the effects that are named as examples: "no effects like chorus or reverb", "no effects (delay)"."""
    item = items[index]
    if not (item.word in lexicon.denials["everything"] or item.entry is lexicon.phrases.get(_NO_EFFECTS)):
        return
    denied = item.entry is lexicon.phrases.get(_NO_EFFECTS) or any(
        one.section == "negator" and one.entry.name == "no" for one in items[max(index - 4, 0) : index]
    )
    if not denied:
        return
    place, introduced = index + 1, False
    while place < len(items) and (
        items[place].word in words("introducing") or items[place].section in ("comma", "colon")
    ):
        introduced = introduced or items[place].section != "comma" or items[place].word in ("(", "-", "–", "—")
        place += 1
    closed = False
    while introduced and place < len(items) and (is_part(items[place], lexicon) or _goes_on(items[place])):
        if is_part(items[place], lexicon):
            if place + 1 < len(items) and items[place + 1].section == "value":
                break  # "no effects such as delay or chorus, vibrato 6 Hz"
            bound.denied.add(place)
            if closed:
                break
        closed = closed or items[place].section == "joiner"
        place += 1


def _goes_on(item: Item) -> bool:
    return item.section in ("comma", "joiner") or item.word in _ARTICLES


def _it_denied(items: Sequence[Item], index: int, lexicon: Lexicon, bound: Bindings) -> None:
    """ "The director finds reverb muddy, so skip it": the part that was named last is denied."""
    verb = items[index]
    if verb.section != "negator" or verb.entry.name != "no" or index + 1 >= len(items):
        return
    after = items[index + 2] if index + 2 < len(items) else None
    ends = after is None or after.section in ("comma", "boundary") or after.word in words("after_it")
    of_it = verb.word == "no" or items[index + 1].word not in ("it", "that", "them", "those", "this")
    noun = None if of_it or not ends else _named_before(items, index, lexicon)
    if noun is not None:
        bound.denied.add(noun)
        bound.absorbed.update((index, index + 1))
        bound.cover(noun, index + 1)


def _named_before(items: Sequence[Item], index: int, lexicon: Lexicon) -> int | None:
    """The effect that "it" stands for: the last that was named in this breath or the one before."""
    ended = 0
    for place in range(index - 1, max(index - 1 - _IT_REACH, -1), -1):
        ended += items[place].section == "boundary" and items[place].word in (".", "!", "?", ";")
        if ended > 1:
            return None
        if items[place].section == "feature":
            return place
    return None


def _forbidden(items: Sequence[Item], noun: int) -> int | None:
    """Where it says that the part is never to be off, right before the verb that would turn it off."""
    for place in range(max(noun - _VERB_REACH, 0), noun):
        verb = items[place + 1].word if place + 1 < noun else ""
        if items[place].section == "negator" and items[place].entry.name == "not" and verb in _SWITCHES:
            return place
    return None


def _behind(items: list[Item], index: int, lexicon: Lexicon, bound: Bindings) -> None:
    """A word of denial, or one that affirms, behind a part of a sound."""
    item = items[index]
    on = item.word in lexicon.denials["enabled"]
    if not (on or _denies(items, index, lexicon)):
        return
    noun = _part_before(items, index, lexicon)
    if noun is None or noun in bound.absorbed:
        return
    if not _closed(items, index, firmly=item.section != "denial" or on) and not _taken(items, noun, item):
        return
    if item.word in _OUT and not is_part(items[noun], lexicon):
        return  # "delay out", but "wide out there"
    bound.absorbed.update(range(_said_from(items, noun, index), index + 1))
    never = None if on else _forbidden(items, noun)
    if never is not None:  # "never turn the reverb off"
        items[never] = replace(items[never], entry=STOP)
    for place in () if on or never is not None else _listed(items, noun, lexicon):
        bound.denied.add(place)
    if on and items[noun].word in _SUBS:
        items[noun] = replace(items[noun], entry=lexicon.phrases[_SUB_OSCILLATOR])
    bound.cover(noun, index)


def _said_from(items: Sequence[Item], noun: int, index: int) -> int:
    """Where what is said of a part begins: right behind it, or past other things at "it" or "that"."""
    between = range(noun + 1, index)
    if all(items[place].section not in (*_NAME, *_DESCRIBE) for place in between):
        return noun + 1
    return next((place for place in reversed(between) if items[place].word in _IT), index)


def _denies(items: Sequence[Item], index: int, lexicon: Lexicon) -> bool:
    item = items[index]
    if item.word == "out of":
        return True
    if item.section == "negator":
        return item.entry.name == "no" or item.word == "never"
    if item.word == "0":
        return index + 1 == len(items) or items[index + 1].word != "%"
    return item.word in lexicon.denials["after"] or item.word in lexicon.denials["verbs"]


def _part_before(items: Sequence[Item], index: int, lexicon: Lexicon) -> int | None:
    referred = items[index].word in _NONE_OF_IT
    for place in range(index - 1, -1, -1):
        item = items[place]
        referred = referred or item.word in _IT
        if referred and item.section in ("comma", "boundary"):
            continue  # "with reverb. Turn it off."
        if _can_be_off(item, lexicon) and (place != index - 1 or item.word not in lexicon.denials["links"]):
            return place
        linked = item.word in lexicon.denials["links"] or item.word in _FULLY
        if item.section != "colon" and item.word not in _DASHES and not linked and item.word != "?":
            return _named_before(items, place, lexicon) if referred else None
    return None


def _closed(items: Sequence[Item], index: int, *, firmly: bool) -> bool:
    """Whether the word ends there: "zero" of "reverb zero, wide" does, that of "reverb, zero delay" goes on."""
    follows = items[index + 1] if index + 1 < len(items) else None
    if follows is None or follows.section in _ENDS or follows.word == "please":
        return True
    return not firmly and not (follows.section == "stop" and follows.word in _ARTICLES)


def _taken(items: Sequence[Item], noun: int, particle: Item) -> bool:
    """Whether a verb before the noun takes it away: "take the noise out of the pad"."""
    return particle.word in _OUT and any(item.word in _TAKE for item in items[max(noun - 3, 0) : noun])


def _listed(items: Sequence[Item], noun: int, lexicon: Lexicon) -> Iterator[int]:
    """The noun and those before it in its list: "reverb, delay and chorus off".

    Commas alone carry the denial only through a list that nothing introduces: in "with reverb, delay off" the
    reverb stays.
    """
    yield noun
    by_comma: list[int] = []
    joined, place = False, noun - 1
    while True:
        place = _past_articles(items, place)
        link = items[place] if place >= 0 else None
        if link is None or link.section not in ("comma", "joiner"):
            break
        before = place - 1
        if before >= 0 and items[before].section == "comma":
            before -= 1
        if before < 0 or not _lists(items[before], lexicon):
            break
        joined = joined or link.section == "joiner" or link.word == "/"
        if joined:
            yield before
        else:
            by_comma.append(before)
        place = before - 1
    if by_comma and (place < 0 or items[place].section in _OPENS):
        yield from by_comma


def _past_articles(items: Sequence[Item], place: int) -> int:
    while place >= 0 and items[place].section == "stop" and items[place].word in _ARTICLES:
        place -= 1
    return place


def _lists(item: Item, lexicon: Lexicon) -> bool:
    """Whether it is a noun that can stand in a list of effects: no "filtered" and no "saw"."""
    wants = any(effect.kind == "want" for effect in item.entry.effects)
    return is_part(item, lexicon) and wants and not item.word.endswith(("ed", "ing"))


def _enough(items: Sequence[Item], index: int) -> bool:
    """ "Enough pads", and not "dark enough pads"."""
    if items[index].word != "enough" or index + 1 >= len(items):
        return False
    before = items[index - 1].section if index else "boundary"
    return items[index + 1].section == "sound" and before in ("boundary", "comma", "stop")


def _disliked(items: Sequence[Item], index: int, bound: Bindings) -> None:
    """Denies the nouns of what is disliked; what describes them says nothing of the sound that is wanted.

    Without a noun ("I don't like harsh sounds") what describes is denied.
    """
    places = list(_phrase(items, index)) or _referred(items, index)
    if not places:
        return
    bound.absorbed.add(index)
    named = [place for place in places if items[place].section in _NAME]
    for place in places:
        if place in named or not named:
            bound.denied.add(place)
            bound.cover(place, index)
        else:
            bound.absorbed.add(place)


def _referred(items: Sequence[Item], index: int) -> list[int]:
    """What "it" stands for in "Reverb? Hate it": what was named right before."""
    if index + 1 >= len(items) or items[index + 1].word not in _IT:
        return []
    before = next(
        (n for n in range(index - 1, -1, -1) if items[n].section not in ("boundary", "stop", "comma")), -1
    )
    if before >= 0 and items[before].section in _NAME and before >= index - 3:
        return [before]
    ended = index + 2 >= len(items) or items[index + 2].section in ("boundary", "comma")
    return _part_of_the_thought(items, index) if ended else []


def _part_of_the_thought(items: Sequence[Item], index: int) -> list[int]:
    """The effect that was named last in the same breath: "I keep hearing reverb in basses and I hate it"."""
    for place in range(index - 1, -1, -1):
        if items[place].section == "boundary":
            break
        if items[place].section == "feature":
            return [place]
    return []


def _phrase(items: Sequence[Item], index: int) -> Iterator[int]:
    """Places of what gives something in the phrase behind `index`, through lists that `and` or `or` closes."""
    place, part = index + 1, False
    while place < len(items):
        item = items[place]
        if item.section in _DESCRIBE or item.section in _NAME:
            part = item.section == "feature"
            yield place
        elif item.section in ("comma", "joiner"):
            if not _list_goes_on(items, place):
                return
        elif item.section == "preposition":
            if item.entry.name not in ("with", "of", "like") or (part and item.entry.name == "with"):
                return  # "I hate reverb on basses" says nothing against a bass
        elif item.section != "degree" and not (item.section == "stop" and item.word in _FILLERS):
            return
        place += 1


def _list_goes_on(items: Sequence[Item], place: int) -> bool:
    after = place + 1
    while after < len(items) and (items[after].word in _ARTICLES or items[after].section in _DESCRIBE):
        after += 1
    if after >= len(items) or items[after].section not in _NAME:
        return items[place].section == "comma" and after < len(items) and items[after].section == "joiner"
    closed = after + 1 < len(items) and items[after + 1].section in ("joiner", "comma")
    return items[place].section == "joiner" or (closed and _list_goes_on(items, after + 1))


def _kind_denied(items: Sequence[Item], index: int, bound: Bindings) -> None:
    """In "no bright pads" the pads are denied, and nothing is said of how bright the sound is to be.

    Of many, that is: "no glide lead" is a lead without a glide.
    """
    place, described = index + 1, []
    while place < len(items) and (items[place].section in ("quality", "degree") or items[place].word in _ARTICLES):
        if items[place].section == "quality":
            described.append(place)
        place += 1
    if described and place < len(items) and items[place].section == "sound" and items[place].word.endswith("s"):
        bound.absorbed.update(described)
        bound.denied.add(place)
        bound.cover(place, index)

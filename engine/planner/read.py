"""From items to readings: what each word gives once degrees, comparison and negation have had their say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from engine.planner.bind import Bindings, bind
from engine.planner.deny import ZERO, all_effects, denies_all, deny, is_part
from engine.planner.foreign import translated
from engine.planner.languages import Language
from engine.planner.marks import with_signs
from engine.planner.match import Item, match
from engine.planner.shortened import in_full
from engine.planner.spelling import corrected
from engine.planner.terms import in_the_field
from engine.planner.text import Token
from engine.planner.values import Said, filter_type_of, scan, tokens_of
from engine.planner.values.grammar import words
from engine.planner.values.nouns import noun_words
from engine.planner.words import STYLES, Effect, Lexicon
from schemas.intent import RequestedValue

MAX_AXIS = 0.98
_DENIED = -0.5
_NONE = -0.9
"""On what a quality mainly means: "not moving" may be a little, "no movement" is none."""
_DENIED_SIDE = -0.2
_BANNED = -0.8
_BANNED_SIDE = -0.25
_CARRIED = frozenset({"space", "grit", "noise", "weight"})
"""Axes that live by their effects: without a distortion there is no grit, but width does without a chorus."""
_PARTS = frozenset({"sub", "arpeggio", "gate"})
"""Features that nouns of sounds name."""
_NOT_VERY = -0.4
_REVERSED_SIDE = 0.5
_LIKE_LEAN = 1.2
_OWN_NAME = 4.0
"""Weight of nouns that have a style's own name in them."""
_STYLE_NAMES = frozenset(style.casefold().removesuffix("s") for style in STYLES)
_OTHER_KIND = 0.6
"""How far a denied kind leans to its style all the same."""
_AN_LFO = frozenset({"lfo", "lfos"})
_NAMED_OTHERWISE = frozenset({"pitch", "amp", "volume"})
"""An LFO on the pitch is a vibrato, one on the level a tremolo."""
_SILENT = frozenset({"the", "type", ","})
"""What words without a meaning of their own are put into from other languages."""
_QUOTES = frozenset('"“”„«»')
_GIVING = frozenset({"quality", "feature", "sound", "scene", "brand", "quantity", "time", "value"})
_DESCRIBING = frozenset({"quality", "feature", "quantity", "time", "target", "value"})


ALL_EFFECTS = "no effects at all"
"""The rule of what switches off all effects and names none."""
VALUE = "value"
"""The rule of what a value gives: it is set, not asked of the words."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one item gave. `direct` tells words that describe from things that only suggest."""

    item: int
    start: int
    end: int
    effects: tuple[Effect, ...]
    rule: str
    direct: bool
    denied: bool
    read_as: str = ""
    """What the words were read as, if there is a slip in them."""


@dataclass(frozen=True, slots=True)
class Reader:
    """All that was read in one text."""

    text: str
    items: tuple[Item, ...]
    readings: tuple[Reading, ...]
    unused: tuple[tuple[int, int], ...]
    """Spans of content words that gave nothing."""
    values: tuple[RequestedValue, ...] = ()
    cannot: tuple[tuple[str, str], ...] = ()
    """Values that are understood and never set: their words, and the reason."""


@dataclass(frozen=True, slots=True)
class _Pending:
    """What words before the next understood one have said about it."""

    factor: float = 1.0
    reversal: float = 0.0
    negator: str = ""
    zero: bool = False
    first: int = -1
    carried: bool = False
    lists: bool = False
    """A colon opens a list of all that is denied: "no: reverb, delay"."""

    def since(self, index: int) -> int:
        return index if self.first < 0 else self.first


_NOTHING = _Pending()


def read(text: str, lexicon: Lexicon, spoken: Language | None = None) -> Reader:
    """Read a checked prompt, or a tag; `spoken` is the language it is in, if it isn't English."""
    said = in_full([token for token in tokens_of(text) if token.norm not in _QUOTES])
    tokens = with_signs(translated(text, said, spoken) if spoken else corrected(said, lexicon), lexicon)
    found = scan(text, tokens)
    items, denied = deny(in_the_field(match(tokens, lexicon, found)), lexicon)
    bound = bind(items, lexicon, denied)
    readings: list[Reading] = []
    used: set[int] = set(bound.absorbed)
    for index, covers, given, rule, negated in _walk(items, bound, lexicon):
        effects = _beside_values(items[index], given, found.values)
        if not effects:
            continue
        covered = tokens[items[covers[0]].first : items[covers[1]].last + 1]
        how, read_as = _told(covered, spoken)
        direct = items[index].section in _DESCRIBING or negated
        rule = f"{how}, {rule}" if how and rule != VALUE else rule
        span = min(token.start for token in covered), max(token.end for token in covered)
        if not negated and _only_mentioned(items, index, effects, readings):
            effects = tuple(one for one in effects if one.kind != "want")
        readings.append(Reading(index, *span, effects, rule, direct, negated, read_as))
        used.add(index)
    content = (_GIVING | {"unknown", "idiom", "target"}) - {"value"}
    unused = tuple(
        (tokens[item.first].start, tokens[item.last].end)
        for index, item in enumerate(items)
        if item.section in content and index not in used and not _is_of_a_value(item, tokens, found.values)
    )
    cannot = tuple((_text_of(text, tokens, said), why) for said, why in found.cannot)
    values = tuple(_requested(text, tokens, said) for said in found.values)
    return Reader(text, tuple(items), tuple(readings), unused, values, cannot)


def _only_mentioned(
    items: Sequence[Item], index: int, effects: Sequence[Effect], before: Sequence[Reading]
) -> bool:
    """Whether a part that was denied is spoken of again, and not asked for: "no chorus, everybody uses chorus"."""
    if items[index].section not in ("feature", "quality"):
        return False
    wanted = {effect.name for effect in effects if effect.kind == "want"}
    named = [one for one in before if one.denied and one.direct and one.rule != ALL_EFFECTS]
    banned = {effect.name for one in named for effect in one.effects if effect.kind == "ban"}
    near = items[max(index - _ASKING_REACH, 0) : index]
    since = max((n for n, item in enumerate(near) if item.section in ("boundary", "comma", "colon")), default=-1)
    said = [item.word for item in near[since + 1 :]]
    asked = any(item.word in words("asking") or item.section == "degree" for item in near[since + 1 :])
    asked = asked and not words("explaining") & set(said)
    on = index + 1 < len(items) and items[index + 1].word in ("on", "please", "enabled", ":", "=")
    return bool(wanted & banned) and not asked and not on


_ASKING_REACH = 5


def _beside_values(item: Item, effects: tuple[Effect, ...], values: Sequence[Said]) -> tuple[Effect, ...]:
    """The effects without a ban on all filters where one type is asked for "instead of a low pass"."""
    asked = {one.value for one in values if one.noun == "filter_type"}
    other = filter_type_of(item.word.replace(" ", ""))
    if not asked or not other or other in asked:
        return effects
    return tuple(one for one in effects if (one.kind, one.name) != ("ban", "filter"))


def _is_of_a_value(item: Item, tokens: Sequence[Token], values: Sequence[Said]) -> bool:
    """Whether words are the noun of a value, which is set although they say nothing else: "LP 500 Hz"."""
    if not all(token.norm in noun_words() for token in tokens[item.first : item.last + 1]):
        return False
    return any(said.first <= item.first and item.last <= said.last for said in values)


def _text_of(text: str, tokens: Sequence[Token], said: Said) -> str:
    return text[tokens[said.first].start : tokens[said.last].end]


def _requested(text: str, tokens: Sequence[Token], said: Said) -> RequestedValue:
    start, end = tokens[said.first].start, tokens[said.last].end
    made = {"noun": said.noun, "value": said.value, "unit": said.unit}
    return RequestedValue.model_validate({**made, "start": start, "end": end, "text": text[start:end]})


def _told(tokens: Sequence[Token], spoken: Language | None) -> tuple[str, str]:
    """What the evidence says of words that were read as others, and as what if there is a slip in them."""
    read_as = " ".join(token.norm for token in tokens if token.norm not in _SILENT)
    if spoken and any(token.foreign for token in tokens):
        slips = dict.fromkeys(token.read_as for token in tokens if token.read_as)
        return f"{spoken.name}: {read_as}", " ".join(slips)
    return (f"read as: {read_as}", read_as) if any(token.read_as for token in tokens) else ("", "")


_Given = tuple[int, tuple[int, int], tuple[Effect, ...], str, bool]


def _walk(items: list[Item], bound: Bindings, lexicon: Lexicon) -> Iterator[_Given]:
    pending, carry = _NOTHING, _NOTHING
    for index, item in enumerate(items):
        section = item.section
        if index in bound.absorbed and index not in bound.effects:
            continue
        if section in _GIVING or section == "target" or index in bound.denied:
            given = _give(items, index, bound, pending, lexicon)
            if given is not None:
                yield given
            carry = pending if given is not None else _NOTHING
            pending = _keep_through_adjective(items, index, pending)
        elif section in ("degree", "reversal", "negator"):
            pending = _modify(pending, item, index)
        elif section in ("joiner", "comma"):
            pending, carry = _continue_list(items, index, carry, lexicon), carry
        elif section == "colon":
            pending = replace(pending, lists=pending.negator == "no")
        elif section == "preposition":
            keep = item.entry.name == "of" or pending.negator == "not"
            pending, carry = (pending if keep else _NOTHING), _NOTHING
        elif section == "unknown":
            pending = replace(pending, factor=1.0, reversal=0.0) if pending.negator == "no" else _NOTHING
        elif section in ("boundary", "idiom"):
            pending, carry = _NOTHING, _NOTHING


def _modify(pending: _Pending, item: Item, index: int) -> _Pending:
    first = pending.since(index)
    if item.section == "degree":
        factor, before = item.entry.factor, pending.factor
        both = factor / before if factor < 1.0 < before else factor * before  # "very slightly" is less than either
        return replace(pending, factor=both, first=first)
    if item.section == "reversal":
        return replace(pending, reversal=item.entry.factor, first=first)
    negator = "" if pending.negator else item.entry.name
    return replace(pending, negator=negator, zero=item.word == ZERO, first=first)


def _keep_through_adjective(items: list[Item], index: int, pending: _Pending) -> _Pending:
    """In "no harsh distortion" the `no` goes on to the noun."""
    follows = items[index + 1].section if index + 1 < len(items) else ""
    through = items[index].section in ("quality", "target") or items[index].section == follows == "feature"
    if pending.negator == "no" and through and follows in ("feature", "quality"):
        return replace(pending, factor=1.0)
    return _NOTHING


def _continue_list(items: list[Item], index: int, carry: _Pending, lexicon: Lexicon) -> _Pending:
    """`or` goes on with what was denied; `and` and commas do so between effects, and commas if an `or` follows."""
    if not (carry.negator or carry.reversal):
        return _NOTHING
    follows = next((item for item in items[index + 1 :] if item.section != "stop"), None)
    if follows is None:
        return _NOTHING
    name = items[index].entry.name
    between_effects = is_part(follows, lexicon) and carry.negator == "no"
    goes_on = name == "or" or follows.section == "joiner"
    if between_effects and not goes_on:
        listed = carry.lists or name == "and"
        goes_on = listed or _closed_by_or(items, index) or _only_effects(items, index, carry, lexicon)
    return replace(carry, first=-1, carried=True) if goes_on else _NOTHING


def _only_effects(items: list[Item], index: int, carry: _Pending, lexicon: Lexicon) -> bool:
    """Whether nothing but effects follows to the end of the thought, two at least: "no reverb, delay, chorus".

    After "no reverb, delay" alone a delay may well be wanted.
    """
    effects = 1 if carry.carried else 0
    for item in items[index + 1 :]:
        if item.section in ("boundary", "preposition"):
            break
        if not (is_part(item, lexicon) or item.section in ("comma", "joiner", "stop")):
            return False
        effects += is_part(item, lexicon)
    return effects > 1


def _closed_by_or(items: list[Item], index: int) -> bool:
    for item in items[index + 1 :]:
        if item.section == "joiner":
            return True
        if item.section not in ("feature", "comma", "stop", "quality"):
            return False
    return False


def _give(items: list[Item], index: int, bound: Bindings, pending: _Pending, lexicon: Lexicon) -> _Given | None:
    item = items[index]
    if item.section == "value":
        return (index, (index, index), item.entry.effects, VALUE, False) if item.entry.effects else None
    negator = "no" if index in bound.denied or item.form.denied else pending.negator
    first, last = bound.reach.get(index, (index, index))
    covers = min(first, pending.since(index)), last
    if denies_all(item, negator, lexicon):
        bans = all_effects(items, index, lexicon)
        return (index, covers, bans, ALL_EFFECTS, True) if bans else None
    effects, said = _meaning(item, index, bound, pending, negator, lexicon)
    if item.section == "target" and index not in bound.effects:
        negator = ""
    like = item.form.like or index in bound.like
    factor = pending.factor * item.form.factor * bound.factors.get(index, 1.0)
    gives = frozenset(map(_named, effects))
    scale = _Scale(factor, pending.reversal, negator, like, item.section, gives, _names_a_style(item.word))
    main = next((effect for effect in effects if effect.kind == "axis"), None)
    given = tuple(made for effect in effects if (made := scale(effect, effect is main or effect.main)))
    if negator and _AN_LFO & set(item.word.split()) and not _NAMED_OTHERWISE & set(item.word.split()):
        given = (*given, Effect("ban", "lfo", 1.0))  # "no filter LFO"
    if not given:
        return None
    rule = [said, *(how for how in (item.form.how, *scale.words()) if how)]
    return index, covers, given, ", ".join(rule), bool(negator)


def _named(effect: Effect) -> str:
    return effect.name if effect.kind == "want" else effect.kind


def _names_a_style(word: str) -> bool:
    return word.rpartition(" ")[2].removesuffix("s") in _STYLE_NAMES


def _meaning(
    item: Item, index: int, bound: Bindings, pending: _Pending, negator: str, lexicon: Lexicon
) -> tuple[tuple[Effect, ...], str]:
    """What an item gives before anything scales it, and why."""
    effects = bound.effects.get(index)
    if effects is not None:
        return effects, f"{'a time' if item.section == 'time' else item.word} beside its noun"
    if item.section == "target":
        meanings = lexicon.bindings[item.entry.name].words
        asked = _of_target(pending, negator)
        if asked == "no" and (pending.zero or index in bound.denied) and ZERO in meanings:
            asked = ZERO
        return meanings.get(asked, ()), f"{asked} {item.word}"
    return (() if item.section == "time" else item.entry.effects), item.section


def _of_target(pending: _Pending, negator: str) -> str:
    """What a target is asked for: "more sustain" and "less sustain" say something, a mere "sustain" nothing."""
    if negator == "no":
        return "no"
    return "more" if pending.reversal or pending.factor > 1.0 else ""


@dataclass(frozen=True, slots=True)
class _Scale:
    """How far the words around an entry carry its effects, and which way."""

    factor: float
    reversal: float
    negator: str
    like: bool
    section: str
    gives: frozenset[str]
    """Features and kinds of effects. What names a kind of sound (`type`) is denied alone: "not an acid bass" may
    well be a bass."""
    of_a_style: bool = False
    """It ends with the own name of a style, as "supersaw lead" does."""

    def words(self) -> Iterator[str]:
        if self.reversal:
            yield "comparison (less)"
        if self.negator:
            yield f"negation ({self.negator})"
        if self.like:
            yield "used as an adjective"
        if self.factor != 1.0:
            yield f"degree ×{self.factor:.2f}"

    def axis_factor(self, axis: str, main: bool) -> float:
        if self.reversal and not self.negator:
            return self.reversal * self.factor * (1.0 if main else _REVERSED_SIDE)
        if not self.negator:
            return self.factor
        if self.section == "sound":
            return 0.0  # "not a bell" says nothing of how the sound is to be
        if self.section == "feature" and self.negator == "no":
            carried = axis in _CARRIED or "lfo" in self.gives
            return (_BANNED if carried else _BANNED_SIDE) if main else 0.0
        if self.negator == "no":
            return _NONE if main else _DENIED_SIDE
        if self.factor > 1.0:
            return _NOT_VERY if main else _DENIED_SIDE
        return _DENIED if main else _DENIED_SIDE

    def may_ban(self, feature: str) -> bool:
        """Whether what has the feature is that feature: no acid bass may have a filter, no resonance needs one."""
        if self.section == "sound":
            return feature in _PARTS
        return self.section == "feature" or feature != "filter"

    def __call__(self, effect: Effect, main: bool) -> Effect | None:
        """The effect as it counts here, or None if nothing is left of it."""
        back = bool(self.negator) or self.reversal < 0
        match effect.kind:
            case "axis":
                value = effect.value * self.axis_factor(effect.name, main)
                value = round(max(-MAX_AXIS, min(MAX_AXIS, value)), 3)
                return replace(effect, value=value) if value else None
            case "want" | "ban" if self.negator:
                return replace(effect, kind="ban") if effect.kind == "want" and self.may_ban(effect.name) else None
            case "want" | "register" | "voicing" if self.like:
                return None
            case "noun" if self.like and not back:
                return Effect("lean", effect.name, _LIKE_LEAN)
            case "type" if self.negator == "no":
                return replace(effect, kind="untype")
            case "noun" if back and "type" in self.gives:
                own = effect.value >= _OWN_NAME or self.of_a_style
                return Effect("lean", effect.name, _OTHER_KIND) if own else None
            case "noun" | "lean" if back:
                return replace(effect, value=-effect.value) if self.negator else None
            case "voicing" if self.negator:
                return replace(effect, name="poly" if effect.name == "mono" else "mono")
            case "glide" if self.negator:
                return replace(effect, value=0.0)
            case "axis" | "noun" | "lean" | "voicing" | "glide" | "want" | "ban":
                return None if back and effect.kind != "lean" else effect
        return None if back else effect

"""A prompt of another language as English tokens, each with the place of the words that it stands for."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from engine.planner.english import COMMON, is_english
from engine.planner.foreign_slips import meant
from engine.planner.inflect import forms
from engine.planner.languages import BY_LETTERS, ENGLISH, Language, by_script, language, script
from engine.planner.text import Token, normalise, tokenise, without_unseen
from engine.planner.values.in_words import NUMERALS
from engine.planner.values.numbers import UNITS
from engine.planner.words import INFLECTED, Phrase, lexicon
from schemas.intent import LanguageCode

_SURE = 1.0
"""What words must say of a language in sum, and more than for English."""
_BOTH = 0.3
"""What a word says that is English as well."""
_EVERYDAY = 200_000
"""How often English says a word at least that is no sign of another language, such as "die" and "son"."""
_LONG = 5
"""Letters of a word from which on it is no mere sound of another language in English films ("de", "les")."""
_BY_LENGTH = {1: 0.0, 2: 0.5}
"""What a short word of the grammar says."""
_LONGEST = 6
"""Tokens of an entry that are looked at at most."""
_LEAST_PART = 3
"""Letters of the shorter part of a compound."""
_LINKS = ("", "s", "n", "en", "er", "es")
_GRAMMAR = frozenset({"stop", "preposition", "joiner", "degree", "negator", "reversal", "boundary"})
_SPEAKING = _GRAMMAR | {"quality"}
"""Sections whose English words tell that a prompt is English; names of things are the same everywhere."""
_EVERYWHERE = frozenset({"mix", "level", *UNITS})
"""Words of panels and units, which say nothing of the language."""
_PARTICLES = frozenset({"the", "type"})
_JOINERS = frozenset({"and", "or"})
_UNITS = frozenset({"s", "sec", "ms", "hz", "khz", "db", "st", "с", "мс", "гц", "кгц", "дб"})
"""Behind a number these are units in every language, and no French "se" and no "sec", which is dry."""
_SIGNS = frozenset(name for name in UNITS if not name.isascii())
_LONGEST_UNIT = 4
"""Signs of a unit that is written in them."""
_DECIMALS = re.compile(r"\d[.,]\d")
_SUNG, _VOICES = ("vocal", "vocals", "voice"), "voices"


@dataclass(frozen=True, slots=True)
class _Piece:
    """Tokens that belong together: what one entry of a list gave, or one token as it was."""

    tokens: tuple[Token, ...]
    after: bool = False
    known: bool = True


def language_of(text: str) -> LanguageCode:
    """The language that a prompt is in, told by its script, or by words that are of it and not English."""
    written = by_script(text)
    if written is not None:
        return written
    tokens = tokenise(text)
    if not any(token.kind == "word" and not _own(token.norm) for token in tokens):
        return ENGLISH
    said = {code: _evidence(_with_elisions(text, tokens, language(code)), language(code)) for code in BY_LETTERS}
    best = max(BY_LETTERS, key=lambda code: (said[code][0] - said[code][1], -BY_LETTERS.index(code)))
    own, english = said[best]
    return best if own >= _SURE and own > english else ENGLISH


def _evidence(tokens: Sequence[Token], spoken: Language) -> tuple[float, float]:
    """How much the words say for a language, and how much those that it doesn't have say for English.

    Words that are English as well say something beside others only.
    """
    own, most, english, at = 0.0, 0.0, 0.0, 0
    while at < len(tokens):
        count, foreign = _match(tokens, at, spoken)
        norms = tuple(token.norm for token in tokens[at : at + count])
        foreign = foreign and not _a_sine(tokens, at)
        if foreign and spoken.words[norms] != norms:  # "pad" is the same word in both
            weight = max(_weight(token.norm, spoken) for token in tokens[at : at + count])
            own, most = own + weight, max(most, weight)
        elif not foreign and count == 1 and _speaks_english(tokens[at].norm):
            english += 1.0
        at += count
    return (own if most > _BOTH else 0.0), english


def _a_sine(tokens: Sequence[Token], at: int) -> bool:
    """Whether a "sin" is a wave, and no Spanish "without"."""
    after = tokens[at + 1].norm if at + 1 < len(tokens) else ","
    return tokens[at].norm == "sin" and after in (",", ".", "/", "wave", "waves", "waveform", "osc", "oscillator")


def _weight(word: str, spoken: Language) -> float:
    if _own(word):
        return _BOTH
    entry = lexicon().phrases.get(spoken.words.get((word,), ()))
    short = entry is not None and entry.section in _GRAMMAR and len(word) < _LONG
    if is_english(word, at_least=_EVERYDAY if short else COMMON):
        return _BOTH
    return _BY_LENGTH.get(len(word), 1.0) if short else 1.0


def _own(word: str) -> bool:
    """Whether the lexicon has the word in English."""
    known = lexicon()
    return (word,) in known.phrases and (word,) not in known.meant


def _speaks_english(word: str) -> bool:
    if word in _EVERYWHERE:
        return False
    entry = lexicon().phrases.get((word,))
    return entry is not None and entry.section in _SPEAKING and (word,) not in lexicon().meant


def translated(text: str, tokens: Sequence[Token], spoken: Language) -> list[Token]:
    """The tokens of a prompt in English; what the list doesn't have is left as it is, and is no slip of English."""
    pieces: list[_Piece] = []
    for piece in (_in_signs if spoken.longest else _in_letters)(text, tokens, spoken):
        if piece.after:
            pieces.insert(_operand(pieces), piece)
        else:
            pieces.append(piece)
    return _counted([token for piece in pieces for token in piece.tokens])


def _counted(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with singing that is counted as voices: "7 Stimmen" are no choir."""
    before = [None, *tokens]
    return [
        replace(token, norm=_VOICES)
        if token.foreign and token.norm in _SUNG and last is not None and _is_number(last)
        else token
        for last, token in zip(before, tokens, strict=False)
    ]


def _is_number(token: Token) -> bool:
    return token.kind == "number" or token.norm in NUMERALS


def _operand(pieces: Sequence[_Piece]) -> int:
    """Where that begins which a word behind it is about: the piece before its particles, and what is joined on."""
    at = len(pieces)
    while at and _norm(pieces[at - 1]) in _PARTICLES:
        at -= 1
    at = max(at - 1, 0)
    while at >= 2 and _norm(pieces[at - 1]) in _JOINERS:
        at -= 2
    return at


def _norm(piece: _Piece) -> str:
    return piece.tokens[0].norm if len(piece.tokens) == 1 else ""


def _in_english(match: Phrase, start: int, end: int) -> tuple[Token, ...]:
    kinds = ("punct" if word == "," else "word" for word in match)
    return tuple(Token(start, end, word, kind, foreign=True) for word, kind in zip(match, kinds, strict=True))


def _as_it_is(token: Token) -> _Piece:
    """An English word in a prompt of another language, or one that nobody knows."""
    if token.kind != "word" or _is_known(token.norm):
        return _Piece((token,))
    return _Piece((replace(token, kind="foreign"),), known=False)


def _corrected(text: str, token: Token, spoken: Language) -> _Piece:
    """A token that no list has: the word that it is a slip of, or as it is."""
    if token.kind != "word" or _is_known(token.norm):
        return _Piece((token,))
    base = meant(without_unseen(text[token.start : token.end]).casefold(), spoken.code)
    if base is None:
        return _as_it_is(token)
    found = spoken.words.get((base,)) or (base,)
    read = _in_english(found, token.start, token.end)
    return _Piece(tuple(replace(one, read_as=base) for one in read))


def _is_known(word: str) -> bool:
    known = lexicon()
    if word in known.reach or word in known.amounts:
        return True
    return any(
        known.phrases[(form.base,)].section in INFLECTED for form in forms(word) if (form.base,) in known.phrases
    )


# --- words with spaces between them


def _in_letters(text: str, tokens: Sequence[Token], spoken: Language) -> Iterator[_Piece]:
    tokens, at = _with_elisions(text, tokens, spoken), 0
    while at < len(tokens):
        if at and tokens[at].norm in _UNITS and tokens[at - 1].kind == "number":
            yield _Piece((tokens[at],))
            at += 1
            continue
        count, foreign = _match(tokens, at, spoken)
        matched = tuple(tokens[at : at + count])
        norms = tuple(token.norm for token in matched)
        here = _meaning_here(tokens, at + count, norms, spoken)
        if here or (foreign and spoken.words[norms] != norms):
            yield _Piece(_in_english(here or spoken.words[norms], matched[0].start, matched[-1].end))
        elif count > 1:
            yield _Piece(matched)
        else:
            parts = _compound(matched[0], spoken) if spoken.compounds else ()
            yield _Piece(parts) if parts else _corrected(text, matched[0], spoken)
        at += count


def _meaning_here(tokens: Sequence[Token], after: int, norms: Phrase, spoken: Language) -> Phrase:
    """What words mean before the token at `after`, where that makes a difference; empty if it makes none."""
    if norms in spoken.closing and _ends_here(tokens, after, spoken):
        return spoken.closing[norms]
    numbered = after < len(tokens) and tokens[after].kind == "number"
    return spoken.before_numbers.get(norms, ()) if numbered else ()


def _ends_here(tokens: Sequence[Token], at: int, spoken: Language) -> bool:
    if at == len(tokens) or tokens[at].kind == "punct":
        return True
    return spoken.words.get((tokens[at].norm,), ()) in (("and",), ("or",), ("but",))


def _match(tokens: Sequence[Token], at: int, spoken: Language) -> tuple[int, bool]:
    """Tokens of the longest entry that begins here, and whether it is of the language: "glass armonica" is not.

    A single token that the language doesn't have is one of English, or of none.
    """
    norms = tuple(token.norm for token in tokens[at : at + _LONGEST])
    own = 0
    if tokens[at].kind in ("word", "note", "key"):
        longest = min(spoken.reach.get(norms[0], 0), len(norms))
        own = next((count for count in range(longest, 0, -1) if norms[:count] in spoken.words), 0)
    known = lexicon()
    reach = min(known.reach.get(norms[0], 0), len(norms))
    longer = (norms[:count] for count in range(reach, max(own, 1), -1))
    english = next((len(key) for key in longer if key in known.phrases), 0)
    return (english, False) if english else (own or 1, bool(own))


def _with_elisions(text: str, tokens: Sequence[Token], spoken: Language) -> list[Token]:
    """`l'attaque` as two tokens."""
    return [part for token in tokens for part in _elided(text, token, spoken)]


def _elided(text: str, token: Token, spoken: Language) -> tuple[Token, ...]:
    head, mark, rest = token.norm.partition("'")
    if not mark or head not in spoken.elisions or (token.norm,) in spoken.words or not rest:
        return (token,)
    middle = token.start + max(text[token.start : token.end].find(apostrophe) for apostrophe in "'’")
    first = Token(token.start, middle, head, "word", token.glued)
    return first, Token(middle + 1, token.end, normalise(text[middle + 1 : token.end]), "word")


def _compound(token: Token, spoken: Language) -> tuple[Token, ...]:
    """Two known words written as one, with or without a letter that links them."""
    word = token.norm
    if token.kind != "word" or _is_known(word):
        return ()
    for cut in range(len(word) - _LEAST_PART, _LEAST_PART - 1, -1):
        last = _part(word[cut:], spoken)
        first = last and next(
            (
                found
                for link in _LINKS
                if word[:cut].endswith(link) and (found := _part(word[: cut - len(link)], spoken))
            ),
            (),
        )
        if first and last:
            return _in_english((*first, *last), token.start, token.end)
    return ()


def _part(word: str, spoken: Language) -> Phrase:
    found = spoken.words.get((word,), ())
    entry = lexicon().phrases.get(found or (word,))
    fits = entry is not None and entry.section not in _GRAMMAR and len(word) >= _LEAST_PART
    return (found or (word,)) if fits else ()


# --- signs without spaces between them


def _in_signs(text: str, tokens: Sequence[Token], spoken: Language) -> Iterator[_Piece]:
    at = 0
    while at < len(tokens):
        last = at
        while more := _more_of_a_run(text, tokens, at, last):
            last += more
        if last > at:
            counted = at > 0 and _is_number(tokens[at - 1])
            yield from _run(text, tokens[at].start, tokens[last - 1].end, spoken, counted=counted)
            at = last
            continue
        token = tokens[at]
        mark = spoken.words.get((token.norm,))
        yield _Piece(_in_english(mark, token.start, token.end)) if mark else _as_it_is(token)
        at += 1


def _more_of_a_run(text: str, tokens: Sequence[Token], first: int, at: int) -> int:
    """Tokens at `at` that belong to a run of signs: one, or two where "1.2" is written onto them; else 0."""
    if at == len(tokens):
        return 0
    mark = tokens[at]
    if at > first and mark.norm in (".", ",") and _DECIMALS.match(text[mark.start - 1 : mark.end + 1]):
        return 2
    return int(_of_signs(text, mark))


def _of_signs(text: str, token: Token) -> bool:
    return token.kind == "word" and not text[token.start : token.end].isascii()


def _run(text: str, start: int, end: int, spoken: Language, *, counted: bool) -> list[_Piece]:
    """A run of signs, cut into the longest known words; letters and digits within it are tokens as elsewhere.

    It is `counted` where a number stands right before it.
    """
    norms = [normalise(char) for char in text[start:end]]
    pieces: list[_Piece] = []
    at = 0
    while at < len(norms):
        place = start + at
        counted = _is_number(pieces[-1].tokens[-1]) if pieces else counted
        unit = _unit_in_signs(norms, at) if counted else 0
        count = 0 if _inside_unknown(pieces, place, spoken) else _longest(norms, at, spoken)
        other = 0 if count else _other(text, place, end)
        if unit:
            count = unit
            written = Token(place, place + unit, "".join(norms[at : at + unit]), "foreign", glued=True)
            pieces.append(_Piece((written,)))
        elif count:
            key = ("".join(norms[at : at + count]),)
            numbered = _a_number_follows(norms, at + count)
            here = spoken.before_numbers.get(key) if numbered else None
            found = here or spoken.after.get(key) or spoken.words[key]
            pieces.append(_Piece(_in_english(found, place, place + count), after=key in spoken.after))
        elif other:
            inner = tokenise(text[place : place + other])
            moved = (replace(one, start=one.start + place, end=one.end + place) for one in inner)
            pieces.extend(map(_as_it_is, moved))
        elif norms[at] != " ":
            _add_unknown(text, pieces, place)
        at += count or other or 1
    return pieces


def _a_number_follows(norms: Sequence[str], at: int) -> bool:
    rest = "".join(norms[at:]).lstrip(" :=")
    return rest[:1].isdigit()


def _unit_in_signs(norms: Sequence[str], at: int) -> int:
    """Signs of a unit behind a number: the 초 of "2초" are seconds, and elsewhere "super"."""
    return next((count for count in range(_LONGEST_UNIT, 0, -1) if "".join(norms[at : at + count]) in _SIGNS), 0)


def _longest(norms: Sequence[str], at: int, spoken: Language) -> int:
    """Signs of the longest entry that begins here."""
    for count in range(min(spoken.longest, len(norms) - at), 0, -1):
        key = ("".join(norms[at : at + count]),)
        if key in spoken.words or key in spoken.after:
            return count
    return 0


def _inside_unknown(pieces: Sequence[_Piece], place: int, spoken: Language) -> bool:
    """Korean has spaces: what follows an unknown syllable without one belongs to the same word."""
    return spoken.spaced and bool(pieces) and not pieces[-1].known and pieces[-1].tokens[-1].end == place


def _add_unknown(text: str, pieces: list[_Piece], place: int) -> None:
    """One more unknown sign; a single known one right before it was part of the same word."""
    start = place
    while pieces and pieces[-1].tokens[-1].end == start and (not pieces[-1].known or _single(pieces[-1])):
        start = pieces.pop().tokens[0].start
    pieces.append(_Piece((Token(start, place + 1, normalise(text[start : place + 1]), "foreign"),), known=False))


def _single(piece: _Piece) -> bool:
    first = piece.tokens[0]
    return first.foreign and first.end - first.start == 1 and first.norm not in _PARTICLES | _JOINERS


def _other(text: str, at: int, end: int) -> int:
    """Characters from `at` on that are letters of the Latin script, digits, or the mark of their decimals."""
    count = 0
    while at + count < end and (text[at + count].isdigit() or script(text[at + count]) == "LATIN"):
        count += 1
        count += bool(_DECIMALS.match(text[at + count - 1 : end]))
    return count

"""Values that are words: the waveform of the oscillators, the type of the filter, legato."""

from collections.abc import Sequence

from engine.planner.text import Token
from engine.planner.values.grammar import words
from engine.planner.values.nouns import NounAt
from engine.planner.values.said import Said
from engine.planner.words import lexicon
from engine.set_values import NOT, OR

_WAVES = {
    **dict.fromkeys(
        ("saw", "saws", "sawtooth", "sawtooths", "sawwave", "supersaw", "supersaws", "hypersaw", "sawteeth"), "saw"
    ),
    **dict.fromkeys(("square", "squares", "squarewave", "rectangle", "rectangular", "squarewaves"), "square"),
    **dict.fromkeys(("triangle", "triangles", "trianglewave"), "triangle"),
    **dict.fromkeys(("sine", "sines", "sinewave", "sinusoid", "sinusoidal"), "sine"),
    **dict.fromkeys(
        ("pulse", "tri", "sinus", "pulsewave", "sin", "sqr", "sq", "ramp"), ""
    ),  # only beside a word of a synth's, or listed alone
}
_SHORT = {
    "pulse": "pulse",
    "tri": "triangle",
    "sinus": "sine",
    "pulsewave": "pulse",
    "sin": "sine",
    "sqr": "square",
    "sq": "square",
    "ramp": "saw",
}
_TAKEN_BACK = {"no", "nah", "nope", "wait", "sorry", "actually", "rather", "er", "eh", "uh"}


def waveform(tokens: Sequence[Token]) -> list[Said]:
    """The waveform that is named first for the main oscillators; one of a sub only if no other is named."""
    every = ((at, _wave(tokens, at)) for at in range(len(tokens)))
    found = [(at, wave) for at, wave in every if wave and _norm(tokens, at - 1) not in ("lfo", "lfos")]
    named = [(at, wave) for at, wave in found if not (is_denied(tokens, at) or _listed_on(tokens, at, found))]
    named = [(at, wave) for at, wave in named if not _given_up(tokens, at, named)]
    main = [(at, wave) for at, wave in named if _norm(tokens, _past_wave(tokens, at)) not in words("other_things")]
    rest = [(at, wave) for at, wave in named if _norm(tokens, _past_wave(tokens, at)) in ("sub", "subs", "kick")]
    waves = main or rest
    while len(waves) > 1 and _set_right(tokens, waves[0][0], waves[1][0]):
        waves = waves[1:]
    for at, wave in waves[:1]:
        shortened = tokens[at].norm in ("sin", "sqr", "sq")
        listed = shortened or (
            tokens[at].norm in _SHORT and not (_is_word(tokens, at - 1) or _is_word(tokens, at + 1))
        )
        return [Said("waveform", wave, "word", (at,), at, at, silent=not listed)]
    return _disliked(tokens, found)


def _given_up(tokens: Sequence[Token], at: int, named: Sequence[tuple[int, str]]) -> bool:
    """Whether another one takes its place: "swap the saw for a square", "change it from saw to square"."""
    before = at - 1
    while _norm(tokens, before) in ("the", "a", "my", "this", "that"):
        before -= 1
    changed = _norm(tokens, before) in ("swap", "swapping", "replace", "replacing", "exchange", "trade", "from")
    return changed and any(at < other < at + _CHANGED_REACH for other, _ in named)


_CHANGED_REACH = 6


def _disliked(tokens: Sequence[Token], waves: Sequence[tuple[int, str]]) -> list[Said]:
    """Waveforms that are denied where none is named: "no saw", "anything but a square or a pulse"."""
    denied = [
        (at, wave) for at, wave in waves if _norm(tokens, _past_wave(tokens, at)) not in words("other_things")
    ]
    if not denied or not all(is_denied(tokens, at) or _listed_on(tokens, at, waves) for at, _ in denied):
        return []
    value = NOT + OR.join(dict.fromkeys(wave for _, wave in denied))
    used = tuple(at for at, _ in denied)
    return [Said("waveform", value, "word", used, used[0], used[-1], silent=True)]


def _listed_on(tokens: Sequence[Token], at: int, waves: Sequence[tuple[int, str]]) -> bool:
    """Whether `or` or `and` goes on from a denied one: "no saws or squares"."""
    before = max((place for place, _ in waves if place < at), default=-1)
    between = {token.norm for token in tokens[before + 1 : at]}
    return before >= 0 and is_denied(tokens, before) and between <= {"or", "nor", "a", "wave", "waves"}


def _set_right(tokens: Sequence[Token], first: int, other: int) -> bool:
    """Whether a waveform sets the one before right: "square?? no, saw", "square... sorry, saw"."""
    between = [token.norm for token in tokens[first + 1 : other]]
    return len(between) < 8 and bool(_TAKEN_BACK & set(between)) and bool({"?", ".", ",", "!"} & set(between))


def _norm(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].norm if 0 <= at < len(tokens) else ""


def _past_wave(tokens: Sequence[Token], at: int) -> int:
    at += 1
    while _norm(tokens, at) in ("wave", "-"):
        at += 1
    return at


def _wave(tokens: Sequence[Token], at: int) -> str:
    said = tokens[at].norm
    word = said if said in _SHORT else lexicon().meant.get((said,), said).removesuffix(" wave")
    before, after = _norm(tokens, at - 1), _norm(tokens, at + 1)
    wave = _WAVES.get(word)
    if wave is None:
        return ""
    beside = after in words("of_a_synth") or before in ("wave", "waveform", "osc", "oscillator", "=", ":")
    if not wave:
        alone = not (_is_word(tokens, at - 1) or _is_word(tokens, at + 1)) and len(tokens) > 1
        wide = [token.norm for token in tokens[at + 1 : at + 5]]
        beside = beside or alone or (wide[:1] in (["at"], ["with"]) and "width" in wide)
        beside = beside or before in ("pwm", "narrow", "thin", "hollow", "nasal", "%", "percent")
        return _SHORT[word] if beside and not (word == "pulse" and after == "width") else ""
    if wave == "triangle" and not beside and (words("struck") & {before, after, _norm(tokens, at - 2)}):
        return ""
    if wave == "saw" and (before in words("cutting") or after in words("cutting")):
        return ""
    return wave


def _is_word(tokens: Sequence[Token], at: int) -> bool:
    return 0 <= at < len(tokens) and tokens[at].kind != "punct"


def is_denied(tokens: Sequence[Token], at: int) -> bool:
    """Whether words beside a token say that it is not to be: "no saw", "anything but a square", "saw-free"."""
    if _norm(tokens, at + 1) == "free" and tokens[at + 1].glued:
        return True
    before = at - 1
    while _norm(tokens, before) in words("fillers") or (
        _norm(tokens, before) not in words("denied") and _describes(tokens, before)
    ):
        before -= 1
    if _norm(tokens, before) == "but":
        return _norm(tokens, before - 1) in ("anything", "everything", "all")
    if _norm(tokens, before) == "no" and _norm(tokens, before - 1) in ("?", ".", "!"):
        return _wave(tokens, before - 2) == "" and _wave(tokens, before - 3) == ""  # "square?? no saw"
    return _norm(tokens, before) in words("denied")


def _describes(tokens: Sequence[Token], at: int) -> bool:
    entry = lexicon().phrases.get((_norm(tokens, at),))
    return entry is not None and entry.section == "quality"


def filter_types(tokens: Sequence[Token], nouns: Sequence[NounAt]) -> list[Said]:
    """The type of filter that is named last."""
    typed = (one for one in nouns if one.noun.filter_type)
    named = [one for one in typed if not (is_denied(tokens, one.first) or _switched_off(tokens, one.last))]
    return [
        Said(
            "filter_type",
            one.noun.filter_type,
            "word",
            tuple(range(one.first, one.last + 1)),
            one.first,
            one.last,
            True,
        )
        for one in named[-1:]
    ]


def legato(tokens: Sequence[Token]) -> list[Said]:
    """Whether tied notes go on without a new attack, where the prompt says so."""
    for at, token in enumerate(tokens):
        if token.norm == "legato":
            off = is_denied(tokens, at) or _switched_off(tokens, at)
            used = tuple(range(at, at + 1 + off)) if off else (at,)
            return [Said("legato", "off" if off else "on", "word", used, at, at, silent=not off)]
    return []


def _switched_off(tokens: Sequence[Token], at: int) -> int:
    """How many tokens after `at` it takes to say that it is off; 0 if nothing does."""
    for count in (1, 2):
        if _norm(tokens, at + count) in words("turned_off"):
            return count
        if _norm(tokens, at + count) not in ("=", ":", "is", "turned", "set", "?"):
            break
    return 0


def without_glide(tokens: Sequence[Token]) -> list[Said]:
    """ "no portamento", "glide off"."""
    for at, token in enumerate(tokens):
        off = is_denied(tokens, at) or _switched_off(tokens, at)
        if token.norm in ("glide", "portamento", "gliding") and off:
            used = tuple(range(at, at + 1 + _switched_off(tokens, at)))
            return [Said("glide", 0.0, "s", used, at, used[-1], silent=True)]
    return []


def width_in_words(tokens: Sequence[Token]) -> list[Said]:
    """ "stereo width: mono"."""
    for at, token in enumerate(tokens):
        after = at + 2 if _norm(tokens, at + 1) in ("=", ":", "is", "-") else at + 1
        off = token.norm == "stereo" and (
            _norm(tokens, at - 1) in ("no", "without") or _norm(tokens, at + 1) == "off"
        )
        if off and _norm(tokens, at + 1) not in ("width", "spread", "image", "delay", "movement"):
            return [Said("width", 0.0, "%", (at,), at, at, silent=True)]
        if token.norm == "width" and _norm(tokens, after) in ("mono", "none", "zero"):
            return [Said("width", 0.0, "%", tuple(range(at, after + 1)), at, after)]
    return []

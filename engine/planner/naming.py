"""What a preset is called and how it is described, in plain words that name no maker and no machine."""

import hashlib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import accumulate
from typing import Any, Literal

from engine.planner.words import read_yaml
from schemas.intent import Axis, Intent, Style
from schemas.patch_spec import Metadata
from schemas.result import Plan

MAX_COMMENT_CHARS = 200
MAX_TAGS = 16

_AUDIBLE = 0.25
_CLEAR = 0.4
_STRONG = 0.75
_SLIGHT = 0.35
_LEADING_AXES = 4
_LONG_TITLES = 0.3
_SUBTYPE_NOUNS = 0.6

_POLES: dict[Axis, tuple[str, str]] = {
    "brightness": ("dark", "bright"),
    "warmth": ("cold", "warm"),
    "attack": ("percussive", "swelling"),
    "length": ("short", "long"),
    "movement": ("static", "moving"),
    "rate": ("slow", "fast"),
    "width": ("narrow", "wide"),
    "space": ("dry", "spacious"),
    "grit": ("clean", "gritty"),
    "noise": ("noise-free", "noisy"),
    "weight": ("light", "heavy"),
    "complexity": ("plain", "dense"),
    "tension": ("calm", "tense"),
    "resonance": ("flat", "resonant"),
}
_NOTES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


@cache
def _banks() -> Mapping[str, Any]:
    banks: Mapping[str, Any] = read_yaml("names.yaml")
    return banks


class _Draw:
    """Choices that depend on nothing but what is hashed."""

    def __init__(self, *parts: str) -> None:
        self._seed = "\x1f".join(parts)
        self._count = 0

    def unit(self) -> float:
        """A number in [0, 1)."""
        self._count += 1
        digest = hashlib.sha256(f"{self._seed}\x1f{self._count}".encode()).digest()
        return int.from_bytes(digest[:6], "big") / 2.0**48

    def pick(self, bank: Sequence[str], taken: Sequence[str] = ()) -> str:
        """One of `bank` that isn't taken; the first one if all are."""
        free = [word for word in bank if word not in taken] or list(bank[:1])
        return free[int(self.unit() * len(free))]


def title(intent: Intent, seed: int) -> str:
    """A display name of two or three ASCII words that fits the sound, always the same for an intent and seed."""
    draw = _Draw("title", intent.prompt, intent.style, str(seed))
    words: list[str] = []
    for _ in range(2 if draw.unit() < _LONG_TITLES else 1):
        words.append(draw.pick(_adjectives(intent, draw), words))
    words.append(draw.pick(_nouns(intent, draw), words))
    return " ".join(words)


def _adjectives(intent: Intent, draw: _Draw) -> Sequence[str]:
    """The bank of one of the leading axes, the strongest likeliest."""
    banks = _banks()["adjectives"]
    ranked = sorted(intent.axes.items(), key=lambda pair: -abs(pair[1]))[:_LEADING_AXES]
    leading = [(axis, value) for axis, value in ranked if abs(value) >= _AUDIBLE]
    if not leading:
        return list(banks["any"])
    steps = list(accumulate(abs(value) for _, value in leading))
    place = min(bisect_right(steps, draw.unit() * steps[-1]), len(leading) - 1)
    axis, value = leading[place]
    return list(banks[axis]["high" if value > 0 else "low"])


def _nouns(intent: Intent, draw: _Draw) -> Sequence[str]:
    banks = _banks()["nouns"]
    kinds = [slug for slug in intent.subtypes[:2] if slug in banks]
    by_kind = bool(kinds) and draw.unit() < _SUBTYPE_NOUNS
    return list(banks[kinds[0] if by_kind else intent.style])


def tags(intent: Intent) -> tuple[str, ...]:
    """Slugs for a browser: style, sub-types, what is clear about the sound, genres and moods."""
    clear = (pole(axis, value) for axis, value in _ranked(intent) if abs(value) >= _CLEAR)
    slugs = [intent.style.lower(), *intent.subtypes, *clear, *intent.tags]
    return tuple(dict.fromkeys(slugs))[:MAX_TAGS]


def pole(axis: Axis, value: float) -> str:
    """The word for the side of an axis on which `value` lies."""
    return _POLES[axis][value > 0]


def comment(intent: Intent) -> str:
    """At most 200 ASCII characters about the sound: style and kinds, character, effects, how to play it."""
    kinds = f" ({', '.join(intent.subtypes[:3])})" if intent.subtypes else ""
    character = [_graded(axis, value) for axis, value in _ranked(intent) if abs(value) >= _AUDIBLE / 2]
    parts = [", ".join(character[:6]), _effects(intent, "wanted"), _effects(intent, "banned"), _playing(intent)]
    text = f"{intent.style}{kinds}"
    for part in parts:
        if part and len(text) + len(part) + 3 <= MAX_COMMENT_CHARS:
            text += f"; {part}" if ":" in text else f": {part}"
    return f"{text}."


def metadata(plan: Plan, style: Style) -> Metadata:
    """What Vital's browser shows of a plan's base preset."""
    return Metadata(name=plan.title, author=plan.request.author, comments=comment(plan.intent), style=style)


def _ranked(intent: Intent) -> list[tuple[Axis, float]]:
    return sorted(intent.axes.items(), key=lambda pair: -abs(pair[1]))


def _graded(axis: Axis, value: float) -> str:
    degree = "very " if abs(value) >= _STRONG else "slightly " if abs(value) < _SLIGHT else ""
    return degree + pole(axis, value)


def _effects(intent: Intent, what: Literal["wanted", "banned"]) -> str:
    names = [name.replace("_", " ") for name, said in intent.features.items() if said == what]
    if not names:
        return ""
    return ("with " if what == "wanted" else "no ") + ", ".join(names[:4])


def _playing(intent: Intent) -> str:
    said = [
        f"around {_note_name(intent.register_midi)}" if intent.register_midi is not None else "",
        intent.voicing or "",
        "glide" if intent.glide_s else "",
        f"{intent.tempo_bpm:g} bpm" if intent.tempo_bpm else "",
    ]
    return ", ".join(part for part in said if part)


def _note_name(note: int) -> str:
    return f"{_NOTES[note % 12]}{note // 12 - 1}"

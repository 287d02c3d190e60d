"""How a preset is described, in plain words that name no maker and no machine; `titles` says what it is called."""

from typing import Literal

from engine.set_values import note_name
from schemas.intent import MAX_TAGS, Axis, Intent, Style
from schemas.patch_spec import Metadata
from schemas.result import Plan

MAX_COMMENT_CHARS = 200

_AUDIBLE = 0.25
_CLEAR = 0.4
_STRONG = 0.75
_SLIGHT = 0.35

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
        f"around {note_name(intent.register_midi, sharp='#')}" if intent.register_midi is not None else "",
        intent.voicing or "",
        "glide" if intent.glide_s else "",
        f"{intent.tempo_bpm:g} bpm" if intent.tempo_bpm else "",
    ]
    return ", ".join(part for part in said if part)

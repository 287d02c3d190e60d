"""The held-out prompts with the style that a person filed each under."""

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from engine.generate.seeds import bits, shuffled

STYLES = ("Bass", "Lead", "Keys", "Pad", "Percussion", "Sequence", "SFX")
_LABELLED = "bench.words.labelled"
_STAND_INS = {
    "Bass": (
        "round bass for a soul tune",
        "evil growling neuro bass",
        "deep sub with a soft edge",
        "rubbery acid line",
    ),
    "Lead": ("festival saw lead", "whistling lead with vibrato", "8 bit game lead", "screaming sync lead"),
    "Keys": ("smoky electric piano", "tiny music box", "funky clav", "wooden marimba"),
    "Pad": ("pad like morning fog", "choir in a stone church", "slow strings", "frozen glass pad"),
    "Percussion": ("punchy house kick", "brushed snare", "tight closed hat", "low floor tom"),
    "Sequence": ("bubbling arp", "gated trance chords", "stepping filter sequence", "polyrhythmic pulse"),
    "SFX": ("long riser before the drop", "laser zap", "distant thunder", "spaceship engine"),
}
"""For a checkout without the labelled prompts."""


@dataclass(frozen=True)
class BenchPrompt:
    """A prompt and its label."""

    text: str
    style: str

    @property
    def seed(self) -> int:
        """The seed that every system gets."""
        return bits("held out", self.text) % 2**31


def held_out() -> tuple[BenchPrompt, ...]:
    """The rows of `bench.words` that nobody tuned on, styles in turn, so that the first n hold about n/7 of each.

    Where there is no `bench.words`, a few prompts of this file's own stand in.
    """
    by_style: dict[str, list[str]] = {style: [] for style in STYLES}
    for text, style in _rows():
        by_style[style].append(text)
    columns = [
        [BenchPrompt(text, style) for text in shuffled(texts, "held out")] for style, texts in by_style.items()
    ]
    longest = max(map(len, columns))
    return tuple(column[row] for row in range(longest) for column in columns if row < len(column))


def are_stand_ins() -> bool:
    """Whether the labelled prompts are missing."""
    return find_spec("bench.words") is None or find_spec(_LABELLED) is None


def _rows() -> list[tuple[str, str]]:
    if are_stand_ins():
        return [(text, style) for style, texts in _STAND_INS.items() for text in texts]
    return [(row.prompt, row.style) for row in import_module(_LABELLED).labelled() if row.held_out]

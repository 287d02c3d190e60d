"""The task of the held-out prompts: style, levels, likeness and cost of what each system makes of them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from bench.sound.features import description, distance_db
from bench.sound.levels import BenchLevels, levels
from bench.sound.prompts import BenchPrompt
from bench.sound.systems import MIDDLE, Made, System
from bench.sound.workshop import Workshop

PICTURE = 144
"""Numbers of a description that are its picture."""


@dataclass(frozen=True)
class BenchSound:
    """The result for a prompt in a system."""

    system: str
    prompt: BenchPrompt
    made: Made
    heard: tuple[float, ...] = ()
    """Description of a middle C of a second; empty if there is no sound."""
    loudness_lufs: float | None = None
    """Of the note that its system means it for."""
    faults: tuple[str, ...] = ()
    """Of both notes."""

    @property
    def picture(self) -> tuple[float, ...]:
        """The part of the description in which likeness is told."""
        return self.heard[:PICTURE]


def listen(prompt: BenchPrompt, system: System, shop: Workshop) -> BenchSound:
    """The system's sound for a prompt, heard as it is meant and as a middle C."""
    made = shop.make(system, prompt.text, prompt.seed)
    if made.refused:
        return BenchSound(system.name, prompt, made, faults=("refused",))
    heard = shop.vector(made.preset, MIDDLE, "description", description)
    found = [shop.levels(made.preset, plan, levels) for plan in (made.plan, MIDDLE)]
    problems = [one for one in (heard, *found) if isinstance(one, str) and one != "silent"]
    if problems:
        return BenchSound(system.name, prompt, made, faults=("not rendered",))
    measured = [one for one in found if isinstance(one, BenchLevels)]
    faults = dict.fromkeys(fault for one in measured for fault in one.faults)
    vector = () if isinstance(heard, str) else tuple(heard)
    return BenchSound(system.name, prompt, made, vector, measured[0].loudness_lufs, tuple(faults))


def seed_noise_db(sounds: Sequence[BenchSound], shop: Workshop) -> list[float]:
    """How far each preset is from itself when the synth's random generator stands elsewhere, dB, sorted."""
    found = []
    for sound in sounds:
        again = shop.vector(sound.made.preset, MIDDLE, "description", description, take=2)
        if sound.heard and not isinstance(again, str):
            found.append(distance_db(sound.picture, again[:PICTURE]))
    return sorted(found)


def row(sound: BenchSound) -> dict[str, object]:
    """A sound without its audio, for the results' file."""
    made = {name: value for name, value in asdict(sound.made).items() if name != "preset"}
    return {
        "system": sound.system,
        "prompt": sound.prompt.text,
        "asked_style": sound.prompt.style,
        "loudness_lufs": sound.loudness_lufs,
        "faults": list(sound.faults),
        **made,
        "plan": list(sound.made.plan),
    }

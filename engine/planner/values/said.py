"""What a scan of a prompt finds."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.planner.quantities import ATTACK_S, LENGTH_S, position
from engine.planner.words import Effect
from engine.set_values import name_of, told

FEATURE_OF = {
    **{
        f"{name}_mix": name
        for name in ("reverb", "delay", "chorus", "phaser", "flanger", "distortion", "compressor")
    },
    "noise_level": "noise",
    "distortion_drive": "distortion",
    "delay_time": "delay",
    "delay_feedback": "delay",
    "reverb_size": "reverb",
    "reverb_decay": "reverb",
    "cutoff": "filter",
    "filter_type": "filter",
    "filter_drive": "filter",
    "filter_slope": "filter",
    "vibrato_rate": "vibrato",
    "vibrato_depth": "vibrato",
    "tremolo_rate": "tremolo",
    "tremolo_depth": "tremolo",
}
"""The part of a sound that a value belongs to: it is on where the value isn't zero."""
_OFF_AT_ZERO = {"noise_level", "vibrato_depth", "tremolo_depth"} | {
    name for name in FEATURE_OF if name.endswith("_mix")
}


_LIVES_BY = {"reverb": "space", "delay": "space", "distortion": "grit", "noise": "noise"}
"""The axis that an effect gives most of."""
_WITHOUT = -0.5
"""Where a sound without it lies."""


@dataclass(frozen=True, slots=True)
class Said:
    """A value of one noun. `tokens` are those that say nothing else; `first` to `last` is all of what was said."""

    noun: str
    value: float | str
    unit: str
    tokens: tuple[int, ...]
    first: int
    last: int
    silent: bool = False
    """The words go on to say what they say to the lexicon: a "saw bass" is still a bass of that kind."""

    def effects(self) -> tuple[Effect, ...]:
        """What the value means for the rest of the intent: features, and where a time lies on its axis."""
        found = [Effect("set", self.in_words())]
        feature = FEATURE_OF.get(self.noun)
        if feature is not None:
            off = self.value == 0 and self.noun in _OFF_AT_ZERO
            found.append(Effect("ban" if off else "want", feature, 1.0))
            if off and feature in _LIVES_BY:
                found.append(Effect("axis", _LIVES_BY[feature], _WITHOUT))
        match self.noun:
            case "attack" if isinstance(self.value, float):
                found.append(Effect("axis", "attack", round(position(self.value, ATTACK_S), 3)))
            case "decay" | "release" if isinstance(self.value, float):
                found.append(Effect("axis", "length", round(position(self.value, LENGTH_S), 3)))
            case "unison_voices" if isinstance(self.value, float):
                found.append(Effect("want" if self.value > 1 else "ban", "unison", 1.0))
            case "detune" if self.value == 0:
                found.append(Effect("ban", "unison", 1.0))
            case "glide" if isinstance(self.value, float):
                found.append(Effect("glide", "", min(self.value, 10.0)))
            case "tempo" if isinstance(self.value, float):
                found.append(Effect("tempo", "", self.value))
            case "polyphony" if isinstance(self.value, float):
                found.append(Effect("voicing", "poly" if self.value > 1 else "mono"))
        return tuple(found)

    def in_words(self) -> str:
        """Such as `attack to 10 ms`."""
        return f"{name_of(self.noun)} to {told(self.noun, self.value, self.unit)}"


Runs = Mapping[int, tuple[int, tuple[Said, ...]]]
"""Runs of tokens by their first: the last one, and the values that begin there ("ADSR 5/200/60/400" is four)."""


@dataclass(frozen=True, slots=True)
class Scan:
    """The values of a text, and those that are understood and never set, each with the reason."""

    values: tuple[Said, ...] = ()
    cannot: tuple[tuple[Said, str], ...] = ()

    def items(self) -> Runs:
        """The tokens that are no words to the lexicon; only the first run of a value has it."""
        runs: dict[int, tuple[int, tuple[Said, ...]]] = {}
        for one in (*self.values, *(said for said, _ in self.cannot)):
            told = () if any(one is said for said, _ in self.cannot) else (one,)
            start = None
            for at in one.tokens if not one.silent else ():
                if start is not None and runs[start][0] == at - 1:
                    runs[start] = (at, runs[start][1])
                else:
                    before = runs[at][1] if at in runs else ()
                    start, runs[at], told = at, (at, (*before, *told)), ()
        return runs


NO_VALUES = Scan()

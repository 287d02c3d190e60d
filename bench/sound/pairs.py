"""The pairs of opposite words: for each axis, its words on thirteen or more kinds of instrument."""

from dataclasses import dataclass

from bench.sound.evaluators import AXES, BenchAxis
from engine.generate.seeds import bits, shuffled

BASS, MIDDLE = 36, 60
_LOW_KINDS = ("bass", "808", "reese", "kick", "drone")


@dataclass(frozen=True)
class Pair:
    """Two prompts that differ in one word: `high` must sound further along the axis than `low`."""

    axis: BenchAxis
    kind: str
    low: str
    high: str

    @property
    def id(self) -> str:
        """Axis and kind."""
        return f"{self.axis}: {self.kind}"

    @property
    def seed(self) -> int:
        """The seed of both sides."""
        return bits("pair", self.axis, self.kind) % 2**31

    @property
    def note(self) -> int:
        """The MIDI note that both sides are played at: C2 for what is low by nature, else C4."""
        return BASS if any(word in self.kind.split() for word in _LOW_KINDS) else MIDDLE


_FORMS: dict[BenchAxis, tuple[tuple[str, str], ...]] = {
    "brightness": (
        ("dark {}", "bright {}"),
        ("muffled {}", "brilliant {}"),
        ("dull {}", "crisp {}"),
        ("mellow {}", "piercing {}"),
    ),
    "attack": (
        ("fast attack {}", "slow attack {}"),
        ("{} with an immediate attack", "{} that fades in slowly"),
        ("snappy {}", "slowly swelling {}"),
    ),
    "length": (("short {}", "long {}"), ("staccato {}", "sustained {}"), ("tight {}", "ringing {}")),
    "tail": (
        ("dry {}", "{} with a long reverb tail"),
        ("{} without reverb", "{} in a huge cathedral"),
        ("close dry {}", "distant {} drenched in reverb"),
    ),
    "width": (("narrow {}", "wide {}"), ("mono {}", "very wide stereo {}")),
    "noise": (("clean {}", "noisy {}"), ("pure {}", "breathy {}"), ("clean {}", "{} with a lot of hiss")),
    "movement": (
        ("static {}", "constantly moving {}"),
        ("steady {}", "evolving {}"),
        ("still {}", "restless modulated {}"),
    ),
    "weight": (("thin {}", "heavy {}"), ("light {}", "fat {}"), ("thin {}", "{} with a huge low end")),
}

_KINDS: dict[BenchAxis, tuple[str, ...]] = {
    "brightness": (
        "reese bass", "acid bass", "fm bass", "supersaw lead", "mono lead", "electric piano", "bell", "synth pluck",
        "string pad", "choir pad", "snare", "hi-hat", "riser", "arpeggio sequence", "organ", "brass lead",
    ),
    "attack": (
        "string pad", "choir pad", "warm pad", "glass pad", "drone pad", "supersaw lead", "flute lead",
        "brass lead", "organ", "reese bass", "electric piano", "synth bass", "wind sound effect", "saw lead",
    ),
    "length": (
        "pluck", "bell", "kick drum", "tom", "open hi-hat", "808 bass", "chord stab", "marimba", "electric piano",
        "string pad", "snare", "synth bass", "impact", "clap",
    ),
    "tail": (
        "e-piano", "pluck", "bell", "string pad", "supersaw lead", "snare", "clap", "organ", "choir pad", "marimba",
        "impact", "mono lead", "clav", "tom",
    ),
    "width": (
        "supersaw lead", "string pad", "choir pad", "warm pad", "electric piano", "organ", "hoover lead", "pluck",
        "arpeggio sequence", "trance gate", "glass pad", "riser", "reese bass", "bell",
    ),
    "noise": (
        "string pad", "choir pad", "flute lead", "warm pad", "saw lead", "organ", "electric piano", "synth bass",
        "pluck", "drone", "kick drum", "siren", "arpeggio sequence", "tom",
    ),
    "movement": (
        "pad", "drone", "reese bass", "string pad", "choir pad", "supersaw lead", "texture pad", "organ",
        "synth bass", "saw lead", "glass pad", "electric piano", "engine sound effect", "wind sound effect",
    ),
    "weight": (
        "synth bass", "reese bass", "acid bass", "kick drum", "supersaw lead", "mono lead", "string pad",
        "warm pad", "brass lead", "organ", "chord stab", "impact", "snare", "pluck",
    ),
}  # fmt: skip


def pairs() -> tuple[Pair, ...]:
    """All pairs: one of each axis in turn, so that a benchmark that is cut short has heard every axis."""
    columns = [_of(axis) for axis in AXES]
    longest = max(map(len, columns))
    return tuple(column[row] for row in range(longest) for column in columns if row < len(column))


def _of(axis: BenchAxis) -> list[Pair]:
    forms = _FORMS[axis]
    made = []
    for number, kind in enumerate(_KINDS[axis]):
        low, high = forms[number % len(forms)]
        made.append(Pair(axis, kind, low.format(kind), high.format(kind)))
    return [made[int(n)] for n in shuffled([str(n) for n in range(len(made))], "pairs", axis)]

"""The evaluators: which measure tells which axis, and which of an axis' measures decides.

The first of an axis decides whether a pair is ordered; the others stand beside it, so that a verdict which hangs on
one definition is seen. Which is first was settled before any system was measured, but for attack and noise: a first
look at pairs showed what the ones that stood there are fooled by, and they now fail a known answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

from bench.sound import libraries, measures
from bench.sound.clip import Clip

BenchAxis = Literal["brightness", "attack", "length", "tail", "width", "noise", "movement", "weight"]
AXES: tuple[BenchAxis, ...] = get_args(BenchAxis)


@dataclass(frozen=True)
class Evaluator:
    """A measure that orders sounds along an axis."""

    axis: BenchAxis
    name: str
    unit: str
    measure: Callable[[Clip], float]
    maker: str = "own"
    """Whose definition it is; `own` runs with numpy alone."""


EVALUATORS: tuple[Evaluator, ...] = (
    Evaluator("brightness", "brightness", "", libraries.brightness, "AudioCommons"),
    Evaluator("brightness", "sharpness", "acum", libraries.sharpness_acum, "mosqito, DIN 45692"),
    Evaluator("attack", "log attack time", "log10 s", libraries.log_attack_s, "essentia"),
    Evaluator("attack", "early energy", "dB", measures.early_energy_db),
    Evaluator("attack", "softness", "", libraries.softness, "AudioCommons (hardness)"),
    Evaluator("length", "effective duration", "s", libraries.effective_duration_s, "essentia"),
    Evaluator("length", "95 % energy time", "s", measures.energy_time_s),
    Evaluator("tail", "tail to -40 dB", "s", measures.tail_s, "own, after Schroeder"),
    Evaluator("tail", "late energy", "dB", measures.late_energy_db),
    Evaluator("width", "decorrelation", "", measures.decorrelation),
    Evaluator("width", "side share", "dB", measures.side_db),
    Evaluator("noise", "noise share", "", measures.noise_share, "own, after MPEG-7"),
    Evaluator("noise", "flatness", "dB", libraries.flatness_db, "librosa"),
    Evaluator("noise", "aperiodicity", "", measures.aperiodicity, "own, after Boersma"),
    Evaluator("movement", "mel modulation", "dB", libraries.mel_modulation_db, "librosa"),
    Evaluator("movement", "spectral change", "dB", measures.spectral_change_db),
    Evaluator("weight", "boominess", "", libraries.boominess, "AudioCommons"),
    Evaluator("weight", "share below 120 Hz", "dB", measures.low_share_db),
    Evaluator("weight", "depth", "", libraries.depth, "AudioCommons"),
)


def of_axis(axis: BenchAxis) -> tuple[Evaluator, ...]:
    """The evaluators of an axis, the one that decides first."""
    return tuple(one for one in EVALUATORS if one.axis == axis)

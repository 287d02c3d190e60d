"""The whole benchmark: evaluators, then pairs and prompts of all systems in turn, until done or out of time."""

import itertools
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.sound import known_answers
from bench.sound.classifier import StyleClassifier, human_sounds, problems, trained
from bench.sound.evaluators import AXES, EVALUATORS, BenchAxis, Evaluator, of_axis
from bench.sound.library import BenchSound, listen, seed_noise_db
from bench.sound.paired import Ordered, judge
from bench.sound.pairs import pairs
from bench.sound.prompts import held_out
from bench.sound.systems import System
from bench.sound.workshop import OutOfTimeError, Workshop

_NOISE_SOUNDS = 28
_NOISE_MINUTES = 1.0
"""On top of the time that was given: without the noise, likeness has no measure."""


@dataclass(frozen=True)
class Size:
    """How much is asked."""

    pairs: int = 200
    prompts: int = 70
    human: bool = True


QUICK = Size(pairs=16, prompts=14, human=False)


@dataclass
class Findings:
    """What a run found; what it had no time for is missing, and `unfinished` says what that is."""

    used: Mapping[BenchAxis, tuple[Evaluator, ...]]
    refused_evaluators: Mapping[str, Sequence[str]]
    pairs_wanted: int = 0
    prompts_wanted: int = 0
    ordered: list[Ordered] = field(default_factory=list)
    sounds: list[BenchSound] = field(default_factory=list)
    noise_db: list[float] = field(default_factory=list)
    listener: StyleClassifier | None = None
    unfinished: list[str] = field(default_factory=list)


def wrong_answers(evaluators: Sequence[Evaluator] = EVALUATORS) -> dict[str, list[str]]:
    """By evaluator, which known answers it gets wrong."""
    answers = known_answers.known_answers()
    return {one.name: list(known_answers.failures(one, answers)) for one in evaluators}


def usable(wrong: Mapping[str, Sequence[str]]) -> dict[BenchAxis, tuple[Evaluator, ...]]:
    """The evaluators that get nothing wrong, by axis.

    Raises:
        ValueError: an axis has none; the text says what they get wrong.
    """
    used = {axis: tuple(one for one in of_axis(axis) if not wrong[one.name]) for axis in AXES}
    if empty := [axis for axis, evaluators in used.items() if not evaluators]:
        raise ValueError(f"no evaluator of {', '.join(empty)} orders its known answers: {wrong}")
    return used


def run(systems: Sequence[System], shop: Workshop, size: Size, human: Path | None) -> Findings:
    """Everything that the time allows.

    Raises:
        ValueError: an axis has no evaluator left.
    """
    wrong = shop.known_answers(wrong_answers)
    found = Findings(usable(wrong), {name: problems for name, problems in wrong.items() if problems})
    _tell(f"{len(wrong) - len(found.refused_evaluators)} of {len(wrong)} evaluators hold their known answers")
    steps: dict[str, Callable[[], object]] = {
        "human presets": lambda: _human(found, shop, human if size.human else None),
        "pairs and prompts": lambda: _questions(found, systems, shop, size),
        "seed noise": lambda: _noise(found, shop),
    }
    for name, step in steps.items():
        try:
            step()
        except OutOfTimeError:
            found.unfinished.append(name)
    return found


def _questions(findings: Findings, systems: Sequence[System], shop: Workshop, size: Size) -> None:
    """Pairs and prompts in turn, each of all systems, so that a run that is cut short has some of everything."""
    asked, prompts = pairs()[: size.pairs], held_out()[: size.prompts]
    findings.pairs_wanted, findings.prompts_wanted = len(asked), len(prompts)
    for number in range(max(len(asked), len(prompts))):
        for pair in asked[number : number + 1]:
            findings.ordered += [judge(pair, system, findings.used, shop) for system in systems]
            _tell(f"pair {number + 1}/{len(asked)}  {pair.id}")
        for prompt in prompts[number : number + 1]:
            findings.sounds += [listen(prompt, system, shop) for system in systems]
            _tell(f"prompt {number + 1}/{len(prompts)}  {prompt.style}: {prompt.text}")


def _noise(findings: Findings, shop: Workshop) -> None:
    shop.allow(_NOISE_MINUTES)
    own = (sound for sound in findings.sounds if sound.system == "rules" and sound.heard)
    findings.noise_db = seed_noise_db(list(itertools.islice(own, _NOISE_SOUNDS)), shop)


def _human(findings: Findings, shop: Workshop, folder: Path | None) -> None:
    if folder is not None:
        if wrong := problems():
            raise ValueError(f"the listener can't be used: {'; '.join(wrong)}")
        _tell(f"listening to the presets in {folder.name}")
        findings.listener = trained(human_sounds(folder, shop))


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)

"""What the findings come to: figures with intervals, by system, as plain data for report and plots."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from bench.sound.classifier import StyleClassifier
from bench.sound.evaluators import AXES
from bench.sound.features import distances_db
from bench.sound.library import BenchSound, row
from bench.sound.paired import Ordered
from bench.sound.prompts import are_stand_ins, held_out
from bench.sound.run import Findings
from bench.sound.statistics import bootstrapped, pooled_deviation, proportion
from bench.sound.systems import System

FAULTS = ("refused", "not rendered", "silent", "clipping", "mono-unsafe")
_FLOOR_PERCENTILE = 95


def summary(findings: Findings, systems: Sequence[System]) -> dict[str, Any]:
    """Everything that the report tells."""
    floor_db = float(np.percentile(findings.noise_db, _FLOOR_PERCENTILE)) if findings.noise_db else math.nan
    return {
        "systems": [system.name for system in systems],
        "unfinished": findings.unfinished,
        "evaluators": {axis: [f"{e.name} ({e.maker})" for e in used] for axis, used in findings.used.items()},
        "refused_evaluators": findings.refused_evaluators,
        "pairs_wanted": findings.pairs_wanted,
        "prompts_wanted": findings.prompts_wanted,
        "stand_in_prompts": are_stand_ins(),
        "noise": {"floor_db": floor_db, "presets": len(findings.noise_db), "distances_db": findings.noise_db},
        "listener": _listener(findings),
        "by_system": {
            system.name: {
                **_pairs([one for one in findings.ordered if one.system == system.name]),
                **_of_sounds(
                    system, [one for one in findings.sounds if one.system == system.name], findings, floor_db
                ),
            }
            for system in systems
        },
        "pairs": [_pair_row(one) for one in findings.ordered],
        "sounds": [row(one) for one in findings.sounds],
    }


def _of_sounds(system: System, sounds: Sequence[BenchSound], findings: Findings, floor_db: float) -> dict[str, Any]:
    return {
        "style_understood": _understood(system, sounds),
        "style_heard": _heard(sounds, findings.listener),
        **_levels(sounds),
        **_likeness(sounds, floor_db),
        **_cost(sounds),
    }


def _listener(findings: Findings) -> dict[str, Any] | None:
    one = findings.listener
    if one is None:
        return None
    known = list(one.recalls_known_packs.values())
    return {
        "balanced_accuracy": one.balanced_accuracy,
        "balanced_accuracy_known_packs": float(np.mean(known)),
        "counts": one.counts,
        "recalls": one.recalls,
    }


def _share(rights: Iterable[bool]) -> dict[str, float]:
    found = list(rights)
    return asdict(proportion(sum(found), len(found)))


def _pairs(ordered: Sequence[Ordered]) -> dict[str, Any]:
    by_axis = {axis: [one for one in ordered if one.pair.axis == axis] for axis in AXES}
    return {
        "pairs": _share(one.right for one in ordered),
        "pairs_all_agree": _share(bool(one.verdicts) and all(one.verdicts.values()) for one in ordered),
        "pairs_by_axis": {axis: _share(one.right for one in some) for axis, some in by_axis.items()},
        "pairs_by_evaluator": {
            axis: {
                name: _share(one.verdicts.get(name, False) for one in some)
                for name in next((list(one.verdicts) for one in some if one.verdicts), [])
            }
            for axis, some in by_axis.items()
        },
    }


def _pair_row(answer: Ordered) -> dict[str, Any]:
    return {
        "system": answer.system,
        "axis": answer.pair.axis,
        "low": answer.pair.low,
        "high": answer.pair.high,
        "right": answer.right,
        "problem": answer.problem,
        "figures": {name: list(values) for name, values in answer.figures.items()},
        "templates": list(answer.templates),
    }


def _understood(system: System, sounds: Sequence[BenchSound]) -> dict[str, float]:
    """Whether the style is the label: of all held-out prompts where reading is enough, else of those made."""
    read = [(system.understands(prompt.text), prompt.style) for prompt in held_out()]
    if all(style is None for style, _ in read):
        read = [(sound.made.style, sound.prompt.style) for sound in sounds]
    return _share(style == label for style, label in read if style is not None)


def _heard(sounds: Sequence[BenchSound], listener: StyleClassifier | None) -> dict[str, Any] | None:
    """Share of the sounds of styles which the listener knows that it hears as what the prompt asked for."""
    if listener is None:
        return None
    known = [sound for sound in sounds if sound.prompt.style in listener.counts]
    audible = [sound for sound in known if sound.heard]
    guesses = dict(zip(map(id, audible), listener.hear([sound.heard for sound in audible]), strict=True))
    rights = {id(sound): guesses.get(id(sound)) == sound.prompt.style for sound in known}
    recalls = [
        float(np.mean([rights[id(sound)] for sound in known if sound.prompt.style == style]))
        for style in listener.counts
        if any(sound.prompt.style == style for sound in known)
    ]
    return {**_share(rights.values()), "balanced": float(np.mean(recalls)) if recalls else math.nan}


def _levels(sounds: Sequence[BenchSound]) -> dict[str, Any]:
    heard = [sound for sound in sounds if sound.loudness_lufs is not None and "silent" not in sound.faults]
    by_style: dict[str, list[float]] = {}
    for sound in heard:
        by_style.setdefault(sound.made.style or sound.prompt.style, []).append(sound.loudness_lufs or 0.0)
    return {
        "loudness_spread_lu": asdict(pooled_deviation(by_style)),
        "loudness_by_style": {style: _spread(values) for style, values in sorted(by_style.items())},
        "faults": {fault: _share(fault in sound.faults for sound in sounds) for fault in FAULTS},
    }


def _spread(values: Sequence[float]) -> dict[str, float]:
    return {
        "mean_lufs": float(np.mean(values)),
        "sigma_lu": float(np.std(values, ddof=1)) if len(values) > 1 else math.nan,
        "count": len(values),
    }


def _likeness(sounds: Sequence[BenchSound], floor_db: float) -> dict[str, Any]:
    distances = distances_db([sound.picture for sound in sounds if sound.heard])
    if not len(distances) or math.isnan(floor_db):
        return {"near_duplicates": None}
    close = int((distances < floor_db).sum())
    quantiles = {f"p{p}": float(np.percentile(distances, p)) for p in (1, 50)}
    return {"near_duplicates": {"pairs": close, "of": len(distances), **quantiles}}


def _cost(sounds: Sequence[BenchSound]) -> dict[str, Any]:
    made = [sound.made for sound in sounds]
    return {
        "renders": asdict(bootstrapped([float(one.renders) for one in made], np.mean)),
        "renders_most": max((one.renders for one in made), default=0),
        "rendered_s": asdict(bootstrapped([one.rendered_s for one in made], np.mean)),
        "wall_s": asdict(bootstrapped([one.wall_s for one in made], np.median)),
    }

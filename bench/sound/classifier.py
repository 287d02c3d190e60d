"""A listener that learned from human-made presets what each style sounds like."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.sound.features import description
from bench.sound.prompts import STYLES
from bench.sound.systems import MIDDLE
from bench.sound.workshop import Workshop
from engine.compiler import playable, read_vital
from engine.errors import SynthCopilotError

_FOLDS = 5
_FEWEST = 10
_LEARNS, _CHANCE = 0.9, 0.5


@dataclass(frozen=True)
class HumanSound:
    """A human-made preset: its style, the folder it lay in, and what was heard."""

    style: str
    pack: str
    heard: tuple[float, ...]


@dataclass(frozen=True)
class StyleClassifier:
    """A classifier, and how well it hears, style by style, what it didn't learn from."""

    model: Any
    counts: dict[str, int]
    recalls: dict[str, float]
    """Of presets of packs that it knows nothing of."""
    recalls_known_packs: dict[str, float]
    """Of presets whose packs it may know others of."""

    @property
    def balanced_accuracy(self) -> float:
        """Mean recall over the styles, packs unknown."""
        return float(np.mean(list(self.recalls.values())))

    def hear(self, features: Sequence[Sequence[float]]) -> list[str]:
        """The style of each sound."""
        return [str(style) for style in self.model.predict(np.asarray(features))] if features else []


def human_sounds(folder: Path, shop: Workshop) -> list[HumanSound]:
    """Every preset below `folder` that names one of the seven styles and renders, heard as a C4 of one second."""
    found = []
    for path in sorted(folder.rglob("*.vital")):
        try:
            vital = read_vital(path.read_bytes())
            style = str(vital.get("preset_style", ""))
            preset = playable(vital).preset if style in STYLES else b""
        except SynthCopilotError:
            continue
        heard = shop.vector(preset, MIDDLE, "description", description) if preset else "no style"
        if not isinstance(heard, str):
            found.append(HumanSound(style, path.relative_to(folder).parts[0], tuple(heard)))
    return found


def trained(sounds: Sequence[HumanSound], *, trees: int = 400) -> StyleClassifier | None:
    """A listener of the styles with ten or more sounds; None if fewer than two have."""
    counts = {style: sum(one.style == style for one in sounds) for style in STYLES}
    counts = {style: count for style, count in counts.items() if count >= _FEWEST}
    if len(counts) < 2:
        return None
    kept = [one for one in sounds if one.style in counts]
    rows, labels = np.array([one.heard for one in kept]), np.array([one.style for one in kept])
    packs = [one.pack for one in kept]
    recalls = [
        {style: float(np.mean(guessed[labels == style] == style)) for style in counts}
        for guessed in (_crossed(_model(trees), rows, labels, groups) for groups in (packs, []))
    ]
    return StyleClassifier(_model(trees).fit(rows, labels), counts, *recalls)


def problems() -> tuple[str, ...]:
    """What is wrong with listeners as such: one must learn plain kinds of sound, and nothing of shuffled labels."""
    rng = np.random.default_rng(4)
    kinds = STYLES[:3]
    sounds = [
        HumanSound(
            kinds[n % 3],
            f"pack {n % 5}",
            tuple(np.asarray(rng.normal(3.0 * (n % 3 == np.arange(9) % 3), 1.0)).tolist()),
        )
        for n in range(120)
    ]
    labels = rng.permutation([one.style for one in sounds])
    shuffled = [HumanSound(str(label), one.pack, one.heard) for one, label in zip(sounds, labels, strict=True)]
    plain, chance = trained(sounds, trees=40), trained(shuffled, trees=40)
    found = []
    if plain is None or plain.balanced_accuracy < _LEARNS:
        found.append("it doesn't learn plain kinds of sound")
    if chance is None or chance.balanced_accuracy > _CHANCE:
        found.append("it finds something in shuffled labels")
    return tuple(found)


def _crossed(model: Any, rows: np.ndarray, labels: np.ndarray, packs: list[str]) -> np.ndarray:
    """Each sound as heard by a model that learned from other packs, or from other sounds where packs are few."""
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold, cross_val_predict

    folder = StratifiedGroupKFold if len(set(packs)) >= _FOLDS else StratifiedKFold
    folds = folder(n_splits=_FOLDS, shuffle=True, random_state=0)
    guessed: np.ndarray = cross_val_predict(model, rows, labels, groups=packs or None, cv=folds)
    return guessed


def _model(trees: int) -> Any:
    from sklearn.ensemble import ExtraTreesClassifier

    return ExtraTreesClassifier(
        n_estimators=trees, min_samples_leaf=5, max_features=0.3, class_weight="balanced", random_state=0
    )

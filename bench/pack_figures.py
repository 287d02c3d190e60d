"""What a whole pack is like: built for real from the labelled prompts, then read back from its zip.

    python -m bench.pack_figures [--prompts 200] [--variations 0] [--home DIR]

Levels are measured anew on the previews, by pyloudnorm; worst cases, macros, words and renders are read from the
manifests. With a `--home` a build that was stopped goes on where it was.
"""

import argparse
import io
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyloudnorm
import soundfile

from assets.storage import ZipFiles
from bench.words.labelled import labelled
from engine.bundle.bundle import MANIFEST
from engine.compiler.spec_io import model_from_json
from pipelines.build import BuildReport, build_library
from schemas.manifest import BundledPreset, BundleManifest, PackManifest
from schemas.request import Library

SIGMA_GOAL_LU = 1.5
RENDERS_GOAL = 30


@dataclass(frozen=True)
class PackedSound:
    """A preset of the pack."""

    style: str
    preset: BundledPreset
    loudness_lufs: float
    """Of its preview."""

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong in its worst case: gates that did not pass."""
        report = self.preset.gates
        return (
            tuple(one.gate for one in report.results if not one.passed and one.severity == "fail") if report else ()
        )


def library(prompts: int, variations: int) -> Library:
    """The first labelled prompts of each style in turn, so that every style has about as many."""
    by_style: dict[str, list[str]] = defaultdict(list)
    for row in labelled():
        by_style[row.style].append(row.prompt)
    longest = max(map(len, by_style.values()))
    turns = [column[row] for row in range(longest) for column in by_style.values() if row < len(column)]
    return Library(name="Figures", seed=1, variations=variations, prompts=tuple(turns[:prompts]))


def sounds(archive: Path) -> Iterator[PackedSound]:
    """Every preset of a pack's zip."""
    with ZipFiles(archive) as files:
        yield from _packed(files)


def _packed(files: ZipFiles) -> Iterator[PackedSound]:
    pack = model_from_json(PackManifest, files[MANIFEST])
    bundles = {one.key: model_from_json(BundleManifest, files[one.manifest]) for one in pack.bundles}
    for listed in pack.presets:
        preset = next(one for one in bundles[listed.bundle_key].presets if one.id == listed.id)
        audio, rate = soundfile.read(io.BytesIO(files[listed.files.flac]), dtype="float64", always_2d=True)
        yield PackedSound(listed.style, preset, _loudness(audio, rate))


def _loudness(audio: np.ndarray, rate: int) -> float:
    short = max(0, int(0.5 * rate) - len(audio))
    return float(pyloudnorm.Meter(rate).integrated_loudness(np.pad(audio, ((0, short), (0, 0)))))


def report(built: BuildReport, presets: list[PackedSound], wall_s: float) -> None:
    """Print it."""
    by_style: dict[str, list[float]] = defaultdict(list)
    for one in presets:
        by_style[one.style].append(one.loudness_lufs)
    print(f"{'style':<12}{'presets':>8}{'mean LUFS':>11}{'sigma LU':>10}")
    for style, values in sorted(by_style.items()):
        sigma = statistics.stdev(values) if len(values) > 1 else 0.0
        print(f"{style:<12}{len(values):>8}{statistics.mean(values):>11.2f}{sigma:>10.2f}")
    bases = [one.preset for one in presets if one.preset.kind == "base"]
    loads = [one.renders + one.tuning_renders for one in bases]
    words = [word for one in bases for word in one.words if word.wanted]
    macros = [len(one.macros) for one in bases]
    print(f"largest sigma {max(statistics.pstdev(v) for v in by_style.values()):.2f} LU (goal {SIGMA_GOAL_LU})")
    print(f"accepted {built.accepted}, repaired {built.repaired}, refused {len(built.refused)}:")
    for refusal in built.refused:
        print(f"  {refusal.prompt}: {refusal.reason}")
    print(f"near-duplicates refused {built.near_duplicates}, drawn anew {len(built.regenerated)}")
    print(f"presets with a gate that fails in its worst case: {sum(bool(one.faults) for one in presets)}")
    print(f"renders a base: mean {statistics.mean(loads):.1f}, most {max(loads)} (goal {RENDERS_GOAL})")
    print(f"takes a base: mean {statistics.mean(one.takes for one in bases):.0f}")
    print(f"words heard as far as wanted: {sum(word.satisfied for word in words)} of {len(words)}")
    print(f"macros a base: {dict(sorted((n, macros.count(n)) for n in set(macros)))}")
    print(f"wall {wall_s:.0f} s, {wall_s / max(len(presets), 1):.2f} s a preset")


def main() -> None:
    """Build and report."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--prompts", type=int, default=200)
    options.add_argument("--variations", type=int, default=0)
    options.add_argument("--home", type=Path)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = given.home or Path(folder)
        start = time.perf_counter()
        built = build_library(library(given.prompts, given.variations), out_dir=home / "out", home=home / "dagster")
        report(built, list(sounds(built.pack.zip)), time.perf_counter() - start)


if __name__ == "__main__":
    main()

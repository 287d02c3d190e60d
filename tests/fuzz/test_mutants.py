"""Whatever a fuzzer makes of good presets is refused or measured; nothing crashes, hangs or slips by."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import islice

import pytest
from mutants import good_presets, mutants, rich

from engine.compiler import canonical_bytes, compile_spec, decompile, dump_spec, load_spec, playable, read_vital
from engine.errors import SpecError, VitalFileError
from engine.render.job import NotePlan, Rendered, RenderJob
from engine.render.pool import RenderPool

CHUNKS = 2
SHORT = (NotePlan(48, 0.8, 0.1, 0.2),)
HARMLESS = {"poisoned", "refused"}
"""What becomes of a preset alone: absurdly loud with each value in range, or not loaded by Vital after all."""


def survivors(count: int, seed: int, told: Counter[str]) -> Iterator[RenderJob]:
    """Render jobs of the mutants that are accepted; any error but the one that says why is a bug."""
    for number, data in enumerate(mutants(good_presets(), count, seed=seed)):
        try:
            vital = read_vital(data)
            back = json.loads(canonical_bytes(compile_spec(decompile(vital))))
            preset = playable(vital).preset
        except VitalFileError:
            told["refused"] += 1
            continue
        assert back["settings"].keys() == vital["settings"].keys()
        told["accepted"] += 1
        yield RenderJob(key=f"mutant {number} of seed {seed}", preset=preset, notes=SHORT)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_mutants_are_refused_or_measured(chunk: int, request: pytest.FixtureRequest) -> None:
    count = int(request.config.getoption("--fuzz-mutants")) // CHUNKS
    thorough = count > 5_000 // CHUNKS
    told: Counter[str] = Counter()
    failures: list[str] = []
    with RenderPool(1, time_limit_s=20.0) as pool:
        jobs = survivors(count, chunk, told)
        for outcome in pool.map(jobs if thorough else islice(jobs, 20)):
            told["rendered" if isinstance(outcome, Rendered) else f"in the synth: {outcome.kind}"] += 1
            if not isinstance(outcome, Rendered) and outcome.kind not in HARMLESS:
                failures.append(f"{outcome.key}: {outcome.kind}: {outcome.reason}")
        for _ in jobs:
            pass
    sys.stderr.write(f"\n{count} mutants: {dict(told)}\n")
    assert failures == []
    assert told["refused"] + told["accepted"] == count
    assert min(told["refused"], told["accepted"]) > count / 10, "the fuzzer hits both sides"


def test_mutants_of_a_patch_spec_are_refused_or_compiled(request: pytest.FixtureRequest) -> None:
    documents = [json.loads(dump_spec(decompile(document))) for document in [*good_presets()[2:], rich()]]
    told: Counter[str] = Counter()
    for data in mutants(documents, int(request.config.getoption("--fuzz-mutants")) // 5, seed=5):
        try:
            playable(compile_spec(load_spec(data)))
        except (SpecError, VitalFileError):
            told["refused"] += 1
        else:
            told["compiled"] += 1
    sys.stderr.write(f"\nmutants of PatchSpecs: {dict(told)}\n")
    assert told["refused"]
    assert told["compiled"]

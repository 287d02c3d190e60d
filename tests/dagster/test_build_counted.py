"""What a build does in which order, and what its report counts, where the runs themselves are left out."""

from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from dagster import DagsterInstance

from assets.partitions import batches, canonical_library, library_key
from assets.storage import Store
from pipelines import build
from pipelines.build import PackReport, PartitionReport, build_library
from pipelines.holdings import NotKept, Refusal
from pipelines.runs import BuildFailedError
from schemas.request import Library

LIBRARY = Library(name="Counted", variations=0, prompts=("a kick", "a clap", "a kick"))
CANONICAL = canonical_library(LIBRARY, batch_size=1)
KEY = library_key(CANONICAL, batch_size=1)
BATCH_ASSETS = ["prompts", "plans", "patch_specs", "variations", "renders", "bundles"]
PACK = PackReport(Path("/out/Counted"), Path("/out/Counted.zip"), "0" * 64, 7)
NOT_KEPT = (NotKept("Wide Thud", "width 92 %", "instead of 100 %: too wide"),)
REFUSED = (Refusal("a kick", "Thud", "base", "Silent"),)


class Left(SimpleNamespace):
    """What the store holds, in Holdings' place."""

    def __init__(self, store: Store) -> None:
        super().__init__(store=store)

    def complete(self, asset: str, partition: str) -> bool:
        return True

    def manifest(self, library: str) -> Any:
        presets = [SimpleNamespace(repairs=repairs) for repairs in ((), ("level",), ())]
        counts = SimpleNamespace(near_duplicates=4)
        return SimpleNamespace(presets=presets, regenerated=(), counts=counts, coverage=None)

    def refusals(self, parts: Any, library: str) -> tuple[Refusal, ...]:
        assert (list(parts), library) == ([f"{KEY}-0001", f"{KEY}-0002"], KEY)
        return REFUSED

    def not_kept(self, library: str) -> tuple[NotKept, ...]:
        assert library == KEY
        return NOT_KEPT


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Which partitions were to be made, with which assets; a batch that is named in `failing` fails."""
    asked: list[Any] = []

    def make(self: Any, job: str, partition: str, assets: Any, *, anyway: str | None = None) -> None:
        asked.append((job, partition, list(assets), anyway))
        store, instance = self.holdings.store, self.instance
        if job == "build_batch":
            assert [one.prompt for one in store.batch(partition)] in (["a kick"], ["a clap"])
        assert store.library(KEY) == CANONICAL
        assert set(instance.get_dynamic_partitions("request_batches")) == {f"{KEY}-0001", f"{KEY}-0002"}
        assert instance.get_dynamic_partitions("libraries") == [KEY]
        problem = "no room" if partition.endswith("-0001") and getattr(make, "failing", False) else None
        self.done.append(PartitionReport(partition, {}, ("bundles",), (), "run-7", problem, 0.0))

    @contextmanager
    def instance_of(home: Path) -> Any:
        with DagsterInstance.ephemeral() as one:
            yield one

    monkeypatch.setattr(build, "instance_of", instance_of)
    monkeypatch.setattr(build, "Holdings", Left)
    monkeypatch.setattr(build, "_export", lambda holdings, key, out_dir: PACK)
    monkeypatch.setattr(build._Build, "make", make)
    asked.append(make)
    return asked


def test_batches_are_made_in_turn_and_then_the_pack_and_what_came_of_it_is_counted(
    runs: list[Any], tmp_path: Path
) -> None:
    runs.clear()
    told: list[Any] = []
    report = build_library(LIBRARY, out_dir=tmp_path, home=tmp_path / "home", progress=told.append, batch_size=1)
    assert runs == [
        ("build_batch", f"{KEY}-0001", BATCH_ASSETS, None),
        ("build_batch", f"{KEY}-0002", BATCH_ASSETS, None),
        ("build_pack", KEY, ["packs"], None),
    ]
    assert [(one.stage, one.partition, one.done, one.total) for one in told] == [
        ("batches", f"{KEY}-0001", 1, 2),
        ("batches", f"{KEY}-0002", 2, 2),
        ("packs", KEY, 1, 1),
    ]
    assert (report.library, report.requests, report.repeated) == (KEY, 2, 1)
    assert (report.accepted, report.repaired, report.near_duplicates) == (3, 1, 4)
    assert (report.refused, report.pack, report.cancelled_runs) == (REFUSED, PACK, ())
    assert report.not_kept == NOT_KEPT
    assert [one.partition for one in report.partitions] == [*batches(CANONICAL, batch_size=1), KEY]
    assert report.home == tmp_path / "home"


def test_no_pack_is_made_of_a_library_of_which_a_batch_failed_but_all_batches_are(
    runs: list[Any], tmp_path: Path
) -> None:
    runs.pop().failing = True
    with pytest.raises(BuildFailedError) as failed:
        build_library(LIBRARY, out_dir=tmp_path, home=tmp_path / "home", batch_size=1)
    assert str(failed.value) == f"1 of 2 partitions failed\n{KEY}-0001 (run run-7): no room"
    assert [job for job, *_ in runs] == ["build_batch", "build_batch"]

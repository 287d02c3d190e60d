"""Building a library: its batches and then its pack, each run only if something of it is missing or stale."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dagster import DagsterInstance, Definitions

from assets.partitions import BATCH_SIZE, LIBRARIES, REQUEST_BATCHES, batches, canonical_library, library_key
from assets.resources import Listener, Progress, RendererResource, Report
from assets.storage import Store
from engine.bundle import FolderFiles
from engine.bundle.store import write_archive
from pipelines.definitions import build_defs
from pipelines.holdings import Holdings, NotKept, Refusal
from pipelines.home import instance_of, only_build, prepared
from pipelines.jobs import BATCH_ASSETS, PACK_ASSET
from pipelines.runs import BuildFailedError, Run, fail_dangling, run_partition
from pipelines.staleness import reasons_to_run
from schemas.diversity import Coverage, Redrawn
from schemas.request import Library, Request

_DATA_VERSIONS_COMPARED = 100
"""Dagster compares the data versions of fewer upstream partitions than this."""


@dataclass(frozen=True, slots=True)
class PartitionReport:
    """What was done for a partition. `reasons` says of each asset that was made again why."""

    partition: str
    reasons: Mapping[str, str]
    made: tuple[str, ...]
    skipped: tuple[str, ...]
    run_id: str | None
    problem: str | None
    wall_s: float


@dataclass(frozen=True, slots=True)
class PackReport:
    """The pack that was written: folder and zip, and the zip's hash."""

    folder: Path
    zip: Path
    zip_sha256: str
    zip_bytes: int


@dataclass(frozen=True, slots=True)
class BuildReport:
    """The result of building a library."""

    library: str
    home: Path
    requests: int
    repeated: int
    """Prompts that were in the library twice, with the same options; they are built once."""
    accepted: int
    repaired: int
    refused: tuple[Refusal, ...]
    regenerated: tuple[Redrawn, ...]
    """Prompts that another seed was drawn for, since what the first one gave sounds like another preset."""
    near_duplicates: int
    """Of the refused prompts, the ones for which no seed brought anything new."""
    coverage: Coverage | None
    partitions: tuple[PartitionReport, ...]
    pack: PackReport
    not_kept: tuple[NotKept, ...] = ()
    """Values that prompts ask for and their base presets don't have."""
    cancelled_runs: tuple[str, ...] = ()
    """Runs of an earlier build that was killed; they now stand as failed."""
    wall_s: float = 0.0

    @property
    def skipped(self) -> bool:
        """Whether nothing had to be made."""
        return not any(one.made for one in self.partitions)

    @property
    def where(self) -> str:
        """How to look at the runs, lineage, checks and previews."""
        return f"DAGSTER_HOME={self.home} dagster dev   (then the asset `packs`, partition {self.library})"


@dataclass
class _Build:
    """A build at work."""

    key: str
    definitions: Definitions
    instance: DagsterInstance
    holdings: Holdings
    done: list[PartitionReport] = field(default_factory=list)

    def make(self, job: str, partition: str, assets: Sequence[str], *, anyway: str | None = None) -> None:
        """Make what has to be made of a partition; `anyway` is a reason to make all of it."""
        start = time.perf_counter()
        graph = self.definitions.resolve_asset_graph()
        reasons = reasons_to_run(self.instance, graph, assets, partition, self.holdings.complete)
        if anyway and not reasons:
            reasons = dict.fromkeys(assets, anyway)
        todo = [asset for asset in assets if asset in reasons]
        run = self._run(job, partition, todo) if todo else None
        self.done.append(
            PartitionReport(
                partition=partition,
                reasons=reasons,
                made=run.made if run else (),
                skipped=tuple(asset for asset in assets if asset not in reasons),
                run_id=run.run_id if run else None,
                problem=run.problem if run else None,
                wall_s=time.perf_counter() - start,
            )
        )

    def _run(self, job: str, partition: str, assets: Sequence[str]) -> Run:
        resolved = self.definitions.resolve_job_def(job)
        return run_partition(resolved, self.instance, partition=partition, assets=assets, library=self.key)

    def raise_for_failures(self) -> None:
        """Raise BuildFailedError if a run failed."""
        failed = [one for one in self.done if one.problem]
        if failed:
            lines = [f"{one.partition} (run {one.run_id}): {one.problem}" for one in failed]
            raise BuildFailedError("\n".join([f"{len(failed)} of {len(self.done)} partitions failed", *lines]))


def build_library(
    library: Library,
    *,
    out_dir: Path,
    home: Path,
    progress: Report | None = None,
    workers: int = 0,
    batch_size: int = BATCH_SIZE,
) -> BuildReport:
    """Build a library's pack into `out_dir`, through runs on the Dagster instance in `home`.

    Only what is missing or stale is made. `workers` requests are rendered at a time (0: one a core); `progress`
    is called for every request that is done, from this thread.

    Raises:
        HomeInUseError: another build works in that home.
        BuildFailedError: a run failed; what other runs made is kept, and the next build goes on from there.
    """
    start, home = time.perf_counter(), prepared(home)
    canonical = canonical_library(library, batch_size=batch_size)
    key, parts = library_key(canonical, batch_size=batch_size), batches(canonical, batch_size=batch_size)
    tell = progress or (lambda step: None)
    with only_build(home), instance_of(home) as instance:
        cancelled = fail_dangling(instance)
        store = Store(Path(instance.storage_directory()))
        _register(instance, store, key, canonical, parts)
        definitions = build_defs(
            resources={"renderer": RendererResource(workers=workers), "listener": Listener(tell)}
        )
        build = _Build(key, definitions, instance, Holdings(store))
        for number, batch in enumerate(parts, 1):
            build.make("build_batch", batch, BATCH_ASSETS)
            tell(Progress("batches", batch, number, len(parts)))
        build.raise_for_failures()
        build.make("build_pack", key, [PACK_ASSET], anyway=_unseen_change(build, parts))
        build.raise_for_failures()
        tell(Progress("packs", key, 1, 1))
        pack = _export(build.holdings, key, out_dir)
        manifest = build.holdings.manifest(key)
        return BuildReport(
            library=key,
            home=home,
            requests=len(canonical.prompts),
            repeated=len(library.prompts) - len(canonical.prompts),
            accepted=len(manifest.presets),
            repaired=sum(bool(preset.repairs) for preset in manifest.presets),
            refused=build.holdings.refusals(parts, key),
            regenerated=manifest.regenerated,
            near_duplicates=manifest.counts.near_duplicates,
            coverage=manifest.coverage,
            partitions=tuple(build.done),
            pack=pack,
            not_kept=build.holdings.not_kept(key),
            cancelled_runs=cancelled,
            wall_s=time.perf_counter() - start,
        )


def _register(
    instance: DagsterInstance, store: Store, key: str, library: Library, parts: Mapping[str, Sequence[Request]]
) -> None:
    """Put the requests into the store first, then tell Dagster of them, so that no partition is without content."""
    for batch, requests in parts.items():
        store.put_batch(batch, requests)
    store.put_library(key, library)
    instance.add_dynamic_partitions(str(REQUEST_BATCHES.name), list(parts))
    instance.add_dynamic_partitions(str(LIBRARIES.name), [key])


def _unseen_change(build: _Build, parts: Sequence[str] | Mapping[str, object]) -> str | None:
    """Why a pack is to be made although Dagster finds nothing stale: it looks at so many batches only."""
    if len(parts) >= _DATA_VERSIONS_COMPARED and any("bundles" in one.made for one in build.done):
        return "bundles is made again"
    return None


def _export(holdings: Holdings, key: str, out_dir: Path) -> PackReport:
    """Write a pack's folder and zip into `out_dir`."""
    row = holdings.pack(key)
    name = str(row["folder_name"])
    folder = write_archive(name, FolderFiles(holdings.store.pack_folder(key) / name), out_dir)
    return PackReport(
        folder=folder,
        zip=out_dir / f"{name}.zip",
        zip_sha256=str(row["zip_sha256"]),
        zip_bytes=int(row["zip_bytes"]),
    )

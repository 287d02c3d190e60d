"""How the data is cut up: the two partition sets, their keys, and which batches a library consists of.

A batch of requests is a partition of everything up to the bundles; a library is a partition of the packs. A
library's key holds a hash of its content and a batch's key begins with its library's, so that a partition never
changes its content: a changed library is a new partition, an unchanged one finds what it made before.

No reading and writing here (`storage`), no assets.
"""

import hashlib
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from dagster import DynamicPartitionsDefinition, PartitionMapping, PartitionsDefinition

from assets.dagster_internals.partitions import DynamicPartitionsStore, PartitionsSubset, UpstreamPartitionsResult
from engine.bundle.names import safe_stem
from engine.compiler import dump_spec
from engine.library_names import named_and_planned
from schemas.request import Library, LibraryEntry, Request

REQUEST_BATCHES = DynamicPartitionsDefinition(name="request_batches")
LIBRARIES = DynamicPartitionsDefinition(name="libraries")

BATCH_SIZE = 100
"""Requests in a batch: with their variations some 300 to 500 presets, so that a run's own cost vanishes."""
_HASH_CHARS = 10
_SLUG_CHARS = 40


def canonical_library(library: Library, *, batch_size: int = BATCH_SIZE) -> Library:
    """The same library with every option spelled out, its prompts in an order of their own and none twice.

    Those that would be named alike get other names here, where the library is seen as a whole. In a library of
    several batches the prompts that one template answers stand together: they are the ones that may sound alike,
    and only within a batch can one of them be drawn anew.
    """
    unique = {dump_spec(_entry(request)): request for request in library.requests()}
    named = named_and_planned(tuple(unique.values()), library.names)
    ordered = sorted(named, key=lambda one: _without_name(one[0]))
    if len(ordered) > batch_size:
        ordered.sort(key=lambda one: one[1].template_id if one[1] else "")
    return library.model_copy(update={"prompts": tuple(_entry(request) for request, _ in ordered)})


def _without_name(request: Request) -> tuple[bytes, str]:
    """Where a request stands: its name decides between equals only, since it may have been given here."""
    return dump_spec(_entry(request.model_copy(update={"name": None}))), request.name or ""


def _entry(request: Request) -> LibraryEntry:
    return LibraryEntry(
        prompt=request.prompt,
        tags=request.tags,
        template_id=request.template_id,
        seed=request.seed,
        variations=request.variations,
        planner=request.planner,
        model=request.model,
        name=request.name,
    )


def library_key(library: Library, *, batch_size: int = BATCH_SIZE) -> str:
    """`<slug>-<hash>` of a canonical library; how it is cut into batches is part of the hash."""
    plain = safe_stem(library.name, fallback="library").lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_SLUG_CHARS].strip("-") or "library"
    digest = hashlib.sha256(dump_spec(library) + str(batch_size).encode()).hexdigest()
    return f"{slug}-{digest[:_HASH_CHARS]}"


def batches(library: Library, *, batch_size: int = BATCH_SIZE) -> dict[str, tuple[Request, ...]]:
    """A canonical library's requests by batch key."""
    key, requests = library_key(library, batch_size=batch_size), library.requests()
    starts = range(0, len(requests), batch_size)
    return {batch_key(key, n): requests[start : start + batch_size] for n, start in enumerate(starts, 1)}


def batch_key(library: str, number: int) -> str:
    """The key of a library's batch; numbers start at 1."""
    return f"{library}-{number:04d}"


def library_of(batch: str) -> str:
    """The library that a batch belongs to."""
    return batch.rpartition("-")[0]


class BatchesOfLibrary(PartitionMapping):
    """A pack needs its own library's batches and no others.

    Dagster's built-in mappings know no such thing for dynamic partitions: "all" would make every pack stale
    whenever any library is built. Runs and staleness in the code location use this class; the UI, which knows
    built-in mappings only, draws the edge and shows staleness by code version.
    """

    @property
    def description(self) -> str:
        """For the UI."""
        return "A library's pack depends on the batches whose keys begin with the library's key."

    def validate_partition_mapping(
        self, upstream_partitions_def: PartitionsDefinition, downstream_partitions_def: PartitionsDefinition | None
    ) -> None:
        """Any two sets of keys can be mapped."""

    def get_upstream_mapped_partitions_result_for_partitions(
        self,
        downstream_partitions_subset: PartitionsSubset | None,
        downstream_partitions_def: PartitionsDefinition | None,
        upstream_partitions_def: PartitionsDefinition,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> UpstreamPartitionsResult:
        """The batches of the given libraries."""
        wanted = set(downstream_partitions_subset.get_partition_keys()) if downstream_partitions_subset else set()
        keys = _keys(upstream_partitions_def, dynamic_partitions_store)
        found = [key for key in keys if library_of(key) in wanted]
        return UpstreamPartitionsResult(
            partitions_subset=upstream_partitions_def.subset_with_partition_keys(found),
            required_but_nonexistent_subset=upstream_partitions_def.empty_subset(),
        )

    def get_downstream_partitions_for_partitions(
        self,
        upstream_partitions_subset: PartitionsSubset,
        upstream_partitions_def: PartitionsDefinition,
        downstream_partitions_def: PartitionsDefinition,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> PartitionsSubset:
        """The libraries of the given batches."""
        libraries = {library_of(key) for key in upstream_partitions_subset.get_partition_keys()}
        known = _keys(downstream_partitions_def, dynamic_partitions_store)
        return downstream_partitions_def.subset_with_partition_keys([key for key in known if key in libraries])


def _keys(definition: PartitionsDefinition, store: DynamicPartitionsStore | None) -> Sequence[str]:
    return definition.get_partition_keys(dynamic_partitions_store=store)


@contextmanager
def own_mappings_allowed() -> Iterator[None]:
    """Keep Dagster from warning of a mapping that isn't built in; `BatchesOfLibrary` says why there is one."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Non-built-in PartitionMappings", category=DeprecationWarning)
        yield

"""Hearing a batch: requests side by side, each remembered as soon as it is done.

What was heard is stored under a hash of all that decided it, so that a run that was killed goes on where it was,
and a batch that was put together anew renders only what is new. Knows no Dagster.
"""

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from itertools import islice
from queue import SimpleQueue
from typing import TypeAlias

from pydantic import BaseModel, ValidationError

from assets.storage import Store, StoreError
from assets.tables import document, document_of
from engine.refine import RefinedRequest
from engine.render.pool import RenderPool
from engine.stages import render_stage
from schemas.base import Strict
from schemas.patch_spec import PatchSpec
from schemas.result import HeardPreset, MacroPlacement, Plan, Sha256
from schemas.variations import Variation, VariationsDiff
from service.keys import is_job_partition
from service.objects import read_whole, write_whole


@dataclass(frozen=True, slots=True)
class AuditionPart:
    """What is to be heard: a plan with its base patch and its variations."""

    plan: Plan
    spec: PatchSpec
    variations: tuple[Variation, ...]
    placements: tuple[MacroPlacement, ...] = ()
    """Where the macros of a patch went that was drawn anew here; of others, the ledger knows."""


@dataclass(frozen=True, slots=True)
class Played:
    """The result for a part. `wall_s` is 0 if it was remembered."""

    part: AuditionPart
    heard: RefinedRequest
    previews: dict[str, str]
    """sha256 of each accepted preset's FLAC in the blob store, by preset id."""
    wall_s: float


class _StoredAudition(Strict):
    plan: Plan
    placements: tuple[MacroPlacement, ...]
    presets: tuple[HeardPreset, ...]
    variations: VariationsDiff
    previews: dict[str, Sha256]


def audition_key(part: AuditionPart) -> str:
    """Hash of all that decides what is heard; the plan's own key holds every version."""
    return _sha256(part.plan, part.spec, *part.variations)


def _sha256(*models: BaseModel) -> str:
    return hashlib.sha256(b"\n".join(document(model).encode() for model in models)).hexdigest()


def namespace_of(partition: str) -> str:
    """Where a partition's auditions are kept.

    Those of a job lie apart, so that they can be erased with it, and so that nobody can tell from the time it takes
    whether somebody else has asked for the same.
    """
    return partition if is_job_partition(partition) else ""


def remember(store: Store, key: str, heard: RefinedRequest, *, namespace: str = "") -> dict[str, str]:
    """Store what was heard, audio first; hashes of the audio by preset id."""
    previews = {name: store.put_blob(flac) for name, flac in sorted(heard.previews.items())}
    record = {
        "plan": heard.plan.model_dump(mode="json"),
        "placements": [placed.model_dump(mode="json") for placed in heard.placements],
        "presets": [preset.model_dump(mode="json") for preset in heard.presets],
        "variations": heard.variations.model_dump(mode="json"),
        "previews": previews,
    }
    write_whole(store.audition_path(key, namespace=namespace), document_of(record).encode())
    return previews


def recall(store: Store, key: str, *, namespace: str = "") -> tuple[RefinedRequest, dict[str, str]] | None:
    """What was heard before, with the hashes of its audio; None if it wasn't, or if anything of it is damaged."""
    try:
        record = _StoredAudition.model_validate_json(read_whole(store.audition_path(key, namespace=namespace)))
        audio = {name: store.blob(sha256) for name, sha256 in record.previews.items()}
    except (FileNotFoundError, ValidationError, StoreError):
        return None
    heard = RefinedRequest(record.plan, record.placements, record.presets, record.variations, audio)
    return heard, record.previews


Pools: TypeAlias = Callable[[], AbstractContextManager[RenderPool]]
"""Where render processes come from."""


def hear(
    parts: Sequence[AuditionPart], store: Store, *, pool: Pools, lanes: int, namespace: str = ""
) -> Iterator[Played]:
    """Every part as it is done. `lanes` are heard at the same time, each with a render process of its own.

    A part keeps its place to the caller through `Played.part`; what comes out does not depend on `lanes`.
    """
    fresh: list[AuditionPart] = []
    for part in parts:
        known = recall(store, audition_key(part), namespace=namespace)
        if known is None:
            fresh.append(part)
        else:
            yield Played(part, known[0], known[1], wall_s=0.0)
    if fresh:
        yield from _play(fresh, store, pool, min(lanes, len(fresh)), namespace)


def _play(parts: list[AuditionPart], store: Store, pool: Pools, lanes: int, namespace: str) -> Iterator[Played]:
    if lanes == 1:  # in this thread, where a signal that stops the run is heard at once
        with pool() as only:
            yield from (_heard(part, store, only, namespace) for part in parts)
        return
    with ExitStack() as stack:
        free: SimpleQueue[RenderPool] = SimpleQueue()
        for _ in range(lanes):
            free.put(stack.enter_context(pool()))
        workers = stack.enter_context(ThreadPoolExecutor(lanes, "audition"))
        todo = iter(parts)

        def play(part: AuditionPart) -> Played:
            one = free.get()
            try:
                return _heard(part, store, one, namespace)
            finally:
                free.put(one)

        running: set[Future[Played]] = {workers.submit(play, part) for part in islice(todo, lanes + 1)}
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            running |= {workers.submit(play, part) for part in islice(todo, len(done))}
            for future in done:
                yield future.result()


def _heard(part: AuditionPart, store: Store, pool: RenderPool, namespace: str) -> Played:
    start = time.perf_counter()
    heard = render_stage(part.plan, part.spec, part.variations, pool)
    previews = remember(store, audition_key(part), heard, namespace=namespace)
    return Played(part, heard, previews, wall_s=time.perf_counter() - start)

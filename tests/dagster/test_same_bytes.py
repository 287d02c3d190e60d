"""The command line and the assets are two ways along one path: both make the same bytes."""

from pathlib import Path

from dagster import DagsterInstance

from assets.partitions import BATCH_SIZE, batches, canonical_library
from assets.storage import Store
from engine.render.pool import RenderPool
from engine.stages import run_request
from tests.dagster.small_library import LIBRARY


def test_a_request_makes_the_same_bundle_without_dagster(pristine):
    (batch,) = batches(canonical_library(LIBRARY), batch_size=BATCH_SIZE)
    with DagsterInstance.from_config(str(pristine.home)) as instance:
        rows = Store(Path(instance.storage_directory())).table("bundles", batch).to_pylist()
    with RenderPool(workers=2, time_limit_s=60) as pool:
        made = {run_request(request, pool).sha256 for request in LIBRARY.requests()}
    assert {row["zip_sha256"] for row in rows} == made

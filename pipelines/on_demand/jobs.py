"""The two Dagster jobs of the service: a request's presets, and an export of them."""

from typing import Final

from dagster import AssetCheckKey, AssetKey, AssetSelection, define_asset_job

from assets.deliveries import CHECK
from pipelines.jobs import BATCH_ASSETS

GENERATE_JOB: Final = "make_presets"
EXPORT_JOB: Final = "export_presets"
JOB_NAMES: Final = (GENERATE_JOB, EXPORT_JOB)

make_presets = define_asset_job(
    GENERATE_JOB,
    # One check a run, in the last step: each further one is a step of its own, and takes as long as an asset.
    selection=AssetSelection.assets(*BATCH_ASSETS, "deliveries").without_checks()
    | AssetSelection.checks(AssetCheckKey(AssetKey("deliveries"), CHECK)),
    description="One request, from its prompt to the files that are handed over.",
)

export_presets = define_asset_job(
    EXPORT_JOB,
    selection=AssetSelection.assets("exports"),
    description="A finished job's presets in another format.",
)

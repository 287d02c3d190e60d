"""The two jobs: a batch of requests down to its bundles, and a library's pack."""

from dagster import AssetSelection, define_asset_job

BATCH_ASSETS = ("prompts", "plans", "patch_specs", "variations", "renders", "bundles")
"""In the order in which they are made."""
PACK_ASSET = "packs"

build_batch = define_asset_job(
    "build_batch",
    selection=AssetSelection.assets(*BATCH_ASSETS),
    description="A batch of requests, from prompts to bundles.",
)

build_pack = define_asset_job(
    "build_pack",
    selection=AssetSelection.assets(PACK_ASSET),
    description="The pack of a library whose batches are done.",
)

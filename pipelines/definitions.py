"""Everything that Dagster is told. `build_defs` makes it anew; `defs` is what `dagster dev` loads."""

from collections.abc import Mapping
from typing import Any

from dagster import AssetsDefinition, AssetSpec, Definitions, in_process_executor

from assets.bundles import bundles
from assets.checks import CHECKS
from assets.io import ParquetTablesResource
from assets.packs import packs
from assets.partitions import own_mappings_allowed
from assets.patches import patch_specs, variations
from assets.planning import Planning
from assets.renders import renders
from assets.requests import plans, prompts
from assets.resources import Listener, RendererResource, StoreResource
from assets.responses import lexicon, response_maps, templates
from assets.versions import code_versions
from pipelines.jobs import build_batch, build_pack
from pipelines.planning import own_planner

ASSETS: tuple[AssetsDefinition, ...] = (
    prompts,
    plans,
    patch_specs,
    variations,
    renders,
    bundles,
    packs,
    response_maps,
)
EXTERNAL: tuple[AssetSpec, ...] = (templates, lexicon)
"""Files of the package: nobody makes them here."""


@own_mappings_allowed()
def build_defs(*, resources: Mapping[str, Any] | None = None) -> Definitions:
    """Fresh definitions with the code versions now in force; `resources` replace those of the same name."""
    versions = code_versions()

    def versioned(spec: AssetSpec) -> AssetSpec:
        return spec.replace_attributes(code_version=versions[spec.key.to_user_string()])

    store = StoreResource()
    usual = {
        "store": store,
        "renderer": RendererResource(),
        "listener": Listener(),
        "planning": Planning(own_planner),
        "io_manager": ParquetTablesResource(store=store),
    }
    return Definitions(
        assets=[*(asset.map_asset_specs(versioned) for asset in ASSETS), *EXTERNAL],
        asset_checks=CHECKS,
        jobs=[build_batch, build_pack],
        resources=usual | dict(resources or {}),
        executor=in_process_executor,
    )


defs = build_defs()

"""What the service tells Dagster: a library's assets, two more, and the sensor that starts jobs."""

from dagster import AssetSpec, Definitions

from assets.deliveries import deliveries
from assets.exports import exports
from assets.io import ParquetTablesResource
from assets.job_reports import JobReports
from assets.partitions import own_mappings_allowed
from assets.planning import Planning
from assets.versions import code_versions
from pipelines.definitions import build_defs
from pipelines.on_demand.connections import ledger
from pipelines.on_demand.dispatch.sensor import waiting_jobs
from pipelines.on_demand.housekeeping.pruning import old_jobs
from pipelines.on_demand.housekeeping.retention import hourly, retention
from pipelines.on_demand.jobs import JOB_NAMES as JOB_NAMES
from pipelines.on_demand.jobs import export_presets, make_presets
from pipelines.on_demand.resources.planning import planner_of_user
from pipelines.on_demand.resources.renderer import WarmRenderer
from pipelines.on_demand.resources.store import ServiceStore
from service.settings import Settings, settings


@own_mappings_allowed()
def on_demand_defs(settings: Settings) -> Definitions:
    """Definitions over the service's store, with warm renderers and the ledger at hand."""
    versions, store = code_versions(), ServiceStore()

    def versioned(spec: AssetSpec) -> AssetSpec:
        return spec.replace_attributes(code_version=versions[spec.key.to_user_string()])

    shared = build_defs(
        resources={
            "store": store,
            "io_manager": ParquetTablesResource(store=store),
            "renderer": WarmRenderer(workers=1),
            "planning": Planning(planner_of_user),
            "job_reports": JobReports(ledger, max_bytes=settings.max_bundle_mb * 1_000_000),
        }
    )
    own = Definitions(
        assets=[asset.map_asset_specs(versioned) for asset in (deliveries, exports)],
        jobs=[make_presets, export_presets, retention],
        schedules=[hourly],
        sensors=[waiting_jobs, old_jobs],
    )
    return Definitions.merge(shared, own)


defs = on_demand_defs(settings())

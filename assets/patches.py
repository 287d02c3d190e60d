"""`patch_specs` and `variations`: from plans to sounds that have not been heard yet."""

import pyarrow as pa
import pyarrow.compute as pc
from dagster import DataVersion, MaterializeResult, asset

from assets import tables
from assets.metadata import counted, rows_metadata
from assets.partitions import REQUEST_BATCHES
from engine.stages import patch_stage, variation_stage
from schemas.patch_spec import PatchSpec
from schemas.result import Plan
from schemas.variations import Variation


@asset(partitions_def=REQUEST_BATCHES, kinds={"parquet"}, group_name="presets")
def patch_specs(plans: pa.Table) -> MaterializeResult[pa.Table]:
    """The base patch of each plan, and where its template's eight macro roles went."""
    rows = [_patch_row(plan) for plan in planned(plans)]
    made = tables.table(tables.PATCH_SPECS, rows)
    return MaterializeResult(
        value=made,
        data_version=DataVersion(tables.data_version(made)),
        metadata=rows_metadata(made) | {"templates": counted(rows, "template_id")},
    )


@asset(partitions_def=REQUEST_BATCHES, kinds={"parquet"}, group_name="presets")
def variations(plans: pa.Table, patch_specs: pa.Table) -> MaterializeResult[pa.Table]:
    """Variations of each base patch, as JSON Patches with their inverses."""
    specs = {row["key"]: row["document"] for row in patch_specs.to_pylist()}
    rows = [
        _variation_row(plan.key, variation)
        for plan in planned(plans)
        for variation in variation_stage(plan, PatchSpec.model_validate_json(specs[plan.key]))
    ]
    made = tables.table(tables.VARIATIONS, rows)
    return MaterializeResult(
        value=made,
        data_version=DataVersion(tables.data_version(made)),
        metadata=rows_metadata(made) | {"types": counted(rows, "type")},
    )


def planned(plans: pa.Table) -> tuple[Plan, ...]:
    """The plans of a batch, without the requests that could not be planned."""
    chosen = plans.filter(pc.equal(plans["status"], "planned"))
    return tables.models(Plan, chosen["document"].to_pylist())


def _patch_row(plan: Plan) -> tables.Row:
    patch = patch_stage(plan)
    return {
        "key": plan.key,
        "template_id": plan.template_id,
        "routes": len(patch.spec.modulation.routes),
        "document": tables.document(patch.spec),
        "placements": tables.document_of([one.model_dump(mode="json") for one in patch.placements]),
    }


def _variation_row(key: str, variation: Variation) -> tables.Row:
    return {
        "key": key,
        "variation_id": variation.id,
        "type": variation.type,
        "operations": len(variation.patch),
        "document": tables.document(variation),
    }

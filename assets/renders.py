"""`renders`: every preset played by the real synth, measured, judged, repaired; what is refused is listed."""

from collections.abc import Sequence

import pyarrow as pa
from dagster import AssetExecutionContext, DataVersion, MaterializeResult, ResourceParam, asset

from assets import tables
from assets.auditions import Part, Played, hear
from assets.metadata import Metadata, cost_plot, counted, loudness_plot, refused_presets, rows_metadata, short
from assets.partitions import REQUEST_BATCHES
from assets.patches import planned
from assets.resources import Listener, Progress, RendererResource, StoreResource
from engine.catalog import template
from schemas.patch_spec import PatchSpec
from schemas.result import HeardPreset
from schemas.variations import Variation


@asset(partitions_def=REQUEST_BATCHES, kinds={"parquet", "flac"}, group_name="presets")
def renders(
    context: AssetExecutionContext,
    plans: pa.Table,
    patch_specs: pa.Table,
    variations: pa.Table,
    store: StoreResource,
    renderer: RendererResource,
    listener: ResourceParam[Listener],
) -> MaterializeResult[pa.Table]:
    """What became of each preset. Its preview lies in the blob store; a refused one has none."""
    parts = _parts(plans, patch_specs, variations)
    rows: dict[str, list[tables.Row]] = {}
    costs: list[tuple[str, float]] = []
    for played in hear(parts, store.opened(), pool=renderer.pool, lanes=renderer.lanes):
        rows[played.part.plan.key] = _rows(played)
        costs.append((short(played.part.plan.key), played.wall_s))
        listener.report(Progress("renders", context.partition_key, len(costs), len(parts)))
    in_order = [row for part in parts for row in rows[part.plan.key]]
    made = tables.table(tables.RENDERS, in_order)
    return MaterializeResult(
        value=made,
        data_version=DataVersion(tables.data_version(made)),
        metadata=rows_metadata(made) | _summary(in_order) | {"cost": cost_plot(costs)} | _effort(costs),
    )


def _parts(plans: pa.Table, patch_specs: pa.Table, variations: pa.Table) -> list[Part]:
    specs = {row["key"]: row["document"] for row in patch_specs.to_pylist()}
    varied = tables.grouped(variations.to_pylist(), "key")
    return [
        Part(
            plan=plan,
            spec=PatchSpec.model_validate_json(specs[plan.key]),
            variations=tables.models(Variation, [row["document"] for row in varied.get(plan.key, [])]),
        )
        for plan in planned(plans)
    ]


def _rows(played: Played) -> list[tables.Row]:
    diff = tables.document(played.heard.variations)
    return [
        _row(played, preset) | {"variations_diff": None if number else diff}
        for number, preset in enumerate(played.heard.presets)
    ]


def _row(played: Played, preset: HeardPreset) -> dict[str, object]:
    plan, overall = played.part.plan, preset.measurements.overall if preset.measurements else None
    return {
        "key": plan.key,
        "preset_id": preset.id,
        "kind": preset.kind,
        "style": template(plan.template_id).category,
        "template_id": plan.template_id,
        "title": preset.title,
        "status": preset.status,
        "refused_because": "; ".join(preset.refused_because),
        "gates_passed": preset.gates.passed if preset.gates else None,
        "nonfinite_samples": overall.nonfinite_samples if overall else None,
        "repairs": len(preset.repairs),
        "renders": preset.renders,
        **{name: getattr(overall, name) if overall else None for name in tables.MEASURED},
        "preset_sha256": preset.preset_sha256,
        "preview_sha256": played.previews.get(preset.id),
        "document": tables.document(preset),
    }


def _summary(rows: Sequence[tables.Row]) -> Metadata:
    accepted = [row for row in rows if row["status"] == "accepted"]
    return {
        "accepted": len(accepted),
        "refused": len(rows) - len(accepted),
        "repaired": sum(row["repairs"] > 0 for row in accepted),
        "times_rendered": sum(row["renders"] for row in rows),
        "refused_presets": refused_presets(rows),
        "loudness": loudness_plot(rows),
        "kinds": counted(accepted, "kind"),
    }


def _effort(costs: Sequence[tuple[str, float]]) -> Metadata:
    return {
        "requests_remembered": sum(seconds == 0 for _, seconds in costs),
        "lane_seconds": round(sum(seconds for _, seconds in costs), 2),
    }

"""`renders`: every preset played by the real synth, measured, judged, repaired; what is refused is listed."""

from collections.abc import Iterator, Sequence

import pyarrow as pa
from dagster import AssetExecutionContext, DataVersion, MaterializeResult, ResourceParam, asset

from assets import tables
from assets.auditions import AuditionPart, Played, hear, namespace_of
from assets.metadata import (
    MetadataEntries,
    cost_plot,
    counted,
    loudness_plot,
    records,
    refused_presets,
    rows_metadata,
    short,
)
from assets.partitions import REQUEST_BATCHES
from assets.patches import planned
from assets.resources import Listener, Progress, RendererResource, StoreResource
from assets.selection import Chosen, distinct
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
    """The result for each preset. Its preview lies in the blob store; a refused one has none."""
    parts = _parts(plans, patch_specs, variations)
    costs: list[tuple[str, float]] = []

    def heard(some: Sequence[AuditionPart]) -> Iterator[Played]:
        stage = "redraws" if costs else "renders"
        namespace = namespace_of(context.partition_key)
        played = hear(some, store.opened(), pool=renderer.pool, lanes=renderer.lanes, namespace=namespace)
        for done, one in enumerate(played, 1):
            costs.append((short(one.part.plan.key), one.wall_s))
            listener.report(Progress(stage, context.partition_key, done, len(some)))
            yield one

    chosen = distinct(parts, heard)
    rows = [row for one in chosen for row in _rows(one)]
    made = tables.table(tables.RENDERS, rows)
    return MaterializeResult(
        value=made,
        data_version=DataVersion(tables.data_version(made)),
        metadata=rows_metadata(made)
        | _summary(rows)
        | _diversity(chosen)
        | {"cost": cost_plot(costs)}
        | _effort(costs, requests=len(parts)),
    )


def _parts(plans: pa.Table, patch_specs: pa.Table, variations: pa.Table) -> list[AuditionPart]:
    specs = {row["key"]: row["document"] for row in patch_specs.to_pylist()}
    varied = tables.grouped(variations.to_pylist(), "key")
    return [
        AuditionPart(
            plan=plan,
            spec=PatchSpec.model_validate_json(specs[plan.key]),
            variations=tables.models(Variation, [row["document"] for row in varied.get(plan.key, [])]),
        )
        for plan in planned(plans)
    ]


def _rows(chosen: Chosen) -> list[tables.Row]:
    diff = tables.document(chosen.played.heard.variations)
    anew = chosen.played.heard.plan != chosen.asked.plan and not chosen.refused
    redrawn: tables.Row = _redrawn(chosen.played) if anew else {}
    rows = [_row(chosen, preset) for preset in chosen.presets]
    return [{**rows[0], **redrawn, "variations_diff": diff}, *rows[1:]]


def _redrawn(played: Played) -> tables.Row:
    """The plan that stands for the one that was asked for, and where its macros went."""
    placements = played.heard.placements or played.part.placements
    documents = [placed.model_dump(mode="json") for placed in placements]
    return {"plan": tables.document(played.heard.plan), "placements": tables.document_of(documents)}


def _row(chosen: Chosen, preset: HeardPreset) -> tables.Row:
    plan, overall = chosen.played.heard.plan, preset.measurements.overall if preset.measurements else None
    accepted = preset.status == "accepted"
    return {
        "key": chosen.asked.plan.key,
        "preset_id": preset.id,
        "kind": preset.kind,
        "style": template(plan.template_id).category,
        "template_id": plan.template_id,
        "title": preset.title,
        "status": preset.status,
        "refused_because": "; ".join(preset.refused_because),
        "redraws": chosen.redraws,
        "sounded_like": chosen.sounded_like.title if chosen.sounded_like else None,
        "gates_passed": preset.gates.passed if preset.gates else None,
        "nonfinite_samples": overall.nonfinite_samples if overall else None,
        "repairs": len(preset.repairs),
        "renders": preset.renders,
        **{name: getattr(overall, name) if overall else None for name in tables.MEASURED},
        "preset_sha256": preset.preset_sha256,
        "preview_sha256": chosen.played.previews.get(preset.id) if accepted else None,
        "document": tables.document(preset),
    }


def _summary(rows: Sequence[tables.Row]) -> MetadataEntries:
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


def _diversity(chosen: Sequence[Chosen]) -> MetadataEntries:
    near = [one for one in chosen if one.sounded_like]
    return {
        "redrawn": sum(one.redrawn for one in near),
        "near_duplicates": sum(one.refused for one in near),
        "sounded_like_another": records(
            [
                {
                    "request": short(one.asked.plan.key),
                    "like": one.sounded_like.title if one.sounded_like else "",
                    "distance": one.sounded_like.distance if one.sounded_like else 0.0,
                    "became": "refused" if one.refused else f"drawn anew, seed {one.played.part.plan.request.seed}",
                }
                for one in near
            ]
        ),
    }


def _effort(costs: Sequence[tuple[str, float]], *, requests: int) -> MetadataEntries:
    return {
        "requests_remembered": sum(seconds == 0 for _, seconds in costs[:requests]),
        "lane_seconds": round(sum(seconds for _, seconds in costs), 2),
    }

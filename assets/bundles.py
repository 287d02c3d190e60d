"""`bundles`: one zip a request, with presets, previews, pictures and everything that is known of them."""

from collections.abc import Iterator, Sequence

import orjson
import pyarrow as pa
from dagster import DataVersion, MaterializeResult, asset

from assets import tables
from assets.metadata import counted, pictures, records, rows_metadata, short
from assets.partitions import REQUEST_BATCHES
from assets.patches import planned
from assets.resources import StoreResource
from assets.storage import Store
from engine.bundle.bundle import MANIFEST
from engine.compiler.spec_io import model_from_json
from engine.refine import RefinedRequest
from engine.stages import bundle_stage
from schemas.manifest import BundleManifest
from schemas.result import HeardPreset, MacroPlacement, Plan
from schemas.variations import VariationsDiff


@asset(partitions_def=REQUEST_BATCHES, kinds={"parquet", "zip"}, group_name="presets")
def bundles(
    plans: pa.Table, patch_specs: pa.Table, renders: pa.Table, store: StoreResource
) -> MaterializeResult[pa.Table]:
    """The bundle of each request, or why its base preset was refused. The zips lie in the blob store."""
    blobs = store.opened()
    placements = {row["key"]: row["placements"] for row in patch_specs.to_pylist()}
    heard = tables.grouped(renders.to_pylist(), "key")
    rows = [_row(plan, placements[plan.key], heard[plan.key], blobs) for plan in planned(plans)]
    made = tables.table(tables.BUNDLES, rows)
    bundled = [row for row in rows if row["status"] == "bundled"]
    refused = [{"request": short(row["key"])} for row in rows if row["status"] == "refused"]
    return MaterializeResult(
        value=made,
        data_version=DataVersion(tables.data_version(made)),
        metadata=rows_metadata(made)
        | {
            "bundled": len(bundled),
            "refused": len(refused),
            "presets": sum(row["presets"] for row in bundled),
            "megabytes": round(sum(row["zip_bytes"] for row in bundled) / 1e6, 2),
            "refused_requests": records(refused),
            "styles": counted(bundled, "style"),
            "previews": pictures(_pictures(bundled, blobs)),
        },
    )


def audition_of(plan: Plan, rows: list[tables.Row], store: Store) -> RefinedRequest:
    """What was heard of a planned request, from its rows of RENDERS and the blob store."""
    base = rows[0]
    return RefinedRequest(
        plan=Plan.model_validate_json(base["plan"]) if base["plan"] else plan,
        placements=placements_of(base["placements"]) if base["placements"] else (),
        presets=tables.models(HeardPreset, [row["document"] for row in rows]),
        variations=VariationsDiff.model_validate_json(rows[0]["variations_diff"]),
        previews={row["preset_id"]: store.blob(row["preview_sha256"]) for row in rows if row["preview_sha256"]},
    )


def _pictures(bundled: Sequence[tables.Row], store: Store) -> Iterator[tuple[str, bytes]]:
    """Waveforms of the base presets, by the beginning of the request's key."""
    for row in bundled:
        files = store.zip_files(row["zip_sha256"])
        manifest = model_from_json(BundleManifest, files[MANIFEST])
        yield short(row["key"]), files[manifest.presets[0].files.waveform]


def placements_of(text: str) -> tuple[MacroPlacement, ...]:
    """Where the macro roles went, from their column of PATCH_SPECS."""
    return tuple(MacroPlacement.model_validate_json(orjson.dumps(one)) for one in orjson.loads(text))


def _row(plan: Plan, placements: str, heard: list[tables.Row], store: Store) -> tables.Row:
    base, audition = heard[0], audition_of(plan, heard, store)
    common = {
        "key": plan.key,
        "style": base["style"],
        "asked_seed": plan.request.seed,
        "redraws": base["redraws"],
        "sounded_like": base["sounded_like"],
    }
    if audition.presets[0].status == "refused":
        reasons = list(audition.presets[0].refused_because)
        return common | {
            "status": "refused",
            "presets": 0,
            "refused_because": reasons,
            "document": tables.document(plan),
        }
    bundle = bundle_stage(audition, placements_of(placements))
    return common | {
        "status": "bundled",
        "bundle_key": audition.plan.key,
        "folder_name": bundle.folder_name,
        "zip_sha256": store.put_blob(bundle.zip),
        "zip_bytes": len(bundle.zip),
        "presets": len(bundle.manifest.presets),
        "refused_because": [],
    }

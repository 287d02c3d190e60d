"""`packs`: a library's bundles put together, as one zip and as a folder to look at."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from dagster import AssetExecutionContext, AssetIn, DataVersion, MaterializeResult, MetadataValue, asset

from assets import tables
from assets.metadata import counted, coverage_metadata, rows_metadata
from assets.partitions import LIBRARIES, BatchesOfLibrary, own_mappings_allowed
from assets.resources import StoreResource
from assets.storage import Store, ZipFiles, file_sha256
from engine.bundle import Pack, RefusedRequest, Regenerated, make_pack, write_pack
from schemas.result import Plan

_TOLD = ("bundles", "presets", "repaired", "refused", "regenerated", "near_duplicates", "zip_sha256")

with own_mappings_allowed():

    @asset(
        partitions_def=LIBRARIES,
        ins={"bundles": AssetIn(partition_mapping=BatchesOfLibrary())},
        kinds={"parquet", "zip"},
        group_name="presets",
    )
    def packs(
        context: AssetExecutionContext, bundles: pa.Table, store: StoreResource
    ) -> MaterializeResult[pa.Table]:
        """The pack of a library. Its bytes do not depend on the order in which anything was built."""
        key, rows = context.partition_key, bundles.sort_by("key").to_pylist()
        pack = make_pack(
            store.opened().library(key),
            _bundled(rows, store.opened()),
            refused=_refused(rows),
            regenerated=_regenerated(rows),
        )
        folder = write_pack(pack, store.opened().pack_folder(key))
        _remove_others(folder)
        row = _row(key, pack, folder)
        made = tables.table(tables.PACKS, [row])
        presets = [{"style": preset.style, "kind": preset.kind} for preset in pack.manifest.presets]
        return MaterializeResult(
            value=made,
            data_version=DataVersion(row["zip_sha256"]),
            metadata=rows_metadata(made)
            | {name: row[name] for name in _TOLD}
            | coverage_metadata(pack.manifest.coverage)
            | {
                "megabytes": round(row["zip_bytes"] / 1e6, 2),
                "gallery": MetadataValue.path(folder / "index.html"),
                "zip": MetadataValue.path(_zip_beside(folder)),
                "styles": counted(presets, "style"),
                "kinds": counted(presets, "kind"),
            },
        )


def _bundled(rows: Sequence[tables.Row], store: Store) -> list[ZipFiles]:
    return [store.zip_files(row["zip_sha256"]) for row in rows if row["status"] == "bundled"]


def _refused(rows: Sequence[tables.Row]) -> list[RefusedRequest]:
    return [
        RefusedRequest(
            Plan.model_validate_json(row["document"]), tuple(row["refused_because"]), row["sounded_like"]
        )
        for row in rows
        if row["status"] == "refused"
    ]


def _regenerated(rows: Sequence[tables.Row]) -> dict[str, Regenerated]:
    return {
        row["bundle_key"]: Regenerated(row["asked_seed"], row["sounded_like"])
        for row in rows
        if row["status"] == "bundled" and row["redraws"]
    }


def _row(library: str, pack: Pack, folder: Path) -> dict[str, Any]:
    counts, archive = pack.manifest.counts, _zip_beside(folder)
    return {
        "library": library,
        "folder_name": pack.folder_name,
        "pack_sha256": pack.sha256,
        "zip_sha256": file_sha256(archive),
        "zip_bytes": archive.stat().st_size,
        "bundles": len(pack.manifest.bundles),
        "presets": counts.presets,
        "repaired": counts.repaired,
        "refused": counts.refused_presets,
        "regenerated": counts.regenerated,
        "near_duplicates": counts.near_duplicates,
    }


def _remove_others(folder: Path) -> None:
    """Leave only the pack that was just written; its predecessors can be built again."""
    for other in folder.parent.iterdir():
        if other not in (folder, _zip_beside(folder)):
            shutil.rmtree(other) if other.is_dir() else other.unlink()


def _zip_beside(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.zip")

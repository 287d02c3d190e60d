"""`exports`: a finished job's presets in another format.

Bytes depend on the presets and the format alone. What was exported is found through the ledger, since any job's
bundle may be, at any time; so the graph shows no edge.
"""

import re

import pyarrow as pa
from dagster import (
    AssetExecutionContext,
    DataVersion,
    DynamicPartitionsDefinition,
    MaterializeResult,
    ResourceParam,
    asset,
)

from assets import tables
from assets.job_reports import JobReports
from assets.metadata import rows_metadata, short
from assets.resources import StoreResource
from engine.bundle import open_bundle
from engine.bundle.archive import zip_bytes
from engine.bundle.bundle import Bundle
from engine.bundle.names import safe_stem
from engine.errors import BundleError
from service.ledger import MadeFile

EXPORTS = DynamicPartitionsDefinition(name="exports")
_ENDINGS = {"vitalbank": "vitalbank", "presets": "zip"}
_PRESET = re.compile(r"presets/(?P<name>[^/]+\.vital)")


@asset(partitions_def=EXPORTS, kinds={"zip"}, group_name="service")
def exports(
    context: AssetExecutionContext, store: StoreResource, job_reports: ResourceParam[JobReports]
) -> MaterializeResult[pa.Table]:
    """One archive, handed over to the job that the run works for."""
    job, blobs = job_reports.job(context.run.tags), store.opened()
    row = job.row() if job else None
    source = next((file for file in job.source_files() if file.kind == "bundle"), None) if job else None
    if job is None or row is None:
        raise BundleError("an export is made for a job; start it from there")
    if source is None:
        job.refuse("bad_request", "The job whose presets should be exported has no bundle any more.")
        return _materialized([])
    bundle = open_bundle(blobs.blob(source.sha256))
    data = exported(bundle, row.export_format, limit=job_reports.max_bytes)
    name = f"{safe_stem(bundle.manifest.title)}.{_ENDINGS[row.export_format]}"
    file = MadeFile(name, "export", "application/zip", blobs.put_blob(data), len(data))
    manifest = bundle.manifest
    job.hand_over([file], title=manifest.title, style=manifest.style, made_with=manifest.template_id)
    return _materialized([_row(manifest.key, file)])


def exported(bundle: Bundle, export_format: str, *, limit: int) -> bytes:
    """A bundle's presets as one archive: a bank that Vital imports, or a plain zip of `.vital` files.

    A bank is a zip with a folder that is named as the bank, and the presets in its folder `Presets`.

    Raises:
        BundleError: there is no such format, or the archive would be larger than `limit` bytes.
    """
    if export_format not in _ENDINGS:
        raise BundleError(f"no export format {export_format!r}; there are {', '.join(_ENDINGS)}")
    found = {match["name"]: data for path, data in bundle.files.items() if (match := _PRESET.fullmatch(path))}
    folder = f"{safe_stem(bundle.manifest.title)}/Presets/" if export_format == "vitalbank" else ""
    return zip_bytes({folder + name: data for name, data in found.items()}, limit=limit)


def _row(key: str, file: MadeFile) -> tables.Row:
    return {
        "key": key,
        "path": file.path,
        "kind": file.kind,
        "preset_id": "",
        "media_type": file.media_type,
        "sha256": file.sha256,
        "bytes": file.bytes,
    }


def _materialized(rows: list[tables.Row]) -> MaterializeResult[pa.Table]:
    table = tables.table(tables.DELIVERIES, rows)
    megabytes = sum(row["bytes"] for row in rows) / 1e6
    return MaterializeResult(
        value=table,
        data_version=DataVersion(tables.data_version(table)),
        metadata=rows_metadata(table)
        | {"megabytes": round(megabytes, 3), "bundle": short(rows[0]["key"]) if rows else "none"},
    )

"""`deliveries`: a job's bundle, and every file in it, handed over to whoever asked.

The last asset of the path, and the only one that knows of jobs. A library's build doesn't make it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetExecutionContext,
    DataVersion,
    MaterializeResult,
    ResourceParam,
    asset,
)

from assets import tables
from assets.checks import preset_problems
from assets.job_reports import JobReports, ReportedJob
from assets.metadata import counted, records, rows_metadata
from assets.partitions import REQUEST_BATCHES
from assets.resources import StoreResource
from assets.storage import Store
from engine.bundle import Bundle, open_bundle
from schemas.result import HeardPreset
from service.ledger import MadeFile, MadePatch

CHECK = "delivery_is_sound"
MEDIA_TYPES = {
    "vital": "application/json",
    "json": "application/json",
    "flac": "audio/flac",
    "mp3": "audio/mpeg",
    "png": "image/png",
    "html": "text/html",
}
_KINDS = {"vital": "preset", "flac": "audio", "mp3": "audio", "png": "picture", "html": "page", "json": "meta"}


@dataclass(frozen=True, slots=True)
class Delivery:
    """An opened bundle with what is handed over of it."""

    bundle: Bundle
    zip_sha256: str
    files: tuple[MadeFile, ...]


@asset(
    partitions_def=REQUEST_BATCHES,
    kinds={"parquet"},
    group_name="service",
    check_specs=[
        AssetCheckSpec(
            CHECK,
            asset="deliveries",
            blocking=True,
            description="Gates passed, presets are the ones that were heard, checksums hold.",
        )
    ],
)
# Without a return type: beside a check, Dagster takes MaterializeResult for one without a value.
def deliveries(  # type: ignore[no-untyped-def] # noqa: ANN201
    context: AssetExecutionContext,
    plans: pa.Table,
    renders: pa.Table,
    bundles: pa.Table,
    store: StoreResource,
    job_reports: ResourceParam[JobReports],
):
    """Every file of each bundle, by hash in the blob store; handed over to the job that the run works for."""
    blobs, heard = store.opened(), renders.to_pylist()
    accepted = [row for row in heard if row["status"] == "accepted"]
    problems = [problem for row in accepted for problem in preset_problems(row, blobs)]
    made = [_opened(row, blobs) for row in bundles.to_pylist() if row["status"] == "bundled"]
    job = job_reports.job(context.run.tags)
    if job and not problems:
        _hand_over(job, made, accepted, [*_refusals(plans, bundles), *_too_large(made, job_reports.max_bytes)])
    rows = [_row(one, file) for one in made for file in one.files]
    table = tables.table(tables.DELIVERIES, rows)
    return MaterializeResult(
        value=table,
        data_version=DataVersion(tables.data_version(table)),
        metadata=rows_metadata(table) | {"kinds": counted(rows, "kind"), "bundles": len(made)},
        check_results=[_checked(problems, checked=len(accepted))],
    )


def _opened(row: tables.Row, blobs: Store) -> Delivery:
    """A bundle whose files, held against its manifest, lie in the blob store."""
    bundle = open_bundle(blobs.blob(row["zip_sha256"]))
    whole = MadeFile(
        path=f"{row['folder_name']}.zip",
        kind="bundle",
        media_type="application/zip",
        sha256=row["zip_sha256"],
        bytes=row["zip_bytes"],
    )
    owners = {path: preset.id for preset in bundle.manifest.presets for path in preset.files.paths()}
    parts = tuple(_part(path, data, owners.get(path, ""), blobs) for path, data in bundle.files.items())
    return Delivery(bundle, row["zip_sha256"], (whole, *parts))


def _part(path: str, data: bytes, preset_id: str, blobs: Store) -> MadeFile:
    ending = path.rpartition(".")[2]
    return MadeFile(
        path=path,
        kind=_KINDS[ending],
        media_type=MEDIA_TYPES[ending],
        sha256=blobs.put_blob(data),
        bytes=len(data),
        preset_id=preset_id,
    )


def _refusals(plans: pa.Table, bundles: pa.Table) -> Iterator[tuple[str, str]]:
    """Codes and reasons, in words, of requests that nothing was made of."""
    for row in plans.to_pylist():
        if row["status"] == "refused":
            yield "bad_request", row["refused_because"]
    for row in bundles.to_pylist():
        if row["status"] == "refused":
            yield "refused", "; ".join(row["refused_because"])


def _too_large(deliveries: Sequence[Delivery], max_bytes: int) -> Iterator[tuple[str, str]]:
    for one in deliveries:
        if len(one.bundle.zip) > max_bytes:
            yield "refused", f"The bundle would have more than {max_bytes / 1e6:,.0f} MB. Ask for fewer variations."


def _hand_over(
    job: ReportedJob,
    deliveries: Sequence[Delivery],
    accepted: Sequence[tables.Row],
    refusals: Sequence[tuple[str, str]],
) -> None:
    """A job is one request: there is one bundle, or a reason why there is none."""
    if refusals:
        job.refuse(*refusals[0])
        return
    manifest = deliveries[0].bundle.manifest
    job.hand_over(
        deliveries[0].files,
        patches=[_patch(row) for row in accepted],
        title=manifest.title,
        style=manifest.style,
        made_with=manifest.template_id,
    )


def _patch(row: tables.Row) -> MadePatch:
    preset = HeardPreset.model_validate_json(row["document"])
    return MadePatch(preset.id, preset.title, preset.spec.model_dump(mode="json"), preset.preset_sha256)


def _row(delivery: Delivery, file: MadeFile) -> tables.Row:
    return {
        "key": delivery.bundle.manifest.key,
        "path": file.path,
        "kind": file.kind,
        "preset_id": file.preset_id,
        "media_type": file.media_type,
        "sha256": file.sha256,
        "bytes": file.bytes,
    }


def _checked(problems: Sequence[dict[str, str]], *, checked: int) -> AssetCheckResult:
    return AssetCheckResult(
        check_name=CHECK,
        passed=not problems,
        severity=AssetCheckSeverity.ERROR,
        description="; ".join(one["problem"] for one in problems[:3]) or f"{checked} presets checked",
        metadata={"checked": checked, "problems": records(problems)},
    )

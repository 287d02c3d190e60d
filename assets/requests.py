"""`prompts` and `plans`: what was asked for, and how it was understood."""

import hashlib

import pyarrow as pa
from dagster import AssetExecutionContext, DataVersion, MaterializeResult, ResourceParam, asset

from assets import tables
from assets.metadata import counted, records, rows_metadata, short
from assets.partitions import REQUEST_BATCHES
from assets.planning import Planning, PlanRequest
from assets.resources import StoreResource
from engine.catalog import template
from engine.errors import RequestError
from schemas.request import Request


@asset(partitions_def=REQUEST_BATCHES, kinds={"parquet"}, group_name="presets")
def prompts(context: AssetExecutionContext, store: StoreResource) -> MaterializeResult[pa.Table]:
    """The requests of a batch, as somebody asked for them. The only asset that holds nothing but people's words."""
    rows = [_prompt_row(request) for request in store.opened().batch(context.partition_key)]
    made = tables.table(tables.PROMPTS, rows)
    variations = sum(row["variations"] for row in rows)
    return MaterializeResult(
        value=made,
        data_version=DataVersion(tables.data_version(made)),
        metadata=rows_metadata(made) | {"presets_asked_for": len(rows) + variations},
    )


@asset(partitions_def=REQUEST_BATCHES, kinds={"parquet"}, group_name="presets")
def plans(
    context: AssetExecutionContext, prompts: pa.Table, planning: ResourceParam[Planning]
) -> MaterializeResult[pa.Table]:
    """What each request asks for, and which template answers it; and what a language model answered, if one did."""
    read = planning.reader(context.run.tags)
    rows = [_plan_row(row, read) for row in prompts.to_pylist()]
    made = tables.table(tables.PLANS, rows)
    planned = [row for row in rows if row["status"] == "planned"]
    refused = [{"request": short(row["request_sha256"])} for row in rows if row["status"] == "refused"]
    return MaterializeResult(
        value=made,
        data_version=DataVersion(tables.data_version(made)),
        metadata=rows_metadata(made)
        | {
            "planned": len(planned),
            "refused": len(refused),
            "refused_requests": records(refused),
            "without_a_usable_word": sum(not row["usable"] for row in planned),
            "planners": counted(planned, "planner"),
            "answered_by_a_model": sum(row["answer"] is not None for row in planned),
            "styles": counted(planned, "style"),
            "templates": counted(planned, "template_id"),
        },
    )


def _prompt_row(request: Request) -> tables.Row:
    document = tables.document(request)
    return {
        "request_sha256": hashlib.sha256(document.encode()).hexdigest(),
        "prompt": request.prompt,
        "seed": request.seed,
        "variations": request.variations,
        "document": document,
    }


def _plan_row(row: tables.Row, read: PlanRequest) -> tables.Row:
    try:
        found = read(Request.model_validate_json(row["document"]))
    except RequestError as error:
        return {"request_sha256": row["request_sha256"], "status": "refused", "refused_because": str(error)}
    plan, answer = found.plan, found.answer
    return {
        "request_sha256": row["request_sha256"],
        "key": plan.key,
        "planner": plan.request.planner,
        "model": answer.question.model if answer else None,
        "prompt_version": answer.question.prompt_version if answer else None,
        "answer": answer.text if answer else None,
        "status": "planned",
        "style": template(plan.template_id).category,
        "template_id": plan.template_id,
        "title": plan.title,
        "usable": plan.intent.usable,
        "document": tables.document(plan),
    }

"""`response_maps`: what each axis and macro of a template does to its sound, and what that is made of.

Templates and lexicon are files of the package, which nobody makes here: two external assets, whose versions are
noted whenever a map is made of them. `make responses` puts the same maps beside the templates.
"""

import orjson
import pyarrow as pa
from dagster import (
    AssetExecutionContext,
    AssetObservation,
    AssetSpec,
    DataVersion,
    MaterializeResult,
    StaticPartitionsDefinition,
    asset,
)

from assets import tables
from assets.metadata import records, rows_metadata
from assets.resources import RendererResource
from engine.catalog import template, template_ids
from engine.responses import FIGURES, lexicon_hash, measure_responses, read_map, template_hash, to_render
from schemas.responses import ResponseMap

_DATA_VERSION = "dagster/data_version"
TEMPLATES = StaticPartitionsDefinition(list(template_ids()))


templates = AssetSpec(
    "templates", description="The catalog: a template's file.", partitions_def=TEMPLATES, group_name="responses"
)
lexicon = AssetSpec(
    "lexicon",
    description="What the planner's lexicon says of a template's name.",
    partitions_def=TEMPLATES,
    group_name="responses",
)


@asset(partitions_def=TEMPLATES, deps=[templates, lexicon], kinds={"parquet"}, group_name="responses")
def response_maps(context: AssetExecutionContext, renderer: RendererResource) -> MaterializeResult[pa.Table]:
    """What a template's axes and macros do to its figures; only what the package doesn't know is rendered."""
    chosen = template(context.partition_key)
    for name, version in (("templates", template_hash(chosen)), ("lexicon", lexicon_hash(chosen))):
        tags = {_DATA_VERSION: version}
        context.log_event(AssetObservation(asset_key=name, partition=chosen.id, tags=tags))
    known = read_map(chosen.id)
    missing = to_render(chosen, known)
    with renderer.pool() as pool:
        found = measure_responses(chosen, pool, known)
    made = tables.table(tables.RESPONSES, _rows(found))
    return MaterializeResult(
        value=made,
        data_version=DataVersion(tables.data_version(made)),
        metadata=rows_metadata(made) | {"rendered": missing, "silent": records(_silent(found))},
    )


def _rows(response_map: ResponseMap) -> list[tables.Row]:
    return [
        {
            "template_id": response_map.template_id,
            "context": name,
            "move": move,
            "patch": patch,
            "changes": None if grains is None else orjson.dumps(dict(zip(FIGURES, grains, strict=True))).decode(),
        }
        for name, context in response_map.contexts.items()
        for move, (patch, grains) in context.rows.items()
    ]


def _silent(response_map: ResponseMap) -> list[dict[str, str]]:
    """Moves that leave nothing to hear."""
    return [
        {"context": name, "move": move}
        for name, context in response_map.contexts.items()
        for move, (_, grains) in context.rows.items()
        if grains is None
    ]

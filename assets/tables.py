"""The tables: one Arrow schema an asset, and how rows become models again.

A row carries the columns one would query and the whole document as canonical JSON (`document`), from which the next
stage reads. Prompts stand in tables only, never in metadata or logs.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
import pyarrow as pa
from pydantic import BaseModel

from schemas.base import AnyModel

Row = Mapping[str, Any]


def _schema(*fields: tuple[str, pa.DataType], nullable: Sequence[str] = ()) -> pa.Schema:
    return pa.schema([pa.field(name, kind, nullable=name in nullable) for name, kind in fields])


_TEXT, _INT, _NUMBER = pa.string(), pa.int32(), pa.float64()

PROMPTS = _schema(
    ("request_sha256", _TEXT),
    ("prompt", _TEXT),
    ("seed", pa.int64()),
    ("variations", _INT),
    ("document", _TEXT),
)
"""A row a request; `request_sha256` is the hash of its canonical JSON."""

PLANS = _schema(
    ("request_sha256", _TEXT),
    ("key", _TEXT),
    ("status", _TEXT),
    ("refused_because", _TEXT),
    ("style", _TEXT),
    ("template_id", _TEXT),
    ("title", _TEXT),
    ("usable", pa.bool_()),
    ("planner", _TEXT),
    ("model", _TEXT),
    ("prompt_version", _TEXT),
    ("answer", _TEXT),
    ("document", _TEXT),
    nullable=(
        "key", "refused_because", "style", "template_id", "title", "usable", "planner", "model", "prompt_version",
        "answer", "document",
    ),
)  # fmt: skip
"""A row a request; a refused one has a reason and nothing else.

`answer` is what a language model answered, word for word, where the plan is made of it.
"""

PATCH_SPECS = _schema(
    ("key", _TEXT),
    ("template_id", _TEXT),
    ("routes", _INT),
    ("document", _TEXT),
    ("placements", _TEXT),
)
"""A row a plan: its base PatchSpec, and a JSON list of where the eight macro roles went."""

VARIATIONS = _schema(
    ("key", _TEXT),
    ("variation_id", _TEXT),
    ("type", _TEXT),
    ("operations", _INT),
    ("document", _TEXT),
)
"""A row a variation, in the plan's order."""

MEASURED = (
    "peak_dbfs", "loudness_lufs", "quietest_lufs", "mono_loss_db", "low_band_mono_loss_db", "dc", "stuck_db",
    "click_db", "pitch_cents_off", "attack_s", "centroid_hz", "width",
)  # fmt: skip
"""Columns of RENDERS that are taken from a preset's overall measurements by name."""

RENDERS = _schema(
    ("key", _TEXT),
    ("preset_id", _TEXT),
    ("kind", _TEXT),
    ("style", _TEXT),
    ("template_id", _TEXT),
    ("title", _TEXT),
    ("status", _TEXT),
    ("refused_because", _TEXT),
    ("redraws", _INT),
    ("sounded_like", _TEXT),
    ("gates_passed", pa.bool_()),
    ("nonfinite_samples", _INT),
    ("repairs", _INT),
    ("renders", _INT),
    *((name, _NUMBER) for name in MEASURED),
    ("preset_sha256", _TEXT),
    ("preview_sha256", _TEXT),
    ("document", _TEXT),
    ("variations_diff", _TEXT),
    ("plan", _TEXT),
    ("placements", _TEXT),
    nullable=(
        "sounded_like", "gates_passed", "nonfinite_samples", "preview_sha256", "variations_diff", "plan",
        "placements", *MEASURED,
    ),
)  # fmt: skip
"""A row a preset, base first; the base's row also holds the request's final variations.

`redraws` counts the other seeds tried since the first sound was a near-duplicate of `sounded_like`. Where one
of them stands, or another drawing of the request, the base's row holds its plan and placements.
"""

BUNDLES = _schema(
    ("key", _TEXT),
    ("status", _TEXT),
    ("style", _TEXT),
    ("bundle_key", _TEXT),
    ("folder_name", _TEXT),
    ("zip_sha256", _TEXT),
    ("zip_bytes", pa.int64()),
    ("presets", _INT),
    ("refused_because", pa.list_(_TEXT)),
    ("asked_seed", pa.int64()),
    ("redraws", _INT),
    ("sounded_like", _TEXT),
    ("document", _TEXT),
    nullable=("bundle_key", "folder_name", "zip_sha256", "zip_bytes", "sounded_like", "document"),
)
"""A row a plan. `bundled`: the zip lies in the blob store. `refused`: reasons, and the plan as the document."""

DELIVERIES = _schema(
    ("key", _TEXT),
    ("path", _TEXT),
    ("kind", _TEXT),
    ("preset_id", _TEXT),
    ("media_type", _TEXT),
    ("sha256", _TEXT),
    ("bytes", pa.int64()),
)
"""A row a file that a job hands out: a bundle, and everything in it. `preset_id` is empty where it is nobody's."""

PACKS = _schema(
    ("library", _TEXT),
    ("folder_name", _TEXT),
    ("pack_sha256", _TEXT),
    ("zip_sha256", _TEXT),
    ("zip_bytes", pa.int64()),
    ("bundles", _INT),
    ("presets", _INT),
    ("repaired", _INT),
    ("refused", _INT),
    ("regenerated", _INT),
    ("near_duplicates", _INT),
)
"""One row: the pack, which lies in the store as a folder and a zip. `pack_sha256` is its manifest's hash."""


RESPONSES = _schema(
    ("template_id", _TEXT),
    ("context", _TEXT),
    ("move", _TEXT),
    ("patch", _TEXT),
    ("changes", _TEXT),
    nullable=("changes",),
)
"""A row a context and move of a template: what it changes, as JSON by figure in grains; none if it is silent."""


def table(schema: pa.Schema, rows: Iterable[Row]) -> pa.Table:
    """Rows as a table; a missing or mistyped value is an error here, not three stages later."""
    made = pa.Table.from_pylist(list(rows), schema=schema)
    made.validate(full=True)
    for field in schema:
        if not field.nullable and made[field.name].null_count:
            raise ValueError(f"column {field.name} has {made[field.name].null_count} empty values")
    return made


def document(model: BaseModel) -> str:
    """A model as one line of canonical JSON."""
    return document_of(model.model_dump(mode="json"))


def document_of(value: Any) -> str:
    """Plain data as one line of canonical JSON."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS).decode()


def models(kind: type[AnyModel], documents: Iterable[str]) -> tuple[AnyModel, ...]:
    """Documents as models again."""
    return tuple(kind.model_validate_json(text) for text in documents)


def data_version(content: pa.Table) -> str:
    """sha256 of a table's content: equal content, equal version, whatever wrote the file."""
    digest = hashlib.sha256(content.schema.to_string().encode())
    for batch in content.to_batches(max_chunksize=64):
        for row in batch.to_pylist():
            digest.update(orjson.dumps(row))
    return digest.hexdigest()


def grouped(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    """Rows by the value of a column, in order of appearance."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[column], []).append(row)
    return groups

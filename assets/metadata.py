"""What one sees of a materialization in the UI: counts, plots, records. No prompts; nothing is computed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

import pyarrow as pa
from dagster import MetadataValue, TableRecord

from assets.dagster_internals.metadata import RawMetadataValue
from assets.plots import data_uri, histogram, pairs, timeline
from assets.tables import Row
from schemas.diversity import Coverage

MetadataEntries = dict[str, RawMetadataValue]
_SHOWN = 50
_HASH_CHARS = 12
_PICTURES = 8


def rows_metadata(table: pa.Table) -> MetadataEntries:
    """The count that Dagster plots over partitions and time."""
    return {"dagster/row_count": table.num_rows}


def counted(rows: Sequence[Row], column: str) -> MetadataValue:
    """How often each value of a column occurs, most frequent first."""
    counts = Counter(str(row[column]) for row in rows if row[column] is not None)
    return records([{column: value, "count": n} for value, n in counts.most_common()])


def records(rows: Sequence[Mapping[str, str | int | float | bool | None]]) -> MetadataValue:
    """A small table; of a long one the first rows."""
    if not rows:
        return MetadataValue.text("none")
    return MetadataValue.table([TableRecord(dict(row)) for row in rows[:_SHOWN]])


def refused_presets(rows: Sequence[Row]) -> MetadataValue:
    """What did not pass, and why."""
    return records(
        [
            {
                "request": short(row["key"]),
                "preset": row["preset_id"],
                "template": row["template_id"],
                "because": row["refused_because"],
            }
            for row in rows
            if row["status"] == "refused"
        ]
    )


def loudness_plot(rows: Sequence[Row]) -> MetadataValue:
    """How loud the accepted presets are."""
    values = [r["loudness_lufs"] for r in rows if r["status"] == "accepted" and r["loudness_lufs"] is not None]
    return MetadataValue.md(histogram(values, title="Loudness of the accepted presets", unit="LUFS"))


def cost_plot(costs: Sequence[tuple[str, float]]) -> MetadataValue:
    """How long each request took."""
    return MetadataValue.md(timeline(costs, title="Rendering, repairs included"))


def coverage_metadata(coverage: Coverage | None) -> MetadataEntries:
    """How much of what people make a pack covers, by style: a plot and the figures behind it."""
    if coverage is None:
        return {}
    rows = [
        {
            "style": one.style,
            "presets": one.presets,
            "cells": one.cells,
            "reached": one.cells_reached,
            "reached_by_as_many_human_presets": one.cells_reached_by_people,
            "axes_spanned": round(sum(one.axes.values()) / len(one.axes), 2),
            "nearest": one.nearest,
            "nearest_of_human_presets": one.nearest_of_people,
        }
        for one in coverage.styles
    ]
    bars = [(one.style, one.cells_reached, one.cells_reached_by_people) for one in coverage.styles]
    plot = pairs(bars, title="Cells of the feature space reached", ours="this pack", theirs="as many human presets")
    return {"coverage": records(rows), "coverage_plot": MetadataValue.md(plot)}


def pictures(named: Iterable[tuple[str, bytes]]) -> MetadataValue:
    """The first few PNGs, side by side."""
    shown = islice(named, _PICTURES)
    return MetadataValue.md(" ".join(f"![{name}]({data_uri(png, 'image/png')})" for name, png in shown) or "*none*")


def short(key: str) -> str:
    """The beginning of a hash, enough to tell requests apart."""
    return key[:_HASH_CHARS]

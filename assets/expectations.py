"""What tables must look like, as Great Expectations suites. Knows no Dagster.

Great Expectations takes seconds to import, so it is imported when a table is checked and not before.
"""

import os
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

import pyarrow as pa

from engine.catalog import catalog
from schemas.intent import Style
from schemas.measurements import FLOOR_DB

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

_LOUDEST_LUFS = 12.0
_HIGHEST_HZ = 22_050.0


@dataclass(frozen=True)
class TableVerdict:
    """What a suite says of a table: the failed expectations in words."""

    passed: bool
    expectations: int
    failed: tuple[str, ...]


def judge_plans(plans: pa.Table, *, requests: int) -> TableVerdict:
    """Whether a table of plans holds each request once, and every plan a style and a template that exist."""
    gxe = _library().expectations
    planned = {"row_condition": _status_is("planned")}
    return _judge(
        plans,
        [
            gxe.ExpectTableRowCountToEqual(value=requests),
            gxe.ExpectColumnValuesToNotBeNull(column="request_sha256"),
            gxe.ExpectColumnValuesToBeUnique(column="request_sha256"),
            gxe.ExpectColumnValuesToBeInSet(column="status", value_set=["planned", "refused"]),
            gxe.ExpectColumnValuesToNotBeNull(column="key", **planned),
            gxe.ExpectColumnValuesToBeUnique(column="key", **planned),
            gxe.ExpectColumnValuesToBeInSet(column="style", value_set=list(get_args(Style)), **planned),
            gxe.ExpectColumnValuesToBeInSet(column="template_id", value_set=list(catalog()), **planned),
            gxe.ExpectColumnValueLengthsToBeBetween(column="title", min_value=1, max_value=60, **planned),
        ],
    )


def judge_renders(renders: pa.Table) -> TableVerdict:
    """Whether a table of renders tells of each preset once, and accepted ones measure within physical bounds."""
    gxe = _library().expectations
    accepted = {"row_condition": _status_is("accepted")}
    between = {
        "peak_dbfs": (FLOOR_DB, 0.0),
        "loudness_lufs": (FLOOR_DB, _LOUDEST_LUFS),
        "mono_loss_db": (FLOOR_DB, 0.0),
        "dc": (0.0, 1.0),
        "centroid_hz": (0.0, _HIGHEST_HZ),
        "width": (0.0, 1.0),
        "nonfinite_samples": (0, 0),
    }
    return _judge(
        renders,
        [
            gxe.ExpectCompoundColumnsToBeUnique(column_list=["key", "preset_id"]),
            gxe.ExpectColumnValuesToBeInSet(column="status", value_set=["accepted", "refused"]),
            gxe.ExpectColumnValuesToNotBeNull(column="preview_sha256", **accepted),
            gxe.ExpectColumnValuesToBeInSet(column="gates_passed", value_set=[True], **accepted),
            *(gxe.ExpectColumnValuesToNotBeNull(column=name, **accepted) for name in between),
            *(
                gxe.ExpectColumnValuesToBeBetween(column=name, min_value=low, max_value=high, **accepted)
                for name, (low, high) in between.items()
            ),
        ],
    )


def _library() -> Any:
    """Great Expectations, which calls home unless it is told not to before it is imported."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # its own affair
        import great_expectations

    return great_expectations


def _status_is(status: str) -> Any:
    """Restricts an expectation to rows of that status."""
    from great_expectations.expectations.row_conditions import Column

    return Column("status") == status


def _judge(table: pa.Table, expectations: "Sequence[Expectation]") -> TableVerdict:
    gx = _library()
    columns = [name for name in table.column_names if name not in ("document", "variations_diff")]
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("tables").add_dataframe_asset("table")
    batch = asset.add_batch_definition_whole_dataframe("partition").get_batch(
        {"dataframe": table.select(columns).to_pandas()}
    )
    suite = gx.ExpectationSuite(name="table", expectations=list(expectations))
    result = batch.validate(suite, result_format="BOOLEAN_ONLY")
    if result.success:
        return TableVerdict(passed=True, expectations=len(result.results), failed=())
    counted = batch.validate(suite, result_format="BASIC")  # takes twice as long, and tells how many rows
    failed = tuple(_in_words(one) for one in counted.results if not one.success)
    return TableVerdict(passed=False, expectations=len(counted.results), failed=failed)


def _in_words(result: Any) -> str:
    configuration = result.expectation_config
    where = configuration.kwargs.get("column") or configuration.kwargs.get("column_list") or "table"
    unexpected = (result.result or {}).get("unexpected_count", "?")
    return f"{configuration.type} on {where}: {unexpected} rows"

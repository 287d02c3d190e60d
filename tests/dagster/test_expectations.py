"""The expectation suites, each expectation broken in a table that no run would write.

A suite takes a second a table, so one table holds a row for each fault, and the verdict counts the rows.
"""

import os

import pyarrow as pa

from assets import expectations, tables

PLANNED = {
    "status": "planned",
    "style": "Percussion",
    "template_id": "kick",
    "title": "Thud",
    "usable": True,
    "document": "{}",
}
REFUSED = {"status": "refused", "refused_because": "no such template"}
RENDERED = {
    "preset_id": "base", "kind": "base", "style": "Percussion", "template_id": "kick", "title": "Thud",
    "status": "accepted", "refused_because": "", "gates_passed": True, "nonfinite_samples": 0, "redraws": 0,
    "repairs": 0, "renders": 1, **dict.fromkeys(tables.MEASURED, 0.0), "preset_sha256": "4" * 64,
    "preview_sha256": "5" * 64, "document": "{}", "variations_diff": "{}",
}  # fmt: skip
UNHEARD = dict.fromkeys((*tables.MEASURED, "gates_passed", "nonfinite_samples", "preview_sha256"))
LOWEST_AND_HIGHEST = {
    "peak_dbfs": (-120.0, 0.0),
    "loudness_lufs": (-120.0, 12.0),
    "mono_loss_db": (-120.0, 0.0),
    "dc": (0.0, 1.0),
    "centroid_hz": (0.0, 22_050.0),
    "width": (0.0, 1.0),
}
"""What can be measured."""


def plans(*rows: dict[str, object]) -> pa.Table:
    """Rows with a hash and a key of their own, unless they bring one."""
    own = [
        {"request_sha256": f"request {number}", "key": f"key {number}" if row["status"] != "refused" else None}
        | row
        for number, row in enumerate(rows)
    ]
    return pa.Table.from_pylist(own, schema=tables.PLANS)


def renders(*rows: dict[str, object]) -> pa.Table:
    return pa.Table.from_pylist(
        [{"key": f"key {number}"} | row for number, row in enumerate(rows)], schema=tables.RENDERS
    )


def test_sound_plans_pass_with_refused_ones_among_them():
    styles = ("Bass", "Lead", "Keys", "Pad", "Percussion", "Sequence", "SFX")
    sound = [PLANNED | {"style": style} for style in styles]
    lengths = [PLANNED | {"title": "T"}, PLANNED | {"title": "T" * 60}, PLANNED | {"template_id": "warm_pad"}]
    made = plans(*sound, *lengths, REFUSED, REFUSED)
    assert expectations.judge_plans(made, requests=12) == expectations.TableVerdict(True, 9, ())
    assert os.environ["GX_ANALYTICS_ENABLED"] == "false"


def test_every_expectation_of_plans_can_fail():
    made = plans(
        PLANNED | {"request_sha256": None},
        PLANNED | {"request_sha256": "the same"},
        REFUSED | {"request_sha256": "the same"},
        PLANNED | {"status": "lost"},
        PLANNED | {"key": None},
        PLANNED | {"key": "the same"},
        PLANNED | {"key": "the same"},
        PLANNED | {"style": "Polka"},
        PLANNED | {"style": "human"},
        PLANNED | {"template_id": "no-such"},
        PLANNED | {"title": ""},
        PLANNED | {"title": "T" * 61},
        REFUSED | {"key": "key 10", "style": "Polka", "template_id": "no-such", "title": ""},
    )
    verdict = expectations.judge_plans(made, requests=14)
    assert (verdict.passed, verdict.expectations) == (False, 9)
    assert verdict.failed == (
        "expect_table_row_count_to_equal on table: ? rows",
        "expect_column_values_to_not_be_null on request_sha256: 1 rows",
        "expect_column_values_to_be_unique on request_sha256: 2 rows",
        "expect_column_values_to_be_in_set on status: 1 rows",
        "expect_column_values_to_not_be_null on key: 1 rows",
        "expect_column_values_to_be_unique on key: 2 rows",
        "expect_column_values_to_be_in_set on style: 2 rows",
        "expect_column_values_to_be_in_set on template_id: 1 rows",
        "expect_column_value_lengths_to_be_between on title: 2 rows",
    )


def test_sound_renders_pass_up_to_what_can_be_measured_with_unheard_refused_ones_among_them():
    edges = [RENDERED | {name: value} for name, both in LOWEST_AND_HIGHEST.items() for value in both]
    refused = RENDERED | {"key": "key 0", "preset_id": "wider", "status": "refused"}
    made = renders(*edges, refused | UNHEARD, refused | {"key": "key 1", "peak_dbfs": 9.0, "gates_passed": False})
    assert expectations.judge_renders(made) == expectations.TableVerdict(True, 18, ())


def test_every_expectation_of_renders_can_fail():
    beyond = [
        RENDERED | {name: value}
        for name, (low, high) in LOWEST_AND_HIGHEST.items()
        for value in (low - 0.1, high + 0.1, None)
    ]
    made = renders(
        *beyond,
        RENDERED | {"key": "the same"},
        RENDERED | {"key": "the same"},
        RENDERED | {"status": "lost"},
        RENDERED | {"preview_sha256": None},
        RENDERED | {"gates_passed": False},
        RENDERED | {"nonfinite_samples": 1},
        RENDERED | {"nonfinite_samples": None},
    )
    verdict = expectations.judge_renders(made)
    assert (verdict.passed, verdict.expectations) == (False, 18)
    figures = (*LOWEST_AND_HIGHEST, "nonfinite_samples")
    assert sorted(verdict.failed) == sorted(
        [
            "expect_compound_columns_to_be_unique on ['key', 'preset_id']: 2 rows",
            "expect_column_values_to_be_in_set on status: 1 rows",
            "expect_column_values_to_not_be_null on preview_sha256: 1 rows",
            "expect_column_values_to_be_in_set on gates_passed: 1 rows",
            *(f"expect_column_values_to_not_be_null on {name}: 1 rows" for name in figures),
            *(f"expect_column_values_to_be_between on {name}: 2 rows" for name in LOWEST_AND_HIGHEST),
            "expect_column_values_to_be_between on nonfinite_samples: 1 rows",
        ]
    )

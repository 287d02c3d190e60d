"""What a build finds missing: files, checks that passed, ends of killed runs, changes that Dagster overlooks."""

from types import SimpleNamespace
from typing import Any

import pytest
from dagster import AssetCheckKey, AssetKey, DagsterInstance, DagsterRunStatus
from heard_library import BATCH, LIBRARY_KEY

from assets.storage import Store
from pipelines.build import PartitionReport, _unseen_change
from pipelines.definitions import build_defs
from pipelines.holdings import Holdings
from pipelines.runs import fail_dangling
from pipelines.staleness import _checks_passed
from tests.dagster_internals import create_run_for_test

KILLED = "The build that made this run was killed; the next build goes on from here."
WORKING = ("NOT_STARTED", "STARTING", "STARTED", "CANCELING")
ENDED = ("SUCCESS", "FAILURE", "CANCELED")
GATES = AssetCheckKey(AssetKey("renders"), "accepted_presets_pass_their_gates")
FIGURES = AssetCheckKey(AssetKey("renders"), "measurements_are_sound")
LISTED = AssetCheckKey(AssetKey("renders"), "every_base_is_accepted")


@pytest.mark.parametrize("asset", ["prompts", "plans", "patch_specs", "variations", "renders", "bundles"])
def test_an_asset_without_its_table_is_not_there(store, asset):
    holdings = Holdings(store)
    assert holdings.complete(asset, BATCH)
    store.table_path(asset, BATCH).unlink()
    assert not holdings.complete(asset, BATCH)


@pytest.mark.parametrize(("asset", "column"), [("renders", "preview_sha256"), ("bundles", "zip_sha256")])
def test_each_file_that_a_table_names_must_be_there(store, asset, column):
    named = [one for one in store.table(asset, BATCH).to_pydict()[column] if one]
    assert len(named) == {"renders": 5, "bundles": 3}[asset]
    kept = store.blob_path(named[-1])
    kept.rename(kept.with_name("away"))
    assert not Holdings(store).complete(asset, BATCH)
    assert Holdings(store).complete({"renders": "bundles", "bundles": "renders"}[asset], BATCH)


@pytest.mark.parametrize("lost", ["index.html", ".zip"])
def test_a_pack_is_there_with_its_page_and_its_zip(store: Store, lost: str):
    holdings = Holdings(store)
    assert holdings.complete("packs", LIBRARY_KEY)
    name = holdings.pack(LIBRARY_KEY)["folder_name"]
    folder = store.pack_folder(LIBRARY_KEY)
    (folder / f"{name}.zip" if lost == ".zip" else folder / name / lost).unlink()
    assert not holdings.complete("packs", LIBRARY_KEY)


def checks_passed(*passed: AssetCheckKey, status: str = "FAILURE", failed: tuple[AssetCheckKey, ...] = ()) -> bool:
    """Whether `renders` counts as checked, if the run that made it ended so and these checks did."""

    def event(check: AssetCheckKey, *, well: bool) -> Any:
        evaluation = SimpleNamespace(asset_check_key=check, passed=well)
        return SimpleNamespace(dagster_event=SimpleNamespace(asset_check_evaluation_data=evaluation))

    logs = [event(one, well=True) for one in passed] + [event(one, well=False) for one in failed]
    instance: Any = SimpleNamespace(
        get_latest_data_version_record=lambda key, partition_key: SimpleNamespace(run_id="r"),
        get_run_by_id=lambda run_id: SimpleNamespace(run_id=run_id, status=DagsterRunStatus[status]),
        all_logs=lambda run_id, of_type: logs,
    )
    return _checks_passed(instance, build_defs().resolve_asset_graph(), AssetKey("renders"), BATCH)


def test_every_blocking_check_must_have_passed_where_the_run_did_not():
    assert checks_passed(GATES, FIGURES)
    assert checks_passed(GATES, FIGURES, failed=(LISTED,))
    assert not checks_passed(FIGURES, LISTED)
    assert not checks_passed(GATES, failed=(FIGURES,))
    assert not checks_passed()
    assert checks_passed(status="SUCCESS")


@pytest.mark.parametrize("status", [*WORKING, *ENDED])
def test_of_a_killed_build_the_runs_that_have_not_ended_fail_and_no_others(status):
    with DagsterInstance.ephemeral() as instance:
        for job, tags in (("build_batch", {"synthcopilot/build": "a-1"}), ("build_pack", {})):
            create_run_for_test(instance, job_name=job, status=DagsterRunStatus[status], tags=tags)
        failed = fail_dangling(instance)
        mine, others = (
            next(run for run in instance.get_runs() if run.job_name == job) for job in ("build_batch", "build_pack")
        )
        assert failed == ((mine.run_id,) if status in WORKING else ())
        assert mine.status == DagsterRunStatus["FAILURE" if status in WORKING else status]
        assert others.status == DagsterRunStatus[status]
        said = [entry.dagster_event.message for entry in instance.all_logs(mine.run_id) if entry.dagster_event]
        assert said.count(KILLED) == (1 if status in WORKING else 0)


def test_dagster_overlooks_a_change_of_one_batch_in_a_hundred_and_a_pack_is_made_all_the_same():
    def done(*made: str) -> Any:
        reports = [PartitionReport("a-1", {}, one.split(), (), None, None, 0.0) for one in made]  # type: ignore[arg-type]
        return SimpleNamespace(done=reports)

    changed = done("", "renders bundles", "")
    assert _unseen_change(changed, ["a"] * 100) == "bundles is made again"
    assert _unseen_change(changed, ["a"] * 99) is None
    assert _unseen_change(done("", "renders"), ["a"] * 100) is None

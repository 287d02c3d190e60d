"""Building a library on a real instance, with the real synth: what is made, skipped, made again, and stopped."""

import os
from pathlib import Path

import pytest
from dagster import AssetKey, DagsterInstance, DagsterRunStatus, RunsFilter

from assets.partitions import BATCH_SIZE, batches, canonical_library
from assets.resources import Progress
from assets.storage import Store, file_sha256
from engine import versions
from pipelines import build
from pipelines.build import build_library
from pipelines.home import HomeInUseError, only_build
from pipelines.jobs import BATCH_ASSETS
from pipelines.runs import BUILD_TAG, BuildFailedError
from schemas.request import Library, LibraryEntry
from tests.dagster.small_library import LIBRARY

(BATCH,) = batches(canonical_library(LIBRARY), batch_size=BATCH_SIZE)


def test_a_library_becomes_a_pack_of_what_was_accepted(pristine):
    report = pristine.report
    assert report.requests == 2
    assert report.accepted + len(report.refused) == 3
    assert file_sha256(report.pack.zip) == report.pack.zip_sha256
    assert len(list(report.pack.folder.rglob("*.vital"))) == report.accepted > 0
    assert (report.pack.folder / "index.html").exists()
    assert report.not_kept == (), "no prompt asks for a value"


def test_runs_and_their_lineage_are_on_record(pristine):
    with DagsterInstance.from_config(str(pristine.home)) as instance:
        runs = instance.get_runs(RunsFilter(tags={BUILD_TAG: pristine.report.library}))
        assert {run.job_name for run in runs} == {"build_batch", "build_pack"}
        assert {run.status for run in runs} == {DagsterRunStatus.SUCCESS}
        for asset in BATCH_ASSETS:
            assert instance.get_materialized_partitions(AssetKey(asset)) == {BATCH}


def test_metadata_and_events_never_hold_a_prompt(pristine):
    with DagsterInstance.from_config(str(pristine.home)) as instance:
        for run in instance.get_runs():
            for entry in instance.all_logs(run.run_id):
                assert not [one.prompt for one in LIBRARY.requests() if one.prompt in str(entry)]


def test_an_unchanged_library_is_skipped(rebuild, pristine):
    again = rebuild()
    assert again.skipped
    assert again.pack.zip_sha256 == pristine.report.pack.zip_sha256


def test_another_library_leaves_a_pack_fresh(rebuild, instance):
    one_more = Library(name="One Hat", prompts=LIBRARY.prompts[:1], variations=0)
    assert not rebuild(one_more).skipped
    assert rebuild().skipped


def test_what_was_heard_is_not_rendered_again_in_another_library(rebuild, instance):
    report = rebuild(Library(name="One Hat", prompts=LIBRARY.prompts[:1], variations=0))
    record = instance.get_latest_data_version_record(
        AssetKey("renders"), partition_key=report.partitions[0].partition
    )
    metadata = record.asset_materialization.metadata
    assert metadata["requests_remembered"].value == 1


def test_a_new_engine_version_makes_everything_but_prompts_again(rebuild, monkeypatch):
    monkeypatch.setattr(versions, "ENGINE", "999.0.0")
    batch, pack = rebuild().partitions
    assert batch.reasons["plans"] == "has a new code version"
    assert batch.made == ("plans", "patch_specs", "variations", "renders", "bundles")
    assert batch.skipped == ("prompts",)
    assert pack.made == ("packs",)


def test_a_missing_file_is_made_again(rebuild, built):
    _flac_of_the_first(built.home).unlink()
    batch, _ = rebuild().partitions
    assert batch.reasons == {
        "renders": "files are missing from the store",
        "bundles": "renders is made again",
    }


def test_bad_data_stops_at_the_blocking_check_and_is_made_again(rebuild, built):
    """Audio is damaged on disk between its rendering and its check."""
    _flac_of_the_first(built.home).unlink()

    def damage(step: Progress) -> None:
        if step.stage == "renders" and step.done == step.total:
            flac = _flac_of_the_first(built.home)
            flac.write_bytes(flac.read_bytes()[:-1] + b"?")

    with pytest.raises(BuildFailedError, match=r"accepted_presets_pass_their_gates.*is damaged"):
        rebuild(progress=damage)
    healed = rebuild().partitions[0]
    assert healed.reasons == {"renders": "its checks have not passed", "bundles": "renders is made again"}
    assert healed.problem is None


def test_a_killed_build_goes_on_where_it_was(resumed):
    (killed,) = resumed.report.cancelled_runs
    with DagsterInstance.from_config(str(resumed.home)) as instance:
        assert instance.get_run_by_id(killed).status == DagsterRunStatus.FAILURE
        assert _remembered(instance, resumed.report.partitions[0].partition) == 1
    assert resumed.report.partitions[0].skipped == ("prompts", "plans", "patch_specs", "variations")


def test_other_order_other_batches_other_workers_same_bytes(pristine, resumed):
    assert len(resumed.report.partitions) != len(pristine.report.partitions)
    assert resumed.report.pack.zip_sha256 == pristine.report.pack.zip_sha256


def test_a_preset_has_half_a_minute_of_cpu_on_as_many_workers_as_were_asked_for(tmp_path, monkeypatch):
    given = []

    def seen(*, resources):
        given.append(resources["renderer"])
        raise BuildFailedError("this is as far as it goes")

    monkeypatch.setattr(build, "build_defs", seen)
    with pytest.raises(BuildFailedError):
        build_library(LIBRARY, home=tmp_path / "home", out_dir=tmp_path / "out", workers=3)
    assert [(one.time_limit_s, one.workers) for one in given] == [(30.0, 3)]


def test_one_build_at_a_time_in_a_home(rebuild, built):
    with only_build(built.home), pytest.raises(HomeInUseError, match=str(os.getpid())):
        rebuild()


def test_a_request_that_cannot_be_planned_is_told_and_costs_itself_alone(rebuild):
    unknown = LibraryEntry(prompt="a kick", template_id="no_such_template")
    report = rebuild(Library(name="One Bad", variations=0, prompts=(*LIBRARY.prompts[:1], unknown)))
    assert [(one.prompt, "no_such_template" in one.reason) for one in report.refused] == [("a kick", True)]
    assert report.accepted == 1


def _remembered(instance: DagsterInstance, partition: str) -> int:
    """Requests of a batch that were not rendered because they had been heard before."""
    record = instance.get_latest_data_version_record(AssetKey("renders"), partition_key=partition)
    return record.asset_materialization.metadata["requests_remembered"].value


def _flac_of_the_first(home: Path) -> Path:
    """The preview of the one request that has no variations, so that little is rendered again."""
    store = Store(home / "storage")
    rows = store.table("renders", BATCH).to_pylist()
    keys = [row["key"] for row in rows]
    (only,) = [row for row in rows if keys.count(row["key"]) == 1]
    return store.blob_path(only["preview_sha256"])

"""What a job is handed over, or told instead: files with type and owner, one refusal, nothing too large."""

import uuid
from collections.abc import Iterator
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

import pytest
from dagster import AssetsDefinition, DagsterInstance, Definitions, define_asset_job
from heard_library import BATCH, asked

from assets import tables
from assets.deliveries import _checked, _part, deliveries
from assets.exports import exported, exports
from assets.io import ParquetTablesResource
from assets.job_reports import JobReports
from assets.partitions import own_mappings_allowed
from assets.resources import StoreResource
from assets.storage import Store, write_table
from engine.bundle import BundleError, open_bundle
from engine.bundle.archive import read_zip
from engine.stages import plan_stage
from pipelines.definitions import build_defs
from service.ledger import MadeFile

JOB = "0f3c2d1e-1111-4222-8333-444455556666"
SOURCE = uuid.UUID(int=7)
TAGS = {"synthcopilot/job": JOB, "synthcopilot/attempt": "2"}


class Recorder:
    """In a ledger's place: what it is told, by whom. Its one job exports `source`, if there is one."""

    def __init__(self, source: MadeFile | None = None) -> None:
        self.source = source
        self.delivered: list[dict[str, Any]] = []
        self.refused: list[tuple[str, int, str, str]] = []

    def deliver(self, job_id: object, **told: Any) -> bool:
        self.delivered.append({"job": str(job_id)} | told)
        return True

    def job(self, job_id: object) -> SimpleNamespace:
        return SimpleNamespace(source_id=SOURCE, export_format="presets")

    def files(self, job_id: object) -> tuple[MadeFile, ...]:
        assert job_id == SOURCE
        return (self.source,) if self.source else ()

    def fail_soon(self, job_id: object, *, attempt: int, code: str, detail: str) -> bool:
        self.refused.append((str(job_id), attempt, code, detail))
        return True


def leave_only(store: Store, name: str) -> None:
    """A job is one request: the tables without the others'."""
    key = plan_stage(asked(name)).key
    for asset, schema in (("plans", tables.PLANS), ("renders", tables.RENDERS), ("bundles", tables.BUNDLES)):
        rows = [row for row in store.table(asset, BATCH).to_pylist() if row["key"] == key]
        write_table(store.table_path(asset, BATCH), tables.table(schema, rows))


@pytest.fixture
def instance() -> Iterator[DagsterInstance]:
    with DagsterInstance.ephemeral() as one:
        for kind in ("request_batches", "exports"):
            one.add_dynamic_partitions(kind, [BATCH])
        yield one


def delivered(store: Store, instance: DagsterInstance, *, tags: dict[str, str] = TAGS, most: int = 10**9):
    """What was reported of a run over the store's tables, and the run."""
    job_reports = Recorder()
    return job_reports, made_for(job_reports, deliveries, store, instance, tags=tags, most=most)


def made_for(
    job_reports: Recorder,
    asset: AssetsDefinition,
    store: Store,
    instance: DagsterInstance,
    *,
    tags: dict[str, str] = TAGS,
    most: int = 10**9,
):
    resource = StoreResource(root=str(store.root))
    shared = build_defs(
        resources={
            "store": resource,
            "io_manager": ParquetTablesResource(store=resource),
            "job_reports": JobReports(lambda: job_reports, max_bytes=most),  # type: ignore[arg-type,return-value]
        }
    )
    own = Definitions(assets=[asset], jobs=[define_asset_job("make", selection=[asset])])
    with own_mappings_allowed():
        definitions = Definitions.merge(shared, own)
    return definitions.resolve_job_def("make").execute_in_process(
        instance=instance,
        partition_key=BATCH,
        tags=tags,
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        raise_on_error=False,
    )


def test_a_job_gets_its_bundle_and_every_file_in_it_with_type_owner_and_hash(store, instance):
    leave_only(store, "Boom")
    (row,) = store.table("bundles", BATCH).to_pylist()
    job_reports, result = delivered(store, instance)
    assert result.success
    (told,) = job_reports.delivered
    assert not job_reports.refused
    assert (told["job"], told["attempt"]) == (JOB, 2)
    assert (told["title"], told["style"], told["made_with"]) == ("Boom", "Percussion", "kick")
    whole, *parts = told["files"]
    assert (whole.path, whole.kind, whole.media_type) == (f"{row['folder_name']}.zip", "bundle", "application/zip")
    assert (whole.sha256, whole.bytes) == (row["zip_sha256"], row["zip_bytes"])
    files = open_bundle(store.blob(row["zip_sha256"])).files
    assert {one.path for one in parts} == set(files)
    for one in parts:
        assert (one.sha256, one.bytes) == (sha256(files[one.path]).hexdigest(), len(files[one.path]))
        assert store.blob(one.sha256) == files[one.path]
    assert {(one.kind, one.media_type, one.path.rpartition(".")[2]) for one in parts} == {
        ("preset", "application/json", "vital"),
        ("audio", "audio/flac", "flac"),
        ("picture", "image/png", "png"),
        ("page", "text/html", "html"),
        ("meta", "application/json", "json"),
    }
    presets = [(one.preset_id, one.title) for one in told["patches"]]
    assert [title for _, title in presets] == ["Boom", "Boom - Brighter"]
    owners = {one.path: one.preset_id for one in parts if one.kind in ("preset", "audio", "picture")}
    for name, title in presets:
        assert owners[f"presets/{title}.vital"] == owners[f"previews/{title}.flac"] == name
    assert {one.preset_id for one in parts if one.kind in ("page", "meta")} == {""}
    for patch in told["patches"]:
        assert patch.sha256 == sha256(files[f"presets/{patch.title}.vital"]).hexdigest()


def test_a_job_gets_the_patches_of_what_was_accepted_and_of_nothing_else(store, instance):
    leave_only(store, "Clack")
    job_reports, _ = delivered(store, instance)
    (told,) = job_reports.delivered
    assert [one.title for one in told["patches"]] == ["Clack"], "its variation was refused"


def test_an_mp3_is_audio_of_the_type_that_browsers_know(store):
    made = _part("previews/Boom.mp3", b"frames", "base", store)
    assert (made.kind, made.media_type, made.bytes, made.preset_id) == ("audio", "audio/mpeg", 6, "base")


def test_a_run_that_nobody_s_job_asked_for_hands_nothing_over(store, instance):
    leave_only(store, "Boom")
    job_reports, result = delivered(store, instance, tags={})
    assert result.success
    assert not job_reports.delivered
    assert not job_reports.refused


def test_a_refused_base_is_told_with_its_reason(store, instance):
    leave_only(store, "Nothing")
    job_reports, result = delivered(store, instance)
    assert result.success
    silent = "Silent: -90.0 LUFS (at least -60 LUFS) on note 36"
    assert job_reports.refused == [(JOB, 2, "refused", silent)]
    assert not job_reports.delivered


def test_a_bundle_may_have_as_many_bytes_as_are_allowed_and_not_one_more(store, instance):
    leave_only(store, "Boom")
    (row,) = store.table("bundles", BATCH).to_pylist()
    exact, _ = delivered(store, instance, most=row["zip_bytes"])
    assert len(exact.delivered) == 1
    assert not exact.refused
    larger, result = delivered(store, instance, most=row["zip_bytes"] - 1)
    assert result.success
    assert not larger.delivered
    ((_, _, code, words),) = larger.refused
    assert code == "refused"
    assert words == "The bundle would have more than 0 MB. Ask for fewer variations."


def test_what_breaks_a_gate_is_not_handed_over_and_fails_the_run(store, instance):
    leave_only(store, "Boom")
    rows = store.table("renders", BATCH).to_pylist()
    rows[0] |= {"preset_sha256": "0" * 64}
    write_table(store.table_path("renders", BATCH), tables.table(tables.RENDERS, rows))
    job_reports, result = delivered(store, instance)
    assert not result.success
    assert not job_reports.delivered
    assert not job_reports.refused
    (check,) = result.get_asset_check_evaluations()
    assert not check.passed
    assert check.description == "its PatchSpec doesn't compile to the preset that was heard"


def test_a_bank_has_its_presets_in_a_folder_and_a_plain_zip_has_nothing_else(store):
    leave_only(store, "Boom")
    (row,) = store.table("bundles", BATCH).to_pylist()
    bundle = open_bundle(store.blob(row["zip_sha256"]))
    bank = read_zip(exported(bundle, "vitalbank", limit=10**9))
    assert sorted(bank) == ["Boom/Presets/Boom - Brighter.vital", "Boom/Presets/Boom.vital"]
    plain = exported(bundle, "presets", limit=10**9)
    assert sorted(read_zip(plain)) == ["Boom - Brighter.vital", "Boom.vital"]
    assert read_zip(plain)["Boom.vital"] == bundle.files["presets/Boom.vital"]
    with pytest.raises(BundleError, match="no export format 'zip'; there are vitalbank, presets"):
        exported(bundle, "zip", limit=10**9)


def exported_by(store: Store, instance: DagsterInstance, *, most: int = 10**9, gone: bool = False):
    (row,) = store.table("bundles", BATCH).to_pylist()
    whole = MadeFile("Boom.zip", "bundle", "application/zip", row["zip_sha256"], row["zip_bytes"])
    job_reports = Recorder(None if gone else whole)
    return job_reports, made_for(job_reports, exports, store, instance, most=most)


def test_an_export_is_handed_over_with_what_its_job_is_called(store, instance):
    leave_only(store, "Boom")
    job_reports, result = exported_by(store, instance)
    assert result.success
    (told,) = job_reports.delivered
    assert (told["job"], told["attempt"]) == (JOB, 2)
    assert (told["title"], told["style"], told["made_with"], told["patches"]) == ("Boom", "Percussion", "kick", ())
    (file,) = told["files"]
    assert (file.path, file.kind, file.media_type, file.preset_id) == ("Boom.zip", "export", "application/zip", "")
    assert file.bytes == len(store.blob(file.sha256))
    assert sorted(read_zip(store.blob(file.sha256))) == ["Boom - Brighter.vital", "Boom.vital"]


def test_the_presets_of_an_export_may_have_as_many_bytes_as_are_allowed_and_not_one_more(store, instance):
    leave_only(store, "Boom")
    job_reports, _ = exported_by(store, instance)
    presets = read_zip(store.blob(job_reports.delivered[0]["files"][0].sha256))
    size = sum(map(len, presets.values()))
    exact, result = exported_by(store, instance, most=size)
    assert result.success
    assert len(exact.delivered) == 1
    larger, result = exported_by(store, instance, most=size - 1)
    assert not result.success
    assert not larger.delivered


def test_an_export_of_what_is_gone_is_refused_with_the_reason(store, instance):
    leave_only(store, "Boom")
    job_reports, result = exported_by(store, instance, gone=True)
    assert result.success
    assert not job_reports.delivered
    gone = "The job whose presets should be exported has no bundle any more."
    assert job_reports.refused == [(JOB, 2, "bad_request", gone)]


def test_the_first_three_problems_of_a_delivery_are_said_and_all_are_listed():
    problems = [{"preset": str(number), "problem": f"problem {number}"} for number in range(4)]
    found = _checked(problems, checked=9)
    assert (found.passed, found.description) == (False, "problem 0; problem 1; problem 2")
    assert [dict(one.data) for one in found.metadata["problems"].records] == problems
    sound = _checked([], checked=9)
    assert (sound.passed, sound.description) == (True, "9 presets checked")

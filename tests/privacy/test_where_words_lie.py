"""Where a prompt lies after its job was made, all of it; and that nothing holds it once it is erased.

The list is the one in `docs/security.md`. A place that is added must be added there, and to what erases.
"""

import re
from datetime import UTC, datetime

import pytest
from dagster import DagsterInstance

from api.models import Artifact, Job
from engine.bundle import open_bundle
from engine.bundle.redact import ERASED
from service.erasure.purging import files_of
from service.erasure.users import checkpoint
from service.layout import partition_of
from tests.privacy.house import Everywhere, House
from tests.privacy.words import traces_in

PLACES = {
    "database": r".*/test\.sqlite3(_gw\d+)?(-wal|-shm)?",
    "request": r".*/storage/requests/job-[0-9a-f]{32}\.json",
    "tables": r".*/storage/tables/(prompts|plans|renders)/job-[0-9a-f]{32}\.parquet",
    "audition": r".*/storage/auditions/job-[0-9a-f]{32}/[0-9a-f]{64}\.json",
    "blobs": r".*/storage/blobs/[0-9a-f]{2}/[0-9a-f]{64}",
}
"""Zip, page, manifest and intent of the bundle are the blobs."""


def places(paths: dict[str, list[str]]) -> dict[str, int]:
    """How many files are in each place; one that is in none is told by its path."""
    counts: dict[str, int] = {}
    for path in paths:
        name = next((name for name, pattern in PLACES.items() if re.fullmatch(pattern, path)), path)
        counts[name] = counts.get(name, 0) + 1
    return counts


def test_where_the_words_lie(done: Job, everywhere: Everywhere):
    counts = places(everywhere())
    assert set(counts) == set(PLACES)
    assert counts | {"database": 0} == {"database": 0, "request": 1, "tables": 3, "audition": 1, "blobs": 4}


def test_dagster_never_has_them(house: House, done: Job, instance: DagsterInstance, everywhere: Everywhere):
    events = [repr(one) for run in instance.get_runs() for one in instance.all_logs(run.run_id)]
    assert len(events) > 30, "the runs of the home are there"
    assert not any(traces_in(text.encode()) for text in events)
    assert not [path for path in everywhere() if "/dagster/" in path]


def test_nothing_holds_them_once_the_prompt_is_erased(house: House, done: Job, everywhere: Everywhere):
    assert house.eraser.erase_prompt(done.pk, now=datetime.now(UTC))
    checkpoint(house.engine)
    assert everywhere() == {}


def test_nor_once_the_job_is(house: House, done: Job, everywhere: Everywhere):
    assert house.eraser.erase_job(done.pk, now=datetime.now(UTC))
    checkpoint(house.engine)
    assert everywhere() == {}
    assert not Job.objects.exists()
    assert [one.key for one in house.store.find()] == []


def test_the_presets_of_an_erased_prompt_can_still_be_had(house: House, done: Job):
    before = {one.path: one for one in done.artifacts.all()}
    house.eraser.erase_prompt(done.pk, now=datetime.now(UTC))
    done.refresh_from_db()
    assert (done.state, done.prompt, done.tags) == ("succeeded", "", [])
    assert done.prompt_erased_at is not None
    assert len(done.prompt_sha256) == 64
    after = {one.path: one for one in done.artifacts.all()}
    assert set(after) == set(before)
    changed = {path for path in after if after[path].sha256 != before[path].sha256}
    assert {after[path].kind for path in changed} == {"bundle", "page", "meta"}
    assert len(changed) == 4
    for one in after.values():
        assert len(house.store.blob(one.sha256)) == one.bytes, "checksums and sizes are the new files'"
    (whole,) = (one for one in after.values() if one.kind == "bundle")
    bundle = open_bundle(house.store.blob(whole.sha256))
    assert bundle.manifest.request.prompt == ERASED
    for path, data in bundle.files.items():
        assert house.store.blob(after[path].sha256) == data, "single files are those of the zip"
    blobs = {one.key.rpartition("/")[2] for one in house.store.find("blobs")}
    assert blobs == set(Artifact.objects.values_list("sha256", flat=True)), "no blob is left that nothing refers to"


def test_the_files_of_a_job_lie_under_the_keys_of_its_partition(house: House, done: Job):
    """Written by real runs; `service.layout` says where, and erasing finds all of it there."""
    partition = done.partition_key
    found = files_of(house.store, partition)
    made = ["bundles", "patch_specs", "plans", "prompts", "renders", "variations"]
    assert found["requests"] == [f"requests/{partition}.json"]
    assert found["tables"] == [f"tables/{one}/{partition}.parquet" for one in made]
    (heard,) = found["auditions"]
    assert re.fullmatch(rf"auditions/{partition}/[0-9a-f]{{64}}\.json", heard)
    everything = {one.key for one in house.store.find()}
    listed = {key for keys in found.values() for key in keys}
    assert {key for key in everything if partition_of(key) == partition} == listed
    assert {key.split("/")[0] for key in everything - listed} == {"blobs"}


def test_an_export_keeps_its_file_unless_that_quotes_the_prompt(house: House, done: Job):
    made = {"source": done, "queue": "export", "prompt": "", "tags": [], "state": "succeeded"}
    good = house.job(**made, job_key="a" * 64, partition_key="job-" + "a" * 32)
    bad = house.job(**made, job_key="b" * 64, partition_key="job-" + "b" * 32)
    for job, data in ((good, b"presets named bass"), (bad, f"read me: {done.prompt}".encode())):
        Artifact.objects.create(
            job=job, path="x.zip", kind="export", media_type="application/zip", bytes=len(data),
            sha256=house.store.put_blob(data),
        )  # fmt: skip
    Job.objects.filter(pk=done.pk).update(tags=["bass", "gritty"])
    kept = done.artifacts.count()
    house.eraser.erase_prompt(done.pk, now=datetime.now(UTC))
    assert done.artifacts.count() == kept, "a tag is a common word: what only says it stays"
    assert (good.artifacts.count(), bad.artifacts.count()) == (1, 0)
    assert len([one for one in house.store.find("blobs") if one.bytes == len("presets named bass")]) == 1


@pytest.mark.parametrize("kind", ["bundle", "meta"])
def test_a_bundle_that_cannot_be_opened_is_dropped_with_its_words(
    house: House, done: Job, everywhere: Everywhere, kind: str
):
    one = done.artifacts.filter(kind=kind).first()
    path = house.store.path(f"blobs/{one.sha256[:2]}/{one.sha256}")
    path.write_bytes(path.read_bytes()[:-100])
    house.eraser.erase_prompt(done.pk, now=datetime.now(UTC))
    checkpoint(house.engine)
    assert everywhere() == {}
    kinds = set(done.artifacts.values_list("kind", flat=True))
    assert kinds == ({"preset", "audio", "picture"} if kind == "bundle" else {"preset", "audio", "picture"} | {
        "bundle", "page", "meta"
    })  # fmt: skip

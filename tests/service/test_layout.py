"""Where files lie in the object store: letter by letter, since files that are there must be found again."""

from pathlib import Path

import pytest

from assets.storage import Store
from service import layout

SHA = "ab" * 32
JOB = "job-" + "0f" * 16


@pytest.mark.parametrize(
    ("key", "literal"),
    [
        (layout.blob_key(SHA), f"blobs/ab/{SHA}"),
        (layout.request_key(JOB), f"requests/{JOB}.json"),
        (layout.library_key("keys-1"), "libraries/keys-1.json"),
        (layout.table_folder("plans"), "tables/plans"),
        (layout.table_key("plans", JOB), f"tables/plans/{JOB}.parquet"),
        (layout.audition_folder(JOB), f"auditions/{JOB}"),
        (layout.audition_key(SHA), f"auditions/ab/{SHA}.json"),
        (layout.audition_key(SHA, partition=JOB), f"auditions/{JOB}/{SHA}.json"),
        (layout.pack_folder("keys-1"), "packs/keys-1"),
        (layout.health_key("12-ab"), "health/12-ab"),
    ],
)
def test_every_key_letter_by_letter(key: str, literal: str) -> None:
    assert key == literal


def test_the_store_of_the_assets_keeps_to_it(tmp_path: Path) -> None:
    store = Store(tmp_path)
    paths = {
        store.blob_path(SHA): f"blobs/ab/{SHA}",
        store.tables: "tables",
        store.table_path("plans", JOB): f"tables/plans/{JOB}.parquet",
        store.audition_path(SHA): f"auditions/ab/{SHA}.json",
        store.audition_path(SHA, namespace=JOB): f"auditions/{JOB}/{SHA}.json",
        store.pack_folder("keys-1"): "packs/keys-1",
    }
    assert {Path(str(path)) for path in paths} == {tmp_path / key for key in paths.values()}
    assert all(Path(str(path)) == tmp_path / key for path, key in paths.items())
    store.put_batch(JOB, [])
    assert [one.key for one in store.objects.find()] == [f"requests/{JOB}.json"]


@pytest.mark.parametrize(
    ("key", "partition"),
    [
        (f"requests/{JOB}.json", JOB),
        (f"tables/plans/{JOB}.parquet", JOB),
        (f"auditions/{JOB}/{SHA}.json", JOB),
        (f"auditions/ab/{SHA}.json", None),
        ("requests/keys-1-0001.json", None),
        (f"blobs/ab/{SHA}", None),
        (f"packs/{JOB}/x.zip", None),
    ],
)
def test_a_file_is_told_by_its_key_to_be_a_jobs(key: str, partition: str | None) -> None:
    assert layout.partition_of(key) == partition


@pytest.mark.parametrize(
    ("key", "inside"), [("health/1-a", True), ("health", False), ("healthy/1", False), ("a/health/1", False)]
)
def test_a_file_lies_in_a_folder_or_beside_it(key: str, inside: bool) -> None:
    assert layout.lies_in(key, layout.HEALTH) is inside

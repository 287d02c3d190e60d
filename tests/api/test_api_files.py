"""Downloads: whole, in part, not at all if the client has it, by a link to the object store."""

import hashlib
import io
import zipfile
from typing import Any

import pytest
import requests

from api.models import Artifact
from api.store import store
from engine.bundle import Bundle, read_zip
from service.layout import blob_key
from service.objects import ObjectStore
from tests.api.making import body_of


def test_the_bundle_is_the_zip_that_was_made(ada: Any, done: str, bundle: Bundle) -> None:
    answer = ada.get(f"/jobs/{done}/bundle", Accept="application/zip")
    data = body_of(answer)
    assert answer.status_code == 200
    assert hashlib.sha256(data).hexdigest() == bundle.sha256
    assert answer["ETag"] == f'"{bundle.sha256}"'
    assert answer["Content-Length"] == str(len(data))
    assert answer["Content-Type"] == "application/zip"
    assert bundle.folder_name.replace(" ", "%20") in answer["Content-Disposition"]
    assert "attachment" in answer["Content-Disposition"]
    assert read_zip(data) == bundle.files
    assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None


def test_each_file_that_is_listed_can_be_had_and_is_what_its_checksum_says(ada: Any, done: str) -> None:
    files = ada.get(f"/jobs/{done}").json()["files"]
    assert {file["kind"] for file in files} == {"bundle", "preset", "audio", "picture", "page", "meta"}
    for file in files:
        answer = ada.client.get(file["url"])
        data = body_of(answer)
        assert answer["Content-Type"] == file["media_type"]
        assert (len(data), hashlib.sha256(data).hexdigest()) == (file["bytes"], file["sha256"])
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"], "a page from a bundle may run nothing here"
        assert ("inline" in answer["Content-Disposition"]) == (file["kind"] in ("audio", "picture"))


def test_a_presets_sound_is_found_by_its_id(ada: Any, done: str) -> None:
    (preset,) = ada.get(f"/jobs/{done}").json()["result"]["presets"]
    answer = ada.client.get(preset["audio_url"], headers={"Accept": "audio/*"})
    assert body_of(answer)[:4] == b"fLaC"
    assert answer["Content-Type"] == "audio/flac"
    assert ada.get(f"/jobs/{done}/presets/no_such/audio").status_code == 404


RANGES = [
    ("bytes=0-99", 0, 100),
    ("bytes=100-", 100, None),
    ("bytes=-10", -10, None),
    ("bytes=5-5", 5, 6),
    ("bytes=10-999999999", 10, None),
]


@pytest.mark.parametrize(("header", "start", "end"), RANGES)
def test_a_range_is_that_part(
    ada: Any, done: str, bundle: Bundle, header: str, start: int, end: int | None
) -> None:
    answer = ada.get(f"/jobs/{done}/bundle", Range=header)
    size, part = len(bundle.zip), bundle.zip[start:end]
    assert answer.status_code == 206
    assert body_of(answer) == part
    first = start if start >= 0 else size + start
    assert answer["Content-Range"] == f"bytes {first}-{first + len(part) - 1}/{size}"
    assert answer["Content-Length"] == str(len(part))


@pytest.mark.parametrize("header", ["bytes=999999999-", "bytes=-0", f"bytes={'9' * 30}-"])
def test_a_range_outside_is_416_and_tells_the_size(ada: Any, done: str, bundle: Bundle, header: str) -> None:
    answer = ada.get(f"/jobs/{done}/bundle", Range=header)
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(bundle.zip)}")
    assert answer.json()["code"] == "range-not-satisfiable"


@pytest.mark.parametrize("header", ["bytes=0-1,5-6", "bytes=", "bytes=b-a", "bytes=9-3", "lines=1-2", "bytes=-"])
def test_what_is_no_single_range_gives_the_whole(ada: Any, done: str, bundle: Bundle, header: str) -> None:
    answer = ada.get(f"/jobs/{done}/bundle", Range=header)
    assert (answer.status_code, len(body_of(answer))) == (200, len(bundle.zip))


def test_a_range_of_another_version_gives_the_whole(ada: Any, done: str, bundle: Bundle) -> None:
    same = ada.get(f"/jobs/{done}/bundle", Range="bytes=0-9", **{"If-Range": f'"{bundle.sha256}"'})
    other = ada.get(f"/jobs/{done}/bundle", Range="bytes=0-9", **{"If-Range": '"other"'})
    assert (same.status_code, other.status_code) == (206, 200)
    assert len(body_of(other)) == len(bundle.zip)


def test_head_tells_all_but_the_bytes(ada: Any, done: str, bundle: Bundle) -> None:
    answer = ada.client.head(f"/api/v1/jobs/{done}/bundle")
    assert (answer.status_code, answer["Content-Length"], answer.content) == (200, str(len(bundle.zip)), b"")
    assert answer["Accept-Ranges"] == "bytes"
    part = ada.client.head(f"/api/v1/jobs/{done}/bundle", headers={"Range": "bytes=0-9"})
    assert (part.status_code, part["Content-Length"]) == (206, "10")


@pytest.mark.parametrize("header", ['"{}"', 'W/"{}"', '"x", "{}"', "*"])
def test_what_the_client_has_isnt_sent_again(ada: Any, done: str, bundle: Bundle, header: str) -> None:
    answer = ada.get(f"/jobs/{done}/bundle", **{"If-None-Match": header.format(bundle.sha256)})
    assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.parametrize(
    "path", ["no/such", "../../../etc/passwd", "..%2f..%2fsecret_key", "/etc/passwd", "meta/./manifest.json",
             "meta//manifest.json", "META/MANIFEST.JSON", "a%00b", "blobs/aa/bb"],
)  # fmt: skip
def test_only_paths_that_are_listed_lead_anywhere(ada: Any, done: str, path: str) -> None:
    answer = ada.client.get(f"/api/v1/jobs/{done}/files/{path}")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_before_the_end_there_is_nothing_to_download(ada: Any) -> None:
    job_id = ada.post("/jobs", {"prompt": "pad"}).json()["id"]
    for path in ("bundle", "files/meta/manifest.json", "presets/base/audio"):
        answer = ada.get(f"/jobs/{job_id}/{path}")
        assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (409, "wrong-state", "1")


def test_files_that_were_deleted_are_gone(ada: Any, done: str) -> None:
    Artifact.objects.filter(kind="bundle").delete()
    assert ada.get(f"/jobs/{done}/bundle").status_code == 410


def test_a_file_that_the_store_has_lost_is_an_error_of_ours(ada: Any, done: str, bundle: Bundle) -> None:
    store().delete(blob_key(bundle.sha256))
    answer = ada.get(f"/jobs/{done}/bundle")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal-error")


def test_where_the_store_can_be_reached_a_link_leads_to_it(
    ada: Any, done: str, bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Made by s3fs itself, which needs no server to sign."""
    from upath import UPath

    options = {"endpoint_url": "http://127.0.0.1:9", "key": "k", "secret": "s"}
    remote = ObjectStore(UPath("s3://bucket/prefix", **options), public_endpoint="https://files.example")
    monkeypatch.setattr("api.v1.download.store", lambda: remote)
    answer = ada.get(f"/jobs/{done}/bundle")
    assert answer.status_code == 302
    link = answer["Location"]
    assert link.startswith("https://files.example/bucket/prefix/" + blob_key(bundle.sha256))
    assert "&Signature=" in link
    head = ada.client.head(f"/api/v1/jobs/{done}/bundle")
    assert (head.status_code, head["Content-Length"]) == (200, str(len(bundle.zip))), (
        "a link is signed for GET only"
    )


def test_over_the_wire_the_same_bytes_arrive(ada: Any, done: str, bundle: Bundle, server: str) -> None:
    address = f"{server}/api/v1/jobs/{done}/bundle"
    headers = {"Authorization": f"Api-Key {ada.key}"}
    assert requests.get(address, headers=headers, timeout=30).content == bundle.zip
    part = requests.get(address, headers=headers | {"Range": "bytes=-7"}, timeout=30)
    assert (part.status_code, part.content) == (206, bundle.zip[-7:])
    head = requests.head(address, headers=headers, timeout=30)
    assert (head.status_code, head.headers["Content-Length"]) == (200, str(len(bundle.zip)))

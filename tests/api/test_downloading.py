"""Which bytes are asked for, which a client has already, and when there are any: to the first and last byte."""

import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import RequestFactory
from rest_framework.request import Request
from upath import UPath

from api.errors import Gone, NotNow
from api.models import Artifact, Job
from api.selectors.files import PACKED, check_ready
from api.v1 import download
from api.v1.download import send
from service.objects import ObjectStore

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text("utf-8")
DATA = bytes(range(100))
FILE = Artifact(
    path="previews/Glacial Keel.flac", media_type="audio/flac", sha256="ab" * 32, bytes=100, kind="audio"
)
TAG = f'"{"ab" * 32}"'


class _Store:
    """Holds one file, and gives no links."""

    def presigned(self, key: str, **asked: Any) -> None:
        return None

    def chunks(self, key: str, *, start: int, length: int) -> Any:
        assert key == f"blobs/ab/{'ab' * 32}"
        yield DATA[start : start + length]


@pytest.fixture(autouse=True)
def _database(monkeypatch: pytest.MonkeyPatch) -> None:
    """None of these needs one, or a real store."""
    monkeypatch.setattr(download, "store", _Store)


def _asked(method: str = "get", **headers: str) -> Request:
    return Request(
        getattr(RequestFactory(), method)("/x", headers={k.replace("_", "-"): v for k, v in headers.items()})
    )


def _part(header: str, **headers: str) -> tuple[int, bytes | None, str | None]:
    """Status, bytes and place of what a range gives."""
    answer = send(_asked(Range=header, **headers), FILE)
    body = b"".join(answer.streaming_content) if answer.streaming else None
    return answer.status_code, body, answer.headers.get("Content-Range")


PARTS = [
    ("bytes=0-0", DATA[:1], "bytes 0-0/100"),
    ("bytes=0-98", DATA[:99], "bytes 0-98/100"),
    ("bytes=1-99", DATA[1:], "bytes 1-99/100"),
    ("bytes=1-", DATA[1:], "bytes 1-99/100"),
    ("bytes=99-", DATA[99:], "bytes 99-99/100"),
    ("bytes=99-99", DATA[99:], "bytes 99-99/100"),
    ("bytes=99-1000", DATA[99:], "bytes 99-99/100"),
    ("bytes=-1", DATA[99:], "bytes 99-99/100"),
    ("bytes=-99", DATA[1:], "bytes 1-99/100"),
    ("bytes=50-999999999999999999", DATA[50:], "bytes 50-99/100"),
]


@pytest.mark.parametrize(("header", "part", "place"), PARTS)
def test_a_range_is_these_bytes(header: str, part: bytes, place: str) -> None:
    assert _part(header) == (206, part, place)
    head = send(_asked("head", Range=header), FILE)
    assert (head.status_code, head["Content-Range"], head["Content-Length"]) == (206, place, str(len(part)))


@pytest.mark.parametrize(
    "header", ["bytes=0-", "bytes=0-99", "bytes=0-100", "bytes=-100", "bytes=-1000", "bytes=2-1", "bytes=0-1,3-4",
               "", "bytes=-", "bytes=", "items=0-1", "bytes=0-1x", "xbytes=0-1", "bytes=٣-٤"],
)  # fmt: skip
def test_a_range_of_everything_or_of_nothing_known_is_the_whole(header: str) -> None:
    assert _part(header) == (200, DATA, None)


@pytest.mark.parametrize(
    "header", ["bytes=100-", "bytes=100-100", "bytes=101-", "bytes=-0", "bytes=1000000000000000000-",
               "bytes=0-1000000000000000000", "bytes=-1000000000000000000"],
)  # fmt: skip
def test_a_range_behind_the_end_is_416(header: str) -> None:
    assert _part(header) == (416, None, "bytes */100")


@pytest.mark.parametrize(("tag", "status"), [(TAG, 206), (f" {TAG} ", 206), ('"other"', 200), (f"W/{TAG}", 200)])
def test_a_range_is_given_of_the_version_that_it_is_of(tag: str, status: int) -> None:
    assert _part("bytes=0-9", If_Range=tag)[0] == status


@pytest.mark.parametrize(
    ("header", "has"),
    [
        (TAG, True),
        (f"W/{TAG}", True),
        (f'"x", {TAG}', True),
        ("*", True),
        ('"x"', False),
        ("", False),
        ("ab" * 32, False),
    ],
)
def test_what_a_client_has_is_known_by_its_tag(header: str, has: bool) -> None:
    answer = send(_asked(If_None_Match=header), FILE)
    assert (answer.status_code, answer["ETag"]) == (304 if has else 200, TAG)


@pytest.mark.parametrize("inline", [True, False])
def test_a_file_is_told_as_what_it_is(inline: bool) -> None:
    answer = send(_asked(), FILE, inline=inline)
    assert dict(answer.headers) == {
        "Content-Type": "audio/flac",
        "Content-Length": "100",
        "ETag": TAG,
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f"{'inline' if inline else 'attachment'}; filename*=UTF-8''Glacial%20Keel.flac",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    head = send(_asked("head"), FILE, inline=inline)
    assert (head.status_code, head.content, dict(head.headers)) == (200, b"", dict(answer.headers))


def test_a_link_to_the_store_works_for_five_minutes_as_the_guide_says(monkeypatch: pytest.MonkeyPatch) -> None:
    options = {"endpoint_url": "http://127.0.0.1:9", "key": "k", "secret": "s"}
    remote = ObjectStore(UPath("s3://bucket/prefix", **options), public_endpoint="https://files.example")
    monkeypatch.setattr(download, "store", lambda: remote)
    before = int(time.time())
    answer = send(_asked(), FILE)
    assert answer.status_code == 302
    ends = int(parse_qs(urlsplit(answer["Location"]).query)["Expires"][0])
    assert before + 300 <= ends <= time.time() + 300
    assert re.search(r"a link that works for (\d+) minutes", GUIDE)[1] == "5"


def _job(**fields: Any) -> Job:
    return Job(**{"state": "succeeded", "expires_at": None, **fields})


@pytest.mark.parametrize("expires_at", [None, NOW + MOMENT])
def test_files_are_there_until_their_time_is_over(clock: Any, expires_at: datetime | None) -> None:
    clock(NOW)
    check_ready(_job(expires_at=expires_at))
    with pytest.raises(Gone):
        check_ready(_job(expires_at=NOW))


@pytest.mark.parametrize(
    ("state", "words", "retry_after_s"),
    [("queued", "yet", 1), ("running", "yet", 1), ("failed", "to show", None), ("cancelled", "to show", None)],
)
def test_what_has_not_succeeded_has_no_files_and_says_whether_to_wait(
    state: str, words: str, retry_after_s: int | None
) -> None:
    with pytest.raises(NotNow, match=f"no files {words}: it is {state}") as refused:
        check_ready(_job(state=state))
    assert refused.value.retry_after_s == retry_after_s


def test_the_whole_of_a_job_is_its_bundle_and_of_an_export_what_it_made() -> None:
    assert PACKED == {"generate": "bundle", "export": "export"}

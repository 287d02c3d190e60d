"""What is kept out at the doors: odd hosts and paths, large bodies, frames, hostile archives, guessed tokens."""

import asyncio
import io
import secrets
import zipfile
from collections.abc import Callable

import pytest
from django.test import Client

from api.models import ApiKey, Job
from api.services.keys import create_api_key
from api.store import store
from engine.bundle import BundleError, open_bundle
from engine.bundle.archive import MAX_BUNDLE_BYTES
from tests.privacy.house import House

PATHS = (
    "../../secret_key",
    "..%2F..%2Fsecret_key",
    "%2e%2e/%2e%2e/secret_key",
    "presets/../../../app.sqlite3",
    "/etc/passwd",
    "meta/manifest.json%00.png",
    "presets\\..\\..\\secret_key",
    "C:/Windows/win.ini",
)
PAGES = (
    "/", "/sign-in", "/healthz", "/readyz", "/metrics", "/admin/", "/api/v1/jobs", "/api/v1/schema", "/nowhere",
)  # fmt: skip


@pytest.fixture
def served(house: House, done: Job) -> Job:
    """The finished job, its files in the store that the API reads."""
    for one in done.artifacts.all():
        store().put_blob(house.store.blob(one.sha256))
    return done


@pytest.fixture
def ada(house: House) -> Client:
    _, key = create_api_key(user=house.user(), name="test")
    return Client(headers={"Authorization": f"Api-Key {key}"})


@pytest.mark.parametrize("path", PATHS)
def test_a_file_is_found_by_its_row_and_by_nothing_else(ada: Client, done: Job, path: str):
    answer = ada.get(f"/api/v1/jobs/{done.pk}/files/{path}")
    assert answer.status_code == 404, answer.content


@pytest.mark.parametrize(
    "path",
    ["/", "/sign-in", "/healthz", "/readyz", "/metrics", "/admin/", "/api/v1/jobs", "/api/v1/schema", "/nowhere"],
)
def test_every_answer_tells_browsers_to_be_strict(client: Client, house: House, path: str):
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe-eval" not in headers["Content-Security-Policy"]
    assert headers["X-Request-ID"]


def test_a_host_that_is_not_ours_is_refused(client: Client, house: House):
    assert client.get("/sign-in", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/healthz", headers={"Host": "evil.example"}).status_code == 400


def test_a_large_body_is_refused_before_it_is_read_or_kept():
    """Told to be large, or sent piece by piece without an end: neither is written to disk."""
    from api.asgi import application

    told = _asked(application, [(b"content-length", b"5000000000")], pieces=0)
    assert told == 413
    endless = _asked(application, [(b"transfer-encoding", b"chunked")], pieces=10_000)
    assert endless == 413


def _asked(application: Callable, headers: list[tuple[bytes, bytes]], *, pieces: int) -> int:
    sent: list[dict] = []
    left = pieces

    async def receive() -> dict:
        nonlocal left
        left -= 1
        assert left > -3, "it reads on and on"
        return {"type": "http.request", "body": b"x" * 65_536, "more_body": True}

    async def send(message: dict) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/api/v1/jobs", "raw_path": b"/api/v1/jobs", "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"content-type", b"application/json"), *headers],
        "http_version": "1.1", "scheme": "http", "server": ("localhost", 80), "client": ("127.0.0.1", 1),
    }  # fmt: skip
    asyncio.run(application(scope, receive, send))
    assert pieces == 0 or left > pieces - 100, "more was read than may be sent"
    return sent[0]["status"]


def test_a_tampered_bundle_is_not_delivered(house: House, done: Job):
    """What `deliveries` and the eraser split is opened by `open_bundle`, which refuses tricks before it unpacks."""
    whole = done.artifacts.get(kind="bundle")
    data = house.store.blob(whole.sha256)
    for name in ("../../evil.vital", "/etc/cron.d/evil", "presets/..\\evil.vital"):
        stream = io.BytesIO(data)
        with zipfile.ZipFile(stream, "a") as archive:
            archive.writestr(name, b"evil")
        with pytest.raises(BundleError, match=r"path|not in the manifest"):
            open_bundle(stream.getvalue())
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"presets/{number}.vital", b"\0" * (MAX_BUNDLE_BYTES // 2))
    assert len(bomb.getvalue()) < MAX_BUNDLE_BYTES // 100
    with pytest.raises(BundleError, match="unpacks to more than"):
        open_bundle(bomb.getvalue())


def test_tokens_are_128_bits_and_kept_as_hashes(ada: Client, house: House, served: Job):
    answer = ada.post(f"/api/v1/jobs/{served.pk}/shares", {}, content_type="application/json")
    assert answer.status_code == 201, answer.content
    token = answer.json()["token"]
    assert len(token) * 6 >= 128
    assert Client().get(f"/api/v1/shared/{token}").status_code == 200
    for guess in (secrets.token_urlsafe(16), token[:-1], token.swapcase(), served.shares.get().token_sha256):
        assert Client().get(f"/api/v1/shared/{guess}").status_code == 404
    rows = "".join(str(row) for model in (ApiKey, served.shares.model) for row in model.objects.values_list())
    assert token not in rows


def test_a_public_link_tells_neither_prompt_nor_owner(ada: Client, house: House, served: Job):
    from tests.privacy.words import traces_in

    made = ada.post(f"/api/v1/jobs/{served.pk}/shares", {}, content_type="application/json").json()
    for path in (f"/api/v1/shared/{made['token']}", f"/s/{made['token']}"):
        answer = Client().get(path)
        assert answer.status_code == 200, path
        assert traces_in(answer.content) == [], path
        assert b"ada" not in answer.content.lower().replace(b"adapt", b""), path


def test_an_accident_with_a_link_does_not_log_the_token(
    ada: Client, house: House, done: Job, caplog: pytest.LogCaptureFixture
):
    """The job's files are not where the API looks for them."""
    manifest = done.artifacts.get(path="meta/manifest.json")
    done.artifacts.filter(pk=manifest.pk).update(sha256="0" * 64)
    made = ada.post(f"/api/v1/jobs/{done.pk}/shares", {}, content_type="application/json").json()
    with caplog.at_level("INFO"):
        assert Client(raise_request_exception=False).get(f"/api/v1/shared/{made['token']}").status_code >= 500
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("django.")]
    assert any("failed in SharedView" in line for line in ours)
    assert made["token"] not in "".join(ours), "Django's own line is cut by service.logs"

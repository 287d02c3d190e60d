"""Defaults and limits of the settings as the pages print them, keys that must never change, files kept whole."""

import hashlib
import os
import re
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr, ValidationError
from upath import UPath

from schemas.request import Request
from service import keys, objects
from service.layout import blob_key
from service.objects import ObjectError, ObjectStore, StoredFile, object_store, read_whole, storage_options
from service.secret import secret_key
from service.settings import Settings, settings, sqlalchemy_url
from service.tables import ENDED, IN_FLIGHT

DOCS = Path(__file__).resolve().parents[2] / "docs"
DEFAULTS = {
    "home": Path(".synthcopilot"),
    "secret_key": None,
    "database_url": "",
    "dagster_database_url": "",
    "broker_url": "",
    "cache_url": "",
    "storage_url": "",
    "s3_endpoint_url": "",
    "s3_region": "us-east-1",
    "s3_public_url": "",
    "s3_access_key": None,
    "s3_secret_key": None,
    "debug": False,
    "allowed_hosts": ("localhost", "127.0.0.1", "[::1]"),
    "public_url": "http://127.0.0.1:8000",
    "https": False,
    "dagster_url": "http://127.0.0.1:3000",
    "code_server": "",
    "worker_hosts": 1,
    "log_format": "json",
    "metrics_token": None,
    "planner": "rules",
    "llm_url": "",
    "llm_model": "",
    "llm_api_key": None,
    "llm_timeout_s": 10.0,
    "prompt_retention_days": 30,
    "soft_time_limit_s": 45.0,
    "hard_time_limit_s": 60.0,
    "memory_limit_mb": 2048,
    "max_attempts": 3,
    "retry_base_s": 1.0,
    "generate_workers": 2,
    "export_workers": 1,
    "user_concurrency": 2,
    "finished_partitions_kept": 2000,
    "max_bundle_mb": 200,
}
LIMITS = {
    # setting: the last that is taken at either end, and the next beyond
    "worker_hosts": [(1, True), (0, False)],
    "prompt_retention_days": [(1, True), (0, False)],
    "soft_time_limit_s": [(0.1, True), (0, False), (59.9, True), (60, False)],
    "hard_time_limit_s": [(45.1, True), (45, False)],
    "memory_limit_mb": [(512, True), (511, False)],
    "max_attempts": [(1, True), (0, False), (10, True), (11, False)],
    "retry_base_s": [(0.1, True), (0, False)],
    "generate_workers": [(1, True), (0, False)],
    "export_workers": [(1, True), (0, False)],
    "user_concurrency": [(1, True), (0, False)],
    "finished_partitions_kept": [(0, True), (-1, False)],
    "max_bundle_mb": [(1, True), (0, False)],
    "log_format": [("console", True), ("xml", False)],
}
DEPLOYED = {
    "database_url": "postgresql://u:p@h/app",
    "secret_key": "s",
    "dagster_database_url": "postgresql://u:p@h/dagster",
    "broker_url": "redis://h/0",
    "storage_url": "s3://bucket/prefix",
}


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [one for one in os.environ if one.startswith("SYNTHCOPILOT_")]:
        monkeypatch.delenv(name)


# -- settings ----------------------------------------------------------------------------------------------------


def test_the_defaults_and_what_the_page_prints_of_them() -> None:
    assert dict(Settings()) == DEFAULTS
    page = dict(
        re.findall(r"^\| `SYNTHCOPILOT_(\w+)` \| (?:`(.+?)`)? ?\|", (DOCS / "settings.md").read_text(), re.M)
    )
    printed = {
        name.upper(): "" if value in (None, "") else str(value) for name, value in DEFAULTS.items()
    } | {"DEBUG": "false", "HTTPS": "false", "ALLOWED_HOSTS": '["localhost", "127.0.0.1", "[::1]"]'}  # fmt: skip
    assert page == printed


def test_figures_that_other_pages_name() -> None:
    security = (DOCS / "security.md").read_text()
    assert "SYNTHCOPILOT_PROMPT_RETENTION_DAYS` (30) days" in security
    operations = (DOCS / "operations.md").read_text()
    assert "replaced between two jobs at half of `SYNTHCOPILOT_MEMORY_LIMIT_MB`" in operations
    for said in ("limits bodies to 1 MB", "Containers give workers 75 s", "heartbeat_age_seconds` | above 30 |",
                 "less than 2 GB or 10 %", "above 0 for a day", "within some ten seconds"):  # fmt: skip
        assert said in operations.replace("\n", " "), said
    guide = (DOCS / "api.md").read_text().replace("\n", " ")
    assert "end it; within 2 s it is `cancelled`" in guide
    assert "`limit` (1 to 100)" in guide
    assert "a token of 128 random bits, once" in guide
    assert "128 random bits, compared as hashes" in security
    decision = (DOCS / "decisions" / "on-demand-jobs.md").read_text()
    for said in ("given no sign of life for 8 s", "40 every five seconds", "looks forty times a second",
                 "after the hard limit and 15 s"):  # fmt: skip
        assert said in decision.replace("\n", " "), said


@pytest.mark.parametrize(
    ("name", "value", "taken"), [(name, *case) for name, cases in LIMITS.items() for case in cases]
)
def test_a_setting_is_taken_up_to_its_limit(name: str, value: Any, taken: bool) -> None:
    if taken:
        assert getattr(Settings(**{name: value}), name) == value
    else:
        with pytest.raises(ValidationError):
            Settings(**{name: value})


def test_settings_come_from_the_environment_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNTHCOPILOT_MAX_BUNDLE_MB", "7")
    monkeypatch.setenv("SYNTHCOPILOT_METRICS_TOKEN", "")
    monkeypatch.setenv("SYNTHCOPILOT_UNKNOWN", "x")
    settings.cache_clear()
    try:
        found = settings()
        assert (found.max_bundle_mb, found.metrics_token) == (7, None), "an empty token is none"
        assert settings() is found
        with pytest.raises(ValidationError):
            found.max_bundle_mb = 8  # type: ignore[misc]
    finally:
        settings.cache_clear()


MODEL = {"llm_url": "https://models.example.com/v1", "llm_model": "reader"}


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"llm_model": ""}, "set together"),
        ({"llm_url": ""}, "set together"),
        ({"llm_url": "", "llm_model": "", "planner": "llm"}, "needed too"),
        ({"llm_url": "ftp://models.example.com"}, "http:// or https://"),
        ({"llm_url": "https://"}, "with a host"),
        ({"llm_url": "https://me:sk-secret@models.example.com"}, "a password or a query"),
        ({"llm_url": "https://models.example.com/v1?key=sk-secret"}, "a password or a query"),
        ({"llm_timeout_s": 45}, "must be below"),
        ({"llm_timeout_s": 0}, "greater than 0"),
        ({"llm_model": "two words"}, "llm_model"),
    ],
)
def test_a_language_model_is_set_up_whole_or_not_at_all(told: dict[str, Any], why: str) -> None:
    assert Settings(**MODEL, planner="llm", llm_timeout_s=44.9).planner == "llm"
    with pytest.raises(ValidationError, match=re.escape(why)) as refused:
        Settings(**MODEL | {"llm_api_key": "sk-secret"} | told)
    assert "sk-secret" not in str(refused.value), "errors are printed and logged"


@pytest.mark.parametrize("missing", ["secret_key", "dagster_database_url", "broker_url", "storage_url"])
def test_a_deployment_needs_all_of_its_servers(missing: str) -> None:
    assert Settings(**DEPLOYED).profile == "deployed"
    told = {name: value for name, value in DEPLOYED.items() if name != missing}
    with pytest.raises(ValidationError, match=f"needed too: SYNTHCOPILOT_{missing.upper()} ") as refused:
        Settings(**told)
    assert "SYNTHCOPILOT_DATABASE_URL is set" in str(refused.value)
    del told["database_url"]
    assert Settings(**told).profile == "embedded"


def test_where_things_lie(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    one = Settings(home="~/here")
    assert (one.root, one.storage, one.dagster_home) == (
        Path("/home/ada/here"), "/home/ada/here/storage", Path("/home/ada/here/dagster")
    )  # fmt: skip
    assert one.app_database == "sqlite:////home/ada/here/app.sqlite3"
    deployed = Settings(**DEPLOYED)
    assert (deployed.app_database, deployed.storage) == ("postgresql+psycopg://u:p@h/app", "s3://bucket/prefix")
    assert Settings(home="x").root == Path.cwd() / "x"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgres://u@h/d", "postgresql+psycopg://u@h/d"),
        ("sqlite:///x", "sqlite:///x"),
        ("", ""),
    ],
)
def test_a_databases_url_names_its_driver(url: str, expected: str) -> None:
    assert sqlalchemy_url(url) == expected


def test_the_key_of_sessions_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    made = secret_key(Settings(home=home))
    assert re.fullmatch(r"[\w-]{64}", made)
    assert secret_key(Settings(home=home)) == made
    assert stat.S_IMODE((home / "secret_key").stat().st_mode) == 0o600
    assert [one.name for one in home.iterdir()] == ["secret_key"]
    assert secret_key(Settings(home=tmp_path / "other")) != made
    assert secret_key(Settings(home=home, secret_key=SecretStr("told"))) == "told"


def test_states_are_in_flight_or_ended() -> None:
    assert (IN_FLIGHT, ENDED) == (("queued", "running"), ("succeeded", "failed", "cancelled"))


# -- keys --------------------------------------------------------------------------------------------------------

REQUEST = Request(prompt="glassy pad", tags=("b", "a"), template_id="glass_pad", seed=3, variations=2)


@pytest.fixture
def version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "generator_version", lambda: "v1")


def test_a_jobs_key_is_the_hash_of_what_was_asked_for(version: None) -> None:
    said = (
        b'{"generator_version":"v1","model":null,"planner":"rules","prompt":"glassy pad","seed":3,"tags":["a","b"],'
        b'"template_id":"glass_pad",'
        b'"user_id":7,"variations":2}'
    )
    assert keys.job_key(7, REQUEST) == hashlib.sha256(said).hexdigest()
    assert keys.job_key(7, REQUEST.model_copy(update={"tags": ("a", "b")})) == keys.job_key(7, REQUEST)


@pytest.mark.parametrize(
    "other",
    [
        {"prompt": "glassy pads"},
        {"tags": ("a",)},
        {"template_id": None},
        {"seed": 4},
        {"variations": 3},
        {"planner": "llm"},
        {"model": "m"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_other_work_has_another_key(version: None, other: dict[str, Any]) -> None:
    assert keys.job_key(7, REQUEST.model_copy(update=other)) != keys.job_key(7, REQUEST)
    assert keys.job_key(8, REQUEST) != keys.job_key(7, REQUEST)


def test_what_a_model_is_told_counts_where_one_is_asked(version: None, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = REQUEST.model_copy(update={"planner": "llm", "model": "m"})
    before = keys.job_key(7, asked), keys.job_key(7, REQUEST)
    assert keys.job_key(7, asked.model_copy(update={"model": "n"})) != before[0]
    monkeypatch.setattr(keys, "PROMPT_VERSION", "another")
    assert keys.job_key(7, asked) != before[0]
    assert keys.job_key(7, REQUEST) == before[1]


def test_an_export_s_key_is_its_sources_and_the_formats(version: None) -> None:
    said = b'{"format":"presets","generator_version":"v1","source":"abc"}'
    assert keys.export_key("abc", "presets") == hashlib.sha256(said).hexdigest()
    assert keys.EXPORT_FORMATS == ("vitalbank", "presets")


def test_another_generator_has_other_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    before = keys.job_key(7, REQUEST), keys.export_key("abc", "presets")
    monkeypatch.setattr(keys, "generator_version", lambda: "another")
    assert not {keys.job_key(7, REQUEST), keys.export_key("abc", "presets")} & set(before)


def test_a_version_is_the_hash_of_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "all_versions", lambda: {"b": "2", "a": "1"})
    assert keys.generator_version.__wrapped__() == hashlib.sha256(b'{"a":"1","b":"2"}').hexdigest()[:16]


@pytest.mark.parametrize(
    ("partition", "is_one"),
    [("job-" + "a" * 32, True), ("job-" + "a" * 31, False), ("job-" + "a" * 33, False), ("job-" + "g" * 32, False),
     ("xjob-" + "a" * 32, False), ("my-library-0001", False)],
)  # fmt: skip
def test_which_partitions_are_jobs(partition: str, is_one: bool) -> None:
    assert keys.is_job_partition(partition) is is_one


def test_a_partition_is_the_first_half_of_its_key() -> None:
    assert keys.partition_key("ab" * 32) == "job-" + "ab" * 16


# -- objects -----------------------------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    return ObjectStore(UPath(tmp_path / "store"))


@pytest.mark.parametrize(
    ("key", "can_be"),
    [
        ("a", True), ("a/b_c-d.e", True), ("A1/0", True),
        ("", False), ("/a", False), ("a/", False), ("a//b", False), ("../a", False), ("a/../b", False),
        (".a", False), ("a/.b", False), ("-a", False), ("a/_b", False), ("a b", False), ("a\n", False),
        ("ä", False),
    ],
)  # fmt: skip
def test_which_names_can_be_keys(store: ObjectStore, key: str, can_be: bool) -> None:
    if can_be:
        assert str(store.path(key)).endswith(f"/store/{key}")
        return
    for ask in (store.path, store.get, store.exists, store.delete):
        with pytest.raises(ObjectError, match="can't be a key"):
            ask(key)


def test_a_file_is_put_found_and_deleted(store: ObjectStore) -> None:
    store.put("a/b", b"one"), store.put("a/b", b"two"), store.put("c", b"three")
    assert (store.get("a/b"), store.exists("a/b"), store.exists("a"), store.exists("a/x")) == (
        b"two",
        True,
        False,
        False,
    )
    found = {one.key: one for one in store.find()}
    assert {key: one.bytes for key, one in found.items()} == {"a/b": 3, "c": 5}
    assert abs((found["c"].modified - datetime.now(UTC)).total_seconds()) < 60
    assert [one.key for one in store.find("a")] == ["a/b"]
    assert (store.delete("a/b"), store.delete("a/b")) == (True, False)
    with pytest.raises(ObjectError, match="a/b is missing"):
        store.get("a/b")


def test_folders_of_a_folder(store: ObjectStore) -> None:
    for key in ("t/b/1", "t/a/1", "t/a/2", "t/file"):
        store.put(key, b"")
    assert store.folders("t") == ("a", "b")
    assert store.folders("none") == ()


def test_a_file_is_written_whole_or_not_at_all(store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.put("a/b", b"old")
    assert stat.S_IMODE(Path(str(store.path("a/b"))).stat().st_mode) == 0o644

    def full(self: Path, mode: int) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(objects.Path, "chmod", full)
        with pytest.raises(OSError, match="no space"):
            store.put("a/b", b"new")
    assert store.get("a/b") == b"old"
    assert [one.key for one in store.find()] == ["a/b"], "nothing half is left"


@pytest.mark.parametrize(("seconds", "gone"), [(-1, 0), (1, 1)])
def test_what_is_unfinished_goes_when_it_is_old(store: ObjectStore, seconds: int, gone: int) -> None:
    store.put("a/b", b"")
    half = Path(str(store.root), "a", ".half")
    half.write_bytes(b"")
    then = datetime(2026, 11, 24, tzinfo=UTC)
    for path in (half, half.with_name("b")):
        os.utime(path, (then.timestamp(), then.timestamp()))
    assert store.delete_unfinished(before=then + timedelta(seconds=seconds)) == gone
    assert half.exists() is not gone
    assert store.exists("a/b")


def test_a_piece_of_a_file(store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "_CHUNK", 4)
    store.put("a", b"0123456789")
    assert list(store.chunks("a")) == [b"0123", b"4567", b"89"]
    assert list(store.chunks("a", start=3, length=6)) == [b"3456", b"78"]
    assert list(store.chunks("a", start=8, length=9)) == [b"89"]
    assert list(store.chunks("a", length=4)) == [b"0123"]
    assert list(store.chunks("a", length=0)) == []


def test_pieces_are_of_a_quarter_of_a_megabyte(store: ObjectStore) -> None:
    store.put("a", bytes(300_000))
    assert [len(one) for one in store.chunks("a")] == [262_144, 37_856]


@pytest.mark.parametrize("damage", [b"noise", b"longer than it was"])
def test_a_blob_is_held_against_its_hash_and_put_right(store: ObjectStore, damage: bytes) -> None:
    sha256 = store.put_blob(b"sound")
    assert sha256 == hashlib.sha256(b"sound").hexdigest()
    assert blob_key(sha256) == f"blobs/{sha256[:2]}/{sha256}"
    store.put(blob_key(sha256), damage)
    with pytest.raises(ObjectError, match=f"blob {sha256} is damaged"):
        store.blob(sha256)
    store.put_blob(b"sound")
    assert store.blob(sha256) == b"sound"
    store.delete(blob_key(sha256))
    with pytest.raises(ObjectError, match=f"blob {sha256} is missing"):
        store.blob(sha256)


def test_a_blob_that_is_there_is_not_written_again(store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.put_blob(b"sound")
    monkeypatch.setattr(store, "put", lambda key, data: pytest.fail("it is there"))
    store.put_blob(b"sound")


@pytest.mark.parametrize(
    ("size", "tag", "holds"),
    [(5, '"{}"', True), (5, "{}", True), (4, '"{}"', False), (5, '"x{}"', False), (5, None, False)],
)
def test_a_bucket_tells_by_size_and_md5_whether_it_holds_a_blob(
    monkeypatch: pytest.MonkeyPatch, size: int, tag: str | None, holds: bool
) -> None:
    about = {"size": size} | ({"ETag": tag.format(hashlib.md5(b"sound").hexdigest())} if tag else {})
    store = ObjectStore(UPath("/nowhere"))
    store.local = False
    there = SimpleNamespace(path="x", fs=SimpleNamespace(info=lambda path: about))
    monkeypatch.setattr(store, "path", lambda key: there)
    assert store._holds("x", b"sound") is holds


def test_no_link_is_given_where_clients_cannot_reach_the_store(store: ObjectStore) -> None:
    how = {"expires_s": 60, "filename": "a", "media_type": "b"}
    assert store.presigned("a", **how) is None
    reachable = ObjectStore(UPath(str(store.root)), public_endpoint="http://s3.example")
    assert reachable.presigned("a", **how) is None, "a folder has none"


def test_a_link_leads_where_clients_reach_the_bucket_and_saves_the_file_under_its_name() -> None:
    there = Settings(
        storage_url="s3://sounds/kept", s3_endpoint_url="http://inside:8333", s3_public_url="https://s3.example",
        s3_access_key="key", s3_secret_key="secret",
    )  # fmt: skip
    link = object_store(there).presigned(
        "blobs/ab/cd", expires_s=300, filename="Glacial Keel ü.zip", media_type="application/zip"
    )
    assert link is not None
    parts = urlsplit(link)
    asked = {name: value for name, (value,) in parse_qs(parts.query).items()}
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "s3.example", "/sounds/kept/blobs/ab/cd")
    assert asked["X-Amz-Expires"] == "300"
    assert asked["response-content-disposition"] == "attachment; filename*=UTF-8''Glacial%20Keel%20%C3%BC.zip"
    assert asked["response-content-type"] == "application/zip"
    assert "secret" not in link


def test_what_a_bucket_is_told(tmp_path: Path) -> None:
    assert storage_options(Settings(home=tmp_path)) == {}
    bare = {
        "use_listings_cache": False,
        "config_kwargs": {"signature_version": "s3v4", "connect_timeout": 5, "read_timeout": 20},
        "client_kwargs": {"region_name": "us-east-1"},
    }
    there = {"storage_url": "s3://b/p"}
    assert storage_options(Settings(**there)) == bare
    assert storage_options(Settings(**there, s3_access_key="a")) == bare, "one of two keys is none"
    whole = {"s3_access_key": "a", "s3_secret_key": "s", "s3_endpoint_url": "http://h:1", "s3_region": "x"}
    assert storage_options(Settings(**there, **whole)) == bare | {
        "client_kwargs": {"region_name": "x"}, "endpoint_url": "http://h:1", "key": "a", "secret": "s"
    }  # fmt: skip
    assert str(object_store(Settings(home=tmp_path)).root) == str(tmp_path / "storage")


def test_a_file_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_whole(tmp_path / "none")
    assert StoredFile("a/.b", 0, datetime.now(UTC)).unfinished

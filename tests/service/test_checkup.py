"""What `doctor` finds in settings, keys and folders, at the edge of each limit; and that it says no secret."""

import json
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from hosting import checkup
from hosting.checkup import Wrong
from service.settings import Settings
from tests.llm.endpoint import EMPTY, KEY, MODEL, says, send, serving


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("abcdefghij" * 5, "50 characters"),
        (("abcdefghij" * 5)[:49], "the secret key is weak: 49 characters, 10 different ones"),
        ("abcdefghi" * 6, "the secret key is weak: 54 characters, 9 different ones"),
    ],
)
def test_a_secret_key_has_fifty_characters_and_ten_different_ones(key: str, says: str) -> None:
    settings = Settings(secret_key=key)
    if "weak" not in says:
        assert checkup._secret(settings) == says
        return
    with pytest.raises(Wrong) as found:
        checkup._secret(settings)
    assert found.value.says == says
    assert "openssl rand -hex 32" in found.value.todo
    assert key not in found.value.says + found.value.todo


@pytest.mark.parametrize(("mode", "well"), [(0o600, True), (0o400, True), (0o640, False), (0o604, False)])
def test_a_kept_key_is_its_owners_alone(tmp_path: Path, mode: int, well: bool) -> None:
    path = tmp_path / "secret_key"
    path.write_text("x")
    path.chmod(mode)
    if well:
        assert checkup._secret(Settings(home=tmp_path)) == f"in {path}"
        return
    with pytest.raises(Wrong, match="others can read"):
        checkup._secret(Settings(home=tmp_path))


@pytest.mark.parametrize(("free", "well"), [(2.0e9, True), (1.94e9, False)])
def test_two_gigabytes_must_be_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: float, well: bool
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=free))
    if well:
        assert checkup._disk(Settings(home=tmp_path)) == "2 GB free"
        return
    with pytest.raises(Wrong) as found:
        checkup._disk(Settings(home=tmp_path))
    assert found.value.says == f"1.9 GB are free in {tmp_path}"
    assert found.value.todo == "make room: 2 GB at least"


def test_what_drivers_repeat_is_said_without_any_secret() -> None:
    settings = Settings(
        database_url="postgresql://app:pw-one@db/app", dagster_database_url="postgresql://app:pw-two@db/dagster",
        broker_url="redis://:pw-three@redis/0", cache_url="redis://:pw-four@redis/1", storage_url="s3://b",
        secret_key="pw-five", s3_access_key="known", s3_secret_key="pw-six",
    )  # fmt: skip
    words = "pw-one pw-two pw-three pw-four pw-five pw-six known"
    assert checkup._discreet(words, settings) == "… … … … … … known"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, None),
        ({"public_url": "http://studio.example"}, "studio.example is not among SYNTHCOPILOT_ALLOWED_HOSTS"),
        ({"public_url": "http://studio.example", "allowed_hosts": ("studio.example",)}, None),
        ({"public_url": "http://a.studio.example", "allowed_hosts": (".studio.example",)}, None),
        ({"public_url": "http://astudio.example", "allowed_hosts": (".studio.example",)}, "is not among"),
        ({"public_url": "http://anything", "allowed_hosts": ("*",)}, None),
        ({"public_url": "http://[::1]:8000"}, None),
        ({"public_url": "https://localhost"}, "but SYNTHCOPILOT_HTTPS is False"),
        ({"public_url": "http://localhost", "https": True}, "but SYNTHCOPILOT_HTTPS is True"),
        ({"public_url": "https://localhost", "https": True}, None),
        ({"debug": True}, None),
    ],
)
def test_the_address_that_people_use_is_answered_and_by_the_right_scheme(given, says) -> None:
    settings = Settings(**given)
    if says is None:
        assert checkup._consistent(settings) == settings.public_url
        return
    with pytest.raises(Wrong) as found:
        checkup._consistent(settings)
    assert says in found.value.says


def test_what_needs_a_part_that_failed_is_not_looked_at_and_neither_is_what_needs_that() -> None:
    def fails(settings: Settings) -> str:
        raise ConnectionError("no\n  answer from pw-one")

    settings = Settings(
        database_url="postgresql://app:pw-one@db/app", dagster_database_url="x", broker_url="x", storage_url="x",
        secret_key="x",
    )  # fmt: skip
    first = checkup._found(checkup.Check("database", fails, todo="is it up?"), settings, set())
    assert (first.outcome, first.says) == ("wrong", "ConnectionError: no answer from …")
    assert first.todo == "is it up?"
    second = checkup._found(checkup.Check("clock", lambda one: "fine", needs=("database",)), settings, {"database"})
    assert (second.outcome, second.says) == ("skipped", "not checked, since database failed")


def test_a_language_model_is_tried_with_words_of_our_own() -> None:
    assert checkup._language_model(Settings()) == "none is set up; prompts stay on this machine"
    answer = EMPTY | {"styles": [{"style": "Pad", "sure": "certain", "quote": "pad"}]}
    with serving(says(answer)) as server:
        settings = Settings(llm_url=server.url, llm_model=MODEL, llm_api_key=KEY, llm_timeout_s=30)
        assert re.fullmatch(rf"{MODEL} answers in \d\.\d s", checkup._language_model(settings))
        assert [json.loads(text) for text in server.said] == [{"prompt": "warm pad", "tags": []}]
        server.respond = lambda handler: send(handler, KEY.encode(), status=401)
        with pytest.raises(Wrong) as found:
            checkup._language_model(settings)
    assert "answered with status 401; requests for it are read by the rules" in found.value.says
    assert "SYNTHCOPILOT_LLM_URL" in found.value.todo
    assert KEY not in found.value.says + found.value.todo
    assert checkup._discreet(f"Bearer {KEY}", settings) == "Bearer …"

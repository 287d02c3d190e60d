"""`migrate`, `user`, `apikey`: each in a process of its own, on a home of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SYNTHCOPILOT = Path(sys.executable).with_name("synthcopilot")
RunCommand = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> RunCommand:
    return _in(tmp_path / "home")


@pytest.fixture(scope="module")
def up_to_date(tmp_path_factory: pytest.TempPathFactory) -> RunCommand:
    """The same on a home that is migrated, which the tests of errors share."""
    home = tmp_path_factory.mktemp("up-to-date")
    assert _in(home)("migrate").returncode == 0
    return _in(home)


def _in(home: Path) -> RunCommand:
    def call(*arguments: object, text: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SYNTHCOPILOT_")}
        environment |= {"SYNTHCOPILOT_HOME": str(home), **settings}
        command = [SYNTHCOPILOT, *(str(argument) for argument in arguments)]
        return subprocess.run(
            command, input=text, env=environment, capture_output=True, text=True, timeout=300, check=False
        )

    return call


def _json(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_key_is_made_on_a_home_that_is_new_and_nothing_else_is_printed(run: RunCommand) -> None:
    first = run("apikey", "create", "--user", "ada")
    assert first.returncode == 0, first.stderr
    key = first.stdout.removesuffix("\n")
    assert len(key) == 41
    assert key[8] == "."
    assert key.isprintable()
    second = _json(run("apikey", "create", "--user", "ada", "--name", "ci", "--days", "7", "--json"))
    assert second["user"] == "ada"
    assert second["expires_at"]
    rows = _json(run("apikey", "list", "--user", "ada", "--json"))
    assert {row["prefix"]: (row["name"], row["state"]) for row in rows} == {
        key[:8]: ("key", "works"), second["prefix"]: ("ci", "works"),
    }  # fmt: skip
    assert key not in json.dumps(rows)
    assert _json(run("apikey", "revoke", key, "--json"))["state"] == "revoked"
    assert "revoked" in run("apikey", "list").stdout


def test_migrate_may_be_repeated(run: RunCommand) -> None:
    first = _json(run("migrate", "--json"))
    assert first["templates"] >= 24
    assert set(first["plans"]) == {"free", "studio"}
    assert "api.0001_initial" in first["migrations"]
    assert _json(run("migrate", "--json")) == {"migrations": [], "templates": 0, "plans": []}
    assert run("migrate").stdout.startswith("Up to date")


def test_two_that_migrate_at_once_do_not_meet(run: RunCommand, tmp_path: Path) -> None:
    environment = dict(os.environ) | {"SYNTHCOPILOT_HOME": str(tmp_path / "home")}
    command = [SYNTHCOPILOT, "apikey", "create", "--user"]
    made = [
        subprocess.Popen([*command, name], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for name in ("ada", "eve")
    ]
    ends = [one.communicate(timeout=300) for one in made]
    assert [one.returncode for one in made] == [0, 0], ends
    assert len(_json(run("apikey", "list", "--json"))) == 2


def test_users_are_made_with_a_password_from_stdin(run: RunCommand) -> None:
    made = _json(
        run("user", "create", "ada", "--superuser", "--password-stdin", "--json", text="correct horse 7\n")
    )
    assert (made["username"], made["superuser"]) == ("ada", True)
    again = run("user", "create", "ada")
    assert (again.returncode, again.stderr) == (2, "Error: A user with that username already exists.\n")
    weak = run("user", "create", "eve", "--password-stdin", text="123\n")
    assert weak.returncode == 2
    assert "too short" in weak.stderr
    assert run("user", "create", "e v e").returncode == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("apikey", "create", "--user", "a b"), "valid username"),
        (("apikey", "create", "--user", "ada", "--name", "x" * 51), "the most is 50"),
        (("apikey", "revoke", "nope"), "there is no key nope"),
        (("apikey", "list", "--user", "nobody"), "there is no user nobody"),
        (("apikey", "create"), "--user"),
    ],
)
def test_what_cant_be_done_is_told_in_a_line(
    up_to_date: RunCommand, arguments: tuple[str, ...], words: str
) -> None:
    done = up_to_date(*arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_a_deployment_is_migrated_on_purpose_only(run: RunCommand) -> None:
    """Its database is shared, so a key's maker doesn't change it; this one can't even be reached."""
    settings = {
        "SYNTHCOPILOT_DATABASE_URL": "postgresql://u:p@127.0.0.1:9/none",
        "SYNTHCOPILOT_DAGSTER_DATABASE_URL": "postgresql://u:p@127.0.0.1:9/none",
        "SYNTHCOPILOT_BROKER_URL": "redis://127.0.0.1:9/0",
        "SYNTHCOPILOT_STORAGE_URL": "s3://none",
        "SYNTHCOPILOT_SECRET_KEY": "x" * 50,
    }
    done = run("apikey", "create", "--user", "ada", **settings)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("group", ["apikey", "user"])
def test_each_command_of_a_group_is_explained_with_an_example(run: RunCommand, group: str) -> None:
    from cli.accounts import apikey, users

    for command in {"apikey": apikey, "user": users}[group].registered_commands:
        told = " ".join(run(group, command.name, "--help").stdout.split())
        assert f"Example: synthcopilot {group} {command.name}" in told
        assert "--json" in told


def test_other_commands_know_no_django() -> None:
    code = "import sys; import cli.main; assert not {'django', 'sqlalchemy', 'rest_framework'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=300)

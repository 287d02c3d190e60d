"""Logs tell what happened to which job, and never what somebody wrote."""

import json
import subprocess
import sys
import textwrap

import pytest

from service import logs

WORDS = 'zzyzx glassy pad\nwith "quotes" and ümläuts, 用'


def said(code: str, *, form: str = "json") -> list[str]:
    """What a fresh process logs on stderr: `configure` takes the handlers of the one it runs in."""
    head = f"from service import logs; import logging; logs.configure({form!r})\nWORDS = {WORDS!r}\n"
    done = subprocess.run(
        [sys.executable, "-c", head + textwrap.dedent(code)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_a_line_is_one_json_object_with_the_ids_it_is_about():
    (line,) = said(
        """
        with logs.about(job_id="j1", run_id="r1"):
            logs.get("worker").info("job ended", state="failed")
        logs.get("worker").debug("not told")
        """
    )
    event = json.loads(line)
    ids = {"job_id": "j1", "run_id": "r1", "state": "failed"}
    assert event.items() >= ({"event": "job ended", "level": "info", "logger": "worker"} | ids).items()
    assert event["timestamp"].endswith("Z")


def test_libraries_log_in_the_same_shape():
    (line,) = said('logging.getLogger("some.library").warning("Bad %s", "Request")')
    assert json.loads(line)["event"] == "Bad Request"


@pytest.mark.parametrize("field", ["prompt", "tags", "request", "body", "query"])
def test_a_field_that_holds_words_is_logged_as_its_hash(field: str):
    (line,) = said(f'logs.get("api").info("asked", **{{{field!r}: WORDS}})')
    event = json.loads(line)
    assert field not in event
    assert len(event[f"{field}_sha256"]) == 16
    assert "zzyzx" not in line


@pytest.mark.parametrize("form", ["json", "console"])
@pytest.mark.parametrize(
    "how",
    [
        'logs.get("api").info(WORDS)',
        'logs.get("api").info("no such", template=WORDS)',
        'logs.get("api").info("deep", of={"a": [WORDS]})',
        'logging.getLogger("library").warning("bad value %r", WORDS)',
        'logging.getLogger("library").warning("bad value %s", ascii(WORDS))',
    ],
)
def test_guarded_words_are_cut_out_of_whatever_is_logged(how: str, form: str):
    lines = said(f"with logs.guarding(WORDS): {how}\nlogs.get('api').info('after')", form=form)
    assert not any("zzyzx" in line for line in lines)
    assert any("[cut out]" in line for line in lines)
    assert "after" in lines[-1]


def test_a_traceback_tells_where_but_neither_the_words_nor_the_values_of_variables():
    lines = said(
        """
        def parse(secret):
            raise ValueError(f"can't read {secret!r}")
        with logs.guarding(WORDS):
            try:
                parse(WORDS)
            except ValueError:
                logs.get("worker").exception("failed")
        """
    )
    text = "\n".join(lines)
    assert "ValueError: can't read" in text
    assert "zzyzx" not in text


def test_a_process_that_never_configured_its_logs_prints_no_variables_either():
    code = (
        "from service import logs\n"
        f"words = {WORDS!r}\n"
        "try:\n    1 / 0\nexcept ZeroDivisionError:\n    logs.get('x').exception('failed')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "ZeroDivisionError" in done.stderr
    assert "zzyzx" not in done.stdout + done.stderr


def test_uvicorn_tells_no_addresses_with_their_queries():
    assert said('logging.getLogger("uvicorn.access").info("GET /x?prompt=%s", WORDS)') == []


def test_configuring_again_doubles_nothing():
    assert len(said('logs.configure("json"); logs.get("x").info("once")')) == 1


def test_texts_of_four_letters_are_cut_out_the_longest_first_and_shorter_ones_are_in_every_word():
    with logs.guarding("dark", "dark drone", "pad", "p", ""):
        assert logs.cut_out("a dark drone, a dark pad") == "a [cut out], a [cut out] pad"
    logs.guard(())
    assert logs.cut_out("a dark drone") == "a dark drone"


def test_django_tells_of_an_accident_with_its_traceback_and_without_the_address():
    lines = said(
        """
        log = logging.getLogger("django.request")
        log.warning("%s: %s", "Not Found", "/s/secret-token")
        try:
            raise LookupError("gone")
        except LookupError:
            log.error("%s: %s", "Internal Server Error", "/s/secret-token", exc_info=True)
        """
    )
    (event,) = map(json.loads, lines)
    assert event["event"] == "Internal Server Error"
    assert "LookupError: gone" in event["exception"]
    assert "secret-token" not in lines[0]

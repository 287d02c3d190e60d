"""What the page says of a job in each state, stage and end: literal words and marks, without a database."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from api.models import Job, JobState, ShareToken, User
from api.web import telling
from api.web.shown import ShownJob, _shown_share, row

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


def _job(**fields: Any) -> Job:
    return Job(**{"state": "running", "queue": "generate", "stage": "rendering", "created_at": NOW} | fields)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": "queued", "stage": "waiting"}, "Waiting for its turn"),
        ({"state": "queued", "stage": "waiting", "attempt": 2}, "Waiting for try 2"),
        ({"state": "running", "stage": "rendering", "attempt": 2}, "Rendering, listening, repairing"),
        ({"stage": "starting"}, "Starting"),
        ({"stage": "planning"}, "Reading the words"),
        ({"stage": "patching"}, "Patching"),
        ({"stage": "bundling"}, "Packing"),
        ({"stage": "packing"}, "Packing"),
        ({"stage": "delivering"}, "Delivering"),
        ({"stage": "done"}, "Done"),
        ({"stage": "polishing"}, "Polishing"),
        ({"cancel_requested_at": NOW}, "Stopping"),
        ({"cancel_requested_at": NOW, "state": "queued", "attempt": 3}, "Stopping"),
        ({"cancel_requested_at": NOW, "state": "succeeded", "stage": "done"}, "Done"),
    ],
)
def test_what_is_being_done(fields: dict[str, Any], words: str) -> None:
    assert ShownJob(_job(**fields)).stage_text == words


@pytest.mark.parametrize(
    ("stage", "states"),
    [
        ("waiting", "next next next next"),
        ("starting", "now next next next"),
        ("planning", "now next next next"),
        ("patching", "done now next next"),
        ("rendering", "done done now next"),
        ("bundling", "done done done now"),
        ("delivering", "done done done now"),
    ],
)
def test_where_on_its_way_a_job_is(stage: str, states: str) -> None:
    steps = ShownJob(_job(stage=stage)).steps
    assert [one.name for one in steps] == ["Reading", "Patching", "Listening", "Packing"]
    assert [one.state for one in steps] == states.split()
    assert ShownJob(_job(stage=stage, queue="export")).steps == ()


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"title": "Glacial Keel", "state": "failed"}, "Glacial Keel"),
        ({"state": "queued"}, "A sound in the making"),
        ({"state": "running"}, "A sound in the making"),
        ({"state": "failed"}, "No sound"),
        ({"state": "cancelled"}, "Cancelled"),
        ({"state": "failed", "queue": "export"}, "An export"),
        ({"queue": "export", "title": "Glacial Keel"}, "Glacial Keel"),
    ],
)
def test_what_a_job_is_called(fields: dict[str, Any], name: str) -> None:
    assert ShownJob(_job(**fields)).name == name


def test_each_state_has_its_word() -> None:
    assert {state: ShownJob(_job(state=state)).state_text for state in JobState.values} == {
        "queued": "waiting",
        "running": "at work",
        "succeeded": "ready",
        "failed": "failed",
        "cancelled": "cancelled",
    }


ENDINGS = [
    ("refused", "The sound didn’t pass", "Another seed often passes", "seed"),
    ("bad_request", "The request can’t be used", "Change the words", "words"),
    ("timeout", "It took too long", "Fewer variations take less time", "again"),
    ("out_of_memory", "It needed too much memory", "fewer variations", "again"),
    ("worker_lost", "It was interrupted", "Nothing is wrong with your words", "again"),
    ("storage", "A part of the service didn’t answer", "Nothing is wrong with your words", "again"),
    ("internal", "Something broke", "it is logged", "again"),
    ("unheard_of", "It didn’t work", "Try again; if it fails once more", "again"),
]


@pytest.mark.parametrize(("code", "headline", "advice", "next_step"), ENDINGS)
def test_how_a_job_ended_and_what_helps(code: str, headline: str, advice: str, next_step: str) -> None:
    told = ShownJob(_job(state="failed", error_code=code, error_detail="so it went")).ending
    assert (told.headline, told.detail, told.next_step) == (headline, "so it went", next_step)
    assert advice in told.advice


def test_a_job_that_was_stopped_needs_no_advice() -> None:
    told = ShownJob(_job(state="cancelled", error_code="timeout")).ending
    assert told == telling.Ending("You stopped it", "Nothing of it was kept.", "", "again")


def test_each_export_has_its_name() -> None:
    assert [(one.format, one.label) for one in ShownJob(_job()).exports] == [
        ("vitalbank", "Vital bank"), ("presets", "Presets only"),
    ]  # fmt: skip
    assert [telling.format_text(one) for one in ("vitalbank", "presets", "wav")] == [
        "Vital bank",
        "Presets only",
        "wav",
    ]


@pytest.mark.parametrize(
    ("progress", "percent"), [(0.0, 0), (0.004, 0), (0.006, 1), (0.42, 42), (0.994, 99), (1.0, 100)]
)
def test_how_far_it_is_in_per_cent(progress: float, percent: int) -> None:
    shown = ShownJob(_job(progress=progress))
    assert (shown.percent, shown.seen) == (percent, f"running.rendering.{percent}.0")
    assert ShownJob(_job(progress=progress, cancel_requested_at=NOW)).seen == f"running.rendering.{percent}.1"


@pytest.mark.parametrize(
    ("fields", "name"),
    [({"made_with": "sub_bass", "template_id": "warm_pad"}, "Sub Bass"), ({"template_id": "warm_pad"}, "Warm Pad"),
     ({"made_with": "long_gone"}, "long_gone"), ({}, "")],
)  # fmt: skip
def test_which_template_answered_or_was_asked_for(fields: dict[str, Any], name: str) -> None:
    assert ShownJob(_job(**fields)).template_name == name


@pytest.mark.parametrize(
    ("expires_at", "gone"), [(None, False), (NOW + MOMENT, False), (NOW, True), (NOW - MOMENT, True)]
)
def test_a_job_is_shown_until_its_time_is_over(
    monkeypatch: pytest.MonkeyPatch, expires_at: datetime | None, gone: bool
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    assert ShownJob(_job(expires_at=expires_at)).gone == gone


@pytest.mark.parametrize(
    ("fields", "state", "is_open"),
    [
        ({}, "open until you revoke it", True),
        ({"expires_at": NOW + MOMENT}, "open until 24 Nov 2026", True),
        ({"expires_at": NOW}, "expired", False),
        ({"revoked_at": NOW}, "revoked", False),
        ({"revoked_at": NOW, "expires_at": NOW}, "revoked", False),
        ({"revoked_at": NOW, "expires_at": NOW + MOMENT}, "revoked", False),
    ],
)
def test_whether_a_link_is_open(
    monkeypatch: pytest.MonkeyPatch, fields: dict[str, Any], state: str, is_open: bool
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    job = _job(title="Glacial Keel")
    told = _shown_share(ShareToken(job=job, user=User(pk=1), hint="abcd", created_at=NOW, **fields))
    assert (told.state, told.open) == (state, is_open)
    assert (told.hint, told.name, told.job_id, told.created_at) == ("abcd", "Glacial Keel", job.pk, NOW)


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("x" * 140, "x" * 140),
        (f"{'x' * 69} {'y' * 70}", f"{'x' * 69} {'y' * 70}"),
        (f"{'x' * 69} {'y' * 71}", f"{'x' * 69} …"),
        (f"{'x' * 130} y{'z' * 20}", f"{'x' * 130} …"),
    ],
)
def test_a_line_quotes_a_hundred_and_forty_characters_up_to_a_word(prompt: str, words: str) -> None:
    told = row(_job(prompt=prompt, title="Glacial Keel", state="succeeded"))
    assert (told.words, told.name, told.state, told.state_text) == (words, "Glacial Keel", "succeeded", "ready")


def test_a_line_of_an_export_says_of_what() -> None:
    source = _job(title="Glacial Keel")
    export = _job(source=source, queue="export", export_format="vitalbank", title="Glacial Keel")
    assert row(export).words == "Vital bank of Glacial Keel"
    assert (ShownJob(export).source, ShownJob(source).source) == ("Glacial Keel", "")
    assert ShownJob(export).format_text == "Vital bank"

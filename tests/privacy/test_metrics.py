"""Metrics tell how the service does, and nothing of who uses it or what they wrote."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from api.models import AuditEntry, Heartbeat, Job, Purge, User
from api.operations import metrics
from service.settings import Settings

WORDS = "zzyzx pad that nobody may read"


def job(user: User, *, state: str, age_s: float, **other: object) -> Job:
    now = datetime.now(UTC)
    created = now - timedelta(seconds=age_s)
    return Job.objects.create(
        user=user, job_key=uuid.uuid4().hex * 2, partition_key="job-1", state=state, prompt=WORDS,
        prompt_sha256="0" * 64, generator_version="1", created_at=created, **other,
    )  # fmt: skip


@pytest.fixture
def samples(client: Client, db: None):
    def read() -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
        answer = client.get("/metrics")
        assert answer.status_code == 200
        found = text_string_to_metric_families(answer.content.decode())
        return {(one.name, frozenset(one.labels.items())): one.value for family in found for one in family.samples}

    return read


def test_jobs_and_their_times(samples):
    user = User.objects.create(username="someone-private")
    now = datetime.now(UTC)
    job(user, state="queued", age_s=90)
    job(user, state="queued", age_s=10)
    job(user, state="running", age_s=5, started_at=now)
    job(user, state="failed", age_s=30, started_at=now - timedelta(seconds=29), finished_at=now, error_code="gates")
    job(
        user,
        state="succeeded",
        age_s=9000,
        started_at=now - timedelta(seconds=9000),
        finished_at=now - timedelta(hours=2),
    )
    got = samples()

    def value(name: str, **labels: str) -> float:
        return got[name, frozenset(labels.items())]

    assert value("synthcopilot_jobs", state="queued", queue="generate") == 2
    assert value("synthcopilot_jobs", state="running", queue="generate") == 1
    assert value("synthcopilot_jobs", state="queued", queue="export") == 0
    assert 90 <= value("synthcopilot_oldest_queued_job_seconds", queue="generate") < 100
    assert value("synthcopilot_oldest_queued_job_seconds", queue="export") == 0
    ended = {labels: n for (name, labels), n in got.items() if name == "synthcopilot_jobs_ended_last_hour"}
    assert ended == {frozenset({("state", "failed"), ("queue", "generate"), ("error_code", "gates")}): 1}
    assert value("synthcopilot_job_duration_seconds_bucket", queue="generate", le="20") == 0
    assert value("synthcopilot_job_duration_seconds_bucket", queue="generate", le="30") == 1
    assert value("synthcopilot_job_wait_seconds_bucket", queue="generate", le="1") == 1
    assert not any(WORDS in str(key) or "someone-private" in str(key) for key in got)


def test_erasure_and_signs_of_life(samples):
    now = datetime.now(UTC)
    Heartbeat.objects.create(part="sensor", at=now - timedelta(seconds=7))
    Purge.objects.create(partition_key="job-1", requested_at=now)
    AuditEntry.objects.create(action="erase.user", detail={"complete": True})
    AuditEntry.objects.create(action="erase.user", detail={"complete": False})
    AuditEntry.objects.create(action="job.delete")
    AuditEntry.objects.create(action="erase.due", detail={"users": 1, "jobs": 2, "prompts": 3, "files": {}})
    job(User.objects.create(username="u"), state="failed", age_s=86400 * 32)
    got = samples()
    assert 7 <= got["synthcopilot_heartbeat_age_seconds", frozenset({("part", "sensor")})] < 20
    assert got["synthcopilot_purges_open", frozenset()] == 1
    erased = {kind: got["synthcopilot_erasures_total", frozenset({("kind", kind)})] for kind in metrics._ERASED}
    assert erased == {"users": 2, "jobs": 3, "prompts": 3}
    assert got["synthcopilot_prompts_overdue", frozenset()] == 1


def test_requests_are_counted_by_route(client: Client, samples):
    labels = {"route": "/healthz", "method": "GET", "status": "200"}
    key = ("synthcopilot_http_requests_total", frozenset(labels.items()))
    before = samples().get(key, 0)
    client.get("/healthz?prompt=zzyzx")
    after = samples()
    assert after[key] == before + 1
    assert not any("zzyzx" in str(one) for one in after)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("token", "from_where", "headers", "seen"),
    [
        (None, "127.0.0.1", {}, True),
        (None, "::1", {}, True),
        (None, "192.0.2.7", {}, False),
        (None, "", {}, False),
        (None, "127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, False),
        ("s3cret", "192.0.2.7", {"Authorization": "Bearer s3cret"}, True),
        ("s3cret", "192.0.2.7", {"Authorization": "Bearer wrong"}, False),
        ("s3cret", "127.0.0.1", {}, False),
    ],
)  # fmt: skip
def test_who_may_see_them(
    client: Client, monkeypatch: pytest.MonkeyPatch, token: str | None, from_where: str, headers, seen: bool
):
    monkeypatch.setattr(metrics, "settings", lambda: Settings(metrics_token=token))
    answer = client.get("/metrics", headers=headers, REMOTE_ADDR=from_where)
    assert answer.status_code == (200 if seen else 404)
    assert (b"synthcopilot_" in answer.content) is seen


def test_jobs_that_ended_within_the_hour_are_told_by_how_long_they_waited_and_how_long_they_ran(samples):
    user, now = User.objects.create(username="someone-private"), datetime.now(UTC)
    for ended_min, queue in ((58, "generate"), (62, "export")):
        ended = now - timedelta(minutes=ended_min)
        job(
            user,
            state="succeeded",
            queue=queue,
            age_s=ended_min * 60 + 107.5,
            started_at=ended - timedelta(seconds=100),
            finished_at=ended,
        )
    got = samples()

    def within(what: str, le: str, queue: str = "generate") -> float:
        return got[f"synthcopilot_job_{what}_seconds_bucket", frozenset({"queue": queue, "le": le}.items())]

    assert (within("wait", "5"), within("wait", "10"), within("wait", "+Inf")) == (0, 1, 1)
    assert (within("duration", "60"), within("duration", "120"), within("duration", "+Inf")) == (0, 1, 1)
    assert got["synthcopilot_job_duration_seconds_gsum", frozenset({("queue", "generate")})] == 100
    assert within("duration", "+Inf", "export") == 0


def test_a_prompt_is_overdue_a_day_and_an_hour_after_its_thirty_days(samples):
    user = User.objects.create(username="someone-private")
    for hours in (30 * 24 + 24, 30 * 24 + 26):
        job(user, state="succeeded", age_s=hours * 3600)
    assert samples()["synthcopilot_prompts_overdue", frozenset()] == 1

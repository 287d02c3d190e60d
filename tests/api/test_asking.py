"""How a request's job is found or made: what lives, what is in the way, how long is waited, when it expires."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from api.errors import Gone, NotNow
from api.models import AuditEntry, Entitlement, Job, User
from api.services import asking
from api.services.exports import create_export
from api.services.jobs import cancel_job, create_job
from api.services.repeating import ask_again
from schemas.request import Request
from tests.api.making import MOMENT, NOW, Clock

DAY = timedelta(days=1)
ASKED = Request(prompt="pad", tags=("slow",), template_id="warm_pad", seed=7, variations=1)


@pytest.fixture
def user(clock: Clock) -> User:
    clock(NOW)
    plan = Entitlement.objects.create(name="own", retention_days=10, concurrent_jobs=9)
    return User.objects.create_user("ada", entitlement=plan)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits of `ask`, which take no time here."""
    waited: list[float] = []
    fake = SimpleNamespace(monotonic=lambda: 1000.0 + sum(waited), sleep=waited.append)
    monkeypatch.setattr(asking, "time", fake)
    return waited


def _succeeded(user: User, **other: Any) -> Job:
    job = create_job(user=user, request=ASKED).job
    Job.objects.filter(pk=job.pk).update(state="succeeded", **other)
    job.refresh_from_db()
    return job


def test_a_new_job_has_the_request_and_goes_when_the_plan_says(user: User) -> None:
    told = create_job(user=user, request=ASKED, remote_addr="192.0.2.7")
    job = Job.objects.get()
    assert (told.job, told.new) == (job, True)
    assert (job.prompt, job.tags, job.template_id, job.seed, job.variations) == ("pad", ["slow"], "warm_pad", 7, 1)
    assert job.prompt_sha256 == "f563fcd3fb8578799b80b370673b693ec2a72ea5fdff9aa08e633d4e90f448eb"
    assert (job.state, job.queue, job.stage, job.attempt, job.source) == ("queued", "generate", "waiting", 1, None)
    assert (job.created_at, job.expires_at) == (NOW, NOW + 10 * DAY)
    noted = AuditEntry.objects.get()
    assert (noted.action, noted.actor_id, noted.subject, noted.remote_addr) == (
        "job.create", user.pk, f"job:{job.pk}", "192.0.2.7",
    )  # fmt: skip
    assert noted.detail == {"queue": "generate"}, "no hash of the request: the log outlives the job"


@pytest.mark.parametrize(
    "other",
    [{"prompt": "pads"}, {"tags": ()}, {"template_id": None}, {"seed": 8}, {"variations": 2}],
    ids=lambda one: next(iter(one)),
)
def test_another_request_is_another_job(user: User, other: dict[str, Any]) -> None:
    first = create_job(user=user, request=ASKED).job
    told = create_job(user=user, request=ASKED.model_copy(update=other))
    assert told.new
    assert told.job.job_key != first.job_key


@pytest.mark.parametrize(
    ("state", "joined"),
    [("queued", True), ("running", True), ("succeeded", True), ("failed", False), ("cancelled", False)],
)
def test_what_lives_is_joined_and_what_came_to_nothing_is_made_anew(user: User, state: str, joined: bool) -> None:
    first = create_job(user=user, request=ASKED).job
    Job.objects.update(state=state)
    told = create_job(user=user, request=ASKED)
    assert (told.job == first, told.new) == (joined, not joined)


@pytest.mark.parametrize(
    ("expires_at", "joined"), [(NOW + MOMENT, True), (None, True), (NOW, False), (NOW - MOMENT, False)]
)
def test_what_has_expired_is_made_anew(user: User, expires_at: datetime | None, joined: bool) -> None:
    first = _succeeded(user, expires_at=expires_at)
    told = create_job(user=user, request=ASKED)
    assert (told.job.pk == first.pk, told.new) == (joined, not joined)
    assert Job.objects.count() == 1


@pytest.mark.parametrize("state", ["queued", "running"])
def test_a_job_in_flight_is_joined_even_after_its_time(user: User, state: str) -> None:
    first = create_job(user=user, request=ASKED).job
    Job.objects.update(state=state, expires_at=NOW - DAY)
    assert create_job(user=user, request=ASKED).job == first


def test_a_cancellation_is_waited_for_two_and_a_half_seconds(user: User, waits: list[float]) -> None:
    first = create_job(user=user, request=ASKED).job
    Job.objects.update(state="running", cancel_requested_at=NOW)
    with pytest.raises(NotNow, match="is being cancelled") as refused:
        create_job(user=user, request=ASKED)
    assert refused.value.retry_after_s == 1
    assert sum(waits) == pytest.approx(2.5)
    assert set(waits) == {0.1}
    assert list(Job.objects.all()) == [first]


def test_as_soon_as_it_is_cancelled_there_is_a_new_job(
    user: User, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = create_job(user=user, request=ASKED).job
    Job.objects.update(state="running", cancel_requested_at=NOW)

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            Job.objects.update(state="cancelled")

    monkeypatch.setattr(asking.time, "sleep", sleep)
    told = create_job(user=user, request=ASKED)
    assert told.new
    assert told.job != first
    assert waits == [0.1] * 3


@pytest.mark.parametrize(
    ("state", "run_id", "becomes"),
    [
        ("queued", None, "cancelled"),
        ("queued", "r", "queued"),
        ("running", "r", "running"),
        ("succeeded", "r", "succeeded"),
        ("failed", None, "failed"),
        ("cancelled", None, "cancelled"),
    ],
)
def test_a_job_that_no_run_was_made_for_ends_at_once_and_others_are_asked_to(
    user: User, state: str, run_id: str | None, becomes: str
) -> None:
    job = create_job(user=user, request=ASKED).job
    other = create_job(user=user, request=ASKED.model_copy(update={"seed": 8})).job
    Job.objects.filter(pk=job.pk).update(state=state, run_id=run_id)
    told = cancel_job(job=job, actor=user, remote_addr="192.0.2.7")
    assert told.state == becomes
    in_flight = state in ("queued", "running")
    assert told.cancel_requested_at == (NOW if in_flight else None)
    at_once = (state, run_id) == ("queued", None)
    assert (told.finished_at, told.stage) == ((NOW, "cancelled") if at_once else (None, "waiting"))
    noted = AuditEntry.objects.filter(action="job.cancel").values_list("subject", "actor_id", "remote_addr")
    assert list(noted) == ([(f"job:{job.pk}", user.pk, "192.0.2.7")] if in_flight else [])
    other.refresh_from_db()
    assert (other.state, other.cancel_requested_at) == ("queued", None)


@pytest.mark.parametrize(("left", "expires"), [(3 * DAY, 3 * DAY), (30 * DAY, 10 * DAY), (None, 10 * DAY)])
def test_an_export_goes_with_its_source_at_the_latest(
    user: User, left: timedelta | None, expires: timedelta
) -> None:
    source = _succeeded(user, expires_at=None if left is None else NOW + left, title="Glacial Keel", style="Pad")
    export = create_export(user=user, source=source, export_format="presets").job
    assert export.expires_at == NOW + expires
    assert (export.queue, export.export_format, export.source) == ("export", "presets", source)
    assert (export.prompt, export.tags, export.title, export.style) == ("", [], "Glacial Keel", "Pad")
    assert (export.seed, export.variations, export.template_id) == (7, 1, "warm_pad")
    assert AuditEntry.objects.filter(action="export.create", subject=f"job:{export.pk}").count() == 1


@pytest.mark.parametrize(("expires_at", "gone"), [(NOW + MOMENT, False), (NOW, True)])
def test_what_has_expired_is_not_exported(user: User, expires_at: datetime, gone: bool) -> None:
    source = _succeeded(user, expires_at=expires_at)
    if not gone:
        assert create_export(user=user, source=source, export_format="vitalbank").new
        return
    with pytest.raises(Gone):
        create_export(user=user, source=source, export_format="vitalbank")


@pytest.mark.parametrize(("seed", "becomes"), [(None, 7), (0, 0), (9, 9)])
def test_a_job_is_asked_for_again_with_its_words(user: User, seed: int | None, becomes: int) -> None:
    first = create_job(user=user, request=ASKED).job
    Job.objects.update(state="failed")
    told = ask_again(job=first, seed=seed, remote_addr="192.0.2.7")
    assert told.new
    assert (told.job.user, told.job.prompt, told.job.tags) == (user, "pad", ["slow"])
    assert (told.job.template_id, told.job.seed, told.job.variations) == ("warm_pad", becomes, 1)
    assert AuditEntry.objects.filter(action="job.create", remote_addr="192.0.2.7").count() == 1


@pytest.mark.parametrize("erased", [{"prompt_erased_at": NOW}, {"prompt": ""}])
def test_erased_words_are_not_asked_for_again(user: User, erased: dict[str, Any]) -> None:
    job = create_job(user=user, request=ASKED).job
    Job.objects.update(state="failed", **erased)
    job.refresh_from_db()
    with pytest.raises(Gone, match="have been erased"):
        ask_again(job=job)


def test_an_export_that_failed_is_asked_for_again_as_an_export(user: User) -> None:
    source = _succeeded(user)
    export = create_export(user=user, source=source, export_format="presets").job
    Job.objects.filter(pk=export.pk).update(state="failed")
    export.refresh_from_db()
    told = ask_again(job=export)
    assert (told.new, told.job.queue, told.job.source, told.job.export_format) == (
        True,
        "export",
        source,
        "presets",
    )

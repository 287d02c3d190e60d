"""What a plan allows, to the last job and the first one too many, at moments that the test names."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from api.errors import Limit, LimitReached, NotInPlan
from api.models import AuditEntry, Entitlement, User
from api.selectors.plans import plan_of, usage_of
from api.services.audit import record
from api.services.plans import check_plan_has, check_room, make_first_plans
from tests.api.making import NOW, made_job

LIMITS = (
    "jobs_per_day", "concurrent_jobs", "requests_per_minute", "max_variations", "template_ids", "retention_days",
)  # fmt: skip


def _planned(name: str, **limits: Any) -> User:
    plan = Entitlement.objects.create(name=f"of-{name}", **limits)
    return User.objects.create_user(name, entitlement=plan)


def _made(user: User, at: datetime, action: str = "job.create") -> None:
    entry = record(action, actor=user)
    AuditEntry.objects.filter(pk=entry.pk).update(at=at)


def _room(user: User, *, queue: str = "generate", now: datetime = NOW) -> Limit | None:
    """The limit that is in the way, if one is."""
    try:
        check_room(user=user, queue=queue, now=now)
    except LimitReached as error:
        return error.limit
    return None


def test_the_plans_that_a_service_starts_with() -> None:
    told = {plan.name: tuple(getattr(plan, one) for one in LIMITS) for plan in Entitlement.objects.all()}
    assert told == {"free": (200, 4, 300, 16, [], 90), "studio": (5000, 32, 1500, 16, [], 365)}


def test_plans_that_are_missing_are_made_and_others_left_alone() -> None:
    Entitlement.objects.filter(name="free").update(jobs_per_day=7)
    Entitlement.objects.filter(name="studio").delete()
    assert make_first_plans() == ("studio",)
    assert make_first_plans() == ()
    assert Entitlement.objects.get(name="free").jobs_per_day == 7
    assert Entitlement.objects.get(name="studio").jobs_per_day == 5000


def test_who_has_no_plan_of_their_own_has_the_free_one() -> None:
    Entitlement.objects.all().delete()
    assert plan_of(User.objects.create_user("bob")).name == "free"
    assert plan_of(_planned("eve", jobs_per_day=9)).jobs_per_day == 9


@pytest.mark.parametrize("most", [0, 3, 16])
def test_as_many_variations_as_the_plan_has_and_no_more(most: int) -> None:
    user = _planned("ada", max_variations=most)
    check_plan_has(user=user, template_id=None, variations=most)
    with pytest.raises(NotInPlan, match=f"allows {most} variations a job; {most + 1} were asked for") as refused:
        check_plan_has(user=user, template_id=None, variations=most + 1)
    assert refused.value.limit == Limit("max_variations", most, most + 1)


@pytest.mark.parametrize(
    ("allowed", "asked", "may"),
    [
        ([], "warm_pad", True),
        (["warm_pad"], "warm_pad", True),
        (["sub_bass", "warm_pad"], "warm_pad", True),
        (["sub_bass"], "warm_pad", False),
        (["sub_bass"], None, True),
    ],
)
def test_a_template_may_be_named_if_the_plan_has_it(allowed: list[str], asked: str | None, may: bool) -> None:
    user = _planned("ada", template_ids=allowed)
    if may:
        check_plan_has(user=user, template_id=asked, variations=0)
        return
    with pytest.raises(NotInPlan, match="doesn't include the template warm_pad") as refused:
        check_plan_has(user=user, template_id=asked, variations=0)
    assert refused.value.limit is None


@pytest.mark.parametrize("most", [1, 3])
def test_the_last_place_at_a_time_is_given_and_no_more(most: int) -> None:
    user = _planned("ada", concurrent_jobs=most)
    for number in range(most):
        assert _room(user) is None
        made_job(user, state="running" if number else "queued")
    assert _room(user) == Limit("concurrent_jobs", most, most, None)


def test_only_ones_own_jobs_that_are_in_flight_in_that_queue_take_a_place() -> None:
    user, other = _planned("ada", concurrent_jobs=1), _planned("eve")
    for state in ("succeeded", "failed", "cancelled"):
        made_job(user, state=state)
    made_job(user, state="running", queue="export")
    made_job(other, state="running")
    assert _room(user) is None
    assert _room(user, queue="export") == Limit("concurrent_jobs", 1, 1, None)
    assert usage_of(user, now=NOW).in_flight == {"generate": 0, "export": 1}


def test_the_last_job_of_a_day_is_given_and_no_more() -> None:
    user = _planned("ada", jobs_per_day=3)
    _made(user, NOW, "job.create")
    _made(user, NOW, "export.create")
    assert _room(user) is None
    _made(user, NOW, "job.create")
    midnight = datetime(2026, 11, 25, tzinfo=UTC)
    assert _room(user) == _room(user, queue="export") == Limit("jobs_per_day", 3, 3, midnight)


def test_only_ones_own_jobs_count_and_no_other_acts() -> None:
    user, other = _planned("ada", jobs_per_day=1), _planned("eve")
    for action in ("job.cancel", "job.delete", "share.create", "me.export", "sign_in"):
        _made(user, NOW, action)
    _made(other, NOW)
    assert _room(user) is None
    assert usage_of(user, now=NOW).jobs_today == 0


@pytest.mark.parametrize(
    ("made_at", "now", "full"),
    [
        ("2026-11-24T00:00:00", "2026-11-24T23:59:59.999999", True),
        ("2026-11-24T00:00:00", "2026-11-25T00:00:00", False),
        ("2026-11-23T23:59:59.999999", "2026-11-24T00:00:00", False),
        ("2026-11-24T23:59:59.999999", "2026-11-24T23:59:59.999999", True),
    ],
)
def test_days_begin_at_midnight(made_at: str, now: str, full: bool) -> None:
    user = _planned("ada", jobs_per_day=1)
    _made(user, datetime.fromisoformat(made_at).replace(tzinfo=UTC))
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert (_room(user, now=moment) is not None) == full


def test_midnight_is_that_of_utc_wherever_the_clock_stands() -> None:
    user = _planned("ada")
    east = datetime(2026, 11, 25, 2, tzinfo=timezone(timedelta(hours=5)))
    assert usage_of(user, now=east).day_ends_at == datetime(2026, 11, 25, tzinfo=UTC)


def test_which_limit_is_met_is_told_in_words(person: Callable[[str], Any]) -> None:
    user = _planned("ada", jobs_per_day=2, concurrent_jobs=1)
    made_job(user, state="queued")
    with pytest.raises(LimitReached, match="1 job at a time in the queue generate; there is room again as soon"):
        check_room(user=user, queue="generate", now=NOW)
    _made(user, NOW)
    _made(user, NOW)
    with pytest.raises(LimitReached, match=r"2 jobs a day; the next day begins at 2026-11-25T00:00:00\+00:00"):
        check_room(user=user, queue="generate", now=NOW)

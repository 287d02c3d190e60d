"""Holds what a user asks for against their plan, and keeps the plans that a deployment starts with."""

from datetime import datetime
from typing import Any, Final

from api.errors import Limit, LimitReached, NotInPlan
from api.models import Entitlement, User
from api.selectors.plans import FREE, plan_of, usage_of

FIRST_PLANS: Final[dict[str, dict[str, Any]]] = {
    FREE: {},
    "studio": {
        "jobs_per_day": 5_000,
        "concurrent_jobs": 32,
        "requests_per_minute": 1_500,
        "retention_days": 365,
    },
}
"""Made by `synthcopilot migrate` where they are missing; an operator's changes to them stand."""


def make_first_plans() -> tuple[str, ...]:
    """Make the plans that are missing; the names of those that were."""
    made = [name for name, fields in FIRST_PLANS.items()
            if Entitlement.objects.get_or_create(name=name, defaults=fields)[1]]  # fmt: skip
    return tuple(made)


def check_plan_has(*, user: User, template_id: str | None, variations: int, planner: str = "rules") -> None:
    """Whether the plan has what is asked for.

    Raises:
        NotInPlan: it has fewer variations, not this template or no language model; the text names the limit.
    """
    plan = plan_of(user)
    if variations > plan.max_variations:
        raise NotInPlan(
            f"the plan {plan.name} allows {_counted(plan.max_variations, 'variation')} a job; "
            f"{variations} were asked for",
            Limit("max_variations", plan.max_variations, variations),
        )
    if template_id is not None and plan.template_ids and template_id not in plan.template_ids:
        raise NotInPlan(f"the plan {plan.name} doesn't include the template {template_id}")
    if planner == "llm" and not plan.llm_calls_per_day:
        raise NotInPlan(
            f'the plan {plan.name} includes no language model; ask with the planner "rules"',
            Limit("llm_calls_per_day", 0, 0),
        )


def check_room(*, user: User, queue: str, now: datetime) -> None:
    """Whether one more job fits. Call it in a transaction that holds the user's row, or two may share one place.

    Raises:
        LimitReached: the day's jobs are used up, or as many are in flight as may be; the text says when it frees.
    """
    plan, usage = plan_of(user), usage_of(user, now=now)
    if usage.jobs_today >= plan.jobs_per_day:
        raise LimitReached(
            f"the plan {plan.name} allows {_counted(plan.jobs_per_day, 'job')} a day; "
            f"the next day begins at {usage.day_ends_at.isoformat()}",
            Limit("jobs_per_day", plan.jobs_per_day, usage.jobs_today, usage.day_ends_at),
        )
    if (going := usage.in_flight[queue]) >= plan.concurrent_jobs:
        raise LimitReached(
            f"the plan {plan.name} allows {_counted(plan.concurrent_jobs, 'job')} at a time in the queue {queue}; "
            f"there is room again as soon as one of yours ends",
            Limit("concurrent_jobs", plan.concurrent_jobs, going),
        )


def check_llm_call(*, user: User, now: datetime) -> None:
    """Whether one more prompt may go to the language model today. Call it as `check_room`.

    Raises:
        LimitReached: the day's calls are used up; the text says when there are more.
    """
    plan, usage = plan_of(user), usage_of(user, now=now)
    if usage.llm_calls_today >= plan.llm_calls_per_day:
        raise LimitReached(
            f"the plan {plan.name} allows {_counted(plan.llm_calls_per_day, 'prompt')} a day "
            f"for the language model; "
            f'ask with the planner "rules", or again from {usage.day_ends_at.isoformat()} on',
            Limit("llm_calls_per_day", plan.llm_calls_per_day, usage.llm_calls_today, usage.day_ends_at),
        )


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"

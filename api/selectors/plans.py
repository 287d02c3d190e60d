"""What a user may do, and how much of it is used up."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from api.models import AuditEntry, Entitlement, Job, Queue, User
from api.models.jobs import IN_FLIGHT

FREE = "free"
COUNTED = ("job.create", "export.create")
"""Acts that the daily limit counts, as the audit log names them."""
LLM_CALL = "llm.call"
"""A prompt that may go to the language model; these have a daily limit of their own."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What of a plan is used up. Days begin at midnight, UTC."""

    jobs_today: int
    day_ends_at: datetime
    in_flight: dict[str, int]
    """Jobs queued or running, by queue."""
    llm_calls_today: int


def plan_of(user: User) -> Entitlement:
    """The user's plan; without one of their own it is `free`, which exists after the first call at the latest."""
    if user.entitlement is not None:
        return user.entitlement
    return Entitlement.objects.get_or_create(name=FREE)[0]


def usage_of(user: User, *, now: datetime) -> Usage:
    """How much of the plan is used up at a moment."""
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    today = AuditEntry.objects.filter(actor_id=user.pk, at__gte=day)
    made = today.filter(action__in=COUNTED).count()
    return Usage(
        jobs_today=made,
        day_ends_at=day + timedelta(days=1),
        in_flight={queue.value: in_flight(user, queue=queue.value) for queue in Queue},
        llm_calls_today=today.filter(action=LLM_CALL).count(),
    )


def in_flight(user: User, *, queue: str) -> int:
    """How many of the user's jobs are queued or running in a queue."""
    return Job.objects.filter(user=user, queue=queue, state__in=IN_FLIGHT).count()

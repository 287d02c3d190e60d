"""`/metrics` for Prometheus: what this process answered, and how the jobs are doing, read from the database.

Labels are routes, states, codes and queues; never a user, a job or a word. For loopback, or whoever has the token.
"""

import hmac
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from django.db.models import Count, IntegerField, Min, Q, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeHistogramMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from api.models import AuditEntry, Heartbeat, Job, JobState, Purge, Queue
from service.settings import settings

WINDOW = timedelta(hours=1)
"""Of ended jobs the last hour is told: rows of old ones are deleted, so a sum over all of them would fall."""
_REGISTRY = CollectorRegistry()
_REQUESTS = Counter(
    "synthcopilot_http_requests", "Requests by route.", ("route", "method", "status"), registry=_REGISTRY
)
_LATENCY = Histogram(
    "synthcopilot_http_request_seconds",
    "Time until the answer began.",
    ("route", "method"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
    registry=_REGISTRY,
)
_ERASED = ("users", "jobs", "prompts")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 45.0, 60.0, 120.0)


def observe_request(*, route: str, method: str, status: int, seconds: float) -> None:
    """Count an answered request; a method that nobody has heard of is no label of its own."""
    known = method if method in _METHODS else "other"
    _REQUESTS.labels(route, known, str(status)).inc()
    _LATENCY.labels(route, known).observe(seconds)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """All metrics, to who may see them; to others there is no such address."""
    if not _may_see(request):
        return HttpResponse("Not found\n", status=404, content_type="text/plain")
    return HttpResponse(generate_latest(_REGISTRY), content_type=CONTENT_TYPE_LATEST)


def _may_see(request: HttpRequest) -> bool:
    token = settings().metrics_token
    if token is not None:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token.get_secret_value()}".encode())
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    try:
        return not forwarded and ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


class _FromDatabase(Collector):
    """What the database knows, read when somebody asks."""

    def describe(self) -> Iterator[Metric]:
        yield from ()

    def collect(self) -> Iterator[Metric]:
        now = datetime.now(UTC)
        yield from _waiting(now)
        yield from _ended(now)
        yield from _alive(now)
        yield from _erased(now)


def _waiting(now: datetime) -> Iterator[Metric]:
    in_flight = Job.objects.filter(state__in=[JobState.QUEUED, JobState.RUNNING])
    rows = in_flight.values("state", "queue").annotate(n=Count("id"), oldest=Min("created_at"))
    found = {(row["state"], row["queue"]): row for row in rows}
    counts = GaugeMetricFamily("synthcopilot_jobs", "Jobs that have not ended.", labels=("state", "queue"))
    oldest = GaugeMetricFamily(
        "synthcopilot_oldest_queued_job_seconds", "Age of the oldest queued job; 0: none.", labels=("queue",)
    )
    for queue in Queue.values:
        for state in (JobState.QUEUED, JobState.RUNNING):
            counts.add_metric((state.value, queue), found.get((state.value, queue), {"n": 0})["n"])
        first = found.get((JobState.QUEUED.value, queue))
        oldest.add_metric((queue,), (now - first["oldest"]).total_seconds() if first else 0.0)
    yield counts
    yield oldest


def _ended(now: datetime) -> Iterator[Metric]:
    lately = Job.objects.filter(finished_at__gt=now - WINDOW)
    ends = GaugeMetricFamily(
        "synthcopilot_jobs_ended_last_hour", "By how they ended.", labels=("state", "queue", "error_code")
    )
    for row in lately.values("state", "queue", "error_code").annotate(n=Count("id")):
        ends.add_metric((row["state"], row["queue"], row["error_code"]), row["n"])
    yield ends
    waits: dict[str, list[float]] = {queue: [] for queue in Queue.values}
    durations: dict[str, list[float]] = {queue: [] for queue in Queue.values}
    started = lately.filter(started_at__isnull=False)
    for queue, created, begun, finished in started.values_list("queue", "created_at", "started_at", "finished_at"):
        if begun and finished:
            waits[queue].append(max(0.0, (begun - created).total_seconds()))
            durations[queue].append(max(0.0, (finished - begun).total_seconds()))
    yield _histogram("synthcopilot_job_wait_seconds", "From asked for to started, last hour.", waits)
    yield _histogram("synthcopilot_job_duration_seconds", "From started to ended, last hour.", durations)


def _histogram(name: str, about: str, by_queue: dict[str, list[float]]) -> Metric:
    family = GaugeHistogramMetricFamily(name, about, labels=("queue",))
    for queue, values in by_queue.items():
        steps = [(f"{edge:g}", float(sum(value <= edge for value in values))) for edge in _SECONDS]
        family.add_metric((queue,), buckets=[*steps, ("+Inf", float(len(values)))], gsum_value=sum(values))
    return family


def _alive(now: datetime) -> Iterator[Metric]:
    ages = GaugeMetricFamily(
        "synthcopilot_heartbeat_age_seconds", "Since a part was last seen at work.", labels=("part",)
    )
    for part, at in Heartbeat.objects.values_list("part", "at"):
        ages.add_metric((part,), (now - at).total_seconds())
    yield ages


def _erased(now: datetime) -> Iterator[Metric]:
    erasures = CounterMetricFamily(
        "synthcopilot_erasures", "Prompts, jobs and users that were erased.", labels=("kind",)
    )
    acts = AuditEntry.objects.aggregate(
        users=Count("id", filter=Q(action="erase.user", detail__complete=True)),
        jobs=Count("id", filter=Q(action="job.delete")),
    )
    due = AuditEntry.objects.filter(action="erase.due").aggregate(
        **{kind: Sum(Cast(KeyTextTransform(kind, "detail"), IntegerField())) for kind in _ERASED}
    )
    for kind in _ERASED:
        erasures.add_metric((kind,), acts.get(kind, 0) + (due[kind] or 0))
    yield erasures
    long_due = now - timedelta(days=settings().prompt_retention_days, hours=25)
    overdue = Job.objects.filter(~Q(prompt=""), created_at__lt=long_due).count()
    yield GaugeMetricFamily(
        "synthcopilot_prompts_overdue",
        "Prompts that should have been erased a day ago; alert on it.",
        value=overdue,
    )
    yield GaugeMetricFamily(
        "synthcopilot_purges_open", "Partitions that are still being erased.", value=Purge.objects.count()
    )


_REGISTRY.register(_FromDatabase())

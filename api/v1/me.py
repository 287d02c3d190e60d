"""The caller themselves: plan, limits and usage; all data that is kept of them."""

from collections.abc import Iterator

import orjson
from django.db import connection
from django.http import HttpResponseBase
from django.utils import timezone
from rest_framework.response import Response

from api.models import AuditEntry, PlannerAnswer, User
from api.selectors.jobs import Page, jobs_of
from api.selectors.keys import keys_of
from api.selectors.plans import plan_of, usage_of
from api.selectors.shares import shares_of
from api.services import audit
from api.services.privacy import erase_user
from api.v1 import own_documents as own
from api.v1.base import ApiRequest, ApiView
from api.v1.describe import operation
from api.v1.reading import AnyType
from api.v1.show import file_list, job_summary, listed, share_document
from api.v1.streaming import streamed
from api.v1.throttle import remote_addr

_JOBS_A_PIECE = 100


def _key_document(user: User) -> list[own.ApiKeyDocument]:
    return [
        own.ApiKeyDocument(
            prefix=key.prefix,
            name=key.name,
            created_at=key.created,
            expires_at=key.expiry_date,
            last_used_at=key.last_used_at,
            revoked=key.revoked,
        )
        for key in keys_of(user)
    ]


def me_document(user: User) -> own.MeDocument:
    """Who somebody is, what they may do, and how much of it is used up."""
    plan, usage = plan_of(user), usage_of(user, now=timezone.now())
    return own.MeDocument(
        username=user.username,
        email=user.email or None,
        joined_at=user.date_joined,
        plan=own.PlanDocument(
            name=plan.name,
            jobs_per_day=plan.jobs_per_day,
            concurrent_jobs=plan.concurrent_jobs,
            requests_per_minute=plan.requests_per_minute,
            max_variations=plan.max_variations,
            template_ids=list(plan.template_ids) or None,
            llm_calls_per_day=plan.llm_calls_per_day,
            retention_days=plan.retention_days,
        ),
        usage=own.UsageDocument(
            jobs_today=usage.jobs_today,
            day_ends_at=usage.day_ends_at,
            in_flight=usage.in_flight,
            llm_calls_today=usage.llm_calls_today,
        ),
    )


class MeView(ApiView):
    """You."""

    @operation("getMe", answers={200: own.MeDocument}, summary="Look at your plan and usage", tags=["me"])
    def get(self, request: ApiRequest) -> Response:
        """Your plan's limits, what of them is used up today, and how many of your jobs are in flight."""
        return Response(me_document(request.user).model_dump(mode="json"))

    @operation(
        "deleteMe", answers={200: own.ErasureDocument, 202: own.ErasureDocument}, problems=(403,),
        summary="Delete your account and everything in it", tags=["me"],
    )  # fmt: skip
    def delete(self, request: ApiRequest) -> Response:
        """Everything: jobs with their files, prompts, links, keys, the account. There is no way back.

        200: all of it is gone, and was looked for. 202: something of yours still ran; you are locked out, and the
        rest is erased within the hour.
        """
        report = erase_user(user=request.user, actor=request.user)
        told = own.ErasureDocument(
            complete=report.complete,
            rows=report.rows,
            files=report.files,
            in_flight=list(report.in_flight),
            searched=report.searched,
            left=report.left,
        )
        return Response(told.model_dump(mode="json"), 200 if report.complete else 202)


class ExportView(ApiView):
    """Your data."""

    content_negotiation_class = AnyType

    @operation(
        "exportMe",
        answers={200: own.MyDataDocument},
        summary="Download everything that is kept about you",
        tags=["me"],
    )
    def get(self, request: ApiRequest) -> HttpResponseBase:
        """One JSON document: jobs with prompts and what they made, links, keys, and the log of what you did.

        Tokens and keys can't be told, since only hashes of them are kept. The files themselves are under each
        job's links.
        """
        audit.record(
            "me.export", actor=request.user, subject=f"user:{request.user.pk}", remote_addr=remote_addr(request)
        )
        return streamed(
            request,
            _all_of(request.user),
            content_type="application/json",
            headers={
                "Content-Disposition": 'attachment; filename="synthcopilot-my-data.json"',
                "Cache-Control": "no-store",
            },
        )


def _all_of(user: User) -> Iterator[bytes]:
    """The document, piece by piece; each piece takes a connection of its own, since any thread may ask for it."""
    me = orjson.dumps(me_document(user).model_dump(mode="json"))
    shares = orjson.dumps(listed(share_document(one) for one in shares_of(user)))
    keys = orjson.dumps(listed(_key_document(user)))
    log = orjson.dumps(listed(_log_of(user)))
    answers = orjson.dumps(listed(_answers_of(user)))
    parts = (me, shares, keys, log, answers)
    head = b'{"me":%s,"shares":%s,"api_keys":%s,"audit":%s,"planner_answers":%s,"jobs":[' % parts
    yield head
    after, comma = None, b""
    while True:
        try:
            page = jobs_of(user, after=after, limit=_JOBS_A_PIECE)
            piece = b",".join(_jobs(page))
        finally:
            connection.close()
        if piece:
            yield comma + piece
            comma = b","
        if page.following is None:
            break
        after = page.following
    yield b"]}"


def _jobs(page: Page) -> Iterator[bytes]:
    for job in page.jobs:
        document = own.MyJobDocument(**dict(job_summary(job)), files=file_list(job))
        yield orjson.dumps(document.model_dump(mode="json"))


def _log_of(user: User) -> Iterator[own.AuditDocument]:
    for one in AuditEntry.objects.filter(actor_id=user.pk).order_by("-at", "-id").iterator(1000):
        yield own.AuditDocument(at=one.at, action=one.action, subject=one.subject, remote_addr=one.remote_addr)


def _answers_of(user: User) -> Iterator[own.PlannerAnswerDocument]:
    for one in PlannerAnswer.objects.filter(user=user).order_by("created_at", "pk").iterator(1000):
        yield own.PlannerAnswerDocument(
            model=one.model, prompt_version=one.prompt_version, answer=one.answer, created_at=one.created_at
        )

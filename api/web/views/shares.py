"""Links by which anybody can hear a sound, and the page that they open."""

import uuid
from datetime import timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from api.errors import ServiceError
from api.models import Job
from api.selectors.shares import open_share, share_of
from api.services.shares import create_share, revoke_share
from api.web.requests import SignedIn, address, own_job, signed_in
from api.web.shown import ShownJob, manifest_of, shown_shares
from engine.bundle import bundle_cards
from service.settings import settings

DAYS: Final = {"7": 7, "30": 30, "": None}
"""How long a link may live, as the form sends it."""


@signed_in
@require_POST
@never_cache
def create(request: SignedIn, job_id: uuid.UUID) -> HttpResponse:
    """A new link, shown in this answer only."""
    job = own_job(request, job_id)
    days = DAYS.get(request.POST.get("days", ""), 30)
    expires_at = timezone.now() + timedelta(days=days) if days else None
    try:
        _, token = create_share(user=request.user, job=job, expires_at=expires_at, remote_addr=address(request))
    except ServiceError as error:
        messages.error(request, str(error))
        return redirect("job", job.pk)
    link = f"{settings().public_url.rstrip('/')}{reverse('public', args=[token])}"
    return _shares(request, job, new_link=link)


@signed_in
@require_POST
@never_cache
def revoke(request: SignedIn, share_id: uuid.UUID) -> HttpResponse:
    """Close a link for good."""
    share = share_of(request.user, share_id)
    if share is None:
        raise Http404
    revoke_share(share=share, actor=request.user, remote_addr=address(request))
    if request.htmx:
        return _shares(request, share.job)
    messages.info(request, f"The link {share.hint}… opens nothing any more.")
    return redirect("job", share.job_id)


@require_safe
@never_cache
def public(request: HttpRequest, token: str) -> HttpResponse:
    """The presets of a shared job, for anybody: neither the words nor whose they are."""
    share = open_share(token)
    if share is None:
        raise Http404
    manifest = manifest_of(share.job)
    if manifest is None:
        return HttpResponse("The sounds can't be reached just now; try again soon.", "text/plain", status=503)
    base_url = reverse("v1:shared-file", args=[token, "x"])[:-1]
    context = {
        "public": True,
        "title": manifest.title,
        "style": manifest.style,
        "count": len(manifest.presets),
        "cards": bundle_cards(manifest, base_url=base_url, words=False),
        "expires_at": share.expires_at,
    }
    response = render(request, "web/public.html", context)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _shares(request: SignedIn, job: Job, **more: Any) -> HttpResponse:
    context = {"job": job, "shown": ShownJob(job), "shares": shown_shares(request.user, job)} | more
    return render(request, "web/shares.html" if request.htmx else "web/job.html", context)

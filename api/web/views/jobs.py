"""A job's page while it waits, works and has ended; and what can be done with it."""

import secrets
import uuid
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from api.errors import ServiceError
from api.models import Job, JobState
from api.services.exports import create_export
from api.services.jobs import cancel_job, delete_job
from api.services.repeating import ask_again
from api.web.requests import SignedIn, address, own_job, signed_in
from api.web.shown import ShownJob, shown_shares

_SEEDS: Final = 1_000_000


@signed_in
@require_safe
@never_cache
def job(request: SignedIn, job_id: uuid.UUID) -> HttpResponse:
    """Everything about one job."""
    return render(request, "web/job.html", _context(own_job(request, job_id)))


@signed_in
@require_safe
@never_cache
def progress(request: SignedIn, job_id: uuid.UUID) -> HttpResponse:
    """How far it is: nothing if that is what the page shows already, all of the page once the job has ended."""
    found = own_job(request, job_id)
    if found.ended:
        return _whole(request, found)
    if request.GET.get("seen") == ShownJob(found).seen:
        return HttpResponse(status=204)
    return render(request, "web/progress.html", _context(found))


@signed_in
@require_POST
def cancel(request: SignedIn, job_id: uuid.UUID) -> HttpResponse:
    """Stop it."""
    found = cancel_job(job=own_job(request, job_id), actor=request.user, remote_addr=address(request))
    return _whole(request, found) if request.htmx else redirect("job", found.pk)


@signed_in
@require_POST
def delete(request: SignedIn, job_id: uuid.UUID) -> HttpResponse:
    """Remove it with all of its files."""
    found = own_job(request, job_id)
    name = ShownJob(found).name
    try:
        delete_job(job=found, actor=request.user, remote_addr=address(request))
    except ServiceError as error:
        messages.error(request, str(error))
        return redirect("job", found.pk)
    messages.info(request, f"{name} and its files are deleted.")
    return redirect("history")


@signed_in
@require_POST
def again(request: SignedIn, job_id: uuid.UUID) -> HttpResponse:
    """The same words once more, with the same seed or another."""
    found = own_job(request, job_id)
    seed = found.seed if request.POST.get("seed") == "same" else secrets.randbelow(_SEEDS)
    try:
        asked = ask_again(job=found, seed=seed, remote_addr=address(request))
    except ServiceError as error:
        messages.error(request, str(error))
        return redirect("job", found.pk)
    return redirect("job", asked.job.pk)


@signed_in
@require_POST
def export(request: SignedIn, job_id: uuid.UUID) -> HttpResponse:
    """Turn it into another format: a job of its own."""
    found = own_job(request, job_id)
    try:
        asked = create_export(
            user=request.user,
            source=found,
            export_format=request.POST.get("format", ""),
            remote_addr=address(request),
        )
    except ServiceError as error:
        messages.error(request, str(error))
        return redirect("job", found.pk)
    return redirect("job", asked.job.pk)


def _context(job: Job) -> dict[str, Any]:
    shares = shown_shares(job.user, job) if job.state == JobState.SUCCEEDED else []
    return {"job": job, "shown": ShownJob(job), "shares": shares}


def _whole(request: SignedIn, job: Job) -> HttpResponse:
    response = render(request, "web/job_body.html", _context(job))
    response["HX-Retarget"] = "#job"
    response["HX-Reswap"] = "outerHTML"
    return response

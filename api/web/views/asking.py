"""The first page: say what the sound should be."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from api.errors import InvalidInput, LimitReached, NotInPlan, NotNow
from api.models import Job
from api.selectors.jobs import job_of, jobs_of
from api.selectors.plans import plan_of, usage_of
from api.services.jobs import create_job
from api.services.planning import who_reads
from api.v1.throttle import room_for
from api.web.forms import AskForm
from api.web.requests import SignedIn, signed_in, uuid_or_404
from api.web.shown import row
from api.web.understanding import understood
from engine.errors import RequestError

EXAMPLES: Final = (
    "warm dark pad that slowly opens, wide and airy",
    "fat reese bass, gritty and moving",
    "glassy bell keys with a long shimmer",
    "tight plucky lead, bright, a little delay",
    "deep 808 with a slow pitch drop",
    "riser that gets noisier for eight seconds",
)
OPTIONS: Final = ("template_id", "variations", "seed", "tags", "planner")
_RECENT: Final = 5
_PREVIEWS_A_MINUTE: Final = 150


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def home(request: SignedIn) -> HttpResponse:
    """The form; sent, it leads to the job."""
    plan = plan_of(request.user)
    if request.method != "POST":
        initial = _alike(request)
        return _page(request, AskForm(plan=plan, initial=initial), **_explained(AskForm(initial, plan=plan)))
    form = AskForm(request.POST, plan=plan)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        wanted = form.request(*who_reads(user=request.user, wanted=form.wanted_planner))
        asked = create_job(user=request.user, request=wanted, remote_addr=request.META.get("REMOTE_ADDR"))
    except InvalidInput as error:
        form.add_error(None, str(error))
        return _page(request, form, status=422)
    except (LimitReached, NotInPlan, NotNow) as error:
        form.add_error(None, _sentence(str(error)))
        return _page(request, form, status=409 if isinstance(error, NotNow) else 429)
    if not asked.new and asked.job.ended:
        messages.info(request, "You asked for exactly this before: here it is.")
    return redirect("job", asked.job.pk)


@signed_in
@require_POST
def explain(request: SignedIn) -> HttpResponse:
    """What is understood of the words so far; by POST, since addresses end up in logs."""
    if not room_for(f"explain:{request.user.pk}", limit=_PREVIEWS_A_MINUTE):
        return HttpResponse(status=204)  # the last one stays
    return render(request, "web/understood.html", _explained(AskForm(request.POST, plan=plan_of(request.user))))


def _explained(form: AskForm) -> dict[str, Any]:
    """What is understood of a form, or why it can't be used; nothing of one without words."""
    if not str(form.data.get("prompt", "")).strip():
        return {}
    if not form.is_valid():
        return {"problem": " ".join(str(text) for texts in form.errors.values() for text in texts)}
    try:
        return {"understood": understood(form.request()), "read_by_model": form.wanted_planner == "llm"}
    except RequestError as error:
        return {"problem": str(error)}


def _page(request: SignedIn, form: AskForm, *, status: int = 200, **more: Any) -> HttpResponse:
    plan, usage = plan_of(request.user), usage_of(request.user, now=timezone.now())
    return render(
        request,
        "web/home.html",
        {
            "form": form,
            "options": [form[name] for name in OPTIONS if name in form.fields],
            "examples": EXAMPLES,
            "jobs": [row(job) for job in jobs_of(request.user, limit=_RECENT).jobs],
            "usage": {
                "jobs_today": usage.jobs_today,
                "jobs_per_day": plan.jobs_per_day,
                "in_flight": sum(usage.in_flight.values()),
            },
        }
        | more,
        status=status,
    )


def _alike(request: SignedIn) -> dict[str, Any]:
    """The fields of the job that the form should begin with."""
    if not (like := request.GET.get("like")):
        return {}
    job: Job | None = job_of(request.user, uuid_or_404(like))
    if job is None or job.prompt_erased_at:
        return {}
    return {
        "prompt": job.prompt,
        "template_id": job.template_id or "",
        "variations": job.variations,
        "seed": job.seed,
        "tags": ", ".join(job.tags),
        "planner": job.planner,
    }


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."

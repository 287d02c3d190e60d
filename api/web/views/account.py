"""What a user may use, their keys, and their data."""

from typing import Any

from django.contrib.auth import logout
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from api.models import ApiKey, Entitlement, Job
from api.selectors.keys import keys_of
from api.selectors.plans import Usage, plan_of, usage_of
from api.services.keys import create_api_key, revoke_api_key
from api.services.privacy import erase_user
from api.web.forms import DeleteAccountForm
from api.web.requests import SignedIn, signed_in
from api.web.shown import shown_shares
from service.settings import settings


@signed_in
@require_safe
@never_cache
def account(request: SignedIn) -> HttpResponse:
    """All of it on one page."""
    return render(request, "web/account.html", _context(request))


@signed_in
@require_POST
@never_cache
def create_key(request: SignedIn) -> HttpResponse:
    """A new key, shown in this answer only: a reload asks whether to send the form again."""
    name = request.POST.get("name", "").strip().replace("\0", "")
    if not name or len(name) > (ApiKey._meta.get_field("name").max_length or 0):
        return _keys(request, key_error="A key needs a name of at most 50 characters.", status=422)
    made, text = create_api_key(user=request.user, name=name, actor=request.user)
    return _keys(request, new_key=text, new_key_name=made.name)


@signed_in
@require_POST
@never_cache
def revoke_key(request: SignedIn, prefix: str) -> HttpResponse:
    """Revoke a key."""
    found = next((key for key in keys_of(request.user) if key.prefix == prefix), None)
    if found is None:
        raise Http404
    revoke_api_key(key=found, actor=request.user)
    return _keys(request) if request.htmx else redirect("account")


def _keys(request: SignedIn, *, status: int = 200, **more: Any) -> HttpResponse:
    template = "web/keys.html" if request.htmx else "web/account.html"
    return render(request, template, _context(request) | more, status=200 if request.htmx else status)


def _context(request: SignedIn) -> dict[str, Any]:
    plan, usage = plan_of(request.user), usage_of(request.user, now=timezone.now())
    return {
        "usage_facts": _facts(plan, usage),
        "keys": keys_of(request.user),
        "shares": shown_shares(request.user),
        "prompt_days": settings().prompt_retention_days,
        "retention_days": plan.retention_days,
    }


def _facts(plan: Entitlement, usage: Usage) -> list[dict[str, Any]]:
    at_work = usage.in_flight["generate"]
    return [
        {"label": "Plan", "words": plan.name.capitalize()},
        {
            "label": "Jobs today",
            "words": f"{usage.jobs_today} of {plan.jobs_per_day}",
            "figure": f"the next day begins at {usage.day_ends_at:%H:%M} UTC",
            "value": usage.jobs_today,
            "most": plan.jobs_per_day,
        },
        {
            "label": "At work",
            "words": f"{at_work} of {plan.concurrent_jobs}",
            "value": at_work,
            "most": plan.concurrent_jobs,
        },
        {"label": "Variations", "words": f"up to {plan.max_variations} a sound"},
        {
            "label": "Templates",
            "words": str(len(plan.template_ids) or "all"),
        },
        *_language_model(plan, usage),
        {"label": "API", "words": f"{plan.requests_per_minute} calls a minute"},
    ]


def _language_model(plan: Entitlement, usage: Usage) -> list[dict[str, Any]]:
    """How many prompts may go to it, where any may."""
    if not (settings().llm_url and plan.llm_calls_per_day):
        return []
    return [
        {
            "label": "Prompts to the language model today",
            "words": f"{usage.llm_calls_today} of {plan.llm_calls_per_day}",
            "value": usage.llm_calls_today,
            "most": plan.llm_calls_per_day,
        }
    ]


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
@never_cache
def delete_account(request: SignedIn) -> HttpResponse:
    """Delete the user and all that is theirs, after they have said so twice."""
    form = DeleteAccountForm(request.POST or None, user=request.user)
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "jobs": Job.objects.filter(user=request.user).count()}
        return render(request, "web/delete_account.html", context, status=422 if request.method == "POST" else 200)
    report = erase_user(user=request.user, actor=request.user)
    logout(request)
    return render(request, "web/deleted.html", {"report": report})

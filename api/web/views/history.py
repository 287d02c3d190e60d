"""Everything that a user has made."""

from typing import Final, get_args

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from api.models import JobState
from api.selectors.jobs import PageStart, jobs_of
from api.web import telling
from api.web.requests import SignedIn, signed_in
from api.web.shown import row
from schemas.intent import Style

_PER_PAGE: Final = 20
_STYLES: Final = get_args(Style)
_LONGEST: Final = 80


@signed_in
@require_safe
def history(request: SignedIn) -> HttpResponse:
    """The jobs that fit, newest first."""
    state, style = request.GET.get("state", ""), request.GET.get("style", "")
    words = request.GET.get("q", "").strip()[:_LONGEST].replace("\0", "")
    found = jobs_of(
        request.user,
        state=state if state in JobState.values else None,
        style=style if style in _STYLES else None,
        words=words or None,
        after=_place(request.GET.get("after", "")),
        limit=_PER_PAGE,
    )
    context = {
        "jobs": [row(job) for job in found.jobs],
        "following": found.following,
        "later": "after" in request.GET,
        "states": telling.STATES.items(),
        "styles": _STYLES,
        "state": state,
        "style": style,
        "q": words,
    }
    return render(request, "web/history.html", context)


def _place(text: str) -> PageStart | None:
    try:
        return PageStart.read(text) if text else None
    except ValueError:
        return None

"""What views ask of a request again and again."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django_htmx.middleware import HtmxDetails

from api.models import Job, User
from api.selectors.jobs import job_of


class PageRequest(HttpRequest):
    """A request as Django's middleware hand it to a view: what they add has a type here."""

    htmx: HtmxDetails


class SignedIn(PageRequest):
    """The same behind the door, as `signed_in` lets it through."""

    user: User


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Lets people in who are signed in, and leads others to the door: the whole page, not a part of it."""
    behind_door = login_required(view)

    @wraps(view)
    def answer(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.htmx and not request.user.is_authenticated:
            here = urlsplit(request.htmx.current_url or "/").path
            response = HttpResponse(status=401)
            response["HX-Redirect"] = f"{reverse('sign-in')}?{urlencode({'next': here})}"
            return response
        return behind_door(request, *args, **kwargs)

    return answer


def uuid_or_404(text: str) -> uuid.UUID:
    """An id; whatever else was sent leads nowhere."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Http404 from None


def own_job(request: SignedIn, job_id: uuid.UUID) -> Job:
    """A job of the user who asks.

    Raises:
        Http404: there is none, or it is somebody else's: which of the two, nobody learns.
    """
    job = job_of(request.user, job_id)
    if job is None:
        raise Http404
    return job


def address(request: HttpRequest) -> str | None:
    """Where the request came from."""
    return request.META.get("REMOTE_ADDR") or None

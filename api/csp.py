"""The content policy of every HTML page: nothing from elsewhere, nothing inline."""

from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import sync_and_async_middleware

from service.settings import settings

HEADER = "Content-Security-Policy"


def policy(media_origin: str = "", *, images: str = "") -> str:
    """The policy; `media_origin` is where presigned downloads lead, if that is another server.

    `images` is one more source of pictures.
    """
    media = f"'self' {media_origin}".rstrip()
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src {media} {images}".rstrip(),
            f"media-src {media}",
            "connect-src 'self'",
            "font-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


@sync_and_async_middleware
def csp_middleware(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Adds the policy to whatever has none of its own."""
    said = policy(settings().s3_public_url)

    def marked(response: HttpResponse) -> HttpResponse:
        response.headers.setdefault(HEADER, said)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return response

    if iscoroutinefunction(get_response):

        async def answer_later(request: HttpRequest) -> HttpResponse:
            return marked(await get_response(request))

        return answer_later

    def answer(request: HttpRequest) -> HttpResponse:
        return marked(get_response(request))

    return answer

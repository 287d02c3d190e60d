"""Share links: made, listed and revoked by their owner; opened by anybody."""

import uuid

from django.http import Http404, HttpResponseBase
from django.urls import reverse
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from api.models import ShareToken
from api.selectors.files import file_at
from api.selectors.results import result_of
from api.selectors.shares import PUBLIC_KINDS, open_share, share_of, shares_of
from api.services.shares import create_share, revoke_share
from api.v1 import own_documents as own
from api.v1.base import ApiRequest, ApiView
from api.v1.describe import operation
from api.v1.download import send
from api.v1.files import PROBLEMS, RANGES, FileView, binary
from api.v1.inputs import ShareRequest
from api.v1.jobs import own_job
from api.v1.show import share_document
from api.v1.throttle import remote_addr
from engine.planner.naming import pole
from service.settings import settings


def _opened(token: str) -> ShareToken:
    share = open_share(token)
    if share is None:
        raise Http404
    return share


def _listed(shares: list[ShareToken]) -> Response:
    return Response(own.ShareListDocument(results=[share_document(one) for one in shares]).model_dump(mode="json"))


class JobSharesView(ApiView):
    """Links to one job."""

    @operation(
        "listJobShares", answers={200: own.ShareListDocument}, problems=(404,), summary="List a job's links",
        tags=["shares"],
    )  # fmt: skip
    def get(self, request: ApiRequest, job_id: uuid.UUID) -> Response:
        """Newest first, revoked and expired ones too. Their tokens can't be shown again."""
        return _listed(shares_of(request.user, job=own_job(request, job_id)))

    @operation(
        "createShare", request=ShareRequest, answers={201: own.NewShareDocument},
        problems=(400, 403, 404, 409, 413, 415, 422), summary="Share a job", tags=["shares"],
    )  # fmt: skip
    def post(self, request: ApiRequest, job_id: uuid.UUID) -> Response:
        """A link by which anybody hears the presets. The token is in this answer and never again."""
        asked = self.body(ShareRequest)
        share, token = create_share(
            user=request.user,
            job=own_job(request, job_id),
            expires_at=asked.expires_at,
            remote_addr=remote_addr(request),
        )
        made = own.NewShareDocument(
            **dict(share_document(share)),
            token=token,
            url=reverse("v1:shared", args=[token]),
            page_url=f"{settings().public_url}/s/{token}",
        )
        return Response(
            made.model_dump(mode="json"), 201, headers={"Location": reverse("v1:share", args=[share.pk])}
        )


class SharesView(ApiView):
    """All your links."""

    @operation("listShares", answers={200: own.ShareListDocument}, summary="List your links", tags=["shares"])
    def get(self, request: ApiRequest) -> Response:
        """Newest first, revoked and expired ones too."""
        return _listed(shares_of(request.user))


class ShareView(ApiView):
    """One of your links."""

    @operation("revokeShare", answers={204: None}, problems=(403, 404), summary="Revoke a link", tags=["shares"])
    def delete(self, request: ApiRequest, share_id: uuid.UUID) -> Response:
        """From then on it opens nothing; it stays in the list."""
        share = share_of(request.user, share_id)
        if share is None:
            raise Http404
        revoke_share(share=share, **self.caller())
        return Response(status=204)


class SharedView(ApiView):
    """What a link shows to anybody."""

    permission_classes = [AllowAny]

    @operation(
        "getShared", answers={200: own.SharedDocument}, problems=(404,), summary="Open a link", tags=["shares"]
    )
    def get(self, request: Request, token: str) -> Response:
        """The presets, what is set and what was heard, in our words; neither the prompt nor whose it is."""
        share = _opened(token)
        job, found = share.job, result_of(share.job)
        base = reverse("v1:shared-file", args=[token, "x"]).removesuffix("x")
        presets = [
            one
            | {"files": {name: base + path for name, path in one["files"].items()}}
            | {"words": [word | {"words": [pole(word["axis"], word["asked"])]} for word in one["words"]]}
            | {"values": [value | {"words": ""} for value in one["values"]]}
            for one in (found or {"presets": []})["presets"]
        ]
        shown = own.SharedDocument.model_validate(
            {
                "title": job.title,
                "style": job.style,
                "made_with": job.made_with,
                "expires_at": share.expires_at,
                "presets": presets,
            }
        )
        return Response(shown.model_dump(mode="json"))


class SharedFileView(FileView):
    """A file that a link shows."""

    permission_classes = [AllowAny]

    @operation(
        "getSharedFile", answers=binary("application/json", "audio/flac", "audio/mpeg", "image/png"),
        problems=PROBLEMS, parameters=RANGES, summary="Download a shared file", tags=["shares"],
    )  # fmt: skip
    def get(self, request: Request, token: str, path: str) -> HttpResponseBase:
        """A preset, its sound or its pictures, by a path under the link's `files`."""
        found = file_at(_opened(token).job, path)
        if found is None or found.kind not in PUBLIC_KINDS:
            raise Http404
        return send(request, found, inline=found.kind in ("audio", "picture"))

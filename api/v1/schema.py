"""The OpenAPI schema, and a page that shows it; what isn't an address of the API gets a problem as well."""

from functools import cache
from typing import Any, NoReturn

import orjson
import yaml
from django.http import Http404, HttpResponse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from api.csp import HEADER, policy
from api.v1.base import ApiView
from api.v1.describe import operation, query_parameters
from api.v1.inputs import SchemaQuery
from api.v1.reading import AnyType

_JSON, _YAML = "application/json", "application/yaml"


@cache
def openapi() -> dict[str, Any]:
    """The schema as a document."""
    generator = SchemaGenerator(urlconf="api.urls")  # type: ignore[no-untyped-call]
    document: dict[str, Any] = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return document


@cache
def _written(media_type: str) -> bytes:
    document = orjson.loads(orjson.dumps(openapi(), option=orjson.OPT_NON_STR_KEYS))
    if media_type == _JSON:
        return orjson.dumps(document, option=orjson.OPT_INDENT_2)
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120).encode()


class SchemaView(ApiView):
    """The API in OpenAPI 3.1."""

    permission_classes = [AllowAny]
    content_negotiation_class = AnyType

    @operation(
        "getSchema", answers={(200, _JSON): OpenApiTypes.OBJECT, (200, _YAML): OpenApiTypes.OBJECT},
        summary="This schema", tags=["schema"],
        parameters=query_parameters(SchemaQuery), problems=(422,),
    )  # fmt: skip
    def get(self, request: Request) -> HttpResponse:
        """JSON; YAML if `format` or the Accept header says so."""
        wanted = self.query(SchemaQuery).format
        accept = request.headers.get("Accept", "")
        if wanted is None and "yaml" in accept and "json" not in accept:
            wanted = "yaml"
        media_type = _YAML if wanted == "yaml" else _JSON
        return HttpResponse(_written(media_type), content_type=media_type, headers={"Cache-Control": "no-cache"})


@extend_schema(exclude=True)
class DocsView(SpectacularSwaggerSplitView):
    """The schema as a page; all it loads is our own, and its script is a file, as the policy wants it."""

    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_classes = []
    url_name = "v1:schema"

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, whose icons are in its style sheet."""
        response: HttpResponse = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]
        response[HEADER] = policy(images="data:")
        return response


@extend_schema(exclude=True)
class NothingHereView(ApiView):
    """Whatever else is asked for below /api/."""

    permission_classes = [AllowAny]
    content_negotiation_class = AnyType
    http_method_names = ["get", "post", "put", "patch", "delete", "head", "options", "trace"]

    def _nothing(self, request: Any, *args: Any, **kwargs: Any) -> NoReturn:
        raise Http404

    get = post = put = patch = delete = options = trace = _nothing

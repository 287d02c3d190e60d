"""How the OpenAPI schema tells of what is the same in many places."""

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from pydantic import BaseModel

from api.v1.documents import ProblemDocument
from api.v1.inputs import IDEMPOTENCY_KEY
from api.v1.problems import MEDIA_TYPE

_Method = TypeVar("_Method", bound=Callable[..., Any])
_WORDS = {
    400: "The request can't be read",
    401: "No key, or a wrong one",
    403: "Not in your plan, or the CSRF token is missing",
    404: "It doesn't exist, or it isn't yours",
    406: "Not a type that can be sent",
    409: "The job's state doesn't allow it",
    410: "The files have been deleted",
    413: "The body is too large",
    415: "The body is not JSON",
    416: "The range lies outside of the file",
    422: "What was sent can't be used; each problem names its field",
    429: "A limit was reached; `Retry-After` says when to try again",
    500: "Something went wrong on our side",
    503: "The database or the files can't be reached at the moment",
}
_RATE = [
    OpenApiParameter(name, int, OpenApiParameter.HEADER, response=True, description=words)
    for name, words in (
        ("RateLimit-Limit", "Requests a minute."),
        ("RateLimit-Remaining", "Of these, the ones that are left."),
        ("RateLimit-Reset", "Seconds until the next minute begins."),
    )
]
BINARY = OpenApiTypes.BINARY
IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": IDEMPOTENCY_KEY, "maxLength": 255},
    OpenApiParameter.HEADER,
    description="A name of your own for this request: sent again, it gives the same job.",
)


def operation(
    operation_id: str,
    *,
    answers: dict[Any, Any],
    problems: tuple[int, ...] = (),
    **more: Any,
) -> Callable[[_Method], _Method]:
    """`extend_schema` with the problems that every operation may answer with, and those of this one."""
    always = (401, 406, 429, 500, 503)
    told: dict[Any, Any] = dict(answers)
    for status in sorted({*always, *problems}):
        told[(status, MEDIA_TYPE)] = OpenApiResponse(ProblemDocument, _WORDS[status])
    parameters = [*_RATE, *more.pop("parameters", ())]
    return extend_schema(operation_id=operation_id, responses=told, parameters=parameters, **more)


def query_parameters(model: type[BaseModel]) -> list[OpenApiParameter]:
    """The fields of a model as parameters of the query string."""
    found = []
    for name, schema in model.model_json_schema()["properties"].items():
        kinds = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
        shown = (kinds[0] if kinds else schema) | (
            {"default": schema["default"]} if schema.get("default") is not None else {}
        )
        shown = {key: value for key, value in shown.items() if key not in ("title", "description")}
        found.append(OpenApiParameter(name, shown, description=schema.get("description", "")))
    return found


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # made by its base
    """How a client's key is sent."""

    target_class = "api.v1.auth.ApiKeyAuthentication"
    name = "ApiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """In OpenAPI's words."""
        description = "`Api-Key` and a key: `Authorization: Api-Key KEY`. `synthcopilot apikey create` makes keys."
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": description}

"""What all views of the API share: input, headers, and the order in which a request is checked."""

from typing import Any

import orjson
from django.http import QueryDict
from pydantic import ValidationError
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.views import APIView

from api.errors import FieldProblem, InvalidInput
from api.models import User
from api.v1.inputs import TEXT_IN_WORDS
from api.v1.throttle import MinuteThrottle, Rate, remote_addr
from engine.compiler.spec_io import problem_line
from schemas.base import AnyModel


class ApiRequest(Request):
    """A request of somebody who has shown a key or is signed in, as a view's methods get it."""

    user: User


class ApiView(APIView):
    """A view for users. Its docstring and its methods' are what the API's documentation says."""

    http_method_names = ["get", "post", "delete", "head"]
    throttle_classes = [MinuteThrottle]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Counts a request before anything else is done for it, wrong credentials too."""
        self.format_kwarg = None
        try:
            self.perform_authentication(request)
        except AuthenticationFailed:
            throttle = MinuteThrottle()
            if not throttle.allow_address(request):
                self.throttled(request, throttle.wait() or 0.0)
            raise
        self.check_throttles(request)
        self.check_permissions(request)
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(request)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Adds what every response says of the caller's rate; nothing private is kept by caches on the way."""
        final = super().finalize_response(request, response, *args, **kwargs)
        rate = getattr(request, "rate", None)
        if isinstance(rate, Rate):
            for name, value in rate.headers().items():
                final[name] = value
        if not final.has_header("Cache-Control"):
            final["Cache-Control"] = "no-store"
        return final

    def caller(self) -> dict[str, Any]:
        """Who acts, for services that write the audit log."""
        return {"actor": self.request.user, "remote_addr": remote_addr(self.request)}

    def body(self, model: type[AnyModel]) -> AnyModel:
        """The request's body as a model.

        Raises:
            InvalidInput: naming each field that is wrong by JSON Pointer.
        """
        data = self.request.data
        return validated(model, {} if isinstance(data, QueryDict) else data)

    def query(self, model: type[AnyModel]) -> AnyModel:
        """The query string as a model.

        Raises:
            InvalidInput: naming each parameter that is wrong.
        """
        try:
            return validated(model, self.request.query_params.dict())
        except InvalidInput as error:
            told = (FieldProblem("", one.detail, parameter=one.pointer.lstrip("/")) for one in error.problems)
            raise InvalidInput(*told) from None


def validated(model: type[AnyModel], document: Any) -> AnyModel:
    """A document as a model.

    Raises:
        InvalidInput: naming each field that is wrong by JSON Pointer.
    """
    try:
        return model.model_validate_json(orjson.dumps(document))
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)  # an answer quotes nobody's words
        raise InvalidInput(*(_problem(one, document) for one in wrong)) from None
    except TypeError:
        detail = "is nested too deeply, or holds text that isn't Unicode"
        raise InvalidInput(FieldProblem("", detail)) from None


def _problem(error: Any, document: Any) -> FieldProblem:
    pointer, _, words = problem_line(error, document).partition(": ")
    if error["type"] == "string_pattern_mismatch" and pointer != "/cursor":
        words = TEXT_IN_WORDS
    return FieldProblem("" if pointer == "/" else pointer, words)

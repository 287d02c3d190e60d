"""How bodies are read, and what is answered in. Apart from the views, since the framework loads it before them."""

from typing import Any

import orjson
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request


class JsonParser(BaseParser):
    """JSON as RFC 8259 has it: UTF-8, no NaN, no half characters."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """The document; the body's size was limited before it came here."""
        try:
            return orjson.loads(stream.read())
        except orjson.JSONDecodeError as error:
            raise ParseError(f"the body is not JSON: {error}") from None


class AnyType(BaseContentNegotiation):
    """For what has one type whatever was asked for: files, streams."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """The JSON parser."""
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        """JSON, which only problems are rendered in."""
        return JSONRenderer(), JSONRenderer.media_type

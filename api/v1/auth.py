"""Who is calling: `Authorization: Api-Key KEY` for clients, the session for the page."""

from typing import Any

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from api.models import ApiKey, User
from api.selectors.keys import usable_key
from api.services.keys import note_use

_WRONG = "no such key: it is wrong, revoked or expired, or its user is not active"


class ApiKeyAuthentication(BaseAuthentication):
    """A key in the header. It comes first, so that a request without any gets a 401 that names it."""

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        """The key's user; None leaves it to the session."""
        scheme, _, text = get_authorization_header(request).strip().partition(b" ")
        if scheme.lower() != b"api-key":
            return None
        key = usable_key(text.strip().decode("ascii", "replace"))
        if key is None:
            raise AuthenticationFailed(_WRONG)
        note_use(key=key)
        return key.user, key

    def authenticate_header(self, request: Any) -> str:
        """What a 401 asks for."""
        return 'Api-Key realm="synthcopilot"'

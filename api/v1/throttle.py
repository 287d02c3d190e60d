"""How many requests a minute: a user as their plan says, an unknown caller by address."""

import logging
import time
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from api.models import User
from api.selectors.plans import plan_of

WINDOW_S = 60
ANONYMOUS_A_MINUTE = 120
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rate:
    """How a caller stands in the minute that is running; `reset_s` is when the next one begins."""

    limit: int
    used: int
    reset_s: int

    @property
    def remaining(self) -> int:
        """Requests that are left of this minute."""
        return max(0, self.limit - self.used)

    def headers(self) -> dict[str, str]:
        """For every response."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset_s),
        }


class MinuteThrottle(BaseThrottle):
    """Counts in the cache, in whole minutes. Without a cache to count in, everybody may pass."""

    rate: Rate | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        """Whether there is one left; the response's headers say how many."""
        user = request.user if isinstance(request.user, User) else None
        who = f"user:{user.pk}" if user else f"address:{remote_addr(request)}"
        limit = plan_of(user).requests_per_minute if user else ANONYMOUS_A_MINUTE
        return self._count(who, limit, request)

    def allow_address(self, request: Request) -> bool:
        """The same for a caller whose credentials were wrong."""
        return self._count(f"address:{remote_addr(request)}", ANONYMOUS_A_MINUTE, request)

    def wait(self) -> float | None:
        """Seconds until the next minute."""
        return None if self.rate is None else float(self.rate.reset_s)

    def _count(self, who: str, limit: int, request: Request) -> bool:
        now = time.time()
        minute = int(now // WINDOW_S)
        used = _add(f"rate:{who}:{minute}")
        self.rate = Rate(limit, used, max(1, round((minute + 1) * WINDOW_S - now)))
        request.rate = self.rate  # type: ignore[attr-defined] # for the headers of the response
        return used <= limit


def room_for(who: str, *, limit: int) -> bool:
    """Whether this is not more than the `limit`th time in the minute that is running; it is counted."""
    return _add(f"rate:{who}:{int(time.time() // WINDOW_S)}") <= limit


def _add(key: str) -> int:
    """One more in a key of the cache; how many there are now."""
    try:
        if cache.add(key, 1, timeout=2 * WINDOW_S):
            return 1
        return int(cache.incr(key))
    except (RedisError, OSError, ValueError):
        _log.warning("requests can't be counted: the cache doesn't answer", exc_info=True)
        return 1


def remote_addr(request: Any) -> str | None:
    """The caller's address, for limits and the audit log; the server has listened to a trusted proxy by then."""
    found: str = request.META.get("REMOTE_ADDR") or ""
    return found or None

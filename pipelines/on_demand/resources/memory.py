"""How much memory a job's process may use, and an end to a job that comes near it while there is room to say so.

A large array that gets no memory raises MemoryError. Native code that is refused a few bytes crashes instead, and a
crash looks like a lost worker: it would be tried again, to no better end.
"""

import resource
from pathlib import Path
from typing import Final

KEPT_FREE: Final = 16 << 20
"""Bytes that a job leaves untouched."""
_PAGE: Final = resource.getpagesize()


def limit_memory(limit: int) -> None:
    """Let this process use so many bytes."""
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def require_room() -> None:
    """Raise MemoryError if less than KEPT_FREE is left of what this process may use."""
    limit, _ = resource.getrlimit(resource.RLIMIT_DATA)
    if limit != resource.RLIM_INFINITY and _used() > limit - KEPT_FREE:
        raise MemoryError(f"less than {KEPT_FREE >> 20} MiB are left of the {limit >> 20} MiB a job may use")


def _used() -> int:
    """Bytes that count against the limit, with the stack, which doesn't: little beside KEPT_FREE."""
    return int(Path("/proc/self/statm").read_text().split()[5]) * _PAGE

"""Whether the real servers can run here."""

import os

import pytest

from hosting.servers import missing_programs


def need_servers() -> None:
    """Skip where the servers aren't installed; in CI, where they must be, fail."""
    if missing := missing_programs():
        words = "; ".join(missing)
        if os.environ.get("CI"):
            pytest.fail(f"CI must run this: {words}")
        pytest.skip(words)

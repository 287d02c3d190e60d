"""One service a home."""

from contextlib import AbstractContextManager
from pathlib import Path

from hosting.errors import HostingError
from service.locks import sole


def only_one(home: Path) -> AbstractContextManager[None]:
    """Holds a home's lock; the system releases it even if we are killed.

    Raises:
        HostingError: another service runs in that home.
    """
    home.mkdir(parents=True, exist_ok=True)
    return sole(
        home / "serve.lock",
        refusal=lambda owner: HostingError(
            f"the service runs in {home} already (process {owner}); "
            "stop it, or set SYNTHCOPILOT_HOME to another folder"
        ),
    )

"""The key that signs sessions. Embedded, it is made once and kept in the home folder, its owner's alone."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from service.settings import Settings


def secret_key(settings: Settings) -> str:
    """The configured key, or the one in `home`, which is made if there is none."""
    if settings.secret_key:
        return settings.secret_key.get_secret_value()
    path = settings.root / "secret_key"
    if not path.exists():
        settings.root.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=settings.root)  # mode 0600
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(name, path)  # whole or not at all, and the first of several processes wins
        Path(name).unlink()
    return path.read_text("ascii")

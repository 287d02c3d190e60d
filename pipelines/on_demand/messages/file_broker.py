"""Celery's messages as files, for one host and without a server: the embedded profile.

Celery's own transport of this kind shows a message before it is written and moves it through the system's temporary
folder, so that under load a worker may read half of one. Here a message appears whole and stays where it is.
"""

import time
import uuid
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import Any, Final

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps, loads

from service.objects import write_whole

SCHEME: Final = "folder"
_FOLDERS: Final = ("messages", "taken", "exchanges")
QUEUES: Final = ("generate", "export")
_EXCHANGES: Final = ("celery.pidbox", "reply.celery.pidbox", *QUEUES)
"""What every worker binds to when it starts. Two that made the file at the same moment would lose one of them."""


def register() -> None:
    """Let Celery find the transport under `folder://`."""
    TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"


def make_folders(root: Path) -> None:
    """Everything that the transport expects to be there; for its owner only."""
    for name in _FOLDERS:
        (root / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in _EXCHANGES:
        path = root / "exchanges" / f"{name}.exchange"
        if not path.exists():
            write_whole(path, b"[]")


def options(root: Path) -> dict[str, Any]:
    """Celery's options for the transport; a folder is looked into twenty times a second."""
    messages, taken, exchanges = (str(root / name) for name in _FOLDERS)
    return {
        "data_folder_in": messages,
        "data_folder_out": messages,
        "processed_folder": taken,
        "control_folder": exchanges,
        "polling_interval": 0.05,
    }


class Channel(filesystem.Channel):
    """Puts and takes messages by renaming files."""

    # The stubs of kombu call the second one `message` above, and `payload` in between; nobody gives it by name.
    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        name = f"{time.time_ns():020d}_{uuid.uuid4().hex}.{queue}.msg"
        write_whole(Path(self.data_folder_out, name), dumps(payload).encode())

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        wanted = f"{queue}.msg"
        for path in sorted(Path(self.data_folder_in).iterdir()):
            if path.name.partition(".")[2] != wanted:
                continue
            mine = Path(self.processed_folder, path.name)
            try:
                path.rename(mine)
            except FileNotFoundError:
                continue  # another worker took it
            message = mine.read_bytes()
            mine.unlink()
            return loads(message.decode())
        raise Empty


class Transport(filesystem.Transport):
    """The transport itself. It works with Celery's event loop, which gives each child process a pipe of its own.

    Without, children share one pipe and a lock on it, which whoever is killed while waiting never gives back.
    """

    Channel = Channel
    implements = filesystem.Transport.implements.extend(asynchronous=True)

    def register_with_event_loop(self, connection: Any, loop: Any) -> None:
        """Look for messages every so often, between whatever else the loop does."""

        def look() -> None:
            with suppress(TimeoutError):  # there is nothing more now
                while True:
                    self.drain_events(connection, timeout=0)

        loop.call_repeatedly(self.polling_interval, look)

"""`Supervisor`: supervisord with a configuration of our making, and what has to be true before and after it runs.

A process that ends is started again. Whoever is killed, nothing is left: each program ends with supervisord,
supervisord ends with us, and a new start first ends what an earlier one may have left.
"""

import contextlib
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from configparser import RawConfigParser
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from xmlrpc.client import Fault, ServerProxy

from supervisor.xmlrpc import SupervisorTransport

from engine.files import write_whole
from hosting.child import MARK, PROGRAMS, end_with_parent
from hosting.errors import HostingError
from hosting.processes import descendants, keep_orphans, kill_all, marked
from service.keys import path_hash

_LOGS: Final = "../logs"
_LONGEST_SOCKET: Final = 100
"""A unix socket's path may have 107 bytes, and supervisord makes a longer one beside it first."""
_FOREVER: Final = 1_000_000
_SUPERVISORDS_OWN_S: Final = 3
"""What it needs beyond the time that processes are given: it looks once a second."""


@dataclass(frozen=True)
class Supervised:
    """A process to be kept running.

    `user`: whom to become, if we are root. `cwd`: where to run it; by default beside the packages of the project.
    """

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    stop_signal: str = "TERM"
    stop_wait_s: int = 5
    user: str = ""
    cwd: str = ""
    group: str = "service"


@dataclass(frozen=True)
class ProcessState:
    """How a process is: supervisord's word for it (RUNNING, STARTING, BACKOFF, ...), and why if it ended."""

    name: str
    word: str
    pid: int
    why: str

    @classmethod
    def of(cls, info: Mapping[str, Any]) -> Self:
        """From what supervisord tells of a process."""
        why = info["spawnerr"] or (info["description"] if info["statename"] != "RUNNING" else "")
        return cls(info["name"], info["statename"], int(info["pid"]), str(why))


class Supervisor:
    """A context manager around one supervisord with `programs`, of which it starts none by itself."""

    def __init__(self, home: Path, programs: Sequence[Supervised]) -> None:
        self.home = home
        self.programs = tuple(programs)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def logs(self) -> Path:
        """Folder of the logs, one a process."""
        return self.home / "logs"

    def __enter__(self) -> Self:
        for folder in (self.home / "run", self.logs):
            folder.mkdir(parents=True, exist_ok=True)
        keep_orphans()
        kill_all(lambda: marked(MARK, str(self.home)))  # of an earlier start
        config = _configure(self.home, self.programs)
        ending = partial(end_with_parent, signal.SIGTERM, is_parent=os.getpid().__eq__)
        with (self.logs / "supervisord.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", "supervisor.supervisord", "--nodaemon", "--silent", "-c", str(config)],
                env={**os.environ, MARK: str(self.home)},
                cwd=config.parent,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # ctrl-C reaches us, and we stop it
                preexec_fn=ending,
            )
        try:
            self._wait_for_socket()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, group: str) -> None:
        """Begin to start a group's processes; does not wait until they run."""
        with contextlib.suppress(Fault):  # supervisord says so if one is running already
            call(self.home, "startProcessGroup", group, False)

    def states(self) -> dict[str, ProcessState]:
        """How each process is.

        Raises:
            HostingError: supervisord doesn't answer any more.
        """
        try:
            found = call(self.home, "getAllProcessInfo")
        except OSError as error:
            log = self.logs / "supervisord.log"
            raise HostingError(f"supervisord doesn't answer ({error}); see {log}") from None
        return {one["name"]: ProcessState.of(one) for one in found}

    def alive(self) -> bool:
        """Whether supervisord runs."""
        return self._process is not None and self._process.poll() is None

    def log_tail(self, name: str, *, lines: int = 12) -> str:
        """The last lines of a process's log."""
        try:
            text = (self.logs / f"{name}.log").read_text("utf-8", errors="replace")
        except FileNotFoundError:
            return ""
        return "\n".join(text.splitlines()[-lines:])

    def stop(self) -> None:
        """End every process, first kindly, a group after the other; then whatever is left, of any generation."""
        process = self._process
        longest = {
            one.group: max(other.stop_wait_s for other in self.programs if other.group == one.group)
            for one in self.programs
        }
        patience_s = sum(longest.values()) + _SUPERVISORDS_OWN_S * len(longest)
        if process is not None and process.poll() is None:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(patience_s)
        kill_all(lambda: descendants(os.getpid(), among=self._ours))
        if process is not None:
            process.wait()

    def _ours(self, environment: Mapping[str, str]) -> bool:
        return environment.get(MARK) == str(self.home)

    def _wait_for_socket(self, *, limit_s: float = 20.0) -> None:
        until = time.monotonic() + limit_s
        while time.monotonic() < until:
            if not self.alive():
                break
            with contextlib.suppress(OSError):
                call(self.home, "getState")
                return
            time.sleep(0.05)
        raise HostingError(f"supervisord did not start:\n{self.log_tail('supervisord')}")


def socket_path(home: Path) -> Path:
    """Where a home's supervisord listens: in the home if its name isn't too long for a socket."""
    inside = home / "run" / "supervisor.sock"
    if len(os.fsencode(inside)) <= _LONGEST_SOCKET:
        return inside
    private = Path(tempfile.gettempdir()) / f"synthcopilot-{os.getuid()}"
    private.mkdir(mode=0o700, exist_ok=True)
    if private.is_symlink() or private.stat().st_uid != os.getuid() or private.stat().st_mode & 0o077:
        raise HostingError(f"{private} must be a folder that only this user can open")
    return private / f"{path_hash(home)}.sock"


def call(home: Path, method: str, *arguments: object) -> Any:
    """Ask a home's supervisord something.

    Raises:
        OSError: it doesn't answer.
        xmlrpc.client.Fault: it refuses.
    """
    transport = SupervisorTransport(None, None, f"unix://{socket_path(home)}")
    with ServerProxy("http://127.0.0.1", transport=transport) as server:
        return getattr(server.supervisor, method)(*arguments)


def _configure(home: Path, programs: Sequence[Supervised]) -> Path:
    """Write supervisord's configuration, and beside it what the programs are.

    Paths are relative to the configuration's folder and arguments lie in JSON, since either may hold its markup.
    """
    write_private(
        home / "run" / PROGRAMS, json.dumps({one.name: {**asdict(one), "env": dict(one.env)} for one in programs})
    )
    config = RawConfigParser()
    socket = socket_path(home)
    config["supervisord"] = {
        "logfile": f"{_LOGS}/supervisord.log",
        "logfile_maxbytes": "5MB",
        "logfile_backups": "1",
        "pidfile": "supervisord.pid",
        "identifier": "synthcopilot",
        "minfds": "1024",
        **({"user": "root"} if os.getuid() == 0 else {}),
    }
    inside = socket.parent == home / "run"
    config["unix_http_server"] = {"file": socket.name if inside else str(socket), "chmod": "0600"}
    config["rpcinterface:supervisor"] = {
        "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
    }
    for one in programs:
        config[f"program:{one.name}"] = _program(one)
    for order, group in enumerate(dict.fromkeys(one.group for one in programs), 1):
        members = [one.name for one in programs if one.group == group]
        config[f"group:{group}"] = {"programs": ",".join(members), "priority": str(order)}
    path = home / "run" / "supervisord.conf"
    with path.open("w", encoding="utf-8") as file:
        config.write(file)
    return path


def _program(supervised: Supervised) -> dict[str, str]:
    return {
        "command": shlex.join([sys.executable, "-m", "hosting.child", supervised.name]).replace("%", "%%"),
        "autostart": "false",
        "autorestart": "true",
        "startsecs": "5",  # who ends sooner has not started: the next try waits
        "startretries": str(_FOREVER),  # each waits a second longer than the one before
        "stopsignal": supervised.stop_signal,
        "stopwaitsecs": str(supervised.stop_wait_s),
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": f"{_LOGS}/{supervised.name}.log",
        "stdout_logfile_maxbytes": "20MB",
        "stdout_logfile_backups": "2",
    }


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read."""
    write_whole(path, text.encode(), mode=0o600)

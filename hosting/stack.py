"""`Stack`: a whole service for tests and measurements, in either profile, started as people start it."""

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self
from unittest.mock import patch

from hosting.environment import ENVIRONMENT
from hosting.errors import HostingError
from hosting.ports import free_ports
from hosting.run import missing_parts
from hosting.servers import Servers
from hosting.supervisor import ProcessState, call
from service.settings import Profile, Settings


class Stack:
    """A context manager around `synthcopilot serve` or `synthcopilot stack` in `home`, on free ports.

    `settings` are environment variables without their prefix: `{"USER_CONCURRENCY": "8"}`.
    """

    def __init__(
        self, home: Path, profile: Profile = "deployed", *, settings: Mapping[str, str] | None = None
    ) -> None:
        self.home = home.absolute()
        self.profile = profile
        self.url = ""
        """Where the API is, without a slash at the end."""
        told = {"DAGSTER_URL": f"http://127.0.0.1:{free_ports(1)[0]}", **(settings or {})}  # others may want 3000
        self._settings = {f"SYNTHCOPILOT_{name}": value for name, value in told.items()}
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        others = {name: value for name, value in os.environ.items() if not name.startswith("SYNTHCOPILOT_")}
        command = "stack" if self.profile == "deployed" else "serve"
        self.home.mkdir(parents=True, exist_ok=True)
        self._log = (self.home / f"{command}.log").open("a")
        self._process = subprocess.Popen(  # noqa: S603
            [*self.command, command, "--port", "0", "--json"],
            env={**others, **self._settings, "SYNTHCOPILOT_HOME": str(self.home)},
            cwd=Path(__file__).resolve().parents[1],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        told = self._process.stdout.readline() if self._process.stdout else ""
        if not told.startswith('{"url"'):  # an error's JSON has several lines
            self.close()
            raise HostingError(f"the service did not start:\n{self.said}")
        self.url = json.loads(told)["url"]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def command(self) -> list[str]:
        """What stands before the words of a command."""
        return [sys.executable, "-m", "cli.main"]

    @property
    def said(self) -> str:
        """What the command has printed for people."""
        return Path(self._log.name).read_text("utf-8")

    @property
    def env(self) -> dict[str, str]:
        """The environment of whoever wants to speak of this service: its commands, its ledger."""
        lines = (self.home / ENVIRONMENT).read_text("utf-8")
        words = (word for word in shlex.split(lines) if word != "export")
        return {**os.environ, **dict(word.split("=", 1) for word in words)}

    @property
    def settings(self) -> Settings:
        """The settings it runs with."""
        with patch.dict(os.environ, self.env, clear=True):
            return Settings()

    def run(self, *arguments: str) -> str:
        """What a `synthcopilot` command prints that means this service; CalledProcessError if it fails."""
        return subprocess.run(  # noqa: S603
            [*self.command, *arguments],
            env=self.env,
            cwd=Path(__file__).resolve().parents[1],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def states(self) -> dict[str, ProcessState]:
        """How each of its processes is."""
        return {one["name"]: ProcessState.of(one) for one in call(self.home, "getAllProcessInfo")}

    def kill(self, name: str, number: int = signal.SIGKILL) -> int:
        """Send a process a signal, by default one that it can't hear; its number. The next one has another."""
        pid = self.states()[name].pid
        os.kill(pid, number)
        return pid

    def stop(self, name: str) -> None:
        """Stop a process until `start`."""
        call(self.home, "stopProcess", self._full(name))

    def start(self, name: str) -> None:
        """Begin to start a process that was stopped; does not wait until it does its work."""
        call(self.home, "startProcess", self._full(name), False)

    def wait_until_ready(self, *, limit_s: float = 240.0) -> None:
        """Wait until jobs can be made (again).

        Raises:
            HostingError: time is up; with what is missing.
        """
        until = time.monotonic() + limit_s
        while missing := missing_parts(self.url):
            if time.monotonic() > until:
                raise HostingError(f"not ready after {limit_s:.0f} s: {'; '.join(missing)}")
            time.sleep(0.1)

    def close(self) -> int:
        """Stop all of it, as ctrl-C would, and remove what lies outside the home; the command's exit code."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)  # it does nothing to one that has ended
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            if self._process.stdout is not None:
                self._process.stdout.close()
        self._log.close()
        if self.profile == "deployed":
            data = Servers(self.home, {}, "").postgres_data
            if self.home not in data.parents:
                shutil.rmtree(data, ignore_errors=True)
        return self._process.returncode if self._process else 0

    def _full(self, name: str) -> str:
        group = next(one["group"] for one in call(self.home, "getAllProcessInfo") if one["name"] == name)
        return f"{group}:{name}"

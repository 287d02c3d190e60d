"""Somebody who follows the console lines of a page, word for word, on a machine that has a service."""

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.claims.readme import says
from tests.example_library import SYNTHCOPILOT


def console(text: str, *beginnings: str) -> list[str]:
    """Lines of a page's console blocks that begin so, in order."""
    lines = [one.removeprefix("$ ") for one in says(text) if one.startswith("$ ")]
    return [line for line in lines if line.startswith(beginnings)]


@dataclass
class Shell:
    """Somebody who follows a page on the machine of a service that listens on another port than 8000."""

    folder: Path
    home: Path
    url: str
    words: dict[str, str] = field(default_factory=dict)
    """What they keep in variables."""

    def __post_init__(self) -> None:
        if shutil.which("curl") is None:
            pytest.fail("CI must run this: no curl") if os.environ.get("CI") else pytest.skip(
                "curl is not installed"
            )

    def run(self, *lines: str) -> str:
        path = f"{SYNTHCOPILOT.parent}:{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "SYNTHCOPILOT_HOME": str(self.home), **self.words}
        text = "\n".join(lines).replace("http://127.0.0.1:8000", self.url)
        text = text.replace(".venv/bin/synthcopilot", str(SYNTHCOPILOT))
        done = subprocess.run(
            ["bash", "-eu", "-c", text],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
        return done.stdout

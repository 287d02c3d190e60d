"""The settings that a service runs with, written into its home for other commands to read."""

import os
import shlex
from pathlib import Path
from typing import Final

from hosting.supervisor import write_private

ENVIRONMENT: Final = "service.env"
"""In the home: the settings that the service runs with, for a shell to read."""


def write_environment(home: Path) -> None:
    """Write what other commands need, to mean the same service: `. HOME/service.env`."""
    ours = {name: value for name, value in sorted(os.environ.items()) if name.startswith("SYNTHCOPILOT_")}
    lines = (f"export {name}={shlex.quote(value)}\n" for name, value in ours.items())
    write_private(home / ENVIRONMENT, "".join(lines))

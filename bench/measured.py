"""When and at which commit figures were measured: the one line that every page with measured figures has."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]


def measured_line() -> str:
    """`Measured 2026-11-25 at `b7fe30e`.`, of the day and the commit that is checked out."""
    command = ["git", "rev-parse", "--short=7", "HEAD"]
    commit = subprocess.run(command, cwd=_ROOT, check=True, capture_output=True, text=True).stdout.strip()
    return f"Measured {datetime.now(UTC):%Y-%m-%d} at `{commit}`."

"""Presets made from Vital's own initial one, asked for in a process of its own."""

import json
import subprocess
import sys
from functools import cache

from engine.render.job import NotePlan, RenderJob

_ASK = "import vita, sys, os; sys.stdout.write(vita.Synth().to_json()); sys.stdout.flush(); os._exit(0)"
SHORT = (NotePlan(60, 0.8, 0.3, 0.5),)
STILL = {"osc_1_random_phase": 0.0}
"""Settings of a sound in which nothing is random."""


@cache
def _initial() -> str:
    return subprocess.run([sys.executable, "-c", _ASK], check=True, capture_output=True, text=True).stdout


def preset(*, routes: tuple[tuple[str, str, float], ...] = (), **settings: float) -> bytes:
    """The initial preset with some settings and modulations changed."""
    data = json.loads(_initial())
    data["synth_version"] = "1.0.7"
    for name, value in settings.items():
        assert name in data["settings"], name
        data["settings"][name] = float(value)
    for index, (source, destination, amount) in enumerate(routes):
        data["settings"]["modulations"][index] = {"source": source, "destination": destination}
        data["settings"][f"modulation_{index + 1}_amount"] = amount
    return json.dumps(data, sort_keys=True).encode()


def job(key: str, data: bytes, notes: tuple[NotePlan, ...] = SHORT, **options: object) -> RenderJob:
    """A job that brings back the audio of its first note."""
    return RenderJob(key, data, notes, **{"preview": notes[0], **options})  # type: ignore[arg-type]

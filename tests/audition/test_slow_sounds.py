"""Sounds that take their time: heard until they are there, and until they have gone; what never is, is refused."""

from collections.abc import Iterator

import pytest

from engine.compiler import canonical_bytes, compile_spec
from engine.gates import HUMAN
from engine.inspection import Inspected, inspectable, inspected, inspection_job
from engine.render.pool import RenderPool
from engine.versions import ENGINE
from schemas.patch_spec import Metadata, PatchSpec

ECHOES = {
    "delay_on": 1.0, "delay_feedback": 0.68, "delay_dry_wet": 0.5, "delay_sync": 0.0, "delay_frequency": 1.0,
    "reverb_on": 1.0,
}  # fmt: skip


@pytest.fixture(scope="module")
def pool() -> Iterator[RenderPool]:
    with RenderPool(time_limit_s=120.0) as running:
        yield running


def pad(*routes: tuple[str, str, float], **changes: float) -> bytes:
    """A pad's file: Vital's first sound, with these settings and modulations; times of envelopes in seconds."""
    spec = PatchSpec(engine_version=ENGINE, metadata=Metadata(name="Slow", style="Pad"))
    vital = compile_spec(spec)
    settings = vital["settings"]
    for name, value in changes.items():
        assert name in settings, name
        in_seconds = name.startswith("env_") and name.endswith(("_delay", "_attack", "_decay", "_release"))
        settings[name] = value**0.25 if in_seconds else value
    for slot, (source, destination, amount) in enumerate(routes):
        settings["modulations"][slot] = {"source": source, "destination": destination}
        settings[f"modulation_{slot + 1}_amount"] = amount
    return canonical_bytes(vital)


def checked(pool: RenderPool, data: bytes) -> Inspected:
    """What `synthcopilot check` finds."""
    return inspected(pool.render(inspection_job("slow", inspectable(data))), HUMAN)


@pytest.mark.parametrize(
    "changes",
    [
        {"env_1_attack": 1.0, "env_1_release": 12.0, **ECHOES},
        {"env_1_attack": 0.01, "env_1_release": 8.0, **ECHOES},
        {"env_1_attack": 0.01, "env_1_release": 9.0},
        {"env_1_attack": 0.01, "env_1_release": 12.0},
    ],
)
def test_a_long_release_is_heard_until_it_has_died_away(pool, changes):
    found = checked(pool, pad(**changes))
    assert not [reason for reason in found.reasons if "Hangs" in reason]
    assert found.measurements is not None
    stuck_db = found.measurements.notes[0].stuck_db
    assert stuck_db is not None
    assert stuck_db <= -24.0


@pytest.mark.parametrize(
    "changes",
    [
        {"env_1_release": 32.0},
        {"env_1_release": 32.0, **ECHOES},
        {**ECHOES, "delay_feedback": 1.0},
        {**ECHOES, "delay_feedback": 0.95, "env_1_decay": 0.1, "env_1_sustain": 0.0},
    ],
    ids=["a release of 32 s", "with echoes", "an endless echo", "a pluck whose echo hardly fades"],
)
def test_what_still_sounds_after_10_s_is_refused(pool, changes):
    found = checked(pool, pad(**changes))
    assert not found.passed
    assert found.measurements is not None
    stuck_db = found.measurements.notes[0].stuck_db
    assert stuck_db is not None
    assert stuck_db > -24.0
    words = f"Hangs: 10 s after note off still at {stuck_db:.0f} dB of its loudest (limit -24 dB) on note 60"
    assert words in found.reasons

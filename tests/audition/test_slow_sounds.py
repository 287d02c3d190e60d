"""Sounds that take their time: heard until they are there, and until they have gone; what never is, is refused."""

import json
from collections.abc import Iterator

import pytest

from engine.audition import Candidate, audition
from engine.audition.arrival import arrival_of
from engine.audition.notes import held
from engine.compiler import canonical_bytes, compile_spec, spec_from_dict
from engine.gates import HUMAN, profile_for
from engine.generate.draft import Draft
from engine.inspection import Inspected, inspectable, inspected, inspection_job
from engine.render.job import NotePlan
from engine.render.pool import RenderPool
from engine.versions import ENGINE
from schemas.patch_spec import Metadata, PatchSpec

ECHOES = {
    "delay_on": 1.0, "delay_feedback": 0.68, "delay_dry_wet": 0.5, "delay_sync": 0.0, "delay_frequency": 1.0,
    "reverb_on": 1.0,
}  # fmt: skip


CLOSED = {"filter_1_on": 1.0, "filter_1_cutoff": 8.0, "filter_1_style": 0.0, "osc_1_destination": 0.0}
"""A low-pass that lets nothing through."""
RISING = {"num_points": 2, "points": [0.0, 1.0, 1.0, 0.0], "powers": [0.0, 0.0], "smooth": False, "name": "Rise"}
FOUR_BARS = {"lfo_1_tempo": 4.0, "lfo_1_sync": 1.0}


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
    settings["lfos"][0] = RISING
    for slot, (source, destination, amount) in enumerate(routes):
        settings["modulations"][slot] = {"source": source, "destination": destination}
        settings[f"modulation_{slot + 1}_amount"] = amount
    return canonical_bytes(vital)


def risen(lfo_mode: float = 2.0, level: float = 0.0, amount: float = 1.0, **changes: float) -> bytes:
    """A riser: an LFO opens it over four bars, 8 s at 120 BPM."""
    routes = ("lfo_1", "osc_1_level", amount)
    return pad(routes, osc_1_level=level, lfo_1_sync_type=lfo_mode, **FOUR_BARS, **changes)


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


SLOW = [
    pytest.param(pad(env_1_attack=4.0, osc_1_level=0.4), id="an attack of 4 s"),
    pytest.param(pad(env_1_attack=8.0, osc_1_level=0.5), id="an attack of 8 s"),
    pytest.param(pad(env_1_delay=2.0, env_1_attack=3.0), id="a delay before it"),
    pytest.param(pad(env_1_attack=4.0, env_1_release=5.7, **ECHOES), id="a long release with echoes"),
    pytest.param(risen(), id="a riser of four bars"),
    pytest.param(risen(lfo_mode=0.0), id="one that starts again"),
    pytest.param(
        pad(("env_2", "voice_amplitude", 1.0), voice_amplitude=0.0, env_2_attack=6.0), id="another envelope"
    ),
]


@pytest.mark.parametrize("data", SLOW)
def test_a_slow_sound_is_heard_for_as_long_as_it_takes_at_every_note_and_seed(pool, data):
    found = checked(pool, data)
    assert (found.passed, found.reasons) == (True, ())
    assert not [warning for warning in found.warnings if "ilent" in warning]
    assert found.measurements is not None
    notes, takes = found.measurements.notes, found.measurements.takes
    assert {(note.note, note.condition) for note in notes} == {(60, ""), (48, ""), (72, ""), (60, "phase seed 2")}
    loudest = max(note.loudness_lufs for note in notes)
    assert all(note.loudness_lufs > loudest - 12.0 for note in notes)
    assert all(take.loudness_lufs > loudest - 25.0 for take in takes if take.condition != "a note of 30 ms")


def test_a_filter_that_opens_slowly_is_waited_for_where_a_note_is_silent(pool):
    found = checked(pool, pad(("lfo_1", "filter_1_cutoff", 1.0), **CLOSED, **FOUR_BARS, lfo_1_sync_type=2.0))
    assert (found.passed, found.reasons) == (True, ())
    assert not [warning for warning in found.warnings if "ilent" in warning]
    assert found.measurements is not None
    held_s = [note.hold_s for note in found.measurements.notes]
    assert max(held_s) == 8.306


SILENT = [
    pytest.param(pad(env_1_attack=4.0, osc_1_level=0.0), id="an attack of 4 s to nothing"),
    pytest.param(pad(env_1_attack=4.0, env_1_decay=0.0, env_1_sustain=0.0, volume=0.0), id="at no volume"),
    pytest.param(risen(amount=0.02), id="a riser that hardly opens"),
    pytest.param(pad(("lfo_1", "filter_1_cutoff", 0.01), **CLOSED, **FOUR_BARS), id="a filter that stays closed"),
    pytest.param(pad(("env_2", "osc_2_level", 1.0), env_2_attack=8.0, osc_1_on=0.0), id="of a source that is off"),
]


@pytest.mark.parametrize("data", SILENT)
def test_what_stays_silent_however_long_it_is_held_is_refused(pool, data):
    found = checked(pool, data)
    assert not found.passed
    assert any(reason.startswith("Silent: ") for reason in found.reasons)


@pytest.mark.parametrize("changes", [{}, {"env_1_attack": 0.3}, {"env_1_attack": 0.59, "env_1_release": 1.0}])
def test_a_sound_that_is_there_at_once_costs_no_more_than_before(changes):
    job = inspection_job("fast", inspectable(pad(**changes)))
    assert job.notes == (NotePlan(60, 0.8, 1.0, 3.0), NotePlan(48, 1.0, 0.6, 1.2), NotePlan(72, 1.0, 0.6, 1.2))
    assert (job.again, job.patience_s) == ((0.7,), 0.0)
    assert {(take.render_s, take.patience_s) for take in job.takes[:3]} == {(0.3, 3.0)}


def asked_for(attack_s: float, release_s: float, **macro: float) -> PatchSpec:
    draft = Draft(PatchSpec(engine_version=ENGINE, metadata=Metadata(name="Asked")).model_dump(mode="json"))
    for name, value in {"attack_s": attack_s, "release_s": release_s}.items():
        draft.set(f"/modules/env/0/{name}", value)
    draft.document["macros"] = [
        {"role_id": "level", "label": "LEVEL", "default": 0.0, "targets": [{"path": path, "amount": amount}]}
        for path, amount in macro.items()
    ]
    return spec_from_dict(draft.document)


@pytest.mark.parametrize(("attack_s", "release_s"), [(4.0, 6.0), (2.0, 9.0), (8.0, 1.0)])
def test_an_attack_and_a_release_that_were_asked_for_ship_as_they_are(pool, attack_s, release_s):
    spec = asked_for(attack_s, release_s)
    notes = tuple(held(NotePlan(note, 0.8, 1.6, 3.0), arrival_of(spec).at()) for note in (60, 48, 72))
    (heard,) = audition([Candidate("one", "base", spec, notes, profile_for("Pad"))], pool)
    assert (heard.preset.status, heard.preset.refused_because) == ("accepted", ())
    settings = json.loads(canonical_bytes(compile_spec(heard.preset.spec)))["settings"]
    assert settings["env_1_attack"] ** 4 == pytest.approx(attack_s, rel=1e-6)
    assert settings["env_1_release"] ** 4 == pytest.approx(release_s, rel=1e-6)
    assert heard.preset.measurements is not None
    assert heard.preset.measurements.overall.attack_s == pytest.approx(attack_s, rel=0.15)
    assert heard.preset.measurements.overall.loudness_lufs == pytest.approx(-24.0, abs=1.0)


def test_a_macro_that_makes_a_slow_sound_too_loud_is_heard_in_its_corner(pool):
    """Heard for a third of a second from note on, it would be some 40 dB softer than it is."""
    spec = asked_for(4.0, 0.5, **{"/modules/osc/0/level_percent": 0.4})
    notes = (held(NotePlan(60, 0.8, 1.6, 3.0), 4.0),)
    (heard,) = audition([Candidate("one", "base", spec, notes, profile_for("Pad"))], pool)
    assert heard.preset.measurements is not None
    turned = [take for take in heard.preset.measurements.takes if take.macros and take.macros[0] == 0.5]
    assert turned
    levels = [take.level_lufs for take in turned if take.level_lufs is not None]
    assert all(-27.0 < level < -18.0 for level in levels), levels

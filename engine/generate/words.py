"""What a word does to a patch where the template has no role for it: axes, and features that are wanted or banned.

Each move is tried in turn and skipped where its module is off, so a template need not know of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.generate.draft import Draft
from schemas.intent import Axis, Feature, Intent

FILTERS = ("/modules/filter/0", "/modules/filter/1")
OSCILLATORS = ("/modules/osc/0", "/modules/osc/1", "/modules/osc/2")
CHORUS, COMPRESSOR, DELAY, DISTORTION, EQ, FILTER_FX, FLANGER, PHASER, REVERB = (
    f"/modules/fx/{slot}" for slot in range(9)
)
AMP = "/modules/env/0"


@dataclass(frozen=True, slots=True)
class AxisMove:
    """Moves `path` by `amount` of its travel at +1 on the axis, if the switch `needs` is on.

    With `starts`, an axis above 0 turns the switch on first and starts the parameter from that stored value.
    """

    path: str
    amount: float
    needs: str | None = None
    starts: float | None = None


def _filters(field: str, amount: float) -> tuple[AxisMove, ...]:
    return tuple(AxisMove(f"{one}/{field}", amount, f"{one}/on") for one in FILTERS)


def _oscillators(field: str, amount: float) -> tuple[AxisMove, ...]:
    return tuple(AxisMove(f"{one}/{field}", amount, f"{one}/on") for one in OSCILLATORS)


AXIS_MOVES: Mapping[Axis, tuple[AxisMove, ...]] = {
    "brightness": (*_filters("cutoff_hz", 0.2), AxisMove(f"{EQ}/high_gain_db", 0.35, f"{EQ}/on", 0.0)),
    "warmth": (AxisMove(f"{EQ}/low_gain_db", 0.12, f"{EQ}/on", 0.0), *_filters("drive_db", 0.25)),
    "attack": (AxisMove(f"{AMP}/attack_s", 0.42),),
    "length": (AxisMove(f"{AMP}/release_s", 0.3), AxisMove(f"{AMP}/decay_s", 0.3)),
    "movement": (
        AxisMove(f"{CHORUS}/depth_percent", 0.3, f"{CHORUS}/on", 0.3),
        *_filters("resonance_percent", 0.0),
    ),
    "rate": tuple(AxisMove(f"/modules/lfo/{n}/rate_hz", 0.15) for n in range(3)),
    "width": (
        *_oscillators("unison/stereo_spread_percent", 0.5),
        AxisMove("/modules/voicing/stereo_percent", 0.5),
        AxisMove(f"{CHORUS}/mix_percent", 0.3, f"{CHORUS}/on", 0.1),
    ),
    "space": (AxisMove(f"{REVERB}/mix_percent", 0.4, f"{REVERB}/on", 0.05), AxisMove(f"{REVERB}/decay_s", 0.1)),
    "grit": (AxisMove(f"{DISTORTION}/drive_db", 0.3, f"{DISTORTION}/on", 3.0),),
    "noise": (AxisMove("/modules/sample/level_percent", 0.5, "/modules/sample/on", 0.1),),
    "weight": (AxisMove(f"{EQ}/low_gain_db", 0.25, f"{EQ}/on", 0.0),),
    "complexity": _oscillators("warp/amount_percent", 0.25),
    "tension": _oscillators("unison/detune_percent", 0.25),
    "resonance": _filters("resonance_percent", 0.4),
}
"""The moves for each axis that is not one of the template's roles."""

FEATURE_SWITCHES: Mapping[Feature, tuple[tuple[str, ...], Mapping[str, Any]]] = {
    "reverb": ((f"{REVERB}/on",), {f"{REVERB}/mix_percent": 25.0}),
    "delay": ((f"{DELAY}/on",), {f"{DELAY}/mix_percent": 25.0, f"{DELAY}/feedback_percent": 35.0}),
    "chorus": ((f"{CHORUS}/on",), {f"{CHORUS}/mix_percent": 35.0}),
    "phaser": ((f"{PHASER}/on",), {f"{PHASER}/mix_percent": 60.0}),
    "flanger": ((f"{FLANGER}/on",), {f"{FLANGER}/mix_percent": 50.0}),
    "distortion": ((f"{DISTORTION}/on",), {f"{DISTORTION}/drive_db": 8.0}),
    "bitcrush": (
        (f"{DISTORTION}/on",),
        {f"{DISTORTION}/curve": "bit_crush", f"{DISTORTION}/mix_percent": 60.0},
    ),
    "compressor": ((f"{COMPRESSOR}/on",), {f"{COMPRESSOR}/mix_percent": 40.0}),
    "eq": ((f"{EQ}/on",), {}),
    "filter": (("/modules/filter/0/on",), {}),
    "noise": (("/modules/sample/on",), {"/modules/sample/level_percent": 12.0}),
}
"""Features that a switch turns on and off, with what a wanted one is set to if it was off."""


def apply_axes(draft: Draft, axes: Mapping[Axis, float], *, in_roles: frozenset[str]) -> None:
    """Moves the patch along each axis that none of the template's roles takes care of."""
    for axis, value in axes.items():
        if axis not in in_roles:
            for move in AXIS_MOVES[axis]:
                _apply(draft, move, value)


def _apply(draft: Draft, move: AxisMove, value: float) -> None:
    if move.needs is not None and not draft.is_on(move.needs):
        if move.starts is None or value <= 0:
            return
        draft.set(move.needs, True)
        draft.set_stored(move.path, move.starts)
    knob = draft.knob(move.path)
    draft.set_stored(move.path, draft.stored(move.path) + move.amount * value * (knob.high - knob.low))


def apply_features(draft: Draft, features: Mapping[Feature, str]) -> None:
    """Turns on what is wanted and off what is banned."""
    for feature, wish in features.items():
        switches, settings = FEATURE_SWITCHES.get(feature, ((), {}))
        for switch in switches:
            if wish == "banned":
                draft.set(switch, False)
            elif not draft.is_on(switch):
                draft.set(switch, True)
                for pointer, value in settings.items():
                    draft.set(pointer, value)
    _apply_sources(draft, features)


def _apply_sources(draft: Draft, features: Mapping[Feature, str]) -> None:
    if features.get("unison") == "banned":
        for osc in OSCILLATORS:
            draft.set(f"{osc}/unison/voices", 1)
    if features.get("unison") == "wanted":
        for osc in OSCILLATORS[:2]:
            draft.set(f"{osc}/unison/voices", max(draft.get(f"{osc}/unison/voices"), 5))
    if features.get("stereo") == "banned":
        draft.set("/modules/voicing/stereo_percent", 0.0)
    if features.get("sub") == "wanted" and not draft.is_on("/modules/osc/2/on"):
        sub = OSCILLATORS[2]
        for field, value in _SUB.items():
            draft.set(f"{sub}/{field}", value)
    if features.get("velocity") == "banned":
        draft.set("/modules/voicing/velocity_track_percent", 0.0)
    if features.get("vibrato") == "wanted":
        _free_lfo_route(draft, "/modules/voicing/tune_cents", 0.08, rate_hz=5.5)
    if features.get("tremolo") == "wanted":
        _free_lfo_route(draft, "/modules/voicing/voice_amplitude_percent", -0.5, rate_hz=6.0)


_SUB: Mapping[str, Any] = {
    "on": True,
    "wavetable/table": {"kind": "own", "id": "sine"},
    "transpose_semitones": -12,
    "level_percent": 35.0,
    "unison/voices": 1,
    "random_phase_percent": 0.0,
    "destination": "direct_out",
}


def _free_lfo_route(draft: Draft, target: str, amount: float, *, rate_hz: float) -> None:
    """Adds a sine LFO on `target`, on the first LFO that nothing uses."""
    routes = draft.document["modulation"]["routes"]
    used = {route["source"] for route in routes}
    free = next((n for n in range(8) if f"lfo_{n + 1}" not in used), None)
    if free is None:
        return
    lfo = f"/modules/lfo/{free}"
    draft.set(f"{lfo}/sync", "free")
    draft.set(f"{lfo}/rate_hz", rate_hz)
    draft.set(f"{lfo}/shape", {"kind": "own", "id": "sine"})
    polarity = "bipolar" if amount > 0 else "unipolar"
    routes.append({"source": f"lfo_{free + 1}", "target": target, "amount": amount, "polarity": polarity})


def apply_playing(draft: Draft, intent: Intent) -> None:
    """Tempo, voices and glide."""
    voicing = "/modules/voicing"
    if intent.tempo_bpm is not None:
        draft.set(f"{voicing}/tempo_bpm", intent.tempo_bpm)
    if intent.voicing == "mono":
        draft.set(f"{voicing}/polyphony", 1)
        draft.set(f"{voicing}/legato", True)
    if intent.voicing == "poly":
        draft.set(f"{voicing}/polyphony", max(draft.get(f"{voicing}/polyphony"), 8))
    if intent.glide_s is not None:
        knob = draft.knob(f"{voicing}/glide_s")
        draft.set_stored(f"{voicing}/glide_s", knob.to_stored(max(intent.glide_s, 2.0**knob.low)))

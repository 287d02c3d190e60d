"""What moves a patch along a perceptual axis where its template's roles don't, or don't far enough.

A move has a strength: 0 leaves the patch as it is, 1 is a clear change, 2 the most that is ever asked for. Moves
are tried in turn and skipped where their module is off, so that a template need not know of them.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.generate.draft import Draft
from engine.generate.places import (
    AMP,
    CHORUS,
    DELAY,
    DISTORTION,
    EQ,
    FILTER_FX,
    FILTERS,
    FLANGER,
    OSCILLATORS,
    PHASER,
    REVERB,
    SAMPLE,
    VOICING,
)
from engine.sounds import NOISES
from schemas.intent import Axis

Step = Callable[[Draft, float], None]
"""Changes a draft by a strength of 0..2."""

_SUB_SEMITONES = -12
_LAYER_GOES_DOWN, _NO_TREBLE_LEFT = 0.5, 0.4
_OCTAVES_OF_A_RATE = 2.0
_PAST_THE_FILTER = 0.6
"""Noise that must be clearly heard goes past a filter that may leave nothing of it."""


@dataclass(frozen=True, slots=True)
class AxisMove:
    """Moves `path` by `amount` of its travel at strength 1, if the switch `needs` is on.

    With `starts`, the switch is turned on first and the parameter starts from that stored value. `lowest` and
    `highest` are in the parameter's own unit.
    """

    path: str
    amount: float
    needs: str | None = None
    starts: float | None = None
    lowest: float | None = None
    highest: float | None = None

    def __call__(self, draft: Draft, strength: float) -> None:
        """Apply the move."""
        if self.needs is not None and not draft.is_on(self.needs):
            if self.starts is None:
                return
            draft.set(self.needs, True)
            draft.set_stored(self.path, self.starts)
        knob, here = draft.knob(self.path), draft.stored(self.path)
        wanted = here + self.amount * strength * (knob.high - knob.low)
        if self.highest is not None:
            wanted = min(wanted, max(knob.to_stored(self.highest), here))
        if self.lowest is not None:
            wanted = max(wanted, min(knob.to_stored(self.lowest), here))
        draft.set_stored(self.path, wanted)


def _filters(field: str, amount: float) -> tuple[Step, ...]:
    return tuple(AxisMove(f"{one}/{field}", amount, f"{one}/on") for one in FILTERS)


def _oscillators(field: str, amount: float) -> tuple[Step, ...]:
    return tuple(AxisMove(f"{one}/{field}", amount, f"{one}/on") for one in OSCILLATORS)


def _effect_filter(*, blend: float, open_at: float, semitones: float) -> Step:
    """The filter among the effects, as a low pass (blend 0) or high pass (2), closed from where nobody hears it.

    It is left alone where the template or another word uses it.
    """

    def apply(draft: Draft, strength: float) -> None:
        if draft.is_on(f"{FILTER_FX}/on"):
            return
        draft.set(f"{FILTER_FX}/on", True)
        settings = {"model": "analog", "style": 1, "blend": blend, "resonance_percent": 5.0, "mix_percent": 100.0}
        for field, value in settings.items():
            draft.set(f"{FILTER_FX}/{field}", value)
        draft.set_stored(f"{FILTER_FX}/cutoff_hz", open_at + semitones * strength)

    return apply


def _routes(share: float, *sources: str, onto: str = "") -> Step:
    """Scales the routes from sources that begin with one of `sources`; `share` is added at strength 1.

    With `onto`, only those onto parameters that end so.
    """

    def apply(draft: Draft, strength: float) -> None:
        for route in draft.document["modulation"]["routes"]:
            if route["source"].startswith(sources) and route["target"].endswith(onto):
                factor = max(1.0 + share * strength, 0.0)
                route["amount"] = max(-1.0, min(1.0, route["amount"] * factor))

    return apply


def _drift(draft: Draft, strength: float) -> None:
    """An LFO that nothing uses on the cutoff and the wave: more movement where the template has little."""
    routes = draft.document["modulation"]["routes"]
    used = {route["source"] for route in routes}
    free = next((n for n in range(1, 9) if f"lfo_{n}" not in used), None)
    if free is None or len(routes) > 60:
        return
    lfo = f"/modules/lfo/{free - 1}"
    settings = {"shape": {"kind": "own", "id": "sine"}, "mode": "trigger", "sync": "free", "rate_hz": 2.0}
    for field, value in settings.items():
        draft.set(f"{lfo}/{field}", value)
    targets = [(f"{one}/cutoff_hz", 0.1, one) for one in FILTERS]
    targets += [(f"{one}/level_percent", 0.12, one) for one in OSCILLATORS[:2]]
    for n, (target, amount, module) in enumerate(targets):
        if draft.is_on(f"{module}/on"):
            signed = math.copysign(min(amount * strength, 0.4), -1 if n % 2 else 1)
            routes.append({"source": f"lfo_{free}", "target": target, "amount": signed, "polarity": "bipolar"})


def _tempo_steps(steps: float) -> Step:
    """LFOs that follow the tempo go to the neighbouring note values."""

    def apply(draft: Draft, strength: float) -> None:
        used = {route["source"] for route in draft.document["modulation"]["routes"]}
        for n in range(8):
            if f"lfo_{n + 1}" in used and draft.get(f"/modules/lfo/{n}/sync") != "free":
                path = f"/modules/lfo/{n}/tempo"
                draft.set_stored(path, min(max(draft.stored(path) + round(steps * strength), 3.0), 11.0))

    return apply


def _lfo_rates(sign: float) -> tuple[Step, ...]:
    per_travel = _OCTAVES_OF_A_RATE / 16.0
    return tuple(AxisMove(f"/modules/lfo/{n}/rate_hz", sign * per_travel) for n in range(8))


def _hiss(draft: Draft, strength: float) -> None:
    """The sample player's noise, louder; where it holds a one-shot, a noise that goes on takes its place."""
    held = draft.get(f"{SAMPLE}/sample")
    lasting = draft.is_on(f"{SAMPLE}/on") and held is not None and NOISES[held["id"]].loops
    if not lasting:
        draft.set(f"{SAMPLE}/sample", {"kind": "own", "id": "white"})
        settings = {"on": True, "loop": True, "keytrack": False, "random_phase": True, "transpose_semitones": 0}
        for field, value in settings.items():
            draft.set(f"{SAMPLE}/{field}", value)
        draft.set_stored(f"{SAMPLE}/level_percent", 0.1)
    if not lasting or strength > _PAST_THE_FILTER:
        draft.set(f"{SAMPLE}/destination", "effects")
    AxisMove(f"{SAMPLE}/level_percent", 0.4)(draft, strength)
    for osc in OSCILLATORS:
        AxisMove(f"{osc}/level_percent", -0.18, f"{osc}/on")(draft, max(strength - 0.7, 0.0))


def _sub(draft: Draft, strength: float) -> None:
    """Oscillators an octave or more below the key, louder; where there is none, a sine, or a layer goes down."""
    subs = [
        one
        for one in OSCILLATORS
        if draft.is_on(f"{one}/on") and draft.get(f"{one}/transpose_semitones") <= _SUB_SEMITONES
    ]
    free = OSCILLATORS[2]
    if not subs and not draft.is_on(f"{free}/on"):
        settings = {
            "on": True,
            "wavetable/table": {"kind": "own", "id": "sine"},
            "transpose_semitones": _SUB_SEMITONES,
            "unison/voices": 1,
            "random_phase_percent": 0.0,
            "destination": "direct_out",
        }
        for field, value in settings.items():
            draft.set(f"{free}/{field}", value)
        draft.set_stored(f"{free}/level_percent", 0.15)
        subs = [free]
    if not subs and strength > _LAYER_GOES_DOWN:
        path = next(f"{one}/transpose_semitones" for one in reversed(OSCILLATORS) if draft.is_on(f"{one}/on"))
        draft.set(path, draft.get(path) + _SUB_SEMITONES)
    for one in subs:
        AxisMove(f"{one}/level_percent", 0.35)(draft, strength)


def _thinner_subs(draft: Draft, strength: float) -> None:
    for one in OSCILLATORS:
        if draft.is_on(f"{one}/on") and draft.get(f"{one}/transpose_semitones") <= _SUB_SEMITONES:
            AxisMove(f"{one}/level_percent", -0.5)(draft, strength)


def _overtones(draft: Draft, strength: float) -> None:
    """Soft clipping for what has no treble that a filter or an equalizer could raise: sines and pure bells."""
    past = max(strength - _NO_TREBLE_LEFT, 0.0)
    if past > 0.0:
        AxisMove(f"{DISTORTION}/drive_db", 0.25, f"{DISTORTION}/on", 4.0)(draft, past)
        AxisMove(f"{DISTORTION}/mix_percent", 0.5, f"{DISTORTION}/on")(draft, past)


def _more_voices(draft: Draft, strength: float) -> None:
    """Unison for oscillators that have none, since a single voice has no width to spread; subs stay single."""
    for one in OSCILLATORS[:2]:
        sub = draft.get(f"{one}/transpose_semitones") <= _SUB_SEMITONES
        if draft.is_on(f"{one}/on") and not sub and draft.get(f"{one}/unison/voices") < 2:
            draft.set(f"{one}/unison/voices", 2 if strength < 1 else 4)
            draft.set(f"{one}/unison/detune_percent", 6.0)
            draft.set(f"{one}/unison/stereo_spread_percent", 20.0)


AXIS_MOVES: Mapping[Axis, tuple[tuple[Step, ...], tuple[Step, ...]]] = {
    "brightness": (
        (
            *_filters("cutoff_hz", -0.2),
            AxisMove(f"{EQ}/high_gain_db", -0.35, f"{EQ}/on", 0.0),
            _effect_filter(blend=0.0, open_at=128.0, semitones=-34.0),
        ),
        (
            *_filters("cutoff_hz", 0.2),
            AxisMove(f"{EQ}/high_gain_db", 0.3, f"{EQ}/on", 0.0),
            _overtones,
        ),
    ),
    "warmth": (
        (
            AxisMove(f"{EQ}/band_gain_db", -0.25, f"{EQ}/on"),
            AxisMove(f"{EQ}/low_gain_db", -0.12, f"{EQ}/on", 0.0),
            AxisMove(f"{EQ}/high_gain_db", 0.1, f"{EQ}/on", 0.0),
        ),
        (
            AxisMove(f"{EQ}/low_gain_db", 0.12, f"{EQ}/on", 0.0),
            AxisMove(f"{EQ}/high_gain_db", -0.12, f"{EQ}/on", 0.0),
            *_filters("drive_db", 0.2),
            *_filters("cutoff_hz", -0.06),
        ),
    ),
    "attack": (
        (
            AxisMove(f"{AMP}/attack_s", -0.42),
            AxisMove("/modules/env/1/attack_s", -0.3),
            AxisMove(f"{AMP}/delay_s", -0.5),
            _routes(-0.5, "lfo_", "random", onto="/level_percent"),
        ),
        (AxisMove(f"{AMP}/attack_s", 0.42, highest=3.0), AxisMove("/modules/env/1/attack_s", 0.25, highest=2.0)),
    ),
    "length": (
        (
            AxisMove(f"{AMP}/decay_s", -0.25, lowest=0.1),
            AxisMove(f"{AMP}/release_s", -0.3, lowest=0.03),
            AxisMove(f"{AMP}/sustain_percent", -0.92),
            AxisMove(f"{REVERB}/mix_percent", -0.15, f"{REVERB}/on"),
            AxisMove(f"{DELAY}/mix_percent", -0.2, f"{DELAY}/on"),
        ),
        (
            AxisMove(f"{AMP}/release_s", 0.3, highest=6.0),
            AxisMove(f"{AMP}/decay_s", 0.3, highest=12.0),
            AxisMove(f"{AMP}/sustain_percent", 0.4),
        ),
    ),
    "movement": (
        (
            _routes(-0.9, "lfo_", "random"),
            _routes(-0.4, "env_2"),
            *_oscillators("unison/detune_percent", -0.3),
            AxisMove(f"{CHORUS}/mix_percent", -0.4, f"{CHORUS}/on"),
            AxisMove(f"{PHASER}/mix_percent", -0.6, f"{PHASER}/on"),
            AxisMove(f"{FLANGER}/mix_percent", -0.6, f"{FLANGER}/on"),
        ),
        (_routes(0.5, "lfo_", "random"), _drift, AxisMove(f"{CHORUS}/depth_percent", 0.3, f"{CHORUS}/on")),
    ),
    "rate": ((*_lfo_rates(-1.0), _tempo_steps(-1.0)), (*_lfo_rates(1.0), _tempo_steps(1.0))),
    "width": (
        (
            *_oscillators("unison/stereo_spread_percent", -0.9),
            AxisMove(f"{VOICING}/stereo_percent", -0.9),
            AxisMove(f"{CHORUS}/mix_percent", -0.4, f"{CHORUS}/on"),
        ),
        (
            _more_voices,
            *_oscillators("unison/stereo_spread_percent", 0.5),
            AxisMove(f"{VOICING}/stereo_percent", 0.5),
            AxisMove(f"{CHORUS}/mix_percent", 0.3, f"{CHORUS}/on", 0.1),
        ),
    ),
    "space": (
        (
            AxisMove(f"{REVERB}/mix_percent", -1.0, f"{REVERB}/on"),
            AxisMove(f"{DELAY}/mix_percent", -1.0, f"{DELAY}/on"),
            AxisMove(f"{AMP}/release_s", -0.15, lowest=0.05),
        ),
        (
            AxisMove(f"{REVERB}/mix_percent", 0.35, f"{REVERB}/on", 0.05, highest=85.0),
            AxisMove(f"{REVERB}/decay_s", 0.12, highest=12.0),
            AxisMove(f"{REVERB}/size_percent", 0.2),
        ),
    ),
    "grit": (
        (
            AxisMove(f"{DISTORTION}/drive_db", -0.2, f"{DISTORTION}/on", lowest=0.0),
            AxisMove(f"{DISTORTION}/mix_percent", -0.8, f"{DISTORTION}/on"),
            *_filters("drive_db", -0.6),
        ),
        (
            AxisMove(f"{DISTORTION}/drive_db", 0.3, f"{DISTORTION}/on", 3.0),
            AxisMove(f"{DISTORTION}/mix_percent", 0.5, f"{DISTORTION}/on"),
        ),
    ),
    "noise": (
        (
            AxisMove(f"{SAMPLE}/level_percent", -1.0, f"{SAMPLE}/on"),
            *_oscillators("unison/detune_percent", -0.1),
            AxisMove(f"{DISTORTION}/mix_percent", -0.3, f"{DISTORTION}/on"),
        ),
        (_hiss,),
    ),
    "weight": (
        (
            AxisMove(f"{EQ}/low_gain_db", -0.4, f"{EQ}/on", 0.0),
            _thinner_subs,
            _effect_filter(blend=2.0, open_at=34.0, semitones=40.0),
        ),
        (
            AxisMove(f"{EQ}/low_gain_db", 0.25, f"{EQ}/on", 0.0),
            AxisMove(f"{EQ}/low_hz", 0.1, f"{EQ}/on", highest=300.0),
            AxisMove(f"{EQ}/high_gain_db", -0.12, f"{EQ}/on", 0.0),
            _sub,
        ),
    ),
    "complexity": (
        (*_oscillators("warp/amount_percent", -0.25), *_oscillators("spectral_morph/amount_percent", -0.2)),
        (*_oscillators("warp/amount_percent", 0.25), *_oscillators("spectral_morph/amount_percent", 0.2)),
    ),
    "tension": (_oscillators("unison/detune_percent", -0.25), _oscillators("unison/detune_percent", 0.25)),
    "resonance": (_filters("resonance_percent", -0.4), _filters("resonance_percent", 0.4)),
}
"""Moves down and moves up, for every axis."""


def move_along(draft: Draft, axis: Axis, value: float) -> None:
    """Move the patch along `axis`, −2..2, by what is not one of its template's roles."""
    down, up = AXIS_MOVES[axis]
    for step in up if value > 0 else down if value < 0 else ():
        step(draft, abs(value))

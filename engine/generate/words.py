"""What a word does to a patch where the template has no role for it: axes, tempo, voices and glide.

Each move is tried in turn and skipped where its module is off, so a template need not know of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.generate.draft import Draft
from engine.generate.places import AMP, CHORUS, DISTORTION, EQ, FILTERS, OSCILLATORS, REVERB
from schemas.intent import Axis, Intent


@dataclass(frozen=True, slots=True)
class AxisMove:
    """Moves `path` by `amount` of its travel at +1 on the axis, if the switch `needs` is on.

    With `starts`, an axis above 0 turns the switch on first and starts the parameter from that stored value.
    """

    path: str
    amount: float
    needs: str | None = None
    starts: float | None = None
    highest: float | None = None
    """In the parameter's own unit: no further than this."""


def _filters(field: str, amount: float) -> tuple[AxisMove, ...]:
    return tuple(AxisMove(f"{one}/{field}", amount, f"{one}/on") for one in FILTERS)


def _oscillators(field: str, amount: float) -> tuple[AxisMove, ...]:
    return tuple(AxisMove(f"{one}/{field}", amount, f"{one}/on") for one in OSCILLATORS)


AXIS_MOVES: Mapping[Axis, tuple[AxisMove, ...]] = {
    "brightness": (*_filters("cutoff_hz", 0.2), AxisMove(f"{EQ}/high_gain_db", 0.35, f"{EQ}/on", 0.0)),
    "warmth": (AxisMove(f"{EQ}/low_gain_db", 0.12, f"{EQ}/on", 0.0), *_filters("drive_db", 0.25)),
    "attack": (AxisMove(f"{AMP}/attack_s", 0.42, highest=3.0),),
    "length": (AxisMove(f"{AMP}/release_s", 0.3, highest=6.0), AxisMove(f"{AMP}/decay_s", 0.3, highest=12.0)),
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
    here = draft.stored(move.path)
    wanted = here + move.amount * value * (knob.high - knob.low)
    highest = knob.high if move.highest is None else max(knob.to_stored(move.highest), here)
    draft.set_stored(move.path, min(wanted, highest))


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

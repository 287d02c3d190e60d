"""What moves a patch along a perceptual axis where its template's roles don't, or not far enough."""

from collections.abc import Mapping

from engine.compiler.slots import AMP, CHORUS, DELAY, DISTORTION, EQ, FLANGER, PHASER, REVERB, SAMPLE, VOICING
from engine.generate.axis_steps import (
    AxisMove,
    MoveStep,
    above_basses,
    body,
    drift,
    filters,
    hiss,
    hollow,
    lfo_rates,
    low_shelf,
    more_voices,
    muffle,
    oscillators,
    overtones,
    routes,
    sub,
    tempo_steps,
    thinner_subs,
)
from engine.generate.built import (
    at_once,
    cleaner_hit,
    even_noise,
    far_walls,
    lasting_noise,
    noisier_hit,
    restless,
    steadier_unison,
    upper_layers,
)
from engine.generate.draft import Draft
from engine.generate.spare_moves import (
    fewer_layers,
    more_partials,
    pulse,
    ringing,
    rough_voices,
    softer_top,
)
from schemas.intent import Axis

AXIS_MOVES: Mapping[Axis, tuple[tuple[MoveStep, ...], tuple[MoveStep, ...]]] = {
    "brightness": (
        (
            *filters("cutoff_hz", -0.2),
            AxisMove(f"{EQ}/high_gain_db", -0.35, f"{EQ}/on", 0.0),
            muffle,
        ),
        (
            *filters("cutoff_hz", 0.2),
            AxisMove(f"{EQ}/high_gain_db", 0.3, f"{EQ}/on", 0.0),
            overtones,
        ),
    ),
    "warmth": (
        (
            body(-0.25),
            above_basses(AxisMove(f"{EQ}/low_gain_db", -0.12, f"{EQ}/on", 0.0)),
            AxisMove(f"{EQ}/high_gain_db", 0.1, f"{EQ}/on", 0.0),
        ),
        (
            body(0.25),
            above_basses(AxisMove(f"{EQ}/low_gain_db", 0.12, f"{EQ}/on", 0.0)),
            AxisMove(f"{EQ}/high_gain_db", -0.12, f"{EQ}/on", 0.0),
            *filters("drive_db", 0.2),
            *map(above_basses, filters("cutoff_hz", -0.06)),
        ),
    ),
    "attack": (
        (
            AxisMove(f"{AMP}/attack_s", -0.42),
            AxisMove("/modules/env/1/attack_s", -0.3),
            AxisMove(f"{AMP}/delay_s", -0.5),
            routes(-0.5, "lfo_", "random", onto="/level_percent"),
            at_once,
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
            routes(-0.9, "lfo_", "random"),
            routes(-0.4, "env_2"),
            *oscillators("unison/detune_percent", -0.3),
            AxisMove(f"{CHORUS}/mix_percent", -0.4, f"{CHORUS}/on"),
            AxisMove(f"{PHASER}/mix_percent", -0.6, f"{PHASER}/on"),
            AxisMove(f"{FLANGER}/mix_percent", -0.6, f"{FLANGER}/on"),
        ),
        (routes(0.5, "lfo_", "random"), drift, AxisMove(f"{CHORUS}/depth_percent", 0.3, f"{CHORUS}/on")),
    ),
    "rate": (
        (*lfo_rates(-1.0), tempo_steps(-1.0), pulse(0.8)),
        (*lfo_rates(1.0), tempo_steps(1.0), pulse(8.0)),
    ),
    "width": (
        (
            *oscillators("unison/stereo_spread_percent", -0.9),
            AxisMove(f"{VOICING}/stereo_percent", -0.9),
            AxisMove(f"{CHORUS}/mix_percent", -0.4, f"{CHORUS}/on"),
        ),
        (
            more_voices,
            *oscillators("unison/stereo_spread_percent", 0.5),
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
            *filters("drive_db", -0.6),
        ),
        (
            AxisMove(f"{DISTORTION}/drive_db", 0.3, f"{DISTORTION}/on", 3.0),
            AxisMove(f"{DISTORTION}/mix_percent", 0.5, f"{DISTORTION}/on"),
        ),
    ),
    "noise": (
        (
            AxisMove(f"{SAMPLE}/level_percent", -1.0, f"{SAMPLE}/on"),
            *oscillators("unison/detune_percent", -0.1),
            AxisMove(f"{DISTORTION}/mix_percent", -0.3, f"{DISTORTION}/on"),
            softer_top(-0.12),
        ),
        (hiss,),
    ),
    "weight": (
        (
            AxisMove(f"{EQ}/low_gain_db", -0.4, f"{EQ}/on", 0.0),
            thinner_subs,
            hollow,
        ),
        (
            low_shelf,
            AxisMove(f"{EQ}/high_gain_db", -0.12, f"{EQ}/on", 0.0),
            sub,
        ),
    ),
    "complexity": (
        (
            *oscillators("warp/amount_percent", -0.25),
            *oscillators("spectral_morph/amount_percent", -0.2),
            fewer_layers,
        ),
        (
            *oscillators("warp/amount_percent", 0.25),
            *oscillators("spectral_morph/amount_percent", 0.2),
        ),
    ),
    "tension": (
        oscillators("unison/detune_percent", -0.25),
        (rough_voices, *oscillators("unison/detune_percent", 0.25)),
    ),
    "resonance": (filters("resonance_percent", -0.4), (*filters("resonance_percent", 0.4), ringing)),
}
"""Moves down and moves up, for every axis."""

BESIDE_ROLES: Mapping[Axis, tuple[tuple[MoveStep, ...], tuple[MoveStep, ...]]] = {
    "grit": ((softer_top(-0.12),), ()),
    "complexity": ((softer_top(-0.16),), (more_partials,)),
    "noise": ((cleaner_hit,), (lasting_noise, noisier_hit)),
    "space": ((), (far_walls,)),
    "weight": ((upper_layers,), ()),
    "movement": (
        (
            even_noise,
            steadier_unison,
            routes(-0.9, "random"),
        ),
        (restless,),
    ),
}
"""Moves down and up that a word makes even if a role does the rest: no template's role reaches these."""


def move_beside(draft: Draft, axis: Axis, value: float) -> None:
    """Make the moves that always go with `axis`, −2..2, beside a role; beyond 1 they go no further."""
    down, up = BESIDE_ROLES.get(axis, ((), ()))
    for step in up if value > 0 else down if value < 0 else ():
        step(draft, min(abs(value), 1.0))


def move_along(draft: Draft, axis: Axis, value: float) -> None:
    """Move the patch along `axis`, −2..2, by other means than its template's roles."""
    down, up = AXIS_MOVES[axis]
    for step in up if value > 0 else down if value < 0 else ():
        step(draft, abs(value))

"""Moves for sounds that have nothing of what an axis is usually moved by: no LFO, no unison, no filter to ring."""

from engine.compiler.slots import EQ, OSCILLATORS
from engine.generate.axis_steps import AxisMove, MoveStep, wobble
from engine.generate.draft import Draft

_DETUNE, _VOICES = 10.0, 3
_A_RING_SEMITONES, _RINGING_Q = 29.0, 70.0
"""Where a band rings: between the fifth and the sixth partial; how narrow it is, in percent."""
_LOWEST_RING, _HIGHEST_RING = 60.0, 108.0
_UNUSED_DB = 1.0
_HEARD_PERCENT = 4.0
"""A layer's level below which none is taken."""


def pulse(rate_hz: float) -> MoveStep:
    """A swing of this rate: what stands still is neither fast nor slow, and a faint vibrato is neither."""

    def apply(draft: Draft, strength: float) -> None:
        wobble(draft, 2.5 * strength, rate_hz=rate_hz)

    return apply


def rough_voices(draft: Draft, strength: float) -> None:
    """Detuned voices where none are: two tones at least make roughness."""
    if "unison" in draft.without:
        return
    for one in OSCILLATORS[:2]:
        if draft.is_on(f"{one}/on") and draft.get(f"{one}/unison/voices") < 2:
            draft.set(f"{one}/unison/voices", _VOICES)
            draft.set(f"{one}/unison/stereo_spread_percent", 0.0)
            draft.set(f"{one}/unison/detune_percent", _DETUNE * strength)


def ringing(draft: Draft, strength: float) -> None:
    """The equalizer's band as a narrow peak among the upper partials, where nothing else uses it."""
    if _free_band(draft):
        draft.set_stored(f"{EQ}/band_hz", min(max(draft.note + _A_RING_SEMITONES, _LOWEST_RING), _HIGHEST_RING))
        draft.set(f"{EQ}/band_resonance_percent", _RINGING_Q)
        AxisMove(f"{EQ}/band_gain_db", 0.35)(draft, strength)


def _free_band(draft: Draft) -> bool:
    """Whether the equalizer is there, switched on if need be, and nothing uses its band."""
    if not draft.is_on(f"{EQ}/on"):
        draft.set(f"{EQ}/on", True)
        draft.set(f"{EQ}/band_gain_db", 0.0)
    return draft.is_on(f"{EQ}/on") and abs(draft.get(f"{EQ}/band_gain_db")) <= _UNUSED_DB


def softer_top(amount: float) -> MoveStep:
    """A high shelf."""
    return AxisMove(f"{EQ}/high_gain_db", amount, f"{EQ}/on", 0.0)


def fewer_layers(draft: Draft, strength: float) -> None:
    """The quieter layers quieter still, never silent, and voices closer together."""
    heard = sorted((draft.stored(f"{one}/level_percent"), one) for one in OSCILLATORS if draft.is_on(f"{one}/on"))
    for _, one in heard[:-1]:
        level = draft.get(f"{one}/level_percent")
        draft.set(f"{one}/level_percent", max(level * max(1.0 - 0.6 * strength, 0.2), min(level, _HEARD_PERCENT)))
    for _, one in heard:
        AxisMove(f"{one}/unison/detune_percent", -0.2)(draft, strength)


def more_partials(draft: Draft, strength: float) -> None:
    """Voices further apart, also where there was one: each partial becomes a band."""
    rough_voices(draft, 0.6 * strength)
    for one in OSCILLATORS:
        AxisMove(f"{one}/unison/detune_percent", 0.1, f"{one}/on")(draft, strength)

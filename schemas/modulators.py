"""The modulators: envelopes, LFOs and random sources."""

from typing import Literal, get_args

from schemas.base import Strict
from schemas.parameters import Scale, choice, number, percent, rate_hz, switch, whole
from schemas.wavetables import ShapeSource

Tempo = Literal["freeze", "32/1", "16/1", "8/1", "4/1", "2/1", "1/1", "1/2", "1/4", "1/8", "1/16", "1/32", "1/64"]
Sync = Literal["free", "tempo", "dotted", "triplet"]
KeytrackSync = Literal["free", "tempo", "dotted", "triplet", "keytrack"]
LfoMode = Literal["trigger", "sync", "envelope", "sustain_envelope", "loop_point", "loop_hold"]
RandomStyle = Literal["perlin", "sample_and_hold", "sine", "lorenz"]

_LONG = 2.378420114517212  # 32 s
_SHORT = 1.4142135381698608  # 4 s


class Envelope(Strict):
    """A DAHDSR envelope; the first is the voice's amplitude."""

    delay_s: float = number("env_#_delay", 0, _SHORT, 0, "s", "Before the attack.", scale=Scale.QUARTIC)
    attack_s: float = number("env_#_attack", 0, _LONG, 0.14949999749660492, "s", "Attack.", scale=Scale.QUARTIC)
    attack_power: float = number("env_#_attack_power", -20, 20, 0, "", "Curve of the attack; 0 is straight.")
    hold_s: float = number("env_#_hold", 0, _SHORT, 0, "s", "At the top.", scale=Scale.QUARTIC)
    decay_s: float = number("env_#_decay", 0, _LONG, 1, "s", "Decay.", scale=Scale.QUARTIC)
    decay_power: float = number("env_#_decay_power", -20, 20, -2, "", "Curve of the decay; 0 is straight.")
    sustain_percent: float = percent("env_#_sustain", 1, "Level while the key is held.")
    release_s: float = number("env_#_release", 0, _LONG, 0.5475999712944031, "s", "Release.", scale=Scale.QUARTIC)
    release_power: float = number("env_#_release_power", -20, 20, -2, "", "Curve of the release; 0 is straight.")


class Lfo(Strict):
    """A drawn LFO."""

    rate_hz: float = rate_hz("lfo_#_frequency", -7, 9, 1, "Rate where it runs free.")
    tempo: Tempo = choice("lfo_#_tempo", get_args(Tempo), 7, "Length of a cycle where it follows the tempo.")
    sync: KeytrackSync = choice("lfo_#_sync", get_args(KeytrackSync), 1, "What its rate follows.")
    mode: LfoMode = choice("lfo_#_sync_type", get_args(LfoMode), 0, "How a note starts it and whether it loops.")
    phase_deg: float = number("lfo_#_phase", 0, 1, 0, "°", "Where in the shape it starts.", factor=360)
    stereo_deg: float = number("lfo_#_stereo", -0.5, 0.5, 0, "°", "Phase between left and right.", factor=360)
    delay_s: float = number("lfo_#_delay_time", 0, 4, 0, "s", "Before it starts.")
    fade_in_s: float = number("lfo_#_fade_time", 0, 8, 0, "s", "Fade-in.")
    smooth: bool = switch("lfo_#_smooth_mode", True, "Smooth with a time instead of a fade.")
    smooth_s: float = number("lfo_#_smooth_time", -10, 4, -7.5, "s", "Smoothing.", scale=Scale.POWER_OF_TWO)
    keytrack_semitones: int = whole("lfo_#_keytrack_transpose", -60, 36, -12, "semitones", "Where it follows keys.")
    keytrack_cents: float = number("lfo_#_keytrack_tune", -1, 1, 0, "cents", "Where it follows keys.", factor=100)
    shape: ShapeSource | None = None
    """The drawn shape; none is the synth's own triangle."""


class RandomSource(Strict):
    """A random source."""

    rate_hz: float = rate_hz("random_#_frequency", -7, 9, 1, "Rate where it runs free.")
    tempo: Tempo = choice("random_#_tempo", get_args(Tempo), 8, "Length of a step where it follows the tempo.")
    sync: KeytrackSync = choice("random_#_sync", get_args(KeytrackSync), 1, "What its rate follows.")
    retrigger: bool = switch("random_#_sync_type", False, "Start anew with a note.")
    style: RandomStyle = choice("random_#_style", get_args(RandomStyle), 0, "Kind of randomness.")
    stereo: bool = switch("random_#_stereo", False, "Differ between left and right.")
    keytrack_semitones: int = whole(
        "random_#_keytrack_transpose", -60, 36, -12, "semitones", "Where it follows keys."
    )
    keytrack_cents: float = number(
        "random_#_keytrack_tune", -1, 1, 0, "cents", "Where it follows keys.", factor=100
    )

"""The nine effects, each in its fixed slot of `fx`; `fx_order` says in which order the sound passes them."""

from typing import Literal, get_args

from schemas.base import Strict
from schemas.filters import FilterCore
from schemas.modulators import Sync
from schemas.parameters import Scale, choice, number, percent, pitch_hz, rate_hz, switch, whole

EffectName = Literal[
    "chorus", "compressor", "delay", "distortion", "eq", "filter_fx", "flanger", "phaser", "reverb"
]  # fmt: skip
EFFECTS: tuple[EffectName, ...] = get_args(EffectName)
EffectTempo = Literal["freeze", "32/1", "16/1", "8/1", "4/1", "2/1", "1/1", "1/2", "1/4", "1/8", "1/16"]
DelayTempo = Literal["4/1", "2/1", "1/1", "1/2", "1/4", "1/8", "1/16", "1/32", "1/64"]
Bands = Literal["multiband", "low", "high", "single"]
DelayStyle = Literal["mono", "stereo", "ping_pong", "mid_ping_pong"]
DistortionType = Literal["soft_clip", "hard_clip", "linear_fold", "sine_fold", "bit_crush", "down_sample"]
FilterOrder = Literal["none", "pre", "post"]
BandMode = Literal["shelf", "notch"]
HighMode = Literal["shelf", "low_pass"]
LowMode = Literal["shelf", "high_pass"]


class Chorus(Strict):
    """Chorus."""

    type: Literal["chorus"] = "chorus"
    on: bool = switch("chorus_on", False, "Whether it is on.")
    mix_percent: float = percent("chorus_dry_wet", 0.5, "Wet against dry.")
    voices: int = whole("chorus_voices", 1, 4, 4, "× 4 voices", "Voices, in fours.")
    rate_hz: float = rate_hz("chorus_frequency", -6, 3, -3, "Rate where it runs free.")
    sync: Sync = choice("chorus_sync", get_args(Sync), 1, "What its rate follows.")
    tempo: EffectTempo = choice("chorus_tempo", get_args(EffectTempo), 4, "Cycle where it follows the tempo.")
    depth_percent: float = percent("chorus_mod_depth", 0.5, "Depth.")
    feedback_percent: float = percent(
        "chorus_feedback", 0.4000000059604645, "Feedback.", low=-0.949999988079071, high=0.949999988079071
    )
    delay_1_ms: float = number(
        "chorus_delay_1",
        -10,
        -5.64385986328125,
        -9,
        "ms",
        "First delay.",
        scale=Scale.POWER_OF_TWO,
        factor=1000,
    )
    delay_2_ms: float = number(
        "chorus_delay_2",
        -10,
        -5.64385986328125,
        -7,
        "ms",
        "Second delay.",
        scale=Scale.POWER_OF_TWO,
        factor=1000,
    )
    cutoff_hz: float = pitch_hz("chorus_cutoff", 60, "Centre of its filter.")
    filter_spread_percent: float = percent("chorus_spread", 1, "Width of its filter.")


class Compressor(Strict):
    """Three-band compressor, upward and downward."""

    type: Literal["compressor"] = "compressor"
    on: bool = switch("compressor_on", False, "Whether it is on.")
    mix_percent: float = percent("compressor_mix", 1, "Compressed against dry.")
    bands: Bands = choice("compressor_enabled_bands", get_args(Bands), 0, "Bands that it splits into.")
    attack_percent: float = percent("compressor_attack", 0.5, "Attack.")
    release_percent: float = percent("compressor_release", 0.5, "Release.")
    low_gain_db: float = number("compressor_low_gain", -30, 30, 16.299999237060547, "dB", "Low band, gain.")
    low_upper_threshold_db: float = number(
        "compressor_low_upper_threshold", -80, 0, -28, "dB", "Low band, down from."
    )
    low_upper_ratio: float = number(
        "compressor_low_upper_ratio", 0, 1, 0.8999999761581421, "", "Low band, down by."
    )
    low_lower_threshold_db: float = number(
        "compressor_low_lower_threshold", -80, 0, -35, "dB", "Low band, up from."
    )
    low_lower_ratio: float = number("compressor_low_lower_ratio", -1, 1, 0.800000011920929, "", "Low band, up by.")
    band_gain_db: float = number("compressor_band_gain", -30, 30, 11.699999809265137, "dB", "Middle band, gain.")
    band_upper_threshold_db: float = number(
        "compressor_band_upper_threshold", -80, 0, -25, "dB", "Middle, down from."
    )
    band_upper_ratio: float = number(
        "compressor_band_upper_ratio", 0, 1, 0.8569999933242798, "", "Middle, down by."
    )
    band_lower_threshold_db: float = number(
        "compressor_band_lower_threshold", -80, 0, -36, "dB", "Middle, up from."
    )
    band_lower_ratio: float = number("compressor_band_lower_ratio", -1, 1, 0.800000011920929, "", "Middle, up by.")
    high_gain_db: float = number("compressor_high_gain", -30, 30, 16.299999237060547, "dB", "High band, gain.")
    high_upper_threshold_db: float = number(
        "compressor_high_upper_threshold", -80, 0, -30, "dB", "High, down from."
    )
    high_upper_ratio: float = number("compressor_high_upper_ratio", 0, 1, 1, "", "High band, down by.")
    high_lower_threshold_db: float = number("compressor_high_lower_threshold", -80, 0, -35, "dB", "High, up from.")
    high_lower_ratio: float = number(
        "compressor_high_lower_ratio", -1, 1, 0.800000011920929, "", "High band, up by."
    )


class Delay(Strict):
    """Stereo delay."""

    type: Literal["delay"] = "delay"
    on: bool = switch("delay_on", False, "Whether it is on.")
    mix_percent: float = percent("delay_dry_wet", 0.33340001106262207, "Wet against dry.")
    style: DelayStyle = choice("delay_style", get_args(DelayStyle), 0, "Path of the echoes.")
    feedback_percent: float = percent("delay_feedback", 0.5, "Feedback.", low=-1)
    time_s: float = number(
        "delay_frequency", -2, 9, 2, "s", "Time where it runs free.", scale=Scale.INVERSE_POWER_OF_TWO
    )
    sync: Sync = choice("delay_sync", get_args(Sync), 1, "What its time follows.")
    tempo: DelayTempo = choice("delay_tempo", get_args(DelayTempo), 9, "Time where it follows the tempo.", first=4)
    second_time_s: float = number(
        "delay_aux_frequency", -2, 9, 2, "s", "Second side's time.", scale=Scale.INVERSE_POWER_OF_TWO
    )
    second_sync: Sync = choice("delay_aux_sync", get_args(Sync), 1, "What the second side's time follows.")
    second_tempo: DelayTempo = choice("delay_aux_tempo", get_args(DelayTempo), 9, "Second side's time.", first=4)
    cutoff_hz: float = pitch_hz("delay_filter_cutoff", 60, "Centre of its filter.")
    filter_spread_percent: float = percent("delay_filter_spread", 1, "Width of its filter.")


class Distortion(Strict):
    """Distortion with a filter before or behind."""

    type: Literal["distortion"] = "distortion"
    on: bool = switch("distortion_on", False, "Whether it is on.")
    mix_percent: float = percent("distortion_mix", 1, "Distorted against dry.")
    curve: DistortionType = choice("distortion_type", get_args(DistortionType), 0, "Kind of distortion.")
    drive_db: float = number("distortion_drive", -30, 30, 0, "dB", "Drive.")
    filter_order: FilterOrder = choice(
        "distortion_filter_order", get_args(FilterOrder), 0, "Where its filter sits."
    )
    cutoff_hz: float = pitch_hz("distortion_filter_cutoff", 80, "Its filter's cutoff.")
    resonance_percent: float = percent("distortion_filter_resonance", 0.5, "Its filter's resonance.")
    blend: float = number("distortion_filter_blend", 0, 2, 0, "", "0 low pass, 1 band pass, 2 high pass.")


class Eq(Strict):
    """Three-band equalizer."""

    type: Literal["eq"] = "eq"
    on: bool = switch("eq_on", False, "Whether it is on.")
    low_mode: LowMode = choice("eq_low_mode", get_args(LowMode), 0, "Low band's kind.")
    low_hz: float = pitch_hz("eq_low_cutoff", 40, "Low band's frequency.")
    low_gain_db: float = number("eq_low_gain", -15, 15, 0, "dB", "Low band's gain.")
    low_resonance_percent: float = number(
        "eq_low_resonance", 0, 1, 0.31630000472068787, "%", "Low band's Q.", scale=Scale.QUADRATIC, factor=100
    )
    band_mode: BandMode = choice("eq_band_mode", get_args(BandMode), 0, "Middle band's kind.")
    band_hz: float = pitch_hz("eq_band_cutoff", 80, "Middle band's frequency.")
    band_gain_db: float = number("eq_band_gain", -15, 15, 0, "dB", "Middle band's gain.")
    band_resonance_percent: float = number(
        "eq_band_resonance",
        0,
        1,
        0.447299987077713,
        "%",
        "Middle band's Q.",
        scale=Scale.QUADRATIC,
        factor=100,
    )
    high_mode: HighMode = choice("eq_high_mode", get_args(HighMode), 0, "High band's kind.")
    high_hz: float = pitch_hz("eq_high_cutoff", 100, "High band's frequency.")
    high_gain_db: float = number("eq_high_gain", -15, 15, 0, "dB", "High band's gain.")
    high_resonance_percent: float = number(
        "eq_high_resonance",
        0,
        1,
        0.31630000472068787,
        "%",
        "High band's Q.",
        scale=Scale.QUADRATIC,
        factor=100,
    )


class EffectFilter(FilterCore):
    """The filter among the effects."""

    type: Literal["filter_fx"] = "filter_fx"


class Flanger(Strict):
    """Flanger."""

    type: Literal["flanger"] = "flanger"
    on: bool = switch("flanger_on", False, "Whether it is on.")
    mix_percent: float = percent("flanger_dry_wet", 0.5, "Wet against dry.", high=0.5, factor=200)
    rate_hz: float = rate_hz("flanger_frequency", -5, 2, 2, "Rate where it runs free.")
    sync: Sync = choice("flanger_sync", get_args(Sync), 1, "What its rate follows.")
    tempo: EffectTempo = choice("flanger_tempo", get_args(EffectTempo), 4, "Cycle where it follows the tempo.")
    depth_percent: float = percent("flanger_mod_depth", 0.5, "Depth.")
    feedback_percent: float = percent("flanger_feedback", 0.5, "Feedback.", low=-1)
    center_hz: float = pitch_hz("flanger_center", 64, "Centre of its comb.")
    phase_offset_deg: float = number(
        "flanger_phase_offset", 0, 1, 0.3333333432674408, "°", "Phase between left and right.", factor=360
    )


class Phaser(Strict):
    """Phaser."""

    type: Literal["phaser"] = "phaser"
    on: bool = switch("phaser_on", False, "Whether it is on.")
    mix_percent: float = percent("phaser_dry_wet", 1, "Wet against dry.")
    rate_hz: float = rate_hz("phaser_frequency", -5, 2, -3, "Rate where it runs free.")
    sync: Sync = choice("phaser_sync", get_args(Sync), 1, "What its rate follows.")
    tempo: EffectTempo = choice("phaser_tempo", get_args(EffectTempo), 3, "Cycle where it follows the tempo.")
    depth_semitones: float = number("phaser_mod_depth", 0, 48, 24, "semitones", "Depth.")
    feedback_percent: float = percent("phaser_feedback", 0.5, "Feedback.")
    center_hz: float = pitch_hz("phaser_center", 80, "Centre of its notches.")
    blend: float = number("phaser_blend", 0, 2, 1, "", "0 low pass, 1 band pass, 2 high pass.")
    phase_offset_deg: float = number(
        "phaser_phase_offset", 0, 1, 0.3333333432674408, "°", "Phase between left and right.", factor=360
    )


class Reverb(Strict):
    """Reverb."""

    type: Literal["reverb"] = "reverb"
    on: bool = switch("reverb_on", False, "Whether it is on.")
    mix_percent: float = percent("reverb_dry_wet", 0.25, "Wet against dry.")
    size_percent: float = percent("reverb_size", 0.5, "Size of the room.")
    decay_s: float = number("reverb_decay_time", -6, 6, 0, "s", "Decay.", scale=Scale.POWER_OF_TWO)
    pre_delay_s: float = number("reverb_delay", 0, 0.30000001192092896, 0, "s", "Pre-delay.")
    pre_low_hz: float = pitch_hz("reverb_pre_low_cutoff", 0, "Input, cut below.", low=0, high=128)
    pre_high_hz: float = pitch_hz("reverb_pre_high_cutoff", 110, "Input, cut above.", low=0, high=128)
    low_shelf_hz: float = pitch_hz("reverb_low_shelf_cutoff", 0, "Tail, low shelf.", low=0, high=128)
    low_shelf_db: float = number("reverb_low_shelf_gain", -6, 0, 0, "dB", "Tail, low shelf's gain.")
    high_shelf_hz: float = pitch_hz("reverb_high_shelf_cutoff", 90, "Tail, high shelf.", low=0, high=128)
    high_shelf_db: float = number("reverb_high_shelf_gain", -6, 0, -1, "dB", "Tail, high shelf's gain.")
    chorus_percent: float = number(
        "reverb_chorus_amount", 0, 1, 0.22360700368881226, "%", "Chorus in the tail.",
        scale=Scale.QUADRATIC, factor=100,
    )  # fmt: skip
    chorus_rate_hz: float = rate_hz("reverb_chorus_frequency", -8, 3, -2, "Rate of that chorus.")


EffectModule = Chorus | Compressor | Delay | Distortion | Eq | EffectFilter | Flanger | Phaser | Reverb
EFFECT_MODELS: tuple[type[EffectModule], ...] = (
    Chorus, Compressor, Delay, Distortion, Eq, EffectFilter, Flanger, Phaser, Reverb,
)  # fmt: skip

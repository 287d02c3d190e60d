"""The filters: two in the voice, one among the effects."""

from typing import Literal, get_args

from schemas.base import Strict
from schemas.parameters import choice, number, percent, pitch_hz, switch, whole

FilterModel = Literal["analog", "dirty", "ladder", "digital", "diode", "formant", "comb", "phaser"]


class FilterCore(Strict):
    """What all filters have."""

    on: bool = switch("filter_#_on", False, "Whether it filters.")
    model: FilterModel = choice("filter_#_model", get_args(FilterModel), 0, "Circuit that it models.")
    style: int = whole(
        "filter_#_style",
        0,
        9,
        0,
        "",
        "Variant of the model: 0 12 dB, 1 24 dB, 2 notch blend, 3 notch spread, 4 B/P/N.",
    )
    cutoff_hz: float = pitch_hz("filter_#_cutoff", 60, "Cutoff frequency.")
    resonance_percent: float = percent("filter_#_resonance", 0.5, "Resonance.")
    drive_db: float = number("filter_#_drive", 0, 20, 0, "dB", "Drive into the filter.")
    blend: float = number("filter_#_blend", 0, 2, 0, "", "0 low pass, 1 band pass, 2 high pass.")
    comb_blend_semitones: float = number("filter_#_blend_transpose", 0, 84, 42, "semitones", "Comb blend offset.")
    keytrack_percent: float = percent("filter_#_keytrack", 0, "How far the cutoff follows the keyboard.", low=-1)
    mix_percent: float = percent("filter_#_mix", 1, "Filtered against dry.")
    formant_x: float = number("filter_#_formant_x", 0, 1, 0.5, "", "Vowel, left to right.")
    formant_y: float = number("filter_#_formant_y", 0, 1, 0.5, "", "Vowel, bottom to top.")
    formant_transpose_semitones: float = number(
        "filter_#_formant_transpose", -12, 12, 0, "semitones", "Formant transposition."
    )
    formant_resonance_percent: float = percent(
        "filter_#_formant_resonance", 0.8500000238418579, "Formant resonance.", low=0.30000001192092896
    )
    formant_spread_percent: float = percent("filter_#_formant_spread", 0, "Formant spread.", low=-1)


class VoiceFilter(FilterCore):
    """A filter in the voice."""

    from_other_filter: bool = switch("filter_#_filter_input", False, "Take the other filter's output, too.")

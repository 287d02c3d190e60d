"""The sound sources: three wavetable oscillators and a sample player."""

from typing import Literal, get_args

from schemas.base import Strict
from schemas.parameters import Scale, choice, number, percent, switch, whole
from schemas.wavetables import SampleSource, TableSource

Destination = Literal[
    "filter_1", "filter_2", "filter_1_and_2", "effects", "direct_out",
    "chorus", "compressor", "delay", "distortion", "eq", "filter_fx", "flanger", "phaser", "reverb",
]  # fmt: skip
Warp = Literal[
    "none", "sync", "formant", "quantize", "bend", "squeeze", "pulse",
    "fm_from_next", "fm_from_previous", "fm_from_sample", "rm_from_next", "rm_from_previous", "rm_from_sample",
]  # fmt: skip
SpectralMorphType = Literal[
    "none", "vocode", "formant_scale", "harmonic_stretch", "inharmonic_stretch", "smear",
    "random_amplitudes", "low_pass", "high_pass", "phase_disperse", "shepard_tone", "spectral_time_skew",
]  # fmt: skip
UnisonStack = Literal[
    "unison", "center_drop_12", "center_drop_24", "octave", "two_octaves", "power_chord",
    "two_power_chords", "major_chord", "minor_chord", "harmonics", "odd_harmonics",
]  # fmt: skip
View = Literal["three_d", "two_d", "spectrum"]


class WavetableSlot(Strict):
    """Which wavetable an oscillator plays, and where in it."""

    position: float = number("osc_#_wave_frame", 0, 256, 0, "frame", "Frame of the wavetable that plays.")
    frame_spread: float = number("osc_#_frame_spread", -128, 128, 0, "frames", "Spread of frames over the unison.")
    smooth: bool = switch("osc_#_smooth_interpolation", False, "Interpolate between frames.")
    view: View = choice("osc_#_view_2d", get_args(View), 1, "How the editor draws the wavetable.")
    table: TableSource | None = None
    """The wavetable itself; none is the synth's own basic saw."""


class Unison(Strict):
    """Several detuned voices for one note."""

    voices: int = whole("osc_#_unison_voices", 1, 16, 1, "voices", "Voices in unison.")
    detune_percent: float = number(
        "osc_#_unison_detune",
        0,
        10,
        4.4721360206604,
        "%",
        "Detune, of the detune range.",
        scale=Scale.QUADRATIC,
    )
    detune_power: float = number("osc_#_detune_power", -5, 5, 1.5, "", "How the detune spreads over the voices.")
    detune_range_semitones: float = number("osc_#_detune_range", 0, 48, 2, "semitones", "Widest detune.")
    blend_percent: float = percent("osc_#_unison_blend", 0.800000011920929, "Level of the outer voices.")
    stereo_spread_percent: float = percent("osc_#_stereo_spread", 1, "Spread of the voices over the stereo field.")
    stack: UnisonStack = choice(
        "osc_#_stack_style", get_args(UnisonStack), 0, "Intervals that the voices are stacked in."
    )
    spectral: bool = switch("osc_#_spectral_unison", True, "Spread warps and morphs over the voices, too.")


class PhaseWarp(Strict):
    """The oscillator's warp of phase: sync, bend, pulse, FM, ring modulation."""

    type: Warp = choice("osc_#_distortion_type", get_args(Warp), 0, "Kind of warp.")
    amount_percent: float = percent("osc_#_distortion_amount", 0.5, "How far it warps.")
    spread_percent: float = percent(
        "osc_#_distortion_spread", 0, "Spread over unison.", low=-0.5, high=0.5, factor=200
    )
    phase_deg: float = number("osc_#_distortion_phase", 0, 1, 0.5, "°", "Where in the cycle it warps.", factor=360)


class SpectralMorph(Strict):
    """The oscillator's warp of the spectrum: smear, low pass, harmonic stretch, and the like."""

    type: SpectralMorphType = choice("osc_#_spectral_morph_type", get_args(SpectralMorphType), 0, "Kind of morph.")
    amount_percent: float = percent("osc_#_spectral_morph_amount", 0.5, "How far it morphs.")
    spread_percent: float = percent(
        "osc_#_spectral_morph_spread", 0, "Spread over unison.", low=-0.5, high=0.5, factor=200
    )


class Oscillator(Strict):
    """One wavetable oscillator."""

    on: bool = switch("osc_#_on", False, "Whether it sounds.")
    level_percent: float = number(
        "osc_#_level", 0, 1, 0.7071067690849304, "%", "Amplitude.", scale=Scale.QUADRATIC, factor=100
    )
    pan_percent: float = percent("osc_#_pan", 0, "Left −100, right 100.", low=-1)
    destination: Destination = choice("osc_#_destination", get_args(Destination), 0, "Where its sound goes.")
    midi_track: bool = switch("osc_#_midi_track", True, "Follow the keyboard.")
    transpose_semitones: int = whole("osc_#_transpose", -48, 48, 0, "semitones", "Transposition.")
    transpose_snap: int = whole(
        "osc_#_transpose_quantize",
        0,
        8191,
        0,
        "",
        "Scale that transposition snaps to: a bit a semitone, plus global.",
    )
    tune_cents: float = number("osc_#_tune", -1, 1, 0, "cents", "Fine tuning.", factor=100)
    phase_deg: float = number("osc_#_phase", 0, 1, 0.5, "°", "Phase at note-on.", factor=360)
    random_phase_percent: float = percent("osc_#_random_phase", 1, "How random the phase at note-on is.")
    wavetable: WavetableSlot = WavetableSlot()
    unison: Unison = Unison()
    warp: PhaseWarp = PhaseWarp()
    spectral_morph: SpectralMorph = SpectralMorph()


class SamplePlayer(Strict):
    """The sample player: noise, textures, transients."""

    on: bool = switch("sample_on", False, "Whether it sounds.")
    level_percent: float = number(
        "sample_level", 0, 1, 0.7071067690849304, "%", "Amplitude.", scale=Scale.QUADRATIC, factor=100
    )
    pan_percent: float = percent("sample_pan", 0, "Left −100, right 100.", low=-1)
    destination: Destination = choice("sample_destination", get_args(Destination), 3, "Where its sound goes.")
    keytrack: bool = switch("sample_keytrack", False, "Follow the keyboard.")
    loop: bool = switch("sample_loop", True, "Play on from the start at the end.")
    bounce: bool = switch("sample_bounce", False, "Play backwards from the end.")
    random_phase: bool = switch("sample_random_phase", False, "Start anywhere.")
    transpose_semitones: int = whole("sample_transpose", -48, 48, 0, "semitones", "Transposition.")
    transpose_snap: int = whole("sample_transpose_quantize", 0, 8191, 0, "", "Scale that transposition snaps to.")
    tune_cents: float = number("sample_tune", -1, 1, 0, "cents", "Fine tuning.", factor=100)
    sample: SampleSource | None = None
    """The sample itself; none is the synth's own white noise."""

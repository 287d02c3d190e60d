"""How the voices play: polyphony, glide, tuning, output."""

from typing import Literal, get_args

from schemas.base import Strict
from schemas.parameters import Scale, choice, number, percent, switch, whole

VoicePriority = Literal["newest", "oldest", "highest", "lowest", "round_robin"]
VoiceOverride = Literal["kill", "steal"]
StereoMode = Literal["spread", "rotate"]
Oversampling = Literal["1x", "2x", "4x", "8x"]
SpectrogramView = Literal["off", "on", "wide"]


class Voicing(Strict):
    """How the voices play, and what leaves the synth."""

    polyphony: int = whole("polyphony", 1, 32, 8, "voices", "Voices at once; 1 is mono.")
    legato: bool = switch("legato", False, "Tied notes don't start the envelopes anew.")
    glide_s: float = number(
        "portamento_time", -10, 4, -10, "s", "Glide; the shortest is none.", scale=Scale.POWER_OF_TWO
    )
    glide_slope: float = number("portamento_slope", -8, 8, 0, "", "Curve of the glide.")
    glide_always: bool = switch("portamento_force", False, "Glide between untied notes, too.")
    glide_by_octave: bool = switch("portamento_scale", False, "The glide's time is per octave.")
    pitch_bend_semitones: int = whole("pitch_bend_range", 0, 48, 2, "semitones", "Range of the pitch wheel.")
    transpose_semitones: int = whole("voice_transpose", -48, 48, 0, "semitones", "Transposition.")
    tune_cents: float = number("voice_tune", -1, 1, 0, "cents", "Fine tuning.", factor=100)
    velocity_track_percent: float = percent("velocity_track", 0, "How much velocity sets the level.", low=-1)
    voice_amplitude_percent: float = percent("voice_amplitude", 1, "Level of each voice.")
    voice_priority: VoicePriority = choice("voice_priority", get_args(VoicePriority), 4, "Which notes sound.")
    voice_override: VoiceOverride = choice("voice_override", get_args(VoiceOverride), 0, "How a voice is freed.")
    stereo_percent: float = percent("stereo_routing", 1, "Stereo routing.")
    stereo_mode: StereoMode = choice("stereo_mode", get_args(StereoMode), 0, "Kind of stereo routing.")
    volume_db: float = number(
        "volume", 0, 7399.4404296875, 5473.04052734375, "dB", "Output level.", scale=Scale.SQUARE_ROOT_DB
    )
    oversampling: Oversampling = choice("oversampling", get_args(Oversampling), 1, "Oversampling.")
    mpe: bool = switch("mpe_enabled", False, "MPE.")
    tempo_bpm: float = number("beats_per_minute", 0.3333333432674408, 5, 2, "BPM", "Tempo.", factor=60)
    mod_wheel_percent: float = percent("mod_wheel", 0, "Position of the mod wheel.")
    pitch_wheel_percent: float = percent("pitch_wheel", 0, "Position of the pitch wheel.", low=-1)
    bypass: bool = switch("bypass", False, "Whether the synth is bypassed.")
    view_spectrogram: SpectrogramView = choice(
        "view_spectrogram", get_args(SpectrogramView), 0, "How the editor draws the output."
    )

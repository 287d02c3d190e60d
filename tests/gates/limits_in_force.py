"""Every limit of every profile, written down a second time. A change of a limit is made here, too, on purpose."""

from typing import NamedTuple


class GateLimit(NamedTuple):
    """A rule as it must be."""

    gate: str
    figure: str
    unit: str
    minimum: float | None
    maximum: float | None
    severity: str
    scope: str


def _styled(
    *, mono: float, low: float, click: bool, loudness: tuple[float, float], macros: float, tuned: bool
) -> tuple[GateLimit, ...]:
    return (
        GateLimit("finite", "nonfinite_samples", "samples", None, 0, "fail", "each"),
        GateLimit("non_silent", "loudness_lufs", "LUFS", -60.0, None, "fail", "held"),
        GateLimit("peak", "peak", "full scale", None, 0.94, "fail", "each"),
        GateLimit("dc", "dc", "full scale", None, 0.02, "fail", "each"),
        GateLimit("mono_safe", "mono_loss_db", "dB", mono, None, "fail", "held"),
        GateLimit("mono_safe_low", "low_band_mono_loss_db", "dB", low, None, "fail", "held"),
        GateLimit("stuck_note", "stuck_db", "dB", None, -24.0, "fail", "each"),
        *([GateLimit("click", "click_db", "dB", None, 18.0, "fail", "each")] if click else []),
        GateLimit("loudness", "loudness_lufs", "LUFS", *loudness, "fail", "centre"),
        GateLimit("macro_level", "level_lufs", "LUFS", None, macros, "fail", "macros"),
        *([GateLimit("pitch", "pitch_cents_off", "cents", -35.0, 35.0, "warn", "each")] if tuned else []),
    )


RULES = {
    "Bass": _styled(mono=-2.0, low=-1.0, click=True, loudness=(-19.0, -17.0), macros=-14.0, tuned=True),
    "Lead": _styled(mono=-3.0, low=-2.0, click=True, loudness=(-20.0, -18.0), macros=-15.0, tuned=True),
    "Keys": _styled(mono=-3.0, low=-2.0, click=True, loudness=(-29.0, -27.0), macros=-24.0, tuned=True),
    "Pad": _styled(mono=-3.5, low=-3.0, click=True, loudness=(-25.0, -23.0), macros=-20.0, tuned=True),
    "Percussion": _styled(mono=-3.0, low=-1.0, click=False, loudness=(-25.0, -23.0), macros=-20.0, tuned=False),
    "Sequence": _styled(mono=-3.0, low=-2.0, click=True, loudness=(-25.0, -23.0), macros=-20.0, tuned=True),
    "SFX": _styled(mono=-3.5, low=-3.0, click=False, loudness=(-22.0, -20.0), macros=-17.0, tuned=False),
    "human": (
        GateLimit("finite", "nonfinite_samples", "samples", None, 0, "fail", "each"),
        GateLimit("non_silent", "loudness_lufs", "LUFS", -60.0, None, "fail", "notes"),
        GateLimit("peak", "peak", "full scale", None, 1.0, "warn", "each"),
        GateLimit("dc", "dc", "full scale", None, 0.05, "warn", "each"),
        GateLimit("mono_safe", "mono_loss_db", "dB", -6.0, None, "warn", "held"),
        GateLimit("mono_safe_low", "low_band_mono_loss_db", "dB", -6.0, None, "warn", "held"),
        GateLimit("stuck_note", "stuck_db", "dB", None, -24.0, "fail", "each"),
        GateLimit("non_silent_takes", "loudness_lufs", "LUFS", -60.0, None, "warn", "takes"),
        GateLimit("click", "click_db", "dB", None, 20.0, "warn", "each"),
    ),
}
TARGET_LUFS = {
    "Bass": -18.0,
    "Lead": -19.0,
    "Keys": -28.0,
    "Pad": -24.0,
    "Percussion": -24.0,
    "Sequence": -24.0,
    "SFX": -21.0,
    "human": None,
}
TIMES_REALTIME = {
    "Bass": 10.0,
    "Lead": 8.0,
    "Keys": 8.0,
    "Pad": 6.0,
    "Percussion": 6.0,
    "Sequence": 8.0,
    "SFX": 8.0,
    "human": 6.0,
}
STEPS = {
    "nonfinite_samples": 1,
    "peak": 0.01,
    "dc": 0.001,
    "mono_loss_db": 0.1,
    "low_band_mono_loss_db": 0.1,
    "stuck_db": 0.1,
    "click_db": 0.1,
    "loudness_lufs": 0.1,
    "level_lufs": 0.1,
    "pitch_cents_off": 0.1,
}
"""How far beyond a limit is refused: 0.94 is as loud as a peak may be, 0.95 is not."""

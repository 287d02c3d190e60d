"""Measurements in the words of someone who makes presets."""

import re
from typing import NamedTuple

from engine.set_values import note_name
from schemas.measurements import NoteMeasurements, OverallMeasurements
from schemas.result import Repaired

_SPEEDS = (
    (0.008, "immediate"),
    (0.03, "quick"),
    (0.15, "soft"),
    (1.0, "slow"),
    (float("inf"), "a long swell"),
)
_COLOURS = (
    (250.0, "deep"),
    (600.0, "dark"),
    (1300.0, "warm"),
    (2600.0, "balanced"),
    (5000.0, "bright"),
    (float("inf"), "airy"),
)
_WIDTHS = ((0.005, "mono"), (0.06, "narrow"), (0.25, "wide"), (float("inf"), "very wide"))

_GIVES_WAY = {"macro": "it reaches less far", "macro_level": "the level gives way as it moves"}
_TURNED_WRONG = (
    ("^Too loud", "too loud"),
    ("^Peaks", "peaks too high"),
    ("^Loses .* below", "too little low end left in mono"),
    ("^Loses", "too little left in mono"),
    ("^Silent", "silent"),
    ("^Clicks", "a click"),
    ("", "not as it should be"),
)
"""What breaks at a macro's end, by how a gate's reason begins."""


class Fact(NamedTuple):
    """A line of the page: what was measured, in a word or two, and the figure behind it."""

    label: str
    words: str
    figure: str


def facts(overall: OverallMeasurements, centre: NoteMeasurements) -> tuple[Fact, ...]:
    """What is worth telling of a preset; `centre` is the note that the preview plays."""
    return (
        Fact("Loudness", f"{_signed(overall.loudness_lufs)} LUFS", f"peak {_signed(overall.peak_dbfs)} dBFS"),
        Fact("Tone", _word(overall.centroid_hz, _COLOURS), f"centred on {_hertz(overall.centroid_hz)}"),
        Fact("Attack", _word(overall.attack_s, _SPEEDS), _seconds(overall.attack_s)),
        Fact("Stereo", _word(overall.width, _WIDTHS), _mono(overall.mono_loss_db)),
        Fact("Low end", *_low_end(overall.low_band_mono_loss_db)),
        Fact("Tuning", *_tuning(overall.pitch_cents_off, centre)),
    )


def repair_reason(repair: Repaired) -> str:
    """Why a repair was made; of a macro in plain words: its figures and corners stand in the manifest."""
    if repair.kind not in _GIVES_WAY:
        return repair.reason
    found = dict.fromkeys(_plainly(reason) for reason in repair.reason.split("; "))
    return f"{repair.subject}: {', '.join(found)} with macros turned, so {_GIVES_WAY[repair.kind]}"


def _plainly(reason: str) -> str:
    return next(words for pattern, words in _TURNED_WRONG if re.search(pattern, reason))


def clock(seconds: float) -> str:
    """Minutes and seconds, `0:03`."""
    whole = max(1, round(seconds))
    return f"{whole // 60}:{whole % 60:02d}"


def _word(value: float, scale: tuple[tuple[float, str], ...]) -> str:
    return next(word for limit, word in scale if value <= limit)


def _signed(value: float) -> str:
    return f"{value:.1f}".replace("-", "−")


def _hertz(value: float) -> str:
    return f"{value / 1000:.1f} kHz" if value >= 1000 else f"{value:.0f} Hz"


def _seconds(value: float) -> str:
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.0f} ms"


def _mono(loss_db: float) -> str:
    return "loses nothing in mono" if loss_db > -0.1 else f"loses {-loss_db:.1f} dB in mono"


def _low_end(loss_db: float | None) -> tuple[str, str]:
    if loss_db is None:
        return "none", "little below 150 Hz"
    return ("centred" if loss_db > -1.0 else "spread", _mono(loss_db))


def _tuning(cents: float | None, centre: NoteMeasurements) -> tuple[str, str]:
    played = f"played at {note_name(centre.note)}"
    if cents is None:
        return "unpitched", played
    if abs(cents) < 15:
        return "in tune", f"{played}, within {max(1, round(abs(cents)))} cents"
    return f"{abs(cents):.0f} cents {'sharp' if cents > 0 else 'flat'}", played

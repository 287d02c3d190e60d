"""Limits by style. Where each number comes from: docs/decisions/gate-limits.md."""

from dataclasses import dataclass
from types import MappingProxyType

from engine.audio import SILENT_LUFS
from engine.gates.rules import GateProfile, Rule
from engine.measure.envelope import DIED_AWAY_DB
from schemas.measurements import Severity

LOUDNESS_TOLERANCE_LU = 1.0
MACRO_CAP_LU = 4.0
"""How much louder than the target a preset may get, wherever its macros stand."""
_BELOW_THE_LIMIT = 0.01
SHIPPED_PEAK = 0.94
"""A little below full scale: the peak between two samples lies up to some tenths of a dB above them."""


@dataclass(frozen=True)
class Limits:
    """The numbers in which profiles differ. Mono limits are losses in dB (negative)."""

    mono_db: float
    low_band_mono_db: float
    click_db: float | None
    tonal: bool
    peak: float = SHIPPED_PEAK
    dc: float = 0.02
    stuck_db: float = DIED_AWAY_DB
    target_lufs: float | None = None
    soft: Severity = "fail"
    min_times_realtime: float = 6.0
    """CPU budget: a render may not be slower than this. Told by `check`, never part of what is hashed."""


def _core(limits: Limits) -> tuple[Rule, ...]:
    return (
        Rule(
            gate="finite",
            figure="nonfinite_samples",
            unit="samples",
            maximum=0.0,
            words_high="{value:.0f} samples are not numbers",
        ),
        Rule(
            gate="non_silent",
            figure="loudness_lufs",
            unit="LUFS",
            minimum=SILENT_LUFS,
            scope="held" if limits.soft == "fail" else "notes",
            words_low="Silent: {value:.1f} LUFS (at least {limit:.0f} LUFS)",
        ),
        Rule(
            gate="peak",
            figure="peak",
            unit="full scale",
            maximum=limits.peak,
            severity=limits.soft,
            words_high="Peaks at {value:.2f} of full scale (limit {limit:.2f})",
        ),
        Rule(
            gate="dc",
            figure="dc",
            unit="full scale",
            maximum=limits.dc,
            severity=limits.soft,
            words_high="Offset from zero (DC) of {value:.3f} (limit {limit:.3f})",
        ),
        Rule(
            gate="mono_safe",
            figure="mono_loss_db",
            unit="dB",
            minimum=limits.mono_db,
            severity=limits.soft,
            scope="held",
            words_low="Loses {size:.1f} dB when summed to mono (limit {allowed:.1f} dB)",
        ),
        Rule(
            gate="mono_safe_low",
            figure="low_band_mono_loss_db",
            unit="dB",
            minimum=limits.low_band_mono_db,
            severity=limits.soft,
            scope="held",
            words_low="Loses {size:.1f} dB below 150 Hz when summed to mono (limit {allowed:.1f} dB)",
        ),
        Rule(
            gate="stuck_note",
            figure="stuck_db",
            unit="dB",
            maximum=limits.stuck_db,
            words_high="Hangs: 10 s after note off still at {value:.0f} dB of its loudest (limit {limit:.0f} dB)",
        ),
    )


def _optional(limits: Limits) -> tuple[Rule, ...]:
    rules = []
    if limits.soft == "warn":
        rules.append(
            Rule(
                gate="non_silent_takes",
                figure="loudness_lufs",
                unit="LUFS",
                minimum=SILENT_LUFS,
                severity="warn",
                scope="takes",
                words_low="Falls silent: {value:.1f} LUFS (at least {limit:.0f} LUFS)",
            )
        )
    if limits.click_db is not None:
        rules.append(
            Rule(
                gate="click",
                figure="click_db",
                unit="dB",
                maximum=limits.click_db,
                severity=limits.soft,
                words_high="Clicks at its start: a step {value:.0f} dB above its own (limit {limit:.0f} dB)",
            )
        )
    if limits.target_lufs is not None:
        rules.append(
            Rule(
                gate="loudness",
                figure="loudness_lufs",
                unit="LUFS",
                minimum=limits.target_lufs - LOUDNESS_TOLERANCE_LU,
                maximum=limits.target_lufs + LOUDNESS_TOLERANCE_LU,
                severity=limits.soft,
                scope="centre",
                words_low="Too quiet: {value:.1f} LUFS (at least {limit:.1f} LUFS)",
                words_high="Too loud: {value:.1f} LUFS (at most {limit:.1f} LUFS)",
            )
        )
        rules.append(
            Rule(
                gate="macro_level",
                figure="level_lufs",
                unit="LUFS",
                maximum=limits.target_lufs + MACRO_CAP_LU,
                severity=limits.soft,
                scope="macros",
                words_high="Too loud with its macros turned: {value:.1f} LUFS (at most {limit:.1f} LUFS)",
            )
        )
    if limits.tonal:
        words = "Out of tune by {value:+.0f} cents (limit {allowed:.0f})"
        rules.append(
            Rule(
                gate="pitch",
                figure="pitch_cents_off",
                unit="cents",
                minimum=-35.0,
                maximum=35.0,
                severity="warn",
                words_low=words,
                words_high=words,
            )
        )
    return tuple(rules)


def make_profile(name: str, limits: Limits) -> GateProfile:
    """The profile of a set of limits."""
    return GateProfile(
        name=name,
        rules=_core(limits) + _optional(limits),
        target_lufs=limits.target_lufs,
        peak_ceiling=limits.peak - _BELOW_THE_LIMIT,
        min_times_realtime=limits.min_times_realtime,
    )


_LIMITS = {
    "Bass": Limits(
        mono_db=-2.0, low_band_mono_db=-1.0, click_db=18.0, tonal=True, target_lufs=-18.0, min_times_realtime=10.0
    ),
    "Lead": Limits(
        mono_db=-3.0, low_band_mono_db=-2.0, click_db=18.0, tonal=True, target_lufs=-19.0, min_times_realtime=8.0
    ),
    "Keys": Limits(
        mono_db=-3.0, low_band_mono_db=-2.0, click_db=18.0, tonal=True, target_lufs=-28.0, min_times_realtime=8.0
    ),
    "Pad": Limits(mono_db=-3.5, low_band_mono_db=-3.0, click_db=18.0, tonal=True, target_lufs=-24.0),
    "Percussion": Limits(mono_db=-3.0, low_band_mono_db=-1.0, click_db=None, tonal=False, target_lufs=-24.0),
    "Sequence": Limits(
        mono_db=-3.0, low_band_mono_db=-2.0, click_db=18.0, tonal=True, target_lufs=-24.0, min_times_realtime=8.0
    ),
    "SFX": Limits(
        mono_db=-3.5, low_band_mono_db=-3.0, click_db=None, tonal=False, target_lufs=-21.0, min_times_realtime=8.0
    ),
}
STYLES = tuple(_LIMITS)
PROFILES = MappingProxyType({style: make_profile(style, limits) for style, limits in _LIMITS.items()})
HUMAN = make_profile(
    "human",
    Limits(mono_db=-6.0, low_band_mono_db=-6.0, click_db=20.0, tonal=False, peak=1.0, dc=0.05, soft="warn"),
)
"""For any preset, whoever made it: fails what is broken, warns of what is unusual among human-made presets."""


def profile_for(style: str) -> GateProfile:
    """The profile of a `preset_style`; `HUMAN` for the styles that nothing is generated in."""
    return PROFILES.get(style, HUMAN)

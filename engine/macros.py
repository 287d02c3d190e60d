"""Whether a preset's four knobs do something and break nothing: each is turned to both ends and heard.

Every end is rendered in a child of its own, as the default is, so both start from the same random state: what
differs is what the knob does. A knob that changes nothing gives the same samples.
"""

import math
from collections.abc import Iterator, Mapping

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from engine.compiler import compile_spec, playable
from engine.compiler.to_vital import knob_macros
from engine.generate.draft import Draft
from engine.generate.roles import curve_at
from engine.render.job import SAMPLE_RATE, NotePlan, Outcome, Rendered, RenderJob
from schemas.measurements import OverallMeasurements
from schemas.patch_spec import PatchSpec
from schemas.result import MacroEnd, MacroHeard

LEAST_CHANGE_DB = 1.0
"""A knob is heard if an end differs by this much from the default, averaged over bands and time."""
LOUDEST_PEAK = 0.999
QUIETEST_LUFS = -60.0
_HOLD_S, _RENDER_S = 0.35, 0.8
_AT_THE_END = 1e-3
_FRAME, _HOP = 2048, 2048
_FLOOR_DB = -60.0
"""Below the loudest band of either sound nothing counts."""


def macro_note(center: NotePlan) -> NotePlan:
    """The note that knobs are heard at: the register's centre, cut short."""
    return center._replace(hold_s=min(center.hold_s, _HOLD_S), render_s=min(center.render_s, _RENDER_S))


def macro_jobs(spec: PatchSpec, note: NotePlan, *, key: str) -> Iterator[RenderJob]:
    """The default, and each knob at the ends it doesn't stand at already; keys are `key`/knob/end."""
    guarded = playable(compile_spec(spec))
    yield RenderJob(key=f"{key}/default", preset=guarded.preset, notes=(note,), preview=note)
    for knob, macro in sorted(knob_macros(spec.macros).items()):
        for end in (0.0, 1.0):
            if abs(end - macro.default) > _AT_THE_END:
                preset = guarded.turned(knob, end)
                yield RenderJob(key=f"{key}/{knob}/{end:.0f}", preset=preset, notes=(note,), preview=note)


def judge_macros(spec: PatchSpec, outcomes: Mapping[str, Outcome], *, key: str) -> tuple[MacroHeard, ...]:
    """What each knob does, from the renders of `macro_jobs`."""
    default = outcomes[f"{key}/default"]
    found = []
    for knob, macro in sorted(knob_macros(spec.macros).items()):
        ends = tuple(
            _end(position, default, outcome)
            for position in (0.0, 1.0)
            if (outcome := outcomes.get(f"{key}/{knob}/{position:.0f}")) is not None
        )
        found.append(MacroHeard(knob=knob, role_id=macro.role_id, label=macro.label, ends=ends))
    return tuple(found)


def problems(heard: tuple[MacroHeard, ...]) -> dict[int, str]:
    """What is wrong with each knob that changes nothing or breaks the sound, in words, by knob."""
    found = {}
    for macro in heard:
        broken = [f"at {end.position:.0%} it {end.broken}" for end in macro.ends if end.broken]
        change = max((end.change_db for end in macro.ends), default=0.0)
        if broken:
            found[macro.knob] = f"Macro {macro.knob} ({macro.label}): {' and '.join(broken)}"
        elif change < LEAST_CHANGE_DB:
            found[macro.knob] = (
                f"Macro {macro.knob} ({macro.label}) changes the sound by {change:.1f} dB "
                f"(at least {LEAST_CHANGE_DB:.1f} dB)"
            )
    return found


def narrow(spec: PatchSpec, knob: int, *, part: float) -> PatchSpec:
    """The patch with a knob that reaches only `part` as far; where it stands now, nothing changes."""
    index = next(i for i, macro in enumerate(spec.macros) if macro is knob_macros(spec.macros)[knob])
    draft = Draft(spec.model_dump(mode="json"))
    macro = draft.document["macros"][index]
    for target in macro["targets"]:
        travel = (k := draft.knob(target["path"])).high - k.low
        given_back = (1 - part) * target["amount"] * curve_at(target["curve"], macro["default"]) * travel
        draft.set_stored(target["path"], draft.stored(target["path"]) + given_back)
        target["amount"] *= part
    return draft.spec()


def _end(position: float, default: Outcome, outcome: Outcome) -> MacroEnd:
    if not isinstance(outcome, Rendered) or not isinstance(default, Rendered):
        reason = outcome.reason if not isinstance(outcome, Rendered) else "has no default to be compared with"
        return MacroEnd(position=position, change_db=0.0, broken=f"can't be rendered ({reason})")
    assert outcome.preview is not None  # noqa: S101 — both jobs ask for it
    assert default.preview is not None  # noqa: S101
    change = spectral_change_db(default.preview, outcome.preview)
    return MacroEnd(position=position, change_db=change, broken=_broken(outcome.measurements.overall))


def _broken(overall: OverallMeasurements) -> str:
    if overall.nonfinite_samples:
        return "isn't finite"
    if overall.loudness_lufs < QUIETEST_LUFS:
        return f"is silent ({overall.loudness_lufs:.0f} LUFS)"
    if overall.peak > LOUDEST_PEAK:
        return f"clips (peaks at {overall.peak:.2f})"
    return ""


def spectral_change_db(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """How much two sounds differ: root mean square of the level difference over time and third-octave bands, in dB.

    Sounds are (2, n) float32 of one length. Bands more than 60 dB below the loudest of either count as equal, so
    what nobody hears doesn't. Weighted by the louder of both, since a change where the sound is counts most.
    """
    a, b = _bands_db(one), _bands_db(other)
    top = max(float(a.max()), float(b.max()))
    floor = top + _FLOOR_DB
    a, b = np.maximum(a, floor), np.maximum(b, floor)
    weight = np.maximum(a, b) - floor
    total = float(weight.sum())
    return round(math.sqrt(float((weight * (a - b) ** 2).sum()) / total), 2) if total > 0 else 0.0


def _bands_db(audio: NDArray[np.float32]) -> NDArray[np.float64]:
    """Power in third-octave bands by frame, in dB: shape (frames, bands)."""
    count = audio.shape[1] // _HOP
    frames = audio[:, : count * _HOP].reshape(2, count, _FRAME) * np.hanning(_FRAME).astype(np.float32)
    power = (np.abs(scipy.fft.rfft(frames, axis=-1)) ** 2).sum(axis=0)
    edges = 25.0 * 2.0 ** (np.arange(31) / 3)
    starts = np.unique(np.searchsorted(np.fft.rfftfreq(_FRAME, 1 / SAMPLE_RATE), edges[:-1]))
    summed = np.add.reduceat(power, starts, axis=1)
    return np.asarray(10 * np.log10(summed + 1e-12), dtype=np.float64)

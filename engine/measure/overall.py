"""The summary of a preset over its measured notes."""

from collections.abc import Callable, Sequence

from engine.measure.level import amplitude_db
from engine.measure.note import MeasuredFigures
from schemas.measurements import Measurements, NoteMeasurements, OverallMeasurements, TakeMeasurements


def summarise(figures: Sequence[MeasuredFigures], takes: Sequence[TakeMeasurements] = ()) -> Measurements:
    """Measurements of a preset from `measure_note`'s figures, the centre note first, and its short takes."""
    return combine([NoteMeasurements.model_validate(f) for f in figures], takes)


def combine(notes: Sequence[NoteMeasurements], takes: Sequence[TakeMeasurements] = ()) -> Measurements:
    """Measurements of a preset from its notes, the centre note first (at least one), and its short takes."""
    centre = notes[0]
    played: list[NoteMeasurements | TakeMeasurements] = [*notes, *takes]
    peak = max(one.peak for one in played)
    return Measurements(
        notes=tuple(notes),
        takes=tuple(takes),
        overall=OverallMeasurements(
            peak=peak,
            peak_dbfs=round(amplitude_db(peak), 3),
            loudness_lufs=centre.loudness_lufs,
            quietest_lufs=min(n.loudness_lufs for n in notes),
            mono_loss_db=min(one.mono_loss_db for one in played),
            low_band_mono_loss_db=_pick(min, [one.low_band_mono_loss_db for one in played]),
            dc=max(n.dc for n in notes),
            stuck_db=_pick(max, [n.stuck_db for n in notes]),
            click_db=max(n.click_db for n in notes),
            pitch_cents_off=_furthest([n.pitch_cents_off for n in notes]),
            attack_s=centre.attack_s,
            centroid_hz=centre.centroid_hz,
            width=centre.width,
            nonfinite_samples=sum(one.nonfinite_samples for one in played),
        ),
    )


def _pick(choose: Callable[[list[float]], float], values: Sequence[float | None]) -> float | None:
    known = [v for v in values if v is not None]
    return choose(known) if known else None


def _furthest(values: Sequence[float | None]) -> float | None:
    known = [v for v in values if v is not None]
    return max(known, key=abs) if known else None

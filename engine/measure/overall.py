"""The summary of a preset over its measured notes."""

from collections.abc import Callable, Sequence

from engine.measure.note import Figures
from schemas.measurements import Measurements, NoteMeasurements, OverallMeasurements


def summarise(figures: Sequence[Figures]) -> Measurements:
    """Measurements of a preset from `measure_note`'s figures, the centre note first."""
    return combine([NoteMeasurements.model_validate(f) for f in figures])


def combine(notes: Sequence[NoteMeasurements]) -> Measurements:
    """Measurements of a preset from its notes, the centre note first (at least one)."""
    centre = notes[0]
    loudest = max(notes, key=lambda n: n.peak)
    return Measurements(
        notes=tuple(notes),
        overall=OverallMeasurements(
            peak=loudest.peak,
            peak_dbfs=loudest.peak_dbfs,
            loudness_lufs=centre.loudness_lufs,
            quietest_lufs=min(n.loudness_lufs for n in notes),
            mono_loss_db=min(n.mono_loss_db for n in notes),
            low_band_mono_loss_db=_pick(min, [n.low_band_mono_loss_db for n in notes]),
            dc=max(n.dc for n in notes),
            stuck_db=_pick(max, [n.stuck_db for n in notes]),
            click_db=max(n.click_db for n in notes),
            pitch_cents_off=_furthest([n.pitch_cents_off for n in notes]),
            attack_s=centre.attack_s,
            centroid_hz=centre.centroid_hz,
            width=centre.width,
            nonfinite_samples=sum(n.nonfinite_samples for n in notes),
        ),
    )


def _pick(choose: Callable[[list[float]], float], values: Sequence[float | None]) -> float | None:
    known = [v for v in values if v is not None]
    return choose(known) if known else None


def _furthest(values: Sequence[float | None]) -> float | None:
    known = [v for v in values if v is not None]
    return max(known, key=abs) if known else None

"""How any preset is measured and judged, whoever made it: its notes and worst cases, held to a profile's limits.

`inspectable` reads a file, `inspection_job` says what is rendered of it, `inspected` judges what was heard.
"""

from dataclasses import dataclass, field

from engine.audition.arrival import AT_ONCE_S, THERE_S, Arrival
from engine.audition.conditions import CHORD_STYLES, macro_takes, patient, played_takes
from engine.audition.notes import held, notes_said
from engine.audition.turns import seed_lengths
from engine.compiler import Guarded, decompile, playable, read_vital
from engine.gates import GateProfile, judge, judge_cost
from engine.render.job import NotePlan, Outcome, RenderFailure, RenderJob, standard_notes
from schemas.measurements import GateReport, Measurements

_NOTES = {"Bass": (36, 48, 60), "Percussion": (48, 60, 72)}
_OTHER_NOTES = (48, 60, 72)
"""Low, centre and high, MIDI."""


@dataclass(frozen=True, slots=True)
class Inspected:
    """Whether a preset passed, and why not; what was measured, unless it couldn't be rendered."""

    passed: bool
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    measurements: Measurements | None = field(default=None, repr=False)
    gates: GateReport | None = field(default=None, repr=False)


def inspectable(data: bytes) -> Guarded:
    """A preset's file made safe to render; values out of range are told, and brought to the nearest that there is.

    Raises:
        VitalFileError: it is malformed, or would crash the synth.
        SpecError: it holds what no patch can.
    """
    vital = read_vital(data)
    decompile(vital)
    return playable(vital)


def inspection_job(key: str, guarded: Guarded, *, by_its_style: bool = False) -> RenderJob:
    """A preset's register and its worst cases: another phase seed, how it is played, where its macros may stand.

    `by_its_style` at the notes that its comment says it was made for, if it says so, as what is made here does: the
    level of a style is that of the note in the middle of these.
    """
    settings, style = guarded.vital["settings"], style_of(guarded)
    arrival = Arrival(settings)
    said = notes_said(str(guarded.vital.get("comments", ""))) if by_its_style else None
    notes = tuple(held(note, arrival.at()) for note in said or inspection_notes(style))
    moving = {str(one.get("source", "")) for one in settings.get("modulations", ()) if one.get("destination")}
    macros = [number for number in range(1, 5) if f"macro_control_{number}" in moving]
    rests = {number: float(settings.get(f"macro_control_{number}", 0.0)) for number in macros}
    chord = settings.get("polyphony", 1) > 1 and style in CHORD_STYLES
    patience_s = round(arrival.latest_s + THERE_S, 3) if arrival.latest_s > AT_ONCE_S else 0.0
    played = played_takes(notes[0], chord=chord, arrival=arrival)
    return RenderJob(
        key=key,
        preset=guarded.preset,
        notes=notes,
        again=seed_lengths(notes[0], (), several=False, arrival=arrival),
        takes=patient(played + macro_takes(notes[0], rests, arrival=arrival), patience_s),
        to_the_end=True,
        patience_s=patience_s,
    )


def style_of(guarded: Guarded) -> str:
    """The style that a preset says it has; it may be none of ours."""
    return str(guarded.vital.get("preset_style", ""))


def inspection_notes(style: str) -> tuple[NotePlan, ...]:
    """As the human-made presets were measured that the gates are calibrated on, and an octave up and down."""
    return standard_notes(*_NOTES.get(style, _OTHER_NOTES))


def inspected(outcome: Outcome, profile: GateProfile) -> Inspected:
    """What was heard of an inspection's job, judged by a profile."""
    if isinstance(outcome, RenderFailure):
        return Inspected(passed=False, reasons=(f"{outcome.kind}: {outcome.reason}",))
    report, cost = judge(outcome.measurements, profile), judge_cost(outcome.cost, profile)
    warnings = [result.reason for result in report.warnings] + ([] if cost.passed else [cost.reason])
    reasons = tuple(result.reason for result in report.failures)
    return Inspected(report.passed, reasons, tuple(warnings), outcome.measurements, report)

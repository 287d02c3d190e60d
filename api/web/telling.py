"""States, stages, errors and formats in the words of someone who makes presets."""

from typing import Final, NamedTuple

from api.models import Job, JobState, Queue
from service.job_errors import job_error

STATES: Final[dict[str, str]] = {
    JobState.QUEUED: "waiting",
    JobState.RUNNING: "at work",
    JobState.SUCCEEDED: "ready",
    JobState.FAILED: "failed",
    JobState.CANCELLED: "cancelled",
}
_STAGES: Final = {
    "waiting": "Waiting for its turn",
    "starting": "Starting",
    "planning": "Reading the words",
    "patching": "Patching",
    "rendering": "Rendering, listening, repairing",
    "bundling": "Packing",
    "packing": "Packing",
    "delivering": "Delivering",
    "done": "Done",
}
_STEPS: Final = ("Reading", "Patching", "Listening", "Packing")
_STEP_OF: Final = {"starting": 0, "planning": 0, "patching": 1, "rendering": 2, "bundling": 3, "delivering": 3}


class ExportFormat(NamedTuple):
    """A format that a finished job can be turned into."""

    format: str
    label: str
    help: str


EXPORTS: Final = (
    ExportFormat("vitalbank", "Vital bank", "one .vitalbank file; drop it onto Vital"),
    ExportFormat("presets", "Presets only", "a zip of nothing but the .vital files"),
)


class Ending(NamedTuple):
    """How a job that has nothing to show ended."""

    headline: str
    detail: str
    advice: str
    next_step: str = "again"
    """What helps most: `again`, another `seed`, or other `words`."""


def stage_text(job: Job) -> str:
    """What is being done."""
    if job.cancel_requested_at and not job.ended:
        return "Stopping"
    if job.state == JobState.QUEUED and job.attempt > 1:
        return f"Waiting for try {job.attempt}"
    return _STAGES.get(job.stage, job.stage.capitalize())


class Step(NamedTuple):
    """One of the steps to a bundle: `done`, `now` or `next`."""

    name: str
    state: str


def steps(job: Job) -> tuple[Step, ...]:
    """The way to a bundle, and where on it a job is; nothing for exports."""
    if job.queue == Queue.EXPORT:
        return ()
    here = _STEP_OF.get(job.stage, -1)
    return tuple(
        Step(name, "done" if at < here else "now" if at == here else "next") for at, name in enumerate(_STEPS)
    )


def name_of(job: Job) -> str:
    """What to call a job before and after it has a title."""
    if job.title:
        return job.title
    if job.queue == Queue.EXPORT:
        return "An export"
    return {
        JobState.FAILED: "No sound",
        JobState.CANCELLED: "Cancelled",
    }.get(JobState(job.state), "A sound in the making")


def format_text(export_format: str) -> str:
    """An export's format in words."""
    return next((one.label for one in EXPORTS if one.format == export_format), export_format)


def ending_of(job: Job) -> Ending:
    """Why there is nothing to show, and what to try."""
    if job.state == JobState.CANCELLED:
        return Ending("You stopped it", "Nothing of it was kept.", "")
    told = job_error(job.error_code)
    return Ending(told.headline, job.error_detail, told.advice, told.next_step)

"""States, stages, errors and formats in the words of someone who makes presets."""

from typing import Final, NamedTuple

from api.models import Job, JobState, Queue

STATES: Final = {
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
_GENERIC: Final = "Try again; if it fails once more, say it with other words or another seed."


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


FAILURES: Final[dict[str, tuple[str, str]]] = {
    "refused": (
        "The sound didn’t pass",
        "It was rendered and listened to, and isn’t fit to ship. Another seed often passes; so do words that ask "
        "for less at once.",
    ),
    "bad_request": ("The request can’t be used", "Change the words or the options."),
    "timeout": (
        "It took too long",
        "Try again, for the machine may have been busy; fewer variations take less time.",
    ),
    "out_of_memory": ("It needed too much memory", "Try fewer variations, or another template."),
    "worker_lost": (
        "It was interrupted",
        "It was tried more than once. Nothing is wrong with your words: try again in a while.",
    ),
    "storage": (
        "A part of the service didn’t answer",
        "It was tried more than once. Nothing is wrong with your words: try again in a while.",
    ),
    "internal": ("Something broke", "It is our fault, and it is logged. Another seed may well work."),
}
"""What to say of each way in which a job can fail, and what to try; by its code."""


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
    headline, advice = FAILURES.get(job.error_code, ("It didn’t work", _GENERIC))
    next_step = {"refused": "seed", "bad_request": "words"}.get(job.error_code, "again")
    return Ending(headline, job.error_detail, advice, next_step)

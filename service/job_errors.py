"""Why a job fails: every code with all that is said of it, to programs and to people.

Workers write the code and `detail` into the job's row (`pipelines.on_demand.housekeeping.verdicts` says which error
means which code); the API adds `title`, the page `headline` and `advice`. `docs/api.md` lists the codes for others.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

JobErrorCode = Literal["refused", "bad_request", "timeout", "out_of_memory", "worker_lost", "storage", "internal"]


@dataclass(frozen=True, slots=True)
class JobError:
    """What is said of one code.

    `detail`: the reason, in the job's row. `title`: of the API's problem document. `headline` and `advice`: on the
    page, what happened and what to try. `next_step`: what helps most there: `again`, another `seed`, or other
    `words`. `retried`: whether another attempt can help, without anybody asking for it.
    """

    detail: str
    title: str
    headline: str
    advice: str
    next_step: Literal["again", "seed", "words"] = "again"
    retried: bool = False


JOB_ERRORS: Final[Mapping[str, JobError]] = MappingProxyType(
    {
        "refused": JobError(
            detail="What was made did not pass the listening tests.",
            title="What was made did not pass the gates",
            headline="The sound didn’t pass",
            advice=(
                "It was rendered and listened to, and isn’t fit to ship. Another seed often passes; so do words "
                "that ask for less at once."
            ),
            next_step="seed",
        ),
        "bad_request": JobError(
            detail="The request can't be used.",
            title="The request can't be used",
            headline="The request can’t be used",
            advice="Change the words or the options.",
            next_step="words",
        ),
        "timeout": JobError(
            detail="It took longer than a job may take. Fewer variations take less time.",
            title="It took too long",
            headline="It took too long",
            advice="Try again: the machine may have been busy. Fewer variations take less time.",
        ),
        "out_of_memory": JobError(
            detail="It needed more memory than a job may use.",
            title="It needed too much memory",
            headline="It needed too much memory",
            advice="Try fewer variations, or another template.",
            retried=True,
        ),
        "worker_lost": JobError(
            detail="The process that was working on it ended unexpectedly.",
            title="The worker was lost",
            headline="It was interrupted",
            advice="It was tried more than once. Nothing is wrong with your words: try again in a while.",
            retried=True,
        ),
        "storage": JobError(
            detail="A database or the file store could not be reached.",
            title="The database or the files could not be reached",
            headline="A part of the service didn’t answer",
            advice="It was tried more than once. Nothing is wrong with your words: try again in a while.",
            retried=True,
        ),
        "internal": JobError(
            detail="Something went wrong on our side; it is in the logs under the job's id.",
            title="The job failed",
            headline="Something broke",
            advice="It is our fault, and it is logged. Another seed may well work.",
        ),
    }
)
"""By code, in the order in which people read of them."""

UNKNOWN_ERROR: Final = JobError(
    detail="",
    title="The job failed",
    headline="It didn’t work",
    advice="Try again; if it fails once more, try other words or another seed.",
)
"""Of a row without a code, or with one of another version."""


def job_error(code: str) -> JobError:
    """What is said of a code, known or not."""
    return JOB_ERRORS.get(code, UNKNOWN_ERROR)

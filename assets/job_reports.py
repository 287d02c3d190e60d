"""Where what a job made is handed over. A run that no job asked for hands nothing over, and is none the worse.

Resources of this kind come from whoever runs the assets; the default has no ledger.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from assets.attempts import Attempt
from engine.bundle.archive import MAX_BUNDLE_BYTES
from service.ledger import JobRow, Ledger, MadeFile, MadePatch


@dataclass(frozen=True)
class JobReports:
    """How a process gets at the ledger of jobs, if there is one; no archive handed over may be larger."""

    ledger: Callable[[], Ledger] | None = None
    max_bytes: int = MAX_BUNDLE_BYTES

    def job(self, tags: Mapping[str, str]) -> "ReportedJob | None":
        """The job that a run works for, by its tags."""
        attempt = Attempt.of(tags)
        return ReportedJob(self.ledger(), attempt) if self.ledger and attempt else None


@dataclass(frozen=True)
class ReportedJob:
    """A job that a run works for. Every write speaks of its attempt: once the job has moved on, nothing happens."""

    ledger: Ledger
    attempt: Attempt

    def row(self) -> JobRow | None:
        """The job itself."""
        return self.ledger.job(self.attempt.job_id)

    def source_files(self) -> tuple[MadeFile, ...]:
        """What the job made that this one exports."""
        row = self.row()
        return self.ledger.files(row.source_id) if row and row.source_id else ()

    def refuse(self, code: str, reason: str) -> None:
        """Note why the job fails although its run does not."""
        self.ledger.fail_soon(self.attempt.job_id, attempt=self.attempt.number, code=code, detail=reason)

    def hand_over(
        self,
        files: Sequence[MadeFile],
        *,
        patches: Sequence[MadePatch] = (),
        title: str = "",
        style: str = "",
        made_with: str = "",
    ) -> bool:
        """Write down what was made; nobody sees it before the job has succeeded. False if the job has moved on."""
        return self.ledger.deliver(
            self.attempt.job_id,
            attempt=self.attempt.number,
            files=files,
            patches=patches,
            title=title,
            style=style,
            made_with=made_with,
        )

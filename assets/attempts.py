"""How a run says which job it works for: by its tags. A build's runs have none of them.

Tags outlive a job's prompt, so they hold ids, numbers and hashes only.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

JOB_TAG: Final = "synthcopilot/job"
ATTEMPT_TAG: Final = "synthcopilot/attempt"
USER_TAG: Final = "synthcopilot/user"
LANE_TAG: Final = "synthcopilot/lane"
"""User and queue: what the limit of runs at a time counts."""
PROMPT_TAG: Final = "synthcopilot/prompt-sha256"
WORKER_TAG: Final = "synthcopilot/worker"
SOFT_LIMIT_TAG: Final = "synthcopilot/soft-limit-s"
HARD_LIMIT_TAG: Final = "synthcopilot/hard-limit-s"
QUEUE_TAG: Final = "dagster-celery/queue"
"""Dagster's own name for it."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at a job."""

    job_id: uuid.UUID
    number: int

    @property
    def run_key(self) -> str:
        """Names the run of this attempt: Dagster never makes a second one with the same key."""
        return f"{self.job_id}:{self.number}"

    @classmethod
    def of(cls, tags: Mapping[str, str]) -> "Attempt | None":
        """The attempt that a run's tags speak of; None for a run that nobody's job asked for."""
        if JOB_TAG not in tags:
            return None
        return cls(uuid.UUID(tags[JOB_TAG]), int(tags[ATTEMPT_TAG]))

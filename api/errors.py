"""Why a service refuses, in words for the user; the API turns each kind into a status.

ServiceError
├── InvalidInput          what was sent can't be used; each problem names its field
├── ReusedKey             an Idempotency-Key that stood for another request
├── NotInPlan             the user's plan doesn't have it, now or later
├── LimitReached          the plan has it, but not now
├── NotNow                the job's state doesn't allow it
└── Gone                  it was there, and its files have been deleted
"""

from dataclasses import dataclass
from datetime import datetime

from engine.errors import SynthCopilotError


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field: of the body, by JSON Pointer, or else a query parameter or a header."""

    pointer: str
    detail: str
    parameter: str = ""
    header: str = ""

    def document(self) -> dict[str, str]:
        """As a problem document lists it."""
        place = {"parameter": self.parameter, "header": self.header}
        named = {name: value for name, value in place.items() if value} or {"pointer": self.pointer}
        return {**named, "detail": self.detail}


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of a plan that was met. `frees_at` is None where it depends on the user's own jobs."""

    name: str
    allowed: int
    used: int
    frees_at: datetime | None = None


class ServiceError(SynthCopilotError):
    """Something that the service refuses; `code` tells programs which."""

    code = "refused"


class InvalidInput(ServiceError):  # noqa: N818 - the names say what happened
    """What was sent can't be used."""

    code = "invalid-input"

    def __init__(self, *problems: FieldProblem) -> None:
        self.problems = problems
        super().__init__(
            "; ".join(
                f"{one.parameter or one.header or one.pointer or 'the body'}: {one.detail}" for one in problems
            )
        )


class ReusedKey(ServiceError):  # noqa: N818
    """An Idempotency-Key that stood for another request."""

    code = "idempotency-key-reused"


class NotInPlan(ServiceError):  # noqa: N818
    """The user's plan doesn't have it."""

    code = "not-in-plan"

    def __init__(self, detail: str, limit: Limit | None = None) -> None:
        self.limit = limit
        super().__init__(detail)


class LimitReached(ServiceError):  # noqa: N818
    """The plan has it, but not now."""

    code = "limit-reached"

    def __init__(self, detail: str, limit: Limit) -> None:
        self.limit = limit
        super().__init__(detail)


class NotNow(ServiceError):  # noqa: N818
    """The job's state doesn't allow it; `retry_after_s` says when to ask again, if that helps."""

    code = "wrong-state"

    def __init__(self, detail: str, *, retry_after_s: int | None = None) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(detail)


class Gone(ServiceError):  # noqa: N818
    """It was there, and its files have been deleted."""

    code = "gone"

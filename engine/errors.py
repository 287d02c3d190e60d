"""Every error that is raised on purpose, so that one `except` catches all that a user can act on.

SynthCopilotError            something a user can act on; its text names what is wrong and where
├── RequestError             a prompt, seed or option that can't be used
├── SpecError                a PatchSpec, template or library that breaks its schema or a pointer
├── VitalFileError           a `.vital` file that is malformed or that would crash the synth
├── BundleError              a bundle or pack that can't be made, written or opened
├── GateError                a request whose base preset did not pass the gates
└── RenderError              a preset that crashed, hung or poisoned the synth while it was rendered

What the other packages raise on purpose belongs to the same tree:

SynthCopilotError
├── ObjectError              service: a file that is missing from the object store, or damaged
├── LlmError                 service: a language model that can't be reached, is late, or says what can't be used
├── InFlightError            service: a job that can't be erased, since it has not ended
├── PurgeError               service: files that were to go and could not be erased
├── RetentionError           service: something that was due and could not be erased
├── StoreError               assets: what the store should hold and doesn't, or not as it was put there
├── HomeInUseError           pipelines: another build works in the same home
├── BuildFailedError         pipelines: a run of a build that failed
├── NotReadyError            api: a part of the service that isn't ready
├── ServiceError             api: something that the service refuses; `code` tells programs which
│   ├── InvalidInput         what was sent can't be used
│   ├── ReusedKey            an Idempotency-Key that stood for another request
│   ├── NotInPlan            what the user's plan doesn't have
│   ├── LimitReached         what the plan has, but not now
│   ├── NotNow               what the job's state doesn't allow
│   └── Gone                 what was there, and its files have been deleted
├── HostingError             hosting: the service can't be started or kept running here
├── Wrong                    hosting: what a check of this host finds
└── InputError               cli: a file that can't be read, or a place that can't be written
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemas.result import ValueSet


class SynthCopilotError(Exception):
    """Something a user can act on; the text names what is wrong and where."""


class RequestError(SynthCopilotError):
    """A prompt, seed or option that can't be used."""


class SpecError(SynthCopilotError):
    """A PatchSpec, template or library that breaks its schema or names a pointer that doesn't resolve."""


class VitalFileError(SynthCopilotError):
    """A `.vital` file that is malformed, or that would crash or poison the synth."""


class BundleError(SynthCopilotError):
    """A bundle or pack that can't be made, written or opened."""


class GateError(SynthCopilotError):
    """A request whose base preset did not pass the gates, so that nothing of it ships.

    Args:
        text: why.
        values: what the prompt sets, and what the refused preset had: any of them may be why.
    """

    def __init__(self, text: str, values: tuple[ValueSet, ...] = ()) -> None:
        super().__init__(text)
        self.values = values


class RenderError(SynthCopilotError):
    """A preset that crashed, hung or poisoned the synth while it was rendered."""

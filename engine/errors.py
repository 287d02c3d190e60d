"""Every error that the engine raises on purpose.

SynthCopilotError            something a user can act on; its text names what is wrong and where
├── RequestError             a prompt, seed or option that can't be used
├── SpecError                a PatchSpec, template or library that breaks its schema or a pointer
├── VitalFileError           a `.vital` file that is malformed or that would crash the synth
└── RenderError              a preset that crashed, hung or poisoned the synth while it was rendered
"""


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
    """A request whose base preset did not pass the gates, so that nothing of it ships."""


class RenderError(SynthCopilotError):
    """A preset that crashed, hung or poisoned the synth while it was rendered."""

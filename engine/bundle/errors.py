"""What can be wrong with an archive."""

from engine.errors import SynthCopilotError


class BundleError(SynthCopilotError):
    """A bundle or pack that can't be made, written or opened."""

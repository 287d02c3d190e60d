"""What can go wrong with hosting."""

from engine.errors import SynthCopilotError


class HostingError(SynthCopilotError):
    """The service can't be started or kept running here; the text says why and what to do."""

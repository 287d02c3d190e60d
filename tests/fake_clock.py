"""A clock for modules that read `time`: it passes only while somebody sleeps, or where a test moves it."""


class FakeClock:
    """In the place of the module `time`: `now` in seconds, and how often somebody slept."""

    def __init__(self, now: float = 50.0) -> None:
        self.now, self.sleeps = now, 0

    def monotonic(self) -> float:
        """The time in seconds."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Pass the time."""
        self.now += seconds
        self.sleeps += 1

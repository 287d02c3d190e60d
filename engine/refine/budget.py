"""How often one sound may be loaded and rendered until it ships or is refused: words, macros, audition together."""

from dataclasses import dataclass

MOST_RENDERS = 30
_AUDITION = 2
"""What an audition takes at least: all worst cases, and the centre note as it ships."""


@dataclass(slots=True)
class Budget:
    """What is left of a sound's renders. Counting, not time, so that it ends at the same place on every machine."""

    most: int = MOST_RENDERS
    spent: int = 0

    def spend(self, renders: int) -> None:
        """Take note of what was rendered."""
        self.spent += renders

    @property
    def left(self) -> int:
        """Renders that may still be made."""
        return max(self.most - self.spent, 0)

    @property
    def for_trials(self) -> int:
        """Renders that may still be made before the audition that has to follow."""
        return max(self.left - _AUDITION, 0)

    @property
    def enough_to_audition(self) -> bool:
        """Whether a patch can still be heard and judged."""
        return self.left >= _AUDITION

    @property
    def used_up(self) -> str:
        """Why a sound isn't mended any further, in words."""
        return f"It was not mended any further: the {self.most} renders that a sound may take are used up"

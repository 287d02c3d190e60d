"""The values that a prompt asks for, as tests write them down."""

from engine.planner import plan

SaidValue = tuple[str, float | str, str]
"""What is set, its value and its unit: `("attack", 0.01, "s")`."""


def said_values(prompt: str) -> set[SaidValue]:
    """What the planner reads."""
    return {(value.noun, value.value, value.unit) for value in plan(prompt).values}

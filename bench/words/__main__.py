"""Prints how well both halves are understood and writes docs/understanding.md."""

from pathlib import Path

from bench.measured import measured_line
from bench.words.page import figures, measured, page

PAGE = Path(__file__).parents[2] / "docs" / "understanding.md"


def main() -> None:
    """Measure, print and write."""
    tuning, held_out = measured()
    print(figures({"tuning": tuning, "held out": held_out}))
    PAGE.write_text(page(measured_line=measured_line()), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(PAGE.parents[1])}")


if __name__ == "__main__":
    main()

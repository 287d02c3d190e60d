"""A library small enough to render often, and the same in another order."""

from dataclasses import dataclass
from pathlib import Path

from pipelines.build import BuildReport
from schemas.request import Library, LibraryEntry

LIBRARY = Library(
    name="Two Hats",
    variations=0,
    prompts=(
        LibraryEntry(prompt="closed hihat", template_id="hat"),
        LibraryEntry(prompt="soft open hihat", template_id="hat", variations=1),
    ),
)
TURNED = LIBRARY.model_copy(update={"prompts": LIBRARY.prompts[::-1]})


@dataclass(frozen=True)
class Built:
    """A home after a library was built in it."""

    home: Path
    out: Path
    report: BuildReport

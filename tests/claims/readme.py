"""README.md cut into what it says: sentences, bullets, table rows, lines of code; docs/claims.md into its rows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
CLAIMS = ROOT / "docs" / "claims.md"
_FENCE = "```"


@dataclass(frozen=True)
class ReadmeClaim:
    """A row of docs/claims.md: words of the README, and what fails if they are false, or why nothing does."""

    words: str
    proof: str

    @property
    def tests(self) -> tuple[str, ...]:
        """Node ids of pytest."""
        return tuple(re.findall(r"`(tests/[\w/]+\.py::\w+)`", self.proof))


def says(text: str) -> list[str]:
    """All that a page says, in order, each in one line."""
    return [" ".join(one.split()) for one in _units(text) if one.strip()]


def _units(text: str) -> Iterator[str]:
    blocks = re.split(rf"^({_FENCE}.*?^{_FENCE})$", text, flags=re.MULTILINE | re.DOTALL)
    for block in blocks:
        if block.startswith(_FENCE):
            yield from _code(block)
        else:
            yield from _prose(block)


def _code(block: str) -> Iterator[str]:
    """Each line, with the lines that continue it; a YAML document as a whole."""
    head, *lines = block.splitlines()[:-1]
    if head == f"{_FENCE}yaml":
        yield "\n".join(lines)
    else:
        yield from re.sub(r"\\\n", "", "\n".join(lines)).splitlines()


def _prose(block: str) -> Iterator[str]:
    for paragraph in re.split(r"\n\s*\n", block):
        lines = paragraph.strip().splitlines()
        if not lines or lines[0].startswith("#"):
            continue
        if lines[0].startswith("|"):
            yield from (line for line in lines[2:])
        elif lines[0].startswith("- "):
            yield from re.split(r"^- ", paragraph.strip(), flags=re.MULTILINE)
        else:
            yield from re.split(r"(?<=[.:!?])\s+(?=[A-Z`*\[(])", paragraph.strip())


def claims(text: str) -> list[ReadmeClaim]:
    """The rows of the page's tables."""
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| README says")]
    return [ReadmeClaim(*_cells(row)) for row in rows]


def _cells(row: str) -> tuple[str, str]:
    first, second = re.split(r"(?<!\\)\|", row.strip().strip("|"))
    return _unquoted(first.replace("\\|", "|").strip()), second.strip()


def _unquoted(cell: str) -> str:
    """Lines of code stand in double backticks, since they may hold single ones."""
    return cell[2:-2].strip() if cell.startswith("``") and cell.endswith("``") else cell

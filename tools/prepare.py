"""`python -m tools.prepare`: templates and lexicon as JSON beside them, for a quick start; `--check` only looks."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from engine import prepared
from engine.planner.words import parse_yaml
from engine.template_files import with_pointers

_ROOT = Path(__file__).resolve().parents[1]
FOLDERS: dict[Path, Callable[[str], Any]] = {
    _ROOT / "template_catalog": with_pointers,
    _ROOT / "engine/planner/lexicon": parse_yaml,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes what isn't so, or with `--check` names it; 0 if there is nothing left to do."""
    parser = argparse.ArgumentParser(prog="python -m tools.prepare", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; 1 if something would change")
    check = parser.parse_args(arguments).check
    stale = [folder / prepared.FILE for folder in FOLDERS if _stands(folder) != text(folder)]
    for file in stale:
        if check:
            print(f"{file}: made of other files than those beside it; run `make prepared`", file=sys.stderr)
        else:
            file.write_bytes(text(file.parent))
            print(f"{file}: prepared")
    return 1 if check and stale else 0


def text(folder: Path) -> bytes:
    """What the prepared file of a folder must be: a line a YAML file below it, in the order of paths."""
    files = sorted(folder.rglob("*.yaml"))
    named = ((file.relative_to(folder).as_posix(), file.read_bytes()) for file in files)
    return b"".join(prepared.line(name, source, FOLDERS[folder]) + b"\n" for name, source in named)


def _stands(folder: Path) -> bytes:
    file = folder / prepared.FILE
    return file.read_bytes() if file.exists() else b""


if __name__ == "__main__":
    sys.exit(main())

"""How often someone has to change rooms who reads one request from words to bundle.

    python -m tools.reading_path [--show]

One request is run and every function of ours that it calls is noted at its first call, as if read there. A stay is
a stretch of functions of one module; a return enters a module that was left before. Few returns mean that the
modules follow the path of the work.
"""

import argparse
import sys
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from types import CodeType, FrameType

_ROOT = Path(__file__).parent.parent
_MIDDLE = ("engine.refine", "engine.audition", "engine.macros", "engine.repair")
_REQUEST = {"prompt": "warm analog bass with a slow filter sweep", "seed": 3, "variations": 2}


def stays(read: Sequence[CodeType], rooms: Sequence[str]) -> list[str]:
    """The modules of `rooms` in the order of reading, consecutive functions of one module counted once."""
    names = [_module(code) for code in read]
    return [name for name, _ in groupby(one for one in names if one.startswith(tuple(rooms)))]


def returns(visited: Sequence[str]) -> int:
    """How many of the stays enter a module that was left before."""
    return len(visited) - len(set(visited))


def functions_read() -> list[CodeType]:
    """Every function under `engine/` that one request calls, in the order of first calls."""
    from engine.render.pool import RenderPool
    from engine.stages import run_request
    from schemas.request import Request

    seen: dict[CodeType, None] = {}
    here = str(_ROOT / "engine")

    def note(frame: FrameType, event: str, _: object) -> None:
        if (
            event == "call"
            and frame.f_code.co_filename.startswith(here)
            and not frame.f_code.co_name.startswith("<")
        ):
            seen.setdefault(frame.f_code)

    with RenderPool(2) as pool:
        sys.setprofile(note)
        try:
            run_request(Request.model_validate(_REQUEST), pool)
        finally:
            sys.setprofile(None)
    return list(seen)


def _module(code: CodeType) -> str:
    return ".".join(Path(code.co_filename).relative_to(_ROOT).with_suffix("").parts)


def main() -> None:
    """Print how often the modules of the given rooms are entered, and entered again."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rooms", nargs="+", default=list(_MIDDLE), metavar="engine.refine")
    arguments.add_argument("--show", action="store_true", help="list the modules in the order of reading")
    chosen = arguments.parse_args()
    visited = stays(functions_read(), chosen.rooms)
    if chosen.show:
        for number, name in enumerate(visited):
            sys.stdout.write(f"{'again ' if name in visited[:number] else '      '}{name}\n")
    sys.stdout.write(f"{len(visited)} stays in {len(set(visited))} modules, {returns(visited)} returns\n")


if __name__ == "__main__":
    main()

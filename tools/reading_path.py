"""How often someone has to change rooms who reads one request from words to bundle.

    python -m tools.reading_path [--show]

One request is run and every function of ours that it calls is noted at its first call. A stay is a stretch of
functions of one module; a return enters a module that was left before. Few returns mean that the modules follow
the path of the work. Returns are counted in two ways:

- call by call: each function counts as read where it is first called, even where the caller's own helper is called
  after something in another module, or a closure, or a property. So a function that calls a helper of its own
  module, then another module, then a second helper makes a return, however the modules are cut.
- page by page, as people read: who opens a function reads with it what it names in the same module, functions and
  whole classes, and so on from there; closures belong to the function that they stand in; a property of one line
  is read by its name, like a field. What remains are returns for what nothing led to when the module was open.
"""

import argparse
import ast
import sys
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from types import CodeType, FrameType

_ROOT = Path(__file__).parent.parent
_MIDDLE = ("engine.refine", "engine.audition", "engine.macros", "engine.repair")
_REQUEST = {"prompt": "warm analog bass with a slow filter sweep", "seed": 3, "variations": 2}


def stays(read: Sequence[CodeType], rooms: Sequence[str]) -> list[str]:
    """The modules of `rooms` in the order of reading, consecutive functions of one module counted once."""
    names = [_module(code) for code in read]
    return [name for name, _ in groupby(name for name in names if name.startswith(tuple(rooms)))]


def returns(visited: Sequence[str]) -> int:
    """How many of the stays enter a module that was left before."""
    return len(visited) - len(set(visited))


def pages_opened(called: Sequence[CodeType]) -> list[CodeType]:
    """The functions among `called` that a reader has to look for: not read yet with another of their module."""
    read: set[tuple[str, str]] = set()
    opened = []
    for code in called:
        file, name = code.co_filename, code.co_qualname
        if (file, name) in read or name in _properties(file):
            continue
        opened.append(code)
        read.update((file, other) for other in _read_with(file, name))
    return opened


def _read_with(file: str, name: str) -> Collection[str]:
    """The function and all of its module that it leads to: closures, and what is named in them."""
    functions = _functions(file)
    found: dict[str, None] = {}
    waiting = [name]
    while waiting:
        here = waiting.pop()
        if here in found:
            continue
        found[here] = None
        inner = [one for one in functions if one.startswith(f"{here}.<locals>.")]
        codes = [code for one in (here, *inner) for code in functions[one]]
        named = {word for code in codes for word in code.co_names}
        if any("cls" in code.co_varnames[:1] for code in codes):
            named.add(_class_of(here))
        waiting += [one for one in functions if one.rpartition(".")[2] in named or _class_of(one) in named]
        waiting += inner
    return found


def _class_of(name: str) -> str:
    """The class that a function stands in, by their qualified names; empty for one that stands in none."""
    return name.rpartition(".")[0].rpartition(".")[2]


@cache
def _functions(file: str) -> dict[str, list[CodeType]]:
    """Every function of a file, by its qualified name; comprehensions of one function share theirs."""
    found: dict[str, list[CodeType]] = {}
    for code in _inside(compile(Path(file).read_text(), file, "exec")):
        found.setdefault(code.co_qualname, []).append(code)
    return found


def _inside(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _inside(constant)


@cache
def _properties(file: str) -> frozenset[str]:
    """The qualified names of a file's properties that are one line besides their docstring."""
    tree = ast.parse(Path(file).read_text())
    return frozenset(
        f"{owner.name}.{entry.name}"
        for owner in ast.walk(tree)
        if isinstance(owner, ast.ClassDef)
        for entry in owner.body
        if isinstance(entry, ast.FunctionDef) and _is_property(entry) and _is_one_line(entry)
    )


def _is_property(entry: ast.FunctionDef) -> bool:
    return any(isinstance(mark, ast.Name) and mark.id == "property" for mark in entry.decorator_list)


def _is_one_line(entry: ast.FunctionDef) -> bool:
    statements = entry.body[1:] if ast.get_docstring(entry) is not None else entry.body
    return len(statements) == 1 and isinstance(statements[0], ast.Return)


def functions_called() -> list[CodeType]:
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
            and frame.f_code.co_filename.endswith(".py")
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
    """Print how often the modules of the given rooms are entered, and entered again, in both ways of counting."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rooms", nargs="+", default=list(_MIDDLE), metavar="engine.refine")
    arguments.add_argument("--show", action="store_true", help="list the modules in the order of reading")
    chosen = arguments.parse_args()
    called = functions_called()
    for way, read in (("call by call", called), ("page by page", pages_opened(called))):
        visited = stays(read, chosen.rooms)
        if chosen.show:
            for number, name in enumerate(visited):
                sys.stdout.write(f"{'again ' if name in visited[:number] else '      '}{name}\n")
        counted = f"{len(visited)} stays in {len(set(visited))} modules, {returns(visited)} returns"
        sys.stdout.write(f"{way}: {counted}\n")


if __name__ == "__main__":
    main()

"""What people call a parameter: `filter_1/cutoff_hz` for `/modules/filter/0/cutoff_hz`.

A name is a module and the way to one of its fields. Modules are counted from 1, as on Vital's panel and as the
modulators already are: `osc_1`, `filter_2`, `env_1`, `lfo_3`, `random_1`. An effect goes by its own name
(`phaser/mix_percent`), and so do `sample` and `voicing`. The amount of a route goes by what the route joins,
`env_2 to filter_1/cutoff_hz`, so that it stays the same one where another route is written above it.
"""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType

from engine.compiler.controls import by_pointer
from engine.errors import SpecError
from schemas.effects import EFFECTS

_CONTENT = (
    *(f"/modules/osc/{n}/wavetable/table" for n in range(3)),
    "/modules/sample/sample",
    *(f"/modules/lfo/{n}/shape" for n in range(8)),
)
"""What a module plays. No control of Vital's, so the table of controls doesn't have it."""
JOINS = " to "
"""Between a route's source and its target."""
_NEAREST = 4


@cache
def parameters() -> Mapping[str, str]:
    """Pointers of all that a module holds, by name: controls, and what oscillators, sample and LFOs play."""
    content = (pointer for one in _CONTENT for pointer in (one, f"{one}/id"))
    return MappingProxyType({_name(pointer): pointer for pointer in (*by_pointer(), *content)})


def _name(pointer: str) -> str:
    numbered = re.fullmatch(r"/modules/(\w+)/(\d+)/(.+)", pointer)
    if numbered is None:
        return pointer.removeprefix("/modules/")
    kind, slot, field = numbered[1], int(numbered[2]), numbered[3]
    return f"{EFFECTS[slot]}/{field}" if kind == "fx" else f"{kind}_{slot + 1}/{field}"


class Names:
    """The names that hold in one document: those of all parameters, and one for each of its `routes`.

    Args:
        routes: source and target of each route in its order, the target by name or by JSON Pointer. A route that
            joins what another one joins, or whose target is an unknown name or another route, has no name.
    """

    def __init__(self, routes: Iterable[tuple[str, str]] = ()) -> None:
        joined: dict[str, list[str]] = {}
        known = dict(zip(parameters().values(), parameters(), strict=True))
        for index, (source, target) in enumerate(routes):
            name = known.get(target, target)
            if name in parameters():
                joined.setdefault(f"{source}{JOINS}{name}", []).append(f"/modulation/routes/{index}/amount")
        self._pointers = {**parameters(), **{name: at[0] for name, at in joined.items() if len(at) == 1}}
        self._names = {pointer: name for name, pointer in self._pointers.items()}

    def pointer(self, name: str) -> str:
        """The JSON Pointer that `name` stands for; a JSON Pointer stands for itself.

        Raises:
            SpecError: nothing has this name; the text lists the nearest that there are.
        """
        if name.startswith("/"):
            return name
        try:
            return self._pointers[name]
        except KeyError:
            raise SpecError(f"no parameter is called {name!r}; {self._nearest(name)}") from None

    def name(self, pointer: str) -> str:
        """The name of what lies at a JSON Pointer, or the pointer where it has none."""
        return self._names.get(pointer, pointer)

    def _nearest(self, name: str) -> str:
        if JOINS in name:
            routes = [one for one in self._pointers if JOINS in one]
            near = get_close_matches(name, routes, n=_NEAREST) or routes
            return f"the nearest routes are {', '.join(near)}" if near else "no route has a name here"
        modules = _fields()
        module, _, field = name.partition("/")
        meant = [module] if module in modules else get_close_matches(module, modules, n=2, cutoff=0.7)
        if not meant:
            near = [one for one in parameters() if one.endswith(f"/{name}")][:_NEAREST]
            return f"the nearest are {', '.join(near)}" if near else f"names begin with {', '.join(modules)}"
        near = [f"{one}/{each}" for one in meant for each in _close(field, modules[one])]
        return f"the nearest are {', '.join(near)}" if near else f"{meant[0]} has {', '.join(modules[meant[0]])}"


@cache
def _fields() -> Mapping[str, tuple[str, ...]]:
    """The fields of each module by the module's name."""
    found: dict[str, tuple[str, ...]] = {}
    for name in parameters():
        module, _, field = name.partition("/")
        found[module] = (*found.get(module, ()), field)
    return found


def _close(field: str, fields: tuple[str, ...]) -> list[str]:
    """Fields that are spelt alike; those that hold the whole of it come first: `cutoff` is said for `cutoff_hz`."""
    if field in fields:
        return [field]
    holding = [one for one in fields if field and field in one]
    return list(dict.fromkeys(holding + get_close_matches(field, fields, n=_NEAREST)))[:_NEAREST]

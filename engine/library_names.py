"""What the presets of a library are called: each by its own words, and no two alike.

>>> from schemas.request import Library
>>> library = Library(name="Twins", prompts=("dark reese", "dark reese!", "dark reese?"))
>>> [request.name for request in named_requests(library.requests(), library.names)]
[None, 'Murky Reese Bass', 'Dark Reese']

A name depends on what was asked for and on who else wants it, never on a place in the library or in one of its
batches; other prompts only matter if they want the same name.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from engine.bundle.names import safe_stem
from engine.errors import RequestError
from engine.hashing import content_hash
from engine.planner.titles import MAX_TITLE_CHARS, prefix, titles
from engine.stages import plan_stage
from schemas.request import NameOptions, Request
from schemas.result import Plan

_LONGEST = MAX_TITLE_CHARS - len(" 99")


def named_requests(requests: Sequence[Request], options: NameOptions) -> tuple[Request, ...]:
    """The requests in their order, each with a name wherever the library's is not the one it gets by itself.

    Names that people gave stay as they are, and so do requests that can't be planned: they tell why later.
    """
    return tuple(request for request, _ in named_and_planned(requests, options))


def named_and_planned(requests: Sequence[Request], options: NameOptions) -> tuple[tuple[Request, Plan | None], ...]:
    """As `named_requests`; with each its plan, made before it had that name, or None if it can't be planned."""
    taken = {_folded(request.name) for request in requests if request.name}
    keys = [_key(request) for request in requests]
    made = {key: _planned(request) for key, request in zip(keys, requests, strict=True)}
    nameless = {key for key, request in zip(keys, requests, strict=True) if not request.name}
    plans = {key: plan for key, plan in made.items() if plan and key in nameless}
    labels = _Labels(plans, options)
    wanted = {
        key: titles(plan.intent, plan.request.seed, longest=_LONGEST - labels.width(key))
        for key, plan in plans.items()
    }
    shown = labels.before(distinct_names(wanted, taken))
    names = {key: name for key, name in shown.items() if name != plans[key].title}
    return tuple(
        (request.model_copy(update={"name": names[key]}) if key in names else request, made[key])
        for key, request in zip(keys, requests, strict=True)
    )


def distinct_names(wanted: Mapping[str, Iterator[str]], taken: Collection[str] = ()) -> dict[str, str]:
    """A name for each key, no two the same in a file system's eyes, none of them one that is `taken`.

    `wanted` are the names that each would have, the best first. Of those that want the same, the one with the least
    key has it and the others go on to their next, so that the mapping's order changes nothing. Who finds none free
    gets its best name and a number.
    """
    found: dict[str, str] = {}
    best: dict[str, str] = {}
    gone = set(taken)
    waiting = sorted(wanted)
    while waiting:
        bids = {key: name for key in waiting if (name := next(wanted[key], None))}
        for key in waiting:
            best.setdefault(key, bids.get(key, ""))
        # All of a round are compared before any is given away: a second choice never takes somebody's first one.
        won: dict[str, str] = {}
        for key, name in bids.items():
            if _folded(name) not in gone:
                won.setdefault(_folded(name), key)
        gone |= won.keys()
        found |= {key: bids[key] for key in won.values()}
        if not bids:
            break
        waiting = [key for key in waiting if key not in found]
    free: dict[str, int] = {}
    for key in waiting:
        found[key] = _numbered(best[key], gone, free)
        gone.add(_folded(found[key]))
    return found


def _numbered(name: str, gone: Collection[str], free: dict[str, int]) -> str:
    """The name with the least number that isn't `gone`; `free` keeps where to begin, since none comes back."""
    number = free.get(name, 2)
    while _folded(f"{name} {number}") in gone:
        number += 1
    free[name] = number
    return f"{name} {number}"


class _Labels:
    """What stands before names: the kind of sound, and a number on its shelf."""

    def __init__(self, plans: Mapping[str, Plan], options: NameOptions) -> None:
        self._options = options
        self._kinds = {key: prefix(plan.intent) if options.prefix else "" for key, plan in plans.items()}
        self._shelves = {key: self._kinds[key] or plan.intent.style for key, plan in plans.items()}
        self._digits = max(2, len(str(len(plans))))

    def width(self, key: str) -> int:
        """Characters that stand before the name of a key."""
        return len(self._kinds[key]) + bool(self._kinds[key]) + (self._digits + 1) * self._options.numbers

    def before(self, names: Mapping[str, str]) -> dict[str, str]:
        """The names with what stands before them; numbers follow the alphabet on each shelf."""
        ordered = sorted(names, key=lambda key: (self._shelves[key], names[key].lower()))
        numbers: dict[str, int] = {}
        shown = {}
        for key in ordered:
            shelf = self._shelves[key]
            numbers[shelf] = numbers.get(shelf, 0) + 1
            number = f"{numbers[shelf]:0{self._digits}}" if self._options.numbers else ""
            shown[key] = " ".join(part for part in (self._kinds[key], number, names[key]) if part)
        return shown


def _key(request: Request) -> str:
    """What decides between two that want one name: content, and no version of anything."""
    return content_hash(request.model_dump(mode="json"))


def _folded(name: str) -> str:
    return safe_stem(name).lower()


def _planned(request: Request) -> Plan | None:
    try:
        return plan_stage(request)
    except RequestError:
        return None

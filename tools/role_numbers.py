"""`python -m tools.role_numbers`: the numbers of a role's target, from what its parameter should be at both ends.

    python -m tools.role_numbers filter_1/cutoff_hz --base 330 --from 96 --to 4550 --seed 224 520

says which default a role has that takes a cutoff from 96 Hz to 4550 Hz, where the base stands at 330 Hz and the
seed picks within 224 to 520 Hz, and the line of its target. Further targets take that default (`--default 0.32`)
and one end. `--check` works the bounds of all targets of the catalog out anew and counts where they lie.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.catalog import catalog
from engine.compiler.controls import MODULATION_PARAMETERS, by_pointer
from engine.compiler.names import JOINS, Names
from engine.errors import SpecError
from engine.generate.roles import curve_at
from schemas.parameters import Parameter
from schemas.template import MacroTemplate, Role, RoleTarget

WORKED_OUT = "its ends, widened by what the seed adds"
WIDER = "its ends and room beyond"
SHORT = "short of an end"


@dataclass(frozen=True)
class Ends:
    """A parameter at a role's ends, in its unit: `start` where the role is 0, `end` where it is 1."""

    start: float
    end: float


@dataclass(frozen=True)
class RoleNumbers:
    """What a template's file says of a target: the role's default, part of the travel, and bounds in the unit."""

    default: float
    amount: float
    low: float
    high: float

    def lines(self, name: str) -> str:
        """The lines of a file; `name` is the parameter's."""
        bounds = f"min: {self.low:g}, max: {self.high:g}"
        return f"default: {self.default:g}\n- {{path: {name}, amount: {self.amount:g}, {bounds}}}"


def numbers(
    parameter: Parameter, *, base: float, ends: Ends, seed: tuple[float, float] | None = None
) -> RoleNumbers:
    """The numbers of a role's first target.

    The default is where the base lies between the ends on the scale that the synth stores. Bounds are the ends,
    widened by as much as the `seed` may move the base, and kept within the control's range.

    Raises:
        SpecError: the ends are one, or the base doesn't lie between them.
    """
    start, end, at = (parameter.to_stored(value) for value in (ends.start, ends.end, base))
    if start == end or not min(start, end) <= at <= max(start, end):
        raise SpecError(f"{base:g} must lie between {ends.start:g} and {ends.end:g}, which must differ")
    low, high = _widened(parameter, at, (start, end), seed)
    return RoleNumbers(
        default=round((at - start) / (end - start), 2),
        amount=round((end - start) / parameter.travel, 4),
        low=_short(parameter.to_person(low)),
        high=_short(parameter.to_person(high)),
    )


def other_end(parameter: Parameter, *, base: float, default: float, end: float) -> Ends:
    """The ends of a further target, whose role has its default already and takes the parameter to `end` at 1.

    Raises:
        SpecError: the default is 1, or the other end lies outside of the control's range.
    """
    if not 0 <= default < 1:
        raise SpecError("a further target's role must have a default of 0 or more, below 1")
    at, top = parameter.to_stored(base), parameter.to_stored(end)
    start = at - (top - at) / (1 - default) * default
    if not parameter.low - 1e-9 <= start <= parameter.high + 1e-9:
        raise SpecError(f"with {end:g} at one end, the other end would be out of range; go less far")
    return Ends(parameter.to_person(parameter.inside(start)), end)


def _widened(
    parameter: Parameter, at: float, ends: tuple[float, float], seed: tuple[float, float] | None
) -> tuple[float, float]:
    below, above = (at - parameter.to_stored(seed[0]), parameter.to_stored(seed[1]) - at) if seed else (0.0, 0.0)
    return max(min(ends) - below, parameter.low), min(max(ends) + above, parameter.high)


def _short(value: float) -> float:
    return float(f"{value:.4g}")


def bounds_of(template: MacroTemplate, role: Role, target: RoleTarget) -> str:
    """Where a target's bounds lie, by what its amount, its role's default and the base say of its ends."""
    parameter = _macro(target.path)
    at = _stored_base(template, target.path, parameter)
    reach = target.amount * target.weight * parameter.travel
    part = curve_at(target.curve, role.default)
    start, end = at - reach * part, at + reach * (1 - part)
    assert target.min is not None
    assert target.max is not None
    low, high = parameter.to_stored(target.min), parameter.to_stored(target.max)
    # A default has two decimals, an amount four, a bound four digits: what they say of the ends isn't sharper.
    near = 0.0055 * abs(reach) + 0.0015 * parameter.travel
    span = next(((one.min, one.max) for one in template.ranges if one.path == target.path), None)
    for would in (
        _widened(parameter, at, (start, end), span),
        _widened_by_ratio(parameter, at, (start, end), span),
    ):
        if abs(low - would[0]) <= near and abs(high - would[1]) <= near:
            return WORKED_OUT
    inner, outer = max(min(start, end), parameter.low), min(max(start, end), parameter.high)
    return WIDER if low <= inner + near and high >= outer - near else SHORT


def _widened_by_ratio(
    parameter: Parameter, at: float, ends: tuple[float, float], seed: tuple[float, float] | None
) -> tuple[float, float]:
    """As `_widened`, by the seed's share of the base in the unit that a person reads: half as long again."""
    base = parameter.to_person(at)
    low, high = (parameter.to_person(parameter.inside(end)) for end in (min(ends), max(ends)))
    if seed and base:
        low, high = low * seed[0] / base, high * seed[1] / base
    return max(parameter.to_stored(low), parameter.low), min(parameter.to_stored(high), parameter.high)


def _macro(pointer: str) -> Parameter:
    control = by_pointer().get(pointer)
    return control.parameter if control else MODULATION_PARAMETERS["amount"]


def _stored_base(template: MacroTemplate, pointer: str, parameter: Parameter) -> float:
    if pointer.startswith("/modulation/routes/"):
        return template.routes[int(pointer.split("/")[3])].amount
    value = template.base.get(pointer)
    return parameter.default if value is None else parameter.to_stored(value)


def judged(templates: Mapping[str, MacroTemplate]) -> Iterator[tuple[str, str, str, str]]:
    """Template, role, parameter by name, and where the bounds lie, of each target that has both."""
    for template in templates.values():
        names = Names((route.source, route.target) for route in template.routes)
        for role in template.roles:
            for target in role.targets:
                if target.min is not None and target.max is not None:
                    yield template.id, role.role_id, names.name(target.path), bounds_of(template, role, target)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints what was asked for; 1 if it can't be worked out."""
    options = _options().parse_args(arguments)
    try:
        _check(listed=options.list) if options.check or options.list else print(_asked(options))
    except SpecError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _check(*, listed: bool) -> None:
    found = list(judged(catalog()))
    for verdict, count in Counter(one[3] for one in found).most_common():
        print(f"{count:5} {verdict}")
    if listed:
        for template, role, name, verdict in found:
            if verdict != WORKED_OUT:
                print(f"{template} {role} {name}: {verdict}")


def _asked(options: argparse.Namespace) -> str:
    if options.parameter is None or options.base is None or options.to is None:
        raise SpecError("name a parameter, and say --base and --to, or --check")
    pointer = Names().pointer(options.parameter) if JOINS not in options.parameter else ""
    if pointer and pointer not in by_pointer():
        raise SpecError(f"{options.parameter} is no macro")
    parameter = _macro(pointer)
    if (options.start is None) == (options.default is None):
        raise SpecError("say --from for a role's first target, --default for a further one")
    ends = Ends(options.start, options.to) if options.default is None else None
    ends = ends or other_end(parameter, base=options.base, default=options.default, end=options.to)
    found = numbers(parameter, base=options.base, ends=ends, seed=tuple(options.seed) if options.seed else None)
    return found.lines(options.parameter)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.role_numbers", description="Numbers of roles' targets.")
    parser.add_argument("parameter", nargs="?", help="by name: filter_1/cutoff_hz, or env_2 to filter_1/cutoff_hz")
    parser.add_argument("--base", type=float, help="what the template's base has, in the parameter's unit")
    parser.add_argument("--from", dest="start", type=float, help="what it should be with the role at 0")
    parser.add_argument("--to", type=float, help="what it should be with the role at 1")
    parser.add_argument("--default", type=float, help="of the role, for a further target: instead of --from")
    parser.add_argument("--seed", type=float, nargs=2, metavar=("MIN", "MAX"), help="its range, if it has one")
    parser.add_argument("--check", action="store_true", help="count where the bounds of the catalog lie")
    parser.add_argument("--list", action="store_true", help="--check, and list those that lie elsewhere")
    return parser


if __name__ == "__main__":
    sys.exit(main())

"""Which faults there are: targets, the sites in their modules, and those that are known to change nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import cosmic_ray.plugins
import yaml
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.ast.ast_query import ASTQuery
from cosmic_ray.mutating import mutate_code

from tools.mutation.operators import USED, Provider

cosmic_ray.plugins.OPERATOR_PROVIDERS["ours"] = Provider()

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@dataclass(frozen=True)
class Target:
    """Modules that are spoilt, and the tests that must notice. Paths from the root of the sources."""

    name: str
    modules: tuple[str, ...]
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Fault:
    """One change of one module: the n-th place where an operator applies."""

    target: str
    module: str
    operator: str
    occurrence: int
    line: int
    definition: str

    def spoilt(self, source: str) -> str:
        """The module's source with the fault in it."""
        code = mutate_code(source, cosmic_ray.plugins.get_operator(self.operator)(), self.occurrence)
        assert code is not None, f"{self} is not there"
        return str(code)

    @property
    def draw(self) -> str:
        """Orders faults at random, and the same each time."""
        return sha256(f"{self.module} {self.operator} {self.occurrence}".encode()).hexdigest()


def targets() -> dict[str, Target]:
    """All that targets.yaml names."""
    listed = yaml.safe_load((HERE / "targets.yaml").read_text())
    return {
        name: Target(name, tuple(_modules(one["modules"])), tuple(_tests(one["tests"])))
        for name, one in listed.items()
    }


def _modules(paths: Sequence[str]) -> Iterator[str]:
    for path in paths:
        if path.endswith(".py"):
            yield path
        else:
            found = sorted((ROOT / path).glob("*.py"))
            yield from (str(one.relative_to(ROOT)) for one in found if one.name != "__init__.py")


def _tests(paths: Sequence[str]) -> Iterator[str]:
    for path in paths:
        found = sorted((ROOT / path).rglob("test_*.py")) or [ROOT / path]
        yield from (str(one.relative_to(ROOT)) for one in found)


def faults(target: Target) -> Iterator[Fault]:
    """Every fault of the target's modules."""
    for module in target.modules:
        tree = get_ast((ROOT / module).read_text())
        nodes = list(ast_nodes(tree))
        for operator in USED:
            made = cosmic_ray.plugins.get_operator(operator)()
            sites = ((node, span) for node in nodes for span in made.mutation_positions(node))
            for occurrence, (node, span) in enumerate(sites):
                if _freezes(node) or _is_strict(node) or _is_a_mark(node):
                    continue
                definition = ASTQuery(node).get_definition_name() or ""
                yield Fault(target.name, module, operator, occurrence, span[0][0], definition)


def _freezes(node: Any) -> bool:
    """Whether it stands in `@dataclass(frozen=True)`: that nothing assigns to a value is mypy's to say."""
    while node is not None and node.type != "decorator":
        node = node.parent
    return node is not None and node.get_code().strip().startswith("@dataclass")


def _is_strict(node: Any) -> bool:
    """Whether it is the `strict=True` of a `zip`: an assertion that two things are of one length."""
    above = node.parent
    return above is not None and above.type == "argument" and above.children[0].get_code().strip() == "strict"


def _is_a_mark(node: Any) -> bool:
    """Whether it is the star of `*args` or of keywords only, which multiplies nothing."""
    if getattr(node, "value", None) not in ("*", "**"):
        return False
    return node.parent.type in (
        "parameters",
        "param",
        "argument",
        "arglist",
        "trailer",
        "star_expr",
        "dictorsetmaker",
    )


def equivalents() -> dict[tuple[str, str, str], str]:
    """Reasons by module, line and spoilt line."""
    listed = yaml.safe_load((HERE / "equivalents.yaml").read_text()) or []
    return {(one["module"], one["line"], one["fault"]): one["reason"] for one in listed}

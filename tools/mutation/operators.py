"""Faults that cosmic-ray doesn't know: numbers that are off, steps and conditions left out, filters turned."""

import ast
from collections.abc import Iterator, Sequence
from typing import Any

from cosmic_ray.ast import is_number
from cosmic_ray.operators.operator import Example, Operator
from parso.python.tree import Number, PythonNode

LineSpan = tuple[tuple[int, int], tuple[int, int]]


class _FaultOperator(Operator):  # type: ignore[misc] # cosmic-ray has no types
    """What cosmic-ray asks of an operator."""


class NudgeNumber(_FaultOperator):
    """A whole number is one off; any other a fifth larger or smaller. Cosmic-ray's own moves 0.88 to 1.88."""

    def mutation_positions(self, node: Any) -> Iterator[LineSpan]:
        if is_number(node):
            for _ in _nudged(node.value):
                yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        return Number(node.prefix + _nudged(node.value)[index], node.start_pos)

    @classmethod
    def examples(cls) -> Sequence[Example]:
        return (
            Example("x = 3", "x = 4"),
            Example("x = 3", "x = 2", occurrence=1),
            Example("x = 0.5", "x = 0.6"),
            Example("x = 0.5", "x = 0.4", occurrence=1),
            Example("x = 1e-12", "x = 1.2e-12"),
        )


def _nudged(text: str) -> list[str]:
    value = ast.literal_eval(text)
    if isinstance(value, int):
        return [str(value + 1), str(value - 1)]
    if not value:
        return ["0.1"]
    nudged = (value * factor for factor in (1.2, 0.8))
    return [f"{one:.12g}" if isinstance(one, float) else repr(one) for one in nudged]


class DropStep(_FaultOperator):
    """A call whose result nobody uses is left out. Docstrings and `yield`s stay."""

    def mutation_positions(self, node: Any) -> Iterator[LineSpan]:
        if _is_step(node):
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        return Number(f"{_prefix(node)}pass", node.start_pos)

    @classmethod
    def examples(cls) -> Sequence[Example]:
        return (
            Example("x = 1\nf(x)\n", "x = 1\npass\n"),
            Example("if x:\n    # why\n    f(x)\n", "if x:\n    # why\n    pass\n"),
        )


def _is_step(node: Any) -> bool:
    parent = getattr(node, "parent", None)
    called = (
        isinstance(node, PythonNode) and node.type == "atom_expr" and str(node.children[-1].get_code())[-1:] == ")"
    )
    return called and parent is not None and parent.type == "simple_stmt"


class DropCondition(_FaultOperator):
    """One operand of an `and` or `or` is left out."""

    def mutation_positions(self, node: Any) -> Iterator[LineSpan]:
        if isinstance(node, PythonNode) and node.type in ("and_test", "or_test"):
            for operand in node.children[::2]:
                yield operand.start_pos, operand.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        prefix = _prefix(node)
        dropped = 2 * index
        keep = node.children[2:] if dropped == 0 else node.children[: dropped - 1] + node.children[dropped + 1 :]
        code = "".join(child.get_code() for child in keep).strip()
        return Number(f"{prefix}{code}", node.start_pos)

    @classmethod
    def examples(cls) -> Sequence[Example]:
        return (Example("x = a and b", "x = b"), Example("x = a and b", "x = a", occurrence=1))


class NegateFilter(_FaultOperator):
    """The condition of a comprehension is turned round."""

    def mutation_positions(self, node: Any) -> Iterator[LineSpan]:
        if isinstance(node, PythonNode) and node.type == "comp_if":
            yield node.children[1].start_pos, node.children[1].end_pos

    def mutate(self, node: Any, index: int) -> Any:
        condition = node.children[1]
        node.children[1] = Number(f" (not ({condition.get_code().strip()}))", condition.start_pos)
        return node

    @classmethod
    def examples(cls) -> Sequence[Example]:
        return (Example("[x for x in y if x]", "[x for x in y if (not (x))]"),)


class CatchNothing(_FaultOperator):
    """An `except` lets its exceptions pass."""

    def mutation_positions(self, node: Any) -> Iterator[LineSpan]:
        if isinstance(node, PythonNode) and node.type == "except_clause":
            yield node.children[1].start_pos, node.children[1].end_pos

    def mutate(self, node: Any, index: int) -> Any:
        node.children[1] = Number(" ()", node.children[1].start_pos)
        return node

    @classmethod
    def examples(cls) -> Sequence[Example]:
        return (Example("try: f()\nexcept OSError: pass", "try: f()\nexcept (): pass"),)


class TurnMembership(_FaultOperator):
    """`in` becomes `not in`, and the other way round."""

    def mutation_positions(self, node: Any) -> Iterator[LineSpan]:
        if isinstance(node, PythonNode) and node.type == "comparison":
            for operation in node.children[1::2]:
                if operation.get_code().strip() in ("in", "not in"):
                    yield operation.start_pos, operation.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        places = [at for at, child in enumerate(node.children) if child.get_code().strip() in ("in", "not in")]
        was = node.children[places[index]]
        node.children[places[index]] = Number(" in" if "not" in was.get_code() else " not in", was.start_pos)
        return node

    @classmethod
    def examples(cls) -> Sequence[Example]:
        return (Example("x in y", "x not in y"), Example("x not in y", "x in y"))


def _prefix(node: Any) -> str:
    return str(node.get_first_leaf().prefix)


_OURS = (NudgeNumber, DropStep, DropCondition, NegateFilter, CatchNothing, TurnMembership)
OURS = {operator.__name__: operator for operator in _OURS}


class Provider:
    """What cosmic-ray asks for operators by name."""

    def __iter__(self) -> Iterator[str]:
        return iter(OURS)

    def __getitem__(self, name: str) -> type[Operator]:
        return OURS[name]


_CORE = (
    "AddNot",
    "ReplaceTrueWithFalse",
    "ReplaceFalseWithTrue",
    "ReplaceAndWithOr",
    "ReplaceOrWithAnd",
    "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak",
    "ZeroIterationForLoop",
    "ReplaceUnaryOperator_Delete_Not",
    "ReplaceUnaryOperator_USub_UAdd",
    *(
        f"ReplaceComparisonOperator_{pair}"
        for pair in ("Lt_LtE", "LtE_Lt", "Gt_GtE", "GtE_Gt", "Lt_GtE", "GtE_Lt", "LtE_Gt", "Gt_LtE",
                     "Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is")
    ),
    *(
        f"ReplaceBinaryOperator_{pair}"
        for pair in ("Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul", "FloorDiv_Mul", "Mod_Mul", "Pow_Mul",
                     "BitAnd_BitOr")
    ),
)  # fmt: skip
"""Of cosmic-ray's, one of a kind: `<` to all six others says little that two of them don't."""
USED = (*(f"core/{name}" for name in _CORE), *(f"ours/{name}" for name in OURS))

"""The small words around values, from the lexicon's `value_grammar.yaml`."""

from functools import cache

from engine.planner.words import read_yaml


@cache
def words(name: str) -> frozenset[str]:
    """The words of a list, such as `connectors`."""
    return frozenset(read_yaml("value_grammar.yaml")[name].split())


CONNECTORS, BARRIERS = words("connectors"), words("barriers") | {"\n"}

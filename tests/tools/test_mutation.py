"""The faults that `make mutation` puts in are what they say, and its lists speak of what is there."""

import ast
import sys

import pytest
from cosmic_ray.mutating import mutate_code

from tools.mutation import run
from tools.mutation.operators import OURS
from tools.mutation.plan import ROOT, equivalents, faults, targets

EXAMPLES = [(operator, example) for operator in OURS.values() for example in operator.examples()]


@pytest.mark.parametrize(("operator", "example"), EXAMPLES)
def test_a_fault_is_what_its_example_shows(operator, example):
    assert mutate_code(example.pre_mutation_code, operator(), example.occurrence) == example.post_mutation_code


@pytest.mark.parametrize("name", targets())
def test_modules_and_tests_of_a_target_exist(name):
    target = targets()[name]
    assert target.modules
    assert [path for path in (*target.modules, *target.tests) if not (ROOT / path).exists()] == []


def test_a_spoilt_module_still_parses_and_differs():
    source = (ROOT / "engine/gates/rules.py").read_text()
    found = [one for one in faults(targets()["gates"]) if one.module == "engine/gates/rules.py"]
    assert len(found) > 20
    for fault in found:
        assert ast.dump(ast.parse(fault.spoilt(source))) != ast.dump(ast.parse(source)), fault


def test_what_is_called_equivalent_still_stands_in_its_module():
    gone = [
        (module, line)
        for module, line, _ in equivalents()
        if any(part not in (ROOT / module).read_text() for part in line.split(" / "))
    ]
    assert gone == []


def test_a_module_that_is_forgotten_is_imported_anew_in_every_form(monkeypatch):
    from engine.refine import budget

    monkeypatch.setitem(sys.modules, "engine.refine.budget", budget)  # both are put back afterwards
    monkeypatch.setattr(sys.modules["engine.refine"], "budget", budget)
    run._forget("engine.refine.budget")
    from engine.refine import budget as again

    assert again is not budget
    assert sys.modules["engine.refine.budget"] is again

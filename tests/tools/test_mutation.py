"""The faults that `make mutation` puts in are what they say, and its lists speak of what is there."""

import ast
import os
import subprocess
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


class Asked(run.Bench):
    """Tests in two files, of which one notices what it is told to; keeps what was asked in which order."""

    def __init__(self) -> None:
        self._noticed = {}
        self.notices, self.asked = "", []

    def _tested(self, tests, *, limit_s, fault=None, first=()):
        self.asked.append((tests, tuple(first)))
        failed = self.notices if self.notices.partition("::")[0] in tests else ""
        return run.TestRun(int(bool(failed)), failed, 0.0, "")


def test_the_files_that_noticed_are_asked_first_and_all_others_before_a_fault_is_missed():
    bench, fault = Asked(), next(iter(faults(targets()["throttle"])))
    ask = bench._first_by_those_that_noticed
    for notices in ("b.py::one", "b.py::two", "a.py::three", "b.py::one"):
        bench.notices = notices
        assert ask(("a.py", "b.py"), limit_s=1, fault=fault).noticed
    assert bench.asked == [
        (("a.py", "b.py"), ()),
        (("b.py",), ("b.py::one",)),
        (("b.py",), ("b.py::two", "b.py::one")),
        (("a.py",), ()),
        (("a.py", "b.py"), ("a.py::three", "b.py::two", "b.py::one")),
    ]
    bench.notices, bench.asked = "", []
    assert not ask(("a.py", "b.py", "c.py"), limit_s=1, fault=fault).noticed
    assert [tests for tests, _ in bench.asked] == [("b.py", "a.py"), ("c.py",)]


def test_a_plugin_asks_the_known_tests_first_and_tells_which_failed(tmp_path):
    (tmp_path / "test_some.py").write_text(
        "def test_a(): pass\ndef test_b(): assert not 1\ndef test_c(): assert not 2\n"
    )
    script = (
        "import sys, pytest; from pathlib import Path; from tools.mutation.run import _Failures\n"
        "sys.exit(pytest.main(['-x', '-q', '-p', 'no:cacheprovider', 'test_some.py'],"
        " plugins=[_Failures(Path('failed.txt'), ['test_some.py::test_c'])]))"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    ended = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True)
    assert ended.returncode == 1, ended.stdout
    assert (tmp_path / "failed.txt").read_text() == "test_some.py::test_c"

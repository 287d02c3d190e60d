"""Runs a target's tests against one fault: in a copy of the sources, in a process forked from a warm one.

A fresh pytest spends seconds on imports. A fork of a process that has imported all foreign packages, the schemas
and the engine imports again only what the fault reaches.
"""

import contextlib
import gc
import importlib
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import grimp
import pytest

from tools.mutation.plan import ROOT, Fault

_WARM = ("hypothesis", "numpy", "scipy.signal", "pydantic", "yaml", "jsonpatch", "soundfile", "pyloudnorm",
         "pyarrow", "pandas", "sqlalchemy", "django", "rest_framework", "dagster", "fsspec",
         "great_expectations")  # fmt: skip
_OPTIONS = ("-x", "-q", "--assert=plain", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:schemathesis",
            "-p", "no:unraisableexception", "-p", "no:threadexception")  # fmt: skip
_PURE = ("schemas", "engine")
"""Ours that touch nothing when they are imported: a child keeps those that don't import its fault."""
_SAID, _FAILED = "said.txt", "failed.txt"
_ticks = count(1)


@dataclass(frozen=True)
class TestRun:
    """Pytest's exit code (1 past the limit), the test that failed, how long that took, the end of what was said."""

    code: int
    failed: str
    seconds: float
    said: str

    @property
    def noticed(self) -> bool:
        """Whether the tests failed."""
        return self.code != 0


class _Failures:
    """A plugin of pytest that asks the tests first that are known to notice, and writes down which one failed."""

    def __init__(self, path: Path, first: Sequence[str]) -> None:
        self.path, self.first = path, {test: index for index, test in enumerate(first)}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        session.items.sort(key=lambda item: self.first.get(item.nodeid, len(self.first)))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.path.write_text(report.nodeid)


class Bench:
    """A copy of the sources in which one fault at a time is put."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="mutation-"))
        listed = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True
        )
        for name in listed.stdout.splitlines():
            if (ROOT / name).is_file():
                (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, self.folder / name)
        if (ROOT / ".venv").exists():
            (self.folder / ".venv").symlink_to(ROOT / ".venv")
        sys.path = [str(self.folder), *(one for one in sys.path if Path(one or ".").resolve() != ROOT)]
        self._graph = grimp.build_graph(*_PURE, cache_dir=None)
        for name in (*_WARM, *sorted(self._graph.modules)):
            importlib.import_module(name)
        self._noticed: dict[str, list[str]] = {}
        gc.freeze()  # children look through what is their own

    def sound(self, tests: tuple[str, ...]) -> TestRun:
        """The tests without any fault: they must pass. Leaves the bytecode of all that is sound."""
        return self._tested(tests, limit_s=1800)

    def spoilt(self, fault: Fault, tests: tuple[str, ...], *, limit_s: float) -> TestRun:
        """The tests with the fault in its module. Tests that never end have noticed it."""
        place = self.folder / fault.module
        source, was = place.read_text(), place.stat()
        try:
            place.write_text(fault.spoilt(source))
            # Python knows bytecode by the size and second of its source: each fault has its own second.
            os.utime(place, (was.st_atime, was.st_mtime + next(_ticks)))
            return self._first_by_those_that_noticed(tests, limit_s=limit_s, fault=fault)
        finally:
            place.write_text(source)
            os.utime(place, (was.st_atime, was.st_mtime))

    def _first_by_those_that_noticed(self, tests: tuple[str, ...], *, limit_s: float, fault: Fault) -> TestRun:
        """By the files whose tests noticed other faults of the module, and by the others if these pass."""
        known = self._noticed.setdefault(fault.module, [])
        files = tuple(dict.fromkeys(test.partition("::")[0] for test in known))
        others = tuple(one for one in tests if one not in files)
        outcome = self._tested(files or others, limit_s=limit_s, fault=fault, first=known)
        if files and others and not outcome.noticed:
            outcome = self._tested(others, limit_s=limit_s, fault=fault)
        if outcome.failed:
            known[:] = [outcome.failed, *(one for one in known if one != outcome.failed)]
        return outcome

    def _tested(
        self, tests: tuple[str, ...], *, limit_s: float, fault: Fault | None = None, first: Sequence[str] = ()
    ) -> TestRun:
        began = time.monotonic()
        scratch = tempfile.mkdtemp(dir=self.folder.parent, prefix="mutation-run-")
        if (child := os.fork()) == 0:
            self._test(tests, scratch, fault, first)
        code = _code_of(child, limit_s)
        said, failed = (_text(Path(scratch) / name) for name in (_SAID, _FAILED))
        shutil.rmtree(scratch, ignore_errors=True)
        return TestRun(code, failed, seconds=time.monotonic() - began, said=said[-4000:])

    def _test(self, tests: tuple[str, ...], scratch: str, fault: Fault | None, first: Sequence[str]) -> None:
        os.setsid()
        os.chdir(self.folder)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        said = os.open(Path(scratch) / _SAID, os.O_WRONLY | os.O_CREAT)
        for stream in (1, 2):
            os.dup2(said, stream)
        os.environ["TMPDIR"] = tempfile.tempdir = scratch
        sys.dont_write_bytecode = fault is not None
        for name in self._stale(fault) & sys.modules.keys():
            _forget(name)
        code = 70
        try:
            code = int(pytest.main([*_OPTIONS, *tests], plugins=[_Failures(Path(scratch) / _FAILED, first)]))
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _stale(self, fault: Fault | None) -> set[str]:
        """The module with the fault, and all that import it: these the child imports for itself."""
        name = fault.module.removesuffix(".py").replace("/", ".") if fault else ""
        if name not in self._graph.modules:
            return {name}
        return {name, *self._graph.find_downstream_modules(name)}

    def close(self) -> None:
        """Remove the copy."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _text(path: Path) -> str:
    return path.read_text(errors="replace") if path.exists() else ""


def _forget(name: str) -> None:
    """Have a module imported again, also by `from package import it`, which takes what the package holds."""
    module = sys.modules.pop(name)
    package, _, leaf = name.rpartition(".")
    if package in sys.modules and vars(sys.modules[package]).get(leaf) is module:
        delattr(sys.modules[package], leaf)


def _code_of(child: int, limit_s: float) -> int:
    """The exit code of a child, and the end of all that it started; a child past the limit is killed: 1."""
    handle = os.pidfd_open(child)
    ended, _, _ = select.select([handle], [], [], limit_s)
    os.close(handle)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) if ended else 1

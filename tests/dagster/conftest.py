"""A library small enough to render often, built once; each test gets a copy of that home for itself."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dagster import DagsterInstance
from heard_library import Heard
from heard_library import built as heard_before

from assets.storage import Store
from pipelines.build import BuildReport, build_library
from schemas.request import Library
from tests.dagster.small_library import LIBRARY, TURNED, Built
from tests.once import once

DAGSTERS_OWN = "ignore:InitResourceContext.dagster_run is deprecated:DeprecationWarning"
"""Dagster 1.13 calls its own deprecated method whenever a resource is set up."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.filterwarnings(DAGSTERS_OWN))


@pytest.fixture(scope="session")
def pristine() -> Built:
    def make(folder: Path) -> Built:
        home, out = folder / "home", folder / "out"
        return Built(home, out, build_library(LIBRARY, home=home, out_dir=out, workers=1))

    return once("two-hats", make)


@pytest.fixture(scope="session")
def resumed() -> Built:
    """The same library in another order, in batches of one: killed after the first request, then built again."""
    return once("two-hats-resumed", _resumed)


def _resumed(folder: Path) -> Built:
    home, out = folder / "home", folder / "out"
    arguments = [sys.executable, str(Path(__file__).with_name("build_turned.py")), str(home), str(out)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "renders\n"
        process.kill()
    return Built(home, out, build_library(TURNED, home=home, out_dir=out, workers=2, batch_size=1))


@pytest.fixture
def built(pristine: Built, tmp_path: Path) -> Built:
    home = tmp_path / "home"
    shutil.copytree(pristine.home, home)
    return Built(home, tmp_path / "out", pristine.report)


@pytest.fixture
def rebuild(built: Built) -> Callable[..., BuildReport]:
    def again(library: Library = LIBRARY, **options: object) -> BuildReport:
        return build_library(library, home=built.home, out_dir=built.out, workers=1, **options)  # type: ignore[arg-type]

    return again


@pytest.fixture
def instance(built: Built) -> DagsterInstance:
    with DagsterInstance.from_config(str(built.home)) as one:
        yield one


@pytest.fixture(scope="session")
def heard() -> Iterator[Heard]:
    """Runs over a store in which all was heard already: nothing is rendered."""
    with heard_before() as one:
        yield one


@pytest.fixture
def store(heard: Heard, tmp_path: Path) -> Store:
    """A copy of that store, to spoil."""
    shutil.copytree(heard.root, tmp_path / "store")
    return Store(tmp_path / "store")

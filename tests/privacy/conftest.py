"""A home in which a real job was run for a prompt that nothing but itself can have put anywhere.

What needs Django's models is imported in the fixtures: this file is read before Django is set up.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from dagster import DagsterInstance
from upath import UPath

from pipelines.home import instance_of
from service.erasure.jobs import Eraser
from service.keys import job_key, partition_key
from service.ledger import Ledger
from service.objects import ObjectStore
from tests.service.conftest import bucket, servers  # noqa: F401 - fixtures

DAGSTERS_OWN = "ignore:InitResourceContext.dagster_run is deprecated:DeprecationWarning"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.filterwarnings(DAGSTERS_OWN))


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    """With nothing in it."""
    (tmp_path / "storage").mkdir()
    return ObjectStore(UPath(tmp_path / "storage"))


@pytest.fixture
def eraser(transactional_db: None, store: ObjectStore) -> Eraser:
    """Of the tests' database."""
    from api.workers import database

    return Eraser(database(), store)


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.privacy.house import REQUEST, make

    home = tmp_path_factory.mktemp("canary")
    make(home, partition_key(job_key(1, REQUEST)))
    return home


@pytest.fixture
def house(pristine: Path, tmp_path: Path, transactional_db: None) -> Iterator:
    """A copy of the home, with an empty database of the application in it."""
    from api.workers import database
    from tests.privacy.house import House

    home = tmp_path / "home"
    shutil.copytree(pristine, home)
    engine = database()
    yield House(home, engine, ObjectStore(UPath(home / "storage")), Ledger(engine))
    engine.dispose()


@pytest.fixture
def done(house):
    """The job of that home, finished."""
    return house.deliver(house.job())


@pytest.fixture
def instance(house) -> Iterator[DagsterInstance]:
    with instance_of(house.home / "dagster") as one:
        yield one


@pytest.fixture
def everywhere(house):
    """Finds the files of the home, and of the database, that hold any trace of the words."""
    from django.db import connection

    from tests.privacy.words import traces_in_file

    def find() -> dict[str, list[str]]:
        database = Path(connection.settings_dict["NAME"])
        files = [path for path in house.home.rglob("*") if path.is_file()]
        files += [path for path in database.parent.glob(f"{database.name}*") if path.is_file()]
        found = {str(path): traces_in_file(path) for path in sorted(files)}
        return {path: traces for path, traces in found.items() if traces}

    return find

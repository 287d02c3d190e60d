"""Real servers, one of each for all tests of a process; a ledger and a Dagster of each test's own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from dagster import DagsterInstance

from hosting.servers import Servers
from service.ledger import Ledger
from service.objects import ObjectStore
from tests.service.ledgers import ledger_in
from tests.service.real_servers import need_servers, running_servers


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """PostgreSQL, Redis and S3, running."""
    need_servers()
    home = tmp_path_factory.mktemp("servers")
    try:
        with running_servers(home) as made:
            yield made
    finally:
        shutil.rmtree(Servers(home, {}, "").postgres_data, ignore_errors=True)


@pytest.fixture
def bucket(servers: Servers, tmp_path: Path) -> ObjectStore:
    """A part of the bucket that no other test sees."""
    return ObjectStore(servers.bucket / tmp_path.parent.name / tmp_path.name, public_endpoint=servers.s3_url)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """With no job in it, over tables of its own."""
    return ledger_in(tmp_path)


@pytest.fixture
def instance() -> Iterator[DagsterInstance]:
    """That nothing was run with, and that remembers no longer than a test lasts."""
    with DagsterInstance.ephemeral() as one:
        yield one

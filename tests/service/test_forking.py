"""A process that forks while its threads use SQLite: the child finds no lock that nobody will give back."""

import os
import threading
import time
from pathlib import Path

import psutil
import pytest
import sqlalchemy as sa

from pipelines.on_demand.records.storage import pooled_engine
from service.forking import unforked
from service.ledger import Ledger
from tests.service.ledgers import NOW, ledger_in


def in_a_fork(ledger: Ledger) -> bool:
    """Whether a forked child can write, over connections of its own."""
    url = ledger.engine.url
    child = os.fork()
    if child == 0:
        code = 1
        try:
            own = sa.create_engine(url, connect_args={"timeout": 2})
            with own.begin() as connection:
                connection.execute(sa.text("INSERT INTO heartbeats (part, at) VALUES ('child', '2026-11-24')"))
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_child_that_is_forked_during_a_write_can_write(tmp_path: Path) -> None:
    ledger, begun = ledger_in(tmp_path), threading.Event()

    def write() -> None:
        with unforked(), ledger.engine.begin() as connection:
            connection.execute(sa.text("INSERT INTO heartbeats (part, at) VALUES ('parent', '2026-11-24')"))
            begun.set()
            time.sleep(0.3)

    writer = threading.Thread(target=write)
    writer.start()
    assert begun.wait(60)
    assert in_a_fork(ledger)
    writer.join()
    assert set(ledger.beats()) == {"parent", "child"}


@pytest.mark.parametrize("pooled", [False, True], ids=["ledger", "dagster"])
def test_a_child_inherits_no_idle_connection(tmp_path: Path, pooled: bool) -> None:
    ledger = ledger_in(tmp_path)
    ledger.beat("parent", now=NOW)
    engine = pooled_engine(str(ledger.engine.url)) if pooled else ledger.engine
    with engine.connect() as connection:
        connection.execute(sa.text("SELECT 1"))
    assert open_files(tmp_path)
    child = os.fork()
    if child == 0:
        os._exit(len(open_files(tmp_path)))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    ledger.beat("parent", now=NOW)
    with unforked(), unforked():
        assert in_a_fork(ledger), "whoever forks doesn't wait for itself"


def open_files(folder: Path) -> list[str]:
    """Files below a folder that this process has open."""
    return [one.path for one in psutil.Process().open_files() if one.path.startswith(str(folder))]

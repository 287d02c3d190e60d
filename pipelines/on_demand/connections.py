"""What a process of the service opens once: the job ledger and the Dagster instance.

A forked child gets its own, since neither connections nor their locks survive a fork.
"""

import os
from functools import cache

from dagster import DagsterInstance

from service.ledger import Ledger
from service.settings import settings


def ledger() -> Ledger:
    """This process's ledger."""
    return _ledger(os.getpid())


def instance() -> DagsterInstance:
    """This process's Dagster instance; it stays open until the process ends."""
    return _instance(os.getpid())


@cache
def _ledger(pid: int) -> Ledger:
    return Ledger.at(settings().app_database)


@cache
def _instance(pid: int) -> DagsterInstance:
    return DagsterInstance.from_config(str(settings().dagster_home))

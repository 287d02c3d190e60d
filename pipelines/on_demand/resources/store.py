"""The assets' store of the service: the object store that its settings name, a folder or a bucket."""

import os
from functools import cache

from dagster import InitResourceContext

from assets.resources import StoreResource
from assets.storage import Store
from service.objects import object_store
from service.settings import settings


class ServiceStore(StoreResource):
    """Over the service's object store. Nothing of it is configured in Dagster, whose UI would show the keys."""

    def setup_for_execution(self, context: InitResourceContext) -> None:
        """Use this process's one."""
        self._store = service_store()


def service_store() -> Store:
    """This process's store; a forked child has its own connections."""
    return _store(os.getpid())


@cache
def _store(pid: int) -> Store:
    return Store(object_store(settings()))

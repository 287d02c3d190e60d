"""The assets' store as the service gives it to them: the object store of the deployment."""

from dagster import InitResourceContext

from assets.resources import StoreResource
from assets.storage import Store
from service.objects import object_store
from service.settings import settings


class ServiceStore(StoreResource):
    """The store of the settings. Its keys are read here: configuration ends up in Dagster's database."""

    def setup_for_execution(self, context: InitResourceContext) -> None:
        """Open it."""
        self._store = Store(object_store(settings()))

"""The object store of this process."""

from functools import cache

from service.objects import ObjectStore, object_store
from service.settings import settings


@cache
def store() -> ObjectStore:
    """The deployment's object store, opened once."""
    return object_store(settings())

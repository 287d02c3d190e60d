"""Removes files that nothing refers to any more."""

from collections.abc import Iterable

from api.models import Artifact
from api.store import store
from service.objects import ObjectError, blob_key


def drop_unused(hashes: Iterable[str]) -> int:
    """Remove the blobs that no artifact has; how many. Call it after the artifacts' rows are gone.

    Equal files are kept once, so a blob may be another job's as well. A worker that delivers an equal file at this
    moment either finds it gone after it has written its rows and puts it back, or its rows are seen here.
    """
    dropped = 0
    for sha256 in hashes:
        if _used(sha256):
            continue
        key = blob_key(sha256)
        try:
            data = store().get(key)
        except ObjectError:
            continue
        store().delete(key)
        if _used(sha256):
            store().put(key, data)
            continue
        dropped += 1
    return dropped


def _used(sha256: str) -> bool:
    return Artifact.objects.filter(sha256=sha256).exists()

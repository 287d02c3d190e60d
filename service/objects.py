"""Files under keys, in a folder or a bucket. Both write a file whole or not at all.

Keys are relative POSIX paths. A blob's key is made of its sha256, so equal files are kept once:
`blobs/<2>/<sha256>`. The assets' store and the API's downloads read the same keys.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from upath import UPath

from engine.errors import SynthCopilotError
from service.settings import Settings

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_CHUNK = 1 << 18


class ObjectError(SynthCopilotError):
    """A file that should be in the object store is missing or damaged."""


class ObjectStore:
    """The files below `root`."""

    def __init__(self, root: UPath, *, public_endpoint: str = "") -> None:
        self.root = root
        self.local = root.protocol in ("", "file")
        self._public_endpoint = public_endpoint

    def path(self, key: str) -> UPath:
        """Where a key's file lies.

        Raises:
            ObjectError: it can't be a key; nothing outside the root can be named.
        """
        if not _KEY.fullmatch(key):
            raise ObjectError(f"{key!r} can't be a key in the object store")
        return self.root / key

    def put(self, key: str, data: bytes) -> None:
        """Write a file whole or not at all, in place of one that is there."""
        path = self.path(key)
        if not self.local:  # a bucket shows a file when all of it has arrived
            path.write_bytes(data)
            return
        target = Path(str(path))
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).chmod(0o644)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def get(self, key: str) -> bytes:
        """A file's bytes.

        Raises:
            ObjectError: there is none.
        """
        try:
            found: bytes = self.path(key).read_bytes()
        except FileNotFoundError:
            raise ObjectError(f"{key} is missing from {self.root}") from None
        return found

    def exists(self, key: str) -> bool:
        """Whether there is such a file."""
        return bool(self.path(key).is_file())

    def delete(self, key: str) -> bool:
        """Remove a file; False if there was none."""
        try:
            self.path(key).unlink()
        except FileNotFoundError:
            return False
        return True

    def chunks(self, key: str, *, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """A file, or `length` bytes of it from `start` on, a quarter of a megabyte at a time."""
        with self.path(key).open("rb") as file:
            file.seek(start)
            left = length
            while left is None or left > 0:
                piece: bytes = file.read(_CHUNK if left is None else min(_CHUNK, left))
                if not piece:
                    return
                left = None if left is None else left - len(piece)
                yield piece

    def put_blob(self, data: bytes) -> str:
        """Store bytes under their hash; the hash."""
        sha256 = hashlib.sha256(data).hexdigest()
        if not self.exists(blob_key(sha256)):
            self.put(blob_key(sha256), data)
        return sha256

    def blob(self, sha256: str) -> bytes:
        """The bytes stored under a hash, held against it.

        Raises:
            ObjectError: they are missing or damaged.
        """
        data = self.get(blob_key(sha256))
        if (found := hashlib.sha256(data).hexdigest()) != sha256:
            raise ObjectError(f"blob {sha256} is damaged: its bytes hash to {found}")
        return data

    def presigned(self, key: str, *, expires_s: int, filename: str, media_type: str) -> str | None:
        """A link by which anybody can read a file for a while; None where clients can't reach the store."""
        if self.local or not self._public_endpoint:
            return None
        path = self.path(key)
        options: dict[str, Any] = dict(path.storage_options) | {"endpoint_url": self._public_endpoint}
        reachable = UPath(str(path), **options)
        link: str = reachable.fs.url(
            reachable.path,
            expires=expires_s,
            ResponseContentDisposition=f"attachment; filename*=UTF-8''{quote(filename)}",
            ResponseContentType=media_type,
        )
        return link


def blob_key(sha256: str) -> str:
    """Key of the file with that hash."""
    return f"blobs/{sha256[:2]}/{sha256}"


def storage_options(settings: Settings) -> dict[str, Any]:
    """What fsspec needs to reach the object store."""
    if not settings.storage_url.startswith("s3://"):
        return {}
    options: dict[str, Any] = {}
    if settings.s3_endpoint_url:
        options["endpoint_url"] = settings.s3_endpoint_url
    if settings.s3_access_key and settings.s3_secret_key:
        options |= {
            "key": settings.s3_access_key.get_secret_value(),
            "secret": settings.s3_secret_key.get_secret_value(),
        }
    return options


def object_store(settings: Settings) -> ObjectStore:
    """The object store of a deployment."""
    root = UPath(settings.storage, **storage_options(settings))
    return ObjectStore(root, public_endpoint=settings.s3_public_url)

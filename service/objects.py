"""Files under keys, in a folder or a bucket. Both write a file whole or not at all.

Keys are relative POSIX paths; `layout` says what lies where. A blob's key is made of its sha256, so equal files are
kept once.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from upath import UPath

from engine import files
from engine.errors import SynthCopilotError
from service.layout import blob_key
from service.settings import Settings

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_CHUNK = 1 << 18
_CONNECT_S, _ANSWER_S = 5, 20
"""How long a bucket's server may take, before a request is sent again: botocore would wait a minute each time."""
_connected: dict[int, Any] = {}
"""File systems with connections, by identity. A forked child never lets its parent's go: closing them would take
them out of the event loop's epoll, which both share, and the parent would wait forever."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of the store."""

    key: str
    bytes: int
    modified: datetime

    @property
    def unfinished(self) -> bool:
        """Whether somebody writes it right now, or was killed while they did."""
        return self.key.rpartition("/")[2].startswith(".")


class ObjectError(SynthCopilotError):
    """A file that should be in the object store is missing or damaged."""


class ObjectStore:
    """The files below `root`. May be made before a fork and used after it."""

    def __init__(self, root: UPath, *, public_endpoint: str = "") -> None:
        self.local = is_local(root)
        self._url = str(root.absolute() if self.local else root)
        self._options: dict[str, Any] = {} if self.local else dict(root.storage_options)
        self._public_endpoint = public_endpoint

    @property
    def root(self) -> UPath:
        """The folder or bucket. Made anew: a path keeps its connections, which a forked process can't use."""
        made: UPath = UPath(self._url, **self._options)
        if not self.local:
            _connected[id(made.fs)] = made.fs
        return made

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
        write_whole(self.path(key), data)

    def get(self, key: str) -> bytes:
        """A file's bytes.

        Raises:
            ObjectError: there is none.
        """
        try:
            found = read_whole(self.path(key))
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

    def find(self, prefix: str = "") -> Iterator[StoredFile]:
        """Every file below a folder, or of the whole store, in no order; unfinished ones too."""
        folder = self.root / prefix if prefix else self.root
        base = self.root.path.rstrip("/") + "/"
        for path, about in folder.fs.find(folder.path, detail=True).items():
            if about["type"] != "file":
                continue  # some servers list folders that aren't there
            modified = about.get("LastModified") or datetime.fromtimestamp(about["mtime"], UTC)
            yield StoredFile(path.removeprefix(base), int(about["size"]), modified)

    def folders(self, prefix: str) -> tuple[str, ...]:
        """Names of the folders in a folder."""
        folder = self.root / prefix
        try:
            inside = folder.fs.ls(folder.path, detail=True)
        except FileNotFoundError:
            return ()
        return tuple(sorted(str(one["name"]).rsplit("/", 1)[-1] for one in inside if one["type"] == "directory"))

    def delete_unfinished(self, *, before: datetime) -> int:
        """Remove what was left by processes that were killed while they wrote; how many files."""
        left = [one for one in self.find() if one.unfinished and one.modified < before] if self.local else []
        for one in left:
            Path(str(self.root), one.key).unlink(missing_ok=True)
        return len(left)

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
        """Store bytes under their hash, unless they are there already and whole; the hash."""
        sha256 = hashlib.sha256(data).hexdigest()
        key = blob_key(sha256)
        if not self._holds(key, data):
            self.put(key, data)
        return sha256

    def blob(self, sha256: str) -> bytes:
        """The bytes stored under a hash, held against it.

        Raises:
            ObjectError: they are missing or damaged.
        """
        try:
            data = read_whole(self.path(blob_key(sha256)))
        except FileNotFoundError:
            raise ObjectError(f"blob {sha256} is missing from {self.root}") from None
        if (found := hashlib.sha256(data).hexdigest()) != sha256:
            raise ObjectError(f"blob {sha256} is damaged: its bytes hash to {found}")
        return data

    def _holds(self, key: str, data: bytes) -> bool:
        """Whether a file is there and has these bytes. A bucket tells by the MD5 that most give as the ETag."""
        path = self.path(key)
        try:
            about = path.fs.info(path.path)
        except FileNotFoundError:
            return False
        if about["size"] != len(data):
            return False
        if self.local:
            return bool(path.read_bytes() == data)
        md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
        return str(about.get("ETag", "")).strip('"') == md5

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


def is_local(path: UPath) -> bool:
    """Whether a path lies in a folder, rather than in a bucket."""
    return path.protocol in ("", "file")


def write_whole(path: UPath | Path, data: bytes) -> None:
    """Write a file so that nobody ever sees half of it; a bucket shows one when all of it has arrived."""
    if isinstance(path, UPath) and not is_local(path):
        path.fs.pipe_file(path.path, data)  # one request, or several for a large file; `write_bytes` takes longer
        return
    files.write_whole(Path(str(path)), data)


def read_whole(path: UPath | Path) -> bytes:
    """A file's bytes; out of a bucket in one request.

    Raises:
        FileNotFoundError: there is none.
    """
    if isinstance(path, UPath) and not is_local(path):
        data: bytes = path.fs.cat_file(path.path, max_concurrency=1)  # with more it would ask for the size first
        return data
    return path.read_bytes()


def storage_options(settings: Settings) -> dict[str, Any]:
    """What fsspec needs to reach the object store."""
    if not settings.storage_url.startswith("s3://"):
        return {}
    options: dict[str, Any] = {
        "use_listings_cache": False,  # others write there too
        "config_kwargs": {
            "signature_version": "s3v4",  # for links, botocore would take an older one
            "connect_timeout": _CONNECT_S,
            "read_timeout": _ANSWER_S,
        },
        "client_kwargs": {"region_name": settings.s3_region},
    }
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

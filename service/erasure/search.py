"""Looking for what should be gone: by ids among rows and names of files, by words in what these hold.

Words that somebody else's job holds as well prove nothing and are not looked for, nor are short ones, parts of
other words. That nothing is left of those follows from the rest: nothing of the user's own partitions is there.
"""

import io
import math
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pyarrow.parquet as pq
import sqlalchemy as sa
from pyarrow import ArrowException
from sqlalchemy.engine import Engine
from upath import UPath

from service.erasure.rows import Rows
from service.objects import ObjectStore
from service.tables import jobs

SHORTEST = 16
_OURS = ("templates", "purges")
"""Tables that hold our own words, or what is yet to be erased."""
_PARTITION = re.compile(r"job-[0-9a-f]{32}")
_CHUNK = 1 << 22


class Search:
    """Looks for a user that was erased. `folders` are looked through beside the store: databases, logs."""

    def __init__(self, engine: Engine, store: ObjectStore, rows: Rows, *, folders: Sequence[Path] = ()) -> None:
        self._engine, self._store, self._rows, self._folders = engine, store, rows, folders
        self._user_id = 0
        self._words: set[str] = set()

    def remember(self, user_id: int) -> None:
        """Note what is to be looked for, while it is still there."""
        self._user_id = user_id
        prompts = sa.select(jobs.c.prompt).where(jobs.c.user_id == user_id, jobs.c.prompt != "").distinct()
        with self._engine.connect() as connection:
            self._words = {text for text in connection.execute(prompts).scalars() if len(text) >= SHORTEST}

    def run(self, partitions: set[str], *, limit_s: float = math.inf) -> tuple[dict[str, int], dict[str, int]]:
        """Where something was found, and how much was looked through.

        What refers to the user, and the names of all files, are looked at in any case; contents of tables and of
        files for up to `limit_s` each.
        """
        found: Counter[str] = Counter()
        searched: Counter[str] = Counter()
        with self._engine.connect() as connection:
            referring = self._rows.referring(connection, "users", [self._user_id])
        found += Counter({f"table {name}": count for name, count in referring.items()})
        words = self._own_words(time.monotonic() + limit_s)
        self._look_through_tables(partitions, words, time.monotonic() + limit_s, found, searched)
        self._look_through_files(partitions, words, time.monotonic() + limit_s, found, searched)
        return dict(+found), dict(searched)

    def _look_through_tables(
        self, partitions: set[str], words: list[str], give_up: float, hits: Counter[str], searched: Counter[str]
    ) -> None:
        wanted = [word.lower() for word in words]
        with self._engine.connect() as connection:
            for table, said in self._rows.wordy(connection, but=_OURS):
                if time.monotonic() >= give_up:
                    return
                searched["rows"] += 1
                holds = not partitions.isdisjoint(_PARTITION.findall(said)) or any(word in said for word in wanted)
                hits[f"table {table}"] += holds

    def _look_through_files(
        self, partitions: set[str], words: list[str], give_up: float, hits: Counter[str], searched: Counter[str]
    ) -> None:
        encoded = [word.encode() for word in words]
        for key, read in self._files():
            searched["names"] += 1
            hits[f"file {key.split('/')[0]}"] += not partitions.isdisjoint(_PARTITION.findall(key))
            if encoded and time.monotonic() < give_up:
                searched["contents"] += 1
                hits[f"content of {key.split('/')[0]}"] += _hold(read(), encoded)

    def _own_words(self, give_up: float) -> list[str]:
        """The words that no other job holds, as far as there is time to find out."""
        own = []
        with self._engine.connect() as connection:
            for word in sorted(self._words):
                if time.monotonic() >= give_up:
                    break
                another = sa.select(jobs.c.id).where(jobs.c.prompt.contains(word, autoescape=True)).limit(1)
                if connection.execute(another).first() is None:
                    own.append(word)
        return own

    def _files(self) -> Iterator[tuple[str, Callable[[], Iterator[bytes]]]]:
        """Every file by name, and how to read it."""
        root = self._store.root
        for found in self._store.find():
            yield found.key, partial(contents, root / found.key)
        inside = Path(str(root)) if self._store.local else None
        for folder in self._folders:
            for path in sorted(folder.rglob("*")):
                if path.is_file() and not path.is_symlink() and (inside is None or inside not in path.parents):
                    yield path.relative_to(folder).as_posix(), partial(contents, path)


def contents(path: Path | UPath) -> Iterator[bytes]:
    """A file in pieces; what is compressed in it is unpacked. One that goes away meanwhile holds nothing."""
    try:
        if path.name.endswith(".parquet"):
            table = pq.read_table(io.BytesIO(path.read_bytes()))
            yield "\n".join(str(row) for row in table.to_pylist()).encode()
            return
        with path.open("rb") as file:
            while piece := file.read(_CHUNK):
                yield piece
    except (FileNotFoundError, ArrowException):
        return


def _hold(pieces: Iterator[bytes], words: Sequence[bytes]) -> bool:
    """Whether a word is in a file that comes in pieces, also across their edges."""
    longest, tail = max(map(len, words)), b""
    for piece in pieces:
        if any(word in tail + piece for word in words):
            return True
        tail = (tail + piece)[-longest:]
    return False

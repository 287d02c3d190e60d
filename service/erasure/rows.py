"""Deletes rows with everything that refers to them, whichever tables that is today.

The application's tables belong to Django, which follows such references in Python; here they are read from the
database itself, so that a table that is added tomorrow is not forgotten.
"""

import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

_LARGE = ("artifacts", "patch_specs")
_AT_A_TIME = 400
"""SQLite takes some 32,000 values in a statement, older ones 999."""


class Rows:
    """The tables of a database and who refers to whom."""

    def __init__(self, engine: Engine) -> None:
        self._metadata = sa.MetaData()
        self._metadata.reflect(bind=engine)

    def table(self, name: str) -> sa.Table:
        """A table with its columns' types as the database has them: a UUID is text to SQLite."""
        return self._metadata.tables[name]

    def has(self, name: str) -> bool:
        """Whether there is such a table."""
        return name in self._metadata.tables

    def raw(self, name: str, value: uuid.UUID) -> Any:
        """A UUID as the primary key of a table has it."""
        native = isinstance(_key(self.table(name)).type, sa.Uuid)
        return value if native else value.hex

    def delete(self, connection: Connection, name: str, ids: Sequence[Any]) -> Counter[str]:
        """Delete rows by their primary keys, after all that refers to them; how many of each table."""
        gone: Counter[str] = Counter()
        if not ids:
            return gone
        for child, column in self._references(name):
            gone += self.delete(connection, child.name, self.ids(connection, child, column, ids))
        table = self.table(name)
        key = _key(table)
        for some in _chunks(ids):
            gone[name] += connection.execute(sa.delete(table).where(key.in_(some))).rowcount
        return gone

    def ids(
        self, connection: Connection, table: sa.Table, column: sa.Column[Any], values: Sequence[Any]
    ) -> list[Any]:
        """Primary keys of the rows whose `column` is one of `values`."""
        found: list[Any] = []
        for some in _chunks(values):
            found += connection.execute(sa.select(_key(table)).where(column.in_(some))).scalars()
        return found

    def referring(self, connection: Connection, name: str, ids: Sequence[Any]) -> Counter[str]:
        """How many rows of which tables refer to these rows."""
        found: Counter[str] = Counter()
        for child, column in self._references(name):
            found[child.name] += len(self.ids(connection, child, column, ids))
        return +found

    def wordy(self, connection: Connection, *, but: Sequence[str] = ()) -> Iterator[tuple[str, str]]:
        """Every row that has columns of text or JSON, as its table's name and all of that text in small letters.

        Tables with large documents come last; those in `but` are left out.
        """
        for table in sorted(self._metadata.sorted_tables, key=lambda table: (table.name in _LARGE, table.name)):
            columns = [column for column in table.columns if isinstance(column.type, sa.String | sa.JSON)]
            if not columns or table.name in but:
                continue
            rows = connection.execution_options(yield_per=500).execute(sa.select(*columns))
            for row in rows:
                yield table.name, "\x00".join(str(value) for value in row if value is not None).lower()

    def _references(self, name: str) -> list[tuple[sa.Table, sa.Column[Any]]]:
        return [
            (table, key.parent)
            for table in self._metadata.sorted_tables
            for key in sorted(table.foreign_keys, key=lambda key: key.parent.name)
            if key.column.table.name == name
        ]


def _key(table: sa.Table) -> sa.Column[Any]:
    (key,) = table.primary_key.columns
    return key


def _chunks(values: Sequence[Any]) -> list[Sequence[Any]]:
    return [values[start : start + _AT_A_TIME] for start in range(0, len(values), _AT_A_TIME)]

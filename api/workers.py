"""The workers' side of the database and the files, as far as the API may use it: `service` by SQLAlchemy.

It has connections of its own, so call it outside of Django's transactions: SQLite lets only one write at a time.
"""

from functools import cache

import sqlalchemy as sa
from django.db import connection

from api.store import store
from service.erasure.jobs import Eraser
from service.tables import engine_for


def database() -> sa.Engine:
    """The same database that Django uses."""
    if connection.vendor != "postgresql":
        return _engine(f"sqlite:///{connection.settings_dict['NAME']}")
    found = connection.settings_dict
    url = sa.URL.create(
        "postgresql+psycopg",
        username=found["USER"] or None,
        password=found["PASSWORD"] or None,
        host=found["HOST"] or None,
        port=int(found["PORT"]) if found["PORT"] else None,
        database=found["NAME"],
    )
    return _engine(url.render_as_string(hide_password=False))


@cache
def _engine(url: str) -> sa.Engine:
    return engine_for(url)


def eraser() -> Eraser:
    """Erases jobs with their files."""
    return Eraser(database(), store())

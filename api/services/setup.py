"""Brings a deployment's database up to date."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from api.services.catalog import sync_templates
from api.services.plans import make_first_plans
from service.locks import exclusive
from service.settings import settings

_LOCK: Final = 0x5C_4D_16
"""Of migrations, among PostgreSQL's advisory locks."""


@dataclass(frozen=True, slots=True)
class Migrated:
    """What was done."""

    migrations: tuple[str, ...]
    templates: int
    plans: tuple[str, ...]


def pending() -> tuple[str, ...]:
    """Migrations that the database has yet to see."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return tuple(f"{migration.app_label}.{migration.name}" for migration, _ in plan)


def migrate() -> Migrated:
    """Migrate the tables, record the catalog's templates, make the plans that are missing. Harmless to repeat.

    Whoever else does the same at this moment is waited for.
    """
    settings().root.mkdir(parents=True, exist_ok=True)
    with _alone():
        todo = pending()
        if todo:
            call_command("migrate", interactive=False, verbosity=0)
        return Migrated(todo, sync_templates(), make_first_plans())


@contextmanager
def _alone() -> Iterator[None]:
    if connection.vendor != "postgresql":
        with exclusive(settings().root / "migrate.lock"):
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])

"""The tables that the workers' side reads and writes, for SQLAlchemy, and how to connect to them.

Django's migrations own them; a test holds the columns below against its models. What is done with them: `ledger`.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.types import TypeDecorator

from service.forking import not_inherited

IN_FLIGHT = ("queued", "running")
ENDED = ("succeeded", "failed", "cancelled")


class Utc(TypeDecorator[datetime]):
    """Aware datetimes in UTC; SQLite keeps them as text without a zone, as Django does."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """As the database keeps it."""
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Back, aware."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


metadata = sa.MetaData()
jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("user_id", sa.BigInteger),
    sa.Column("job_key", sa.String(64)),
    sa.Column("partition_key", sa.String(80)),
    sa.Column("queue", sa.String(16)),
    sa.Column("state", sa.String(16)),
    sa.Column("stage", sa.String(32)),
    sa.Column("progress", sa.Float),
    sa.Column("prompt", sa.Text),
    sa.Column("prompt_sha256", sa.String(64)),
    sa.Column("prompt_erased_at", Utc),
    sa.Column("tags", sa.JSON),
    sa.Column("template_id", sa.String(64)),
    sa.Column("seed", sa.BigInteger),
    sa.Column("variations", sa.SmallInteger),
    sa.Column("planner", sa.String(8)),
    sa.Column("model", sa.String(120)),
    sa.Column("source_id", sa.Uuid),
    sa.Column("export_format", sa.String(16)),
    sa.Column("title", sa.String(80)),
    sa.Column("style", sa.String(16)),
    sa.Column("made_with", sa.String(64)),
    sa.Column("attempt", sa.SmallInteger),
    sa.Column("run_id", sa.String(64)),
    sa.Column("not_before", Utc),
    sa.Column("cancel_requested_at", Utc),
    sa.Column("error_code", sa.String(32)),
    sa.Column("error_detail", sa.Text),
    sa.Column("created_at", Utc),
    sa.Column("started_at", Utc),
    sa.Column("finished_at", Utc),
    sa.Column("expires_at", Utc),
    sa.Column("pruned_at", Utc),
)
artifacts = sa.Table(
    "artifacts",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("job_id", sa.Uuid),
    sa.Column("path", sa.String(255)),
    sa.Column("kind", sa.String(16)),
    sa.Column("preset_id", sa.String(64)),
    sa.Column("media_type", sa.String(64)),
    sa.Column("sha256", sa.String(64)),
    sa.Column("bytes", sa.BigInteger),
)
patch_specs = sa.Table(
    "patch_specs",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("job_id", sa.Uuid),
    sa.Column("preset_id", sa.String(64)),
    sa.Column("title", sa.String(80)),
    sa.Column("spec", sa.JSON),
    sa.Column("sha256", sa.String(64)),
)
heartbeats = sa.Table(
    "heartbeats", metadata, sa.Column("part", sa.String(80), primary_key=True), sa.Column("at", Utc)
)
purges = sa.Table(
    "purges",
    metadata,
    sa.Column("partition_key", sa.String(80), primary_key=True),
    sa.Column("blobs", sa.JSON),
    sa.Column("requested_at", Utc),
    sa.Column("files_erased_at", Utc),
)
planner_answers = sa.Table(
    "planner_answers",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True),
    sa.Column("user_id", sa.BigInteger),
    sa.Column("words_sha256", sa.String(64)),
    sa.Column("model", sa.String(120)),
    sa.Column("prompt_version", sa.String(16)),
    sa.Column("answer", sa.Text),
    sa.Column("created_at", Utc),
)
audit_log = sa.Table(
    "audit_log",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True),
    sa.Column("at", Utc),
    sa.Column("actor_id", sa.BigInteger),
    sa.Column("action", sa.String(48)),
    sa.Column("subject", sa.String(80)),
    sa.Column("detail", sa.JSON),
)


def engine_for(url: str) -> Engine:
    """A pool of connections to the application's database; SQLite waits for other writers up to 20 s."""
    if not url.startswith("sqlite"):
        return not_inherited(sa.create_engine(url, pool_size=4, max_overflow=8, pool_pre_ping=True))
    made = not_inherited(sa.create_engine(url, connect_args={"timeout": 20}))

    @sa.event.listens_for(made, "connect")
    def _settings(connection: Any, record: Any) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA secure_delete=ON")  # what is erased must not lie in unused pages

    return made

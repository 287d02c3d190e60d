"""A ledger over tables of its own, made in milliseconds, and jobs put into them row by row."""

import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from service.ledger import Ledger
from service.tables import artifacts, engine_for, jobs, metadata, patch_specs

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def ledger_in(folder: Path) -> Ledger:
    """With no job in it."""
    engine = engine_for(f"sqlite:///{folder / 'ledger.sqlite3'}")
    metadata.create_all(engine)
    return Ledger(engine)


def put_job(ledger: Ledger, **given: Any) -> uuid.UUID:
    """A queued job, or whatever is said of it; its id."""
    one = uuid.uuid4()
    row = {
        "id": one,
        "user_id": 1,
        "job_key": one.hex,
        "partition_key": f"job-{one.hex}",
        "queue": "generate",
        "state": "queued",
        "stage": "waiting",
        "progress": 0.0,
        "prompt": "warm pad",
        "prompt_sha256": "5" * 64,
        "tags": [],
        "seed": 0,
        "variations": 0,
        "export_format": "",
        "title": "",
        "style": "",
        "made_with": "",
        "attempt": 1,
        "error_code": "",
        "error_detail": "",
        "created_at": NOW,
    }
    with ledger.engine.begin() as connection:
        connection.execute(sa.insert(jobs).values(row | given))
    return given.get("id", one)


def change_job(ledger: Ledger, job: uuid.UUID, **values: Any) -> None:
    """As the API does, or time."""
    with ledger.engine.begin() as connection:
        connection.execute(sa.update(jobs).where(jobs.c.id == job).values(values))


def row_of(ledger: Ledger, job: uuid.UUID) -> dict[str, Any]:
    """All columns of a job."""
    with ledger.engine.connect() as connection:
        return dict(connection.execute(sa.select(jobs).where(jobs.c.id == job)).one()._mapping)


def put_files(ledger: Ledger, job: uuid.UUID) -> None:
    """What an attempt has delivered: a file and a patch."""
    file = {
        "id": uuid.uuid4(), "job_id": job, "path": "old.zip", "kind": "bundle", "preset_id": "",
        "media_type": "application/zip", "sha256": "1" * 64, "bytes": 1,
    }  # fmt: skip
    patch = {"id": uuid.uuid4(), "job_id": job, "preset_id": "old", "title": "Old", "spec": {}, "sha256": "1" * 64}
    with ledger.engine.begin() as connection:
        connection.execute(sa.insert(artifacts).values(file))
        connection.execute(sa.insert(patch_specs).values(patch))


def files_and_patches(ledger: Ledger, job: uuid.UUID) -> tuple[list[str], list[str]]:
    """Paths of files, and presets of patches, as they lie in the tables."""
    with ledger.engine.connect() as connection:
        paths = sa.select(artifacts.c.path).where(artifacts.c.job_id == job).order_by(artifacts.c.path)
        presets = sa.select(patch_specs.c.preset_id).where(patch_specs.c.job_id == job)
        return list(connection.execute(paths).scalars()), sorted(connection.execute(presets).scalars())

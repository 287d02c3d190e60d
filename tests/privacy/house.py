"""A home in which a real job was run, and ways to put more jobs into it."""

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.engine import Engine

from api.models import Job, User
from assets.io import ParquetTablesResource
from assets.partitions import REQUEST_BATCHES
from assets.resources import RendererResource, StoreResource
from assets.storage import Store
from engine.bundle import open_bundle
from pipelines.definitions import build_defs
from pipelines.home import instance_of, prepared
from pipelines.runs import run_partition
from schemas.request import Request
from service.erasure.jobs import Eraser
from service.keys import job_key, partition_key
from service.ledger import Ledger, MadeFile
from service.objects import ObjectStore
from tests.privacy.words import PROMPT, TAGS

MADE = ("prompts", "plans", "patch_specs", "variations", "renders", "bundles")
REQUEST = Request(prompt=PROMPT, tags=TAGS, seed=3, variations=1)
KINDS = {"vital": "preset", "flac": "audio", "png": "picture", "html": "page", "json": "meta"}
Everywhere = Callable[[], dict[str, list[str]]]


def make(home: Path, partition: str, request: Request = REQUEST) -> None:
    """Run the assets of a job's partition in a home, as its worker would: `storage` beside `dagster`."""
    store = Store(home / "storage")
    store.put_batch(partition, [request])
    where = StoreResource(root=str(home / "storage"))
    tables = ParquetTablesResource(store=where)
    defs = build_defs(resources={"store": where, "io_manager": tables, "renderer": RendererResource(workers=1)})
    with instance_of(prepared(home / "dagster")) as instance:
        instance.add_dynamic_partitions(REQUEST_BATCHES.name, [partition])
        job = defs.resolve_job_def("build_batch")
        run = run_partition(job, instance, partition=partition, assets=MADE, library="none")
        assert run.problem is None, run.problem


@dataclass
class House:
    """A home with its database, and ways to put jobs into it."""

    home: Path
    engine: Engine
    store: ObjectStore
    ledger: Ledger
    users: dict[str, User] = field(default_factory=dict)

    @property
    def eraser(self) -> Eraser:
        return Eraser(self.engine, self.store)

    def user(self, name: str = "ada") -> User:
        if name not in self.users:
            self.users[name] = User.objects.create_user(name, f"{name}@example.org", "a long pass phrase")
        return self.users[name]

    def job(self, *, request: Request = REQUEST, user: str = "ada", age: timedelta = timedelta(), **more) -> Job:
        """A queued job."""
        owner, created = self.user(user), datetime.now(UTC) - age
        key = job_key(1 if user == "ada" else owner.pk, request)
        row = {
            "user": owner, "job_key": key, "partition_key": partition_key(key), "prompt": request.prompt,
            "prompt_sha256": hashlib.sha256(request.prompt.encode()).hexdigest(), "tags": list(request.tags),
            "seed": request.seed, "variations": request.variations, "generator_version": "1", "created_at": created,
            "expires_at": created + timedelta(days=90),
        }  # fmt: skip
        return Job.objects.create(**row | more)

    def deliver(self, job: Job) -> Job:
        """Let a queued job succeed with the bundle that lies in its partition's table."""
        run, now = uuid.uuid4().hex, datetime.now(UTC)
        assert self.ledger.bind(job.pk, attempt=1, run_id=run)
        assert self.ledger.start(job.pk, attempt=1, run_id=run, now=now)
        (row,) = Store(self.store).table("bundles", job.partition_key).to_pylist()
        bundle = open_bundle(self.store.blob(row["zip_sha256"]))
        files = [
            MadeFile(path, KINDS[path.rpartition(".")[2]], "text/plain", self.store.put_blob(data), len(data))
            for path, data in bundle.files.items()
        ]
        whole = MadeFile(f"{row['folder_name']}.zip", "bundle", "application/zip", bundle.sha256, len(bundle.zip))
        assert self.ledger.deliver(job.pk, attempt=1, files=[*files, whole], title=bundle.manifest.title)
        assert self.ledger.succeed(job.pk, attempt=1, now=now)
        job.refresh_from_db()
        return job

"""Does with a bundle what a worker does: splits it into blobs and ends the job, through the ledger."""

import hashlib
import mimetypes
import uuid

from django.utils import timezone

from api.models import Job
from engine.bundle import Bundle
from service.ledger import Ledger, MadeFile
from service.objects import ObjectStore

_KINDS = {"presets": "preset", "previews": "audio", "pictures": "picture", "meta": "meta"}
_TYPES = {".vital": "application/json", ".flac": "audio/flac"}


def deliver(ledger: Ledger, store: ObjectStore, job: Job, bundle: Bundle, *, started: bool = False) -> None:
    """Ends a waiting job, or one that was `started`, with a bundle's files."""
    if not started:
        assert ledger.start(job.pk, attempt=job.attempt, run_id=str(uuid.uuid4()), now=timezone.now())
    of_preset = {path: preset.id for preset in bundle.manifest.presets for path in preset.files.paths()}
    files = [
        MadeFile(
            path=path,
            kind=_KINDS.get(path.split("/")[0], "page"),
            media_type=_media_type(path),
            sha256=store.put_blob(data),
            bytes=len(data),
            preset_id=of_preset.get(path, ""),
        )
        for path, data in bundle.files.items()
    ]
    files.append(
        MadeFile(
            path=f"{bundle.folder_name}.zip",
            kind="bundle",
            media_type="application/zip",
            sha256=store.put_blob(bundle.zip),
            bytes=len(bundle.zip),
        )
    )
    assert hashlib.sha256(bundle.zip).hexdigest() == bundle.sha256
    manifest = bundle.manifest
    assert ledger.deliver(
        job.pk,
        attempt=job.attempt,
        files=files,
        title=manifest.title,
        style=manifest.style,
        made_with=manifest.template_id,
    )
    assert ledger.succeed(job.pk, attempt=job.attempt, now=timezone.now())
    job.refresh_from_db()


def _media_type(path: str) -> str:
    suffix = f".{path.rsplit('.', 1)[-1]}"
    return _TYPES.get(suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"

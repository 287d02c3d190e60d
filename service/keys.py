"""Names that are hashes of what they stand for: a job's key and its partition, a folder, who signed in."""

import hashlib
import os
import re
from functools import cache
from pathlib import Path
from typing import Final

from engine.hashing import content_hash
from engine.versions import all_versions
from schemas.request import Request
from service.llm import PROMPT_VERSION

EXPORT_FORMATS: Final = ("vitalbank", "presets")
"""`vitalbank`: one file that Vital imports. `presets`: a zip of nothing but the `.vital` files."""
_JOB_PARTITION: Final = re.compile(r"job-[0-9a-f]{32}")


@cache
def generator_version() -> str:
    """A short hash of every version that decides an artifact's bytes."""
    return content_hash(all_versions())[:16]


def job_key(user_id: int, request: Request) -> str:
    """Hash of user, prompt, tags, template, seed, number of variations, who reads the prompt, generator version."""
    content = {
        "user_id": user_id,
        "prompt": request.prompt,
        "tags": sorted(request.tags),
        "template_id": request.template_id,
        "seed": request.seed,
        "variations": request.variations,
        "planner": request.planner,
        "model": request.model,
        "generator_version": generator_version(),
    }
    return content_hash(content | ({"prompt_version": PROMPT_VERSION} if request.planner == "llm" else {}))


def export_key(source_job_key: str, export_format: str) -> str:
    """Key of an export: the job whose bundle it turns into another format, and which."""
    return content_hash(
        {"source": source_job_key, "format": export_format, "generator_version": generator_version()}
    )


def partition_key(key: str) -> str:
    """The Dagster partition of a job's key."""
    return f"job-{key[:32]}"


def sign_in_subject(username: str) -> str:
    """How a name stands in the log of who did what: hashed, since people type passwords into the wrong field."""
    return f"name:{hashlib.sha256(username.strip().lower().encode()).hexdigest()[:32]}"


def path_hash(path: Path) -> str:
    """16 hex digits that stand for a folder or file of this host, where its own name would be too long."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]


def is_job_partition(partition: str) -> bool:
    """Whether a partition is a job's, and not a batch of a library."""
    return _JOB_PARTITION.fullmatch(partition) is not None

"""Names that are hashes of what they stand for: a job's key, and its partition."""

import hashlib
import re
from functools import cache
from typing import Final

import orjson

from engine.versions import all_versions
from schemas.request import Request

EXPORT_FORMATS: Final = ("vitalbank", "presets")
"""`vitalbank`: one file that Vital imports. `presets`: a zip of nothing but the `.vital` files."""
_JOB_PARTITION: Final = re.compile(r"job-[0-9a-f]{32}")


@cache
def generator_version() -> str:
    """A short hash of every version that decides an artifact's bytes."""
    return hashlib.sha256(orjson.dumps(all_versions(), option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def job_key(user_id: int, request: Request) -> str:
    """Hash of user, prompt, tags, template, seed, number of variations and generator version."""
    content = {
        "user_id": user_id,
        "prompt": request.prompt,
        "tags": sorted(request.tags),
        "template_id": request.template_id,
        "seed": request.seed,
        "variations": request.variations,
        "generator_version": generator_version(),
    }
    return _hash(content)


def export_key(source_job_key: str, export_format: str) -> str:
    """Key of an export: the job whose bundle it turns into another format, and which."""
    return _hash({"source": source_job_key, "format": export_format, "generator_version": generator_version()})


def partition_key(key: str) -> str:
    """The Dagster partition of a job's key."""
    return f"job-{key[:32]}"


def is_job_partition(partition: str) -> bool:
    """Whether a partition is a job's, and not a batch of a library."""
    return _JOB_PARTITION.fullmatch(partition) is not None


def _hash(content: object) -> str:
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()

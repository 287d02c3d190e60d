"""Names of the tags that Dagster gives its runs, and acts on."""

from typing import Final

from dagster._core.storage.tags import MAX_RUNTIME_SECONDS_TAG, PARTITION_NAME_TAG

# What a sensor called a run, so that it is made once.
from dagster._core.storage.tags import RUN_KEY_TAG as RUN_KEY_TAG

MAX_RUNTIME_TAG: Final = MAX_RUNTIME_SECONDS_TAG
"""How long a run may go on, s, before Dagster's monitor ends it."""
PARTITION_TAG: Final = PARTITION_NAME_TAG
"""A run's partition."""

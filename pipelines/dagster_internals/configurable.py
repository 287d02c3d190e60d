"""How Dagster makes classes of ours from `dagster.yaml`, and what that file calls classes of Dagster's."""

from typing import Final

# What a class's `config_type` says.
from dagster._config.config_schema import UserConfigSchema as UserConfigSchema

# Module, class and settings as the file has them.
from dagster._serdes import ConfigurableClassData as ConfigurableClassData

LOCAL_ARTIFACTS: Final = {"module": "dagster._core.storage.root", "class": "LocalArtifactStorage"}
"""Files of a home in the home itself."""
NO_COMPUTE_LOGS: Final = {
    "module": "dagster._core.storage.noop_compute_log_manager",
    "class": "NoOpComputeLogManager",
}
"""Output of runs isn't captured."""
RUN_QUEUE: Final = {"module": "dagster._core.run_coordinator", "class": "QueuedRunCoordinator"}
"""Runs wait until there is room for them."""

"""What a run launcher of our own is made of."""

# A worker's state, and why.
from dagster._core.launcher import CheckRunHealthResult as CheckRunHealthResult

# What a launcher is told of a run.
from dagster._core.launcher import LaunchRunContext as LaunchRunContext

# What every launcher derives from.
from dagster._core.launcher import RunLauncher as RunLauncher

# Whether a worker is at work.
from dagster._core.launcher import WorkerStatus as WorkerStatus

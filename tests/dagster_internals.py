"""The parts of Dagster that only tests use and that it doesn't promise to keep.

What the code itself uses, tests take from `assets.dagster_internals` and `pipelines.dagster_internals`.
"""

# A materialization as its event carries it.
from dagster._core.events import StepMaterializationData as StepMaterializationData

# An instance as its settings describe it.
from dagster._core.instance import InstanceRef as InstanceRef

# Where jobs and sensors come from.
from dagster._core.remote_origin import RegisteredCodeLocationOrigin as RegisteredCodeLocationOrigin
from dagster._core.remote_origin import RemoteInstigatorOrigin as RemoteInstigatorOrigin
from dagster._core.remote_origin import RemoteJobOrigin as RemoteJobOrigin
from dagster._core.remote_origin import RemoteRepositoryOrigin as RemoteRepositoryOrigin

# What is known of a sensor.
from dagster._core.scheduler.instigation import InstigatorState as InstigatorState
from dagster._core.scheduler.instigation import InstigatorStatus as InstigatorStatus
from dagster._core.scheduler.instigation import InstigatorType as InstigatorType
from dagster._core.scheduler.instigation import SensorInstigatorData as SensorInstigatorData

# How a check ended.
from dagster._core.storage.asset_check_execution_record import (
    AssetCheckExecutionRecordStatus as AssetCheckExecutionRecordStatus,
)

# A run's record, without anything run.
from dagster._core.test_utils import create_run_for_test as create_run_for_test

"""The sensor that turns waiting jobs into runs, stops unwanted ones, and ends what was left behind.

A tick lasts up to four seconds and looks forty times a second; the stock daemon starts a tick every few seconds.
"""

import time
from datetime import UTC, datetime
from typing import Final

from dagster import DefaultSensorStatus, SensorEvaluationContext, SensorResult, SkipReason, sensor

from pipelines.on_demand.connections import instance, ledger
from pipelines.on_demand.dispatch.admission import admit
from pipelines.on_demand.housekeeping.cancelling import cancel_unwanted
from pipelines.on_demand.housekeeping.forgetting import forget_erased
from pipelines.on_demand.housekeeping.reconciling import reconcile
from pipelines.on_demand.jobs import export_presets, make_presets
from pipelines.on_demand.resources.store import service_store
from service.settings import settings

NAME: Final = "waiting_jobs"
_TICK_S = 4.0
_LOOK_S = 0.025
_TIDY_S = 0.25
"""How often unwanted and abandoned jobs are looked for."""
_BEAT_S = 1.0


@sensor(
    name=NAME,
    jobs=[make_presets, export_presets],
    minimum_interval_seconds=1,
    default_status=DefaultSensorStatus.RUNNING,
    description="Starts a run for each waiting job, and ends jobs whose runs can't.",
)
def waiting_jobs(context: SensorEvaluationContext) -> SensorResult | SkipReason:
    """Look until there is something to start, or the tick is over."""
    end = time.monotonic() + _TICK_S
    tidied = beaten = 0.0
    while (now := time.monotonic()) < end:
        if now - beaten >= _BEAT_S:
            ledger().beat("sensor", now=datetime.now(UTC))
            beaten = now
        if now - tidied >= _TIDY_S:
            cancel_unwanted(ledger(), instance())
            reconcile(ledger(), instance(), settings())
            forget_erased(ledger(), instance())
            tidied = now
        admitted = admit(ledger(), instance(), service_store(), settings())
        if admitted.runs:
            return SensorResult(run_requests=admitted.runs, dynamic_partitions_requests=admitted.partitions)
        time.sleep(_LOOK_S)
    return SkipReason("nobody waits")

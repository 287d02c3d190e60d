"""The Celery app: where messages go, and what a worker may use. The task itself is in `worker`."""

from pathlib import Path
from typing import Any, Final

from celery import Celery
from kombu import Exchange, Queue

from pipelines.on_demand.messages import file_broker
from service.settings import Settings

QUEUES: Final = file_broker.QUEUES
EXECUTE: Final = "execute_job"
_REDIS: Final = {"visibility_timeout": 3600, "socket_keepalive": True, "health_check_interval": 20}


def celery_app(settings: Settings) -> Celery:
    """An app for a worker, or for who sends to one. It keeps no results: runs and jobs say how they ended."""
    file_broker.register()
    made = Celery("synthcopilot", fixups=[])  # else it would set Django up where that is configured
    made.conf.update(
        broker_url=settings.broker_url or f"{file_broker.SCHEME}://localhost",
        broker_transport_options=_transport_options(settings),
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        result_backend=None,
        task_ignore_result=True,
        task_queues=[Queue(queue, Exchange(queue), routing_key=queue) for queue in QUEUES],
        task_default_queue=QUEUES[0],
        task_create_missing_queues=False,
        # A message is taken for good when its run has ended; a second delivery of it finds the run begun, and goes.
        task_acks_late=True,
        worker_prefetch_multiplier=1,
        # Whoever has grown to half of what it may use is replaced between two jobs.
        worker_max_memory_per_child=settings.memory_limit_mb * 1024 // 2,
        worker_hijack_root_logger=False,
        worker_send_task_events=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        task_send_sent_event=False,
    )
    return made


def broker_folder(settings: Settings) -> Path:
    """Where the embedded profile's messages lie."""
    return settings.root / "broker"


def _transport_options(settings: Settings) -> dict[str, Any]:
    return dict(_REDIS) if settings.broker_url else file_broker.options(broker_folder(settings))

"""What the service stores for good, one file a subject."""

from api.models.accounts import ApiKey, Entitlement, User
from api.models.audit import AuditEntry
from api.models.jobs import Artifact, IdempotencyKey, Job, JobState, PatchSpecRecord, Queue
from api.models.operations import Heartbeat, Purge
from api.models.planner import PlannerAnswer
from api.models.sharing import ShareToken
from api.models.templates import TemplateRecord

__all__ = [
    "ApiKey",
    "Artifact",
    "AuditEntry",
    "Entitlement",
    "Heartbeat",
    "IdempotencyKey",
    "Job",
    "JobState",
    "PatchSpecRecord",
    "PlannerAnswer",
    "Purge",
    "Queue",
    "ShareToken",
    "TemplateRecord",
    "User",
]

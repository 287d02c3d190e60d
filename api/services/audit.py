"""The log of who did what."""

from typing import Any

from api.models import AuditEntry, User


def record(
    action: str,
    *,
    actor: User | None,
    subject: str = "",
    detail: dict[str, Any] | None = None,
    remote_addr: str | None = None,
) -> AuditEntry:
    """Note one act. Neither `subject` nor `detail` may hold a prompt or a secret.

    Call it in the transaction of the act, so that there is never one without the other. The entries `job.create`
    and `export.create` are also what the daily limit counts, so that deleting jobs makes no room for new ones.
    """
    return AuditEntry.objects.create(
        action=action,
        actor_id=actor.pk if actor else None,
        subject=subject,
        detail=detail or {},
        remote_addr=remote_addr,
    )

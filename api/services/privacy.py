"""A user and all that is theirs are erased: by themselves, by an operator, by the command line."""

from django.contrib.sessions.models import Session
from django.utils import timezone

from api.models import User
from api.services import audit
from api.store import store
from api.workers import database
from service.erasure.users import ErasureReport, UserErasure
from service.settings import settings

_WAIT_S = 5.0
_FILES_S = 15.0
_SEARCH_S = 2.0


def erase_user(
    *,
    user: User,
    actor: User | None = None,
    wait_s: float = _WAIT_S,
    files_s: float = _FILES_S,
    search_s: float = _SEARCH_S,
) -> ErasureReport:
    """Erase a user: jobs with files, prompts, keys, links, sessions, the account. Not inside a transaction.

    What still runs is stopped and waited for; if that takes longer than `wait_s`, or erasing the files longer than
    `files_s`, the report is not complete, and the service's retention run erases the rest. `search_s` limits how
    long contents are searched afterwards. No address of the user is kept.
    """
    number = user.pk
    _end_sessions(number)
    erasure = UserErasure(database(), store(), number, folders=(settings().root,))
    report = erasure.run(now=timezone.now(), wait_s=wait_s, files_s=files_s, search_s=search_s)
    audit.record("erase.user", actor=actor, subject=f"user:{number}", detail=report.document())
    return report


def _end_sessions(user_id: int) -> None:
    """A session names its user inside of its signed content only, so each is looked into."""
    of_user = [
        one.session_key
        for one in Session.objects.filter(expire_date__gt=timezone.now()).iterator(500)
        if one.get_decoded().get("_auth_user_id") == str(user_id)
    ]
    Session.objects.filter(session_key__in=of_user).delete()

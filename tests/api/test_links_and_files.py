"""Links and files: who opens which, to the last moment."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from api.errors import Gone, InvalidInput, NotNow
from api.models import AuditEntry, Job, User
from api.selectors.files import audio_of, file_at, packed_file
from api.selectors.shares import PUBLIC_KINDS, open_share, share_of, shares_of
from api.services.shares import create_share, revoke_share
from tests.api.making import MOMENT, NOW, Clock, made_job


def test_a_token_is_128_bits_of_which_a_hash_and_a_hint_are_kept(user: User) -> None:
    share, token = create_share(user=user, job=made_job(user), remote_addr="192.0.2.7")
    share.refresh_from_db()
    assert (len(token), share.hint) == (22, token[:4])
    assert share.token_sha256 == hashlib.sha256(token.encode()).hexdigest()
    noted = AuditEntry.objects.get(action="share.create")
    assert (noted.actor_id, noted.subject, noted.remote_addr) == (user.pk, f"share:{share.pk}", "192.0.2.7")
    assert noted.detail == {"job": str(share.job_id)}


@pytest.mark.parametrize(
    ("expires_at", "may"), [(None, True), (NOW + MOMENT, True), (NOW, False), (NOW - MOMENT, False)]
)
def test_a_link_ends_in_the_future_or_never(user: User, expires_at: datetime | None, may: bool) -> None:
    if may:
        assert create_share(user=user, job=made_job(user), expires_at=expires_at)[0].expires_at == expires_at
        return
    with pytest.raises(InvalidInput, match="/expires_at: must be in the future"):
        create_share(user=user, job=made_job(user), expires_at=expires_at)


@pytest.mark.parametrize("expires", ["share", "job"])
def test_a_link_opens_until_its_time_or_its_jobs_is_over(user: User, clock: Clock, expires: str) -> None:
    end = NOW + timedelta(days=7)
    job = made_job(user, expires_at=end if expires == "job" else end + timedelta(days=1))
    share, token = create_share(user=user, job=job, expires_at=end if expires == "share" else None)
    clock(end - MOMENT)
    assert open_share(token) == share
    clock(end)
    assert open_share(token) is None


@pytest.mark.parametrize(
    ("change", "words"),
    [({"queue": "export"}, "an export can't be shared"), ({"state": "queued"}, "this one is queued"),
     ({"state": "running"}, "this one is running"), ({"state": "failed"}, "this one is failed"),
     ({"state": "cancelled"}, "this one is cancelled")],
)  # fmt: skip
def test_only_a_sound_that_was_made_is_shared(user: User, change: dict[str, str], words: str) -> None:
    with pytest.raises(NotNow, match=words):
        create_share(user=user, job=made_job(user, **change))


def test_a_link_opens_its_own_job_to_nobody_who_changed_a_letter(user: User) -> None:
    first, second = made_job(user), made_job(user)
    _, token = create_share(user=user, job=first)
    _, other = create_share(user=user, job=second)
    assert (open_share(token).job, open_share(other).job) == (first, second)
    for wrong in (token[:-1], f"{token}A", token.swapcase(), f"{token}\n", "", f"{token[:-1]}="):
        assert open_share(wrong) is None


@pytest.mark.parametrize("state", ["queued", "running", "failed", "cancelled"])
def test_a_link_to_what_is_no_longer_made_opens_nothing(user: User, state: str) -> None:
    _, token = create_share(user=user, job=made_job(user))
    Job.objects.update(state=state)
    assert open_share(token) is None


def test_a_link_of_somebody_who_is_not_active_opens_nothing(user: User) -> None:
    _, token = create_share(user=user, job=made_job(user))
    User.objects.update(is_active=False)
    assert open_share(token) is None


def test_a_revoked_link_stays_revoked_since_the_first_time(user: User, clock: Clock) -> None:
    share, token = create_share(user=user, job=made_job(user))
    other, other_token = create_share(user=user, job=share.job)
    assert revoke_share(share=share, actor=user, remote_addr="192.0.2.7").revoked_at == NOW
    clock(NOW + MOMENT)
    assert revoke_share(share=share, actor=user).revoked_at == NOW
    assert (open_share(token), open_share(other_token)) == (None, other)
    noted = AuditEntry.objects.get(action="share.revoke")
    assert (noted.subject, noted.actor_id, noted.remote_addr) == (f"share:{share.pk}", user.pk, "192.0.2.7")


def test_links_are_listed_newest_first_ones_own_and_of_onemade_job(user: User, clock: Clock) -> None:
    eve = User.objects.create_user("eve")
    first, second = made_job(user), made_job(user)
    made = []
    for minute, job in enumerate((first, second, first)):
        clock(NOW + timedelta(minutes=minute))
        made.insert(0, create_share(user=user, job=job)[0])
    theirs, _ = create_share(user=eve, job=made_job(eve))
    assert shares_of(user) == made
    assert shares_of(user, job=first) == [made[0], made[2]]
    assert shares_of(eve) == [theirs]
    assert (share_of(user, made[0].pk), share_of(eve, made[0].pk)) == (made[0], None)


def test_what_a_link_shows_tells_no_words() -> None:
    assert PUBLIC_KINDS == ("preset", "audio", "picture")


def _file(job: Job, path: str, kind: str, media_type: str = "x/y", preset_id: str = "") -> None:
    job.artifacts.create(path=path, kind=kind, media_type=media_type, sha256="0" * 64, bytes=1, preset_id=preset_id)


def test_a_file_is_found_by_path_kind_or_preset(user: User) -> None:
    job, export = made_job(user), made_job(user, queue="export")
    for one in (job, export):
        _file(one, "b.zip", "bundle")
        _file(one, "a.zip", "export")
    _file(job, "a.mp3", "audio", "audio/mpeg", "base")
    _file(job, "a.flac", "audio", "audio/flac", "base")
    _file(job, "b.flac", "audio", "audio/flac", "darker")
    _file(job, "a.png", "picture", "image/png", "base")
    assert (packed_file(job).path, packed_file(export).path) == ("b.zip", "a.zip")
    assert (audio_of(job, "base").path, audio_of(job, "darker").path) == ("a.flac", "b.flac")
    assert (audio_of(job, "brighter"), file_at(job, "no"), file_at(job, "a\0")) == (None, None, None)
    assert file_at(job, "a.png").kind == "picture"


@pytest.mark.parametrize(
    "find", [packed_file, lambda job: file_at(job, "b.zip"), lambda job: audio_of(job, "base")]
)
def test_no_file_is_found_before_the_end_or_after_its_time(user: User, find: Callable[[Job], Any]) -> None:
    waiting, over = made_job(user, state="running"), made_job(user, expires_at=NOW)
    for job in (waiting, over):
        _file(job, "b.zip", "bundle")
    with pytest.raises(NotNow):
        find(waiting)
    with pytest.raises(Gone):
        find(over)


def test_a_bundle_that_was_deleted_is_gone(user: User) -> None:
    job = made_job(user)
    _file(job, "a.flac", "audio")
    with pytest.raises(Gone):
        packed_file(job)

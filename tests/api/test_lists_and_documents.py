"""Lists, documents and one's data: what is in them, in which order, and nothing twice."""

import json
import uuid
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

import pytest

from api.models import AuditEntry, Entitlement, Job, User
from api.selectors.jobs import Page, PageStart, job_of, jobs_of
from api.services.audit import record
from api.v1.me import _all_of, me_document
from api.v1.show import job_list, job_summary
from tests.api.making import MOMENT, NOW, made_job


def _pages(user: User, limit: int, **filters: Any) -> list[list[Job]]:
    found, after = [], None
    while True:
        page = jobs_of(user, limit=limit, after=after, **filters)
        found.append(list(page.jobs))
        if page.following is None:
            return found
        after = PageStart.read(str(page.following))


@pytest.mark.parametrize(("limit", "sizes"), [(1, [1, 1, 1, 1]), (3, [3, 1]), (4, [4]), (5, [4])])
def test_pages_are_full_until_the_last_and_none_is_empty(user: User, limit: int, sizes: list[int]) -> None:
    made = [made_job(user, created_at=NOW + timedelta(minutes=minute)) for minute in range(4)]
    made_job(User.objects.create_user("eve"))
    pages = _pages(user, limit)
    assert [len(page) for page in pages] == sizes
    assert list(chain(*pages)) == made[::-1]


def test_jobs_of_one_moment_are_each_shown_once(user: User) -> None:
    made = [made_job(user, created_at=NOW + MOMENT * (number // 3)) for number in range(7)]
    expected = sorted(made, key=lambda job: (job.created_at, job.pk), reverse=True)
    assert list(chain(*_pages(user, 2))) == expected


def test_twenty_jobs_are_a_page(user: User) -> None:
    for _ in range(21):
        made_job(user)
    page = jobs_of(user)
    assert len(page.jobs) == 20
    assert page.following == PageStart(page.jobs[-1].created_at, page.jobs[-1].pk)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"state": "failed"}, "b"), ({"queue": "export"}, "c"), ({"style": "Pad"}, "ad"), ({"words": "KEEL"}, "a"),
        ({"words": "zorbly"}, "bd"), ({"words": "zorbly", "style": "Pad"}, "d"), ({"words": "%"}, ""),
        ({"state": "", "queue": None}, "abcd"),
    ],
)  # fmt: skip
def test_a_list_has_what_was_asked_for(user: User, filters: dict[str, Any], expected: str) -> None:
    jobs = {
        "a": made_job(user, title="Glacial Keel", style="Pad"),
        "b": made_job(user, state="failed", prompt="a zorbly bass", style="Bass"),
        "c": made_job(user, queue="export", prompt=""),
        "d": made_job(user, prompt="Zorbly pad", style="Pad"),
    }
    told = jobs_of(user, **filters).jobs
    assert {name for name, job in jobs.items() if job in told} == set(expected)


@pytest.mark.parametrize("text", ["", "zzz", "=", "é", "MjAyNi0xMS0yNCA3", "A" * 200])
def test_a_place_of_nowhere_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no such position in the list"):
        PageStart.read(text)


def test_a_place_is_read_as_it_was_written_and_needs_its_zone() -> None:
    place = PageStart(NOW + MOMENT, uuid.UUID(int=7))
    assert PageStart.read(str(place)) == place
    assert "=" not in str(place)
    with pytest.raises(ValueError, match="no such position"):
        PageStart.read(str(PageStart(NOW.replace(tzinfo=None), uuid.UUID(int=7))))


def test_the_next_page_is_asked_for_as_this_one_was(user: User) -> None:
    place = PageStart(NOW, uuid.UUID(int=7))
    told = job_list(Page((made_job(user),), place), query={"state": "failed", "limit": "1"})
    assert told.next == f"/api/v1/jobs?state=failed&limit=1&cursor={place}"
    assert told.next_cursor == str(place)
    last = job_list(Page((), None), query={"state": "failed"})
    assert (last.next, last.next_cursor) == (None, None)


def test_a_job_is_found_by_its_owner_only(user: User) -> None:
    job = made_job(user)
    assert (job_of(user, job.pk), job_of(User.objects.create_user("eve"), job.pk)) == (job, None)


@pytest.mark.parametrize(
    ("started", "finished", "timings"),
    [
        (None, None, (None, None, None)),
        (2, None, (2.0, None, None)),
        (2, 7.25, (2.0, 5.25, 7.25)),
        (None, 3, (3.0, None, 3.0)),
        (-1, 0.0004, (0.0, 1.0, 0.0)),
    ],
)
def test_where_a_jobs_time_went(
    user: User, started: float | None, finished: float | None, timings: tuple[float | None, ...]
) -> None:
    at = [None if second is None else NOW + timedelta(seconds=second) for second in (started, finished)]
    told = job_summary(made_job(user, started_at=at[0], finished_at=at[1])).timings
    assert (told.waited_s, told.ran_s, told.total_s) == timings


@pytest.mark.parametrize(
    ("other", "prompt"),
    [({}, "pad"), ({"queue": "export"}, None), ({"prompt_erased_at": NOW}, None), ({"prompt": ""}, "")],
)
def test_a_prompt_is_shown_while_it_is_kept(user: User, other: dict[str, Any], prompt: str | None) -> None:
    assert job_summary(made_job(user, **other)).prompt == prompt


@pytest.mark.parametrize(
    ("code", "told", "title"),
    [
        ("refused", "refused", "What was made did not pass the gates"),
        ("bad_request", "bad_request", "The request can't be used"),
        ("timeout", "timeout", "It took too long"),
        ("out_of_memory", "out_of_memory", "It needed too much memory"),
        ("worker_lost", "worker_lost", "The worker was lost"),
        ("storage", "storage", "The database or the files could not be reached"),
        ("internal", "internal", "The job failed"),
        ("", "failed", "The job failed"),
    ],
)
def test_why_a_job_failed_is_told(user: User, code: str, told: str, title: str) -> None:
    error = job_summary(made_job(user, state="failed", error_code=code, error_detail="so it went")).error
    assert (error.code, error.title, error.detail) == (told, title, "so it went")
    assert error.type == f"urn:synthcopilot:problem:job-{told}"
    assert job_summary(made_job(user, state="cancelled", error_code=code)).error is None


def test_empty_texts_are_null(user: User) -> None:
    bare = job_summary(made_job(user))
    assert (bare.title, bare.style, bare.made_with, bare.export_format) == (None, None, None, None)
    full = job_summary(made_job(user, title="Keel", style="Pad", made_with="warm_pad", export_format="presets"))
    assert (full.title, full.style, full.made_with, full.export_format) == ("Keel", "Pad", "warm_pad", "presets")


def test_me_tells_each_limit_as_it_is(user: User) -> None:
    odd = Entitlement.objects.create(
        name="odd", jobs_per_day=1, concurrent_jobs=2, requests_per_minute=3, max_variations=4,
        template_ids=["warm_pad"], llm_calls_per_day=6, retention_days=5,
    )  # fmt: skip
    eve = User.objects.create_user("eve", "eve@example.org", entitlement=odd, date_joined=NOW)
    told = me_document(eve).model_dump()
    assert told["plan"] == {
        "name": "odd", "jobs_per_day": 1, "concurrent_jobs": 2, "requests_per_minute": 3, "max_variations": 4,
        "template_ids": ["warm_pad"], "llm_calls_per_day": 6, "retention_days": 5,
    }  # fmt: skip
    assert told["usage"] == {
        "jobs_today": 0,
        "day_ends_at": datetime(2026, 11, 25, tzinfo=UTC),
        "in_flight": {"generate": 0, "export": 0},
        "llm_calls_today": 0,
    }  # fmt: skip
    assert (told["username"], told["email"], told["joined_at"]) == ("eve", "eve@example.org", NOW)
    ada = me_document(user)
    assert (ada.email, ada.plan.template_ids) == (None, None)


def test_my_data_has_every_job_once_however_many_pieces_it_takes(user: User) -> None:
    made_job(User.objects.create_user("eve"))
    keys = [f"{number:03}" for number in range(201)]
    Job.objects.bulk_create(
        Job(user=user, job_key=key, partition_key=key, prompt=key, prompt_sha256=key, generator_version="1",
            created_at=NOW + MOMENT * int(key))
        for key in keys
    )  # fmt: skip
    pieces = list(_all_of(user))
    told = json.loads(b"".join(pieces))
    assert [job["prompt"] for job in told["jobs"]] == keys[::-1]
    assert len(pieces) == 5, "head, three hundreds, end"
    empty = json.loads(b"".join(_all_of(User.objects.create_user("bob"))))
    assert (empty["jobs"], empty["shares"], empty["api_keys"], empty["audit"]) == ([], [], [], [])


def test_my_data_tells_what_i_did_last_first(user: User) -> None:
    for minute, action in ((1, "job.create"), (0, "apikey.create"), (2, "job.delete")):
        entry = record(action, actor=user)
        AuditEntry.objects.filter(pk=entry.pk).update(at=NOW + timedelta(minutes=minute))
    told = json.loads(b"".join(_all_of(user)))
    assert [one["action"] for one in told["audit"]] == ["job.delete", "job.create", "apikey.create"]

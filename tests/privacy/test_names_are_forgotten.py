"""A user comes in by every door there is, and goes: no table holds their name, their words or a hash of them."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.test import Client
from upath import UPath

from api.models import ApiKey, AuditEntry, Entitlement, IdempotencyKey, Job, ShareToken, User
from api.services import privacy
from api.services.plans import make_first_plans
from api.workers import database
from service.erasure.rows import Rows
from service.erasure.users import UserErasure
from service.ledger import Ledger
from service.objects import ObjectStore
from service.settings import Settings

NAME, MAIL, FIRST, KEY, OWN, PROMPT = (
    "Zzyzxia", "quokka@example.org", "Plinthie", "wobblekey", "grittyname", "a quokkaphone that nobody heard of"
)  # fmt: skip
ADDRESS = "192.0.2.77"
PASSWORD = "correct horse 7 battery"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def home(transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings) -> ObjectStore:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    make_first_plans()
    store = ObjectStore(UPath(tmp_path / "storage"))
    (tmp_path / "storage").mkdir()
    monkeypatch.setattr(privacy, "store", lambda: store)
    monkeypatch.setattr(privacy, "settings", lambda: Settings(home=tmp_path))
    return store


@pytest.fixture
def boss() -> Client:
    client = Client(REMOTE_ADDR="192.0.2.1")
    client.force_login(User.objects.create_superuser("boss", "boss@example.org", PASSWORD))
    return client


def tables_with(*traces: str) -> set[str]:
    """Every table that holds one of these in any column, whatever its type."""
    found = set()
    rows = Rows(database())
    with database().connect() as connection:
        for name, table in rows._metadata.tables.items():
            for row in connection.execute(sa.select(table)):
                text = repr(tuple(row)).lower()
                if any(trace.lower() in text for trace in traces):
                    found.add(name)
    return found


def name_hash(name: str) -> str:
    return hashlib.sha256(name.lower().encode()).hexdigest()[:32]


def comes_in_by_every_door(boss: Client) -> User:
    passwords = {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}
    made = boss.post("/admin/api/user/add/", {"username": NAME, "email": MAIL, **passwords})
    assert made.status_code == 302, made.content
    user = User.objects.get(username=NAME)
    person = {"username": NAME, "first_name": FIRST, "email": MAIL, "is_active": "on",
              "date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"}  # fmt: skip
    assert boss.post(f"/admin/api/user/{user.pk}/change/", person).status_code == 302
    made = boss.post("/admin/api/apikey/add/", {"user": user.pk, "name": KEY})
    assert made.status_code == 200
    theirs = Client(REMOTE_ADDR=ADDRESS)
    for name in (NAME, f" {NAME.upper()} "):
        theirs.post("/sign-in", {"username": name, "password": "wrong"})
        Client(REMOTE_ADDR="192.0.2.99").post("/sign-in", {"username": name, "password": "wrong"})
    assert theirs.post("/sign-in", {"username": NAME, "password": PASSWORD}).status_code == 302
    job = Job.objects.create(
        user=user, job_key="a" * 64, partition_key="job-" + "a" * 32, prompt=PROMPT, tags=[PROMPT], title=OWN,
        prompt_sha256="b" * 64, generator_version="1", created_at=NOW, state="succeeded", error_detail=PROMPT,
    )  # fmt: skip
    IdempotencyKey.objects.create(user=user, key=OWN, request_sha256="c" * 64, job=job)
    ShareToken.objects.create(user=user, job=job, token_sha256="d" * 64, hint="wobbleha")
    return user


def test_nothing_of_a_user_is_in_any_table_afterwards(boss: Client) -> None:
    user = comes_in_by_every_door(boss)
    words = (NAME, MAIL, FIRST, KEY, OWN, PROMPT)
    assert tables_with(*words) == {"users", "api_keys", "django_admin_log", "jobs", "idempotency_keys"}
    assert tables_with(name_hash(NAME)) == {"audit_log"}
    assert tables_with(ADDRESS) == {"audit_log"}
    assert tables_with("b" * 64, "a" * 32) == {"jobs"}
    asked = {"action": "erase_all", "_selected_action": [user.pk], "sure": "yes"}
    answer = boss.post("/admin/api/user/", asked, follow=True)
    assert b"is gone" in answer.content
    assert tables_with(*words, "wobbleha") == set()
    assert tables_with(name_hash(NAME)) == set(), "failed sign-ins held a hash of the name"
    assert tables_with(ADDRESS) == set()
    assert tables_with("b" * 64, "c" * 64, "d" * 64) == set(), "hashes of words and tokens go with their rows"
    reprs = set(LogEntry.objects.values_list("object_repr", flat=True))
    assert reprs == {f"user {user.pk}", "a key"}, "that something was done stays"
    assert AuditEntry.objects.filter(action="user.create", subject=f"user:{user.pk}").exists()
    assert [one.get_decoded()["_auth_user_id"] for one in Session.objects.all()] == [
        str(User.objects.get(username="boss").pk)
    ]


def test_what_is_left_in_a_file_of_the_home_is_found_and_told(tmp_path: Path) -> None:
    user = User.objects.create_user(NAME)
    Job.objects.create(
        user=user, job_key="a" * 64, partition_key="job-" + "a" * 32, prompt=PROMPT, prompt_sha256="b" * 64,
        generator_version="1", created_at=NOW, state="failed",
    )  # fmt: skip
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "web.log").write_text(f"asked for {PROMPT}")
    (tmp_path / "logs" / "other.log").write_text("asked for a pad")
    report = privacy.erase_user(user=user)
    assert (report.complete, report.left) == (False, {"content of logs": 1})


def test_what_is_anothers_stays_word_for_word(boss: Client) -> None:
    """The nearest that must not be touched: another user, another model's row of the same number, another name."""
    user = comes_in_by_every_door(boss)
    other = User.objects.create_user("ada", "ada@example.org", PASSWORD, first_name="Ada")
    _, key = ApiKey.objects.create_key(name="adas key", user=other)
    types = {one.model: one for one in ContentType.objects.filter(app_label="api")}
    admin = User.objects.get(username="boss")
    foreign = ContentType.objects.exclude(app_label="api").first()
    LogEntry.objects.all().delete()
    for kind, number, text in (
        (types["user"], str(other.pk), "ada"),
        (types["entitlement"], str(user.pk), "a plan"),
        (foreign, str(user.pk), "of another app"),
        (types["apikey"], ApiKey.objects.get(user=other).pk, "adas key"),
        (types["user"], str(user.pk), NAME),
    ):
        LogEntry.objects.create(user=admin, content_type=kind, object_id=number, object_repr=text, action_flag=2)
    about = {
        "ada": AuditEntry.objects.create(actor_id=other.pk, action="x", remote_addr="192.0.2.5"),
        "on ada": AuditEntry.objects.create(action="x", subject=f"user:{other.pk}", remote_addr="192.0.2.6"),
        "near": AuditEntry.objects.create(action="x", subject=f"user:{user.pk}0", remote_addr="192.0.2.7"),
        "failed": AuditEntry.objects.create(
            action="x", subject=f"name:{name_hash('ada')}", remote_addr="192.0.2.8"
        ),
        "mine": AuditEntry.objects.create(actor_id=user.pk, action="x", remote_addr="192.0.2.9"),
        "on me": AuditEntry.objects.create(action="x", subject=f"user:{user.pk}", remote_addr="192.0.2.10"),
    }
    assert privacy.erase_user(user=user, actor=admin).complete
    assert sorted(LogEntry.objects.values_list("object_repr", flat=True)) == sorted(
        ["ada", "a plan", "of another app", "adas key", f"user {user.pk}"]
    )
    addresses = dict(AuditEntry.objects.values_list("pk", "remote_addr"))
    assert {name: addresses[one.pk] for name, one in about.items()} == {
        "ada": "192.0.2.5", "on ada": "192.0.2.6", "near": "192.0.2.7", "failed": "192.0.2.8", "mine": None,
        "on me": None,
    }  # fmt: skip
    assert ApiKey.objects.get_from_key(key).name == "adas key"
    other.refresh_from_db()
    assert (other.is_active, other.first_name, other.erase_requested_at) == (True, "Ada", None)


def test_a_user_is_locked_out_from_the_first_moment_on(home: ObjectStore) -> None:
    user, other = (User.objects.create_user(name, password=PASSWORD) for name in ("ada", "bob"))
    for one in (user, other):
        ApiKey.objects.create_key(name="k", user=one)
    job = Job.objects.create(
        user=user, job_key="a" * 64, partition_key="job-" + "a" * 32, prompt_sha256="b" * 64, generator_version="1",
        created_at=NOW, state="running", run_id="r1",
    )  # fmt: skip
    report = UserErasure(database(), home, user.pk).run(now=NOW, wait_s=0)
    assert (report.complete, report.in_flight, report.rows["api_keys"]) == (False, (str(job.pk),), 1)
    user.refresh_from_db()
    assert (user.is_active, user.erase_requested_at) == (False, NOW)
    assert list(ApiKey.objects.values_list("user__username", flat=True)) == ["bob"]
    job.refresh_from_db()
    assert (job.state, job.cancel_requested_at) == ("running", NOW)
    UserErasure(database(), home, user.pk).run(now=NOW + timedelta(hours=1), wait_s=0)
    user.refresh_from_db()
    job.refresh_from_db()
    assert (user.erase_requested_at, job.cancel_requested_at) == (NOW, NOW), "when it was asked for first"
    assert Ledger(database()).cancel(job.pk, attempt=1, now=NOW)
    assert UserErasure(database(), home, user.pk).run(now=NOW, wait_s=0).complete
    assert list(User.objects.values_list("username", flat=True)) == ["bob"]
    assert Entitlement.objects.exists(), "a plan is nobody's own"


@pytest.mark.parametrize(
    ("state", "run_id", "whose", "after"),
    [
        ("queued", None, "mine", None),
        ("queued", "r1", "mine", "queued"),
        ("running", "r1", "mine", "running"),
        ("failed", None, "mine", None),
        ("queued", None, "another's", "queued"),
        ("failed", None, "another's", "failed"),
    ],
)
def test_which_jobs_go_at_once_and_which_are_waited_for(
    home: ObjectStore, state: str, run_id: str | None, whose: str, after: str | None
) -> None:
    user, other = (User.objects.create_user(name, password=PASSWORD) for name in ("ada", "bob"))
    job = Job.objects.create(
        user=user if whose == "mine" else other, job_key="a" * 64, partition_key="job-" + "a" * 32,
        prompt_sha256="b" * 64, generator_version="1", created_at=NOW, state=state, run_id=run_id,
    )  # fmt: skip
    report = UserErasure(database(), home, user.pk).run(now=NOW, wait_s=0)
    found = Job.objects.filter(pk=job.pk).first()
    assert (found.state if found else None) == after
    assert report.complete is (after is None or whose == "another's")
    wished = found is not None and found.cancel_requested_at is not None
    assert wished is (after is not None and whose == "mine")


def test_a_job_whose_export_still_runs_is_waited_for_with_it(home: ObjectStore) -> None:
    user = User.objects.create_user("ada", password=PASSWORD)
    about = {"user": user, "prompt_sha256": "b" * 64, "generator_version": "1", "created_at": NOW}
    source = Job.objects.create(job_key="a" * 64, partition_key="job-" + "a" * 32, state="succeeded", **about)
    export = Job.objects.create(
        job_key="e" * 64, partition_key="job-" + "e" * 32, state="running", run_id="r", queue="export",
        source=source, **about,
    )  # fmt: skip
    assert not UserErasure(database(), home, user.pk).run(now=NOW, wait_s=0).complete
    assert set(Job.objects.values_list("pk", flat=True)) == {source.pk, export.pk}
    assert Ledger(database()).cancel(export.pk, attempt=1, now=NOW)
    report = UserErasure(database(), home, user.pk).run(now=NOW, wait_s=0)
    assert (report.complete, report.rows["jobs"]) == (True, 2)


def test_more_jobs_than_go_at_a_time_all_go(home: ObjectStore) -> None:
    user = User.objects.create_user("ada", password=PASSWORD)
    about = {"user": user, "prompt_sha256": "b" * 64, "generator_version": "1", "created_at": NOW}
    Job.objects.bulk_create(
        Job(job_key=f"{n:064x}", partition_key=f"job-{n:032x}", state="failed", **about) for n in range(103)
    )
    report = UserErasure(database(), home, user.pk).run(now=NOW, wait_s=0)
    assert (report.complete, report.rows["jobs"], report.rows["users"]) == (True, 103, 1)
    assert not Job.objects.exists()

"""The admin: every model is in it, nobody's words are, and its actions go through the services."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from api.admin.jobs import WhyFailed
from api.models import ApiKey, AuditEntry, Job, JobState, ShareToken, User
from api.selectors.keys import usable_key
from api.services.audit import record
from api.services.keys import create_api_key, revoke_api_key
from api.services.shares import create_share
from service.job_errors import JOB_ERRORS
from service.settings import settings
from tests.web.conftest import PASSWORD, ClientOf

pytestmark = pytest.mark.django_db(transaction=True)
MODELS = [model._meta.model_name for model in apps.get_app_config("api").get_models()]
FIXED = sorted(set(MODELS) - {"user", "entitlement", "apikey"})
"""What nobody makes or changes by hand."""


@pytest.fixture
def boss(of: ClientOf, root: User) -> Client:
    return of(root)


def _act(client: Client, action: str, *jobs: Job) -> str:
    sent = {"action": action, "_selected_action": [str(job.pk) for job in jobs]}
    return client.post("/admin/api/job/", sent, follow=True).content.decode()


@pytest.mark.parametrize("model", MODELS)
def test_every_model_has_its_list(boss: Client, finished: Job, root: User, ada: User, model: str) -> None:
    create_api_key(user=ada, name="one", actor=ada)
    create_share(user=ada, job=finished)
    address = f"/admin/api/{model}/"
    response = boss.get(address)
    assert response.status_code == 200
    assert "unsafe" not in response["Content-Security-Policy"]
    text = response.content.decode()
    for link in set(re.findall(rf'href="({address}[^"?]+/change/)', text)):
        assert boss.get(link).status_code == 200
    for shape in (text, boss.get(f"{address}?q=x").content.decode()):
        assert finished.prompt not in shape


@pytest.mark.parametrize("model", FIXED)
def test_what_the_service_writes_nobody_else_does(boss: Client, model: str) -> None:
    assert boss.get(f"/admin/api/{model}/add/").status_code == 403


def test_no_page_shows_a_users_words(boss: Client, finished: Job) -> None:
    Job.objects.update(tags=["sekrit-tag"])
    page = boss.get(f"/admin/api/job/{finished.pk}/change/").content.decode()
    assert finished.prompt not in page
    assert "sekrit-tag" not in page
    assert finished.prompt_sha256 in page


@pytest.mark.parametrize("word", ["zorbly", "dark and"])
def test_nobody_searches_users_words(boss: Client, finished: Job, word: str) -> None:
    assert str(finished.pk) not in boss.get(f"/admin/api/job/?q={word}").content.decode()
    assert str(finished.pk) in boss.get(f"/admin/api/job/?q={finished.pk}").content.decode()


def test_erased_words_are_told_from_kept_ones(boss: Client, finished: Job, failed: Job) -> None:
    Job.objects.filter(pk=finished.pk).update(prompt="", prompt_erased_at=timezone.now())
    erased, kept = (boss.get(f"/admin/api/job/?words={how}").content.decode() for how in ("erased", "kept"))
    assert str(finished.pk) in erased
    assert str(failed.pk) not in erased
    assert str(failed.pk) in kept
    assert str(finished.pk) not in kept


@pytest.mark.parametrize(
    ("query", "expected"),
    [("style=Percussion", "finished"), ("error_code=refused", "failed"), ("state=running", "running")],
)
def test_filters(boss: Client, finished: Job, failed: Job, running: Job, query: str, expected: str) -> None:
    jobs = {"finished": finished, "failed": failed, "running": running}
    text = boss.get(f"/admin/api/job/?{query}").content.decode()
    assert {name for name, job in jobs.items() if str(job.pk) in text} == {expected}


def test_jobs_are_found_by_every_code_that_the_workers_write() -> None:
    assert WhyFailed.known == tuple(JOB_ERRORS)


def test_the_run_is_linked(boss: Client, running: Job) -> None:
    assert f'href="{settings().dagster_url}/runs/run-2"' in boss.get("/admin/api/job/").content.decode()


def test_cancelling_asks_the_worker(boss: Client, running: Job, queued: Job) -> None:
    assert "2 jobs asked to stop" in _act(boss, "cancel", running, queued)
    running.refresh_from_db()
    queued.refresh_from_db()
    assert running.cancel_requested_at is not None
    assert queued.state == JobState.CANCELLED
    actors = set(AuditEntry.objects.filter(action="job.cancel").values_list("actor_id", flat=True))
    assert actors == {User.objects.get(username="root").pk}


def test_a_retry_is_a_new_job_of_its_user(boss: Client, failed: Job, running: Job) -> None:
    text = _act(boss, "retry", failed, running)
    assert "1 had neither failed nor been cancelled" in text
    assert "1 job asked for again" in text
    made = Job.objects.exclude(pk__in=[failed.pk, running.pk]).get()
    assert (made.user, made.job_key, made.state) == (failed.user, failed.job_key, JobState.QUEUED)


def test_a_retry_without_words_says_why(boss: Client, failed: Job) -> None:
    Job.objects.update(prompt="", prompt_erased_at=timezone.now())
    assert "the words of this job have been erased" in _act(boss, "retry", failed)
    assert Job.objects.count() == 1


def test_deleting_jobs_spares_those_in_flight(boss: Client, failed: Job, running: Job) -> None:
    assert "1 job deleted" in _act(boss, "erase", failed, running)
    assert list(Job.objects.all()) == [running]


def test_whoever_may_only_look_gets_no_actions(of: ClientOf, running: Job) -> None:
    looker = User.objects.create_user("looker", is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_job"))
    client = of(looker)
    assert 'value="cancel"' not in client.get("/admin/api/job/").content.decode()
    _act(client, "cancel", running)
    running.refresh_from_db()
    assert running.cancel_requested_at is None


def test_people_without_rights_see_nothing(of: ClientOf, ada: User) -> None:
    assert of(ada).get("/admin/api/job/").status_code == 302


def test_a_helper_cant_make_themselves_superuser(of: ClientOf) -> None:
    helper = User.objects.create_user("helper", is_staff=True)
    helper.user_permissions.add(*Permission.objects.filter(codename__in=["change_user", "view_user"]))
    sent = {"username": "helper", "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    assert of(helper).post(f"/admin/api/user/{helper.pk}/change/", sent).status_code == 302
    helper.refresh_from_db()
    assert not helper.is_superuser


def test_a_key_is_shown_once(boss: Client, ada: User) -> None:
    response = boss.post("/admin/api/apikey/add/", {"user": ada.pk, "name": "plugin"})
    key = re.search(r'<code id="new-key">([^<]+)</code>', response.content.decode())[1]
    assert "no-store" in response["Cache-Control"]
    found = usable_key(key)
    assert (found.user, found.name) == (ada, "plugin")
    for address in ("/admin/api/apikey/", f"/admin/api/apikey/{found.pk}/change/", "/admin/"):
        assert key not in boss.get(address, follow=True).content.decode()
    assert AuditEntry.objects.get(action="apikey.create").subject == f"apikey:{found.prefix}"


def test_a_revoked_key_stays_revoked(boss: Client, ada: User) -> None:
    key, text = create_api_key(user=ada, name="plugin", actor=ada)
    address = f"/admin/api/apikey/{key.pk}/change/"
    boss.post(address, {"name": "plugin", "revoked": "on"})
    assert usable_key(text) is None
    boss.post(address, {"name": "plugin"})
    assert ApiKey.objects.get().revoked
    assert AuditEntry.objects.filter(action="apikey.revoke").count() == 1


def test_a_keys_name_and_end_may_be_changed_until_it_is_revoked(boss: Client, ada: User, eve: User) -> None:
    key, _ = create_api_key(user=ada, name="plugin", actor=ada)
    other, _ = create_api_key(user=ada, name="other", actor=ada)
    address = f"/admin/api/apikey/{key.pk}/change/"
    until = {"expiry_date_0": "2030-01-01", "expiry_date_1": "12:00:00"}
    boss.post(address, {"name": "laptop", "user": eve.pk, **until})
    key.refresh_from_db()
    assert (key.name, key.expiry_date, key.user) == ("laptop", datetime(2030, 1, 1, 12, tzinfo=UTC), ada)
    revoke_api_key(key=key)
    boss.post(address, {"name": "desktop"})
    key.refresh_from_db()
    other.refresh_from_db()
    assert (key.name, other.name, other.revoked) == ("laptop", "other", False)


@pytest.mark.parametrize(
    ("query", "expected"), [("open=open", "ab"), ("open=expired", "c"), ("open=revoked", "de"), ("", "abcde")]
)
def test_links_are_found_by_whether_they_open(
    boss: Client, ada: User, failed: Job, query: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    moment = timedelta(microseconds=1)
    for hint, ends in {
        "a": {}, "b": {"expires_at": now + moment}, "c": {"expires_at": now}, "d": {"revoked_at": now},
        "e": {"revoked_at": now, "expires_at": now},
    }.items():  # fmt: skip
        ShareToken.objects.create(user=ada, job=failed, token_sha256=hint * 64, hint=f"hint{hint}", **ends)
    monkeypatch.setattr(timezone, "now", lambda: now)
    text = boss.get(f"/admin/api/sharetoken/?{query}").content.decode()
    assert set(re.findall(r"hint([a-e])", text)) == set(expected)


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_what_failed_or_was_cancelled_is_retried(boss: Client, failed: Job, state: str) -> None:
    Job.objects.update(state=state)
    assert "1 job asked for again." in _act(boss, "retry", failed)
    assert Job.objects.count() == 2


@pytest.mark.parametrize("state", ["queued", "running", "succeeded"])
def test_what_lives_is_not_retried(boss: Client, failed: Job, state: str) -> None:
    Job.objects.update(state=state)
    assert "1 had neither failed nor been cancelled: left alone." in _act(boss, "retry", failed)
    assert Job.objects.count() == 1


def test_a_job_says_how_long_it_took_and_whether_its_words_are_kept(boss: Client, failed: Job, queued: Job) -> None:
    made = timezone.now()
    Job.objects.filter(pk=failed.pk).update(
        created_at=made,
        finished_at=made + timedelta(seconds=12.34),
        prompt_erased_at=datetime(2026, 3, 4, tzinfo=UTC),
    )
    rows = boss.get("/admin/api/job/").content.decode().split("<tr>")
    ended, waiting = (next(row for row in rows if str(one.pk) in row) for one in (failed, queued))
    assert 'field-took">12.3 s<' in ended
    assert 'field-words">erased 2026-03-04<' in ended
    assert 'field-took">–<' in waiting
    assert 'field-words">kept<' in waiting
    assert 'field-run">–<' in waiting


def test_making_a_user_takes_a_strong_password(boss: Client) -> None:
    weak = {"username": "new", "usable_password": "true", "password1": "12345", "password2": "12345"}
    assert boss.post("/admin/api/user/add/", weak).status_code == 200
    assert not User.objects.filter(username="new").exists()
    strong = {"username": "new", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    assert boss.post("/admin/api/user/add/", strong).status_code == 302
    assert User.objects.get(username="new").check_password(PASSWORD)
    assert AuditEntry.objects.filter(action="user.create").exists()


@pytest.mark.parametrize("way", ["add/", "{pk}/change/", "{pk}/delete/"])
def test_the_log_is_for_reading(boss: Client, root: User, way: str) -> None:
    entry = record("test", actor=root, subject="x")
    address = f"/admin/api/auditentry/{way.format(pk=entry.pk)}"
    assert boss.post(address, {"action": "forged", "post": "yes"}).status_code == 403
    assert AuditEntry.objects.get(action="test").subject == "x"


def test_other_apps_models_arent_there() -> None:
    ours = {"api"}
    assert {model._meta.app_label for model in admin.site._registry} == ours


def _erase(client: Client, *users: User, sure: bool = True) -> str:
    sent = {"action": "erase_all", "_selected_action": [user.pk for user in users]} | (
        {"sure": "yes"} if sure else {}
    )
    return client.post("/admin/api/user/", sent, follow=True).content.decode()


def test_deleting_a_user_asks_first_and_then_proves_it(
    boss: Client, ada: User, eve: User, root: User, finished: Job
) -> None:
    asked = _erase(boss, ada, root, sure=False)
    assert "ada (1 job)" in asked
    assert "1 selected account is left out" in asked
    assert User.objects.count() == 3
    told = _erase(boss, ada, root)
    assert "“ada” is gone" in told
    assert "nothing found" in told.lower()
    assert set(User.objects.values_list("username", flat=True)) == {"eve", "root"}
    assert not Job.objects.exists()
    entry = AuditEntry.objects.get(action="erase.user")
    assert (entry.actor_id, entry.subject) == (root.pk, f"user:{ada.pk}")


def test_only_superusers_delete_superusers(of: ClientOf, root: User, ada: User) -> None:
    helper = User.objects.create_user("helper", is_staff=True)
    helper.user_permissions.add(*Permission.objects.filter(codename__in=["delete_user", "view_user"]))
    _erase(of(helper), root, ada)
    assert set(User.objects.values_list("username", flat=True)) == {"root", "helper"}

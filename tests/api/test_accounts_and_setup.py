"""Accounts, sessions and a deployment's first rows: made once, with what was given."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from api.errors import InvalidInput
from api.models import AuditEntry, Entitlement, TemplateRecord, User
from api.services import privacy
from api.services.catalog import sync_templates
from api.services.setup import migrate, pending
from api.services.users import create_user, user_named


def test_an_account_is_made_with_what_was_given() -> None:
    plain = create_user(name="bob")
    assert (plain.is_staff, plain.is_superuser, plain.has_usable_password()) == (False, False, False)
    boss = create_user(name="boss", password="glassy-bell-9", superuser=True, actor=plain)
    assert (boss.is_staff, boss.is_superuser, boss.check_password("glassy-bell-9")) == (True, True, True)
    noted = AuditEntry.objects.get(subject=f"user:{boss.pk}")
    assert (noted.action, noted.actor_id, noted.detail) == ("user.create", plain.pk, {"superuser": True})
    assert (user_named("boss"), user_named("Boss"), user_named("no")) == (boss, None, None)


@pytest.mark.parametrize(
    ("given", "place"),
    [({"name": "ada"}, "/username"), ({"name": ""}, "/username"), ({"name": "a b"}, "/username"),
     ({"name": "new", "password": "12345678"}, "/password"), ({"name": "new", "password": "short"}, "/password"),
     ({"name": "somebody", "password": "somebody"}, "/password"), ({"name": "new", "password": ""}, "/password"),
     ({"name": "glacialkeel", "password": "glacialkeel7"}, "/password")],
)  # fmt: skip
def test_an_account_that_cant_be_is_not_made(user: User, given: dict[str, str], place: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        create_user(**given)
    assert {one.pointer for one in refused.value.problems} == {place}
    assert User.objects.count() == 1


def test_a_users_sessions_end_and_nobody_elses(user: User) -> None:
    eve = User.objects.create_user("eve")
    for owner in (user, user, eve):
        Client().force_login(owner)
    Client().get("/sign-in")
    privacy._end_sessions(user.pk)
    assert [one.get_decoded()["_auth_user_id"] for one in Session.objects.all()] == [str(eve.pk)]


def test_templates_are_recorded_once_a_version_and_old_ones_are_not_current() -> None:
    TemplateRecord.objects.all().delete()
    count = sync_templates()
    assert count == TemplateRecord.objects.filter(current=True).count() >= 24
    assert sync_templates() == 0
    one = TemplateRecord.objects.get(template_id="warm_pad")
    old = TemplateRecord.objects.create(
        template_id="warm_pad", version=one.version + 1, name="x", category="Pad", document={}
    )
    TemplateRecord.objects.filter(pk=one.pk).update(name="changed", current=False)
    assert sync_templates() == 1
    one.refresh_from_db()
    old.refresh_from_db()
    assert (one.name, one.current, old.current, old.name) == ("Warm Pad", True, False, "x")


def test_a_database_that_is_up_to_date_is_left_alone() -> None:
    migrate()
    assert pending() == ()
    again = migrate()
    assert (again.migrations, again.templates, again.plans) == ((), 0, ())
    Entitlement.objects.all().delete()
    assert migrate().plans == ("free", "studio")

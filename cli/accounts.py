"""`synthcopilot migrate`, `user` and `apikey`: what an operator does to the service's database.

Django is imported inside of the commands, so that the others stay quick.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.session import InputError, Json, errors, example, out, print_json, table

if TYPE_CHECKING:
    from api.models import User

apikey = typer.Typer(no_args_is_help=True, help="Make, list and revoke the keys by which clients call the API.")
users = typer.Typer(no_args_is_help=True, help="Make the accounts that people sign in with.")
UserName = Annotated[
    str,
    typer.Option("--user", help="Whose key it is; the account is made if there is none yet.", show_default=False),
]


def migrate(*, as_json: Json = False) -> None:
    """Bring the service's databases up to date: tables, templates, first plans, Dagster. Harmless to repeat."""
    _django()
    from api.services.setup import migrate as bring_up_to_date
    from pipelines.on_demand.home import prepare
    from service.settings import settings

    done = bring_up_to_date()
    prepare(settings())
    if as_json:
        print_json({"migrations": done.migrations, "templates": done.templates, "plans": done.plans})
        return
    changes = f"{len(done.migrations)} migrations, {done.templates} templates, {len(done.plans)} plans"
    out().print(f"Up to date (new: {changes})", highlight=False)


@users.command("create", epilog=example("synthcopilot user create ada --superuser --password-stdin < secret"))
def create_user(
    name: Annotated[str, typer.Argument(help="The name to sign in with.", show_default=False)],
    *,
    password_stdin: Annotated[
        bool,
        typer.Option(
            "--password-stdin",
            help="Read the password from the first line of stdin; without this, the account has none.",
        ),
    ] = False,
    superuser: Annotated[bool, typer.Option("--superuser", help="May use all of the admin pages.")] = False,
    as_json: Json = False,
) -> None:
    """Make an account for the page, and for the admin if it is a superuser's."""
    ready()
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    user = _refusing(lambda make: make(name=name, password=password, superuser=superuser))
    if as_json:
        print_json({"id": user.pk, "username": user.username, "superuser": user.is_superuser})
    else:
        out().print(f"Made the user {user.username}", markup=False, highlight=False)


@apikey.command("create", epilog=example("synthcopilot apikey create --user studio-team"))
def create_key(
    *,
    user: UserName,
    name: Annotated[str, typer.Option(help="What the key is for, at most 50 characters.")] = "",
    days: Annotated[
        int | None, typer.Option(min=1, max=36_500, help="Days until it expires; by default it never does.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Print a new API key, and nothing else. It can't be shown again: only its hash is kept."""
    if len(name) > 50:
        raise InputError(f"--name has {len(name)} characters; the most is 50")
    ready()
    from api.services.keys import create_api_key
    from api.services.users import user_named

    owner = user_named(user) or _refusing(lambda make: make(name=user))
    if not owner.is_active:
        raise InputError(f"the user {user} is not active, so the key would open nothing")
    expires_at = None if days is None else datetime.now(UTC) + timedelta(days=days)
    made, text = create_api_key(user=owner, name=name, expires_at=expires_at)
    if as_json:
        print_json({"user": owner.username, "key": text, "prefix": made.prefix, "expires_at": expires_at})
        return
    sys.stdout.write(f"{text}\n")


@apikey.command("list", epilog=example("synthcopilot apikey list --user studio-team"))
def list_keys(
    *,
    user: Annotated[str | None, typer.Option("--user", help="Only this user's.", show_default=False)] = None,
    as_json: Json = False,
) -> None:
    """List the API keys: their first characters, whose they are, and whether they work."""
    ready()
    from api.selectors.keys import keys_of
    from api.services.users import user_named

    owner = user_named(user) if user is not None else None
    if user is not None and owner is None:
        raise InputError(f"there is no user {user}")
    rows = [_key_row(key) for key in keys_of(owner)]
    if as_json:
        print_json(rows)
        return
    shown = [(row["prefix"], row["user"], row["name"], row["state"], row["last_used_at"] or "–") for row in rows]
    out().print(table(("Key", "User", "Name", "State", "Last used"), shown))


@apikey.command("revoke", epilog=example("synthcopilot apikey revoke Ab3dEf9h"))
def revoke_key(
    prefix: Annotated[str, typer.Argument(help="The key's first 8 characters, or all of it.", show_default=False)],
    *,
    as_json: Json = False,
) -> None:
    """Revoke a key for good."""
    ready()
    from api.models import ApiKey
    from api.services.keys import revoke_api_key

    found = ApiKey.objects.filter(prefix=prefix.partition(".")[0]).select_related("user").first()
    if found is None:
        raise InputError(f"there is no key {prefix[:8]}; 'synthcopilot apikey list' shows them")
    revoke_api_key(key=found)
    if as_json:
        print_json(_key_row(found))
    else:
        out().print(f"Revoked {found.prefix} of {found.user.username}", markup=False, highlight=False)


def _key_row(key: Any) -> dict[str, Any]:
    state = "revoked" if key.revoked else "expired" if key.has_expired else "works"
    return {
        "prefix": key.prefix,
        "user": key.user.username,
        "name": key.name,
        "state": state if key.user.is_active else "user not active",
        "created_at": key.created.isoformat(),
        "last_used_at": key.last_used_at.isoformat() if key.last_used_at else None,
    }


def _django() -> None:
    """Loads Django with the service's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "api.settings")
    import django

    django.setup()


def ready() -> None:
    """The same, with a database that is up to date: embedded, it is brought there."""
    _django()
    from api.services.setup import migrate as bring_up_to_date
    from api.services.setup import pending
    from service.settings import settings

    settings().root.mkdir(parents=True, exist_ok=True)
    if not pending():
        return
    if settings().profile == "deployed":
        raise InputError("the database is not up to date; run 'synthcopilot migrate' first")
    errors().print("The database is new; bringing it up to date", style="dim")
    bring_up_to_date()


def _refusing(make: Any) -> User:
    """Makes a user; what the service refuses is input that can't be used."""
    from api.errors import InvalidInput
    from api.services.users import create_user as make_user

    try:
        made: User = make(make_user)
    except InvalidInput as error:
        raise InputError("; ".join(one.detail for one in error.problems)) from None
    return made

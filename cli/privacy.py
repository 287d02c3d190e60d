"""`synthcopilot retention` and `synthcopilot user erase`: what people are promised of their data, by hand.

The service does the first by itself, every hour.
"""

from __future__ import annotations

import math
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from cli.accounts import ready, users
from cli.session import InputError, Json, errors, out, print_json, table

if TYPE_CHECKING:
    from collections.abc import Mapping


def retention(*, as_json: Json = False) -> None:
    """Erase prompts, jobs and users that have been kept long enough, and files that belong to nothing.

    Harmless to repeat. The service does so every hour. Exit code 1: some of it could not be erased.
    """
    ready()
    from service import logs
    from service.erasure.retention import Retention
    from service.settings import settings
    from service.tables import engine_for

    logs.configure(settings().log_format)
    report = Retention.of(settings(), engine_for(settings().app_database)).run(now=datetime.now(UTC))
    if as_json:
        print_json(report.document())
        return
    numbers = {
        "users": report.users,
        "jobs": report.jobs,
        "prompts": report.prompts,
        "still in flight": report.in_flight,
    }
    _show(numbers | _named("files", report.files) | _named("orphans", report.orphans))


@users.command("erase", epilog="Example: synthcopilot user erase ada --yes")
def erase(
    name: Annotated[str, typer.Argument(help="The name of the account.", show_default=False)],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    as_json: Json = False,
) -> None:
    """Erase a user with all jobs, files, keys and links, then search for what may be left. There is no way back.

    Exit code 1: something still runs, which the service waits for, or the search found something.
    """
    ready()
    from api.services.privacy import erase_user
    from api.services.users import user_named

    user = user_named(name)
    if user is None:
        raise InputError(f"there is no user {name}")
    if not yes and not (sys.stdin.isatty() and typer.confirm(f"Erase {name} and everything they made?", err=True)):
        raise InputError("nothing was erased; --yes erases without asking")
    report = erase_user(user=user, wait_s=30.0, files_s=math.inf, search_s=math.inf)
    if as_json:
        print_json(report.document())
    else:
        _show(
            _named("rows", report.rows)
            | _named("files", report.files)
            | _named("searched", report.searched)
            | _named("left", report.left)
        )
    if report.in_flight:
        errors().print(f"{len(report.in_flight)} jobs have not stopped yet; the service erases the rest")
    if not report.complete:
        raise typer.Exit(1)


def _named(what: str, counts: Mapping[str, int]) -> dict[str, int]:
    return {f"{what}: {name}": count for name, count in sorted(counts.items())}


def _show(numbers: Mapping[str, int]) -> None:
    rows = [(name, f"{count:,}") for name, count in numbers.items() if count]
    out().print(table(("What", "Number"), rows) if rows else "Nothing was due.")

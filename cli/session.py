"""What commands share: where they print, `--json`, and how an error ends a command."""

import json
import sys
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, NoReturn, cast

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text
from typer.core import TyperGroup

from engine.errors import RequestError, SpecError, SynthCopilotError, VitalFileError

FAILED, BAD_INPUT, INTERRUPTED = 1, 2, 130
_SHOWN_BY_TYPER = cast(
    "type[Exception]", next(base for base in typer.BadParameter.__mro__ if base.__name__ == "ClickException")
)
"""Wrong usage; the class lies in a private module of typer, or in click, depending on typer's version."""
_BAD_INPUT = (RequestError, SpecError, VitalFileError)


@dataclass
class Session:
    """How this call of the command line was made."""

    debug: bool = False
    json: bool = False


def example(text: str) -> str:
    """What stands at the end of a command's help."""
    return f"Example: {text}"


class InputError(SynthCopilotError):
    """A file that can't be read, or a place that can't be written."""


class Commands(TyperGroup):
    """The commands; whatever one of them raises becomes one clear message and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Runs the command."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort):
            raise
        except _SHOWN_BY_TYPER as error:
            _hint_at_dashes(error)
            raise
        except SynthCopilotError as error:
            code = BAD_INPUT if isinstance(error, (*_BAD_INPUT, InputError)) else FAILED
            _fail(ctx, str(error), code)
        except KeyboardInterrupt:
            _fail(ctx, "interrupted", INTERRUPTED)
        except BrokenPipeError:
            _close_output()
            _fail(ctx, "the output was closed by its reader", FAILED)
        except Exception as error:
            hint = "" if session_of(ctx).debug else " (synthcopilot --debug ... shows where)"
            if session_of(ctx).debug:
                traceback.print_exc()
            what = str(error) if isinstance(error, OSError) else f"unexpected {type(error).__name__}: {error}"
            _fail(ctx, f"{what[:500]}{hint}", FAILED)


def _hint_at_dashes(error: Any) -> None:
    """Adds to "No such option: -5" what helps if it was the beginning of a prompt or of a file's name."""
    option = str(getattr(error, "option_name", ""))
    unknown = type(error).__name__ == "NoSuchOption"
    if unknown and (not option.startswith("--") or " " in option):
        meant = f"{error.ctx.command_path} -- '{option} ...'"
        error.message += f". What begins with a dash and is no option goes last, behind --: {meant}"


def _close_output() -> None:
    """Keeps Python from complaining about a closed pipe once more at its end."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def session_of(ctx: Any) -> Session:
    """The session of a command; a plain one if the command line was wrong before there was any."""
    found = ctx.find_root().obj
    return found if isinstance(found, Session) else Session()


def _fail(ctx: Any, message: str, code: int) -> NoReturn:
    if session_of(ctx).json and code != INTERRUPTED:
        print_json({"error": message, "exit_code": code})
    errors().print(Text("Error: ", style="bold red") + Text(message), soft_wrap=True)
    raise typer.Exit(code)


def _remember(ctx: typer.Context, wanted: bool) -> bool:
    session_of(ctx).json = wanted
    return wanted


Json = Annotated[
    bool,
    typer.Option("--json", help="Print JSON for machines instead of tables.", callback=_remember, is_eager=True),
]
Force = Annotated[bool, typer.Option("--force", help="Replace what is there already.")]


def out() -> Console:
    """Where results are printed."""
    return Console()


def errors() -> Console:
    """Where progress and errors are printed."""
    return Console(stderr=True)


def print_json(content: Any) -> None:
    """Prints one JSON document; keys keep their order."""
    sys.stdout.write(json.dumps(content, indent=2, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def progress(total: int | None = None) -> Progress:
    """A progress display on stderr that leaves nothing behind; silent where nobody watches."""
    console = errors()
    columns = [SpinnerColumn(), TextColumn("{task.description}", markup=False)]
    bar = [] if total is None else [BarColumn(), MofNCompleteColumn()]
    return Progress(
        *columns, *bar, TimeElapsedColumn(), console=console, transient=True, disable=not console.is_terminal
    )


def table(headings: Sequence[str], rows: Iterable[Sequence[object]], *, title: str | None = None) -> Table:
    """A table whose cells are plain text: no markup of rich is read out of names and prompts."""
    made = Table(title=Text(title) if title else None, title_justify="left", header_style="bold")
    for heading in headings:
        made.add_column(heading, overflow="fold")
    for row in rows:
        made.add_row(*(cell if isinstance(cell, Text) else Text(str(cell)) for cell in row))
    return made

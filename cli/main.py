"""`synthcopilot`: the commands, and what becomes of errors.

Exit codes: 0 done; 1 something failed or was refused; 2 wrong usage, or input that can't be used; 130 interrupted.
Imports of the engine stand inside of the commands, so that `--help` answers at once.
"""

from typing import Annotated

import typer

from cli.accounts import apikey, migrate, users
from cli.build import build
from cli.check import check
from cli.convert import export, import_file
from cli.doctor import doctor
from cli.explain import explain
from cli.generate import generate
from cli.privacy import retention
from cli.service import run as run_part
from cli.service import serve, stack
from cli.session import Commands, Session, example
from cli.templates import templates

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Words to Vital presets that have been rendered, measured and judged before you hear them.",
    epilog="Start with: synthcopilot generate 'dark warm pad, slow swell' --out out",
)


app.command(epilog=example("synthcopilot generate 'gritty reese bass, 140 bpm' --out out --seed 7"))(generate)
app.command(epilog=example("synthcopilot build examples/library.yaml --out out"))(build)
app.command(epilog=example("synthcopilot explain 'very bright pluck, no reverb'"))(explain)
app.command(epilog=example("synthcopilot check 'My Presets' --json > report.json"))(check)
app.command("import", epilog=example("synthcopilot import Reese.vital --out reese.json"))(import_file)
app.command(epilog=example("synthcopilot export reese.json --out Reese.vital"))(export)
app.command(epilog=example("synthcopilot templates reese_bass"))(templates)
app.command(epilog=example("synthcopilot serve --port 8000"))(serve)
app.command(epilog=example("synthcopilot stack --port 8000"))(stack)
app.command(epilog=example("synthcopilot doctor"))(doctor)
app.command("run", epilog=example("synthcopilot run worker-generate"))(run_part)
app.command(epilog=example("synthcopilot migrate"))(migrate)
app.command(epilog=example("synthcopilot retention --json"))(retention)
app.add_typer(users, name="user")
app.add_typer(apikey, name="apikey")


def _print_version(wanted: bool) -> None:
    if not wanted:
        return
    from importlib.metadata import version

    from engine.versions import all_versions

    parts = ", ".join(f"{part} {number}" for part, number in all_versions().items())
    typer.echo(f"synthcopilot {version('synthcopilot')} ({parts})")
    raise typer.Exit


@app.callback()
def _common(
    context: typer.Context,
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the versions and stop.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an unexpected error came from.")] = False,
) -> None:
    context.obj = Session(debug=debug)


def run() -> None:
    """The entry point of the command."""
    app(prog_name="synthcopilot")


if __name__ == "__main__":
    run()

"""The command `whowhom`: what it is called, what it can do, and how it says that something cannot be done.

Every command imports what it needs when it runs, so that `whowhom --help` costs next to nothing. Whatever a user can
cause is one clear text on standard error and exit code 2, an interruption exit code 130 (after SIGTERM 143); anything else is a
mistake of ours and shows where it happened.
"""

from __future__ import annotations

import codecs
import io
import sys
import warnings
from collections.abc import Callable
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from whowhom import __version__
from whowhom.cli.assess import assess, claims, findings
from whowhom.cli.attribute import attribute
from whowhom.cli.demo import demo
from whowhom.cli.describe import describe, models, scenarios
from whowhom.cli.follow import follow
from whowhom.cli.fork import fork
from whowhom.cli.occupancy import occupancy
from whowhom.cli.outbursts import outbursts
from whowhom.cli.output import export, report
from whowhom.cli.records import records
from whowhom.cli.run import resume, run, twins
from whowhom.cli.sensitivity import sensitivity
from whowhom.cli.slurm import slurm
from whowhom.cli.verify import verify
from whowhom.cli.worker import compile, worker
from whowhom.errors import StoreWarning, WhowhomError

WRONG, INTERRUPTED = 2, 130
_PLAIN = "whowhom"


class Program(TyperGroup):
    """All commands; turns errors and interruptions into texts and exit codes."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("always", StoreWarning)
                warnings.showwarning = _say(warnings.showwarning)
                return super().invoke(ctx)
        except WhowhomError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(WRONG) from None
        except KeyboardInterrupt as error:
            typer.echo(f"\n{error}" if str(error) else "\ninterrupted; nothing was lost.", err=True)
            raise typer.Exit(getattr(error, "exit_code", INTERRUPTED)) from None


def _say(shown: Callable[..., None]) -> Callable[..., None]:
    """Print what somebody should know of a store as a sentence of its own; show all other warnings as Python does."""

    def show(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
        if issubclass(category, StoreWarning):
            typer.echo(f"note: {message}", err=True)
        else:
            shown(message, category, *where, **more)

    return show


app = typer.Typer(
    name="whowhom",
    cls=Program,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["--help", "-h"]},
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"whowhom {__version__}")
        raise typer.Exit


@app.callback()
def whowhom(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """A regime that lives by repression, simulated person by person beside the recorded figures."""


for command in (
    models,
    scenarios,
    describe,
    records,
    run,
    twins,
    attribute,
    sensitivity,
    occupancy,
    follow,
    fork,
    claims,
    assess,
    findings,
    resume,
    worker,
    compile,
    slurm,
    report,
    export,
    outbursts,
    verify,
    demo,
):
    app.command()(command)


def main() -> None:
    """Run the command line."""
    codecs.register_error(_PLAIN, _in_plain_characters)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_PLAIN)
    app()


def _in_plain_characters(error: UnicodeError) -> tuple[str, int]:
    """Write what a terminal's encoding lacks as well as it can: a minus must not become a question mark."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end]
    plain = missing.translate({ord("\u2212"): "-", ord("\u2013"): "-", ord("\u202f"): " "})
    return plain.encode("ascii", "replace").decode("ascii"), error.end

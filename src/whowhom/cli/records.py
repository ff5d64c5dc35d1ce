"""`whowhom records`: the recorded series, with no simulation in them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from whowhom.data.records import Records


def records(
    series: Annotated[
        str | None,
        typer.Argument(help="A series (repression.arrests) or the first word of several (camps); without it, all."),
    ] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Write the series to a CSV file.", show_default=False)
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option(
            "--plot", metavar="FILE", help="Draw the series to a .png, .svg or .pdf file.", show_default=False
        ),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option("--file", metavar="FILE", help="Check and show a record file of your own.", show_default=False),
    ] = None,
    targets: Annotated[
        bool, typer.Option("--targets", help="Show the named targets of 1918 to 1926 and their bands.")
    ] = False,
) -> None:
    """Show recorded series: rival estimates side by side, citation, status, range; nothing simulated.

    Columns of the overview: rows, rows from memory (unverified), rival estimates, and rows held out, which are never
    used to choose anything.
    """
    from whowhom.data.listing import describe_targets
    from whowhom.data.records import load_records, read_record_file
    from whowhom.data.targets import load_targets
    from whowhom.errors import RecordError

    if targets:
        typer.echo(describe_targets(load_targets()))
        return
    known = load_records() if file is None else read_record_file(file)
    group = known.group(series) if series is not None and series not in known else []
    if series is None or group:
        if plot is not None:
            raise RecordError("'--plot' needs one series, got none. For example `whowhom records repression.arrests`.")
        _overview(known, names=group or known.names())
        names = group
    else:
        names = [series]
        _one(known, series, plot=plot)
    if csv is not None:
        _write(known, names, csv)


def _overview(known: Records, *, names: list[str]) -> None:
    """Print a line per series."""
    from rich.console import Console

    from whowhom.data.listing import records_table

    console = Console()
    console.print(records_table(known, names=names, wide=console.width >= 140))
    console.print(
        f"\n{len(names)} recorded series, no simulation in them. `whowhom records SERIES` gives the rows with their sources."
    )


def _one(known: Records, series: str, *, plot: Path | None) -> None:
    """Print one series in full, and draw it if asked."""
    from whowhom.data.listing import describe_series

    typer.echo(describe_series(series, records=known))
    if plot is not None:
        from whowhom.data.drawing import save_plot

        typer.echo(f"\nwritten: {save_plot(series, path=plot, records=known)}")


def _write(known: Records, names: list[str], path: Path) -> None:
    """Write the shown series to a CSV file."""
    from whowhom.data.listing import write_csv
    from whowhom.report.numbers import counted

    rows = write_csv(names or None, path=path, records=known)
    typer.echo(f"\nwritten: {path} ({counted(rows, 'row')})")

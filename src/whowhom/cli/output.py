"""`whowhom report`, `whowhom export`: what an experiment gives to read and to compute with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from whowhom.cli import options


def report(
    folder: options.Folder,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The HTML file to write.")] = Path("report.html"),
) -> None:
    """Write one HTML file: of an experiment with recorded and simulated series drawn apart, tables, and where the model is wrong; of an assessment with its findings."""
    from whowhom.cli.files import check_file, write_html
    from whowhom.experiments.findings import SUFFIX, read_findings
    from whowhom.report.findings_page import write_findings_page
    from whowhom.store.reader import Store

    if any(folder.glob(f"*{SUFFIX}")):
        check_file(out)
        write_findings_page(out, read_findings(folder))
    else:
        write_html(Store.open(folder), path=out)
    typer.echo(f"written: {out}")


def export(
    folder: options.Folder,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="The file to write.", show_default=False)
    ] = None,
    form: Annotated[str, typer.Option("--format", metavar="csv|parquet", help="Kind of file.")] = "csv",
    arm: Annotated[
        list[str] | None, typer.Option("--arm", metavar="NAME", help="Only this arm; repeatable.", show_default=False)
    ] = None,
    behaviorspace: Annotated[
        Path | None,
        typer.Option(
            "--behaviorspace", metavar="FILE", help="Write a table as NetLogo's BehaviorSpace does.", show_default=False
        ),
    ] = None,
) -> None:
    """Write the weeks of all histories: a row per arm, replicate and week, a column per observable.

    Row `week` is the state at the beginning of that week; its flows are those of the week before. Where there is no
    number (after a fall) the field is empty.
    """
    from whowhom.cli.files import check_form, write_behaviorspace, write_weeks
    from whowhom.errors import StoreError
    from whowhom.report.numbers import counted
    from whowhom.store.reader import Store

    if out is None and behaviorspace is None:
        raise StoreError("'export' must be told where to write, got nothing. Give --out FILE or --behaviorspace FILE.")
    check_form(form)
    store = Store.open(folder)
    if out is not None:
        rows = write_weeks(store, path=out, form=form, arms=arm)
        typer.echo(f"written: {out} ({counted(rows, 'row')})")
    if behaviorspace is not None:
        rows = write_behaviorspace(store, path=behaviorspace, arms=arm)
        typer.echo(f"written: {behaviorspace} ({counted(rows, 'row')})")

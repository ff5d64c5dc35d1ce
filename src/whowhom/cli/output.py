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
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The file to write.")],
    form: Annotated[str, typer.Option("--format", metavar="csv|parquet", help="Kind of file.")] = "csv",
    arm: Annotated[
        list[str] | None, typer.Option("--arm", metavar="NAME", help="Only this arm; repeatable.", show_default=False)
    ] = None,
) -> None:
    """Write the weeks of all histories: a row per arm, replicate and week, a column per observable.

    Row `week` is the state at the beginning of that week; its flows are those of the week before. Where there is no
    number (after a fall) the field is empty.
    """
    from whowhom.cli.files import check_form, write_weeks
    from whowhom.report.numbers import counted
    from whowhom.store.reader import Store

    check_form(form)
    rows = write_weeks(Store.open(folder), path=out, form=form, arms=arm)
    typer.echo(f"written: {out} ({counted(rows, 'row')})")

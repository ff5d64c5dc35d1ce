"""`whowhom outbursts`: how often a series breaks out, how long it is calm between, and how large it gets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import pandas as pd


def outbursts(
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR|FILE", help="The folder of an experiment, or a file of NetLogo's BehaviorSpace."),
    ],
    observable: Annotated[str, typer.Option(metavar="NAME", help="The observable, such as open_dissent.")],
    above: Annotated[float, typer.Option(metavar="LEVEL", help="An outburst begins above this and ends below it.")],
    arm: Annotated[
        list[str] | None, typer.Option("--arm", metavar="NAME", help="Only this arm; repeatable.", show_default=False)
    ] = None,
    csv: Annotated[
        Path | None,
        typer.Option("--csv", metavar="FILE", help="Write every outburst and wait to a CSV file.", show_default=False),
    ] = None,
    curves: Annotated[
        Path | None,
        typer.Option(
            "--curves",
            metavar="FILE",
            help="Write survival curves and hazards of waits to a CSV file.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Show outbursts of a stored observable: how many, waits between them, sizes, peaks and durations.

    An outburst begins at the first tick above the level and ends at the first below it. Spells that the beginning or the end of a
    history cuts are left out of the table; the curves (extra 'analysis') count the last as lasting at least so long.
    """
    from whowhom.cli.files import check_file
    from whowhom.experiments import outbursts as found

    if csv is not None:
        check_file(csv, option="--csv")
    if curves is not None:
        check_file(curves, option="--curves")
    weeks = _weeks(folder, observable, arm)
    spells = found.spells_of(weeks, observable=observable, above=above)
    drawn = None if curves is None else found.curves(spells)
    _print(found.summary(spells, runs=weeks), spells, observable, above)
    if csv is not None:
        _write(csv, spells, way_out="Choose another file with --csv.")
    if curves is not None and drawn is not None:
        _write(curves, drawn, way_out="Choose another file with --curves.")


def _weeks(place: Path, observable: str, arms: list[str] | None) -> pd.DataFrame:
    """Return the rows of a store, or of a file of BehaviorSpace."""
    from whowhom.data.behaviorspace import read_behaviorspace
    from whowhom.errors import UnknownNameError, unknown
    from whowhom.experiments.statistics import finished
    from whowhom.store.reader import Store

    if not place.is_file():
        store = Store.open(place)
        finished(store)
        return store.weeks([observable], arms=arms)
    weeks = read_behaviorspace(place).weeks()
    there = [str(name) for name in weeks["arm"].cat.categories]
    for arm in arms or ():
        if arm not in there:
            raise UnknownNameError(unknown("arm", arm, there, listed_by="whowhom outbursts"))
    return weeks[weeks["arm"].isin(arms)] if arms else weeks


def _print(table: pd.DataFrame, spells: pd.DataFrame, observable: str, above: float) -> None:
    from rich.console import Console
    from rich.table import Table

    from whowhom.report.numbers import counted, simulated

    console = Console(highlight=False, markup=False)
    cut = int((~(spells["begun"] & spells["ended"])).sum())
    console.print(
        f"'{observable}' above {simulated(above)}; ticks, and sums over the ticks of an outburst. Standard errors over whole histories in "
        f"brackets. {counted(cut, 'spell')} cut by the beginning or the end of a history: in the curves or nowhere."
    )
    shown = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("arm", "", "n", "mean", "s.d.", "10 %", "median", "90 %"):
        shown.add_column(title)
    for _, row in table.iterrows():
        means = [f"{simulated(row[name])} ({simulated(row[f'{name}_error'], digits=2)})" for name in ("mean", "sd")]
        quantiles = [simulated(row[name]) for name in ("q10", "q50", "q90")]
        shown.add_row(str(row["arm"]), str(row["measure"]), str(row["n"]), *means, *quantiles)
    console.print(shown)


def _write(path: Path, table: pd.DataFrame, *, way_out: str) -> None:
    from whowhom.engine.disk import whole_file
    from whowhom.report.numbers import counted

    with whole_file(path, way_out=way_out) as temporary:
        table.to_csv(temporary, index=False, lineterminator="\n")
    typer.echo(f"written: {path} ({counted(len(table), 'row')})")

"""Results as short tables in a terminal. All numbers come from `Runs.tables`, as those of a report do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd
    from rich.table import Table

    from whowhom.api import Runs

#: What outcomes are called where people read them.
TITLES = {"survived": "stayed in power", "executed_per_1000": "executed", "camp_years_per_1000": "camp-years"}
_VICTIMS = tuple(TITLES)[1:]


def print_summary(runs: Runs) -> None:
    """Print survival with victims, paired differences where there are twins, and where the histories are.

    Of a model that counts no victims, the last week of its observables instead: survival is not shown without them.
    """
    if not counts_victims(runs):
        print_ends(runs)
        return
    print_survival(runs)
    print_first_fall(runs)
    if runs.tables.differences is not None:
        typer.echo("")
        print_differences(runs)
    print_place(runs)


def print_twins(runs: Runs) -> None:
    """Print the answer first: the paired difference. Then survival and victims, and last the pairs."""
    if not counts_victims(runs):
        print_ends(runs)
        return
    print_differences(runs)
    typer.echo("")
    print_survival(runs)
    print_first_fall(runs)
    typer.echo("")
    print_pairs(runs)
    print_place(runs)


def counts_victims(runs: Runs) -> bool:
    """Return whether the model counts those executed and the years in camps; stylised models of the literature do not."""
    from whowhom.errors import ModelError
    from whowhom.experiments.statistics import count_of

    try:
        count_of(runs.store)
    except ModelError:
        return False
    return True


def print_ends(runs: Runs) -> None:
    """Print the observables in the last week, mean and standard error over histories, and paired differences from the first arm."""
    from whowhom.report.numbers import day

    weeks = runs.weeks
    last = weeks[weeks["week"] == weeks["week"].max()]
    arms = runs.store.arms
    twins = len(arms) > 1
    table = _table("observable", *(("arm",) if twins else ()), "mean", *((f"- {arms[0]}",) if twins else ()))
    for column in table.columns[-2 if twins else -1 :]:
        column.no_wrap = True
    for observable in runs.store.observables:
        ends = last.pivot_table(index="replicate", columns="arm", values=observable.name, observed=True)
        name = f"{observable.name} [{observable.unit.strip('[]')}]"
        for arm in (arm for arm in arms if arm in ends):
            difference = "" if arm == arms[0] or arms[0] not in ends else _mean(ends[arm] - ends[arms[0]])
            table.add_row(name, *((arm,) if twins else ()), _mean(ends[arm]), *((difference,) if twins else ()))
    histories = int(last.groupby("arm", observed=True).size().max())
    _print(
        f"Week of {day(_horizon(runs))}, mean over {histories} histories with its standard error; the model counts no victims.",
        table,
    )
    typer.echo(f"\nKept in {runs.store.folder}; `whowhom export` gives all weeks.")


def _mean(column: pd.Series) -> str:
    """Write a mean and its standard error."""
    found = column.dropna()
    error = f" +- {found.std(ddof=1) / len(found) ** 0.5:.3g}" if len(found) > 1 else ""
    return f"{found.mean():.5g}{error}"


def print_place(runs: Runs) -> None:
    """Say where the histories are and what to do with them."""
    folder = runs.store.folder
    typer.echo(f"\nKept in {folder}; `whowhom report {folder} --out report.html` draws them.")


def print_survival(runs: Runs) -> None:
    """Print for each arm how often the regime stayed in power, and its victims to the horizon."""
    from whowhom.report.numbers import day, percent, simulated

    tables = runs.tables
    table = _table("arm", "histories", *TITLES.values())
    for _, row in tables.survival.iterrows():
        victims = tables.victims[tables.victims["arm"] == row["arm"]].set_index("outcome")
        kinds = [_estimate(victims.loc[name], "mean", simulated) for name in _VICTIMS]
        table.add_row(str(row["arm"]), str(row["runs"]), _estimate(row, "share", percent), *kinds)
    _print(
        f"Each arm, to {day(_horizon(runs))}; executed and camp-years per 1,000 inhabitants. After a fall the regime has no "
        "further victims; what follows is not modelled.",
        table,
    )
    _print_method(tables.survival, tables.victims, level=tables.level)


def print_first_fall(runs: Runs) -> None:
    """Print the victims of each arm and of its history while both stood, so that both had the same time."""
    from whowhom.report.numbers import simulated

    first_fall = runs.tables.first_fall
    if first_fall is None or not some_fell(runs):
        return
    typer.echo("")
    titles = [f"{TITLES[name]}, {whose}" for name in _VICTIMS for whose in ("arm", "history")]
    table = _table("arm", *titles)
    for arm, rows in first_fall.groupby("pair", sort=False, observed=True):
        found = rows.set_index(["outcome", rows["arm"] == arm])
        shown = [_estimate(found.loc[(name, own)], "mean", simulated) for name in _VICTIMS for own in (True, False)]
        table.add_row(str(arm), *shown)
    _print("Each arm and the history, up to the first fall of the two twins; per 1,000 inhabitants.", table)


def print_differences(runs: Runs) -> None:
    """Print the mean paired differences of every arm from the history, with their intervals."""
    from whowhom.report.numbers import counted, points, signed

    differences = runs.tables.differences
    assert differences is not None
    table = _table("arm", "up to", *TITLES.values())
    for arm, rows in differences.groupby("arm", sort=False, observed=True):
        for exposure, part in rows.groupby("exposure", sort=False, observed=True):
            if exposure != "to the horizon" and not some_fell(runs):
                continue
            found = part.set_index("outcome")
            stood = _estimate(found.loc["survived"], "difference", points) if "survived" in found.index else ""
            kinds = [_estimate(found.loc[name], "difference", signed) for name in _VICTIMS]
            table.add_row(str(arm), str(exposure).removeprefix("to the "), stood, *kinds)
    pairs = counted(int(differences["pairs"].min()), "pair")
    _print(
        f"Mean paired difference, arm minus history, over {pairs} of twins: stayed in power in percentage points, "
        "executed and camp-years per 1,000 inhabitants.",
        table,
    )
    if not some_fell(runs):
        typer.echo("No history fell, so figures up to the first fall of the two twins are the same.")
    _print_method(differences, level=runs.tables.level)


def some_fell(runs: Runs) -> bool:
    """Return whether any history fell; if not, figures to the first fall are those to the horizon."""
    survival = runs.tables.survival
    return bool((survival["survived"] < survival["runs"]).any())


def print_pairs(runs: Runs) -> None:
    """Print how many pairs agree, with what that number is worth."""
    from whowhom.experiments.twins import COUPLING_NOTE
    from whowhom.report.numbers import counted

    differences = runs.tables.differences
    assert differences is not None
    for _, row in differences[differences["outcome"] == "survived"].iterrows():
        typer.echo(
            f"{row['pairs_equal']} of {counted(int(row['pairs']), 'pair')} {'agrees' if row['pairs_equal'] == 1 else 'agree'} on "
            "whether the regime stayed in power; it did only in "
            f"'{row['arm']}' in {row['pairs_higher']}, only in '{row['against']}' in {row['pairs_lower']}."
        )
    typer.echo(f"({COUPLING_NOTE[0].upper()}{COUPLING_NOTE[1:]}.)")


def _estimate(row: pd.Series, name: str, write: Callable[[float], str]) -> str:
    """Write an estimate, and its interval on a line of its own."""
    from whowhom.report.numbers import interval

    return f"{write(row[name])}\n{interval(row['low'], row['high'], write=write)}"


def _table(*titles: str) -> Table:
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for title in titles:
        table.add_column(title)
    return table


def _print(caption: str, table: Table) -> None:
    from rich.console import Console

    console = Console(highlight=False, markup=False)
    console.print(caption)
    console.print(table)


def _print_method(*tables: pd.DataFrame, level: float) -> None:
    """Say what the intervals are and what they rest on."""
    from whowhom.report.numbers import formula

    methods = list(dict.fromkeys(formula(method) for table in tables for method in table["method"]))
    typer.echo(f"Intervals at {100 * level:.0f} %: {'; '.join(methods)}.")


def print_table(caption: str, titles: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table of texts under a caption."""
    table = _table(*titles)
    for row in rows:
        table.add_row(*row)
    _print(caption, table)


def _horizon(runs: Runs) -> date:
    """Return the day after the last week."""
    from whowhom.engine.calendar import Calendar

    manifest = runs.store.manifest
    return Calendar(manifest.start, manifest.tick_days).date_of(manifest.until_ticks)

"""`whowhom occupancy`: where persons are, week by week, over many histories."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from whowhom.cli import options


def occupancy(
    scenario: options.Scenario,
    persons: options.Persons = 131_072,
    replicates: options.Replicates = 20,
    until: options.Until = "1922-03",
    seed: options.Seed = 1,
    off: options.Off = None,
    on: options.On = None,
    values: options.Set = None,
    from_date: options.From = None,
    defaults: options.Defaults = False,
    threads: options.Threads = None,
    csv: Annotated[
        Path | None,
        typer.Option("--csv", metavar="FILE", help="Write the shares of every week to a CSV file.", show_default=False),
    ] = None,
) -> None:
    """Give the time that persons spend in each state, over many histories, and their shares week by week.

    Persons of one history share its luck, so intervals rest on histories. From the week of a fall on all are in a state of its own.
    """
    from whowhom.cli.files import check_file
    from whowhom.cli.tables import print_table
    from whowhom.laboratory import occupancy as counted_persons
    from whowhom.report.numbers import counted, interval, simulated

    if csv is not None:
        check_file(csv)
    changes = options.change(off, on, values, from_date)
    changes |= {"persons": persons, "replicates": replicates, "until": until, "seed": seed, "defaults": defaults}
    found = counted_persons(scenario, threads=threads, **changes)
    time = found.time()
    rows = [
        (row.state, f"{simulated(row.weeks)}\n{interval(row.low, row.high)}")
        for row in time[time["weeks"] > 0.0].itertuples()
    ]
    weeks = len(found.moves[0].counts)
    print_table(f"Mean time of a person in each state, in weeks of {weeks}.", ("state", "weeks"), rows)
    empty = time[time["weeks"] == 0.0]["state"].tolist()
    if empty:
        typer.echo(f"Nobody was ever: {', '.join(empty)}.")
    typer.echo(
        f"{counted(replicates, 'history', 'histories')}. Intervals at {100 * found.level:.0f} %: percentiles over resampled "
        f"{'histories' if len(found.units) == replicates else 'parameter sets'}, not persons."
    )
    if csv is not None:
        found.shares().to_csv(csv, index=False)
        typer.echo(f"written: {csv}")

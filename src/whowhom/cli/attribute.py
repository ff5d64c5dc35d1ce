"""`whowhom attribute`: what each of several causes adds, over all worlds in which it is present or absent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from whowhom.cli import options
from whowhom.cli.plain import aside, plain_rows, print_json
from whowhom.cli.tables import TITLES

if TYPE_CHECKING:
    import pandas as pd

    from whowhom.experiments.attribution import Attribution, Cause


def attribute(
    scenario: options.Scenario,
    of: Annotated[
        str,
        typer.Option("--of", help="Switches that are present or absent, separated by commas; a+b goes together. k of them make 2^k arms.", metavar="a,b,c"),
    ],
    persons: options.Persons = 131_072,
    replicates: options.Replicates = 20,
    until: options.Until = "1922-03",
    seed: options.Seed = 1,
    store: options.Store = None,
    from_date: options.From = None,
    defaults: options.Defaults = False,
    threads: options.Threads = None,
    cluster: options.Cluster = None,
    cluster_timeout: options.ClusterTimeout = 10.0,
    plan_only: options.PlanOnly = False,
    total: Annotated[
        list[str] | None,
        typer.Option("--total", help="Share out this total instead of survival and victims; repeatable.", metavar="NAME", show_default=False),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print all results as JSON, for a program to read; the plan goes to standard error.")] = False,
) -> None:  # fmt: skip
    """Run every combination of some causes with the same luck, and share out what they do together.

    Survival is never shown without its victims. Running the same command again continues where it stopped.
    """
    from whowhom.cli.work import carry_out, end, fresh_folder, lay_out
    from whowhom.experiments.attribution import Attribution
    from whowhom.laboratory import attribution_plan

    asked, found = attribution_plan(
        scenario,
        [name.strip() for name in of.split(",") if name.strip()],
        totals=total or (),
        persons=persons,
        replicates=replicates,
        until=until,
        seed=seed,
        store=store or fresh_folder(scenario),
        from_date=from_date,
        defaults=defaults,
    )
    with aside(as_json):
        _print_causes(found)
        if plan_only:
            lay_out(asked, cluster=cluster)
            return
        runs = carry_out(asked, threads=threads, cluster=cluster, patience=cluster_timeout)
    shared = Attribution(runs.store, found, tuple(total or ()))
    if as_json:
        print_json(_plain(shared))
    else:
        _print(shared)
    end(runs)


def _print_causes(found: tuple[Cause, ...]) -> None:
    typer.echo("Present: as the scenario has it. Absent:")
    for cause in found:
        typer.echo(f"  without {cause.name}: {'; '.join(cause.off_means)}{' (as in the history)' * cause.never_on}")
    typer.echo("")


def _plain(shared: Attribution) -> dict[str, Any]:
    """Return everything as plain data; what is no number is null."""
    own = [
        {"name": c.name, "switches": c.switches, "off_means": c.off_means, "never_on": c.never_on}
        for c in shared.causes
    ]
    tables = {name: plain_rows(getattr(shared, name)()) for name in ("worlds", "shares", "interactions", "reversals")}
    return {"store": str(shared.store.folder), "causes": own, **tables}


def _print(shared: Attribution) -> None:
    from whowhom.cli.tables import print_table
    from whowhom.experiments.attribution import HORIZON, MEASURES
    from whowhom.report.numbers import formula

    shares, pairs, worlds = (
        table[table["exposure"] == HORIZON] for table in (shared.shares(), shared.interactions(), shared.worlds())
    )
    names = [name for name in dict.fromkeys(shares["outcome"]) if shared.totals or name in TITLES]
    titles = [TITLES.get(name, name) for name in names]
    unit = "" if shared.totals else "; stayed in power in percentage points, executed and camp-years per 1,000"
    whole = ", ".join(cause.name for cause in shared.causes)
    rows = [(here or "none", *_numbers(worlds[worlds["present"] == here], names, whole=True)) for here in (whole, "")]
    print_table("With all causes and with none, to the horizon.", ("present", *titles), rows)
    for measure in MEASURES:
        own = shares[shares["measure"] == measure]
        rows = [(cause, *_numbers(part, names)) for cause, part in own.groupby("cause", sort=False)]
        print_table(f"\n{measure[0].upper()}{measure[1:]}: what each adds{unit}.", ("cause", *titles), rows)
    rows = [
        (f"{one} and {other}", *_numbers(part, names))
        for (one, other), part in pairs.groupby(["cause", "other"], sort=False)
    ]
    print_table(
        f"\nInteractions: what a pair does together beyond what each does apart{unit}.", ("pair", *titles), rows
    )
    _print_reversals(shared, names)
    methods = "; ".join(dict.fromkeys(formula(method) for method in shares["method"]))
    typer.echo(
        f"\nIntervals at {100 * shared.level:.0f} %: {methods}. Up to the first fall of the twins, and with one number for both kinds of victims: --json."
    )


def _numbers(part: pd.DataFrame, names: list[str], *, whole: bool = False) -> list[str]:
    """Write the estimates of some outcomes, each with its interval on a line of its own."""
    from whowhom.report.numbers import interval, percent, points, signed, simulated

    found = part.set_index("outcome")
    written = []
    for name in names:
        survived = name == "survived"
        write = (percent if survived else simulated) if whole else (points if survived else signed)
        row = found.loc[name]
        written.append(f"{write(row['estimate'])}\n{interval(row['low'], row['high'], write=write)}")
    return written


def _print_reversals(shared: Attribution, names: list[str]) -> None:
    from whowhom.experiments.attribution import HORIZON

    table = shared.reversals()
    table = table[(table["exposure"] == HORIZON) & table["outcome"].isin(names)]
    typer.echo("")
    for row in table[table["reverses"]].itertuples():
        typer.echo(
            f"Sign reversal: {row.cause} raises '{TITLES.get(row.outcome, row.outcome)}' beside {row.rises_beside or 'nothing else'} and lowers it beside "
            f"{row.falls_beside or 'nothing else'}, both beyond noise."
        )
    if not table["reverses"].any():
        typer.echo(
            f"No sign reversal beyond noise: no cause is shown to raise an outcome in some company and to lower it in another ({table['looks'].max()} looks an outcome)."
        )

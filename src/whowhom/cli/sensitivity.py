"""`whowhom sensitivity`: which uncertain property of the world an outcome hangs on, and how much of it is luck."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from whowhom.cli import options
from whowhom.cli.plain import aside, plain_rows, print_json
from whowhom.cli.tables import TITLES

if TYPE_CHECKING:
    import pandas as pd

    from whowhom.experiments.screening import Screening
    from whowhom.experiments.sensitivity import Sensitivity


def sensitivity(
    scenario: options.Scenario,
    parameters: Annotated[
        str | None,
        typer.Option("--parameters", help="Properties of the world that range over their priors, separated by commas.", metavar="a,b,c", show_default=False),
    ] = None,
    ranges: Annotated[
        list[str] | None,
        typer.Option("--range", help="A property of the world that ranges between two values; repeatable.", metavar="NAME=LOW:HIGH", show_default=False),
    ] = None,
    outcome: Annotated[
        list[str] | None,
        typer.Option("--outcome", help="A total instead of survival and victims; repeatable. 'survived' is always shown with its victims.", metavar="NAME", show_default=False),
    ] = None,
    points: Annotated[
        int, typer.Option(help="A power of two; for k parameters each point has a seed and k + 3 histories, a block.", metavar="N", parser=options.whole("--points"))
    ] = 64,
    paths: Annotated[
        int | None,
        typer.Option(help="Rank parameters by elementary effects on so many paths instead: k + 2 histories each, and no shares.", metavar="N", parser=options.whole("--paths", least=1), show_default=False),
    ] = None,
    persons: options.Persons = 131_072,
    until: options.Until = "1922-03",
    seed: options.Seed = 1,
    store: options.Store = None,
    off: options.Off = None,
    on: options.On = None,
    from_date: options.From = None,
    threads: options.Threads = None,
    cluster: options.Cluster = None,
    cluster_timeout: options.ClusterTimeout = 10.0,
    plan_only: options.PlanOnly = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print all results as JSON, for a program to read; the plan goes to standard error.")] = False,
) -> None:  # fmt: skip
    """Vary uncertain properties of the world, with one seed a block, and share out the spread of outcomes among them and luck.

    How strongly an instrument is used is no property of the world, and is refused. Running the same command again continues where it stopped.
    """
    from whowhom.api import load
    from whowhom.cli.work import carry_out, end, fresh_folder, lay_out
    from whowhom.experiments.screening import Screening, screening_plan
    from whowhom.experiments.sensitivity import Sensitivity, sensitivity_plan
    from whowhom.models.registry import model_named

    case = load(scenario)
    totals = _totals(outcome or ())
    words = {key: value for key, value in options.change(off, on, (), from_date).items() if key != "set"}
    words |= {"persons": persons, "until": until, "seed": seed, "store": store or fresh_folder(scenario)}
    words |= {"model": model_named(case.model), "ranges": _ranges(ranges or ()), "totals": totals}
    names = [name.strip() for name in (parameters or "").split(",") if name.strip()]
    if paths is None:
        asked = sensitivity_plan(case, names, points=points, **words)
    else:
        asked = screening_plan(case, names, paths=paths, **words)
    with aside(as_json):
        if plan_only:
            lay_out(asked, cluster=cluster)
            return
        runs = carry_out(asked, threads=threads, cluster=cluster, patience=cluster_timeout)
    _show(Sensitivity(runs.store, totals) if paths is None else Screening(runs.store, totals), as_json=as_json)
    end(runs)


def _show(found: Sensitivity | Screening, *, as_json: bool) -> None:
    from whowhom.experiments.screening import Screening

    if isinstance(found, Screening):
        if as_json:
            print_json({"store": str(found.store.folder), "effects": plain_rows(found.effects())})
        else:
            _print_effects(found)
    elif as_json:
        tables = {"means": plain_rows(found.means()), "indices": plain_rows(found.indices())}
        print_json({"store": str(found.store.folder), **tables})
    else:
        _print(found)


def _totals(outcomes: Sequence[str]) -> tuple[str, ...]:
    """Return the totals that are asked for; none for survival and victims, which come together."""
    from whowhom.errors import ParameterError
    from whowhom.experiments.victims import OUTCOMES

    own = [name for name in outcomes if name not in OUTCOMES]
    if own and len(own) < len(outcomes):
        raise ParameterError(
            f"'--outcome' must be totals, or survival and victims, got both: {', '.join(outcomes)}. Ask twice; nothing is run twice."
        )
    return tuple(own)


def _ranges(written: Sequence[str]) -> dict[str, Any]:
    """Return parameters and their ranges."""
    from whowhom.errors import ParameterError, quoted

    found: dict[str, Any] = {}
    for text in written:
        name, _, ends = (part.strip() for part in text.partition("="))
        try:
            low, high = (float(end) for end in ends.split(":"))
        except ValueError:
            raise ParameterError(
                f"'--range' must be NAME=LOW:HIGH, got {quoted(text)}. For example --range decision.fear_weight=0.5:2."
            ) from None
        found[name] = (low, high)
    return found


def _print(found: Sensitivity) -> None:
    from whowhom.cli.tables import print_table

    table, means = found.indices(), found.means()
    names = [name for name in dict.fromkeys(table["outcome"]) if found.totals or name in TITLES]
    for name in names:
        own, mean = table[table["outcome"] == name], means[means["outcome"] == name].iloc[0]
        caption = f"{TITLES.get(name, name)}: {_mean(name, mean)}"
        if own["total"].isna().all():
            typer.echo(f"{caption}. It is the same in all histories, so there is nothing to share out.\n")
            continue
        rows = [(row["parameter"], _index(row, "first"), _index(row, "total")) for _, row in own.iterrows()]
        print_table(
            f"{caption}. Share of its variance due to",
            ("", "alone (first order)", "alone and with others (total)"),
            rows,
        )
        typer.echo("")
    n = int(table["blocks"].min())
    typer.echo(
        f"{n} blocks with one seed each. 'luck' is the share of the variance between histories of the same parameters and another seed. A parameter that does nothing has 0; "
        "below 0 and above 1 is error of sampling. "
        f"Intervals at {100 * found.level:.0f} %: percentiles over resampled blocks; four times as many --points halve them."
    )


def _print_effects(found: Screening) -> None:
    from whowhom.cli.tables import print_table
    from whowhom.report.numbers import interval, points, rough, signed, simulated

    table = found.effects()
    for name in [name for name in dict.fromkeys(table["outcome"]) if found.totals or name in TITLES]:
        own = table[table["outcome"] == name].sort_values("size", ascending=False, kind="stable")
        survived = name == "survived"
        write, sign, ends = (points, points, points) if survived else (simulated, signed, rough)
        rows: list[tuple[str, ...]] = []
        for row in own.to_dict("records"):
            size = f"{write(row['size'])}\n{interval(row['low'], row['high'], write=ends)}"
            rows.append((row["parameter"], size, sign(row["mean"]), write(row["spread"])))
        unit = " in percentage points" if survived else " per 1,000" if name in TITLES else ""
        caption = f"{TITLES.get(name, name)}{unit}: effect of moving through the whole prior"
        print_table(caption, ("", "size", "mean", "spread"), rows)
        typer.echo("")
    typer.echo(
        f"{int(table['paths'].max())} paths with one seed each. 'luck' is what another seed does, on the same scale. Size: mean absolute effect, with its interval at "
        f"{100 * found.level:.0f} %; a large spread: it works together with others, or not in a line."
    )


def _mean(name: str, row: pd.Series) -> str:
    from whowhom.report.numbers import percent, simulated

    if name == "survived":
        return f"{percent(row['mean'])} of {row['points']} histories"
    unit = " per 1,000" if name in TITLES else ""
    return f"mean {simulated(row['mean'])}{unit}, standard deviation {simulated(row['sd'])}, over {row['points']} histories"


def _index(row: pd.Series, kind: str) -> str:
    """Write an index with its interval on a line of its own."""
    from whowhom.report.numbers import NONE

    if row[kind] != row[kind]:
        return "" if row["parameter"] == "luck" and kind == "first" else NONE
    ends = row[f"{kind}_low"], row[f"{kind}_high"]
    return f"{row[kind]:.2f}\n" + ("no interval" if ends[0] != ends[0] else f"{ends[0]:.2f} to {ends[1]:.2f}")

"""`whowhom fork`: histories that reach a turning point, and what becomes of them by what is done there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from whowhom.cli import options

if TYPE_CHECKING:
    from whowhom.experiments.at_turning_point import AtTurningPoint
    from whowhom.experiments.turning_points import TurningPoint


def fork(
    scenario: options.Scenario,
    name: Annotated[str | None, typer.Argument(metavar="POINT", help="Which turning point; without it, all are listed.")] = None,
    persons: options.Persons = 131_072,
    replicates: options.Replicates = 100,
    seed: options.Seed = 1,
    weeks: Annotated[
        int, typer.Option(help="How long histories go on after the turning point.", metavar="N", parser=options.whole("--weeks", least=1))
    ] = 52,
    off: options.Off = None,
    on: options.On = None,
    values: options.Set = None,
    defaults: options.Defaults = False,
    prior: Annotated[bool, typer.Option("--prior", help="Give each history parameters of its own, drawn from the priors.")] = False,
    threads: options.Threads = None,
    keep: Annotated[
        Path | None, typer.Option("--keep", metavar="DIR", help="Keep the states at the turning point as checkpoints.", show_default=False)
    ] = None,
) -> None:  # fmt: skip
    """Select the histories that reach a turning point, go on from there with each option and the same luck, and compare.

    Everything after the turning point is conditional on reaching it, and the share of histories that do is printed first. It is no finding.
    """
    from whowhom.inside import fork, turning_points

    if name is None:
        for one in turning_points(scenario).values():
            _describe(one)
        return
    if keep is not None:
        _make(keep)
    changes = options.change(off, on, values, None)
    del changes["from_date"]
    found = fork(
        scenario,
        name,
        persons=persons,
        replicates=replicates,
        seed=seed,
        weeks=weeks,
        defaults=defaults,
        prior=prior,
        threads=threads,
        **changes,
    )
    _print(found, weeks=weeks)
    if keep is not None:
        typer.echo(f"\n{found.keep(keep)} states are kept in '{keep}'.")


def _make(folder: Path) -> None:
    """Make the folder for the states before anything is played."""
    from whowhom.errors import StoreError

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"'--keep' must be a folder that can be made, got '{folder}' ({error.strerror}). Name another."
        ) from None


def _describe(one: TurningPoint) -> None:
    typer.echo(f"{one.name}  {one.title}\n    {one.source}")
    for option in one.options:
        typer.echo(f"    {option.arm.name}: {option.meaning}")


def _print(found: AtTurningPoint, *, weeks: int) -> None:
    share = found.share
    typer.echo(found.point.title)
    typer.echo(
        f"{share['reached']:.0f} of {share['histories']:.0f} histories reach it: {share['share']:.0%} "
        f"(95% {share['low']:.0%} to {share['high']:.0%})"
    )
    if not found.branches:
        typer.echo(
            "No history reached the turning point, so there is nothing to go on from. Ask for more --replicates, or a larger world with --persons."
        )
        return
    first, middle, last = (found.date_of(share[f"week_{part}"]) for part in ("25", "50", "75"))
    typer.echo(f"in the week of {middle} (half of them between {first} and {last})")
    typer.echo(
        f"\nAfter {weeks} weeks, of histories that reached it; differences to going on as it was, same luck, 95% intervals"
    )
    from whowhom.experiments.turning import GOING_ON

    table = found.table()
    for option, own in table.groupby("option", sort=False):
        typer.echo(f"\n  {option}")
        for row in own.itertuples():
            if row.mean or row.low or row.high:
                typer.echo(_line(row, is_base=option == GOING_ON))
    typer.echo(
        f"\n{share['reached']:.0f} histories; persons of the simulated country since the turning point, and nothing where nobody was hit; survival is never shown without them. "
        "Conditional on the turning point: no finding."
    )


def _line(row: Any, *, is_base: bool) -> str:
    """One outcome of one option, with its difference to going on."""
    words = row.outcome.removesuffix("_total").replace("_", " ")
    if row.outcome == "survived":
        figure, unit, numbers = (
            f"{row.mean:.0%}",
            " points",
            [f"{100 * x:+.0f}" for x in (row.difference, row.low, row.high)],
        )
    else:
        figure, unit, numbers = f"{row.mean:,.0f}", "", [f"{x:+,.0f}" for x in (row.difference, row.low, row.high)]
    gap = "" if is_base else f"   {numbers[0]}{unit} ({numbers[1]} to {numbers[2]})"
    return f"    {words:<24}{figure:>14}{gap}"

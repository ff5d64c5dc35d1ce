"""`whowhom follow`: the persons of one history, and flows between their states."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from whowhom.cli import options

if TYPE_CHECKING:
    import pandas as pd

    from whowhom.experiments.following import Followed

SHOWN = 5


def follow(
    scenario: options.Scenario,
    person: Annotated[
        list[int] | None,
        typer.Option("--person", help="Number of a simulated person; repeatable.", metavar="N", parser=options.whole("--person", least=0), show_default=False),
    ] = None,
    path: Annotated[
        str | None,
        typer.Option("--path", help="Find who was, one after the other, what these words say: party,doubting,expelled,detained.", metavar="a,b", show_default=False),
    ] = None,
    flows: Annotated[bool, typer.Option("--flows", help="Count who went from which state to which other.")] = False,
    persons: options.Persons = 131_072,
    until: options.Until = "1922-03",
    seed: options.Seed = 1,
    off: options.Off = None,
    on: options.On = None,
    values: options.Set = None,
    from_date: options.From = None,
    defaults: options.Defaults = False,
    csv: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write what is found to a CSV file.", show_default=False)] = None,
) -> None:  # fmt: skip
    """Follow simulated persons through one history: dated situations, or flows between states.

    They have no names and no faces, and are nobody's biography: one history with its luck, and no finding.
    """
    from whowhom.cli.files import check_file
    from whowhom.errors import ParameterError
    from whowhom.inside import follow as followed

    if not person and path is None and not flows:
        raise ParameterError(
            "'follow' must be told whom, got nothing. Give --person 4211, --path party,expelled,detained, or --flows."
        )
    if csv is not None:
        check_file(csv)
    found = followed(
        scenario,
        people=person or (),
        path=None if path is None else [word.strip() for word in path.split(",")],
        persons=persons,
        until=until,
        seed=seed,
        defaults=defaults,
        **options.change(off, on, values, from_date),
    )
    _lives(found, path=path)
    table = found.flows() if flows else found.table()
    if flows:
        _flows(table)
    if csv is not None:
        table.to_csv(csv, index=False)


def _lives(found: Followed, *, path: str | None) -> None:
    """Print what was found of single persons."""
    if path is not None:
        there = len(found.matching)
        typer.echo(
            f"{there:,} of {found.simulated:,} simulated persons were, one after the other: {path}"
            + (f"; the first {SHOWN}:" if there > SHOWN else "")
        )
    for life in found.lives[: None if path is None else SHOWN]:
        typer.echo(f"\nperson {life.person:,}, who stands for {life.weight:,.0f} inhabitants")
        for situation in life.situations:
            typer.echo(f"  {found.date_of(situation.tick).isoformat()}  {', '.join(situation.words)}")


def _flows(table: pd.DataFrame) -> None:
    """Print flows of the whole history."""
    total = table.groupby(["before", "after"], sort=False)[["simulated", "persons"]].sum().reset_index()
    typer.echo(f"\n{'from':>10} {'to':>10} {'simulated':>12} {'persons':>14}")
    for row in total.sort_values("persons", ascending=False).itertuples():
        typer.echo(f"{row.before:>10} {row.after:>10} {row.simulated:>12,} {row.persons:>14,.0f}")

"""`whowhom demo`: the history, and the same luck without each instrument of the text and without all of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from whowhom.cli import options

SCENARIO = "soviet"

#: Name of an arm -> the instruments of the text that it lacks.
ARMS = {
    "no executions": ["executions"],
    "no camps": ["camps"],
    "no coerced names": ["coerced_names"],
    "no autonomy": ["autonomy"],
    "none of the four": ["executions", "camps", "coerced_names", "autonomy"],
}

SENTENCE = (
    "Roughly matched to records of 1918-26, not calibrated: these figures are about a model. The plausible sets were kept because the regime "
    "survives under them as in the records, and are about five independent guesses, so intervals over sixteen are too narrow and survival is high by construction."
)
NOT_MATCHED = "The scenario's own values, not matched to records and not calibrated: these figures are about a model."


def demo(
    store: Annotated[Path, typer.Option("--store", metavar="DIR", help="Folder to keep the histories in.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The HTML file to write.")],
    replicates: options.Replicates = 32,
    persons: options.Persons = 131_072,
    until: options.Until = "1922-03",
    threads: options.Threads = None,
) -> None:
    """Play 1917 to 1922 as it is in the scenario, and without each instrument of repression; print and draw both."""
    from whowhom.api import plan
    from whowhom.cli.files import check_file, write_html
    from whowhom.cli.tables import print_differences, print_first_fall, print_survival
    from whowhom.cli.work import carry_out, end

    if out.parent.resolve() != store.resolve():
        check_file(out)
    arms = {name: {"off": off} for name, off in ARMS.items()}
    asked = plan(SCENARIO, persons=persons, replicates=replicates, until=until, arms=arms, store=store)
    runs = carry_out(asked, threads=threads)
    print_survival(runs)
    print_first_fall(runs)
    typer.echo("")
    print_differences(runs)
    write_html(runs.store, path=out)
    typer.echo(f"\nThe report: {out}")
    typer.echo(SENTENCE if asked.scenario.sets else NOT_MATCHED)
    end(runs)

"""`whowhom worker`, `whowhom compile`: one process of many on one experiment, for job arrays and hands of any kind."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from whowhom.cli import options
from whowhom.cli.interruption import interruptible
from whowhom.cli.progress import progress_bar
from whowhom.cli.work import say, warn_if_cold

if TYPE_CHECKING:
    from whowhom.experiments.part import Part
    from whowhom.store.reader import Progress


def worker(
    folder: options.Folder,
    part: Annotated[str, typer.Option(help="Which part: 1/4 to 4/4 for four workers.", metavar="I/N")],
    threads: Annotated[int, typer.Option(help="Histories at the same time.", metavar="N", min=1)] = 1,
) -> None:
    """Do one part of an experiment that `whowhom run --plan-only` wrote down, or that is under way.

    Workers need not know of each other, may be killed and started again at any time, and skip what is there already,
    whoever did it. Exit code: 0 if the part is whole, 1 if histories in it failed, 2 if something asked for is wrong, 130
    after Ctrl-C, 143 after SIGTERM: what is finished is kept, and the same command goes on.
    """
    from whowhom.experiments.crew import Interrupted
    from whowhom.experiments.part import parse_part
    from whowhom.experiments.worker import work_part
    from whowhom.models.registry import model_named
    from whowhom.report.numbers import counted
    from whowhom.store.reader import Store

    mine = parse_part(part)
    os.environ.setdefault("NUMBA_NUM_THREADS", "1")  # workers are the only level of parallelism
    before = _count(folder, mine)
    say(f"{mine}: {before.done} of {counted(before.total, 'history', 'histories')} are there, {before.missing} to do.")
    if before.missing:
        warn_if_cold(Store.open(folder).experiment["model"]["name"])
    try:
        with interruptible(folder), progress_bar() as progress:
            there = work_part(folder, mine, model_of=model_named, threads=threads, progress=progress)
    except Interrupted as interrupted:
        _say_stopped(folder, mine, before=before)
        raise typer.Exit(interrupted.exit_code) from None
    _say_whole(folder, mine, there)
    raise typer.Exit(int(there.failed > 0))


def _count(folder: Path, part: Part) -> Progress:
    """Count what there is of a part."""
    from whowhom.experiments.part import progress_of
    from whowhom.store.reader import Store

    store = Store.open(folder)
    return progress_of(store, part.runs(store.layout))


def _say_stopped(folder: Path, part: Part, *, before: Progress) -> None:
    """Say what is kept, and warn of a time limit within which nothing can be finished."""
    there = _count(folder, part)
    say(f"{part}: told to end; {there.done} of {there.total} histories are kept, and the same command goes on.")
    if there.missing == before.missing:
        say("No history was finished this time. If that was a time limit, it is too short for one: allow more.")


def _say_whole(folder: Path, part: Part, there: Progress) -> None:
    """Say that a part is whole, and how far the experiment is."""
    from whowhom.report.numbers import counted
    from whowhom.store.reader import Store

    failed = f", {there.failed} more failed" if there.failed else ""
    whole = Store.open(folder).progress()
    typer.echo(
        f"{part} is whole: {counted(there.done, 'history', 'histories')}{failed}. "
        f"The experiment has {whole.done + whole.failed} of {whole.total}."
    )


def compile(folder: options.Folder) -> None:
    """Compile what an experiment needs into the cache, once, before several workers share it."""
    from whowhom.experiments.worker import compile_for
    from whowhom.models.registry import model_named
    from whowhom.store.reader import Store

    warn_if_cold(Store.open(folder).experiment["model"]["name"])
    compile_for(folder, model_of=model_named)
    typer.echo(f"compiled: what {folder} needs is in the cache.")

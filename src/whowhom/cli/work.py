"""Carrying out a plan in a terminal: what will run and how long it takes, progress, and what became of it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from whowhom.api import Runs
    from whowhom.experiments.crew import Step
    from whowhom.experiments.design import Arm
    from whowhom.experiments.plan import Plan
    from whowhom.store.reader import Store

#: Where experiments without a folder go: runs/soviet-001, runs/soviet-002, ...
RUNS = Path("runs")


def say(text: str) -> None:
    """Print to standard error, which is for people and never part of a result."""
    typer.echo(text, err=True)


def fresh_folder(scenario: str) -> Path:
    """Return the first free folder for an experiment with a scenario; it is not made yet."""
    stem = Path(scenario).stem
    number = 1
    while (folder := RUNS / f"{stem}-{number:03d}").exists():
        number += 1
    return folder


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def warn_if_cold() -> None:
    """Say that the first run compiles, if it does."""
    from whowhom.engine.kernel import is_cold

    if is_cold():
        say("compiling the model once, about half a minute; later runs start at once ...")


def carry_out(plan: Plan, *, threads: int | None) -> Runs:
    """Print the plan, run what is missing, and say what failed."""
    from whowhom.api import Runs

    print_plan(plan, threads=threads or cores())
    with interruptible(plan.folder), progress_bar() as progress:
        runs = Runs(plan.carry_out(threads=threads, progress=progress))
    report_failures(runs.store)
    return runs


def print_plan(plan: Plan, *, threads: int) -> None:
    """Print what will run, checked whole, with its likely time."""
    from whowhom.experiments.plan import seconds_per_history
    from whowhom.report.numbers import counted, day

    design = plan.checked()
    scenario, missing = plan.scenario, missing_runs(plan)
    first, last = day(scenario.start), day(scenario.date_of(plan.ticks))
    sets = (
        f", {counted(len(scenario.sets), 'plausible set')} in turn" if scenario.sets else ", the scenario's own values"
    )
    typer.echo(
        f"{scenario.title}: {first} to {last}, {counted(plan.ticks, 'week')}, {plan.persons:,} simulated persons."
    )
    typer.echo(
        f"{counted(plan.replicates, 'replicate')} of {counted(len(plan.arms), 'arm')}: {counted(len(design), 'history', 'histories')} "
        f"(seeds {plan.seed} to {plan.seed + plan.replicates - 1}{sets})."
    )
    for arm in plan.arms:
        typer.echo(f"  {arm.name}: {_differs(arm, plan)}")
    typer.echo(
        f"Kept in {plan.folder}" + (f", which holds {len(design) - missing} of them." if missing < len(design) else ".")
    )
    if missing:
        warn_if_cold()
        hands = min(threads, missing)
        seconds = in_words(seconds_per_history(plan) * missing / hands)
        typer.echo(f"Estimated time: {seconds} on {counted(hands, 'core')}, from the first weeks of one history.")
    typer.echo("")


def missing_runs(plan: Plan) -> int:
    """Return how many histories of a plan its store does not hold yet."""
    from whowhom.store.layout import MANIFEST
    from whowhom.store.reader import Store

    if not (plan.folder / MANIFEST).exists():
        return len(plan.arms) * plan.replicates
    return Store.open(plan.folder).progress().missing


def _differs(arm: Arm, plan: Plan) -> str:
    """Say in words by what an arm differs from the scenario, and from when on."""
    from whowhom.report.numbers import day

    words = [f"without {', '.join(arm.off)}"] if arm.off else []
    words += [f"with {', '.join(arm.on)}"] if arm.on else []
    words += [f"{name} = {value}" for name, value in arm.values.items()]
    when = f", from the week of {day(plan.scenario.date_of(arm.from_tick))} on" if arm.from_tick else ""
    return ("; ".join(words) or "the scenario as it is") + when


def in_words(seconds: float) -> str:
    """Write a time as people say it: 8 s, 2 min, 3.5 h."""
    if seconds < 100:
        return f"{max(1, round(seconds))} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


@contextmanager
def interruptible(folder: Path) -> Iterator[None]:
    """Make an interruption what it is, whatever became of it on the way.

    Libraries that compute in another language turn Ctrl-C into errors of their own (DuckDB into a RuntimeError), which
    would look like a damaged store or a mistake of ours.

    Raises
    ------
    Interrupted
        There was a Ctrl-C; the text says what is kept in the folder and how to go on.
    """
    from whowhom.experiments.crew import Interrupted
    from whowhom.store.layout import MANIFEST
    from whowhom.store.reader import Store

    asked = False

    def hear(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        asked = True
        signal.default_int_handler(number, frame)

    before = signal.getsignal(signal.SIGINT)
    heard = before is signal.default_int_handler and threading.current_thread() is threading.main_thread()
    if heard:
        signal.signal(signal.SIGINT, hear)
    try:
        yield
    except (Exception, KeyboardInterrupt) as error:
        if not asked or isinstance(error, Interrupted) or not (folder / MANIFEST).exists():
            raise
        there = Store.open(folder).progress()
        raise Interrupted(folder=folder, done=there.done, failed=there.failed, total=there.total) from error
    finally:
        if heard:
            signal.signal(signal.SIGINT, before)


@contextmanager
def progress_bar() -> Iterator[Callable[[Step], None]]:
    """Give a function that shows how far an experiment is: a bar in a terminal, nothing elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("histories"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[left]}"))
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("", total=None, left="")

        def show(step: Step) -> None:
            left = "" if step.seconds_left is None else f"{in_words(step.seconds_left)} left"
            bar.update(task, total=step.total, completed=step.done + step.failed, left=left)

        yield show


def report_failures(store: Store) -> None:
    """Say which histories failed, if any did; at the end `end` makes it the exit code."""
    from whowhom.store.layout import resume_command

    failures = store.failures()
    if failures.empty:
        return
    first = failures.iloc[0]
    say(
        f"{len(failures)} of {store.layout.runs} histories failed and are in no figure. The first: arm '{first['arm']}', "
        f"replicate {first['replicate']}, seed {first['seed']}: {first['error']}. "
        f"`{resume_command(store.folder, '--retry-failed')}` does them again."
    )


def end(runs: Runs) -> None:
    """Leave with exit code 1 if any history failed: their absence may bend every figure."""
    if runs.store.progress().failed:
        raise typer.Exit(1)

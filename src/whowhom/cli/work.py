"""Carrying out a plan in a terminal: what will run and how long it takes, progress, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from whowhom.cli.interruption import interruptible as interruptible
from whowhom.cli.progress import in_words as in_words
from whowhom.cli.progress import progress_bar as progress_bar
from whowhom.provenance import cores

if TYPE_CHECKING:
    from whowhom.api import Runs
    from whowhom.experiments.design import Arm
    from whowhom.experiments.plan import Plan
    from whowhom.store.reader import Store

#: Where experiments without a folder go: runs/soviet-001, runs/soviet-002, ...
RUNS = Path("runs")


#: Of more arms than this the first are printed.
MOST_ARMS_SHOWN = 16


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


def warn_if_cold(model: str) -> None:
    """Say that the first run compiles, if it does; models in one file take a second and are not worth a word."""
    from importlib.util import find_spec

    from whowhom.engine.kernel import is_cold

    found = find_spec(f"whowhom.models.{model}")
    in_one_file = found is not None and found.submodule_search_locations is None
    if not in_one_file and is_cold():
        say("compiling the model once, about half a minute; later runs start at once ...")


def carry_out(plan: Plan, *, threads: int | None, cluster: str | None = None, patience: float = 10.0) -> Runs:
    """Print the plan, run what is missing here or on a cluster, and say what failed."""
    from whowhom.api import Runs
    from whowhom.experiments.wide import carry_out as done_wide
    from whowhom.models.registry import model_named

    with interruptible(plan.folder), on_cluster(cluster, threads=threads, patience=patience) as where:
        there = 0 if where["client"] is None else sum(where["client"].nthreads().values())
        print_plan(plan, threads=threads or there or cores())
        with progress_bar() as progress:
            store = done_wide(plan, model_of=model_named, threads=threads, progress=progress, **where)
    report_failures(store)
    return Runs(store)


@contextmanager
def on_cluster(address: str | None, *, threads: int | None, patience: float) -> Iterator[dict[str, Any]]:
    """Give what `experiments.wide` needs of a cluster: its client, None without an address, and our patience [s].

    Raises
    ------
    WhowhomError
        There is no cluster at that address, or a number of threads is asked for too.
    """
    if address is None:
        yield {"client": None, "patience": patience}
        return
    from whowhom.errors import ParameterError
    from whowhom.experiments.connection import connected

    if threads is not None:
        raise ParameterError("'--threads' and '--cluster' must not be given together, got both. Leave one of them out.")
    with connected(address, patience=patience) as client:
        yield {"client": client, "patience": patience}


def lay_out(plan: Plan, *, cluster: str | None) -> None:
    """Print the plan, write it down, and say how workers do it."""
    from whowhom.errors import ParameterError

    if cluster is not None:
        raise ParameterError("'--plan-only' and '--cluster' must not be given together, got both. Leave one out.")
    print_plan(plan, threads=cores())
    folder = plan.lay_out().folder
    typer.echo(f"Written down in {folder}, and nothing run. `whowhom worker {folder} --part I/N` does part I of N;")
    typer.echo(
        f"`whowhom slurm {folder} --tasks N` prints a job array of such workers; `whowhom resume {folder}` does all."
    )


def print_plan(plan: Plan, *, threads: int) -> None:
    """Print what will run, checked whole, with its likely time."""
    from whowhom.experiments.crew import share_threads
    from whowhom.experiments.forks import share_played
    from whowhom.experiments.plan import seconds_per_history
    from whowhom.report.numbers import counted, day

    design = plan.checked()
    scenario, missing = plan.scenario, missing_runs(plan)
    first, last = day(scenario.start), day(scenario.date_of(plan.ticks))
    kind = "plausible set" if plan.per_seed == 1 else "parameter set"
    sets = f", {counted(len(scenario.sets), kind)} in turn" if scenario.sets else ", the scenario's own values"
    last_seed = plan.seed + (plan.replicates - 1) // plan.per_seed
    seeds = f"seed {plan.seed}" if last_seed == plan.seed else f"seeds {plan.seed} to {last_seed}"
    seeds += f", each for {counted(plan.per_seed, 'history', 'histories')} of an arm" if plan.per_seed > 1 else ""
    typer.echo(
        f"{scenario.title}: {first} to {last}, {counted(plan.ticks, 'week')}, {plan.persons:,} simulated persons."
    )
    typer.echo(
        f"{counted(plan.replicates, 'replicate')} of {counted(len(plan.arms), 'arm')}: {counted(len(design), 'history', 'histories')} "
        f"({seeds}{sets})."
    )
    for arm in plan.arms[:MOST_ARMS_SHOWN]:
        typer.echo(f"  {arm.name}: {_differs(arm, plan)}")
    if len(plan.arms) > MOST_ARMS_SHOWN:
        typer.echo(f"  ... and {len(plan.arms) - MOST_ARMS_SHOWN} more.")
    typer.echo(
        f"Kept in {plan.folder}" + (f", which holds {len(design) - missing} of them." if missing < len(design) else ".")
    )
    if missing:
        warn_if_cold(plan.scenario.model)
        at_once, each = share_threads(threads, persons=plan.persons)
        hands = min(at_once, missing)
        played = share_played(design, persons=plan.persons, ticks=plan.ticks, threads=hands)
        seconds = in_words(seconds_per_history(plan, threads=each) * missing * played / hands)
        typer.echo(
            f"Estimated time: {seconds} on {counted(hands * each, 'core')}, from the first weeks of one history."
        )
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


def report_failures(store: Store) -> None:
    """Say which histories failed, if any did; at the end `end` makes it the exit code."""
    from whowhom.report.numbers import counted
    from whowhom.store.layout import resume_command

    failures = store.failures()
    if failures.empty:
        return
    first = failures.iloc[0]
    say(
        f"{len(failures)} of {counted(store.layout.runs, 'history', 'histories')} failed, and no figure counts "
        f"{'it' if len(failures) == 1 else 'them'}. {'It is' if len(failures) == 1 else 'The first'}: arm '{first['arm']}', "
        f"replicate {first['replicate']}, seed {first['seed']}: {first['error']}. "
        f"`{resume_command(store.folder, '--retry-failed')}` does them again."
    )


def end(runs: Runs) -> None:
    """Leave with exit code 1 if any history failed: their absence may bend every figure."""
    if runs.store.progress().failed:
        raise typer.Exit(1)

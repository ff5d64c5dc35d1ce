"""From a question to a store: run an experiment, continue one, or do its failed runs again."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from whowhom.engine.contract import Model, observable_problems
from whowhom.errors import ModelError, ScenarioError, StoreWarning
from whowhom.experiments.crew import Crew, Progress
from whowhom.experiments.description import describe_experiment, design_of, generator_of, reopen
from whowhom.experiments.design import HISTORY, Arm
from whowhom.experiments.guard import refuse_search
from whowhom.provenance import cores
from whowhom.store.manifest import new_manifest
from whowhom.store.program import check_program, code_difference, surroundings_difference, this_program
from whowhom.store.reader import Store
from whowhom.store.writer import Writer

if TYPE_CHECKING:
    from whowhom.engine.scenario import Scenario


def run_experiment(
    model: Model,
    *,
    scenario: Scenario,
    arms: Sequence[Arm] = (Arm(HISTORY),),
    persons: int,
    replicates: int,
    until_ticks: int,
    seed: int,
    per_seed: int = 1,
    store: str | Path,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Store:
    """Run all arms and replicates, or those of them that the store does not hold yet.

    Parameters
    ----------
    model
        What runs.
    scenario
        Settings, plausible sets and dates.
    arms
        Worlds to compare; arms of one replicate share seed and parameter set (twins).
    persons
        Simulated persons of each run [persons].
    replicates
        Runs of each arm.
    until_ticks
        Last tick, `scenario.ticks_until(date)` [ticks].
    seed
        Seed of replicate 0.
    per_seed
        So many replicates, one after the other, share a seed (`experiments.design`).
    store
        Folder; made if there is none. If it holds this experiment, what is missing is run.
    threads
        Runs at the same time; all cores by default. The results do not depend on it.
    progress
        Called in the main thread after each run.

    Returns
    -------
    Store
        Complete; runs that failed are in its `failures()`.

    Raises
    ------
    ParameterError, UnknownNameError, ModelError, ScenarioError
        Something asked for is not possible; nothing has been written.
    StoreError
        The folder holds another experiment or something else, or runs that other code computed; or it cannot be
        written.
    Interrupted
        Ctrl-C; what is finished is kept.
    """
    _check_threads(threads)
    writer = lay_out_experiment(
        model,
        scenario=scenario,
        arms=arms,
        persons=persons,
        replicates=replicates,
        until_ticks=until_ticks,
        seed=seed,
        per_seed=per_seed,
        store=store,
    )
    compare_programs(model, store=Store.open(store))
    return _carry_out(model, writer=writer, threads=threads, progress=progress)


def lay_out_experiment(
    model: Model,
    *,
    scenario: Scenario,
    arms: Sequence[Arm] = (Arm(HISTORY),),
    persons: int,
    replicates: int,
    until_ticks: int,
    seed: int,
    per_seed: int = 1,
    store: str | Path,
) -> Writer:
    """Write down what is asked and run nothing: what workers start from. Parameters and errors as in `run_experiment`.

    Returns
    -------
    Writer
        Of the new store, or of the one that is there if it holds this experiment.
    """
    _check(model, scenario=scenario, persons=persons, until_ticks=until_ticks)
    experiment = describe_experiment(
        model,
        scenario=scenario,
        arms=arms,
        persons=persons,
        replicates=replicates,
        until_ticks=until_ticks,
        seed=seed,
        per_seed=per_seed,
    )
    planned = design_of(experiment, model=model)  # everything wrong with it is said before the folder is made
    refuse_search(model, arms=planned.arms, defaults=scenario.settings.values, sets=scenario.sets)
    manifest = new_manifest(experiment, generator=generator_of(model))
    return Writer.begin(store, manifest)


def resume_experiment(
    store: str | Path,
    *,
    model_of: Callable[[str], Model],
    threads: int | None = None,
    progress: Progress | None = None,
    retry_failed: bool = False,
    other_code: bool = False,
) -> Store:
    """Run what a store does not hold yet; everything else is read from its manifest.

    Parameters
    ----------
    store
        Folder of an experiment.
    model_of
        Finds a model by its name.
    threads, progress
        As in `run_experiment`.
    retry_failed
        Do failed runs once more; otherwise they stay as they are.

    other_code
        Go on also if other code computed what the store holds; each run names its own in the column `program`.

    Raises
    ------
    StoreError
        It is no store, or its model has another version here, or (without `other_code`) other code.
    Interrupted
        Ctrl-C; what is finished is kept.
    """
    writer, model = reopen(store, model_of=model_of)
    compare_programs(model, store=Store.open(store), other_code=other_code, retry_failed=retry_failed)
    if retry_failed:
        writer.reopen_failed()
    return _carry_out(model, writer=writer, threads=threads, progress=progress)


def _carry_out(model: Model, *, writer: Writer, threads: int | None, progress: Progress | None) -> Store:
    """Do what is missing and open the result."""
    Crew.of(writer, model=model, threads=threads or cores()).work(progress)
    return Store.open(writer.folder)


def compare_programs(model: Model, *, store: Store, other_code: bool = False, retry_failed: bool = False) -> None:
    """Refuse to add runs of this code to those of another; name what else differs between those there and those to come.

    Raises
    ------
    StoreError
        Something is to be run, and other code computed what is there.

    Warns
    -----
    StoreWarning
        Other code computed what is there and nothing is to be run, or `other_code` allows it; or versions of libraries
        or the processor differ.
    """
    progress, there = store.progress(), list(store.programs().values())
    here = this_program(generator=generator_of(model))
    to_do = progress.missing + (progress.failed if retry_failed else 0)
    if to_do and not other_code:
        check_program(store.folder, there=there, here=here, runs=progress.done)
    if not progress.done:
        return
    other = next((program for program in there if not program.same_code(here)), None)
    differing = filter(None, (surroundings_difference(program, here) for program in there))
    if other is not None:
        words = f"what store '{store.folder}' holds was computed by other code: {code_difference(other, here)}."
        warnings.warn(words, StoreWarning, stacklevel=3)
    elif to_do and (difference := next(differing, None)) is not None:
        words = f"store '{store.folder}' is continued elsewhere: {difference}. Last digits may differ."
        warnings.warn(words, StoreWarning, stacklevel=3)


def _check_threads(threads: int | None) -> None:
    """Raise for a number of threads that cannot be."""
    if threads is not None and threads < 1:
        raise ModelError(f"'threads' must be at least 1, got {threads}. Leave it out to use all cores.")


def _check(model: Model, *, scenario: Scenario, persons: int, until_ticks: int) -> None:
    """Raise for what would fail in every single run."""
    problems = observable_problems(model.observables)
    if scenario.model != model.name:
        problems.append(f"scenario '{scenario.name}' must be run by model '{scenario.model}', got '{model.name}'.")
    if persons < model.smallest_persons:
        problems.append(
            f"'persons' must be at least {model.smallest_persons} for model '{model.name}', got {persons}. "
            "With fewer, its rare groups are empty."
        )
    if until_ticks < 1:
        problems.append(f"'until_ticks' must be at least 1, got {until_ticks}. Choose a later date with --until.")
    if scenario.tick_days != model.tick_days:
        problems.append(f"'tick_days' must be {model.tick_days} for model '{model.name}', got {scenario.tick_days}.")
    if problems:
        raise ModelError("\n".join(problems))
    if structure := model.problems(scenario.settings.structure):
        raise ScenarioError(structure)

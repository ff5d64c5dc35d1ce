"""From what somebody asks for to an experiment that can be run: arms by name and date, checks, the likely cost.

Everything that can be wrong is found here, before a folder is made or a kernel compiled.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whowhom.engine.contract import Model
from whowhom.engine.run import play, run_history
from whowhom.errors import DateError, ModelError, ParameterError, quoted, unknown
from whowhom.experiments.crew import Progress
from whowhom.experiments.description import describe_experiment, generator_of
from whowhom.experiments.design import HISTORY, Arm, Design, design
from whowhom.experiments.experiment import lay_out_experiment, run_experiment
from whowhom.experiments.guard import refuse_search
from whowhom.store.layout import MANIFEST
from whowhom.store.manifest import check_same, new_manifest, read_manifest
from whowhom.store.program import check_program
from whowhom.store.reader import Store
from whowhom.store.writer import check_place

if TYPE_CHECKING:
    from whowhom.engine.scenario import Scenario

#: Simulated persons, histories of each arm and the first day that is not run, where nothing else is asked for.
PERSONS, REPLICATES, UNTIL = 131_072, 20, "1922-03"

#: What an arm may be made of.
CHANGES = ("off", "on", "set", "from_date")

#: More histories of one arm than this are a slip of the finger; their numbers alone would fill the memory.
MOST_REPLICATES = 1_000_000

#: A cost is estimated from the first weeks of one history, or all of it if it takes no longer than this [s].
_TIMED = 0.3


@dataclass(frozen=True, kw_only=True)
class Plan:
    """An experiment that can be run.

    Attributes
    ----------
    model, scenario
        What runs.
    arms
        Worlds to compare.
    persons
        Simulated persons of each history [persons].
    replicates
        Histories of each arm.
    ticks
        Last tick [ticks].
    seed
        Seed of replicate 0.
    folder
        The store.
    per_seed
        So many replicates, one after the other, share a seed.
    """

    model: Model
    scenario: Scenario
    arms: tuple[Arm, ...]
    persons: int
    replicates: int
    ticks: int
    seed: int
    folder: Path
    per_seed: int = 1

    def checked(self) -> Design:
        """Return all histories, none of them run.

        Raises
        ------
        ParameterError, ModelError, StoreError
            Something asked for is not possible, or the folder holds another experiment. Nothing has been written.
        """
        self._check_sizes()
        check_place(self.folder)
        resolved = [arm.resolved(self.scenario) for arm in self.arms]
        planned = design(
            self.scenario.settings,
            sets=self.scenario.sets,
            arms=resolved,
            replicates=self.replicates,
            seed=self.seed,
            per_seed=self.per_seed,
        )
        refuse_search(self.model, arms=resolved, defaults=self.scenario.settings.values, sets=self.scenario.sets)
        if (self.folder / MANIFEST).exists():
            self._check_folder()
        return planned

    def _asked(self) -> dict[str, Any]:
        """Return what is asked, in the words of `run_experiment`."""
        return {
            "scenario": self.scenario,
            "arms": self.arms,
            "persons": self.persons,
            "replicates": self.replicates,
            "until_ticks": self.ticks,
            "seed": self.seed,
            "per_seed": self.per_seed,
        }

    def _check_sizes(self) -> None:
        """Raise for sizes that no machine or model can run."""
        least, most = self.model.smallest_persons, self.scenario.settings.structure.get("country", {}).get("persons")
        if self.persons < least:
            raise ModelError(
                f"'persons' must be at least {least} for model '{self.model.name}', got {self.persons}. "
                "With fewer, its rare groups are empty."
            )
        if most is not None and self.persons > most:
            raise ModelError(
                f"'persons' must be at most {most:.0f}, the inhabitants of the country, got {quoted(self.persons)}. "
                "Fewer are a thinner sample, not a smaller country."
            )
        if self.replicates > MOST_REPLICATES:
            raise ParameterError(
                f"'replicates' must be at most {MOST_REPLICATES}, got {quoted(self.replicates)}. "
                "Split them over stores with different seeds."
            )

    def _check_folder(self) -> None:
        """Raise if the folder holds another experiment."""
        experiment = describe_experiment(self.model, **self._asked())
        here = new_manifest(experiment, generator=generator_of(self.model))
        check_same(self.folder, there=read_manifest(self.folder), here=here)
        store = Store.open(self.folder)
        progress = store.progress()
        if progress.missing:
            check_program(self.folder, there=store.programs().values(), here=here.program, runs=progress.done)

    def lay_out(self) -> Store:
        """Write down what is asked and run nothing; raises what `checked` and `lay_out_experiment` raise."""
        self.checked()
        lay_out_experiment(self.model, **self._asked(), store=self.folder)
        return Store.open(self.folder)

    def carry_out(self, *, threads: int | None = None, progress: Progress | None = None) -> Store:
        """Run what the store does not hold yet; raises what `checked` and `run_experiment` raise."""
        self.checked()
        return run_experiment(self.model, **self._asked(), store=self.folder, threads=threads, progress=progress)


def make_plan(
    scenario: Scenario,
    *,
    model: Model,
    replicates: int = REPLICATES,
    until: str = UNTIL,
    persons: int = PERSONS,
    seed: int = 1,
    off: str | Iterable[str] = (),
    on: str | Iterable[str] = (),
    set: Mapping[str, float | str] | None = None,
    from_date: str | None = None,
    arms: Mapping[str, Mapping[str, Any]] | None = None,
    twins: bool = False,
    defaults: bool = False,
    store: str | Path | None = None,
) -> Plan:
    """Return the plan of an experiment; most parameters are those of `whowhom.run`.

    Parameters
    ----------
    model
        The scenario's model.
    twins
        Whether the arm that `off`, `on` and `set` make has the history beside it.
    store
        Folder; a fresh temporary one by default.

    Raises
    ------
    ParameterError, DateError
        The arms or dates are not possible; what else may be wrong, `Plan.checked` says.
    """
    ticks = scenario.ticks_until(until)
    change = {"off": off, "on": on, "set": set or {}, "from_date": from_date}
    return Plan(
        model=model,
        scenario=replace(scenario, sets=()) if defaults else scenario,
        arms=plan_arms(scenario, change=change, arms=arms or {}, twins=twins, ticks=ticks),
        persons=persons,
        replicates=replicates,
        ticks=ticks,
        seed=seed,
        folder=Path(tempfile.mkdtemp(prefix="whowhom-") if store is None else store),
    )


def plan_arms(
    scenario: Scenario,
    *,
    change: Mapping[str, Any],
    arms: Mapping[str, Mapping[str, Any]],
    twins: bool,
    ticks: int,
) -> tuple[Arm, ...]:
    """Return the arms of an experiment.

    Parameters
    ----------
    scenario
        Of which they are arms.
    change
        What one arm without a name differs by (`CHANGES`); its `from_date` is that of the named ones too.
    arms
        Name -> what it differs by.
    twins
        The arm without a name has the history beside it. Named arms always have.
    ticks
        Last tick of the histories [ticks].

    Raises
    ------
    ParameterError, DateError
        Twins without a change, an unknown kind of change, or a date outside the histories.
    """
    changed = any(change[key] for key in ("off", "on", "set"))
    if twins and not changed:
        raise ParameterError("twins must differ in something, got no change. Name one with --off, --on or --set.")
    if change["from_date"] is not None and not changed and not arms:
        raise ParameterError(
            f"'--from' must have a change that begins then, got {quoted(change['from_date'])} and none. "
            "Name one with --off, --on, --set or --arm."
        )
    worlds = [_arm(scenario, None, change, ticks=ticks)] if changed or not arms else []
    if arms or twins:
        worlds.insert(0, Arm(HISTORY))
    for name, own in arms.items():
        worlds.append(_arm(scenario, name, {"from_date": change["from_date"], **own}, ticks=ticks))
    return tuple(worlds)


def _arm(scenario: Scenario, name: str | None, change: Mapping[str, Any], *, ticks: int) -> Arm:
    """Return the arm that differs from the scenario by `change`; without a name, it is called by what differs."""
    for key in change:
        if key not in CHANGES:
            raise ParameterError(f"arm '{name}': {unknown('change', key, CHANGES, listed_by='whowhom run --help')}")
    off, on = _names(change.get("off", ())), _names(change.get("on", ()))
    values = dict(change.get("set") or {})
    written = change.get("from_date")
    from_tick = 0 if written is None else scenario.tick_of(written, name="--from")
    if from_tick >= ticks:
        raise DateError(
            f"'--from' must be before {scenario.date_of(ticks)}, where the histories end, got {quoted(written)}. "
            "An arm that leaves the common history later is the history; choose an earlier date or a later --until."
        )
    declared = scenario.settings.declarations
    shown = values if declared is None else declared.words(values)
    return Arm(name or arm_name(off, on, shown), off=off, on=on, values=values, from_tick=from_tick)


def _names(names: str | Iterable[str]) -> tuple[str, ...]:
    """Take one name for a list of one: the letters of a word are never meant."""
    return (names,) if isinstance(names, str) else tuple(names)


def arm_name(off: Iterable[str], on: Iterable[str], values: Mapping[str, object]) -> str:
    """Return what an arm without a name is called: `no executions, torture`, `with concession`, `army.troops=0`."""
    words = [f"no {', '.join(off)}"] if off else []
    words += [f"with {', '.join(on)}"] if on else []
    words += [f"{name}={value:g}" if isinstance(value, float) else f"{name}={value}" for name, value in values.items()]
    return "; ".join(words) or HISTORY


def seconds_per_history(plan: Plan, *, threads: int = 1) -> float:
    """Estimate how long one history takes, from its first weeks [s].

    What is compiled meanwhile is not counted. In large worlds later weeks are not reached, and more happens in some of
    them, so this is a rough figure.

    Parameters
    ----------
    plan
        The experiment.
    threads
        Threads that share its world.

    Raises
    ------
    ModelError
        So many persons do not fit into this machine's memory.
    """
    case, model = plan.checked()[0], plan.model
    run_history(model, case.settings, persons=model.smallest_persons, seed=case.seed, ticks=1)  # compiles
    try:
        begun = time.perf_counter()
        worlds = play(model, case.settings, persons=plan.persons, seed=case.seed, threads=threads)
        next(worlds)
        built = now = time.perf_counter()
        weeks = 0
        for weeks, _ in enumerate(worlds, start=1):
            now = time.perf_counter()
            if weeks >= plan.ticks or now - built > _TIMED:
                break
    except MemoryError:
        raise ModelError(
            f"'persons' must fit into memory, got {plan.persons}. Choose fewer; they are a thinner sample, "
            "not a smaller country."
        ) from None
    return built - begun + (now - built) / max(weeks, 1) * plan.ticks

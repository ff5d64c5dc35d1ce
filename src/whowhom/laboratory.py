"""The laboratory, from Python: designs over what is not known, attribution, sensitivity, persons in states, dates of a fall.

All of it serves any model; what it does is in `whowhom.experiments`, and what it means in `docs/laboratory.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from whowhom.api import load, plan
from whowhom.errors import ParameterError, unknown
from whowhom.experiments.attribution import Attribution, causes, changes
from whowhom.experiments.designs import grid, latin_hypercube, sobol, space
from whowhom.experiments.intervals import LEVEL
from whowhom.experiments.occupancy import Occupancy, occupy
from whowhom.experiments.screening import PATHS, Screening, screening_plan
from whowhom.experiments.sensitivity import POINTS, Sensitivity, sensitivity_plan
from whowhom.experiments.statistics import check_outcomes
from whowhom.experiments.wide import carry_out
from whowhom.models.registry import model_named

if TYPE_CHECKING:
    from distributed import Client

    from whowhom.engine.scenario import Scenario
    from whowhom.experiments.attribution import Cause
    from whowhom.experiments.crew import Progress
    from whowhom.experiments.plan import Plan

__all__ = ["attribute", "design", "occupancy", "screening", "sensitivity"]

Kind = Literal["grid", "latin hypercube", "sobol"]


def design(
    scenario: str | Path | Scenario,
    kind: Kind,
    *,
    parameters: str | Iterable[str] = (),
    ranges: Mapping[str, Any] | None = None,
    sets: int = 64,
    points: int | Mapping[str, int | Sequence[float]] = 5,
    seed: int = 1,
) -> Scenario:
    """Give a scenario whose plausible sets are a design over properties of the world, for `run` and `twins`.

    Parameters
    ----------
    scenario
        As in `run`. Sets of its own are replaced.
    kind
        `"grid"`, `"latin hypercube"` or `"sobol"` (the last two need the extra `analysis`).
    parameters, ranges
        What is varied, by its prior or over `(low, high)`; see `experiments.designs.space`.
    sets
        How many; a power of two for Sobol' points. A grid has as many as `points` make.
    points
        Of a grid, see `experiments.designs.grid`.
    seed
        Of the design, not of the histories.

    Raises
    ------
    WhowhomError
        Something asked for is not possible, such as a range of how strongly an instrument is used; the text says what.

    Examples
    --------
    >>> import whowhom as ww
    >>> case = ww.design("soviet", "grid", ranges={"decision.start_fear": (0.0, 0.2)}, points=2)
    >>> [round(values["decision.start_fear"], 2) for values in case.sets]
    [0.05, 0.15]
    """
    case = load(scenario)
    over = space(model_named(case.model), parameters, ranges=ranges)
    makers = {
        "grid": lambda: grid(over, points=points),
        "latin hypercube": lambda: latin_hypercube(over, sets=sets, seed=seed),
        "sobol": lambda: sobol(over, sets=sets, seed=seed),
    }
    if kind not in makers:
        raise ParameterError(unknown("kind of design", kind, makers, listed_by="whowhom --help"))
    return replace(case, sets=makers[kind]())


def attribute(
    scenario: str | Path | Scenario,
    of: str | Iterable[str],
    *,
    totals: str | Sequence[str] = (),
    level: float = LEVEL,
    threads: int | None = None,
    progress: Progress | None = None,
    client: Client | None = None,
    **asked: Any,
) -> Attribution:
    """Run every combination of some causes with the same luck, and share out what they do together.

    Parameters
    ----------
    of
        Switches, each present (as the scenario has it) or absent (off); `"a+b"` goes together. k of them make 2^k arms.
    totals
        Observables of kind 'total' to share out; by default survival and victims, never one without the other.
    level
        Confidence level of all intervals [1].
    scenario, threads, progress, client
        As in `run`.
    **asked
        `replicates`, `until`, `persons`, `seed`, `from_date`, `defaults`, `store` as in `run`.

    Raises
    ------
    WhowhomError
        Something asked for is not possible; the text says what.

    Examples
    --------
    >>> import whowhom as ww
    >>> found = ww.attribute("soviet", ["arrests", "executions"], replicates=2, until="1917-12", persons=10_240)
    >>> found.arms
    ('no arrests, executions', 'no executions', 'no arrests', 'history')
    >>> sorted(found.shares()["measure"].unique())
    ['Shapley value', 'first alone', 'last removed']
    """
    names = (totals,) if isinstance(totals, str) else tuple(totals)
    made, found = attribution_plan(scenario, of, totals=names, **asked)
    store = carry_out(made, model_of=model_named, threads=threads, client=client, progress=progress)
    return Attribution(store, found, names, level)


def attribution_plan(
    scenario: str | Path | Scenario, of: str | Iterable[str], *, totals: Sequence[str] = (), **asked: Any
) -> tuple[Plan, tuple[Cause, ...]]:
    """Find what an attribution needs without running it: the plan, and the causes in the order of its sets."""
    case = load(scenario)
    model = model_named(case.model)
    check_outcomes(model, case, totals=totals)
    found = causes(of, settings=case.settings, declarations=model.declarations)
    return plan(case, arms=changes(found), **asked), found


def sensitivity(
    scenario: str | Path | Scenario,
    parameters: str | Iterable[str] = (),
    *,
    ranges: Mapping[str, Any] | None = None,
    totals: str | Sequence[str] = (),
    points: int = POINTS,
    level: float = LEVEL,
    threads: int | None = None,
    progress: Progress | None = None,
    client: Client | None = None,
    **asked: Any,
) -> Sensitivity:
    """Ask how much of the spread of outcomes is due to each uncertain property of the world, and how much to luck.

    Parameters
    ----------
    parameters, ranges
        What is varied, by its prior or over `(low, high)`; see `experiments.designs.space`.
    totals
        Observables of kind 'total' to analyse; by default survival and victims, never one without the other.
    points
        A power of two; for k parameters each has k + 3 histories with one seed, a block.
    level
        Confidence level of all intervals [1].
    scenario, threads, progress, client
        As in `run`.
    **asked
        `until`, `persons`, `seed`, `off`, `on`, `from_date`, `store` as in `run`.

    Raises
    ------
    WhowhomError
        Something asked for is not possible, such as a range of how strongly an instrument is used; the text says what.

    Examples
    --------
    >>> import whowhom as ww
    >>> found = ww.sensitivity("soviet", "decision.fear_weight", points=2, until="1917-12", persons=10_240)
    >>> found.indices()["parameter"].unique().tolist()
    ['decision.fear_weight', 'luck']
    """
    names = (totals,) if isinstance(totals, str) else tuple(totals)
    case = load(scenario)
    made = sensitivity_plan(
        case, parameters, model=model_named(case.model), ranges=ranges, totals=names, points=points, **asked
    )
    store = carry_out(made, model_of=model_named, threads=threads, client=client, progress=progress)
    return Sensitivity(store, names, level)


def screening(
    scenario: str | Path | Scenario,
    parameters: str | Iterable[str] = (),
    *,
    ranges: Mapping[str, Any] | None = None,
    totals: str | Sequence[str] = (),
    paths: int = PATHS,
    level: float = LEVEL,
    threads: int | None = None,
    progress: Progress | None = None,
    client: Client | None = None,
    **asked: Any,
) -> Screening:
    """Rank many uncertain properties of the world by what moving them does; shares of the spread are for `sensitivity`.

    Parameters
    ----------
    paths
        For k parameters each has k + 2 histories with one seed.
    scenario, parameters, ranges, totals, level, threads, progress, client, **asked
        As in `sensitivity`.

    Raises
    ------
    WhowhomError
        Something asked for is not possible; the text says what.
    """
    names = (totals,) if isinstance(totals, str) else tuple(totals)
    case = load(scenario)
    model = model_named(case.model)
    made = screening_plan(case, parameters, model=model, ranges=ranges, totals=names, paths=paths, **asked)
    store = carry_out(made, model_of=model_named, threads=threads, client=client, progress=progress)
    return Screening(store, names, level)


def occupancy(
    scenario: str | Path | Scenario, *, level: float = LEVEL, threads: int | None = None, **asked: Any
) -> Occupancy:
    """Count where persons are, week by week, and how long they stay there, over many histories.

    Parameters
    ----------
    scenario
        As in `run`.
    level
        Confidence level of all intervals, which rest on histories and not on persons [1].
    threads
        Histories at the same time; all cores by default.
    **asked
        `replicates`, `until`, `persons`, `seed`, `off`, `on`, `set`, `from_date`, `defaults` as in `run`. Nothing is kept.

    Raises
    ------
    WhowhomError
        Something asked for is not possible; the text says what.

    Examples
    --------
    >>> import whowhom as ww
    >>> found = ww.occupancy("soviet", replicates=2, until="1917-12", persons=10_240)
    >>> round(float(found.time()["weeks"].sum()), 9)
    4.0
    """
    return occupy(plan(scenario, **asked), threads=threads, level=level)

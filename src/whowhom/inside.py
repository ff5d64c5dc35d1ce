"""Inside histories, from Python: persons who are followed, turning_points at which histories part, and outbursts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whowhom.api import load, plan
from whowhom.experiments.at_turning_point import AtTurningPoint, look_at_turning_point
from whowhom.experiments.draws import prior_draws
from whowhom.experiments.following import Followed, follow_persons
from whowhom.experiments.plan import PERSONS, UNTIL
from whowhom.experiments.turning_points import TurningPoint, turning_point_named, turning_points_of
from whowhom.models.registry import model_named
from whowhom.store.reader import Store

if TYPE_CHECKING:
    import pandas as pd

    from whowhom.engine.scenario import Scenario

__all__ = ["fork", "follow", "outbursts", "turning_points"]


def follow(
    scenario: str | Path | Scenario,
    *,
    people: Iterable[int] = (),
    path: Iterable[str] | None = None,
    at_most: int = 100,
    persons: int = PERSONS,
    until: str = UNTIL,
    seed: int = 1,
    **changes: Any,
) -> Followed:
    """Follow simulated persons through one history. They have no names, and are nobody's biography.

    Parameters
    ----------
    scenario, persons, until, seed
        As in `run`; of a scenario with plausible sets the first one is played.
    people
        Numbers of simulated persons.
    path
        Words that were true of a person one after the other, as `party`, `doubting`, `expelled`, `detained`; those who match are found and followed too.
    at_most
        So many of those who match are followed.
    **changes
        `off`, `on`, `set`, `from_date`, `defaults` as in `run`.

    Raises
    ------
    WhowhomError
        Something asked for is not possible; the text says what.

    Examples
    --------
    >>> import whowhom as ww
    >>> found = ww.follow("soviet", people=[4211], until="1917-12", persons=10_240)
    >>> found.lives[0].situations[0].words
    ('quiet', 'child')
    """
    case = load(scenario)
    made = plan(case, persons=persons, until=until, seed=seed, replicates=1, **changes)
    return follow_persons(made, people=tuple(people), path=path, at_most=at_most)


def turning_points(scenario: str | Path | Scenario) -> dict[str, TurningPoint]:
    """Give the turning points of a scenario: states at which what was done could have been something else, by name.

    Examples
    --------
    >>> import whowhom as ww
    >>> sorted(ww.turning_points("soviet"))
    ['kronstadt', 'tambov']
    """
    case = load(scenario)
    return turning_points_of(case, model=model_named(case.model))


def fork(
    scenario: str | Path | Scenario,
    point: str,
    *,
    replicates: int = 100,
    persons: int = PERSONS,
    seed: int = 1,
    weeks: int = 52,
    prior: bool = False,
    threads: int | None = None,
    **changes: Any,
) -> AtTurningPoint:
    """Select the histories that reach a turning point, and go on from there as it was and with each of its options.

    Parameters
    ----------
    scenario, replicates, persons, seed, threads
        As in `run`.
    point
        One of `turning_points`.
    weeks
        How long histories go on after the turning point [weeks].
    prior
        Give each history parameters of its own, drawn from the priors, instead of those of the scenario.
    **changes
        `off`, `on`, `set`, `defaults` as in `run`; they hold from the beginning.

    Raises
    ------
    WhowhomError
        Something asked for is not possible; the text says what.
    """
    case = load(scenario)
    if prior:
        declarations = model_named(case.model).declarations
        case = replace(case, sets=tuple(prior_draws(declarations, replicates, seed=seed)))
    made = plan(case, persons=persons, replicates=replicates, seed=seed, **changes)
    return look_at_turning_point(made, turning_point_named(point, turning_points(case)), weeks=weeks, threads=threads)


def outbursts(
    store: str | Path | Store, observable: str, *, above: float, arms: Sequence[str] | None = None
) -> pd.DataFrame:
    """Give every outburst of a stored observable and every wait between two; see `whowhom.experiments.outbursts`.

    Parameters
    ----------
    store
        An experiment: `Runs.store`, or its folder.
    observable
        One of `store.observables`.
    above
        An outburst begins above this level and ends below it.
    arms
        Which arms; all by default.

    Raises
    ------
    UnknownNameError
        There is no such observable or arm.
    ParameterError
        The level is no finite number.
    StoreError
        It is no store, or no history in it is finished.
    """
    from whowhom.experiments.outbursts import outbursts as found

    opened = store if isinstance(store, Store) else Store.open(store)
    return found(opened, observable=observable, above=above, arms=None if arms is None else list(arms))

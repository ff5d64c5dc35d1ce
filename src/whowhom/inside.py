"""Inside histories, from Python: persons who are followed, and nodes at which histories part."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whowhom.api import load, plan
from whowhom.experiments.at_node import AtNode, look_at_node
from whowhom.experiments.following import Followed, follow_persons
from whowhom.experiments.nodes import Node, node_named, nodes_of
from whowhom.experiments.plan import PERSONS, UNTIL
from whowhom.models.registry import model_named

if TYPE_CHECKING:
    from whowhom.engine.scenario import Scenario

__all__ = ["at_node", "follow", "nodes"]


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


def nodes(scenario: str | Path | Scenario) -> dict[str, Node]:
    """Give the nodes of a scenario: states at which what was done could have been something else, by name.

    Examples
    --------
    >>> import whowhom as ww
    >>> sorted(ww.nodes("soviet"))
    ['kronstadt', 'tambov']
    """
    case = load(scenario)
    return nodes_of(case, model=model_named(case.model))


def at_node(
    scenario: str | Path | Scenario,
    node: str,
    *,
    replicates: int = 100,
    persons: int = PERSONS,
    seed: int = 1,
    weeks: int = 52,
    threads: int | None = None,
    **changes: Any,
) -> AtNode:
    """Select the histories that reach a node, and go on from there as it was and with each of its options.

    Parameters
    ----------
    scenario, replicates, persons, seed, threads
        As in `run`.
    node
        One of `nodes`.
    weeks
        How long histories go on after the node [weeks].
    **changes
        `off`, `on`, `set`, `defaults` as in `run`; they hold from the beginning.

    Raises
    ------
    WhowhomError
        Something asked for is not possible; the text says what.
    """
    case = load(scenario)
    made = plan(case, persons=persons, replicates=replicates, seed=seed, **changes)
    return look_at_node(made, node_named(node, nodes(case)), weeks=weeks, threads=threads)

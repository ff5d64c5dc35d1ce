"""Where persons are, week by week: shares of them in each state, and the time they spend in it, over many histories.

The estimator is Aalen and Johansen's in discrete time: the row of states times the product of the weeks' tables of moves, each
entry the share of those at risk who went. Weeks are true times here, so ties are no approximation; persons may come under
observation late and leave it early. Where everybody is observed throughout it is the plain share of persons.

Persons of one history share its luck and are not independent. So errors come from histories, not from persons: histories (or parameter sets, where several share one)
are resampled whole.

Source: Aalen and Johansen 1978, Scandinavian Journal of Statistics 5, 141-150; the discrete form in Andersen, Borgan, Gill and
Keiding 1993, section IV.4. Own, since lifelines moves tied times at random and others are under licences that do not go with ours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.contract import Model
from whowhom.engine.run import play
from whowhom.errors import ParameterError, quoted
from whowhom.experiments.design import Case
from whowhom.experiments.intervals import LEVEL, resampled_tail
from whowhom.experiments.lives import Lives, state_numbers, state_words
from whowhom.experiments.plan import Plan
from whowhom.provenance import cores

if TYPE_CHECKING:
    import pandas as pd

    from whowhom.engine.settings import Settings

Numbers = NDArray[np.float64]

#: The state of everybody from the week of a fall on: what follows it is not modelled.
FALLEN = "after the fall"

#: Resampled sets of histories, so many at once, and the key of their luck.
RESAMPLES, _AT_ONCE, _KEY = 1000, 50, 0x0CC0


@dataclass(frozen=True)
class Moves:
    """Who was where at the start, and who went where in every week, in persons.

    Attributes
    ----------
    states
        Names [states].
    start
        Under observation at week 0 in each state [states].
    counts
        From the first state at week t to the second at week t + 1, those who stayed on the diagonal [weeks, states, states].
    """

    states: tuple[str, ...]
    start: Numbers
    counts: Numbers


def moves_of_history(model: Model, settings: Settings, *, persons: int, seed: int, ticks: int) -> Moves:
    """Play one history and count everybody's moves; from the week of a fall on all are in the state `FALLEN`.

    Raises
    ------
    ModelError
        The model's persons cannot be followed, or one is in no state.
    """
    words = state_words(model)
    n = len(words) + 1
    start, counts = np.zeros(n), np.zeros((ticks, n, n))
    last: NDArray[np.int64] | None = None
    weights = np.zeros(0)
    for world in play(model, settings, persons=persons, seed=seed):
        codes, own = world.situations()  # type: ignore[attr-defined]
        now = state_numbers(codes, words, model=model) if world.alive else np.full(len(codes), n - 1)
        if last is None:
            start[:] = np.bincount(now, weights=own, minlength=n)
        else:
            pairs = np.bincount(last * n + now, weights=weights, minlength=n * n)
            counts[world.tick - 1] = pairs.reshape(n, n)
        last, weights, tick = now, own, world.tick
        if tick >= ticks:
            break
    else:
        counts[tick:, n - 1, n - 1] = weights.sum()
    return Moves((*(word.name for word in words), FALLEN), start, counts)


def moves_of_spells(spells: pd.DataFrame, *, states: Sequence[str], weeks: int) -> Moves:
    """Count the moves of a table of spells.

    Parameters
    ----------
    spells
        A row per spell: `person`, `state`, `start` (first week in it), `stop` (first week not in it), and `weight` if persons stand for
        several. The next spell of a person begins where one stops. A person whose first spell begins late comes under
        observation late; one whose last stops early leaves it.
    states
        Names, in order.
    weeks
        The last week [weeks].

    Raises
    ------
    ParameterError
        A spell without a week, a gap or an overlap between two spells of a person, or an unknown state.
    """
    places = {name: place for place, name in enumerate(states)}
    start, counts = np.zeros(len(states)), np.zeros((weeks, len(states), len(states)))
    for person, own in spells.sort_values(["person", "start"]).groupby("person", sort=False):
        _check_spells(person, own, places)
        weight = float(own["weight"].iloc[0]) if "weight" in own else 1.0
        path = np.concatenate([np.full(s.stop - s.start, places[s.state]) for s in own.itertuples()])
        first = int(own["start"].iloc[0])
        path = path[: weeks + 1 - first]
        if first == 0:
            start[path[0]] += weight
        for week, (before, after) in enumerate(pairwise(path), first):
            counts[week, before, after] += weight
    return Moves(tuple(states), start, counts)


def _check_spells(person: object, own: pd.DataFrame, places: dict[str, int]) -> None:
    """Raise ParameterError for spells of a person that cannot be."""
    wrong = None
    if unknown := [state for state in own["state"] if state not in places]:
        wrong = f"states of {', '.join(places)}, got {quoted(unknown[0])}"
    elif (own["start"] < 0).any() or (own["start"] >= own["stop"]).any():
        wrong = "a first week from 0 on before the one they stop in, got another"
    elif (own["start"].to_numpy()[1:] != own["stop"].to_numpy()[:-1]).any():
        wrong = "no gap and no overlap, got one"
    if wrong is not None:
        raise ParameterError(
            f"spells of person {person} must have {wrong}. A spell has the weeks from 'start' to before 'stop'."
        )


def spells_of(followed: Lives, *, model: Model, last: int) -> pd.DataFrame:
    """Return the lives of followed persons as spells in states, to the last week.

    Returns
    -------
    pandas.DataFrame
        `person`, `weight`, `state`, `start`, `stop`, as `moves_of_spells` takes them. A life ends with its history.
    """
    import pandas as pd

    states = {word.name for word in state_words(model)}
    rows: list[tuple[int, float, str, int, int]] = []
    for life in followed.lives:
        ends = [one.tick for one in life.situations[1:]] + [last + 1]
        for one, stop in zip(life.situations, ends, strict=True):
            state = next(word for word in one.words if word in states)
            if rows and rows[-1][0] == life.person and rows[-1][2] == state:  # only a trait changed
                rows[-1] = (*rows[-1][:4], stop)
            else:
                rows.append((life.person, life.weight, state, one.tick, stop))
    return pd.DataFrame(rows, columns=["person", "weight", "state", "start", "stop"])


def occupation(start: Numbers, counts: Numbers) -> Numbers:
    """Return the share of persons in each state at the beginning of every week [..., weeks + 1, states].

    Parameters
    ----------
    start, counts
        Of `Moves`, or several at once [..., states] and [..., weeks, states, states].

    Notes
    -----
    p(t + 1) = p(t) P(t), where P(t) has the share of those in a state who went to each other. NaN from the first week on in which a
    state that holds a share has nobody under observation: where they went is not known.
    """
    shares = np.empty((*counts.shape[:-3], counts.shape[-3] + 1, counts.shape[-1]))
    whole = start.sum(axis=-1, keepdims=True)
    shares[..., 0, :] = np.divide(start, whole, out=np.full_like(start, np.nan), where=whole > 0.0)
    at_risk = counts.sum(axis=-1)
    for week in range(counts.shape[-3]):
        here, there = shares[..., week, :], at_risk[..., week, :]
        unknown = (np.isnan(here) | ((here > 0.0) & (there == 0.0))).any(axis=-1)
        each = np.divide(here, there, out=np.zeros_like(here), where=there > 0.0)
        moved = np.einsum("...i,...ij->...j", each, counts[..., week, :, :])
        shares[..., week + 1, :] = np.where(unknown[..., np.newaxis], np.nan, moved)
    return shares


def time_in_states(shares: Numbers) -> Numbers:
    """Return the mean time a person spends in each state from week 0 to the last week [..., states], in weeks (restricted mean)."""
    time: Numbers = shares[..., :-1, :].sum(axis=-2)
    return time


@dataclass(frozen=True)
class Occupancy:
    """Where persons are, over several histories.

    Attributes
    ----------
    moves
        Of each history.
    sets
        Parameter set of each history, -1 if there is none [histories].
    level
        Confidence level of all intervals [1].
    """

    moves: tuple[Moves, ...]
    sets: tuple[int, ...]
    level: float = LEVEL

    @property
    def states(self) -> tuple[str, ...]:
        """Names of the states."""
        return self.moves[0].states

    @property
    def units(self) -> list[list[int]]:
        """Which histories go together when they are resampled: those of one parameter set, if any set has two; see `units`."""
        groups = sorted(set(self.sets))
        if 1 < len(groups) < len(self.sets):
            return [[place for place, own in enumerate(self.sets) if own == group] for group in groups]
        return [[place] for place in range(len(self.sets))]

    def shares(self) -> pd.DataFrame:
        """Share of persons in each state at the beginning of every week: `week`, `state`, `share`, `low`, `high`."""
        import pandas as pd

        found, low, high = self._intervals(lambda shares: shares)
        weeks, states = found.shape
        keys = {"week": np.repeat(np.arange(weeks), states), "state": np.tile(np.array(self.states, object), weeks)}
        return pd.DataFrame({**keys, "share": found.ravel(), "low": low.ravel(), "high": high.ravel()})

    def time(self) -> pd.DataFrame:
        """Mean time a person spends in each state to the last week: `state`, `weeks`, `low`, `high`, `histories`."""
        import pandas as pd

        found, low, high = self._intervals(time_in_states)
        n = len(self.moves)
        return pd.DataFrame({"state": self.states, "weeks": found, "low": low, "high": high, "histories": n})

    def _intervals(self, measure: Callable[[Numbers], Numbers]) -> tuple[Numbers, Numbers, Numbers]:
        """Return a measure of the shares, and the ends of its percentile intervals; NaN with fewer than two units."""
        starts, counts = np.stack([one.start for one in self.moves]), np.stack([one.counts for one in self.moves])
        found = measure(occupation(starts.sum(axis=0), counts.sum(axis=0)))
        units = self.units
        if len(units) < 2:
            return found, np.full_like(found, np.nan), np.full_like(found, np.nan)
        starts, counts = (np.stack([part[unit].sum(axis=0) for unit in units]) for part in (starts, counts))
        luck, n = np.random.Generator(np.random.Philox(key=_KEY)), len(units)
        samples = []
        for _ in range(RESAMPLES // _AT_ONCE):
            drawn = luck.integers(0, n, (_AT_ONCE, n))
            times = (drawn[:, :, np.newaxis] == np.arange(n)).sum(axis=1).astype(np.float64)
            samples.append(measure(occupation(times @ starts, np.tensordot(times, counts, axes=1))))
        tail = resampled_tail(n, level=self.level)
        low, high = np.quantile(np.concatenate(samples), [tail, 1.0 - tail], axis=0)
        return found, low, high


def occupy(plan: Plan, *, threads: int | None = None, level: float = LEVEL) -> Occupancy:
    """Play the histories of a plan's last arm and count everybody's moves.

    Raises
    ------
    WhowhomError
        Something asked for is not possible, or the model's persons cannot be followed; the text says what.
    """
    design = plan.checked()
    state_words(plan.model)
    arm = design[len(design) - 1].arm
    cases = [case for case in design if case.arm == arm]

    def one(case: Case) -> Moves:
        return moves_of_history(plan.model, case.settings, persons=plan.persons, seed=case.seed, ticks=plan.ticks)

    with ThreadPoolExecutor(threads or cores()) as hands:
        moves = tuple(hands.map(one, cases))
    return Occupancy(moves, tuple(case.set_index for case in cases), level)

"""Persons of one history: the life of a simulated person as dated situations, who had a life of a given kind, and flows between states.

They are nobody's biographies. One history with its luck; what happens to a simulated person is an illustration of a mechanism, not a finding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.contract import Model, Word, World
from whowhom.engine.run import play
from whowhom.errors import ModelError, ParameterError, quoted

if TYPE_CHECKING:
    import pandas as pd

    from whowhom.engine.settings import Settings

Codes = NDArray[np.uint32]

#: So many persons may be followed at once.
MOST_FOLLOWED = 1000


@dataclass(frozen=True)
class Situation:
    """What is true of a person from a tick on.

    Attributes
    ----------
    tick
        The first at whose beginning it is true [ticks].
    words
        In the order of the model's list.
    """

    tick: int
    words: tuple[str, ...]


@dataclass(frozen=True)
class Life:
    """A simulated person's dated situations.

    Attributes
    ----------
    person
        Number of the simulated person.
    weight
        Persons of the country that it stands for [persons].
    situations
        The first is that of tick 0; each later one differs from the one before.
    """

    person: int
    weight: float
    situations: tuple[Situation, ...]


@dataclass(frozen=True)
class Lives:
    """Lives of one history, and how many simulated persons it has."""

    lives: tuple[Life, ...]
    simulated: int


def words_of(model: Model) -> tuple[Word, ...]:
    """Return what can be true of a model's persons.

    Raises
    ------
    ModelError
        The model's persons cannot be followed.
    """
    words: tuple[Word, ...] = getattr(model, "person_words", ())
    if not words:
        raise ModelError(
            f"model '{model.name}' must say what its persons can be, got none. "
            "Give the model 'person_words' and its worlds 'situations' (see engine/contract.py)."
        )
    return words


def _weeks(model: Model, settings: Settings, *, persons: int, seed: int, ticks: int) -> Any:
    """Yield tick, codes and weights at the beginning of every tick, to the last or to the collapse."""
    words_of(model)
    for world in play(model, settings, persons=persons, seed=seed):
        yield world.tick, *_situations(world)
        if world.tick >= ticks:
            return


def _situations(world: World) -> tuple[Codes, NDArray[np.float64]]:
    codes, weights = world.situations()  # type: ignore[attr-defined]
    return codes, weights


def lives(model: Model, settings: Settings, people: Sequence[int], *, persons: int, seed: int, ticks: int) -> Lives:
    """Follow some simulated persons through one history.

    Parameters
    ----------
    people
        Numbers of simulated persons, from 0 on; at most `MOST_FOLLOWED`.
    model, settings, persons, seed, ticks
        As in `engine.run.run_history`.

    Raises
    ------
    ParameterError
        There is no such person, or too many are asked for.
    ModelError
        The model's persons cannot be followed.
    """
    words = words_of(model)
    if len(people) > MOST_FOLLOWED:
        raise ParameterError(
            f"at most {MOST_FOLLOWED} persons can be followed at once, got {len(people)}. Ask again for the others."
        )
    found: list[list[tuple[int, int]]] = [[] for _ in people]
    chosen = np.array(people, np.int64)
    own, simulated = np.zeros(len(people)), 0
    for tick, codes, weights in _weeks(model, settings, persons=persons, seed=seed, ticks=ticks):
        if tick == 0:
            _check_people(people, there=len(codes))
            own, simulated = weights[chosen], len(codes)
        for life, code in zip(found, codes[chosen].tolist(), strict=True):
            if not life or _said(code, words) != _said(life[-1][1], words):
                life.append((tick, code))
    said = (tuple(Situation(tick, _said(code, words)) for tick, code in life) for life in found)
    return Lives(tuple(map(Life, people, own.tolist(), said)), simulated)


def _check_people(people: Sequence[int], *, there: int) -> None:
    wrong = [person for person in people if not 0 <= person < there]
    if wrong:
        raise ParameterError(
            f"'person' must be a whole number in [0, {there - 1}], got {quoted(wrong[0])}. "
            f"This history has {there:,} simulated persons."
        )


def _said(code: int, words: Sequence[Word]) -> tuple[str, ...]:
    return tuple(word.name for word in words if code & word.mask == word.value)


def who_went(
    model: Model, settings: Settings, path: Sequence[str], *, persons: int, seed: int, ticks: int
) -> NDArray[np.int64]:
    """Find the simulated persons of whom the words of a path were true, one after the other, whatever else was between.

    Two words of a path may be true in the same week, in that order.

    Parameters
    ----------
    path
        Words of the model, in the order in which they become true.

    Returns
    -------
    int64 [n]
        Numbers of persons, in order.

    Raises
    ------
    ParameterError
        The path is empty or has a word that the model does not know.
    """
    steps = _steps(words_of(model), path)
    reached: NDArray[np.int8] | None = None
    for _, codes, _ in _weeks(model, settings, persons=persons, seed=seed, ticks=ticks):
        if reached is None:
            reached = np.zeros(len(codes), np.int8)
        for number, word in enumerate(steps):  # in order, so that two can be taken in one week
            reached += (reached == number) & (codes & word.mask == word.value)
    return np.empty(0, np.int64) if reached is None else np.flatnonzero(reached == len(steps)).astype(np.int64)


def _steps(words: Sequence[Word], path: Sequence[str]) -> list[Word]:
    known = {word.name: word for word in words}
    if not 1 <= len(path) <= 100:
        raise ParameterError(
            f"a path must have from 1 to 100 words, got {len(path)}. For example party,expelled,detained."
        )
    for name in path:
        if name not in known:
            raise ParameterError(
                f"a path must be made of words of the model, got {quoted(name)}. Its words: {', '.join(known)}."
            )
    return [known[name] for name in path]


def flows(model: Model, settings: Settings, *, persons: int, seed: int, ticks: int) -> pd.DataFrame:
    """Count who went from which state to which other in every week of one history.

    Returns
    -------
    pandas.DataFrame
        `week` (in which it happened), `before`, `after` (names of states), `simulated` (persons) and `persons` of the country; only pairs that occurred.
    """
    import pandas as pd

    states = state_words(model)
    rows: list[tuple[int, str, str, int, float]] = []
    last: NDArray[np.int64] | None = None
    for tick, codes, weights in _weeks(model, settings, persons=persons, seed=seed, ticks=ticks):
        now = state_numbers(codes, states, model=model)
        if last is not None:
            pairs = last * len(states) + now
            moved = last != now
            simulated = np.bincount(pairs[moved], minlength=len(states) ** 2)
            represented = np.bincount(pairs[moved], weights=weights[moved], minlength=len(states) ** 2)
            for pair in np.flatnonzero(simulated).tolist():
                before, after = states[pair // len(states)].name, states[pair % len(states)].name
                rows.append((tick - 1, before, after, int(simulated[pair]), float(represented[pair])))
        last = now
    return pd.DataFrame(rows, columns=["week", "before", "after", "simulated", "persons"])


def state_words(model: Model) -> list[Word]:
    """Return the states that a model's persons can be in, each in exactly one; raises ModelError as `words_of`."""
    return [word for word in words_of(model) if word.kind == "state"]


def state_numbers(codes: Codes, states: Sequence[Word], *, model: Model) -> NDArray[np.int64]:
    """Number of everybody's state in the list of states."""
    numbers = np.full(len(codes), -1, np.int64)
    for number, word in enumerate(states):
        numbers[codes & word.mask == word.value] = number
    if (numbers < 0).any():
        raise ModelError(
            f"every person of model '{model.name}' must be in a state, got one without. Complete 'person_words'."
        )
    return numbers

"""Persons in states: exact on tables by hand, equal to lifelines, errors over histories."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import lifelines
import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from tests.toy_model import BALANCED, PERSONS, ToyModel, ToyWorld, toy_settings
from tests.unit.experiments.test_lives import ASKED, SETTINGS, TellingModel

from whowhom.engine.contract import Word
from whowhom.engine.run import run_history
from whowhom.engine.settings import Settings
from whowhom.errors import ModelError, ParameterError
from whowhom.experiments.lives import lives
from whowhom.experiments.occupancy import (
    FALLEN,
    Moves,
    Occupancy,
    moves_of_history,
    moves_of_spells,
    occupation,
    spells_of,
    time_in_states,
)

WORDS = tuple(Word(name, 3, place, "state") for place, name in enumerate(("quiet", "dissenting", "held", "dead")))


class Seen(ToyWorld):
    """The toy with persons to follow."""

    def situations(self) -> tuple[NDArray[np.uint32], NDArray[np.float64]]:
        return self.state.astype(np.uint32), np.ones(len(self.state))


class SeeingModel(ToyModel):
    person_words = WORDS

    def build(self, settings: Settings, *, persons: int, seed: int) -> Seen:
        return Seen(settings, persons, seed)


def table(*rows: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["person", "state", "start", "stop"])


def shares(moves: Moves) -> Any:
    return occupation(moves.start, moves.counts)


# A is free, held from week 1, free from week 3; B is free and leaves observation after week 1; C is held, dies in week 2; D comes in week 1, free, held in 3.
BY_HAND = table(
    ("A", "free", 0, 1), ("A", "held", 1, 3), ("A", "free", 3, 4),
    ("B", "free", 0, 2),
    ("C", "held", 0, 2), ("C", "dead", 2, 4),
    ("D", "free", 1, 3), ("D", "held", 3, 4),
)  # fmt: skip
STATES = ("free", "held", "dead")


def test_a_table_by_hand() -> None:
    """Shares with late entry, early exit and moves there and back are those computed by hand with fractions."""
    found = shares(moves_of_spells(BY_HAND, states=STATES, weeks=3))
    # week 0: free A, B; held C. Of 2 free 1 goes to held; the held one stays.
    # week 1: free B, D, but B is not seen in week 2: of 1 seen (D) 0 go. Held A, C: of 2, 1 dies.
    # week 2: free D: of 1, 1 goes to held. Held A: of 1, 1 goes to free. Dead C stays.
    expected = [[2 / 3, 1 / 3, 0], [1 / 3, 2 / 3, 0], [1 / 3, 1 / 3, 1 / 3], [1 / 3, 1 / 3, 1 / 3]]
    assert found == pytest.approx(np.array(expected), abs=1e-15)
    assert time_in_states(found) == pytest.approx([4 / 3, 4 / 3, 1 / 3])


def test_where_nobody_is_watched_nothing_is_known() -> None:
    """Once a state that holds a share has nobody under observation, shares are unknown from the next week on."""
    gone = table(("A", "free", 0, 2), ("B", "held", 0, 4))
    found = shares(moves_of_spells(gone, states=STATES, weeks=3))
    assert found[:2].tolist() == [[0.5, 0.5, 0.0]] * 2
    assert np.isnan(found[2:]).all()


def test_weights_count() -> None:
    """A person who stands for three counts as three."""
    one = table(("A", "free", 0, 1), ("A", "held", 1, 2), ("B", "free", 0, 2)).assign(weight=[3.0, 3.0, 1.0])
    found = shares(moves_of_spells(one, states=STATES, weeks=1))
    assert found[1].tolist() == [0.25, 0.75, 0.0]


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ((("A", "free", 0, 1), ("A", "held", 2, 3)), "spells of person A must have no gap and no overlap, got one."),
        ((("A", "free", 2, 2),), "spells of person A must have a first week from 0 on before the one they stop in, got another."),
        ((("A", "fled", 0, 2),), "spells of person A must have states of free, held, dead, got 'fled'."),
    ],
)  # fmt: skip
def test_wrong_spells_are_answered(rows: Any, text: str) -> None:
    """Gaps, empty spells and unknown states are refused in words."""
    with pytest.raises(ParameterError) as error:
        moves_of_spells(table(*rows), states=STATES, weeks=3)
    assert str(error.value).startswith(text)


def ended(seed: int, n: int, *, last: int) -> tuple[Any, Any, Any]:
    """Durations with ties, whether the end was seen, and late entries."""
    luck = np.random.Generator(np.random.Philox(key=seed))
    entry = luck.integers(0, 4, n)
    stop = entry + 1 + luck.geometric(0.1, n)
    watched = entry + luck.integers(1, last, n)
    return np.minimum(np.minimum(stop, watched), last), stop <= np.minimum(watched, last), entry


def test_two_states_are_lifelines_kaplan_meier() -> None:
    """With two states, ties, censoring and late entry the share that stands is lifelines' Kaplan-Meier estimate."""
    stop, seen, entry = ended(1, 300, last=30)
    entry[:50] = 0
    rows = []
    for person, (end, fell, first) in enumerate(zip(stop, seen, entry, strict=True)):
        rows.append((person, "stands", first, end if fell else end + 1))
        if fell:
            rows.append((person, "fell", end, 31))
    found = shares(moves_of_spells(table(*rows), states=("stands", "fell"), weeks=30))
    theirs = lifelines.KaplanMeierFitter().fit(stop, seen, entry=entry, timeline=range(31))
    assert found[:, 0] == pytest.approx(theirs.survival_function_.iloc[:, 0].to_numpy(), abs=1e-12)


def test_competing_ends_are_lifelines_aalen_johansen() -> None:
    """With two ways to end, censoring, and no two at one time, shares are lifelines' Aalen-Johansen estimates."""
    luck = np.random.Generator(np.random.Philox(key=3))
    stop = 1 + luck.permutation(60)
    how = luck.integers(0, 3, 60)  # 0 is censored
    rows = []
    for person, (end, kind) in enumerate(zip(stop, how, strict=True)):
        rows.append((person, "stands", 0, end if kind else end + 1))
        if kind:
            rows.append((person, ("", "coup", "revolt")[kind], end, 61))
    found = shares(moves_of_spells(table(*rows), states=("stands", "coup", "revolt"), weeks=60))
    for kind, place in ((1, 1), (2, 2)):
        fitted = lifelines.AalenJohansenFitter(calculate_variance=False).fit(stop, how, event_of_interest=kind)
        theirs = fitted.cumulative_density_.iloc[:, 0].reindex(range(61)).ffill().to_numpy()
        known = ~np.isnan(found[:, place])
        assert found[known, place] == pytest.approx(theirs[known], abs=1e-12)
        assert known.sum() > 55


def test_followed_lives_are_spells() -> None:
    """Dated situations become spells in states; that only a trait changed ends no spell."""
    followed = lives(TellingModel(), SETTINGS, [0, 2], **ASKED)
    rows = spells_of(followed, model=TellingModel(), last=3)
    assert list(rows.itertuples(index=False, name=None)) == [
        (0, 10.0, "free", 0, 3),
        (0, 10.0, "held", 3, 4),
        (2, 30.0, "held", 0, 2),
        (2, 30.0, "free", 2, 4),
    ]
    found = shares(moves_of_spells(rows, states=("free", "held"), weeks=3))
    assert found[:, 0].tolist() == pytest.approx([0.25, 0.25, 1.0, 0.75])


def test_a_history_is_counted_whole() -> None:
    """Shares of a history are its own counts of persons week by week, and all are in the state after the fall from the week of the fall on."""
    for seed in range(20):
        settings = toy_settings(BALANCED)
        history = run_history(ToyModel(), settings, persons=PERSONS, seed=seed, ticks=60)
        found = shares(moves_of_history(SeeingModel(), settings, persons=PERSONS, seed=seed, ticks=60))
        stands = 61 if history.ended is None else history.ended
        assert found[:stands, 1] == pytest.approx(history.rows[:stands, 1] / PERSONS)
        assert found[:stands, 3] == pytest.approx(history.rows[:stands, 3] / PERSONS)
        assert (found[stands:, 4] == 1.0).all()
        assert found.sum(axis=1) == pytest.approx(np.ones(61))
        if history.ended is not None:
            break
    else:
        raise AssertionError("no history fell")


def test_a_model_without_persons_is_answered() -> None:
    """A model whose persons cannot be followed is told so."""
    with pytest.raises(ModelError, match="must say what its persons can be"):
        moves_of_history(ToyModel(), toy_settings(), persons=PERSONS, seed=1, ticks=3)


def told(share: Sequence[float], sets: Sequence[int] = ()) -> Occupancy:
    """Histories of a thousand persons of whom a share moves to the second state in week 0."""
    moves = [
        Moves(("free", "held"), np.array([1000.0, 0.0]), np.array([[[1000 * (1 - p), 1000 * p], [0.0, 0.0]]]))
        for p in share
    ]
    return Occupancy(tuple(moves), tuple(sets) or (-1,) * len(moves))


def test_the_estimate_is_the_mean_over_histories() -> None:
    """Without censoring the share is the mean over histories, with an interval; one history has none."""
    rows = told([0.1, 0.2, 0.6]).shares().set_index(["week", "state"])
    assert rows.loc[(1, "held"), "share"] == pytest.approx(0.3)
    assert rows.loc[(1, "held"), "low"] < 0.3 < rows.loc[(1, "held"), "high"]
    assert rows.loc[(0, "free"), ["share", "low", "high"]].tolist() == [1.0, 1.0, 1.0]
    assert np.isnan(told([0.3]).shares()["low"]).all()
    assert told([0.1, 0.2, 0.6]).time().iloc[0][["weeks", "histories"]].tolist() == [1.0, 3]


def drawn(seed: int, n: int) -> Any:
    return np.clip(0.3 + 0.1 * np.random.Generator(np.random.Philox(key=seed)).normal(size=n), 0, 1)


def test_intervals_cover_and_those_over_persons_do_not() -> None:
    """Over 200 experiments of 8 histories 95 % intervals cover in 90 % and more; treating the 8,000 persons as independent they cover in a fraction (negative control)."""
    ours, persons = 0, 0
    for seed in range(200):
        own = drawn(seed, 8)
        row = told(own).shares().set_index(["week", "state"]).loc[(1, "held")]
        ours += row["low"] <= 0.3 <= row["high"]
        half = 1.96 * np.sqrt(own.mean() * (1 - own.mean()) / 8000)
        persons += abs(own.mean() - 0.3) <= half
    print(ours, persons)
    assert ours >= 180
    assert persons < 80


def test_histories_of_one_set_are_resampled_together() -> None:
    """Where several histories share a parameter set the sets are resampled, and intervals are wider than over histories."""
    share = np.repeat([0.1, 0.3, 0.5], 4)
    together, apart = told(share, np.repeat([0, 1, 2], 4).tolist()), told(share)
    assert together.units == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]
    assert apart.units == [[place] for place in range(12)]
    width = [own.shares().eval("high - low").max() for own in (together, apart)]
    assert width[0] > 1.5 * width[1]


def test_after_the_fall_is_a_state() -> None:
    """The state after the fall has a name of its own, last in the list."""
    found = moves_of_history(SeeingModel(), toy_settings(BALANCED), persons=PERSONS, seed=1, ticks=2)
    assert found.states == ("quiet", "dissenting", "held", "dead", FALLEN)

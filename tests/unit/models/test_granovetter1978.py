"""Granovetter's thresholds: the paper's numbers, the closed forms, and the slow twin."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from tests.canon_worlds import run
from tests.reference.granovetter1978 import joined_by_step

from whowhom.errors import ModelError, ParameterError
from whowhom.models.granovetter1978 import (
    CORRECTIONS,
    GRANOVETTER1978,
    LUCKS,
    SHAPES,
    critical_sd,
    equilibrium,
    n_joined,
    p_lone_instigator,
    p_no_instigator,
    share_seen,
)

MODEL = "granovetter1978"


def end(**values: Any) -> float:
    """Share of a crowd that has joined when it has settled [%]."""
    n = values.pop("n", 100)
    world = run(MODEL, persons=n, seed=values.pop("seed", 1), values=values)
    while not world.settled:
        world.step()
    return 100.0 * world.joined.sum() / n


def test_the_ladder_and_its_neighbour() -> None:
    """Thresholds 0, 1, ..., 99 end at 100 (p. 1424); with the 1 replaced by a second 2 they end at 1 (p. 1425)."""
    ladder = list(range(100))
    assert n_joined(ladder) == 100
    assert n_joined([0, 2, *ladder[2:]]) == 1
    assert n_joined([]) == 0
    assert end(**{"threshold.shape": 1, "threshold.luck": 1}) == 100.0
    assert end(**{"threshold.shape": 2, "threshold.luck": 1}) == 1.0


@pytest.mark.parametrize("n", [7, 60, 137, 999])
def test_ladders_of_any_length(n: int) -> None:
    """A ladder of any length ends with all in and its perturbed neighbour with one, whatever n does to percentages."""
    assert end(n=n, **{"threshold.shape": 1, "threshold.luck": 1}) == 100.0
    assert end(n=n, **{"threshold.shape": 2, "threshold.luck": 1}) == 100.0 / n


def test_the_ladder_joins_one_by_one() -> None:
    """The ladder needs 100 steps to be all in, one person a step."""
    world = run(MODEL, persons=100, values={"threshold.shape": 1, "threshold.luck": 1})
    counts = []
    for _ in range(101):
        world.step()
        counts.append(int(world.observe()[0]))
    assert counts == [*range(1, 101), 100]
    assert world.settled


@pytest.mark.parametrize(
    ("sd", "expected"),
    [
        (10, 0.770), (11, 1.713), (12, 4.021), (12.2, 5.479), (12.25, 100.000), (25, 99.863), (40, 96.258), (50, 90.485), (100, 65.857), (1000, 51.039)
    ],
)  # fmt: skip
def test_equilibria_of_normal_thresholds(sd: float, expected: float) -> None:
    """Normal thresholds of mean 25 end where the paper's curve does: about 6 before the jump, nearly 100 after it, then less."""
    assert equilibrium(25.0, sd) == pytest.approx(expected, abs=5e-4)


def test_the_jump() -> None:
    """The jump for a mean of 25 is at 12.22209 (published: approximately 12.2), from 6.2003 on; with half a person added at 11.899, from 5.99 on."""
    jump = critical_sd(25.0)
    assert jump == pytest.approx(12.22209, abs=1e-5)
    assert equilibrium(25.0, jump - 1e-9) == pytest.approx(6.2003, abs=1e-3)
    assert equilibrium(25.0, jump + 1e-9) > 99.999
    corrected = critical_sd(25.0, correction=0.5)
    assert corrected == pytest.approx(11.899, abs=5e-4)
    assert equilibrium(25.0, corrected - 1e-9, correction=0.5) == pytest.approx(5.991, abs=1e-3)


@pytest.mark.parametrize("mean", [0.5, 5.0, 25.0, 40.0, 49.5, 60.0, 120.0, -30.0])
@pytest.mark.parametrize("sd", [0.3, 3.0, 12.0, 13.0, 39.8, 40.0, 200.0])
def test_the_equilibrium_is_the_first_crossing(mean: float, sd: float) -> None:
    """The closed form is where iterating F from 0 comes to rest."""
    r = 0.0
    for _ in range(20000):
        r = 50.0 * math.erfc((mean - r) / (sd * math.sqrt(2.0)))
    assert equilibrium(mean, sd) == pytest.approx(r, abs=1e-6)


def test_degenerate_crowds() -> None:
    """Without spread all wait for all, unless the mean is 0; a jump exists for means between 0 and 50 only."""
    assert (equilibrium(25.0, 0.0), equilibrium(0.0, 0.0)) == (0.0, 100.0)
    for mean in (0.0, 50.0, -1.0):
        with pytest.raises(ParameterError, match=r"must be in \(0, 50\), got .*\. Elsewhere nothing jumps\."):
            critical_sd(mean)


def test_a_large_even_crowd_follows_the_curve() -> None:
    """A crowd of 100,000 that has the normal distribution as evenly as it can ends where the closed form says, on both sides of the jump."""
    for sd in (10.0, 12.2, 12.25, 50.0):
        assert end(n=100_000, **{"threshold.luck": 1, "threshold.sd": sd}) == pytest.approx(
            equilibrium(25.0, sd), abs=0.02
        )


def test_crowds_drawn_from_uniform_thresholds() -> None:
    """No instigator with probability .99 ** 100 = .3660, a lone one with .1353 (published: .37 and .14)."""
    assert p_no_instigator(100) == pytest.approx(0.3660, abs=5e-5)
    assert p_lone_instigator(100) == pytest.approx(0.1353, abs=5e-5)
    assert p_no_instigator(100) + p_lone_instigator(100) == pytest.approx(0.5013, abs=1e-4)


def test_friends_count_double() -> None:
    """The paper's example: 48 of 100 are in, 15 of 20 friends among them, so the person sees 63/120 = .525 and joins at .50 (p. 1429)."""
    assert share_seen(100, 48, friends=20, friends_joined=15) == 63 / 120 == 0.525


TWINS: list[dict[str, Any]] = [
    {},
    {"shape": "uniform"},
    {"shape": "perturbed", "luck": "even"},
    {"sd": 20.0, "half": True},
    {"shape": "uniform", "share": 0.25, "weight": 5.0},
    {"shape": "uniform", "luck": "even", "share": 0.5, "weight": 2.5, "half": True},
]


@pytest.mark.parametrize("twin", TWINS, ids=[str(twin) for twin in TWINS])
def test_the_fast_one_walks_with_the_slow_one(twin: dict[str, Any]) -> None:
    """At each step exactly the same persons have joined as in the slow twin, with the same luck."""
    for seed in range(4):
        slow = joined_by_step(60, seed, 12, **twin)
        values = {
            "threshold.shape": SHAPES.index(twin.get("shape", "normal")),
            "threshold.luck": LUCKS.index(twin.get("luck", "drawn")),
            "threshold.sd": twin.get("sd", 12.2),
            "threshold.correction": CORRECTIONS.index("half_person" if twin.get("half") else "none"),
            "friends.share": twin.get("share", 0.0),
            "friends.weight": twin.get("weight", 2.0),
        }
        world = run(MODEL, persons=60, seed=seed, values=values)
        for expected in slow:
            assert np.flatnonzero(world.joined).tolist() == expected
            world.step()


def test_thresholds_given() -> None:
    """Thresholds of a scenario's own table stand for as many persons each as the size of the crowd allows."""
    structure = {"crowd": {"thresholds": [0, 20, 70]}}
    assert run(MODEL, persons=6, structure=structure, ticks=3).observe().tolist() == [4, 0, 4 / 6, 1, 2]
    assert run(MODEL, persons=7, structure=structure).thresholds().tolist() == [0, 20, 70, 0, 20, 70, 0]


def test_one_more_person_changes_nobodys_luck() -> None:
    """Thresholds and friendships of the first 50 persons are the same in a crowd of 51."""
    values = {"friends.share": 0.3}
    few, more = run(MODEL, persons=50, values=values), run(MODEL, persons=51, values=values)
    assert (more.thresholds()[:50] == few.thresholds()).all()
    assert (more.friends()[:50, :50] == few.friends()).all()


def test_too_many_friends() -> None:
    """Friendships are kept for at most 4,096 persons, one byte a pair."""
    with pytest.raises(ModelError, match="'persons' must be at most 4096 with friends, got 5000"):
        run(MODEL, persons=5000, values={"friends.share": 0.1}, ticks=1)


@pytest.mark.parametrize(
    "wrong", [{"thresholds": "many"}, {"thresholds": [True]}, {"thresholds": [math.nan]}, {"other": 1}, 3]
)
def test_wrong_tables_are_refused(wrong: object) -> None:
    """A table of thresholds must be a list of finite numbers."""
    (sentence,) = GRANOVETTER1978.problems({"crowd": wrong})
    assert sentence.startswith("[crowd]")

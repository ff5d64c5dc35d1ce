"""Siegel's networks: equilibria, networks, removal, and the slow twin."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.canon_worlds import run
from tests.reference.siegel2009 import active_by_step, network

from whowhom.errors import ModelError
from whowhom.models.siegel2009 import DECLARATIONS, NETWORKS, equilibrium, threshold, ties

MODEL = "siegel2009"
PAIRS = [(0.4, 0.25, 0.0090), (0.5, 0.25, 0.0301), (0.6, 0.25, 0.9910), (0.6, 0.30, 0.9716)]


@pytest.mark.parametrize(("mean", "sd", "expected"), PAIRS)
def test_equilibria_of_the_complete_network(mean: float, sd: float, expected: float) -> None:
    """In a complete network of 200,000 the share that takes part comes within .003 of the closed form, which is .0090, .0301, .9910, .9716."""
    assert equilibrium(mean, sd) == pytest.approx(expected, abs=5e-5)
    values = {"motivation.mean": mean, "motivation.sd": sd, "network.kind": 0}
    world = run(MODEL, persons=200_000, values=values, ticks=200)
    assert world.observe()[1] == pytest.approx(expected, abs=3e-3)


def test_thresholds() -> None:
    """At rest a person of motivation .3 takes part if more than .7 of the ties do; above 1 always, below 0 never."""
    assert threshold(0.3) == pytest.approx(0.7)
    world = run(MODEL, persons=500, values={"motivation.sd": 0.6}, ticks=300)
    assert world.settled
    b, rate = world.motivation(), world.local_rate()
    clear = np.abs(rate - (1.0 - b)) > 1e-9
    assert (world.active[clear] == (rate > threshold(b))[clear]).all()
    assert world.active[b > 1.0].all()
    assert not world.active[b < 0.0].any()


def test_inertia_changes_the_pace_and_not_the_end() -> None:
    """From nobody on the same persons take part in the end, whatever the inertia of external motivation."""
    ends = [run(MODEL, persons=300, values={"external.inertia": q}, ticks=600).active for q in (0.0, 0.5, 0.9)]
    assert (ends[0] == ends[1]).all()
    assert (ends[0] == ends[2]).all()
    assert 0 < ends[0].sum() < 300


@pytest.mark.parametrize("kind", NETWORKS[1:])
def test_networks(kind: str) -> None:
    """Ties go both ways and never to oneself, are those of the slow twin, and have the size that the kind says."""
    value = DECLARATIONS.defaults() | {"network.far": 0.02}
    tied = ties(NETWORKS.index(kind), 90, 5, value)
    assert (tied == tied.T).all()
    assert not tied.diagonal().any()
    assert [set(np.flatnonzero(row).tolist()) for row in tied] == network(kind, 90, 5, value)
    mean = ties(NETWORKS.index(kind), 600, 5, DECLARATIONS.defaults()).sum() / 600
    assert mean == pytest.approx(
        {"small_world": 10, "village": 20, "opinion_leader": 10, "hierarchy": 2.6}[kind], rel=0.1
    )


TWINS: list[tuple[str, dict[str, float]]] = [
    ("complete", {"motivation.mean": 0.6}),
    ("small_world", {}),
    ("village", {"network.far": 0.02, "network.village": 12}),
    ("opinion_leader", {"network.exponent": 2.2}),
    ("hierarchy", {"network.below": 3, "network.far": 0.05}),
    ("small_world", {"removal.per_ten_steps": 4, "removal.anger": 0.03}),
    ("opinion_leader", {"removal.per_ten_steps": 4, "removal.targets": 1, "removal.seen": 1}),
    ("complete", {"removal.per_ten_steps": 2, "removal.targets": 1, "removal.anger": 0.01}),
]


@pytest.mark.parametrize(("kind", "more"), TWINS, ids=[f"{kind} {more}" for kind, more in TWINS])
def test_the_fast_one_walks_with_the_slow_one(kind: str, more: dict[str, float]) -> None:
    """At each of 25 steps exactly the same persons take part as in the slow twin, with the same luck."""
    value = DECLARATIONS.defaults() | {"motivation.mean": 0.75, "network.kind": NETWORKS.index(kind)} | more
    for seed in range(3):
        world = run(MODEL, persons=50, seed=seed, values=value)
        for expected in active_by_step(50, seed, 25, kind, value):
            assert np.flatnonzero(world.active).tolist() == expected
            world.step()


def test_removal() -> None:
    """No more than the number allowed are removed in ten steps, never those who do not take part, and with the switch off nobody."""
    values: dict[str, Any] = {"removal.per_ten_steps": 7, "motivation.mean": 0.8}
    world = run(MODEL, persons=200, values=values, ticks=9)
    taking_part = world.active.copy()
    assert world.removed == 0
    world.step()
    assert world.removed == (~world.present).sum() == 7
    assert (taking_part | world.present).all() or not taking_part[~world.present].all()
    off = run(MODEL, persons=200, values=values, switches={"removal": False}, ticks=40)
    never = run(MODEL, persons=200, values=values | {"removal.per_ten_steps": 0}, ticks=40)
    assert off.digest() == never.digest()


def test_those_with_most_ties_go_first() -> None:
    """With `most_ties` nobody who is left and takes part had more ties than one who was removed."""
    values = {"removal.per_ten_steps": 5, "removal.targets": 1, "network.kind": 3, "motivation.mean": 0.9}
    world = run(MODEL, persons=200, values=values, ticks=9)
    before = world._tied(world.present)
    world.step()
    assert world.removed == 5
    assert before[~world.present].min() >= before[world.active].max()


def test_too_many_persons_for_a_network() -> None:
    """Networks are made for at most 8,192 persons, since every pair is asked."""
    with pytest.raises(ModelError, match="'persons' must be at most 8192 in a network, got 9000"):
        run(MODEL, persons=9000)

"""Fear loss and legitimacy feedback: risk, bookkeeping, and the slow twin."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.canon_worlds import run
from tests.reference.lemos2016 import Lattice

from whowhom.models.lemos2016 import SHAPES, risk

MODEL = "lemos2016"


def test_risk() -> None:
    """One cop and one active give .8997 at k = 2.3 in every shape; below the ratio fear is lost, floors go by whole numbers, and the plain ratio loses nothing."""
    for shape in range(3):
        assert risk(1, 1, shape=shape) == pytest.approx(0.8997, abs=5e-5)
        assert risk(0, 3, shape=shape) == 0.0
    assert [risk(1, 3, shape=shape) for shape in range(3)] == [0.0, 0.0, pytest.approx(0.535, abs=5e-4)]
    assert risk(3, 2, shape=0) == pytest.approx(1 - math.exp(-3.45))
    assert risk(3, 2, shape=1) == risk(1, 1)
    assert risk(1, 3, ratio=0.3) == risk(1, 3, shape=2)


def test_the_lattice() -> None:
    """1,120 persons stand on 40 by 40 sites with 64 cops; vision 7 reaches 148 sites and vision 1.7 eight."""
    world = run(MODEL, persons=1120)
    assert (world.side, world.actors - world.persons) == (40, 64)
    assert len(world.reach()) == 148
    assert len(run(MODEL, persons=1120, values={"vision.radius": 1.7}).reach()) == 8


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("feedback", [False, True])
def test_the_fast_one_walks_with_the_slow_one(shape: str, feedback: bool) -> None:
    """At each of 12 ticks places, active, jailed and legitimacy are those of the slow twin, with the same luck."""
    values = {
        "legitimacy.start": 0.6,
        "vision.radius": 3.0,
        "arrest.shape": SHAPES.index(shape),
        "police.density": 0.05,
    }
    arrests = 0
    for seed in (0, 3):
        slow = Lattice(60, seed, cops=0.05, vision=3.0, legitimacy=0.6, shape=shape, feedback=feedback)
        world = run(MODEL, persons=60, seed=seed, values=values, switches={"feedback": feedback})
        for _ in range(12):
            slow.play()
            world.step()
            assert world.site.tolist() == [-1 if site is None else site for site in slow.where.values()]
            assert world.active.tolist() == slow.active
            assert world.legitimacy == pytest.approx(slow.legitimacy, abs=1e-14)
            arrests += world.arrests
    assert arrests > 0


def test_nobody_is_in_two_places() -> None:
    """After any tick sites and actors agree, nobody in jail is active, and persons come back when their term is over."""
    world = run(MODEL, persons=200, values={"legitimacy.start": 0.5, "term.longest": 5.0})
    was_in_jail, came_back = np.zeros(200, dtype=bool), 0
    for _ in range(40):
        world.step()
        jailed = world.site[:200] < 0
        held = np.flatnonzero(world.grid >= 0)
        assert (world.site[world.grid[held]] == held).all()
        assert held.size + jailed.sum() == world.actors
        assert not world.active[jailed].any()
        came_back += int((was_in_jail & ~jailed).sum())
        was_in_jail = jailed
    assert came_back > 0


def test_nobody_can_be_active_at_high_legitimacy() -> None:
    """At a legitimacy of 1 - T nobody is ever active, so legitimacy stays where it is, with feedback too."""
    world = run(MODEL, persons=200, values={"legitimacy.start": 0.9}, ticks=30)
    assert world.observe()[[0, 1, 5]].tolist() == [0, 0, 0]
    assert world.legitimacy == pytest.approx(0.9)


def test_legitimacy_falls_with_the_active_and_returns() -> None:
    """Legitimacy falls while many are active, never below 0, and without feedback stays as it is."""
    values = {"legitimacy.start": 0.5, "legitimacy.active": 50.0, "legitimacy.speed": 0.5}
    low = run(MODEL, persons=200, values=values, ticks=20)
    assert low.legitimacy == 0.0
    off = run(MODEL, persons=200, values=values, switches={"feedback": False}, ticks=20)
    assert off.legitimacy == 0.5

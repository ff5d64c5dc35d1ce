"""Worlds that play many ticks at once have the histories of worlds that step."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.toy_model import BALANCED, PERSONS, ToyModel, ToyWorld, toy_settings

from whowhom.engine.run import run_history
from whowhom.engine.settings import Settings
from whowhom.errors import ModelError

SETTINGS = toy_settings(BALANCED)
FALLS, STANDS = 3, 7  # seeds, see `test_run.py`


class Striding(ToyWorld):
    """A world that plays several ticks at once, three at most, or breaks the contract in doing so."""

    def __init__(self, settings: Settings, persons: int, seed: int, *, fault: str = "") -> None:
        super().__init__(settings, persons, seed)
        self.fault = fault
        self.strides: list[int] = []

    def advance(self, ticks: int) -> NDArray[np.float64]:
        self.strides.append(ticks)
        rows = []
        while len(rows) < min(3, ticks) and self.alive and self.fault != "stand":
            self.step()
            rows.append(self.observe())
        return np.array(rows)[:, self.fault == "short" :] if rows else np.empty((0, len(self.observe())))


class StridingModel(ToyModel):
    """The toy, whose worlds can advance; keeps the last one."""

    fault = ""

    def build(self, settings: Settings, *, persons: int, seed: int) -> Striding:
        self.world = Striding(settings, persons, seed, fault=self.fault)
        return self.world


@pytest.mark.parametrize("seed", [STANDS, FALLS])
def test_a_world_that_advances_has_the_history_of_one_that_steps(seed: int) -> None:
    """Rows, end, digest and snapshots are the same, also in a history that falls, and somebody hears a pulse after every stretch."""
    asked: dict[str, Any] = {"persons": PERSONS, "seed": seed, "ticks": 61, "snapshots": (0, 7, 8, 61)}
    model, pulses = StridingModel(), list[int]()
    stepped = run_history(ToyModel(), SETTINGS, **asked)
    advanced = run_history(model, SETTINGS, **asked, pulse=lambda: pulses.append(model.world.tick))
    assert np.array_equal(stepped.rows, advanced.rows, equal_nan=True)
    assert (stepped.ended, stepped.digest) == (advanced.ended, advanced.digest)
    assert stepped.snapshots.keys() == advanced.snapshots.keys() >= {0, 7, 8}
    for tick, snapshot in stepped.snapshots.items():
        assert all(np.array_equal(snapshot[name], advanced.snapshots[tick][name]) for name in snapshot)
    assert pulses[:4] == [3, 6, 7, 8]
    assert model.world.strides[:3] == [7, 4, 53]  # to the next snapshot or the end; one tick alone is a step


def test_a_world_is_stepped_where_somebody_looks() -> None:
    """With an observer every tick is a step, and the history the same."""
    model, seen = StridingModel(), list[int]()
    looked = run_history(
        model, SETTINGS, persons=PERSONS, seed=STANDS, ticks=9, observers=[lambda tick, view: seen.append(tick)]
    )
    assert seen == list(range(10))
    assert not model.world.strides
    unseen = run_history(StridingModel(), SETTINGS, persons=PERSONS, seed=STANDS, ticks=9)
    assert np.array_equal(looked.rows, unseen.rows)


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (
            "stand",
            "'advance' of model 'toy' must play from 1 to 5 ticks, got tick 0 after 0. Add one to 'tick' for each.",
        ),
        (
            "short",
            "'advance' of model 'toy' must return rows of shape (3, 7), got shape (3, 6). Return one for each entry of 'observables', in that order.",
        ),
    ],
)
def test_worlds_that_advance_wrongly(fault: str, text: str) -> None:
    """A world whose `advance` stands still, or returns other rows, is told so in words."""
    model = StridingModel()
    model.fault = fault
    with pytest.raises(ModelError) as error:
        run_history(model, SETTINGS, persons=PERSONS, seed=STANDS, ticks=5)
    assert str(error.value) == text

"""Kuran's preference falsification: the sequences, what is hidden, and the slow twin."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.canon_worlds import run
from tests.reference.kuran1991 import public_by_step

from whowhom import scenario
from whowhom.models.kuran1991 import KURAN1991, SEQUENCES, equilibrium, with_event
from whowhom.verification.kuran1991 import ten

MODEL = "kuran1991"


@pytest.mark.parametrize(("name", "before", "after"), [("A", 10, 90), ("B", 10, 20), ("C", 10, 90), ("D", 10, 20)])
def test_the_sequences(name: str, before: float, after: float) -> None:
    """The ten-person sequences (unverified) end where the rule says, alone and played, before and after the second person's change."""
    given = SEQUENCES[name]
    assert (equilibrium(given), equilibrium(with_event(given))) == (before, after)
    assert 100 * ten(name, event=False).public.mean() == before
    assert 100 * ten(name, event=True).public.mean() == after


@pytest.mark.parametrize(("name", "after"), [("kuran1991_a", 9), ("kuran1991_b", 2)])
def test_the_scenarios_of_ten(name: str, after: int) -> None:
    """The scenarios show one person up to the event of April 1900 and nine, or two, a while later."""
    world = KURAN1991.build(scenario(name).settings, persons=10, seed=1)
    for week in range(30):
        assert world.observe()[0] == (week > 0) or week > 12
        world.step()
    assert world.observe()[0] == after


def test_what_is_hidden() -> None:
    """In sequence A five persons are privately against; four of them hide it before the event, none after, when four others hide support."""
    columns = [observable.name for observable in KURAN1991.observables]
    before = dict(zip(columns, ten("A", event=False).observe(), strict=True))
    after = dict(zip(columns, ten("A", event=True).observe(), strict=True))
    assert (before["private_opposition"], before["falsifying"], before["swept_along"]) == (5, 4, 0)
    assert (after["private_opposition"], after["falsifying"], after["swept_along"]) == (5, 0, 4)


TWINS: list[dict[str, Any]] = [
    {},
    {"sd": 0.3, "private_sd": 10.0},
    {"sd": 0.3, "private_sd": 10.0, "memory": 0.5, "returning": False},
    {"mean": 0.7, "sd": 0.25, "k": 1.2, "shift": 5.0, "person": 3, "event": 40.0},
    {"given": [0, 20, 20, 30, 40, 50], "private_sd": 5.0, "person": 2},
]
NAMES = {
    "mean": "preference.mean",
    "sd": "preference.sd",
    "k": "choice.integrity",
    "shift": "shift.all",
    "person": "event.person",
    "event": "event.shift",
    "private_sd": "private.sd",
    "memory": "private.memory",
}


@pytest.mark.parametrize("twin", TWINS, ids=[str(twin) for twin in TWINS])
def test_the_fast_one_walks_with_the_slow_one(twin: dict[str, Any]) -> None:
    """At each step exactly the same persons are in public opposition as in the slow twin, with the same luck."""
    for seed in range(4):
        slow = public_by_step(60, seed, 15, **twin)
        values = {NAMES[name]: value for name, value in twin.items() if name in NAMES}
        structure = {"society": {"thresholds": twin["given"]}} if "given" in twin else {}
        switches = {"returning": twin.get("returning", True)}
        world = run(MODEL, persons=60, seed=seed, values=values, structure=structure, switches=switches)
        for expected in slow:
            assert np.flatnonzero(world.public).tolist() == expected
            world.step()


def test_one_more_person_changes_nobodys_luck() -> None:
    """Preferences and private events of the first 50 persons are the same in a society of 51."""
    values = {"private.sd": 5.0}
    few, more = (run(MODEL, persons=n, values=values, ticks=3) for n in (50, 51))
    assert (more.thresholds()[:50] == few.thresholds()).all()


def test_thresholds_that_do_not_fit() -> None:
    """Thresholds given begin anew in a society of another size, and a table that holds anything else is refused."""
    assert run(MODEL, persons=3, structure={"society": {"thresholds": [0, 20]}}).thresholds().tolist() == [0, 20, 0]
    for wrong in ({"thresholds": "many"}, {"thresholds": [True]}, {"other": 1}, 3):
        (sentence,) = KURAN1991.problems({"society": wrong})
        assert sentence.startswith("[society] must hold 'thresholds', a list of numbers")

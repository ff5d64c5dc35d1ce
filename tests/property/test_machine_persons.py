"""Persons of the machine who are followed add up to what the machine shows."""

from __future__ import annotations

import numpy as np
import pandas as pd
from tests.machine_worlds import HARSH, PERSONS, soviet_settings

from whowhom.engine.run import play, run_history
from whowhom.experiments.lives import flows, lives, who_went
from whowhom.models.machine.model import MACHINE
from whowhom.models.machine.persons_now import PERSON_WORDS

TICKS = 35
SETTINGS = soviet_settings(HARSH)
COLUMN = {observable.name: k for k, observable in enumerate(MACHINE.observables)}


def shown(name: str) -> np.ndarray:  # type: ignore[type-arg]
    """An observable of weeks 1 to the last."""
    rows = run_history(MACHINE, SETTINGS, persons=PERSONS, seed=3, ticks=TICKS).rows
    return np.asarray(rows[1:, COLUMN[name]])


def moves(table: pd.DataFrame, *, into: tuple[str, ...]) -> np.ndarray:  # type: ignore[type-arg]
    """Persons who came into one of some states from outside of them, week by week."""
    rows = table[table["after"].isin(into) & ~table["before"].isin(into)]
    return np.bincount(rows["week"], weights=rows["persons"], minlength=TICKS)


def test_flows_add_up_to_the_observables() -> None:
    """Whoever comes into custody, camp, exile or death between two weeks is what the machine counts as arrests and sentences of the week."""
    table = flows(MACHINE, SETTINGS, persons=PERSONS, seed=3, ticks=TICKS)
    assert shown("arrests").sum() > 0
    assert np.allclose(moves(table, into=("detained",)), shown("arrests"), rtol=1e-12)
    assert np.allclose(moves(table, into=("executed",)), shown("executed"), rtol=1e-12)
    assert shown("executed").sum() > 0


def test_a_life_agrees_with_the_arrays() -> None:
    """The situations of a person are those of the arrays, week by week, and a person found by a path has lived it."""
    path = ["quiet", "voice", "detained"]
    found = who_went(MACHINE, SETTINGS, path, persons=PERSONS, seed=3, ticks=TICKS)
    assert len(found) > 0
    person = int(found[0])
    life = lives(MACHINE, SETTINGS, [person], persons=PERSONS, seed=3, ticks=TICKS).lives[0]
    words = [word for situation in life.situations for word in situation.words if word in path]
    assert [word for k, word in enumerate(words) if k == 0 or word != words[k - 1]][:3] == path
    states = [word.name for word in PERSON_WORDS if word.kind == "state"]
    told = {situation.tick: situation.words for situation in life.situations}
    now: tuple[str, ...] = ()
    for world in play(MACHINE, SETTINGS, persons=PERSONS, seed=3):
        now = told.get(world.tick, now)
        assert now[0] == states[world.arrays.state[person]]  # type: ignore[attr-defined]
        if world.tick == TICKS:
            break


def test_following_changes_nothing() -> None:
    """Looking at situations leaves the world as it is."""
    world = MACHINE.build(SETTINGS, persons=PERSONS, seed=3)
    other = MACHINE.build(SETTINGS, persons=PERSONS, seed=3)
    for _ in range(10):
        world.step()
        world.situations()
        other.step()
    assert world.digest() == other.digest()

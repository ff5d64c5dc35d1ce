"""Legality and release by petition by hand (E45, E46): who is acquitted, and names under duress."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from tests.machine_worlds import START, small_layout
from tests.paper_worlds import paper_settings

from whowhom.engine.population import DETAINED, EVER_ARMED, EVER_VOICE, EXECUTED, PARTY, QUIET, ROLE_BITS, World
from whowhom.mechanisms import confession, legality, persons, sentence
from whowhom.models.machine.world import MachineWorld

DEADLY = {
    "repression.conviction": 1.0,
    "repression.share_executed": 1.0,
    "names.base": 2.0,
    "names.per_torture": 3.0,
    "repression.torture": 0.5,
}


def world(values: Mapping[str, float] | None = None, *, on: tuple[str, ...] = ("legality",)) -> World:
    """A quiet small world at its start, where everybody convicted dies."""
    settings = paper_settings(DEADLY | dict(values or {}), on=on)
    w = MachineWorld(small_layout(), settings=settings, seed=1, start=START).arrays
    w.use[:] = 1.0
    return w


@pytest.mark.parametrize(
    ("on", "mark", "chance"),
    [
        (("legality",), 0, 0.5 + 0.5 * 0.2),
        (("legality",), EVER_VOICE, 0.2),
        (("legality",), EVER_ARMED, 0.2),
        ((), 0, 0.2),
    ],
)
def test_acquittal_by_legality_and_by_petition(on: tuple[str, ...], mark: int, chance: float) -> None:
    """Legality .5 and petitions .2 acquit .6 of those who never dissented; only petitions help others, and everybody where legality is off."""
    w = world({"legality.level": 0.5, "petitions.release": 0.2}, on=on)
    w.marks[5] = mark
    edge = chance * 2.0**32
    assert legality.is_acquitted(w.p[0], w.marks[5], np.uint64(edge - 2))
    assert not legality.is_acquitted(w.p[0], w.marks[5], np.uint64(edge + 2))


def test_nobody_is_acquitted_in_the_core() -> None:
    """With legality and petitions at 0 even the smallest word acquits nobody."""
    w = world({"legality.level": 0.0})
    assert not legality.is_acquitted(w.p[0], w.marks[5], np.uint64(0))


@pytest.mark.parametrize(("level", "names"), [(0.0, 2.0 + 1.5), (0.4, 2.0 + 0.9), (1.0, 2.0)])
def test_legality_takes_away_the_names_of_duress(level: float, names: float) -> None:
    """Duress adds 1.5 names without legality, .9 at .4, and none at full legality; the base stays, and so do confessions."""
    w, core = world({"legality.level": level}), world(on=())
    assert confession.mean_names(w.p[0]) == pytest.approx(names)
    assert confession.p_confession(w.p[0]) == confession.p_confession(core.p[0])


@pytest.mark.parametrize(("mark", "state"), [(0, QUIET), (EVER_VOICE, EXECUTED)])
def test_the_acquitted_go_home_as_they_are(mark: int, state: int) -> None:
    """At full legality a party member who never dissented is released, keeps the role and was hit; one who did is shot."""
    w = world({"legality.level": 1.0})
    i = int(np.flatnonzero(w.role & ROLE_BITS == PARTY)[0])
    persons.move(w, i, DETAINED)
    w.marks[i] = mark
    sentence.pass_sentence(w, 9, i)
    assert w.state[i] == state
    assert persons.is_hit(w, i)
    assert w.stratum.week_released.sum() == (state == QUIET)
    assert (w.role[i] & ROLE_BITS == PARTY) == (state == QUIET)
    assert w.stratum.week_executed.sum() == (state == EXECUTED)

"""Petitions of kin by hand (E46): arrests of last week for each cadre make cadres doubt, and nobody else."""

from __future__ import annotations

import pytest
from tests.machine_worlds import START, small_layout
from tests.paper_worlds import paper_settings

from whowhom.engine.population import CADRE_KIND, World
from whowhom.mechanisms import petitions
from whowhom.models.machine.world import MachineWorld


def world(doubt: float = 0.1, scale: float = 4.0) -> World:
    """A quiet small world at its start."""
    settings = paper_settings({"petitions.doubt": doubt, "petitions.scale": scale})
    return MachineWorld(small_layout(), settings=settings, seed=1, start=START).arrays


def test_all_arrests_of_a_province_are_noted_by_weight() -> None:
    """The six origins count alike, in persons of the country; hostages and other provinces do not count."""
    w = world()
    village = w.stratum[0]
    for name in ("open", "named", "self", "informer", "quota", "captive"):
        village[f"week_arrests_{name}"] = 2
    village.week_arrests_opponents = village.week_hostages = 100
    w.stratum[1].week_arrests_open = 3
    petitions.note_arrests(w, 0)
    assert w.province[0].arrested == village.weight * 12 + w.stratum[1].weight * 3
    assert w.province[1].arrested == 0


@pytest.mark.parametrize(("arrests", "share"), [(0.0, 0.0), (2.0, 0.5), (4.0, 1.0), (400.0, 1.0)])
def test_cadres_doubt_by_arrests_for_each_of_them(arrests: float, share: float) -> None:
    """Two arrests for each cadre are half of what can be heard at a scale of four; all that can be heard adds .1 a week."""
    w = world()
    cadre = w.stratum[5]
    assert cadre.kind == CADRE_KIND
    w.province[0].arrested = arrests * cadre.weight * cadre.adults
    assert petitions.doubt_of(w, cadre) == pytest.approx(0.1 * share)


def test_nobody_else_doubts() -> None:
    """Only cadre communities hear petitions, and none where petitions cause no doubt."""
    w, deaf = world(), world(doubt=0.0)
    for each in (w, deaf):
        each.province.arrested[:] = 1e9
    assert {int(x.kind) for x in w.stratum if petitions.doubt_of(w, x) > 0} == {CADRE_KIND}
    assert all(petitions.doubt_of(deaf, x) == 0 for x in deaf.stratum)


def test_a_province_without_cadres_counts_as_one() -> None:
    """Where a province has no cadre in the sample the number of cadres reads 1, so that nothing is divided by 0."""
    w = world()
    place = w.province[0]
    w.stratum[5].adults = 0
    place.arrested = 2.0
    assert petitions.doubt_of(w, w.stratum[5]) == pytest.approx(0.1 * 0.5)

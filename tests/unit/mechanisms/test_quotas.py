"""Limits of arrests by hand (E43): how they are set, what fulfils them, whom they fall on.

T15 of the design, limits only: a limit that is always fulfilled is L_0 (1 + growth * approval)^t until its cap, and what is served is the smaller of limit and room. Both are
exact but for rounding; the negative controls (nothing approved; no room) must not grow.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from scipy import stats
from tests.machine_worlds import START, small_layout
from tests.paper_worlds import paper_settings

from whowhom.engine.population import CHILD, QUOTA_CASE, ROLE_BITS, World
from whowhom.mechanisms import capacity, persons, quota_cases, quotas
from whowhom.models.machine.world import MachineWorld

NUMBERS = {
    "quotas.start": 1e-4,
    "quotas.growth": 0.2,
    "quotas.approval": 0.5,
    "quotas.cap": 1.0,
    "apparatus.case_hunger": 0.5,
    "apparatus.aim": 0.0,
}


def world(values: Mapping[str, float] | None = None, *, on: tuple[str, ...] = ("quotas",)) -> World:
    """A quiet small world at its start."""
    settings = paper_settings(NUMBERS | dict(values or {}), on=on)
    return MachineWorld(small_layout(), settings=settings, seed=1, start=START).arrays


@pytest.mark.parametrize(
    ("before", "fulfilled", "after"),
    [(0.0, 0, 1e-4), (0.0, 1, 1e-4), (3e-4, 1, 3.3e-4), (3e-4, 0, 3e-4), (0.95, 1, 1.0), (1.0, 1, 1.0)],
)
def test_a_limit_that_is_fulfilled_grows_by_what_is_approved(before: float, fulfilled: int, after: float) -> None:
    """It starts at one in ten thousand, grows by .2 * .5 if it was fulfilled, stays if not, and stops at its cap."""
    w = world()
    place = w.province[0]
    place.quota, place.quota_fulfilled = before * place.persons, fulfilled
    quotas.set_limits(w, 9)
    assert place.quota == pytest.approx(after * place.persons)


def test_without_the_switch_there_is_none() -> None:
    """Off, the limit is 0 and no case is made; the next one begins anew."""
    w = world(on=())
    w.province.quota[:], w.province.quota_fulfilled[:] = 50.0, 1
    w.province.capacity[:] = 1000.0
    quotas.set_limits(w, 9)
    capacity.ration_capacity(w, 9)
    assert (w.province.quota == 0).all()
    assert (w.province.quota_cases == 0).all()
    assert (w.province.quota_fulfilled == 0).all()


@pytest.mark.parametrize(
    ("room", "limit", "served", "fulfilled", "load"),
    [
        (1000.0, 400.0, 400.0, 1, 0.9),
        (1000.0, 500.0, 500.0, 1, 1.0),
        (1000.0, 600.0, 500.0, 0, 1.0),
        (0.0, 1.0, 0.0, 0, 0.0),
    ],
)
def test_limits_are_fulfilled_from_what_own_cases_leave(
    room: float, limit: float, served: float, fulfilled: int, load: float
) -> None:
    """Own cases take half of idle capacity; the limit takes the rest as far as it goes, and counts as load."""
    w = world()
    w.province.capacity[:], w.province.quota[:] = room, limit
    capacity.ration_capacity(w, 0)
    place = w.province[0]
    assert (place.quota_cases, place.quota_fulfilled, place.load) == (served, fulfilled, load)
    assert place.self_cases == room / 2


def limits(weeks: int, *, room: float = 1e9, **values: float) -> tuple[np.ndarray, np.ndarray]:
    """Limit and what was served of it in the first province, week by week, with no demand but limits."""
    given = {f"quotas.{name}": value for name, value in values.items()}
    w = world({"apparatus.case_hunger": 0.0} | given)
    found = []
    for t in range(weeks):
        w.province.capacity[:] = room
        quotas.set_limits(w, t)
        capacity.ration_capacity(w, t)
        found.append((w.province[0].quota / w.province[0].persons, w.province[0].quota_cases / w.province[0].persons))
    return np.array(found).T


def test_a_limit_that_is_always_fulfilled_grows_exponentially() -> None:
    """T15: L(t) = L_0 * 1.1^t up to the cap; with nothing approved, or without room, it stays at L_0."""
    weeks = np.arange(40)
    limit, served = limits(40, cap=2e-3)
    assert limit == pytest.approx(np.minimum(2e-3, 1e-4 * 1.1**weeks), rel=1e-12)
    assert (served == limit).all()
    assert (limit[-5:] == limit[-1]).all()
    assert (limits(10, approval=0.0)[0] == limit[0]).all()
    assert (limits(10, room=1e-3)[0] == limit[0]).all()


def test_room_ends_growth() -> None:
    """T15: what is served is the smaller of limit and room, and a limit that cannot be fulfilled grows no more."""
    persons_there = float(world().province[0].persons)
    limit, served = limits(40, room=5e-4 * persons_there)
    assert served == pytest.approx(np.minimum(limit, 5e-4))
    assert limit.max() < 5e-4 * 1.1 * (1 + 1e-12)
    assert (limit[20:] == limit[20]).all()


def test_dossiers_attract_the_cases_of_a_limit() -> None:
    """With a dossier weight of .2 persons with full dossiers are taken four times as often as those without (800 cases, five standard errors of the
    logarithm of the ratio); with weight 0, as often (negative control). No child is taken.
    """
    for weight, ratio in ((0.2, 4.0), (0.0, 1.0)):
        w = world({"apparatus.dossier_weight": weight, "decision.anger_weight": 0.0})
        place = w.province[0]
        there = 64 * int(place.communities)
        civilian = np.isin(w.role & ROLE_BITS, (1, 2, 3, 5, 6))[:there]
        kept = np.zeros(there, dtype=bool)
        kept[::2] = True
        w.record[:there][kept] |= 15
        before = {name: array.copy() for name, array in (("state", w.state), ("marks", w.marks), ("record", w.record))}
        counts = np.zeros(2)
        for t in range(200):
            place.quota_cases = 8.0 * place.mean_weight
            quota_cases.arrest_by_quota_in(w, t, 0)
            taken = np.flatnonzero(persons.origin_of(w, np.arange(there)) == QUOTA_CASE)
            assert not (w.role[taken] & ROLE_BITS == CHILD).any()
            counts += kept[taken].sum(), (~kept[taken]).sum()
            for name, array in before.items():
                getattr(w, name)[:] = array
        people = (civilian & kept).sum(), (civilian & ~kept).sum()
        found = np.log(counts[0] / people[0] / (counts[1] / people[1]))
        error = float(np.sqrt((1 / counts).sum()))
        print(f"weight {weight}: ratio {np.exp(found):.2f} after {counts.sum():.0f} cases")
        assert abs(found - np.log(ratio)) < stats.norm.isf(0.5e-6) * error
        assert counts.sum() > 300

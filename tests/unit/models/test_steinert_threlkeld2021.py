"""The street on networks: networks, the quirk, removal, and the slow twin."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.canon_worlds import run
from tests.reference.steinert_threlkeld2021 import street_by_step

from whowhom.errors import ModelError
from whowhom.models.steinert_threlkeld2021 import clustered, scale_free, small_world

MODEL = "steinert_threlkeld2021"


def n_ties(ties: list[set[int]]) -> int:
    assert all(i in ties[j] for i in range(len(ties)) for j in ties[i])
    assert all(i not in row for i, row in enumerate(ties))
    return sum(map(len, ties)) // 2


def test_the_ring() -> None:
    """15 neighbours give a ring of 14 ties each; rewiring moves ties and keeps their number, and at 1 hardly any stays where it was."""
    ring = small_world(200, 1, neighbours=15, rewired=0.0)
    assert {len(row) for row in ring} == {14}
    assert ring[0] == {*range(1, 8), *range(193, 200)}
    for rewired, low, high in ((0.1, 0.87, 0.93), (1.0, 0.0, 0.1)):
        other = small_world(200, 1, neighbours=15, rewired=rewired)
        assert n_ties(other) == n_ties(ring) == 1400
        assert low < sum(len(a & b) for a, b in zip(ring, other, strict=True)) / 2800 < high


def test_attachment_with_triads() -> None:
    """Each newcomer makes as many ties as it should; triads close triangles, and some persons have many times the ties of the rest."""
    triangles = []
    for triads in (0.0, 0.9):
        ties = clustered(400, 1, attached=3, triads=triads)
        assert n_ties(ties) == pytest.approx(3 * 397, abs=12)
        assert max(map(len, ties)) > 25
        triangles.append(sum(len(ties[i] & ties[j]) for i in range(400) for j in ties[i]))
    assert triangles[1] > 3 * triangles[0]


def test_the_largest_component() -> None:
    """A scale-free network is one component with hubs; those outside of it have no ties and no place in the model."""
    ties = scale_free(600, 1, exponent=2.2)
    inside = {i for i, row in enumerate(ties) if row}
    part, waiting = {min(inside)}, [min(inside)]
    while waiting:
        more = ties[waiting.pop()] - part
        part |= more
        waiting += more
    assert part == inside
    assert 200 < len(inside) < 600
    assert max(map(len, ties)) > 30
    world = run(MODEL, persons=600, values={"network.kind": 0, "network.exponent": 2.2})
    assert world.seeds.sum() >= 2
    assert world.present[world.seeds].all()


TWINS: list[dict[str, Any]] = [
    {"rate": 0.0},
    {"rate": 0.1},
    {"rate": 0.1, "silent": False},
    {"rate": 0.05, "silent": False, "in_turn": False},
    {"rate": 0.3, "in_turn": False},
]


@pytest.mark.parametrize("kind", [0, 1, 2])
@pytest.mark.parametrize("twin", TWINS, ids=[str(twin) for twin in TWINS])
def test_the_fast_one_walks_with_the_slow_one(kind: int, twin: dict[str, Any]) -> None:
    """At each of 20 steps exactly the same persons are counted in the street as in the slow twin, with the same luck."""
    moved = 0
    for seed in range(6):
        values = {
            "network.kind": kind,
            "network.exponent": 2.1,
            "threshold.shape": 1,
            "repression.rate": twin["rate"],
            "seeds.below_threshold": int(not twin.get("silent", True)),
            "dropping.order": int(not twin.get("in_turn", True)),
        }
        world = run(MODEL, persons=150, seed=seed, values=values)
        ties = [world.other[world.start[i] : world.start[i + 1]].tolist() for i in range(150)]
        seeds = set(np.flatnonzero(world.seeds).tolist())
        slow = street_by_step(ties, world.threshold.tolist(), seeds, seed, 20, **twin)
        for expected in slow:
            assert np.flatnonzero(world.street).tolist() == expected
            world.step()
        moved += len(slow[-1]) > len(slow[0])
    assert moved > 0 or twin["rate"] == 0.3


def test_the_quirk() -> None:
    """With the quirk a seed below its own threshold is counted and does not move others; without it all seeds that are left move."""
    for below in (0, 1):
        world = run(
            MODEL, persons=500, seed=4, values={"seeds.below_threshold": below, "repression.rate": 0.0}, ticks=1
        )
        assert world.street[world.seeds].all()
        assert world.moving[world.seeds].all() == (below == 1)


def test_removal() -> None:
    """int(rate n) of the n in the street are removed in a step and with the switch off nobody; nothing happens once the outcome is reached."""
    values = {"repression.rate": 0.25, "network.kind": 2}
    world = run(MODEL, persons=400, seed=1, values=values)
    n = int(world.street.sum())
    world.step()
    assert world.removed == n // 4 == 400 - world.present.sum() > 0
    off = run(MODEL, persons=400, seed=1, values=values, switches={"repression": False}, ticks=30)
    none = run(MODEL, persons=400, seed=1, values=values | {"repression.rate": 0.0}, ticks=30)
    assert off.digest() == none.digest()
    assert off.settled
    before = off.street.copy()
    off.step()
    assert (off.street == before).all()


def test_too_many_persons() -> None:
    """Networks are made for at most 4,096 persons."""
    with pytest.raises(ModelError, match="'persons' must be at most 4096 in a network, got 5000"):
        run(MODEL, persons=5000)

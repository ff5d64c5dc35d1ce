"""People elsewhere do not matter: one more province, provinces in another order, communities in which nobody can act."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from tests.machine_worlds import (
    HARSH,
    NEVER,
    PROVINCES,
    harsh_small,
    observed,
    settings_of,
    small_layout,
    small_world,
    soviet_settings,
    soviet_world,
)
from tests.plain_weeks import fields
from tests.property.test_machine_metamorphic import PERSONAL, live

from whowhom.models.machine.layout import Layout, Province, Stratum
from whowhom.models.machine.world import MachineWorld

# --- people elsewhere -------------------------------------------------------------------------------------------------------------------


def with_island(layout: Layout, offset: float, *, first: bool) -> Layout:
    """The same country and one more province of a weight that no sum can feel."""
    place = 0 if first else len(layout.provinces)
    step = 1 if first else 0
    island = tuple(
        Stratum(place, kind, -1, 2, 64 * 2 * 1e-300, offset, f"Island/{kind}")
        for kind in ("village", "factory", "party")
    )
    strata = tuple(replace(s, province=s.province + step) for s in layout.strata)
    provinces = (Province("Island", 1.0),)
    return Layout(
        provinces=provinces + layout.provinces if first else layout.provinces + provinces,
        strata=island + strata if first else strata + island,
        pools=tuple(replace(g, place=g.place + step, home=g.home + step) for g in layout.pools),
        capitals=tuple(replace(c, province=c.province + step) for c in layout.capitals),
    )


def own_part(name: str, array: np.ndarray, first: bool, sizes: Mapping[str, int]) -> np.ndarray | None:
    """The part of an array that belongs to the country without the island; None for what holds indices or is made of all."""
    table = name.split(".")[0]
    if name in (
        "community.stratum",
        "community.settlement",
        "stratum.province",
        "stratum.first",
        "pool.place",
        "pool.stratum",
    ):
        return None
    if name in (
        "settlement.first",
        "settlement.district",
        "province.first",
        "province.insider_first",
        "province.first_stratum",
        "province.inbox_first",
        "nation.capital",
    ):
        return None
    if table in ("inbox", "accused"):
        return None
    size = sizes["community" if table == "busy" else table]
    if table == "busy":  # filled up to eights
        array = array[: size + 6 if first else size] if len(array) > size else array[:size]
    if table.endswith("history"):
        return array[:, -size:] if first else array[:, :size]
    return array[-size:] if first else array[:size]


ISLANDERS = 3 * 2 * 64


def waiting_at_home(world: MachineWorld, shift: int) -> list[tuple[int, ...]]:
    """The names waiting in the inbox, apart from those of the island, with persons numbered as without it."""
    rows = world.waiting()
    at_home = len(small_world().arrays.state)
    entries = [
        (
            int(x["target"]) - shift,
            int(x["accuser"]) - shift,
            *(int(x[name]) for name in ("ordinal", "copy_number", "age")),
        )
        for x in rows
    ]
    return sorted(entry for entry in entries if 0 <= entry[0] < at_home)


@pytest.mark.parametrize("first", [False, True], ids=["stored last", "stored first"])
@pytest.mark.parametrize("offset", [-1.0, 1.0], ids=["quiet", "in revolt"])
def test_one_more_isolated_province_changes_nobody(offset: float, first: bool) -> None:
    """A province whose people weigh nothing, quiet or in revolt, stored first or last, changes no bit of anybody else's 25 weeks.

    Its weight, 1e-300 persons of the country for each simulated one, is below the last digit of every national sum; nothing else ties
    provinces together. A community more inside a province must change it, since it adds places among which names and own cases are drawn.
    """
    layout = small_layout()
    alone = live({}, 25)
    joined = live({}, 25, layout=with_island(layout, offset, first=first))
    sizes = {name.split(".")[0]: array.shape[-1 if "history" in name else 0] for name, array in fields(alone.arrays)}
    for (name, ours), (_, theirs) in zip(fields(alone.arrays), fields(joined.arrays), strict=True):
        part = own_part(name, theirs, first, sizes)
        if part is not None:
            assert np.array_equal(ours, part), name
    assert waiting_at_home(alone, 0) == waiting_at_home(joined, ISLANDERS if first else 0)
    island = joined.arrays.marks[:ISLANDERS] if first else joined.arrays.marks[-ISLANDERS:]
    assert (island & 3 > 0).any() == (offset > 0), "who was ever in open dissent or in arms"
    assert observed(alone) == pytest.approx(observed(joined), rel=1e-15)


def test_a_province_that_weighs_something_is_felt() -> None:
    """Negative control: the same island with an ordinary weight changes people elsewhere."""
    island = with_island(small_layout(), 1.0, first=False)
    heavy = replace(
        island, strata=tuple(replace(s, represented=64 * 60.0) if s.province == 3 else s for s in island.strata)
    )
    alone, joined = live({}, 25), live({}, 25, layout=heavy)
    assert not np.array_equal(alone.arrays.state, joined.arrays.state[: len(alone.arrays.state)])


# --- names and order of provinces ---------------------------------------------------------------------------------------------------------


def by_stratum(world: MachineWorld, array: np.ndarray) -> dict[str, np.ndarray]:
    """A personal array cut into strata by their names."""
    layout, pieces, at = world._layout, {}, 0
    for stratum in layout.strata:
        pieces[stratum.text] = array[at : at + 64 * stratum.communities]
        at += 64 * stratum.communities
    return pieces


@pytest.mark.parametrize("order", list(itertools.permutations(PROVINCES))[1:], ids=lambda order: "-".join(order))
def test_provinces_in_another_order_are_the_same_provinces(order: tuple[str, ...]) -> None:
    """Stored in another order, provinces have the same history: every person, and every number up to the order of summation (1e-9)."""
    one, other = live({}, 25), live({}, 25, layout=small_layout(order))
    for name in PERSONAL:
        ours, theirs = (by_stratum(world, getattr(world.arrays, name)) for world in (one, other))
        assert ours.keys() == theirs.keys()
        assert all(np.array_equal(ours[text], theirs[text]) for text in ours), name
    index = [order.index(name) for name in PROVINCES]
    for field in ("officers", "threat", "fear", "support", "accept_open", "accept_named", "queue", "control"):
        assert one.arrays.province[field] == pytest.approx(other.arrays.province[field][index], rel=1e-9, abs=1e-12)
    assert observed(one) == pytest.approx(observed(other), rel=1e-9, abs=1e-12)


def test_another_name_is_another_province() -> None:
    """Negative control: luck belongs to names, so a province of another name has another history."""
    layout = small_layout()
    renamed = replace(layout, strata=tuple(replace(s, text=s.text.replace("East", "West")) for s in layout.strata))
    one, other = live({}, 5), live({}, 5, layout=renamed)
    assert not np.array_equal(one.arrays.margin, other.arrays.margin)


# --- passing over communities in which nobody can act ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("values", "weeks"), [({}, 60), (HARSH, 30), ({"decision.start_dissent": 0.05}, 60)])
@pytest.mark.parametrize("seed", [1, 2])
def test_skipping_changes_no_bit(values: dict[str, float], weeks: int, seed: int) -> None:
    """Passing over communities in which a bound proves that nobody can act gives the bits of asking everybody, at 40,960 persons."""
    settings = soviet_settings(values)
    fast, slow = (soviet_world(settings, seed=seed, persons=40_960) for _ in range(2))
    slow._p.skip = 0
    for _ in range(weeks):
        if fast.alive:
            fast.step()
            slow.step()
    assert fast.digest() == slow.digest()


@pytest.mark.parametrize("aversion", [0.0, 0.3, 8.0])
def test_skipping_knows_of_another_risk_aversion(aversion: float) -> None:
    """If a fork changes the mean risk aversion, from which what is known of communities was once made, skipping still changes no bit."""
    fearful = settings_of(harsh_small(NEVER | {"decision.risk_aversion": 2.0}))
    changed = settings_of(harsh_small(NEVER | {"decision.risk_aversion": aversion}))
    quick, slow = small_world(settings=fearful, seed=5), small_world(settings=fearful, seed=5, skip=False)
    for week in range(16):
        if week == 6:
            quick.change(changed)
            slow.change(changed)
            slow._p.skip = 0
        quick.step()
        slow.step()
    assert quick.digest() == slow.digest()

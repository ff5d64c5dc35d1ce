"""Who lives where: a smaller world is a sample of communities with weights, not a shrunken country."""

from __future__ import annotations

import datetime
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.machine_worlds import soviet

from whowhom.errors import ScenarioError
from whowhom.models.machine.layout import Layout, largest_remainder, make_layout, survivors, tag_of

START = datetime.date(1917, 11, 7)
SIZES = [160, 256, 500, 2_048, 20_000]


def layout(communities: int, structure: Any = None) -> Layout:
    return make_layout(
        soviet().settings.structure if structure is None else structure,
        communities=communities,
        adult_share=0.55,
        soldier_share=0.5,
        tick_of=lambda text: (datetime.date.fromisoformat(text) - START).days // 7,
    )


@given(st.lists(st.floats(0.001, 1000), min_size=1, max_size=20), st.integers(0, 300), st.integers(0, 3))
def test_seats_are_shared_out_in_proportion(shares: list[float], more: int, minimum: int) -> None:
    """Every seat is given, nobody gets less than the minimum, and beyond it each gets the exact share rounded down or up."""
    seats = minimum * len(shares) + more
    result = largest_remainder(shares, seats, minimum)
    assert sum(result) == seats
    for share, got in zip(shares, result, strict=True):
        exact = share / sum(shares) * more
        assert minimum + int(exact) <= got <= minimum + int(exact) + 1


def test_ties_go_to_the_earlier() -> None:
    """Equal remainders are served in order, so that a layout is the same on every machine."""
    assert largest_remainder([1.0, 1.0, 1.0], 4) == [2, 1, 1]


@pytest.mark.parametrize("communities", SIZES)
def test_a_layout_has_its_size_and_stands_for_the_country(communities: int) -> None:
    """So many communities are laid out, and together they stand for 137 million inhabitants, soldiers' homes, party and all."""
    made = layout(communities)
    assert made.communities == communities
    assert sum(s.represented for s in made.strata) == pytest.approx(137e6, rel=1e-9)
    assert sum(64 * s.communities * s.weight for s in made.strata) == pytest.approx(137e6, rel=1e-9)
    assert all(s.communities >= 1 and s.weight > 0 for s in made.strata)


@pytest.mark.parametrize("communities", SIZES)
def test_rare_groups_are_over_sampled(communities: int) -> None:
    """At least 8 communities of party members, 2 of cadres and 8 of homes for each named garrison, with smaller weights; members, cadres
    and soldiers of the country are those of the scenario.
    """
    made = layout(communities)
    kinds: Counter[str] = Counter()
    people: Counter[str] = Counter()
    for s in made.strata:
        kinds[s.kind] += s.communities
        people[s.kind] += s.represented
    assert kinds["party"] >= 8
    assert kinds["cadre"] >= 2
    for g, pool in enumerate(made.pools):
        homes = [s for s in made.strata if s.pool == g]
        assert sum(s.communities for s in homes) >= (8 if pool.named else 1)
        assert sum(s.represented for s in homes) * 0.55 * 0.5 == pytest.approx(pool.soldiers)
    assert people["party"] * 0.55 == pytest.approx(300_000)
    assert people["cadre"] * 0.55 == pytest.approx(15_000)


@pytest.mark.parametrize("communities", SIZES)
def test_weights_of_common_strata_are_alike(communities: int) -> None:
    """Villages, factories and towns have weights within a factor of 4 of each other, so that no stratum speaks for all."""
    weights = [s.weight for s in layout(communities).strata if s.kind in ("village", "factory", "town")]
    assert max(weights) < 4 * min(weights)


@pytest.mark.parametrize(("communities", "provinces"), [(160, 4), (320, 5), (640, 10), (2_048, 16), (20_000, 16)])
def test_small_worlds_fold_provinces_by_the_fixed_tree(communities: int, provinces: int) -> None:
    """R = min(all, max(4, communities // 64)) provinces remain, and every inhabitant, garrison and capital moves with its province."""
    made = layout(communities)
    assert len(made.provinces) == provinces
    assert {s.province for s in made.strata} == set(range(provinces))
    assert all(0 <= pool.place < provinces and 0 <= pool.home < provinces for pool in made.pools)
    names = {province.name for province in made.provinces}
    into = survivors([dict(row) for row in soviet().settings.structure["province"]], communities)
    assert set(into.values()) == names
    assert all(into[name] == name for name in names)


def test_strata_are_stored_by_province_and_kind() -> None:
    """Provinces come in the scenario's order, kinds in the order of the page, and party before cadres at the end."""
    made = layout(2_048)
    order = ("village", "factory", "town", "homes", "party", "cadre")
    keys = [(s.province, order.index(s.kind), s.pool) for s in made.strata]
    assert keys == sorted(keys)
    assert [p.name for p in made.provinces] == [row["name"] for row in soviet().settings.structure["province"]]


def test_homes_stand_among_the_villages_of_the_garrisons_home() -> None:
    """Homes lie in the province that the garrison comes from, which need not be the one it serves in, and share its villages' opinions."""
    made = layout(2_048)
    away = [pool for pool in made.pools if pool.home != pool.place]
    assert away
    for s in made.strata:
        if s.kind == "homes":
            assert s.province == made.pools[s.pool].home
            village = next(v for v in made.strata if v.kind == "village" and v.province == s.province)
            assert s.offset == pytest.approx(village.offset)


def test_capitals_change_at_their_dates() -> None:
    """Petrograd is the capital from the first week, Moscow from the week of 12 March 1918, each with its own garrison."""
    made = layout(2_048)
    assert [(c.week, made.provinces[c.province].name, made.pools[c.pool].name) for c in made.capitals] == [
        (0, "Petrograd", "Petrograd garrison"),
        (17, "Moscow", "Moscow garrison"),
    ]


def test_tags_are_all_different() -> None:
    """No two strata or provinces of any size share random numbers, and names that would are refused by name."""
    for communities in SIZES:
        made = layout(communities)
        texts = [s.text for s in made.strata] + [p.name for p in made.provinces]
        assert len({tag_of(text) for text in texts}) == len(texts)
    first: dict[int, str] = {}
    twins = next(
        (first[tag_of(name)], name)
        for name in (f"Province {k}" for k in range(70_000))
        if first.setdefault(tag_of(name), name) != name
    )
    with pytest.raises(
        ScenarioError, match=r"must have random numbers of their own, got the same\. Rename one province or garrison\."
    ):
        layout(160, renamed(twins))


def renamed(names: tuple[str, str]) -> dict[str, Any]:
    """The scenario's tables with two of the four provinces that always remain under other names."""
    tables: dict[str, Any] = {
        key: [dict(row) for row in value] if isinstance(value, (list, tuple)) else dict(value)
        for key, value in soviet().settings.structure.items()
        if key != "start"
    }
    new = {"Tambov": names[0], "Ukraine Right Bank": names[1]}
    for row in tables["province"]:
        row["name"] = new.get(row["name"], row["name"])
        if "joins" in row:
            row["joins"] = new.get(row["joins"], row["joins"])
    for row in tables["pool"]:
        for key in ("place", "home"):
            if key in row:
                row[key] = new.get(row[key], row[key])
    return tables


def test_what_cannot_be_laid_out_is_refused() -> None:
    """Too few communities for all strata, and more soldiers than villagers, are answered with the place and the reason."""
    with pytest.raises(ScenarioError, match="'persons' must hold every stratum of the scenario, got 40 communities"):
        layout(40)
    tables = renamed(("Tambov", "Ukraine Right Bank"))
    tables["pool"][0]["soldiers"] = 5e7
    with pytest.raises(ScenarioError, match=r"Homes, towns and party take more than the province has\."):
        layout(160, tables)

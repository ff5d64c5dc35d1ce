"""Who lives where: from the scenario's provinces to strata of communities with weights.

A smaller world is a sample of communities, not a shrunken country: fewer communities, each with its weight, and rare strata
over-sampled. Ours, after AMENDMENTS 2.2 and 2.3 of the design.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from whowhom.errors import ScenarioError, quoted

COMMUNITY = 64
KINDS = ("village", "factory", "town", "homes", "party", "cadre")
PARTY_MINIMUM, CADRE_MINIMUM, NAMED_POOL_MINIMUM = 8, 2, 8


@dataclass(frozen=True)
class Province:
    """One province: its name, how freely weapons are at hand, and how open it lies to a front, both in [0, 1]."""

    name: str
    weapons: float
    front: float = 0.0


@dataclass(frozen=True)
class Stratum:
    """Communities that are alike.

    Attributes
    ----------
    province, pool
        Indices; `pool` is -1 except for the homes of soldiers.
    kind
        One of `KINDS`.
    communities
        Simulated communities.
    represented
        Persons of the country that they stand for; weight = represented / (64 communities).
    offset
        Shift of mean private opposition of the civilians [1].
    """

    province: int
    kind: str
    pool: int
    communities: int
    represented: float
    offset: float
    text: str

    @property
    def tag(self) -> int:
        """Sixteen bits that key this stratum's random numbers whatever its place in the list."""
        return tag_of(self.text)

    @property
    def weight(self) -> float:
        """Persons of the country for each simulated person [persons]."""
        return self.represented / (COMMUNITY * self.communities)


@dataclass(frozen=True)
class Pool:
    """A garrison pool: where it serves, where its homes are, how many soldiers, offset of their opposition."""

    name: str
    place: int
    home: int
    soldiers: float
    offset: float
    named: bool


@dataclass(frozen=True)
class Capital:
    """The capital from a week on: province and the pool that garrisons it."""

    week: int
    province: int
    pool: int


@dataclass(frozen=True)
class Layout:
    """Provinces, strata in storage order, pools and capitals of one world."""

    provinces: tuple[Province, ...]
    strata: tuple[Stratum, ...]
    pools: tuple[Pool, ...]
    capitals: tuple[Capital, ...]

    @property
    def communities(self) -> int:
        """Simulated communities in all."""
        return sum(stratum.communities for stratum in self.strata)


def tag_of(text: str) -> int:
    """Sixteen bits of CRC-32 of a name."""
    return zlib.crc32(text.encode()) & 0xFFFF


def largest_remainder(shares: list[float], seats: int, minimum: int = 0) -> list[int]:
    """Share out `seats` in proportion to `shares`, at least `minimum` each; ties go to the earlier (Hamilton's method)."""
    free = seats - minimum * len(shares)
    total = sum(shares)
    exact = [share / total * free for share in shares]
    result = [int(value) for value in exact]
    order = sorted(range(len(shares)), key=lambda k: (result[k] - exact[k], k))
    for k in order[: free - sum(result)]:
        result[k] += 1
    return [minimum + value for value in result]


def survivors(tables: list[dict[str, Any]], communities: int) -> dict[str, str]:
    """Which province stands for which at this size: R = min(all, max(4, communities // 64)), folded by the scenario's fixed tree."""
    count = min(len(tables), max(4, communities // COMMUNITY))
    kept = {row["name"] for row in sorted(tables, key=lambda row: row["rank"])[:count]}
    joins = {row["name"]: row.get("joins", row["name"]) for row in tables}

    def home(name: str) -> str:
        while name not in kept:
            name = joins[name]
        return name

    return {row["name"]: home(row["name"]) for row in tables}


def make_layout(
    structure: Mapping[str, Any],
    *,
    communities: int,
    adult_share: float,
    soldier_share: float,
    tick_of: Callable[[str], int],
) -> Layout:
    """Lay out a world of so many communities; raises ScenarioError if the tables cannot be laid out."""
    tables = [dict(row) for row in structure["province"]]
    total = float(structure["country"]["persons"])
    communities = min(communities, int(total) // COMMUNITY)
    into = survivors(tables, communities)
    names = [row["name"] for row in tables if into[row["name"]] == row["name"]]
    index = {old: names.index(new) for old, new in into.items()}
    pools, pool_index = _pools(structure["pool"], index)
    represented = _represented(structure, tables, index, pools, total, adult_share, soldier_share)
    strata = _allocate(represented, names, pools, communities, total)
    provinces = tuple(_province(name, [row for row in tables if into[row["name"]] == name]) for name in names)
    capitals = tuple(
        Capital(week=tick_of(row["from"]), province=index[row["province"]], pool=pool_index[row["pool"]])
        for row in structure["capital"]
    )
    layout = Layout(provinces=provinces, strata=strata, pools=pools, capitals=capitals)
    _check_tags(layout)
    return layout


def _province(name: str, rows: list[dict[str, Any]]) -> Province:
    """A province with the means of those folded into it, by inhabitants."""
    weapons = _mean((float(row.get("weapons", 1.0)), float(row["share"])) for row in rows)
    return Province(name, weapons, _mean((float(row.get("front", 0.0)), float(row["share"])) for row in rows))


def _mean(pairs: Iterable[tuple[float, float]]) -> float:
    rows = list(pairs)
    weight = sum(w for _, w in rows)
    return sum(v * w for v, w in rows) / weight if weight > 0 else 0.0


def _pools(rows: list[dict[str, Any]], index: Mapping[str, int]) -> tuple[tuple[Pool, ...], dict[str, int]]:
    """Pools, where unnamed ones that come to share a place are one."""
    pools: list[Pool] = []
    where: dict[str, int] = {}
    for row in rows:
        new = Pool(
            name=row["name"],
            place=index[row["place"]],
            home=index[row.get("home", row["place"])],
            soldiers=float(row["soldiers"]),
            offset=float(row.get("offset", 0.0)),
            named=bool(row.get("named", False)),
        )
        twin = next((k for k, p in enumerate(pools) if not (p.named or new.named) and p.place == new.place), None)
        if twin is None:
            where[new.name] = len(pools)
            pools.append(new)
            continue
        old = pools[twin]
        offset = _mean([(old.offset, old.soldiers), (new.offset, new.soldiers)])
        pools[twin] = replace(old, soldiers=old.soldiers + new.soldiers, offset=offset)
        where[new.name] = twin
    return tuple(pools), where


def _represented(
    structure: Mapping[str, Any],
    tables: list[dict[str, Any]],
    index: Mapping[str, int],
    pools: tuple[Pool, ...],
    total: float,
    adult_share: float,
    soldier_share: float,
) -> dict[tuple[int, str, int], tuple[float, float]]:
    """Represented persons and mean offset of every (province, kind, pool)."""
    parts: dict[tuple[int, str, int], list[tuple[float, float]]] = {}
    party = structure["party"]
    insiders = sum(float(row["party_weight"]) for row in tables)

    def add(province: int, kind: str, pool: int, persons: float, offset: float) -> None:
        parts.setdefault((province, kind, pool), []).append((offset, persons))

    homes = [pool.soldiers / (adult_share * soldier_share) for pool in pools]
    for row in tables:
        r = index[row["name"]]
        persons = float(row["share"]) * total
        village, town = float(row.get("offset_village", 0.0)), float(row.get("offset_town", 0.0))
        share = float(row["party_weight"]) / insiders
        members = float(party["members"]) * share / adult_share
        cadres = float(party["cadres"]) * share / adult_share
        factory, towns = persons * float(row["factory_share"]), persons * float(row["town_share"])
        add(r, "village", -1, persons - factory - towns - members - cadres, village)
        add(r, "factory", -1, factory, town)
        add(r, "town", -1, towns, town)
        add(r, "party", -1, members, 0.0)
        add(r, "cadre", -1, cadres, 0.0)
    for j, pool in enumerate(pools):
        offset = _mean(parts[(pool.home, "village", -1)])
        add(pool.home, "homes", j, homes[j], offset)
        add(pool.home, "village", -1, -homes[j], offset)
    return {key: (sum(n for _, n in rows), _mean(rows)) for key, rows in parts.items()}


def _allocate(
    represented: dict[tuple[int, str, int], tuple[float, float]],
    names: list[str],
    pools: tuple[Pool, ...],
    communities: int,
    total: float,
) -> tuple[Stratum, ...]:
    """Give every stratum its communities: rare ones at least their minimum, the others in proportion."""
    problems = [
        f"province {quoted(names[r])}: its {kind} must have persons, got {persons:.0f}. Homes, towns and party take more than the province has."
        for (r, kind, _), (persons, _) in represented.items()
        if persons <= 0
    ]
    if problems:
        raise ScenarioError(problems)
    rate = communities / total
    counts: dict[tuple[int, str, int], int] = {}
    scale: dict[str, float] = {}
    for kind, minimum in (("party", PARTY_MINIMUM), ("cadre", CADRE_MINIMUM)):
        keys = [key for key in represented if key[1] == kind]
        sizes = [represented[key][0] for key in keys]
        seats = max(minimum, round(sum(sizes) * rate))
        counts.update(zip(keys, largest_remainder(sizes, seats), strict=True))
        scale[kind] = sum(sizes) / seats
    for key in (key for key in represented if key[1] == "homes"):
        minimum = NAMED_POOL_MINIMUM if pools[key[2]].named else 1
        counts[key] = max(minimum, round(represented[key][0] * rate))
    common = [key for key in represented if key[1] in ("village", "factory", "town")]
    left = communities - sum(counts.values())
    if left < len(common):
        raise ScenarioError(
            f"'persons' must hold every stratum of the scenario, got {communities} communities of {COMMUNITY} persons. "
            "Choose more persons, or fewer provinces and garrisons."
        )
    counts.update(zip(common, largest_remainder([represented[key][0] for key in common], left, minimum=1), strict=True))
    result = []
    for key in sorted(represented, key=lambda key: (key[0], KINDS.index(key[1]), key[2])):
        r, kind, pool = key
        if counts[key] == 0:
            continue
        persons, offset = represented[key]
        text = f"{names[r]}/homes/{pools[pool].name}" if kind == "homes" else f"{names[r]}/{kind}"
        result.append(Stratum(r, kind, pool, counts[key], scale.get(kind, 0.0) * counts[key] or persons, offset, text))
    return tuple(result)


def _check_tags(layout: Layout) -> None:
    texts = [stratum.text for stratum in layout.strata] + [province.name for province in layout.provinces]
    seen: dict[int, str] = {}
    problems = []
    for text in texts:
        other = seen.setdefault(tag_of(text), text)
        if other != text:
            problems.append(
                f"{quoted(text)} and {quoted(other)} must have random numbers of their own, got the same. Rename one province or garrison."
            )
    if problems:
        raise ScenarioError(problems)

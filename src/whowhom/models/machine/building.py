"""Building a world: tables from the layout, persons from their keys (`docs/machine.md`, section 3)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.kernel import entry, kernel
from whowhom.engine.population import (
    CADRE,
    CHILD,
    COMMUNITY,
    COMMUNITY_FIELDS,
    FACTORY,
    FOUNDER_BIT,
    HOMES,
    HOUSEHOLD_END,
    HOUSEHOLD_FIRST,
    HOUSEHOLDS_PER_COMMUNITY,
    INBOX_FIELDS,
    NATION_FIELDS,
    PARTY,
    PARTY_KIND,
    PEASANT,
    POOL_FIELDS,
    PROVINCE_FIELDS,
    ROLE_BITS,
    SETTLEMENT_FIELDS,
    SOLDIER,
    STRATUM_FIELDS,
    TOWN,
    URBAN,
    VILLAGE,
    WORKER,
    World,
    table,
)
from whowhom.engine.streams import chance, key_of, normal_quantile, philox, pick, unit
from whowhom.mechanisms.bounds import HIGH, LOW, feared_margin
from whowhom.mechanisms.persons import person_words
from whowhom.mechanisms.stream import HOUSEHOLD, ROLE, SETTLEMENT, TRAITS
from whowhom.models.machine.layout import KINDS, Layout, tag_of

SETTLEMENT_LEAST, SETTLEMENT_SPAN, DISTRICT = 4, 29, 32
SPARE_INBOX = 512
LARGE = 4_000_000
NO_MARGIN = -32768


@kernel
def _civilian_role(kind):
    if kind == VILLAGE or kind == HOMES:
        return PEASANT
    if kind == FACTORY:
        return WORKER
    if kind == TOWN:
        return URBAN
    if kind == PARTY_KIND:
        return PARTY
    return CADRE


@kernel
def _person(w, i, threshold):
    """Role and margin of one person; returns its risk aversion, as the uniform number that it is made from (0 for a child)."""
    p = w.p[0]
    x = w.community[i >> 6]
    stratum = w.stratum[x.stratum]
    words = person_words(w, i, 0, 0, TRAITS)
    rest = (p.population_adult_share * COMMUNITY - HOUSEHOLDS_PER_COMMUNITY) / (COMMUNITY - HOUSEHOLDS_PER_COMMUNITY)
    first = w.household_first[x.tiling, i & 63] == i & 63
    if not first and not chance(rest, words[3]):
        w.role[i], w.margin[i] = CHILD, NO_MARGIN
        return 0.0
    role = _civilian_role(stratum.kind)
    mean = stratum.opposition
    luck = person_words(w, i, 0, 0, ROLE)
    if stratum.kind == HOMES and chance(p.population_soldier_share, luck[0]):
        role = SOLDIER
        mean = w.pool[stratum.pool].opposition
    opposition = mean + p.decision_opposition_sd * normal_quantile(unit(words[0]))
    own = threshold + p.decision_threshold_sd * normal_quantile(unit(words[1]))
    margin = math.floor((opposition - own) * 8192 + 0.5)
    w.margin[i] = min(32767, max(-32767, margin))
    founder = role >= PARTY and chance(p.population_founder_share, luck[1])
    w.role[i] = role | (FOUNDER_BIT if founder else 0)
    return unit(words[2])


@kernel
def _people(w, c, threshold):
    """Give a community its households, persons and counts."""
    x = w.community[c]
    stratum = w.stratum[x.stratum]
    x.tiling = np.int64(person_words(w, c * COMMUNITY, 0, 0, HOUSEHOLD)[0]) & 7
    free = soldiers = 0
    x.best_margin = x.best_low = x.best_high = x.best_soldier = x.best_soldier_low = x.best_soldier_high = NO_MARGIN
    for i in range(c * COMMUNITY, (c + 1) * COMMUNITY):
        u = _person(w, i, threshold)
        role = w.role[i] & ROLE_BITS
        if role == SOLDIER:
            soldiers += 1
            x.best_soldier = max(x.best_soldier, w.margin[i])
            x.best_soldier_low = max(x.best_soldier_low, feared_margin(w.margin[i], u, LOW))
            x.best_soldier_high = max(x.best_soldier_high, feared_margin(w.margin[i], u, HIGH))
        elif role != CHILD:
            free += 1
            x.best_margin = max(x.best_margin, w.margin[i])
            x.best_low = max(x.best_low, feared_margin(w.margin[i], u, LOW))
            x.best_high = max(x.best_high, feared_margin(w.margin[i], u, HIGH))
            if role >= PARTY:
                stratum.insiders += 1
                stratum.insiders_free += 1
    x.free, x.soldiers = free, soldiers
    x.seen_free = free
    stratum.free += free
    stratum.soldiers += soldiers
    stratum.adults += free + soldiers
    stratum.civilians += free
    if stratum.pool >= 0:
        w.pool[stratum.pool].strength += soldiers


@entry
def populate_provinces(w, threshold, fear, anger, first, end):
    """Fill the provinces from `first` to before `end` with persons: role, margin, household; fear and anger at their start.

    **Writes** role, margin, communities, strata and pools of these provinces. **Draws** TRAITS, ROLE, HOUSEHOLD. **Update** by province. **Cost** persons.
    """
    for r in range(first, end):
        place = w.province[r]
        for c in range(place.first, place.first + place.communities):
            _people(w, c, threshold)
            w.community[c].fear = fear
            w.community[c].anger = anger


@entry
def _settle(k0, k1, tag, communities, sizes):
    """Cut a stratum into settlements of 4 to 32 communities; the last takes what is left. Returns their number."""
    number = 0
    left = communities
    while left > 0:
        word = philox(number, np.int64(tag) << 16, 0, SETTLEMENT, k0, k1)[0]
        size = min(left, SETTLEMENT_LEAST + pick(SETTLEMENT_SPAN, word))
        sizes[number] = size
        left -= size
        number += 1
    return number


def _settlements(layout: Layout, k0: int, k1: int) -> tuple[Any, np.ndarray[Any, Any]]:
    """Settlements in storage order and the settlement of every community; districts do not cross provinces."""
    firsts, sizes, districts = [], [], []
    district, inside, province = -1, DISTRICT, -1
    start = 0
    for stratum in layout.strata:
        room = np.zeros(stratum.communities // SETTLEMENT_LEAST + 1, np.int64)
        number = _settle(k0, k1, stratum.tag, stratum.communities, room)
        for size in room[:number]:
            if inside == DISTRICT or stratum.province != province:
                district, inside, province = district + 1, 0, stratum.province
            firsts.append(start)
            sizes.append(int(size))
            districts.append(district)
            inside += 1
            start += int(size)
    settlements = table(SETTLEMENT_FIELDS, len(firsts))
    settlements.first, settlements.communities, settlements.district = firsts, sizes, districts
    return settlements, np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)


def _strata(layout: Layout, means: list[float]) -> Any:
    strata = table(STRATUM_FIELDS, len(layout.strata))
    rows, sizes = strata.view(np.ndarray), np.array([stratum.communities for stratum in layout.strata])
    rows["tag"] = [stratum.tag for stratum in layout.strata]
    rows["province"] = [stratum.province for stratum in layout.strata]
    rows["kind"] = [KINDS.index(stratum.kind) for stratum in layout.strata]
    rows["pool"] = [stratum.pool for stratum in layout.strata]
    rows["first"], rows["communities"] = np.cumsum(sizes) - sizes, sizes
    rows["weight"], rows["opposition"] = [stratum.weight for stratum in layout.strata], means
    return strata


def _communities(strata: Any, settlement: np.ndarray[Any, Any]) -> Any:
    communities = table(COMMUNITY_FIELDS, len(settlement))
    rows, sizes, firsts = communities.view(np.ndarray), strata["communities"], strata["first"]
    rows["settlement"] = settlement
    rows["stratum"] = np.repeat(np.arange(len(sizes)), sizes)
    rows["ordinal"] = COMMUNITY * (np.arange(len(rows)) - np.repeat(firsts, sizes))
    return communities


def _provinces(layout: Layout, strata: Any) -> Any:
    provinces = table(PROVINCE_FIELDS, len(layout.provinces))
    represented = [stratum.represented for stratum in layout.strata]
    for r, (row, province) in enumerate(zip(provinces, layout.provinces, strict=True)):
        own = [s for s, stratum in enumerate(layout.strata) if stratum.province == r]
        inside = [s for s in own if layout.strata[s].kind in ("party", "cadre")]
        simulated = sum(layout.strata[s].communities for s in own) * COMMUNITY
        row.tag, row.weapons, row.front = tag_of(province.name), province.weapons, province.front
        row.persons = sum(represented[s] for s in own)
        row.rural = sum(represented[s] for s in own if layout.strata[s].kind in ("village", "homes"))
        row.mean_weight = row.persons / simulated
        row.first, row.communities = int(strata[own[0]].first), simulated // COMMUNITY
        row.first_stratum, row.strata = own[0], len(own)
        if inside:
            row.insider_first = int(strata[inside[0]].first)
            row.insider_communities = sum(layout.strata[s].communities for s in inside)
            row.insider_weight = sum(represented[s] for s in inside) / (row.insider_communities * COMMUNITY)
        row.control, row.accept_open, row.accept_open_last, row.accept_named = 1, 1.0, 1.0, 1.0
        row.accept_hostage = 1.0
    return provinces


def _pools(layout: Layout, mean: float) -> Any:
    pools = table(POOL_FIELDS, len(layout.pools))
    for g, (row, pool) in enumerate(zip(pools, layout.pools, strict=True)):
        row.place, row.represented, row.opposition = pool.place, pool.soldiers, mean + pool.offset
        row.stratum = next(s for s, stratum in enumerate(layout.strata) if stratum.pool == g)
    return pools


def allocate(layout: Layout, p: Any, *, seed: int, means: list[float], soldier_mean: float) -> World:
    """Arrays of a world, with tables filled and nobody in it yet.

    Parameters
    ----------
    layout
        Provinces, strata, pools.
    p
        Record array of one row with the parameters of week 0.
    means, soldier_mean
        Mean private opposition of the civilians of every stratum, and of soldiers, [1].
    """
    k0, k1 = key_of(seed)
    settlements, settlement = _settlements(layout, k0, k1)
    strata = _strata(layout, means)
    communities = _communities(strata, settlement)
    persons = COMMUNITY * len(communities)
    provinces, pools = _provinces(layout, strata), _pools(layout, soldier_mean)
    nation = table(NATION_FIELDS, 1)
    nation.k0, nation.k1 = k0, k1
    nation.persons = sum(float(row.persons) for row in provinces)
    nation.urban = sum(s.represented for s in layout.strata if s.kind not in ("village", "homes"))
    history = (8, len(provinces))
    share = (
        4 if persons < LARGE else 16
    )  # room is doubled where it is half full; small worlds need more for the luck of a week
    inbox, accused = make_inbox(
        provinces, [SPARE_INBOX + int(row.communities) * COMMUNITY // share for row in provinces]
    )
    busy = np.zeros(-(-len(communities) // 8) * 8, np.uint8)
    flags = np.zeros((len(provinces), COMMUNITY), np.uint8)
    return World(
        state=np.zeros(persons, np.uint8),
        role=np.zeros(persons, np.uint8),
        record=np.zeros(persons, np.uint8),
        marks=np.zeros(persons, np.uint8),
        margin=np.zeros(persons, np.int16),
        community=communities,
        busy=busy,
        busy_words=busy.view(np.uint64),
        stratum=strata,
        settlement=settlements,
        pool=pools,
        province=provinces,
        use=np.zeros((len(provinces), 4)),
        voice_history=np.zeros(history),
        armed_history=np.zeros(history),
        density_history=np.zeros(history),
        inbox=inbox,
        accused=accused,
        household_first=HOUSEHOLD_FIRST,
        household_end=HOUSEHOLD_END,
        nation=nation,
        p=p,
        lively=np.zeros(len(communities), np.uint8),
        flags=flags,
        flag_words=flags.view(np.uint64),
        slots=np.zeros((len(provinces), COMMUNITY), np.int64),
        chosen=np.zeros((len(provinces), COMMUNITY), np.int64),
        mourners=np.zeros((len(provinces), 3 * COMMUNITY), np.int64),
        griefs=np.zeros((len(provinces), 3 * COMMUNITY), np.uint64),
        words=np.zeros((len(provinces), COMMUNITY), np.uint64),
    )


def make_inbox(provinces: Any, rooms: Sequence[int]) -> tuple[Any, NDArray[np.int32]]:
    """An empty inbox and list of accused with so much room in each province, whose stretches are noted in the table of provinces."""
    provinces.inbox_room = rooms
    provinces.inbox_first = np.cumsum([0, *rooms[:-1]])
    return table(INBOX_FIELDS, sum(rooms)), np.zeros(sum(rooms), np.int32)

"""The arrays of a world of persons, and the codes in them.

Persons are stored by residence: province, stratum, settlement, community of 64, household. Tables of communities, strata, pools,
provinces and the nation are record arrays, so that compiled and plain code read the same names (`w.community[c].fear`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.bundle import Bundle

COMMUNITY = 64

QUIET, VOICE, ARMED, DETAINED, CAMP, EXILE, EXECUTED, DEAD, HOSTAGE, ABROAD = range(10)
CHILD, PEASANT, WORKER, URBAN, SOLDIER, PARTY, CADRE = range(7)
ROLE_BITS, FOUNDER_BIT, EXPELLED_BIT, DESERTER_BIT = 7, 8, 16, 32
VILLAGE, FACTORY, TOWN, HOMES, PARTY_KIND, CADRE_KIND = range(6)
EVER_VOICE, EVER_ARMED, HIT, CONDEMNED = 1, 2, 4, 64
ORIGIN_SHIFT, ORIGIN_BITS = 3, 3
VOICE_HERE, ARMED_HERE, HELD_HERE, STIRRED = 1, 2, 4, 8
OPEN_CASE, NAMED_CASE, SELF_CASE, INFORMER_CASE, QUOTA_CASE, CAPTIVE_CASE = 1, 2, 3, 4, 5, 6
STATE_NAMES = ("quiet", "voice", "armed", "detained", "camp", "exile", "executed", "dead", "hostage", "abroad")

HOUSEHOLDS_PER_COMMUNITY = 11
_SIZES = (
    (3, 4, 5, 5, 6, 6, 6, 7, 7, 7, 8),
    (6, 9, 4, 7, 5, 3, 8, 6, 5, 6, 5),
    (5, 7, 6, 3, 9, 4, 6, 8, 5, 7, 4),
    (8, 5, 6, 4, 7, 6, 9, 3, 6, 5, 5),
    (4, 6, 7, 9, 5, 6, 5, 3, 8, 6, 5),
    (7, 3, 8, 5, 6, 4, 6, 7, 9, 5, 4),
    (5, 6, 4, 8, 3, 7, 6, 5, 9, 6, 5),
    (9, 5, 7, 6, 4, 5, 8, 6, 3, 6, 5),
)


def _household_tables() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    first = np.zeros((8, COMMUNITY), np.uint8)
    last = np.zeros((8, COMMUNITY), np.uint8)
    for k, sizes in enumerate(_SIZES):
        start = 0
        for size in sizes:
            first[k, start : start + size] = start
            last[k, start : start + size] = start + size
            start += size
        assert start == COMMUNITY
    first.setflags(write=False)  # every world of a process shares them
    last.setflags(write=False)
    return first, last


HOUSEHOLD_FIRST, HOUSEHOLD_END = _household_tables()
"""For tiling and slot: first slot of the household, and the slot after its last."""

COMMUNITY_FIELDS = np.dtype(
    [
        ("ordinal", "u4"),  # ordinal of slot 0 within the stratum
        ("stratum", "i4"),
        ("settlement", "i4"),
        ("fear", "f4"),
        ("anger", "f4"),
        ("shift", "f4"),
        ("best_margin", "i2"),  # largest margin of a civilian adult, -32768 if none
        ("best_soldier", "i2"),
        ("best_low", "i2"),  # the same less the two burdens of mechanisms/bounds.py, rounded up
        ("best_high", "i2"),
        ("best_soldier_low", "i2"),
        ("best_soldier_high", "i2"),
        ("tiling", "u1"),
        ("free", "u1"),  # free civilian adults
        ("voice", "u1"),
        ("armed", "u1"),
        ("soldiers", "u1"),  # free soldiers
        ("soldier_voice", "u1"),
        ("soldier_armed", "u1"),
        ("held", "u1"),  # detained, hostage, in camp or exile, abroad
        ("grieving", "u1"),  # adults with grief, alive
        ("hits", "u1"),
        ("hits_opposed", "u1"),
        ("hits_voice", "u1"),
        ("arrests", "u1"),
        ("executed", "u1"),
        ("killed", "u1"),
        ("burnt", "u1"),  # households burnt this week
        ("touched", "u1"),  # somebody in it was hit this week
        ("seen", "u1"),  # civilians in voice or arms, and free civilians, at the end of last week: what people see, E2
        ("seen_free", "u1"),
    ],
    align=True,
)
"""60 bytes, less than one for each person."""

FLOWS = (
    "arrests_open",
    "arrests_named",
    "arrests_self",
    "arrests_opponents",
    "released",
    "executed",
    "camp_sentences",
    "exile_sentences",
    "interned",
    "camp_deaths",
    "combat_deaths",
    "famine_deaths",
    "arrests_informer",
    "arrests_quota",
    "arrests_captive",
    "hostages",
    "hostages_executed",
    "burnt_deaths",
    "expelled",
    "deserted",
    "returned",
    "conscripted",
    "exits",
    "deported",
    "killed_abroad",
    "recruited",
)
"""Counts of events of a week, kept for every stratum as `week_NAME` and `total_NAME` (simulated persons)."""

STRATUM_FIELDS = np.dtype(
    [
        ("tag", "u4"),
        ("province", "i4"),
        ("kind", "i4"),
        ("pool", "i4"),
        ("first", "i8"),  # first community
        ("communities", "i8"),
        ("weight", "f8"),
        ("opposition", "f8"),  # mean private opposition of its civilians
        ("adults", "i8"),  # all adults at the start
        ("civilians", "i8"),  # adults who are no soldiers, at the start
        ("free", "i8"),
        ("voice", "i8"),
        ("armed", "i8"),
        ("soldiers", "i8"),
        ("soldier_voice", "i8"),
        ("soldier_armed", "i8"),
        ("detained", "i8"),
        ("camp", "i8"),
        ("exile", "i8"),
        ("hostages", "i8"),
        ("abroad", "i8"),
        ("insiders", "i8"),  # party members and cadres alive or dead, and the free among them
        ("insiders_free", "i8"),
        ("inbox_civilians", "i8"),  # entries of the inbox that aim at its free civilians, and at its free soldiers
        ("inbox_soldiers", "i8"),
        ("camp_weeks", "i8"),  # person-weeks in camps so far
        *((f"week_{name}", "i8") for name in FLOWS),
        *((f"total_{name}", "i8") for name in FLOWS),
    ],
    align=True,
)

SETTLEMENT_FIELDS = np.dtype(
    [("first", "i4"), ("communities", "i4"), ("district", "i4"), ("armed", "i4"), ("risen", "u1")], align=True
)

POOL_FIELDS = np.dtype(
    [
        ("place", "i4"),
        ("stratum", "i4"),
        ("opposition", "f8"),
        ("strength", "i8"),  # simulated soldiers at the start
        ("represented", "f8"),  # soldiers of the country
        ("fear", "f4"),
        ("anger", "f4"),
        ("shift", "f4"),
        ("visible", "f8"),
        ("risk", "f8"),
        ("refusing", "i8"),  # weeks running
        ("hits", "i8"),
        ("hits_opposed", "i8"),
        ("hits_voice", "i8"),
        ("arrests", "i8"),
        ("executed", "i8"),
        ("killed", "i8"),
    ],
    align=True,
)

PROVINCE_FIELDS = np.dtype(
    [
        ("tag", "u4"),
        ("weapons", "f8"),
        ("persons", "f8"),  # represented, at the start
        ("rural", "f8"),
        ("mean_weight", "f8"),  # represented persons for each simulated one
        ("insider_weight", "f8"),  # the same among insiders
        ("first", "i8"),  # first community, and their number
        ("communities", "i8"),
        ("insider_first", "i8"),
        ("insider_communities", "i8"),
        ("first_stratum", "i8"),  # its strata are neighbours in the table
        ("strata", "i8"),
        ("inbox_first", "i8"),  # its own stretch of the inbox and of the accused
        ("inbox_room", "i8"),
        ("inbox", "i8"),  # names waiting
        ("accused", "i8"),  # persons named this week
        ("names_lost", "i8"),
        ("officers", "f8"),
        ("quality", "f8"),
        ("intelligence", "f8"),
        ("support", "f8"),
        ("threat", "f8"),
        ("belief", "f8"),
        ("troops", "f8"),
        ("enforcers", "f8"),  # per inhabitant
        *((name, "f8") for name in ("heard_province", "heard_nation")),  # dissent that people hear of (E2)
        ("risk_unseen", "f8"),  # risk of arrest where nobody in the community dissents
        ("capacity", "f8"),
        ("demand_open", "f8"),
        ("demand_named", "f8"),
        ("accept_open", "f8"),
        ("accept_open_last", "f8"),
        ("accept_named", "f8"),
        ("self_cases", "f8"),
        ("load", "f8"),
        ("queue", "f8"),
        ("free", "f8"),  # free adults, represented, by place; then those in voice, in arms, in either
        ("voice", "f8"),
        ("armed", "f8"),
        ("both", "f8"),
        ("armed_simulated", "i8"),
        ("rural_free", "f8"),
        ("rural_both", "f8"),
        ("voice_share", "f8"),
        ("armed_share", "f8"),  # of free adults
        ("dissent", "f8"),  # voice_share + armed_share
        ("part", "f8"),  # share of the village that delivers
        ("fear", "f8"),  # means over its communities, by persons represented
        ("exposure", "f8"),
        ("sum_weight", "f8"),  # sums over its communities of this week's end
        ("sum_fear", "f8"),
        ("sum_anger", "f8"),
        ("sum_shift", "f8"),
        ("sum_exposure", "f8"),
        ("sum_free", "f8"),
        ("sum_support", "f8"),
        ("sum_hidden", "f8"),
        ("support_sd", "f8"),  # spread of opposition with which the sums of support were made
        ("control", "i8"),
        ("kill", "f8"),
        ("bystanders", "f8"),
        ("arrest_use", "f8"),  # instruments after the switches
        ("exile_use", "f8"),
        ("camp_use", "f8"),
        ("execution_use", "f8"),
        ("hostage_ordered", "f8"),  # further rungs of the ladder, and their use after the switches
        ("village_ordered", "f8"),
        ("area_ordered", "f8"),
        ("hostage_use", "f8"),
        ("village_use", "f8"),
        ("area_used", "f8"),
        ("made_threat", "f8"),  # threats made, how far they are believed, and what is announced in all
        ("credibility", "f8"),
        ("announced", "f8"),
        ("executed", "f8"),  # executed and arrested last week, of those who live here
        ("arrested", "f8"),
        ("condemned", "i8"),  # those who live here and wait for their execution, simulated
        ("accept_hostage", "f8"),
        ("informers", "f8"),
        ("informer_aim", "f8"),  # chance that a report aims at somebody near to dissent
        ("informer_cases", "f8"),
        ("quota", "f8"),
        ("quota_cases", "f8"),
        ("quota_fulfilled", "i8"),
        ("exit_cases", "f8"),  # attempts to leave the country, expected this week
        *((name, "f8") for name in ("front", "rival", "facing", "line")),  # openness; men of each side; advance
        # 0 the regime, 1 the rival; held by a rival who has not taken the country; both as the week began; talks
        *((name, "i8") for name in ("holder", "holder_then", "foreign", "foreign_then", "talks")),
    ],
    align=True,
)

INBOX_FIELDS = np.dtype(
    [("target", "i4"), ("accuser", "i4"), ("ordinal", "u1"), ("copy_number", "u1"), ("age", "u1"), ("spare", "u1")]
)

_WHOLE = (
    "k0", "k1", "harvest_week", "weeks_to_harvest", "collecting", "requisition_weeks",
    "armed_centres", "weeks_lost", "weeks_army", "weeks_hunger", "cause", "capital", "capital_pool", "taken", "turning",
)  # fmt: skip
_REAL = (
    "persons", "urban", "war", "intervention", "troops", "harvest_path", "threat", "concession", "harvest", "requisition",
    "requisition_sum", "stock", "collected", "army_ration", "state_ration", "ration", "famine_city", "famine_rural",
    "hardship_peasant", "hardship_city", "hardship_soldier", "hardship_peasant_0", "hardship_city_0", "hardship_soldier_0",
    "dissent", "armed", "free", "both", "risings", "regime_losses", "regime_losses_total", "lost", "danger", "refusing_share",
    "cadre_dissent", "r_d", "foreigners", "exchanged", "abroad", "abroad_voice",
    "foreign_dissent", "strength", "rival_troops", "rival_territory", "front_losses_regime", "front_losses_rival", "front_losses_total",
    "rival_arrests", "rival_executed", "rival_arrests_total", "rival_executed_total",
)  # fmt: skip
NATION_FIELDS = np.dtype([(name, "i8") for name in _WHOLE] + [(name, "f8") for name in _REAL], align=True)


class World(Bundle):
    """Everything that a week reads and writes; every kernel takes `(w, t)`.

    Attributes
    ----------
    state, role, record, marks : uint8 [persons]
        State code; role in bits 0-2 and founder in bit 3; dossier in the low and grief in the high four bits; marks.
    margin : int16 [persons]
        Private opposition less threshold, in units of 1/8192.
    community, stratum, settlement, pool, province : record arrays
    busy : uint8 [communities, rounded up to 8]
        Bits VOICE_HERE, ARMED_HERE, HELD_HERE: set wherever there is such a person, and STIRRED where anybody's state has changed this week; set right
        at the end of a week. `busy_words` are the same bytes eight at a time, so that calm country is passed over quickly.
    use : float64 [provinces, 4]
        Wanted use of arrest, exile, camp, execution in [0, 1].
    voice_history, armed_history, density_history : float64 [8, provinces]
        Shares of free adults in voice and in arms, and armed per inhabitant, of the last eight weeks (row = week modulo 8).
    inbox : record array [capacity]
        Names waiting to be acted on, a stretch for each province (`inbox_first`, `inbox_room`) of which the first `province.inbox` rows count.
    accused : int32 [capacity]
        Persons named this week, whose dossiers are written when all sentences have been passed, stretch by stretch like the inbox.
    nation : record array [1]
    p : record array [2]
        Parameters of this week, and switches as `on_NAME`: the row of the regime and that of the rival (E55).
    lively : uint8 [communities]
        Whether somebody was near to acting when it was last looked at: what to fetch from memory ahead. No state.
    flags, flag_words, slots, chosen, words : uint8 [provinces, 64], uint64 [provinces, 8], int64, int64 and uint64 [provinces, 64]
        (`mourners` and `griefs` likewise, three times as long)
        Room to work in, a row for each province, without meaning between mechanisms.
    """

    state: NDArray[np.uint8]
    role: NDArray[np.uint8]
    record: NDArray[np.uint8]
    marks: NDArray[np.uint8]
    margin: NDArray[np.int16]
    community: Any
    busy: NDArray[np.uint8]
    busy_words: NDArray[np.uint64]
    stratum: Any
    settlement: Any
    pool: Any
    province: Any
    use: NDArray[np.float64]
    voice_history: NDArray[np.float64]
    armed_history: NDArray[np.float64]
    density_history: NDArray[np.float64]
    inbox: Any
    accused: NDArray[np.int32]
    household_first: NDArray[np.uint8]
    household_end: NDArray[np.uint8]
    nation: Any
    p: Any
    lively: NDArray[np.uint8]
    flags: NDArray[np.uint8]
    flag_words: NDArray[np.uint64]
    slots: NDArray[np.int64]
    chosen: NDArray[np.int64]
    mourners: NDArray[np.int64]
    griefs: NDArray[np.uint64]
    words: NDArray[np.uint64]


VIEWS = (
    "busy_words",
    "lively",
    "household_first",
    "household_end",
    "flags",
    "flag_words",
    "slots",
    "chosen",
    "mourners",
    "griefs",
    "words",
)
"""Arrays of a world that hold no state of their own."""


def table(fields: np.dtype[Any], rows: int) -> Any:
    """A record array of zeros."""
    return np.zeros(rows, fields).view(np.recarray)


def columns_of(fields: np.dtype[Any], names: Iterable[str]) -> NDArray[np.int64]:
    """Places of fields of eight bytes in rows that are read as words of eight bytes."""
    known: Any = fields.fields
    return np.array([known[name][1] // 8 for name in names], dtype=np.int64)


def as_words(rows: Any) -> NDArray[np.int64]:
    """The memory of a table as words of eight bytes, int64 [rows, words]."""
    words: NDArray[np.int64] = rows.view(np.ndarray).view(np.int64).reshape(len(rows), -1)
    return words

"""What the machine shows each week, in persons of the country (weights times whole numbers)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.contract import Kind, Observable, Privacy
from whowhom.engine.population import FLOWS, NATION_FIELDS, PROVINCE_FIELDS, STRATUM_FIELDS, World
from whowhom.mechanisms.collapse import CAUSES
from whowhom.models.machine.stages.survey import survey_provinces, survey_strata

_Read = Callable[["Figures"], float]


def _columns(fields: np.dtype[Any], names: Iterable[str]) -> NDArray[np.int64]:
    """Places of fields of eight bytes in rows of numbers of eight bytes."""
    known: Any = fields.fields
    return np.array([known[name][1] // 8 for name in names], dtype=np.int64)


class Figures:
    """One look at a world: sums over strata, insiders' strata and provinces (in storage order), found at once.

    Attributes
    ----------
    world
        The arrays.
    nation
        The fields of the nation, in order.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.nation = world.nation.view(np.ndarray)[
            0
        ].item()  # a record array answers ten times slower than a plain one
        stratum, province = world.stratum.view(np.ndarray), world.province.view(np.ndarray)
        total, inside = np.empty(len(_COUNTS)), np.empty(len(_COUNTS))
        numbers = stratum.view(np.int64).reshape(len(stratum), -1)
        survey_strata(numbers, stratum["weight"], stratum["kind"], _STRATUM_COLUMNS, total, inside)
        self._all, self._insiders = total.tolist(), inside.tolist()
        mean, total = np.empty(len(_MEANS)), np.empty(len(_MEANS))
        reals = province.view(np.float64).reshape(len(province), -1)
        survey_provinces(reals, province["persons"], _PROVINCE_COLUMNS, mean, total)
        self._mean, self._sum = mean.tolist(), total.tolist()
        use, unused = np.empty(4), np.empty(4)
        survey_provinces(world.use, province["persons"], _USE_COLUMNS, use, unused)
        self._use = use.tolist()

    def total(self, field: str) -> float:
        """A count of all strata, in persons of the country."""
        return float(self._all[_COUNTS[field]])

    def insiders(self, field: str) -> float:
        """A count of the communities of party members and cadres, in persons of the country."""
        return float(self._insiders[_COUNTS[field]])

    def of_nation(self, field: str) -> float:
        """A field of the nation."""
        return float(self.nation[_NATION[field]])

    def officers(self) -> float:
        """Officers of all provinces."""
        return float(self._sum[_MEANS["officers"]])

    def by_province(self, field: str) -> float:
        """Mean over provinces, by inhabitants."""
        return float(self._mean[_MEANS[field]])

    def use(self, k: int) -> float:
        """Mean use of instrument `k` over provinces, by inhabitants."""
        return float(self._use[k])

    def by_community(self, field: str) -> float:
        """Mean over communities, by persons represented."""
        return float(self._sum[_MEANS[f"sum_{field}"]] / self._sum[_MEANS["sum_weight"]])

    def hidden_opposition(self) -> float:
        """Expected share of free civilians whose private opposition is above one half."""
        people = self._sum[_MEANS["sum_free"]]
        return float(self._sum[_MEANS["sum_hidden"]] / people) if people > 0.0 else 0.0


_NATION = {name: k for k, name in enumerate(NATION_FIELDS.names or ())}
_ARRESTS = ("arrests_open", "arrests_named", "arrests_self")
_COUNTED = (
    *(f"{span}_{name}" for name in FLOWS for span in ("week", "total")),
    *("detained", "camp", "exile", "camp_weeks", "adults"),
)
_COUNTS = {name: k for k, name in enumerate(_COUNTED)}
_AVERAGED = (
    "officers",
    "load",
    "quality",
    "sum_weight",
    "sum_fear",
    "sum_anger",
    "sum_shift",
    "sum_free",
    "sum_hidden",
)
_MEANS = {name: k for k, name in enumerate(_AVERAGED)}
_STRATUM_COLUMNS = _columns(STRATUM_FIELDS, _COUNTED)
_PROVINCE_COLUMNS = _columns(PROVINCE_FIELDS, _AVERAGED)
_USE_COLUMNS = np.arange(4)


def _total(field: str) -> _Read:
    return lambda f: f.total(field)


def _insiders(field: str) -> _Read:
    return lambda f: f.insiders(field)


def _arrests(span: str) -> _Read:
    return lambda f: sum(f.total(f"{span}_{origin}") for origin in _ARRESTS)


def _insider_arrests(f: Figures) -> float:
    return sum(f.insiders(f"total_{origin}") for origin in _ARRESTS)


def _nation(field: str) -> _Read:
    return lambda f: f.of_nation(field)


def _provinces(field: str) -> _Read:
    return lambda f: f.by_province(field)


def _community(field: str) -> _Read:
    return lambda f: f.by_community(field)


def _use(k: int) -> _Read:
    return lambda f: f.use(k)


def _insider_arrest_ratio(f: Figures) -> float:
    """Arrests so far per adult: insiders' communities over all others."""
    inside, insiders = _insider_arrests(f), f.insiders("adults")
    others = sum(f.total(f"total_{origin}") for origin in _ARRESTS) - inside
    return (inside / insiders) / (others / (f.total("adults") - insiders)) if others > 0 and insiders > 0 else 0.0


_REPRESSED = ("detained", "camp", "exile", "total_executed")


def _insiders_repressed(f: Figures) -> float:
    adults = f.insiders("adults")
    return sum(f.insiders(field) for field in _REPRESSED) / adults if adults > 0 else 0.0


def _others_repressed(f: Figures) -> float:
    adults = f.total("adults") - f.insiders("adults")
    return sum(f.total(field) - f.insiders(field) for field in _REPRESSED) / adults if adults > 0 else 0.0


_TABLE: tuple[tuple[str, str, Kind, Privacy, str, _Read], ...] = (
    ("alive", "[1]", "code", "public", "1 while the regime stands, 0 from its collapse", lambda f: float(f.of_nation("cause") == 0)),
    ("cause", "[1]", "code", "public", "cause of the collapse: " + ", ".join(f"{k} {c}" for k, c in enumerate(CAUSES) if c), _nation("cause")),
    ("open_dissent", "share of free adults", "share", "public", "free adults in open voice or in arms", _nation("dissent")),
    ("armed", "persons", "stock", "public", "persons in arms against the regime", _nation("armed")),
    ("armed_centres", "districts", "stock", "public", "districts with a rising, at least 10 simulated and 100 represented persons in arms", _nation("armed_centres")),
    ("risings", "settlements/week", "flow", "public", "settlements whose armed share of adults crossed 5 %", _nation("risings")),
    ("arrests", "persons/week", "flow", "public", "arrests", _arrests("week")),
    ("arrests_open", "persons/week", "flow", "public", "arrests of open dissenters", _total("week_arrests_open")),
    ("arrests_named", "persons/week", "flow", "public", "arrests of persons named in custody", _total("week_arrests_named")),
    ("arrests_self", "persons/week", "flow", "public", "arrests on cases of the apparatus's own making", _total("week_arrests_self")),
    ("arrests_opponents", "persons/week", "flow", "analyst", "arrests of persons who were near to dissent", _total("week_arrests_opponents")),
    ("executed", "persons/week", "flow", "public", "executed", _total("week_executed")),
    ("camp_sentences", "persons/week", "flow", "public", "sentenced to a camp", _total("week_camp_sentences")),
    ("interned", "persons/week", "flow", "public", "interned without conviction", _total("week_interned")),
    ("exiled", "persons/week", "flow", "public", "sentenced to exile", _total("week_exile_sentences")),
    ("detained", "persons", "stock", "public", "in custody under investigation", _total("detained")),
    ("in_camps", "persons", "stock", "public", "in camps", _total("camp")),
    ("in_exile", "persons", "stock", "public", "in internal exile", _total("exile")),
    ("arrests_total", "persons", "total", "public", "arrests so far", _arrests("total")),
    ("executed_total", "persons", "total", "public", "executed so far", _total("total_executed")),
    ("camp_weeks_total", "person-weeks", "total", "public", "time served in camps so far", _total("camp_weeks")),
    ("camp_deaths_total", "persons", "total", "public", "died in camps so far", _total("total_camp_deaths")),
    ("combat_deaths_total", "persons", "total", "public", "inhabitants killed in combat so far, armed or not", _total("total_combat_deaths")),
    ("famine_deaths_total", "persons", "total", "public", "died of famine so far", _total("total_famine_deaths")),
    ("regime_losses_total", "persons", "total", "public", "troops lost against the armed so far", _nation("regime_losses_total")),
    ("insider_arrests_total", "persons", "total", "public", "arrests so far in communities of party members and cadres", _insider_arrests),
    ("insiders_executed_total", "persons", "total", "public", "executed so far from communities of party members and cadres", _insiders("total_executed")),
    ("insiders_repressed", "share of adults", "share", "analyst", "adults of party and cadre communities in custody, camp or exile, or executed", _insiders_repressed),
    ("others_repressed", "share of adults", "share", "analyst", "all other adults in custody, camp or exile, or executed", _others_repressed),
    ("insider_arrest_ratio", "[1]", "code", "analyst", "arrests so far per adult, insiders over others", _insider_arrest_ratio),
    ("staff", "persons", "stock", "public", "officers of the political police", lambda f: f.officers()),
    ("capacity_load", "share of capacity", "share", "public", "capacity in use, mean over provinces", _provinces("load")),
    ("quality", "[1]", "share", "analyst", "precision of the apparatus's information", _provinces("quality")),
    ("threat", "[1]", "stock", "public", "threat as the centre perceives it", _nation("threat")),
    ("use_arrest", "[1]", "share", "public", "how far arrest is taken up", _use(0)),
    ("use_exile", "[1]", "share", "public", "how far exile is taken up", _use(1)),
    ("use_camp", "[1]", "share", "public", "how far camps are taken up", _use(2)),
    ("use_execution", "[1]", "share", "public", "how far executions are taken up", _use(3)),
    ("concession", "share of requisition", "share", "public", "requisition given up", _nation("concession")),
    ("ration", "of a full ration", "share", "public", "food of the towns, private trade included", _nation("ration")),
    ("army_ration", "of a full ration", "share", "public", "food of the army", _nation("army_ration")),
    ("harvest", "of a normal harvest", "stock", "public", "the last harvest", _nation("harvest")),
    ("hardship_peasant", "[1]", "share", "public", "hardship of peasants", _nation("hardship_peasant")),
    ("hardship_city", "[1]", "share", "public", "hardship of townspeople", _nation("hardship_city")),
    ("fear", "[1]", "share", "analyst", "mean fear", _community("fear")),
    ("anger", "[1]", "share", "analyst", "mean anger", _community("anger")),
    ("shift", "[1]", "stock", "analyst", "mean shift of private opposition since the start", _community("shift")),
    ("hidden_opposition", "share of free civilians", "share", "analyst", "expected share with private opposition above one half", lambda f: f.hidden_opposition()),
    ("denunciation_number", "arrests per arrest", "stock", "analyst", "R_d: further arrests that one prisoner's names cause, before capacity", _nation("r_d")),
    ("danger", "[1]", "share", "public", "danger of a fall as insiders perceive it", _nation("danger")),
    ("garrisons_refusing", "share of soldiers", "share", "public", "soldiers of garrisons that refuse orders", _nation("refusing_share")),
    ("territory_lost", "share of inhabitants", "share", "public", "inhabitants of provinces not under control", _nation("lost")),
    ("cadre_dissent", "share of free cadres", "share", "public", "cadres in open voice or arms", _nation("cadre_dissent")),
)  # fmt: skip

OBSERVABLES = tuple(
    Observable(name=name, unit=unit, meaning=meaning, kind=kind, privacy=privacy)
    for name, unit, kind, privacy, meaning, _ in _TABLE
)
"""Columns of every stored run of the machine."""


def observe(w: World) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Every observable now, in the order of `OBSERVABLES`."""
    figures = Figures(w)
    return np.array([read(figures) for *_, read in _TABLE], dtype=np.float64)

"""What the machine shows each week, in persons of the country (weights times whole numbers)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.contract import Kind, Observable, Privacy
from whowhom.mechanisms.collapse import CAUSES
from whowhom.models.machine.stages.survey import AVERAGED, COUNTED, NATION, PARTS

Numbers = NDArray[np.float64]
_Read = Callable[["Figures"], Numbers]
_COUNT = {name: k for k, name in enumerate(COUNTED)}
_AVERAGE = {name: k for k, name in enumerate(AVERAGED)}
_NATION = {name: k for k, name in enumerate(NATION)}
_ARRESTS = ("arrests_open", "arrests_named", "arrests_self", "arrests_informer", "arrests_quota", "arrests_captive")


class Figures:
    """What was written down of some weeks; every number is one for each week, float64 [weeks].

    Parameters
    ----------
    rows : float64 [weeks, LENGTH]
        Rows of `stages.survey`.
    """

    def __init__(self, rows: Numbers) -> None:
        self.weeks = len(rows)
        columns = np.ascontiguousarray(rows.T)
        self._all, self._insiders = columns[PARTS["total"]], columns[PARTS["inside"]]
        self._sum, self._mean = columns[PARTS["sum"]], columns[PARTS["mean"]]
        self._use, self._nation = columns[PARTS["use"]], columns[PARTS["nation"]]

    def total(self, field: str) -> Numbers:
        """A count of all strata, in persons of the country."""
        return self._all[_COUNT[field]]

    def insiders(self, field: str) -> Numbers:
        """A count of the communities of party members and cadres, in persons of the country."""
        return self._insiders[_COUNT[field]]

    def of_nation(self, field: str) -> Numbers:
        """A field of the nation."""
        return self._nation[_NATION[field]]

    def sum(self, field: str) -> Numbers:
        """A number of provinces, summed."""
        return self._sum[_AVERAGE[field]]

    def by_province(self, field: str) -> Numbers:
        """Mean over provinces, by inhabitants."""
        return self._mean[_AVERAGE[field]]

    def use(self, k: int) -> Numbers:
        """Mean use of instrument `k` over provinces, by inhabitants."""
        return self._use[k]

    def by_community(self, field: str) -> Numbers:
        """Mean over communities, by persons represented."""
        return self._sum[_AVERAGE[f"sum_{field}"]] / self._sum[_AVERAGE["sum_weight"]]

    def hidden_opposition(self) -> Numbers:
        """Expected share of free civilians whose private opposition is above one half."""
        return share(self._sum[_AVERAGE["sum_hidden"]], self._sum[_AVERAGE["sum_free"]])


def share(part: Numbers, whole: Numbers) -> Numbers:
    """A part of a whole, 0 where there is no whole."""
    some = whole > 0.0
    return np.divide(part, whole, out=np.zeros(len(part)), where=some)


def _total(field: str) -> _Read:
    return lambda f: f.total(field)


def _insiders(field: str) -> _Read:
    return lambda f: f.insiders(field)


def _arrests(span: str) -> _Read:
    return lambda f: _sum([f.total(f"{span}_{origin}") for origin in _ARRESTS])


def _sum(terms: list[Numbers]) -> Numbers:
    """Terms added from the left."""
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


def _insider_arrests(f: Figures) -> Numbers:
    return _sum([f.insiders(f"total_{origin}") for origin in _ARRESTS])


def _nation(field: str) -> _Read:
    return lambda f: f.of_nation(field)


def _provinces(field: str) -> _Read:
    return lambda f: f.by_province(field)


def _community(field: str) -> _Read:
    return lambda f: f.by_community(field)


def _use(k: int) -> _Read:
    return lambda f: f.use(k)


def _insider_arrest_ratio(f: Figures) -> Numbers:
    """Arrests so far per adult: insiders' communities over all others."""
    inside, insiders = _insider_arrests(f), f.insiders("adults")
    others = _arrests("total")(f) - inside
    return share(share(inside, insiders), share(others, f.total("adults") - insiders))


_REPRESSED = ("detained", "camp", "exile", "total_executed")


def _insiders_repressed(f: Figures) -> Numbers:
    return share(_sum([f.insiders(field) for field in _REPRESSED]), f.insiders("adults"))


def _others_repressed(f: Figures) -> Numbers:
    repressed = _sum([f.total(field) - f.insiders(field) for field in _REPRESSED])
    return share(repressed, f.total("adults") - f.insiders("adults"))


_TABLE: tuple[tuple[str, str, Kind, Privacy, str, _Read], ...] = (
    ("alive", "[1]", "code", "public", "1 while the regime stands, 0 from its collapse", lambda f: (f.of_nation("cause") == 0.0).astype(np.float64)),
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
    ("staff", "persons", "stock", "public", "officers of the political police", lambda f: f.sum("officers")),
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
    ("arrests_informer", "persons/week", "flow", "public", "arrests on the reports of informers", _total("week_arrests_informer")),
    ("arrests_quota", "persons/week", "flow", "public", "arrests to fulfil a limit", _total("week_arrests_quota")),
    ("captives", "persons/week", "flow", "public", "armed persons taken alive", _total("week_arrests_captive")),
    ("informers", "persons", "stock", "analyst", "informers", lambda f: f.sum("informers")),
    ("hostages", "persons", "stock", "public", "relatives of the armed held as hostages", _total("hostages")),
    ("hostages_taken", "persons/week", "flow", "public", "relatives taken as hostages", _total("week_hostages")),
    ("hostages_executed_total", "persons", "total", "public", "hostages executed so far", _total("total_hostages_executed")),
    ("burnt_deaths_total", "persons", "total", "public", "died in burning settlements so far", _total("total_burnt_deaths")),
    ("expelled", "persons/week", "flow", "public", "expelled from the party", _total("week_expelled")),
    ("deserted", "persons/week", "flow", "public", "soldiers who deserted", _total("week_deserted")),
    ("returned", "persons/week", "flow", "public", "deserters who returned to the ranks", _total("week_returned")),
    ("conscripted", "persons/week", "flow", "public", "peasants called up", _total("week_conscripted")),
    ("exits", "persons/week", "flow", "public", "persons who left the country", _total("week_exits")),
    ("deported", "persons/week", "flow", "public", "persons deported abroad", _total("week_deported")),
    ("abroad", "persons", "stock", "public", "persons abroad", _total("abroad")),
    ("killed_abroad_total", "persons", "total", "public", "killed abroad so far", _total("total_killed_abroad")),
    ("foreigners_held", "persons", "stock", "public", "foreigners held", _nation("foreigners")),
    ("cadre_dissent", "share of free cadres", "share", "public", "cadres in open voice or arms", _nation("cadre_dissent")),
    ("rival_troops", "persons", "stock", "public", "men of the rival at the fronts", _nation("rival_troops")),
    ("rival_territory", "share of inhabitants", "share", "public", "inhabitants of provinces held by the rival", _nation("rival_territory")),
    ("front_losses_regime", "persons/week", "flow", "public", "losses of the army at the fronts", _nation("front_losses_regime")),
    ("front_losses_rival", "persons/week", "flow", "public", "losses of the rival at the fronts", _nation("front_losses_rival")),
    ("front_losses_total", "persons", "total", "public", "losses of both sides at the fronts so far", _nation("front_losses_total")),
    ("rival_arrests", "persons/week", "flow", "public", "arrests in provinces held by the rival", _nation("rival_arrests")),
    ("rival_executed", "persons/week", "flow", "public", "executed in provinces held by the rival", _nation("rival_executed")),
    ("rival_arrests_total", "persons", "total", "public", "arrests in provinces held by the rival so far", _nation("rival_arrests_total")),
    ("rival_executed_total", "persons", "total", "public", "executed in provinces held by the rival so far", _nation("rival_executed_total")),
    ("recruited", "persons/week", "flow", "public", "taken into the party", _total("week_recruited")),
)  # fmt: skip

OBSERVABLES = tuple(
    Observable(name=name, unit=unit, meaning=meaning, kind=kind, privacy=privacy)
    for name, unit, kind, privacy, meaning, _ in _TABLE
)
"""Columns of every stored run of the machine."""


def observables_of(rows: Numbers) -> Numbers:
    """Every observable, float64 [weeks, observables] in the order of `OBSERVABLES`, of the rows that `stages.survey` wrote."""
    figures = Figures(rows)
    return np.stack([read(figures) for *_, read in _TABLE], axis=1)

"""What the machine shows each week, in persons of the country (weights times whole numbers)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from whowhom.engine.contract import Kind, Observable, Privacy
from whowhom.engine.population import CADRE_KIND, PARTY_KIND, World
from whowhom.engine.streams import normal_share
from whowhom.mechanisms.collapse import CAUSES

_Read = Callable[[World], float]


def _weighted(field: str) -> _Read:
    return lambda w: float(sum(float(s.weight) * int(s[field]) for s in w.stratum))


def _among_insiders(field: str) -> _Read:
    kinds = (PARTY_KIND, CADRE_KIND)
    return lambda w: float(sum(float(s.weight) * int(s[field]) for s in w.stratum if s.kind in kinds))


def _nation(field: str) -> _Read:
    return lambda w: float(w.nation[0][field])


def _provinces(field: str) -> _Read:
    """Mean over provinces, by inhabitants."""
    return lambda w: float((w.province[field] * w.province.persons).sum() / w.province.persons.sum())


def _sum_provinces(field: str) -> _Read:
    return lambda w: float(w.province[field].sum())


def _arrests(prefix: str, reader: Callable[[str], _Read]) -> _Read:
    parts = [reader(f"{prefix}_arrests_{origin}") for origin in ("open", "named", "self")]
    return lambda w: sum(part(w) for part in parts)


def _use(k: int) -> _Read:
    return lambda w: float((w.use[:, k] * w.province.persons).sum() / w.province.persons.sum())


def _hidden_opposition(w: World) -> float:
    """Expected share of free civilians with private opposition above one half (analyst's number)."""
    means = np.array([float(s.opposition) for s in w.stratum])[w.community.stratum]
    weights = np.array([float(s.weight) for s in w.stratum])[w.community.stratum] * w.community.free
    sd = float(w.p[0].decision_opposition_sd)
    shares = [normal_share(z) for z in ((means + w.community.shift - 0.5) / sd).tolist()]
    total = weights.sum()
    return float((weights * np.array(shares)).sum() / total) if total > 0 else 0.0


def _mean_community(field: str) -> _Read:
    def read(w: World) -> float:
        weights = np.array([float(s.weight) for s in w.stratum])[w.community.stratum]
        return float((weights * w.community[field]).sum() / weights.sum())

    return read


def _insider_arrest_ratio(w: World) -> float:
    """Arrests so far per adult: insiders' communities over all others (analyst's number)."""
    arrests = _arrests("total", _weighted)(w)
    inside = _arrests("total", _among_insiders)(w)
    adults, insiders = _weighted("adults")(w), _among_insiders("adults")(w)
    others = arrests - inside
    return (inside / insiders) / (others / (adults - insiders)) if others > 0 and insiders > 0 else 0.0


_TABLE: tuple[tuple[str, str, Kind, Privacy, str, _Read], ...] = (
    ("alive", "[1]", "code", "public", "1 while the regime stands, 0 from its collapse", lambda w: float(w.nation[0].cause == 0)),
    ("cause", "[1]", "code", "public", "cause of the collapse: " + ", ".join(f"{k} {c}" for k, c in enumerate(CAUSES) if c), _nation("cause")),
    ("open_dissent", "share of free adults", "share", "public", "free adults in open voice or in arms", _nation("dissent")),
    ("armed", "persons", "stock", "public", "persons in arms against the regime", _nation("armed")),
    ("armed_centres", "districts", "stock", "public", "districts with a rising, at least 10 simulated and 100 represented persons in arms", _nation("armed_centres")),
    ("risings", "settlements/week", "flow", "public", "settlements whose armed share of adults crossed 5 %", _nation("risings")),
    ("arrests", "persons/week", "flow", "public", "arrests", _arrests("week", _weighted)),
    ("arrests_open", "persons/week", "flow", "public", "arrests of open dissenters", _weighted("week_arrests_open")),
    ("arrests_named", "persons/week", "flow", "public", "arrests of persons named in custody", _weighted("week_arrests_named")),
    ("arrests_self", "persons/week", "flow", "public", "arrests on cases of the apparatus's own making", _weighted("week_arrests_self")),
    ("arrests_opponents", "persons/week", "flow", "analyst", "arrests of persons who were near to dissent", _weighted("week_arrests_opponents")),
    ("executed", "persons/week", "flow", "public", "executed", _weighted("week_executed")),
    ("camp_sentences", "persons/week", "flow", "public", "sentenced to a camp", _weighted("week_camp_sentences")),
    ("interned", "persons/week", "flow", "public", "interned without conviction", _weighted("week_interned")),
    ("exiled", "persons/week", "flow", "public", "sentenced to exile", _weighted("week_exile_sentences")),
    ("detained", "persons", "stock", "public", "in custody under investigation", _weighted("detained")),
    ("in_camps", "persons", "stock", "public", "in camps", _weighted("camp")),
    ("in_exile", "persons", "stock", "public", "in internal exile", _weighted("exile")),
    ("arrests_total", "persons", "total", "public", "arrests so far", _arrests("total", _weighted)),
    ("executed_total", "persons", "total", "public", "executed so far", _weighted("total_executed")),
    ("camp_weeks_total", "person-weeks", "total", "public", "time served in camps so far", _weighted("camp_weeks")),
    ("camp_deaths_total", "persons", "total", "public", "died in camps so far", _weighted("total_camp_deaths")),
    ("combat_deaths_total", "persons", "total", "public", "inhabitants killed in combat so far, armed or not", _weighted("total_combat_deaths")),
    ("famine_deaths_total", "persons", "total", "public", "died of famine so far", _weighted("total_famine_deaths")),
    ("regime_losses_total", "persons", "total", "public", "troops lost against the armed so far", _nation("regime_losses_total")),
    ("insider_arrests_total", "persons", "total", "public", "arrests so far in communities of party members and cadres", _arrests("total", _among_insiders)),
    ("insiders_executed_total", "persons", "total", "public", "executed so far from communities of party members and cadres", _among_insiders("total_executed")),
    ("insider_arrest_ratio", "[1]", "code", "analyst", "arrests so far per adult, insiders over others", _insider_arrest_ratio),
    ("staff", "persons", "stock", "public", "officers of the political police", _sum_provinces("officers")),
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
    ("fear", "[1]", "share", "analyst", "mean fear", _mean_community("fear")),
    ("anger", "[1]", "share", "analyst", "mean anger", _mean_community("anger")),
    ("shift", "[1]", "stock", "analyst", "mean shift of private opposition since the start", _mean_community("shift")),
    ("hidden_opposition", "share of free civilians", "share", "analyst", "expected share with private opposition above one half", _hidden_opposition),
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
    return np.array([read(w) for *_, read in _TABLE], dtype=np.float64)

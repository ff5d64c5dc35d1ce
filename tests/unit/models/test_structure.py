"""What can be wrong with a scenario's own tables, all of it said at once, with the place, the rule and the nearest name."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from tests.machine_worlds import soviet

from whowhom.models.machine.structure import problems_of

Tables = dict[str, Any]


def tables() -> Tables:
    """The tables of `soviet` as plain data that can be spoilt."""
    plain: Tables = copy.deepcopy(soviet().settings.identity()["structure"])
    return plain


def spoilt(change: Callable[[Tables], object]) -> list[str]:
    spoiled = tables()
    change(spoiled)
    return problems_of(spoiled)


def test_the_scenario_is_sound() -> None:
    """The shipped tables have no problem."""
    assert problems_of(tables()) == []


CASES: list[tuple[Callable[[Tables], object], str]] = [
    (lambda t: t.pop("country"), "table [country] is missing. It gives the size of the country."),
    (lambda t: t.pop("province"), "table [[province]] is missing. A scenario of the machine needs at least one."),
    (lambda t: t.update(pool=[]), "table [[pool]] is missing. A scenario of the machine needs at least one."),
    (lambda t: t.update(provinces=[]), "unknown table 'provinces'. Nearest: 'province'."),
    (lambda t: t["country"].update(persons=3), "[country]: 'persons' must be in [64, 1e+10], got 3."),
    (lambda t: t["country"].update(persons=True), "[country]: 'persons' must be in [64, 1e+10], got True."),
    (lambda t: t["party"].pop("members"), "[party]: 'members' is missing; it must be in [1, 1e+09]."),
    (lambda t: t["party"].update(member=1), "[party]: unknown key 'member'. Nearest: 'members'."),
    (lambda t: t["province"][0].update(share=1.5), "[[province]] 'Petrograd': 'share' must be in [0, 1], got 1.5."),
    (lambda t: t["province"][0].update(weapons="many"), "[[province]] 'Petrograd': 'weapons' must be in [0, 1], got 'many'."),
    (lambda t: t["province"][0].update(town_shar=0.1), "[[province]] 'Petrograd': unknown key 'town_shar'. Nearest: 'town_share', 'factory_share'."),
    (lambda t: t["province"][0].update(share=0.5), "[[province]]: the shares must sum to 1, got "),
    (lambda t: t["province"].append(dict(t["province"][0])), "[[province]] 'Petrograd' is given twice."),
    (lambda t: t["pool"].append(dict(t["pool"][0])), "[[pool]] 'Petrograd garrison' is given twice."),
    (lambda t: t["province"][1].update(joins="Petrogard"), "[[province]] 'North': 'joins' 'Petrogard' is not among the scenario's. Nearest: 'Petrograd'."),
    (lambda t: t["province"][1].update(joins="North"), "[[province]] 'North': 'joins' must name a province of lower rank."),
    (lambda t: t["province"][1].pop("joins"), "[[province]] 'North': 'joins' is missing; small worlds fold it into a neighbour."),
    (lambda t: t["pool"][0].update(place="Moskow"), "[[pool]] 'Petrograd garrison': 'place' 'Moskow' is not among the scenario's. Nearest: 'Moscow'."),
    (lambda t: t["pool"][0].update(soldiers=0), "[[pool]] 'Petrograd garrison': 'soldiers' must be in [1, 1e+09], got 0."),
    (lambda t: t["pool"][0].update(name=3), "[[pool]] 3: 'name' must be a text, got 3."),
    (lambda t: t["capital"][0].update(pool="Kronstad"), "[[capital]]: 'pool' 'Kronstad' is not among the scenario's. Nearest: 'Kronstadt'."),
    (lambda t: t["capital"][0].update(province=1), "[[capital]]: 'province' must be a text, got 1."),
]  # fmt: skip


@pytest.mark.parametrize(("change", "sentence"), CASES, ids=[text[:50] for _, text in CASES])
def test_what_is_wrong_is_said(change: Callable[[Tables], object], sentence: str) -> None:
    """Each fault is answered with one sentence: the place, the name, the rule, what was found, and the nearest name that exists."""
    assert any(found.startswith(sentence) for found in spoilt(change)), spoilt(change)


def test_everything_is_said_at_once() -> None:
    """Three faults in three tables give three sentences."""

    def three(t: Tables) -> None:
        t["country"]["persons"] = 1
        t["party"]["cadres"] = 0
        t["province"][3]["rank"] = -1

    assert len(spoilt(three)) == 3

"""What comes from outside is written down for many weeks as it is looked up for one."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from tests.machine_worlds import soviet_settings

from whowhom.engine.population import NATION_FIELDS
from whowhom.engine.settings import Settings
from whowhom.models.machine.declarations import DECLARATIONS
from whowhom.models.machine.harvests import Harvests
from whowhom.models.machine.layout import Capital
from whowhom.models.machine.outside import BLOCK, Outside
from whowhom.models.machine.world import PARAMETER_FIELDS

START = date(1917, 11, 7)
CAPITALS = (
    Capital(week=0, province=3, pool=1),
    Capital(week=17, province=5, pool=-1),
    Capital(week=80, province=2, pool=4),
)
NAMES = {p.name: p.field for p in DECLARATIONS.parameters}


def outside(settings: Settings) -> Outside:
    """The words from outside under these settings."""
    return Outside(settings, start=START, capitals=CAPITALS, fields=PARAMETER_FIELDS)


def written(settings: Settings, t: int) -> tuple[dict[str, float], dict[str, float]]:
    """Fields of the parameters, and of the nation, that are written in a week."""
    found = outside(settings)
    fields: dict[bool, dict[int, tuple[str, Any]]] = {}
    for is_nation, dtype in ((False, PARAMETER_FIELDS), (True, NATION_FIELDS)):
        known: Any = dtype.fields
        fields[is_nation] = {int(known[name][1]) // 8: (name, known[name][0]) for name in dtype.names or ()}
    result: tuple[dict[str, float], dict[str, float]] = ({}, {})
    for place, word in zip(found.places.tolist(), found.words(t)[0], strict=True):
        name, dtype = fields[place < 0][place if place >= 0 else -1 - place]
        result[place < 0][name] = np.array([word]).view(dtype)[0].item()
    return result


SETTINGS = soviet_settings().replace({"path.civil_war": 0.25}, off=("civil_war",), from_tick=70)


@pytest.mark.parametrize("t", [0, 1, 16, 17, BLOCK - 1, BLOCK, 69, 70, 71, 80, 200, 476])
def test_a_week_is_what_is_looked_up_for_it(t: int) -> None:
    """Every path, dated switch and outside field of the nation is what settings, calendar and capitals say of the week, in any block."""
    parameters, nation = written(SETTINGS, t)
    paths = {NAMES[name]: SETTINGS.value(name, t) for name in SETTINGS.schedules}
    switches = {f"on_{name}": int(SETTINGS.on(name, t)) for name in SETTINGS.switch_dates}
    assert parameters == paths | switches
    assert {"on_civil_war"} <= parameters.keys()
    capital = [x for x in CAPITALS if x.week <= t][-1]
    harvests = Harvests(START)
    assert nation == {
        "war": SETTINGS.value("path.civil_war", t) if SETTINGS.on("civil_war", t) else 0.0,
        "intervention": SETTINGS.value("path.intervention", t) if SETTINGS.on("intervention", t) else 0.0,
        "harvest_path": SETTINGS.value("food.harvest", t) if SETTINGS.on("backwardness", t) else 1.0,
        "troops": SETTINGS.value("army.troops", t),
        "harvest_week": int(harvests.is_harvest(t)),
        "weeks_to_harvest": harvests.weeks_to(t),
        "capital": capital.province,
        "capital_pool": capital.pool,
    }


def test_a_switch_by_date_is_felt() -> None:
    """The week of the change differs from the one before it, so that the comparison above is of something."""
    before, after = (written(SETTINGS, t)[1]["war"] for t in (69, 70))
    assert before > 0.0
    assert after == 0.0


def test_later_weeks_of_a_block_follow() -> None:
    """The rows after the first are those of the weeks after it, to the end of the block."""
    found = outside(SETTINGS)
    rows = found.words(BLOCK + 3)
    assert len(rows) == BLOCK - 3
    assert all(np.array_equal(row, outside(SETTINGS).words(BLOCK + 3 + k)[0]) for k, row in enumerate(rows))

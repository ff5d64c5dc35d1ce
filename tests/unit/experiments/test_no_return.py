"""The two dates of a fall: against a model whose chances are known exactly, and against the toy."""

from __future__ import annotations

import random
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.toy_model import BALANCED, PERSONS, ToyModel, toy_scenario, toy_settings

from whowhom.engine.contract import Observable, Snapshot
from whowhom.engine.run import run_history
from whowhom.engine.settings import Settings
from whowhom.errors import ModelError, ParameterError, UnknownNameError
from whowhom.experiments.design import Arm
from whowhom.experiments.no_return import (
    FUTURES,
    MOST_TIMES,
    Crossing,
    NoReturn,
    NoReturns,
    dates_of_falls,
    luck_of,
    no_return,
)
from whowhom.experiments.plan import Plan, make_plan
from whowhom.parameters import Declarations, Parameter, Switch

HORIZON, TOP, UP, BRACED = 60, 11, 0.5, 0.35

DECLARED = Declarations(
    (Parameter("walk.up", symbol="u", default=UP, low=0.0, high=1.0, unit="1", meaning="chance of a step up", source="Ours", equation="walk"),),
    (Switch("braces", meaning="steps up are rarer", off_means="they are not", rung="constant", source="Ours", equation="walk", default=False),),
)  # fmt: skip


class Walk:
    """A walk by one up or down, not below 0, that falls at the top: every chance can be computed."""

    def __init__(self, settings: Settings, seed: int) -> None:
        self.settings, self.seed, self.tick, self.place = settings, seed, 0, 3

    @property
    def alive(self) -> bool:
        return self.place < TOP

    @property
    def cause(self) -> str:
        return "" if self.alive else "the top"

    def step(self) -> None:
        up = BRACED if self.settings.on("braces", self.tick) else UP
        self.place = max(0, self.place + (1 if random.Random(f"{self.seed}:{self.tick}").random() < up else -1))
        self.tick += 1

    def observe(self) -> NDArray[np.float64]:
        return np.array([float(self.place)])

    def snapshot(self) -> dict[str, NDArray[Any]]:
        return {"tick": np.array(self.tick), "place": np.array(self.place)}

    def restore(self, snapshot: Snapshot) -> None:
        self.tick, self.place = int(snapshot["tick"]), int(snapshot["place"])

    def digest(self) -> str:
        return f"{self.tick}:{self.place}"

    def change(self, settings: Settings) -> None:
        self.settings = settings

    def other_luck(self, seed: int) -> None:
        self.seed = seed


class WalkModel:
    name, version, meaning, declarations = "walk", "1", "A walk.", DECLARED
    observables = (Observable("place", "[1]", "where it is", "stock"),)
    tick_days, smallest_persons = 7, 1

    def problems(self, structure: Mapping[str, Any]) -> list[str]:
        return []

    def build(self, settings: Settings, *, persons: int, seed: int) -> Walk:
        return Walk(settings, seed)


SETTINGS = Settings.of(DECLARED)
BRACE = Arm("braced", on=("braces",))


@cache
def chance(place: int, left: int, up: float) -> float:
    """The exact chance that the walk reaches the top in so many weeks."""
    if place >= TOP:
        return 1.0
    if left == 0:
        return 0.0
    return up * chance(place + 1, left - 1, up) + (1 - up) * chance(max(0, place - 1), left - 1, up)


def path(seed: int) -> tuple[list[int], int | None]:
    history = run_history(WalkModel(), SETTINGS, persons=1, seed=seed, ticks=HORIZON)
    return [int(place) if place == place else TOP for place in history.rows[:, 0]], history.ended


def dates(seed: int, **words: Any) -> NoReturn | None:
    return no_return(WalkModel(), (0, seed, SETTINGS), persons=1, horizon=HORIZON, remedy=BRACE, **words)


@pytest.fixture(scope="module")
def found() -> dict[int, NoReturn]:
    """The dates of the first 40 histories that fall, with few futures."""
    every: dict[int, NoReturn] = {}
    seed = 0
    while len(every) < 40:
        one = dates(seed, futures=20)
        if one is not None:
            every[seed] = one
        seed += 1
    return every


def test_looks_are_right(found: dict[int, NoReturn]) -> None:
    """The share of futures that fall lies within its interval of the exact chance in all but a few looks: null, the chance is exact; nominal 99 % and more."""
    outside, looks = 0, 0
    for seed, one in found.items():
        places, _ = path(seed)
        for look in one.looks:
            exact = chance(places[look.week], HORIZON - look.week, UP if look.kind == "history" else BRACED)
            outside += not look.low <= exact <= look.high
            looks += 1
    print(outside, looks)
    assert looks > 300
    assert outside <= 0.03 * looks


def test_dates_are_crossings(found: dict[int, NoReturn]) -> None:
    """At both ends of the interval of a date the exact chance is on its own side of one half, in at least 95 % of 80 dates."""
    right = 0
    for seed, one in found.items():
        places, fell = path(seed)
        assert one.fell == fell
        for date, up in ((one.likely, UP), (one.too_late, BRACED)):
            assert date is not None
            assert date.low <= date.week <= date.high <= one.fell
            below = date.low == 0 or chance(places[date.low - 1], HORIZON - date.low + 1, up) <= 0.5
            right += below and chance(places[date.high], HORIZON - date.high, up) >= 0.5
    print(right)
    assert right >= 72  # P(Bin(80, .95) < 72) < 0.03


def test_a_remedy_works_longer_than_a_fall_is_unlikely(found: dict[int, NoReturn]) -> None:
    """With the same luck fewer futures fall with the remedy in every week that both were looked at, and it stops working after the fall became likely."""
    for one in found.values():
        assert one.too_late is not None
        assert one.too_late.week >= one.likely.week
        weeks = {kind: {look.week: look.fell / look.futures for look in one.looks if look.kind == kind} for kind in ("history", "remedy")}  # fmt: skip
        for week in weeks["history"].keys() & weeks["remedy"].keys():
            assert weeks["remedy"][week] <= weeks["history"][week] + 1e-12


def test_a_remedy_that_changes_nothing_has_the_same_date(found: dict[int, NoReturn]) -> None:
    """Negative control: with a remedy that changes nothing both dates, and all futures, are the same."""
    seed = next(iter(found))
    nothing = no_return(WalkModel(), (0, seed, SETTINGS), persons=1, horizon=HORIZON, remedy=Arm("nothing"), futures=20)
    assert nothing is not None
    assert nothing.too_late == nothing.likely == found[seed].likely


def test_doubtful_weeks_get_more_futures(found: dict[int, NoReturn]) -> None:
    """Where futures do not decide on which side of one half a week is, more are played, up to four times as many; elsewhere not."""
    numbers = {look.futures for one in found.values() for look in one.looks}
    assert numbers == {20 * times for times in range(1, MOST_TIMES + 1)}
    for one in found.values():
        assert all(look.low > 0.5 or look.high < 0.5 or look.futures == 80 for look in one.looks)


def test_futures_are_keyed() -> None:
    """The same history has the same dates again; futures of different weeks and numbers have different luck, which no history can have."""
    assert dates(3, futures=20) == dates(3, futures=20)
    lucks = {luck_of(seed, week, number) for seed in range(3) for week in range(3) for number in range(3)}
    assert len(lucks) == 27
    assert all(2**62 <= luck < 2**63 for luck in lucks)


def test_a_history_that_stands_has_no_dates() -> None:
    """A history that did not fall has no dates."""
    seed = next(seed for seed in range(100) if path(seed)[1] is None)
    assert dates(seed) is None


def plan(**asked: Any) -> Plan:
    words: dict[str, Any] = {"replicates": 12, "until": "1918-12", "persons": PERSONS, "seed": 0} | asked
    return make_plan(toy_scenario(), model=ToyModel(), **words)


def test_falls_of_a_model(tmp_path: Any) -> None:
    """All histories of the toy that fall have both dates, which do not depend on threads; the table and the quartiles say how long before the fall."""
    found = dates_of_falls(plan(), remedy=Arm("harsher sky", values={"dissent.growth": 0.3}), futures=10, threads=2)
    table = found.table()
    fell = [run_history(ToyModel(), toy_settings(BALANCED), persons=PERSONS, seed=seed, ticks=56).ended for seed in range(12)]  # fmt: skip
    assert table["fell"].tolist() == [week for week in fell if week is not None]
    assert (table["likely"] <= table["too_late"]).all()
    assert (table["too_late"] <= table["fell"]).all()
    again = dates_of_falls(plan(), remedy=Arm("harsher sky", values={"dissent.growth": 0.3}), futures=10, threads=1)
    assert again.found == found.found
    lead = found.before_the_fall().set_index("date")
    assert lead.loc["likely", "weeks_50"] == (table["fell"] - table["likely"]).median()
    assert set(found.looks()["kind"]) == {"history", "remedy"}
    assert found.histories == 12


def test_without_a_remedy_there_is_one_date() -> None:
    """Without a remedy the second date is empty; without a fall the tables are empty and say so."""
    one = NoReturn(0, 1, 9, "the top", Crossing(4, 3, 5), None, ())
    row = NoReturns((one,), 3).table().iloc[0]
    assert row["likely"] == 4
    assert np.isnan(row["too_late"])
    empty = NoReturns((), 3)
    assert empty.table().empty
    assert empty.before_the_fall()["histories"].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ({"futures": 1}, "'futures' must be in [2, 100000], got 1. They are futures of one state."),
        ({"remedy": Arm("x", off=("arests",))}, "unknown switch 'arests'. Nearest: 'arrests'"),
        ({"remedy": Arm("x", values={"repression.arrest_rate": 0.5})}, "arms 'history' and 'x' must differ in whether an instrument exists, not in how much of it there is"),
    ],
)  # fmt: skip
def test_wrong_questions_are_answered(words: Mapping[str, Any], text: str) -> None:
    """Too few futures, unknown switches, and a remedy that is another dose of an instrument are refused in words."""
    with pytest.raises((ParameterError, UnknownNameError)) as error:
        dates_of_falls(plan(), **words)
    assert str(error.value).startswith(text)


def test_a_model_with_one_luck_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model whose worlds cannot go on with other luck is told what it needs."""
    from tests.toy_model import ToyWorld

    monkeypatch.delattr(ToyWorld, "other_luck")
    with pytest.raises(
        ModelError, match="worlds of model 'toy' must be able to go on with other luck, got none that can"
    ):
        dates_of_falls(plan())
    assert FUTURES == 40

"""Attribution: all worlds as twins, exact values, honest errors, reversals that are not looked for too long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.toy_model import DECLARATIONS, PERSONS, ToyModel, toy_scenario, toy_settings
from tests.toy_store import SETS

from whowhom.engine.run import run_history
from whowhom.engine.scenario import Scenario
from whowhom.engine.settings import Settings
from whowhom.errors import ModelError, ParameterError, StoreError, UnknownNameError
from whowhom.experiments.attribution import (
    FIRST_FALL,
    HORIZON,
    Attribution,
    Cause,
    Game,
    arm_of,
    causes,
    change_of,
    changes,
)
from whowhom.experiments.design import HISTORY, Arm
from whowhom.experiments.experiment import run_experiment
from whowhom.experiments.plan import plan_arms
from whowhom.parameters import Declarations, Switch
from whowhom.store.reader import Store

TICKS, REPLICATES = 40, 12
BOTH = causes(["arrests", "executions"], settings=toy_settings(), declarations=DECLARATIONS)
COUNTRY = {"country": {"persons": 1000.0}}


class Counting(ToyModel):
    """The toy with a country of a thousand, a total for camp years, and a third switch that the scenario leaves off."""

    declarations = Declarations(
        DECLARATIONS.parameters,
        (*DECLARATIONS.switches, Switch("mercy", meaning="nothing", off_means="nothing", rung="constant", equation="toy", source="Ours", default=False)),
    )  # fmt: skip

    observables = tuple(
        replace(o, name=f"{o.name}_total") if o.name in ("executed", "camp_years") else o for o in ToyModel.observables
    )

    def problems(self, structure: Mapping[str, Any]) -> list[str]:
        return []


def scenario(*, sets: Any = ()) -> Scenario:
    given = toy_scenario(sets=sets)
    settings = Settings.of(Counting.declarations, values=dict(given.settings.values), structure=COUNTRY)
    return Scenario(name="toy", title="Toy", model="toy", start=given.start, settings=settings, sets=given.sets)


def run(folder: Path, *, sets: Any = (), found: tuple[Cause, ...] = BOTH, replicates: int = REPLICATES) -> Store:
    case = scenario(sets=sets)
    arms = plan_arms(
        case, change={"off": (), "on": (), "set": {}, "from_date": None}, arms=changes(found), twins=False, ticks=TICKS
    )  # fmt: skip
    asked: dict[str, Any] = {
        "persons": PERSONS,
        "replicates": replicates,
        "until_ticks": TICKS,
        "seed": 0,
        "threads": 1,
    }
    return run_experiment(Counting(), scenario=case, arms=arms, store=folder, **asked)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Attribution:
    """Arrests and executions of the toy, each present or absent, 12 replicates."""
    return Attribution(run(tmp_path_factory.mktemp("attribution") / "s"), BOTH)


def drawn(seed: int, *shape: int) -> Any:
    return np.random.Generator(np.random.Philox(seed)).normal(size=shape)


def game(values: Any, *, sets: Any = None, outcome: str = "total") -> Game:
    k = values.shape[1].bit_length() - 1
    own = np.full(len(values), -1) if sets is None else np.asarray(sets)
    return Game(outcome, HORIZON, tuple("abcdefgh"[:k]), np.asarray(values, float), own)


def test_every_set_of_causes_is_an_arm(found: Attribution) -> None:
    """So many causes k make 2^k arms; the one in which all are present is the history."""
    assert found.arms == ("no arrests, executions", "no executions", "no arrests", HISTORY)
    assert set(found.store.arms) == set(found.arms)


def test_values_are_those_of_the_histories(found: Attribution) -> None:
    """The Shapley value of what was executed is half of two differences of histories played one by one, replicate by replicate."""
    totals = []
    for seed in range(REPLICATES):
        settings = scenario().settings
        own = [
            run_history(Counting(), Arm("a", off=tuple(off)).apply(settings), persons=PERSONS, seed=seed, ticks=TICKS).rows[-1, 3]
            for off in (["arrests", "executions"], ["executions"], ["arrests"], [])
        ]  # fmt: skip
        totals.append([1000 * x / 1000 for x in own])
    none, arrests, executions, both = np.array(totals).T
    expected = ((arrests - none) + (both - executions)) / 2
    table = found.shares()
    row = table[(table["cause"] == "arrests") & (table["measure"] == "Shapley value") & (table["exposure"] == HORIZON)]
    row = row.set_index("outcome").loc["executed_per_1000"]
    assert row["estimate"] == pytest.approx(expected.mean())
    assert row["error"] == pytest.approx(expected.std(ddof=1) / np.sqrt(REPLICATES))
    assert expected.mean() > 0


def test_values_add_up(found: Attribution) -> None:
    """Shapley values of each outcome add up to the difference of the history from the world without any of the causes."""
    worlds = found.worlds().set_index(["outcome", "exposure", "present"])["estimate"]
    shares = found.shares()
    for (outcome, exposure), rows in shares[shares["measure"] == "Shapley value"].groupby(["outcome", "exposure"]):
        whole = worlds[(outcome, exposure, "arrests, executions")] - worlds[(outcome, exposure, "")]
        assert rows["estimate"].sum() == pytest.approx(whole)


def test_survival_comes_with_victims_to_both_exposures(found: Attribution) -> None:
    """Survival is never given without those executed and the years in camps, to the horizon and to the first fall of all twins."""
    expected = {("survived", HORIZON)} | {
        (name, exposure)
        for name in ("executed_per_1000", "camp_years_per_1000", "toll_10_per_1000", "toll_30_per_1000")
        for exposure in (HORIZON, FIRST_FALL)
    }
    for table in (found.worlds(), found.shares(), found.interactions(), found.reversals()):
        assert set(zip(table["outcome"], table["exposure"], strict=True)) == expected


def test_to_the_first_fall_all_worlds_have_the_same_time(found: Attribution) -> None:
    """Up to the first fall of any of the twins nobody has more victims than to the horizon, and some have fewer."""
    worlds = found.worlds().set_index(["outcome", "exposure", "present"])["estimate"]
    whole, equal = (worlds["executed_per_1000"][exposure] for exposure in (HORIZON, FIRST_FALL))
    assert (equal <= whole).all()
    assert equal["arrests, executions"] < whole["arrests, executions"]


def test_totals_can_be_asked_for(found: Attribution) -> None:
    """Any total can be shared out; without victims in a model survival is refused."""
    own = Attribution(found.store, BOTH, totals=("camp_years_total",))
    assert set(own.shares()["outcome"]) == {"camp_years_total"}
    with pytest.raises(UnknownNameError, match="unknown total 'alive'"):
        Attribution(found.store, BOTH, totals=("alive",)).shares()


def test_a_model_without_victims_shows_no_survival(tmp_path: Path) -> None:
    """A model that does not count victims is told that survival is not shown without them."""
    from tests.toy_store import toy_run

    store = toy_run(tmp_path / "s", arms=(Arm(HISTORY), *(Arm(n, **c) for n, c in changes(BOTH).items())), replicates=2)  # type: ignore[arg-type]  # fmt: skip
    with pytest.raises(ModelError, match="Survival is not shown without them"):
        Attribution(store, BOTH).shares()
    assert len(Attribution(store, BOTH, totals=("executed",)).interactions()) == 1


def test_replicates_of_one_set_are_one_unit(tmp_path: Path) -> None:
    """With several replicates of a parameter set the errors rest on means of sets, and fewer of them."""
    store = run(tmp_path / "s", sets=SETS)
    row = Attribution(store, BOTH).shares().iloc[0]
    assert row["n"] == len(SETS)
    assert "over 3 set means" in row["method"]


def test_treating_replicates_of_a_set_as_independent_is_too_sure() -> None:
    """Where sets differ, intervals over set means cover and those over replicates do not: null true effect 0, 400 experiments, 95 %."""
    sets = np.repeat(np.arange(6), 10)
    hits = {"sets": 0, "replicates": 0}
    for number in range(400):
        base = drawn(number, 60, 4) * 0.3
        base[:, 1] += drawn(10_000 + number, 6)[sets]
        for name, own in (("sets", sets), ("replicates", None)):
            row = game(base, sets=own).shares()[0]
            hits[name] += row["low"] <= 0.0 <= row["high"]  # type: ignore[operator]
    print(hits)
    assert hits["sets"] >= 365  # P(Bin(400, .95) < 365) < 0.001
    assert hits["replicates"] < 300


def test_a_switch_that_is_never_on_is_turned_on() -> None:
    """Of a switch that the scenario leaves off being present is the change, and the history is the world without it."""
    both = causes(["arrests", "mercy"], settings=scenario().settings, declarations=Counting.declarations)
    assert [arm_of(present, both) for present in range(4)] == [
        "no arrests",
        HISTORY,
        "no arrests; with mercy",
        "with mercy",
    ]
    assert change_of(2, both) == {"off": ["arrests"], "on": ["mercy"]}
    assert list(changes(both)) == ["with mercy", "no arrests; with mercy", "no arrests"]


def test_switches_can_go_together() -> None:
    """Switches joined by + are one cause, with the off value of each."""
    joined = causes(["arrests+executions", "mercy"], settings=scenario().settings, declarations=Counting.declarations)
    assert joined[0] == Cause(("arrests", "executions"), never_on=False, off_means=("nobody is", "they are held"))
    assert change_of(0, joined) == {"off": ["arrests", "executions"], "on": []}


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["arrests"], "an attribution must have from 2 to 10 causes, got 1: k of them make 2^k arms. Join switches that belong together: a+b."),
        (["arrests", "executions+arrests"], "causes must have different switches, got 'arrests' twice. Leave one out."),
        (["arrests", "dissent.growth"], "'dissent.growth' is a parameter, not a switch. `whowhom describe soviet` lists both."),
        (["arrests", "execution"], "unknown switch 'execution'. Nearest: 'executions'. `whowhom describe soviet` lists all."),
    ],
)  # fmt: skip
def test_wrong_causes_are_answered(names: list[str], text: str) -> None:
    """Too few causes, a switch in two of them, a parameter and an unknown name are refused in words."""
    with pytest.raises((ParameterError, UnknownNameError)) as error:
        causes(names, settings=toy_settings(), declarations=DECLARATIONS)
    assert str(error.value) == text


def test_a_store_must_have_every_arm(found: Attribution) -> None:
    """A store that lacks an arm of the attribution is refused with the arms that it has."""
    other = causes(["arrests", "mercy"], settings=scenario().settings, declarations=Counting.declarations)
    with pytest.raises(UnknownNameError, match="unknown arm 'no arrests; with mercy'"):
        Attribution(found.store, other).shares()


def test_an_interrupted_experiment_is_a_smaller_one(found: Attribution) -> None:
    """Replicates that lack an arm are left out; without any whole one the store is answered."""
    import pandas as pd

    rows = [(arm, r, -1, float(r)) for r in range(3) for arm in found.arms if (arm, r) != (HISTORY, 1)]
    table = pd.DataFrame(rows, columns=["arm", "replicate", "set", "executed_total"])
    assert len(Game.of(table, "executed_total", found).values) == 2
    with pytest.raises(StoreError, match="must hold a replicate of which all 4 arms are finished, got none"):
        Game.of(table[table["replicate"] == 1], "executed_total", found)


def test_a_few_histories_that_agree_leave_an_interval() -> None:
    """Survival that is the same in all of a few replicates is given with an interval that has a width and keeps its bounds."""
    values = np.tile([0.0, 1.0, 0.0, 1.0], (5, 1))
    rows = game(values, outcome="survived").shares()
    assert [(row["estimate"], row["low"] < row["estimate"], row["high"]) for row in rows[:1]] == [(1.0, True, 1.0)]  # type: ignore[operator]
    assert rows[1]["estimate"] == 0.0
    assert rows[1]["low"] < 0.0 < rows[1]["high"]  # type: ignore[operator]
    pair = game(values, outcome="survived").interactions()[0]
    assert pair["low"] < 0.0 < pair["high"]  # type: ignore[operator]


def test_nobody_is_the_victim_of_less_than_nothing() -> None:
    """The interval of a number of victims does not go below 0; that of what a cause adds may, and that of any total."""
    values = np.abs(drawn(4, 3, 4)) * np.array([0.0, 1.0, 1.0, 30.0])
    victims = game(values, outcome="executed_per_1000")
    assert all(row["low"] >= 0.0 for row in victims.worlds())  # type: ignore[operator]
    assert any(row["low"] < 0.0 for row in victims.shares())  # type: ignore[operator]
    assert any(row["low"] < 0.0 for row in game(values).worlds())  # type: ignore[operator]


def test_a_reversal_is_found() -> None:
    """A cause that adds alone and takes away beside another is found to reverse, with the company in which it does; the other is not."""
    means = np.array([0.0, 1.0, 2.0, 1.0])  # a: +1 alone, -1 beside b; b: +2 alone, 0 beside a
    a, b = game(means + 0.2 * drawn(1, 20, 4)).reversals()
    assert (a["reverses"], a["rises_beside"], a["falls_beside"]) == (True, "", "b")
    assert a["rises_low"] > 0 > a["falls_high"]  # type: ignore[operator]
    assert b["reverses"] is False
    assert (a["looks"], a["level"]) == (4, pytest.approx(1 - 0.05 / 4))


def test_many_looks_find_no_reversal_by_chance() -> None:
    """Over 300 planted games of 5 causes that add nothing, reversals are found in at most 5 %; without the correction in a third (negative control)."""
    corrected, plain = 0, 0
    for number in range(300):
        own = game(drawn(number, 20, 32))
        corrected += any(row["reverses"] for row in own.reversals())
        plain += _plain(own)
    print(corrected, plain)
    assert corrected <= 27  # P(Bin(300, .05) > 27) < 0.002
    assert plain > 75


def _plain(own: Game) -> bool:
    """Whether any cause reverses by intervals at 95 % each, as if only one had been looked at."""
    from whowhom.experiments.games import marginals
    from whowhom.experiments.intervals import mean_interval

    for i in range(len(own.names)):
        found = [mean_interval(column) for column in marginals(own.values)[:, i].T]
        if max(one.low for one in found) > 0 > min(one.high for one in found):
            return True
    return False

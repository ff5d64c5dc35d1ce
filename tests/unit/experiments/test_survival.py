"""Survival and victims."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.toy_model import PERSONS
from tests.toy_store import TICKS, toy_run

from whowhom.experiments.intervals import share_interval
from whowhom.experiments.survival import survival_curve, survival_table, survived
from whowhom.experiments.victims import (
    OUTCOMES,
    VICTIMS,
    Count,
    compare_arms,
    outcomes,
    outcomes_to_first_fall,
    victims_table,
)
from whowhom.store.reader import Store

NEVER = math.nan
COUNT = Count(executed="executed", camp_years="camp_years", inhabitants=PERSONS)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return toy_run(tmp_path_factory.mktemp("survival") / "store", replicates=12)


def test_a_regime_that_falls_in_the_week_asked_about_has_not_survived() -> None:
    """Survival to a week means standing at its beginning: a fall in that week or before is none."""
    assert list(survived([9, 10, 11, NEVER], horizon=10)) == [False, False, True, True]


def test_survival_table(store: Store) -> None:
    """The table has each arm's runs, survivors and share with Wilson's interval at least, in the order of the design."""
    table = survival_table(store.runs(), horizon=TICKS)
    assert list(table["arm"]) == ["history", "no executions"]
    stood = store.runs()["ended"].isna().groupby(store.runs()["arm"], observed=True).sum()
    assert list(table["survived"]) == list(stood)
    for row in table.itertuples():
        wilson = share_interval(row.survived, row.runs)
        assert row.low <= wilson.low <= row.share <= wilson.high <= row.high
        assert row.method == "Student's t over 3 set means, or Wilson's score where that is wider"


def kaplan_meier(ended: list[float], last: list[int]) -> list[float]:
    """The estimate written out week by week, straight from its definition."""
    survival, curve = 1.0, []
    for week in range(max(last) + 1):
        risk = sum(1 for e, w in zip(ended, last, strict=True) if w >= week and not e < week)
        fell = sum(1 for e, w in zip(ended, last, strict=True) if e == week and w >= week)
        survival *= 1.0 - fell / risk if risk else 1.0
        curve.append(survival)
    return curve


def test_the_curve_without_censoring_is_the_share_that_stands() -> None:
    """If all runs are watched to the end, the curve is the share standing, with Wilson's interval at each week."""
    ended = [3, 3, 5, 9, NEVER, NEVER]
    curve = survival_curve(ended, last=10)
    stood = [int(survived(ended, horizon=week).sum()) for week in range(11)]
    assert list(curve["survival"]) == pytest.approx([n / 6 for n in stood])
    right = [share_interval(n, 6) for n in stood]
    assert list(curve["low"]) == pytest.approx([interval.low for interval in right])
    assert list(curve["high"]) == pytest.approx([interval.high for interval in right])


def test_the_curve_with_censoring_is_kaplan_and_meiers() -> None:
    """Runs watched for different times give Kaplan and Meier's estimate, ties included."""
    ended = [2, 4, 4, NEVER, NEVER, 7, 9, NEVER]
    last = [10, 10, 10, 3, 4, 10, 8, 10]  # the seventh falls after it was last watched
    seen = [e if e <= w else NEVER for e, w in zip(ended, last, strict=True)]
    curve = survival_curve(ended, last=last)
    assert list(curve["survival"]) == pytest.approx(kaplan_meier(seen, last))
    assert curve["fallen"].sum() == 4
    assert ((curve["low"] <= curve["survival"]) & (curve["survival"] <= curve["high"])).all()


def test_the_curve_at_its_ends_keeps_its_doubt() -> None:
    """Before the first fall and after the last the interval has width, and no runs give NaN."""
    none, all_fell = survival_curve([NEVER] * 5, last=3), survival_curve([1] * 5, last=3)
    assert none["low"].iloc[-1] == pytest.approx(share_interval(5, 5).low)
    assert all_fell["high"].iloc[-1] == pytest.approx(share_interval(0, 5).high)
    assert all_fell["survival"].iloc[-1] == 0.0
    assert survival_curve([], last=[]).isna()["low"].all()


def test_victims_to_the_horizon(store: Store) -> None:
    """Victims to the horizon are the totals of the last week per 1,000 inhabitants, executions and years apart."""
    table = outcomes(store, count=COUNT)
    weeks = store.weeks(["executed", "camp_years"])
    last = weeks[weeks["week"] == TICKS]
    assert list(table["executed_per_1000"]) == pytest.approx(list(last["executed"] / PERSONS * 1000))
    assert list(table["camp_years_per_1000"]) == pytest.approx(list(last["camp_years"] / PERSONS * 1000))
    assert list(table["survived"]) == list(store.runs()["ended"].isna().astype(int))
    assert set(table["week"]) == {TICKS}


def test_the_two_tolls_are_both_there(store: Store) -> None:
    """Where one number is needed, an execution counts as 10 and as 30 years, and both are given."""
    table = outcomes(store, count=COUNT)
    years, executed = table["camp_years_per_1000"], table["executed_per_1000"]
    assert list(table["toll_10_per_1000"]) == pytest.approx(list(years + 10 * executed))
    assert list(table["toll_30_per_1000"]) == pytest.approx(list(years + 30 * executed))


def test_victims_to_the_first_fall_give_both_twins_the_same_time(store: Store) -> None:
    """To the first fall both twins are read at the week in which the first of them fell, or at the horizon."""
    table = outcomes_to_first_fall(store, count=COUNT, arm="no executions")
    first = store.runs().groupby("replicate")["ended"].min()
    assert (table.groupby("replicate")["week"].nunique() == 1).all()
    week = table.groupby("replicate")["week"].first()
    assert list(week) == [int(min(first[r], TICKS)) if not math.isnan(first[r]) else TICKS for r in week.index]
    assert set(week) != {TICKS}
    assert (table["executed_per_1000"] <= outcomes(store, count=COUNT)["executed_per_1000"] + 1e-9).all()


def test_a_shorter_horizon(store: Store) -> None:
    """A horizon before the end reads survival and victims at that week, one after it at the end."""
    early = outcomes(store, count=COUNT, horizon=5)
    assert set(early["week"]) == {5}
    assert early["survived"].sum() >= outcomes(store, count=COUNT)["survived"].sum()
    assert set(outcomes(store, count=COUNT, horizon=10**6)["week"]) == {TICKS}


def test_comparing_arms_gives_both_exposures(store: Store) -> None:
    """Arms are compared in survival and victims to the horizon, and in victims to the first fall; never one alone."""
    table = compare_arms(store, count=COUNT)
    assert list(table.groupby("exposure", sort=False)["outcome"].agg(tuple)) == [OUTCOMES, VICTIMS]
    survival = table[table["outcome"] == "survived"].iloc[0]
    assert survival["method"].startswith("Student's t over 3 set means, or Tango's score")
    assert (table["pairs"] == 12).all()
    executed = table[(table["outcome"] == "executed_per_1000")]
    assert (executed["high"] < 0).all()


def test_mean_victims(store: Store) -> None:
    """The table of victims has every arm's mean with an interval over independent units."""
    table = victims_table(outcomes(store, count=COUNT))
    assert list(table["arm"].unique()) == ["history", "no executions"]
    assert set(table["outcome"]) == set(VICTIMS)
    assert (table["low"] <= table["mean"]).all()
    assert set(table["method"]) == {"Student's t over 3 set means"}


def test_failed_replicates_are_left_out(tmp_path: Path) -> None:
    """A replicate that failed in one arm is in no comparison, and the others are."""
    from tests.toy_store import Fragile

    broken = toy_run(tmp_path / "store", model=Fragile())
    table = compare_arms(broken, count=COUNT)
    assert (table["pairs"] == 9).all()
    assert isinstance(table, pd.DataFrame)
    assert np.isfinite(table["difference"]).all()


def test_the_curve_is_lifelines() -> None:
    """With ties and runs that were watched for different times the curve, those at risk and the fallen are lifelines' own."""
    import lifelines

    luck = np.random.Generator(np.random.Philox(key=5))
    fall, watched = luck.geometric(0.08, 200), luck.integers(5, 40, 200)
    fell = fall <= watched
    found = survival_curve(np.where(fell, fall, np.nan), last=watched).set_index("week")
    fitted = lifelines.KaplanMeierFitter().fit(np.minimum(fall, watched), fell)
    theirs = fitted.survival_function_.iloc[:, 0]
    assert found.loc[theirs.index.astype(int), "survival"].to_numpy() == pytest.approx(theirs.to_numpy(), abs=1e-12)
    events = fitted.event_table.iloc[1:]
    own = found.loc[events.index.astype(int)]
    assert own["fallen"].tolist() == events["observed"].tolist()
    assert own["at_risk"].tolist() == events["at_risk"].tolist()

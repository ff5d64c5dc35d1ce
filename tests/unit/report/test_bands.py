"""Medians and shares of histories, weeks and years."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.report.stores import planned_store

from whowhom.data.spans import parse_span
from whowhom.engine.contract import Observable
from whowhom.report.bands import FEWEST, QUANTILES, Clock, Histories, of_values, quantiles_of, spread
from whowhom.store.reader import Store

CLOCK = Clock(date(1917, 11, 7), 226)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return planned_store(tmp_path_factory.mktemp("bands") / "s", falls={2: 100}, replicates=6)


def observable(store: Store, name: str) -> Observable:
    return next(o for o in store.observables if o.name == name)


@given(
    st.lists(
        st.lists(st.one_of(st.floats(-1e6, 1e6), st.just(np.nan)), min_size=4, max_size=4), min_size=1, max_size=12
    )
)
def test_quantiles_are_those_of_numpy(rows: list[list[float]]) -> None:
    """The quantiles of the standing histories are those of `numpy.nanquantile`."""
    values = np.array(rows)
    standing = np.isfinite(values).sum(axis=0)
    found = quantiles_of(values, standing)
    for column in range(4):
        finite = values[:, column][np.isfinite(values[:, column])]
        expected = np.quantile(finite, QUANTILES) if finite.size else np.full(len(QUANTILES), np.nan)
        np.testing.assert_allclose(found[:, column], expected, rtol=1e-12, atol=1e-6)


def test_no_bands_below_the_fewest() -> None:
    """Where fewer than five histories stand there is a median and no band."""
    values = np.ones((FEWEST, 2))
    values[0, 1] = np.nan
    bands = of_values("x", np.arange(2.0), values)
    assert np.isfinite(bands.quantiles[:, 0]).all()
    assert np.isfinite(bands.quantiles[:, 1]).tolist() == [False, False, True, False, False]
    assert not bands.few
    assert of_values("x", np.arange(2.0), values[1:]).few


def test_nothing_has_no_numbers() -> None:
    """An arm without histories has no median, and its largest number is 0."""
    bands = of_values("x", np.arange(3.0), np.empty((0, 3)))
    assert np.isnan(bands.median).all()
    assert np.isnan(bands.mean).all()
    assert (bands.largest(), bands.smallest()) == (0.0, 0.0)


def test_flows_stand_in_the_week_in_which_they_happened(store: Store) -> None:
    """A flow of the store's row t is drawn in week t - 1, a stock in week t."""
    histories = Histories(store.weeks(["arrests", "staff"]), clock=CLOCK)
    flow, stock = (histories.weekly("history", observable(store, name)) for name in ("arrests", "staff"))
    assert (flow.x.size, stock.x.size) == (226, 227)
    assert flow.x[0] == stock.x[0] == pytest.approx(1917 + 310 / 365)
    weeks = store.weeks(["arrests"], arms=["history"]).query("replicate == 0")["arrests"].to_numpy()
    assert flow.values[0].tolist() == weeks[1:].tolist()


def test_years_are_those_run_from_the_first_day_to_the_last(store: Store) -> None:
    """Only calendar years that were wholly run are added up; a history that fell in one has none from then on."""
    histories = Histories(store.weeks(["arrests"]), clock=CLOCK)
    bands = histories.yearly("history", observable(store, "arrests"))
    assert bands.x.tolist() == [1918, 1919, 1920, 1921]
    weekly = 2_000 * (1 + 0.1 * (np.arange(1, 7) % 7))
    np.testing.assert_allclose(bands.values[:, 0], weekly * 365 / 7)
    np.testing.assert_allclose(bands.values[3, 2], weekly[3] * 366 / 7)
    assert np.isnan(bands.values[1]).tolist() == [False, True, True, True]
    assert bands.standing.tolist() == [6, 5, 5, 5]


def test_other_spans_are_added_up_alike(store: Store) -> None:
    """A flow over a record's days is the weighted sum of its weeks, a stock their mean; NaN beyond what was run."""
    histories = Histories(store.weeks(["arrests", "in_camps"]), clock=CLOCK)
    flow, stock = observable(store, "arrests"), observable(store, "in_camps")
    ten = histories.over("history", flow, span=parse_span("1918-01-01/1918-10-31"))
    np.testing.assert_allclose(ten[0], 2_000 * 1.1 * 304 / 7)
    assert np.isnan(histories.over("history", flow, span=parse_span("1922"))).all()
    assert np.isnan(histories.over("history", flow, span=parse_span("1925"))).all()
    one_week = histories.over("history", stock, span=parse_span("1917-11-21/1917-11-27"))
    np.testing.assert_allclose(one_week[0], 200 * 1.1 * 3)


def test_the_order_of_rows_does_not_matter(store: Store) -> None:
    """Rows are found by replicate and week, in whatever order they come."""
    weeks = store.weeks(["staff"])
    shuffled = weeks.sample(frac=1.0, random_state=1)
    for arm in store.arms:
        one, other = (Histories(frame, clock=CLOCK).values(arm, "staff") for frame in (weeks, shuffled))
        np.testing.assert_array_equal(one, other)
    assert isinstance(weeks, pd.DataFrame)


def test_spread() -> None:
    """The spread of the standing histories has a mean, and a range from five histories on."""
    mean, low, high, n = spread(np.array([1.0, 2.0, 3.0, 4.0, 5.0, np.nan]))
    assert (mean, n) == (3.0, 5)
    assert (low, high) == pytest.approx((1.2, 4.8))
    assert np.isnan(spread(np.array([1.0, 2.0]))[1])
    assert np.isnan(spread(np.array([np.nan]))[0])

"""Plots for papers: what is drawn on the axes that come back."""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import pairwise

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure
from tests.unit.report.stores import planned_store, tables_of

from whowhom.errors import MissingExtraError, UnknownNameError
from whowhom.report.plots import HISTORY_STYLE, plot_bands, plot_difference, plot_survival, style_of
from whowhom.store.reader import Store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return planned_store(tmp_path_factory.mktemp("plots") / "s", falls={2: 100})


def test_bands(store: Store) -> None:
    """The median of each arm is a line with its name, the history first, solid and in its colour."""
    weeks = store.weeks(["staff"])
    ax = plot_bands(weeks, "staff")
    assert [line.get_label() for line in ax.lines] == [
        "history, simulated",
        "no executions, simulated",
        "late, simulated",
    ]
    assert ax.lines[0].get_color() == HISTORY_STYLE["color"]
    assert ax.lines[0].get_linestyle() == "-"
    assert all(line.get_linestyle() != "-" for line in ax.lines[1:])
    expected = weeks[weeks["arm"] == "history"].groupby("week")["staff"].median()
    np.testing.assert_allclose(np.asarray(ax.lines[0].get_ydata(), dtype=float), expected.to_numpy())
    assert len(ax.collections) == 6


def test_few_histories_are_drawn_one_by_one(store: Store) -> None:
    """With fewer than five histories each is a line of its own and there are no bands."""
    weeks = store.weeks(["staff"]).query("replicate < 3")
    ax = plot_bands(weeks, "staff", arms=["history"])
    assert len(ax.lines) == 3
    assert len(ax.collections) == 0
    assert len(ax.get_legend_handles_labels()[1]) == 1


def test_difference(store: Store) -> None:
    """The difference is the mean over twins of arm minus history, above a line at zero."""
    ax = plot_difference(store.weeks(["executed_total"]), "executed_total", arm="no executions")
    zero, line = ax.lines
    assert list(np.asarray(zero.get_ydata())) == [0, 0]
    weeks = store.weeks(["executed_total"])
    means = weeks.groupby(["arm", "week"], observed=True)["executed_total"].mean()
    difference = means["no executions"] - means["history"]
    np.testing.assert_allclose(np.asarray(line.get_ydata(), dtype=float), difference.to_numpy())
    assert line.get_label() == "mean of 8 pairs, simulated"
    assert ax.get_title(loc="left") == "no executions minus history"


def test_twins_that_have_fallen_have_no_difference(store: Store) -> None:
    """After a fall a pair has no difference in what is not a total, and the others go on."""
    ax = plot_difference(store.weeks(["staff"]), "staff", arm="no executions")
    y = np.asarray(ax.lines[1].get_ydata(), dtype=float)
    assert np.isfinite(y).all()
    assert y.max() == 0.0


def test_survival_has_its_victims_in_the_legend(store: Store) -> None:
    """Each curve of survival is named with those executed and the camp-years of its arm."""
    ax = plot_survival(tables_of(store))
    labels = ax.get_legend_handles_labels()[1]
    assert len(labels) == 3
    assert all("executed, " in label and "camp-years per 1,000" in label for label in labels)
    assert np.asarray(ax.lines[0].get_ydata(), dtype=float)[-1] == pytest.approx(7 / 8)


def test_nothing_global_is_changed(store: Store) -> None:
    """Plots draw on the axes given and return them; settings stay as they are and no window is opened."""
    before = dict(mpl.rcParams)
    figure = Figure()
    one, other = figure.subplots(1, 2)
    one.set_title("mine", loc="left")
    assert plot_bands(store.weeks(["staff"]), "staff", ax=one) is one
    assert plot_difference(store.weeks(["staff"]), "staff", arm="late", ax=other) is other
    assert one.get_title(loc="left") == "mine"
    assert len(figure.axes) == 2
    assert dict(mpl.rcParams) == before
    assert "matplotlib.pyplot" not in sys.modules or not mpl.pyplot.get_fignums()


def test_unknown_names(store: Store) -> None:
    """Unknown columns and arms are answered with the nearest known ones."""
    weeks = store.weeks(["staff"])
    with pytest.raises(UnknownNameError, match=r"unknown column 'stafff'\. Nearest: 'staff'"):
        plot_bands(weeks, "stafff")
    with pytest.raises(UnknownNameError, match=r"unknown arm 'histori'\. Nearest: 'history'"):
        plot_difference(weeks, "staff", arm="late", against="histori")
    with pytest.raises(UnknownNameError, match="'tables' must have the curves of survival"):
        plot_survival(replace(tables_of(store), curves=None))


def test_without_matplotlib(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without matplotlib the error names the extra that brings it."""
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'whowhom\[plot\]'"):
        plot_bands(store.weeks(["staff"]), "staff")


def test_styles_repeat_only_after_many_arms() -> None:
    """The first six arms have different colours, and neighbours different lines."""
    styles = [style_of(f"arm {number}", number) for number in range(1, 7)]
    assert len({style["color"] for style in styles}) == 6
    assert all(one["linestyle"] != other["linestyle"] for one, other in pairwise(styles))

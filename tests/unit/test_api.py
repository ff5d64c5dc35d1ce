"""whowhom from Python: a few lines, pandas tables, plots on axes."""

from __future__ import annotations

import doctest
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import whowhom as ww
from whowhom import api
from whowhom.errors import DateError, ParameterError, StoreError, UnknownNameError, WhowhomError

SMALL = {"replicates": 2, "until": "1920-06", "persons": 16_384}
WEEKS = 134
LEAVES = 30  # the week of 5 June 1918


@pytest.fixture(scope="module")
def runs() -> api.Runs:
    """The history and two arms, two replicates of 134 weeks."""
    arms = {"no executions": {"off": "executions"}, "late": {"off": ["arrests"], "from_date": "1918-06-05"}}
    return ww.run("soviet", arms=arms, **SMALL)  # type: ignore[arg-type]


def test_the_examples_run() -> None:
    """Every example in the docstrings of whowhom.api gives what it shows."""
    assert doctest.testmod(api).failed == 0
    assert doctest.testmod(api).attempted > 10


def test_importing_the_api_compiles_nothing() -> None:
    """`import whowhom` and a look at its names load neither pandas nor the compiler."""
    code = "import sys, whowhom as ww; ww.run, ww.Store; print({'pandas', 'numba', 'duckdb'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


def test_weeks_and_runs_are_tables(runs: api.Runs) -> None:
    """`weeks` has a row per arm, replicate and week, `runs` one per history; both are pandas tables."""
    assert isinstance(runs.weeks, pd.DataFrame)
    assert len(runs.weeks) == 3 * 2 * (WEEKS + 1)
    assert list(runs.weeks.columns[:6]) == ["arm", "replicate", "seed", "identity", "week", "date"]
    assert runs.runs[["arm", "replicate", "seed"]].astype({"arm": str}).values.tolist()[:3] == [
        ["history", 0, 1],
        ["no executions", 0, 1],
        ["late", 0, 1],
    ]


def test_arms_leave_the_common_history_at_their_date(runs: api.Runs) -> None:
    """An arm equals the history up to its date, to the last bit."""
    weeks = runs.weeks.drop(columns="identity").set_index("arm")
    one, other = (weeks.loc[arm].reset_index(drop=True) for arm in ("history", "late"))
    common = one["week"] <= LEAVES
    pd.testing.assert_frame_equal(one[common], other[common], check_exact=True)
    assert not one[~common].equals(other[~common])


def test_survival_comes_with_victims(runs: api.Runs) -> None:
    """`survival` and `victims` have a row per arm, with intervals."""
    assert list(runs.survival()["arm"]) == ["history", "no executions", "late"]
    assert {"share", "low", "high"} <= set(runs.survival())
    assert set(runs.victims()["outcome"]) >= {"executed_per_1000", "camp_years_per_1000"}


def test_compare_is_the_paired_difference(runs: api.Runs) -> None:
    """`compare` has each arm's mean paired difference from the history, to the horizon and to the first fall."""
    table = runs.compare()
    assert set(table["arm"]) == {"no executions", "late"}
    assert set(table["exposure"]) == {"to the horizon", "to the first fall"}
    pd.testing.assert_frame_equal(table, runs.tables.differences)


def test_any_total_can_be_compared(runs: api.Runs) -> None:
    """`compare` takes observables that are totals, and any arm to compare with."""
    table = runs.compare("arrests_total", against="late")
    last = runs.weeks[runs.weeks["week"] == WEEKS].set_index(["arm", "replicate"])["arrests_total"]
    row = table[table["arm"] == "history"].iloc[0]
    assert row["difference"] == pytest.approx((last["history"] - last["late"]).mean())
    assert row["difference"] > 0
    with pytest.raises(UnknownNameError, match="unknown total 'fear'"):
        runs.compare("fear")
    with pytest.raises(UnknownNameError, match="unknown arm 'nobody'"):
        runs.compare(against="nobody")


def test_camp_years_are_weeks_served(runs: api.Runs) -> None:
    """A camp-year is 365.25 days served in a camp, per 1,000 inhabitants of the country."""
    last = runs.weeks[(runs.weeks["week"] == WEEKS) & (runs.weeks["arm"] == "history")]
    expected = 1000 * last["camp_weeks_total"].mean() * 7 / 365.25 / 137_000_000
    found = runs.victims().set_index(["arm", "outcome"])["mean"][("history", "camp_years_per_1000")]
    assert found == pytest.approx(expected)


def test_plots_take_axes_and_return_them(runs: api.Runs) -> None:
    """Every plot draws on the axes it is given and returns them; without, on axes of its own, with unit and legend."""
    figure = pytest.importorskip("matplotlib.figure").Figure()
    ax = figure.add_subplot()
    assert runs.plot("fear", ax=ax, arms=["history"]) is ax
    own = runs.plot("arrests")
    assert own.get_ylabel() == "arrests [persons/week]"
    assert [text.get_text() for text in own.get_legend().get_texts()] == [  # type: ignore[union-attr]
        "history, simulated",
        "no executions, simulated",
        "late, simulated",
    ]
    with pytest.raises(UnknownNameError, match="unknown column 'feer'"):
        runs.plot("feer")
    with pytest.raises(UnknownNameError, match="unknown arm 'nobody'"):
        runs.plot("fear", arms=["nobody"])


def test_plots_show_the_numbers_of_the_store(runs: api.Runs) -> None:
    """Below five histories `plot` draws each of them, week by week as it is in the store."""
    pytest.importorskip("matplotlib")
    lines = runs.plot("fear", arms=["history"]).lines
    history = runs.weeks[runs.weeks["arm"] == "history"]
    stored = [rows["fear"].tolist() for _, rows in history.groupby("replicate")]
    assert [list(line.get_ydata()) for line in lines] == stored  # type: ignore[arg-type]


def test_the_difference_drawn_ends_where_compare_says(runs: api.Runs) -> None:
    """`plot_difference` of a total ends at the mean paired difference that `compare` gives for it."""
    pytest.importorskip("matplotlib")
    ax = runs.plot_difference("arrests_total", arm="late")
    assert ax.get_ylabel() == "arrests_total, difference [persons]"
    compared = runs.compare("arrests_total").set_index("arm")["difference"]["late"]
    assert compared < 0
    assert float(ax.lines[-1].get_ydata()[-1]) == pytest.approx(compared)  # type: ignore[index, arg-type]


def test_survival_is_drawn_with_its_victims(runs: api.Runs) -> None:
    """`plot_survival` ends at the share that `survival` gives, and its legend has the victims of each arm."""
    pytest.importorskip("matplotlib")
    ax = runs.plot_survival(arms=["history", "late"])
    shares = runs.survival().set_index("arm")["share"]
    assert [float(line.get_ydata()[-1]) for line in ax.lines] == pytest.approx(  # type: ignore[index, arg-type]
        [shares["history"], shares["late"]]
    )
    legend = ax.get_legend()
    assert legend is not None
    assert all("executed" in text.get_text() for text in legend.get_texts())


def test_twins_have_the_history_beside_them() -> None:
    """`twins` runs the history and one arm that is called by what it lacks."""
    assert ww.twins("soviet", off=["executions", "camps"], **SMALL).store.arms == ("history", "no executions, camps")
    with pytest.raises(ParameterError, match="twins must differ in something"):
        ww.twins("soviet", **SMALL)


def test_a_store_is_continued(tmp_path: Path) -> None:
    """`run` with a folder keeps its histories there; `resume` opens it again and needs nothing else."""
    runs = ww.run("soviet", store=tmp_path / "store", **SMALL)  # type: ignore[arg-type]
    again = ww.resume(tmp_path / "store")
    pd.testing.assert_frame_equal(runs.weeks, again.weeks, check_exact=True)
    assert ww.Store.open(tmp_path / "store").arms == ("history",)
    with pytest.raises(StoreError, match="seed is 1 there and 7 here"):
        ww.run("soviet", store=tmp_path / "store", seed=7, **SMALL)  # type: ignore[arg-type]


def test_one_arm_has_nothing_to_be_compared_with() -> None:
    """A single arm has survival and victims, and no differences."""
    runs = ww.run("soviet", off="executions", **SMALL)  # type: ignore[arg-type]
    assert runs.tables.differences is None
    with pytest.raises(UnknownNameError, match="unknown arm 'history'"):
        runs.compare()


def test_nothing_finished_is_an_error(tmp_path: Path, runs: api.Runs) -> None:
    """A store without a finished history has no figures, and says how to go on."""
    (tmp_path / "manifest.json").write_bytes((runs.store.folder / "manifest.json").read_bytes())
    with pytest.raises(StoreError, match=r"must hold a finished history, got none of 6\. `whowhom resume"):
        api.Runs(ww.Store.open(tmp_path)).survival()


def test_the_same_seed_gives_the_same_numbers_for_any_number_of_threads() -> None:
    """Two calls with one seed give equal tables, whatever the number of threads."""
    one, other = (ww.run("soviet", threads=n, **SMALL).weeks for n in (1, 2))  # type: ignore[arg-type]
    pd.testing.assert_frame_equal(one, other, check_exact=True)


@pytest.mark.parametrize(
    ("asked", "error", "text"),
    [
        ({"off": "execution"}, ParameterError, "Nearest: 'executions'"),
        ({"set": {"names.base": float("nan")}}, ParameterError, "got nan"),
        ({"set": {"names.base": "many"}}, ParameterError, "got 'many'"),
        ({"set": {"names.base": True}}, ParameterError, "got True"),
        ({"until": "soon"}, DateError, "got 'soon'"),
        ({"persons": 10}, WhowhomError, "'persons' must be at least 10000"),
        ({"replicates": 0}, ParameterError, "'replicates' must be at least 1"),
        ({"arms": {"mild": {"offf": ["camps"]}}}, ParameterError, "arm 'mild': unknown change 'offf'. Nearest: 'off'"),
        ({"arms": {"history": {"off": ["camps"]}}}, ParameterError, "got 'history' twice"),
    ],
)
def test_mistakes_are_refused_before_anything_is_written(
    asked: dict[str, object], error: type[WhowhomError], text: str, tmp_path: Path
) -> None:
    """What cannot be done is refused with the reason, and no folder is made."""
    with pytest.raises(error, match=text):
        ww.run("soviet", store=tmp_path / "store", **{**SMALL, **asked})  # type: ignore[arg-type]
    assert not (tmp_path / "store").exists()


def test_scenarios_models_and_records_are_found() -> None:
    """Scenarios, models and records are listed and found by name; a wrong name is answered with the nearest."""
    assert "soviet" in ww.scenarios()
    assert ww.scenario("soviet").model == ww.model("machine").name
    assert "repression.arrests" in ww.records().names()
    assert isinstance(ww.record("repression.arrests"), pd.DataFrame)
    with pytest.raises(UnknownNameError, match="Nearest: 'machine'"):
        ww.model("machin")

"""A function of one's own: what it is read as, and that everything that runs models runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.wrapped_walk import BROKEN_SEED, SHORT_SEED, TICKS, walk

import whowhom.api as ww
from whowhom.errors import ModelError, ParameterError
from whowhom.wrapping import wrap

ROOT = Path(__file__).resolve().parents[3]


def test_the_signature_is_the_declaration() -> None:
    """Numbers are parameters with their ranges, True and False switches, whole numbers whole, and columns observables."""
    model = wrap(walk, ranges={"drift": (0, 1)}).model
    declared = {p.name: (p.default, p.low, p.high, p.kind) for p in model.declarations.parameters}
    assert declared["drift"] == (0.1, 0, 1, "float")
    assert declared["steps"][3] == "int"
    assert [(s.name, s.default) for s in model.declarations.switches] == [("calm", False)]
    assert [(o.name, o.kind) for o in model.observables] == [("height", "stock"), ("risen_total", "total")]
    assert (model.name, model.ticks) == ("walk", TICKS)


def test_histories_are_what_the_function_returns(tmp_path: Path) -> None:
    """Every stored history is the function's table, arms differ as asked, a failing one is kept with its error, and an early end is one."""
    runs = wrap(walk).run(
        replicates=9,
        seed=1,
        arms={"up": {"set": {"drift": 0.5}}, "steady": {"on": ["calm"]}},
        store=tmp_path / "s",
        processes=1,
    )
    weeks = runs.weeks
    for arm, words in (("history", {}), ("up", {"drift": 0.5}), ("steady", {"calm": True})):
        for seed in (1, 2, 9):
            stored = weeks[(weeks["arm"] == arm) & (weeks["seed"] == seed)]["height"].to_numpy()
            assert np.allclose(stored, walk(seed, **words)["height"], rtol=1e-6, atol=1e-6)
    assert sorted(set(runs.store.failures()["seed"])) == [BROKEN_SEED]
    ended = runs.runs[runs.runs["seed"] == SHORT_SEED]
    assert set(ended["cause"]) == {"ended"}
    assert set(ended["ended"]) == {5.0}


def test_twins_are_compared(tmp_path: Path) -> None:
    """With one seed the two walks have the same steps, so a drift of .4 more is exactly 4 more after ten ticks, in every pair."""
    kinds: dict[str, Any] = {"height": "total"}
    runs = wrap(walk, kinds=kinds).run(
        replicates=4, seed=1, arms={"up": {"set": {"drift": 0.5}}}, store=tmp_path / "s", processes=1
    )
    (row,) = runs.compare("height").to_dict("records")
    assert row["difference"] == pytest.approx(4.0, abs=1e-5)
    assert row["high"] - row["low"] < 1e-4


def test_processes_give_the_same(tmp_path: Path) -> None:
    """Two processes and one call after the other give equal tables; asked again, nothing is run again."""
    program = (
        "import sys, json; sys.path.insert(0, sys.argv[1])\n"
        "from tests.wrapped_walk import walk\nimport whowhom as ww\n"
        "if __name__ == '__main__':\n"
        "    one = ww.wrap(walk).run(replicates=4, processes=1, store=sys.argv[2] + '/one')\n"
        "    two = ww.wrap(walk).run(replicates=4, processes=2, store=sys.argv[2] + '/two')\n"
        "    calls = []\n"
        "    again = ww.wrap(walk).run(replicates=4, processes=1, store=sys.argv[2] + '/two', progress=calls.append)\n"
        "    print(json.dumps([one.weeks.equals(two.weeks), again.weeks.equals(two.weeks), len(calls)]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(ROOT), str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == [True, True, 0]


def test_another_function_is_another_model() -> None:
    """A change of the source is another version, so its runs are never mixed with those before."""

    def other(seed: int, drift: float = 0.2) -> pd.DataFrame:
        return pd.DataFrame({"height": [0.0, drift]})

    assert wrap(other, name="walk").model.version != wrap(walk).model.version


def test_an_arm_by_date_is_refused(tmp_path: Path) -> None:
    """A history that is made whole cannot be left at a date, and says so."""
    world = wrap(walk).model.build(wrap(walk).scenario().settings, persons=1, seed=1)
    with pytest.raises(ModelError, match="must differ from the beginning"):
        world.change(wrap(walk).scenario().settings)


@pytest.mark.parametrize(("function", "message"), [
    (lambda: None, "must take 'seed' first, got no argument"),
    (lambda number: None, "must take 'seed' first, got 'number'"),
    (lambda seed, word="x": None, "argument 'word' must have a number, True or False as its default, got 'x'"),
    (lambda seed, word: None, "argument 'word' must have a number, True or False as its default, got none"),
    (lambda seed: 3, "must return a table of numbers, got int"),
    (lambda seed: pd.DataFrame({"a": ["x", "y"]}), "must return a table of numbers"),
    (lambda seed: pd.DataFrame({"a": [1.0]}), "at least two rows"),
])  # fmt: skip
def test_functions_that_cannot_be_wrapped_say_why(function: Any, message: str) -> None:
    """What is wrong with a function is said when it is wrapped, with the way out."""
    with pytest.raises(ModelError, match=message):
        wrap(function)


def test_a_range_for_nothing_is_refused() -> None:
    """A range whose name is no parameter is a slip, and is said."""
    with pytest.raises(ParameterError, match="'ranges' must name parameters of the function, got 'drfit'"):
        wrap(walk, ranges={"drfit": (0, 1)})


def test_a_wrapped_function_is_followed_by_the_same_statistics(tmp_path: Path) -> None:
    """`Runs` of a wrapped function are the runs of any model."""
    assert isinstance(wrap(walk).run(replicates=1, store=tmp_path / "s", processes=1), ww.Runs)

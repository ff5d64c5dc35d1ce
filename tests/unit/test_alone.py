"""What an instrument does alone (`studies/instruments/alone.py`): arms that differ in it and in nothing else, and a table that says how much."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from tests.machine_worlds import PERSONS, SWITCHES, soviet_settings

from whowhom.errors import WhowhomError
from whowhom.models.machine.declarations import DECLARATIONS
from whowhom.models.machine.model import MACHINE

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "studies" / "instruments"
sys.path.insert(0, str(FOLDER))
alone: Any = importlib.import_module("alone")
figure: Any = importlib.import_module("figure")

DESCRIBED = alone.instruments()
OBSERVABLES = [x.name for x in MACHINE.observables]


@pytest.mark.parametrize("name", DESCRIBED)
def test_descriptions_name_what_exists(name: str) -> None:
    """Switches, parameters with values in their range, and observables of a description exist, and it says what is expected to change."""
    one = DESCRIBED[name]
    assert set(one.switches) <= set(SWITCHES)
    assert one.switches or one.on
    for parameter, value in {**one.on, **one.both}.items():
        known = DECLARATIONS.parameter(parameter)
        assert known.low <= value <= known.high
    assert one.observables
    assert set(one.observables) <= set(OBSERVABLES)
    assert 2 <= len(one.panels) <= alone.MOST
    assert set(one.panels) <= set(one.observables)


def test_arms_differ_in_the_instrument_from_the_week_on_only() -> None:
    """Both arms are the base before the week; after it one has the switch and the values of `on`, and both have those of `both`."""
    one = alone.Instrument(
        "x", switches=("informers",), on={"informers.speed": 0.5}, both={"apparatus.case_hunger": 0.0}
    )
    off, on = one.arms(soviet_settings(), 10)
    assert [x.on("informers", t) for x in (off, on) for t in (9, 10)] == [False, False, False, True]
    assert [x.value("informers.speed", t) for x in (off, on) for t in (9, 10)] == [0.05, 0.05, 0.05, 0.5]
    assert off.value("apparatus.case_hunger", 10) == on.value("apparatus.case_hunger", 10) == 0.0
    assert off.value("apparatus.case_hunger", 9) == soviet_settings().value("apparatus.case_hunger", 9) != 0.0


def lived(one: Any, start: int = 12, weeks: int = 8) -> np.ndarray:
    """Both arms of one small history."""
    found = alone.twins(one, soviet_settings(), persons=PERSONS, seed=3, start=start, weeks=weeks)
    assert found is not None
    assert found.shape == (2, weeks, len(OBSERVABLES))
    return alone.summed_up(found)


def test_an_instrument_without_effect_has_none_to_the_last_bit() -> None:
    """Negative control: arms that differ in a parameter which nothing reads are equal in every observable."""
    off, on = lived(alone.Instrument("nothing", on={"quotas.start": 0.5}))
    assert (off == on).all()


def test_flows_are_means_and_stocks_are_last() -> None:
    """Informers are those of the last week, arrests the mean over the weeks, as stepping through the same weeks gives them."""
    one = alone.Instrument("informers", switches=("informers",), on={"informers.reports": 10.0})
    _, on = lived(one)
    world = MACHINE.build(soviet_settings(), persons=PERSONS, seed=3)
    while world.tick < 12:
        world.step()
    world.change(one.arms(soviet_settings(), 12)[1])
    rows = []
    while world.tick < 20:
        world.step()
        rows.append(world.observe())
    stock, flow = alone.COLUMNS["informers"], alone.COLUMNS["arrests"]
    assert on[stock] == rows[-1][stock] > 0
    assert on[flow] == pytest.approx(np.mean([row[flow] for row in rows]), rel=1e-12)


def test_the_interval_is_students_t_of_the_paired_differences() -> None:
    """Differences 1, 2, 3 have the mean 2 and the half-width 4.3027 / sqrt 3; what both arms share does not matter."""
    column = alone.COLUMNS["staff"]
    pairs = [np.zeros((2, len(OBSERVABLES))) for _ in range(3)]
    for k, one in enumerate(pairs):
        one[:, column] = 100.0 * k
        one[1, column] += 1.0 + k
    (found,) = alone.effects(pairs, ["staff"])
    assert (found.off, found.on, found.difference) == (100.0, 102.0, 2.0)
    assert (found.low, found.high) == pytest.approx((2.0 - 4.302653 / 3**0.5, 2.0 + 4.302653 / 3**0.5), rel=1e-6)
    assert "| staff | persons | 100 | 102 | +2 |" in alone.markdown([found])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["quotes"], "'quotes'. Nearest: quotas"),
        (["informers", "--set", "informers.speed=fast"], "PARAMETER=NUMBER, got 'informers.speed=fast'"),
        (["informers", "--seeds", "1"], "'--seeds' must be at least 2, got 1"),
        (["informers", "--observables", "informants"], "Nearest: informers"),
        (["informers", "--figure", "nowhere/x.svg"], "a folder that exists and end in .svg, got 'nowhere/x.svg'"),
        (["informers", "--figure", "x.png"], "a folder that exists and end in .svg, got 'x.png'"),
    ],
)
def test_what_cannot_be_asked_is_one_clear_error(
    arguments: list[str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong name, value or size is an error of ours that names it with the way out."""
    monkeypatch.setattr(sys, "argv", ["alone.py", *arguments])
    with pytest.raises(WhowhomError) as problem:
        alone.main()
    assert words in str(problem.value)


def test_an_error_is_printed_without_traceback() -> None:
    """An error of ours stands on standard error as it is, with exit code 2 and nothing else printed."""
    words = [sys.executable, str(FOLDER / "alone.py"), "quotes"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "'quotes'. Nearest: quotas" in done.stderr
    assert "Traceback" not in done.stderr


# --- the figure -------------------------------------------------------------------------------------------------------------------------


def drawn(path: Path) -> str:
    """A figure of three short histories, of which the second falls after two weeks."""
    rng = np.random.default_rng(1)
    weekly = [rng.random((2, weeks, len(OBSERVABLES))) for weeks in (6, 2, 6)]
    for rows in weekly:
        rows[1, :, alone.COLUMNS["armed"]] = rows[0, :, alone.COLUMNS["armed"]]
    one = alone.Instrument("x", both={"arming.rate": 2.0}, panels=("fear", "armed", "executed_total"))
    asked = SimpleNamespace(observables="", weeks=6, start=104, persons=64, scenario="soviet")
    alone.pictured(path, asked, one, weekly)
    return path.read_text(encoding="utf-8")


def test_a_figure_drawn_again_is_the_same_file(tmp_path: Path) -> None:
    """The same histories give the same bytes, with no date and no version in them."""
    one, two = drawn(tmp_path / "one.svg"), drawn(tmp_path / "two.svg")
    assert one == two
    assert not re.search(r"dc:date|matplotlib v|20\d\d-\d\d", one)


def test_a_figure_says_what_it_shows(tmp_path: Path) -> None:
    """Words of a figure: observables with units, both arms by name, circumstances, shorter histories, what nowhere differs, white ground."""
    words = drawn(tmp_path / "x.svg")
    for said in ("executed_total, persons", ">with it<", ">off<", "no difference in any history", "arming.rate = 2"):
        assert said in words
    assert "3 pairs of histories with the same luck (1 of them shorter: a regime fell)" in words
    assert "fill: #ffffff" in words
    assert "| armed | persons |" in words


def test_weeks_after_a_fall_have_no_difference() -> None:
    """Each week has the mean and Student's interval of the histories that have it; with fewer than two there is none."""
    pairs = [np.zeros((2, weeks, len(OBSERVABLES))) for weeks in (3, 2, 1)]
    for k, rows in enumerate(pairs):
        rows[1, :, 0] = 1.0 + k
    off, on = figure.courses(pairs, 0)
    mean, low, high = figure.interval(on - off)
    assert mean[:2] == pytest.approx([2.0, 1.5])
    assert high[:2] - mean[:2] == pytest.approx([4.302653 / 3**0.5, 12.706205 * 0.5], rel=1e-6)
    assert mean[:2] - low[:2] == pytest.approx(high[:2] - mean[:2])
    assert np.isnan([mean[2], low[2], high[2]]).all()


@pytest.mark.parametrize(
    ("unit", "greatest", "shown"),
    [
        ("share of free adults", 0.0003, (1e6, "per million free adults")),
        ("share of free adults", 0.03, (1e3, "per 1,000 free adults")),
        ("share of free adults", 0.8, (1.0, "share of free adults")),
        ("[1]", 0.02, (1e3, "thousandths")),
        ("[1]", 0.7, (1.0, "")),
        ("persons", 9_999.0, (1.0, "persons")),
        ("persons", 12_000.0, (1e-3, "thousand persons")),
        ("persons", 2e6, (1e-6, "million persons")),
        ("arrests per arrest", 0.2, (1.0, "arrests per arrest")),
    ],
)
def test_units_are_scaled_by_thousands(unit: str, greatest: float, shown: tuple[float, str]) -> None:
    """Numbers of a row are shown in thousands, thousandths or millionths of its unit, and the unit says so."""
    assert figure.scaled(unit, greatest) == shown


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "0"),
        (2852.0, "+2,850"),
        (-0.83412, "\N{MINUS SIGN}0.834"),
        (10.25, "+10.2"),
        (3.1e-6, "+3e\N{MINUS SIGN}06"),
    ],
)
def test_numbers_have_three_digits_and_a_sign(value: float, words: str) -> None:
    """Numbers of a figure are signed, with three significant digits and thousands apart, and an exponent only if they are very small."""
    assert figure.worded(value) == words

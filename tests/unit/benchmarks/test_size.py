"""`./dev bench size`: a tiny run of the command, and its answers to wrong options."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from measuring.samples import OUTCOMES, prior_sets
from measuring.size_tables import number
from size import arguments, cases_of, main

import whowhom

TINY = ["--sizes", "10240,16384", "--seeds", "2", "--sets", "2", "--weeks", "3", "--draws", "2"]


def test_the_command_compares_two_small_sizes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The command lives plausible sets and draws at every size, prints means and drift of every outcome, and writes the same figures."""
    assert main([*TINY, "--json", str(tmp_path / "s.json"), "--store", str(tmp_path / "kept"), "--markdown"]) == 0
    printed, figures = capsys.readouterr().out, json.loads((tmp_path / "s.json").read_text())
    assert all(f"| {outcome.name}, {outcome.unit} |" in printed for outcome in OUTCOMES)
    assert set(figures["sets"]["sizes"]) == {"10240", "16384"}
    assert figures["sets"]["sizes"]["16384"]["histories"] == 10
    assert len(figures["sets"]["tests"]) == 2 * len(OUTCOMES)
    assert "Control: 2.0% a doubling planted into arrests" in printed
    assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == [
        "draws-10240", "draws-16384", "sets-10240", "sets-16384",
    ]  # fmt: skip


def test_kept_histories_are_not_lived_again_and_another_plan_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The same command on the same folder prints the same tables; another plan there is one clear error and code 2."""
    words = [*TINY, "--draws", "0", "--store", str(tmp_path / "kept")]
    main(words)
    first = capsys.readouterr().out.partition("Plausible")[2]
    main(words)
    assert capsys.readouterr().out.partition("Plausible")[2] == first
    assert main([*words, "--weeks", "4"]) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith("./dev bench size: store '")


def test_outcomes_are_those_of_the_stores(tmp_path: Path) -> None:
    """Survival, victims and insiders of a history are what its stored weeks say, per 1,000 inhabitants."""
    from measuring.samples import sample

    case = whowhom.scenario("soviet")
    here = sample(case, sets=case.sets[2:3], size=10_240, seeds=3, weeks=120, seed=1, store=tmp_path / "s", threads=1)
    runs = whowhom.resume(tmp_path / "s")
    last = runs.weeks[runs.weeks["week"] == 120].sort_values("replicate")
    assert here.values["arrests"] == pytest.approx(last["arrests_total"].to_numpy() / 137_000)
    assert here.values["arrests"].min() > 0.0
    assert here.values["camp-years"] == pytest.approx(last["camp_weeks_total"].to_numpy() / 137_000 * 7 / 365.25)
    table = runs.survival()
    assert here.values["survived"].mean() == table["share"][0]
    ratio = here.values["insiders' arrests"] / here.below["insiders' arrests"]
    assert ratio.max() > 0.5
    assert ratio == pytest.approx(
        last["insider_arrest_ratio"].to_numpy(), rel=0.05
    )  # whose adults are counted, not expected


def test_every_size_has_seeds_of_its_own() -> None:
    """No seed is used at two sizes, nor for sets and for draws."""
    asked = arguments([])
    all_cases = cases_of(whowhom.scenario("soviet"), asked)
    most = max(max(cases.runs.values()) * cases.number for cases in all_cases)
    assert most < 500_000
    assert [cases.drawn for cases in all_cases] == [False, True]
    assert max(all_cases[1].runs) == 2**18


def test_draws_are_the_same_every_time() -> None:
    """The first draws from the priors do not depend on how many are taken, and lie inside the intervals."""
    case = whowhom.scenario("soviet")
    few, many = prior_sets(case, 2), prior_sets(case, 4)
    assert many[:2] == few
    assert replace(case, sets=tuple(many)).sets[3] != few[0]
    assert (
        case.settings.replace(values=many[3]).value("apparatus.growth_per_week", 0)
        == many[3]["apparatus.growth_per_week"]
    )


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.0, "0"), (1.0, "1.00"), (0.012345, "0.0123"), (14123.4, "14,123"), (37.66, "37.7"), (np.nan, "nan"), (-2.5, "-2.50")],
)  # fmt: skip
def test_numbers_have_three_figures(value: float, words: str) -> None:
    """Numbers in tables have three figures and no exponent."""
    assert number(value) == words


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--sizes", "16384"], "error: argument --sizes: must be 2 or more different numbers, got '16384'. Write them with commas: 16384,65536."),
        (["--sizes", "64,16384"], "error: argument --sizes: must be a whole number in [10000, 134217728], got '64'. Fewer persons than 10,000 leave rare strata empty; 2^27 is nearly everybody."),
        (["--seeds", "1"], "error: argument --seeds: must be a whole number in [2, 100000], got '1'. Luck is not seen in one history."),
        (["--draws", "1"], "error: argument --draws: must be 0 or at least 2, got '1'. One draw has no spread."),
    ],
)  # fmt: skip
def test_a_wrong_option_is_answered(words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong options are answered in one line, with code 2, before anything is lived."""
    with pytest.raises(SystemExit) as end:
        main(words)
    assert end.value.code == 2
    assert capsys.readouterr().err.splitlines()[-1] == f"./dev bench size: {sentence}"


def test_an_unknown_scenario_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown scenario is answered with the nearest, in one line, with code 2."""
    assert main(["--scenario", "sovjet"]) == 2
    assert "Nearest: 'soviet'" in capsys.readouterr().err

"""`./dev bench ensemble`: the line through memory, what is flat, and a tiny run of the command."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from ensemble import Ensemble, Measured, figures_of, fitted, main
from scipy import stats

ROWS = 10_000
ONE = Ensemble(runs=1000, threads=1, seconds=20.0, first_batch=1.0, peak=300_000_000, stored=5_000_000, rows=ROWS)


def with_peaks(peaks: dict[int, tuple[int, ...]]) -> Measured:
    short = [replace(ONE, runs=runs, peak=peak) for runs, found in peaks.items() for peak in found]
    return Measured(replace(ONE, threads=2, seconds=10.0), ONE, short, step=0.008, observe=0.024, advance=0.016)


def test_the_line_is_that_of_least_squares() -> None:
    """Slope, standard error and interval are those of SciPy's regression with Student's quantile."""
    x, y = [50, 50, 200, 1000, 1000], [1.0, 1.3, 1.1, 2.9, 3.2]
    found, theirs = fitted(x, y), stats.linregress(x, y)
    assert (found.value, found.error) == (pytest.approx(theirs.slope), pytest.approx(theirs.stderr))
    assert found.half_width == pytest.approx(theirs.stderr * stats.t.ppf(0.975, 3))


def test_two_points_have_no_error() -> None:
    """Two points give a slope without an error."""
    found = fitted([1, 3], [5.0, 9.0])
    assert found.value == 2.0
    assert math.isnan(found.error)


def test_memory_that_keeps_every_history_is_not_flat() -> None:
    """A program that keeps the rows of every history is not flat, and its slope is their size; one that keeps nothing is flat."""
    luck = np.random.default_rng(8).integers(-200_000, 200_000, size=8).tolist()
    sizes = (2000, 2000, 2000, 2000, 4000, 4000, 4000, 4000)

    def grown(per_run: int) -> Measured:
        peaks: dict[int, tuple[int, ...]] = {}
        for runs, noise in zip(sizes, luck, strict=True):
            peaks[runs] = (*peaks.get(runs, ()), 250_000_000 + per_run * runs + noise)
        return with_peaks(peaks)

    assert not grown(ROWS).flat
    assert grown(ROWS).memory.value == pytest.approx(ROWS, rel=0.05)
    assert grown(0).flat


def test_memory_grows_with_batches_up_to_two_thousand() -> None:
    """The slope is that from 2,000 histories on, where batches have reached their size; over all sizes if there are no two such."""
    peaks = {50: (1, 1), 1000: (50_000, 50_000), 2000: (100_000, 100_000), 4000: (100_000, 100_000)}
    assert with_peaks(peaks).memory.value == 0.0
    del peaks[4000]
    assert with_peaks(peaks).memory.value == pytest.approx(51, rel=0.05)


def test_speeds_ratios_and_shares() -> None:
    """Histories a second, their ratio, the ratio to plain loops and the share of the store follow from the seconds."""
    found = figures_of(with_peaks({2000: (5, 5), 4000: (5, 5)}))
    assert found["histories_per_second"] == {"1": 50.0, "2": 100.0}
    assert found["threads_ratio"] == 2.0
    assert found["ensemble_to_steps"] == pytest.approx(2.5)
    assert found["store_share"] == pytest.approx(0.2)
    assert found["store_bytes_per_history"] == 5000.0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--runs", "1"], "argument --runs: must be a whole number in [2, 1000000], got '1'. It is a number of histories."),
        (["--memory-runs", "10"], "argument --memory-runs: must be 2 or more different numbers, got '10'. A slope needs two: 2000,4000."),
    ],
)  # fmt: skip
def test_a_wrong_number_is_answered(words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong numbers are answered in one line, with code 2."""
    with pytest.raises(SystemExit) as end:
        main(words)
    assert end.value.code == 2
    assert capsys.readouterr().err.splitlines()[-1] == f"./dev bench ensemble: error: {sentence}"


@pytest.mark.slow
def test_the_command_measures_a_tiny_ensemble(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The command measures in fresh processes and writes the figures that it prints."""
    words = ["--runs", "16", "--weeks", "2", "--memory-runs", "2,4", "--memory-weeks", "1"]
    main([*words, "--json", str(tmp_path / "e.json"), "--markdown"])
    printed, figures = capsys.readouterr().out, json.loads((tmp_path / "e.json").read_text())
    assert f"| histories a second, 1 thread | {figures['histories_per_second']['1']:.1f} |" in printed
    assert [one["runs"] for one in figures["ensembles"]] == [16, 16, 2, 2, 4, 4]
    assert all(one["peak"] > 50_000_000 and one["first_batch"] > 0 for one in figures["ensembles"])

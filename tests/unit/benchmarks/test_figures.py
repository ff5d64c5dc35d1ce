"""What the benchmarks share: tables, options, figures on disk, processes and memory."""

from __future__ import annotations

import argparse
import json
import math
import sys
from pathlib import Path

import pytest
from measuring.figures import Table, options, several, share, whole, writable, write_json
from measuring.process import ChildError, environment, fresh, package_folder, peak_bytes, triad

TABLE = Table("Speed [m/s]", ["what", "one", "two"], [["walk", "1.4", "1"], ["a train", "30", "55.5"]])


def test_a_table_for_people() -> None:
    """A table has its title, heads and a rule, the first column flush left and the others flush right."""
    assert TABLE.text() == (
        "Speed [m/s]\nwhat     one   two\n------------------\nwalk     1.4     1\na train   30  55.5"
    )


def test_a_table_for_a_document() -> None:
    """The same table as Markdown has the title above it and the same words."""
    assert TABLE.markdown() == (
        "Speed [m/s]\n\n| what | one | two |\n| --- | ---: | ---: |\n| walk | 1.4 | 1 |\n| a train | 30 | 55.5 |"
    )


def test_figures_are_json_that_everybody_reads(tmp_path: Path) -> None:
    """What is no number is null in the file, since JSON knows neither NaN nor infinity; without a path nothing is written."""
    write_json(tmp_path / "figures.json", {"a": [1.5, math.inf], "b": {"c": math.nan, "d": "x"}})
    assert json.loads((tmp_path / "figures.json").read_text()) == {"a": [1.5, None], "b": {"c": None, "d": "x"}}
    write_json(None, {})


@pytest.mark.parametrize("given", ["x", "1", "11", "2.0", ""])
def test_a_wrong_whole_number_is_answered(given: str) -> None:
    """What is no whole number of the interval is refused with the rule, what was given and the way out."""
    with pytest.raises(
        argparse.ArgumentTypeError, match=rf"^must be a whole number in \[2, 10\], got '{given}'\. Take two\.$"
    ):
        whole(2, 10, why="Take two.")(given)


def test_right_numbers_are_read() -> None:
    """Whole numbers are read at both ends of their interval, lists of them in order of size."""
    read = whole(2, 10, why="")
    assert (read("2"), read("10"), several(read, fewest=2, why="")("10, 2,5"), share("0.05")) == (
        2,
        10,
        [2, 5, 10],
        0.05,
    )


@pytest.mark.parametrize("given", ["4", "4,4", "2,4,4"])
def test_a_list_needs_different_numbers(given: str) -> None:
    """A list that is too short, or names a number twice, is refused."""
    with pytest.raises(
        argparse.ArgumentTypeError, match=rf"^must be 2 or more different numbers, got '{given}'\. So\.$"
    ):
        several(whole(2, 10, why=""), fewest=2, why="So.")(given)


@pytest.mark.parametrize("given", ["0", "1", "5 %", "nan"])
def test_a_wrong_share_is_answered(given: str) -> None:
    """A share outside (0, 1) is refused."""
    with pytest.raises(argparse.ArgumentTypeError, match=r"^must be a number between 0 and 1, got "):
        share(given)


def test_a_file_that_cannot_be_written_is_refused_at_once(tmp_path: Path) -> None:
    """A folder, or a file in a folder that is not there, is refused before anything is measured."""
    assert writable(str(tmp_path / "x.json")) == tmp_path / "x.json"
    for wrong in (tmp_path, tmp_path / "gone" / "x.json"):
        with pytest.raises(argparse.ArgumentTypeError, match=r"^must be a file in a folder that can be written, got "):
            writable(str(wrong))


def test_a_wrong_option_ends_with_two(capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong option is one line that names the command and the option, and exit code 2."""
    parser = options("size", "About.")
    parser.add_argument("--runs", type=whole(2, why="So."))
    with pytest.raises(SystemExit) as end:
        parser.parse_args(["--runs", "1"])
    assert end.value.code == 2
    assert capsys.readouterr().err.splitlines()[-1] == (
        "./dev bench size: error: argument --runs: must be a whole number at least 2, got '1'. So."
    )


# -- processes -----------------------------------------------------------------------------------------------------


def test_a_child_runs_the_package_that_we_run() -> None:
    """A child finds the same package as we do, wherever it is started, and prints are kept apart."""
    code = "import sys, whowhom; print(whowhom.__file__); print('note', file=sys.stderr)"
    ran = fresh(["-c", code], variables=environment())
    assert Path(ran.out.strip()).resolve().parents[1] == package_folder()
    assert [line for _, line in ran.lines] == ["note"]
    assert 0.0 < ran.lines[0][0] <= ran.seconds


def test_a_child_that_breaks_says_why() -> None:
    """A child that ends badly is an error with its code and its last words."""
    with pytest.raises(ChildError, match=r"must end with code 0, got 3\. Its last words:\nno luck"):
        fresh(["-c", "import sys; print('no luck', file=sys.stderr); sys.exit(3)"], variables=environment())


def test_the_cache_of_a_child_can_be_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A child can have its own cache, and never inherits what would make it another program."""
    monkeypatch.setenv("WHOWHOM_JIT", "0")
    variables = environment(package=tmp_path, cache=tmp_path / "cache")
    assert "WHOWHOM_JIT" not in variables
    assert (variables["WHOWHOM_CACHE"], variables["PYTHONPATH"]) == (str(tmp_path / "cache"), str(tmp_path))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a child's peak may contain its parent's")
def test_the_peak_is_that_of_the_child_alone() -> None:
    """The peak of a small child is small although its parent holds 200 MB, and grows by what the child allocates."""
    ours = bytearray(b"x") * 200_000_000
    code = "from measuring.process import peak_bytes; {}print(peak_bytes())"
    variables = environment() | {"PYTHONPATH": str(Path(__file__).resolve().parents[3] / "benchmarks")}
    small = int(fresh(["-c", code.format("")], variables=variables).out)
    large = int(fresh(["-c", code.format("x = bytearray(b'x') * 100_000_000; ")], variables=variables).out)
    assert peak_bytes() >= len(ours)
    assert small < 100_000_000
    assert 95_000_000 < large - small < 110_000_000


def test_the_triad_is_a_bandwidth() -> None:
    """The triad of a machine that runs tests is between .1 and 10,000 GB/s."""
    assert 0.1 < triad(1, megabytes=1, repeats=2) < 10_000

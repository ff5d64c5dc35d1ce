"""`./dev bench wide`: figures from times, hashes of stores, and a tiny run of the command."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest
from measuring.process import environment
from tests.toy_store import toy_run
from wide import ONE, Way, arguments, figures_of, hash_of, main, table, ways

FOUND = {
    ONE: Way(starts=[1.0, 2.0, 1.5], seconds=[11.0, 7.0, 21.5]),
    "2 parts": Way(starts=[1.0, 2.0, 3.0], seconds=[6.0, 6.0, 9.25]),
}


def test_figures_follow_from_times() -> None:
    """The speed of a way is that of the histories over its time less the start before it, by medians; the ratio is to one thread."""
    found = figures_of(FOUND, ["a", "a"], runs=100)
    assert found["start_seconds"] == {ONE: 1.5, "2 parts": 2.0}
    assert found["histories_per_second"] == {ONE: 10.0, "2 parts": 20.0}
    assert found["times_one_thread"] == {ONE: 1.0, "2 parts": 2.0}
    assert found["least_and_most"]["2 parts"] == [16.0, 25.0]
    assert (found["same"], found["stores"], found["hashes"]) == (True, 2, ["a"])


def test_nothing_but_the_start() -> None:
    """Where there was nothing but the start to be timed, there is no speed."""
    assert math.isnan(Way(starts=[2.0], seconds=[1.9]).speeds(10)[0])


def test_other_bits_are_shown() -> None:
    """Stores with other bits are said to be so in the table and the figures."""
    found = figures_of(FOUND, ["a", "b", "a"], runs=100)
    assert not found["same"]
    assert found["hashes"] == ["a", "b"]
    assert table(found, arguments([])).rows[-1][2] == "2 KINDS"
    assert table(figures_of(FOUND, ["a", "a"], runs=100), arguments([])).rows[-1][2] == "the same in all 2 stores"


def test_the_hash_is_of_all_bits(tmp_path: Path) -> None:
    """The same experiment has one hash however many threads played it; with another seed, or without some of its histories, another."""
    one = toy_run(tmp_path / "one", threads=1)
    two = toy_run(tmp_path / "two", threads=2)
    assert hash_of(one.folder) == hash_of(two.folder)
    assert hash_of(toy_run(tmp_path / "other", seed=1).folder) != hash_of(one.folder)
    (tmp_path / "two" / "batch-00019.done").unlink()
    assert hash_of(two.folder) != hash_of(one.folder)


def test_all_ways_are_named() -> None:
    """One thread, threads, parts and Dask are gone, in this order."""
    assert list(ways(3)) == ["one thread", "3 threads", "3 parts", "Dask, 3 processes"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--runs", "1"], "argument --runs: must be a whole number in [2, 1000000], got '1'. It is a number of histories."),
        (["--repeats", "no"], "argument --repeats: must be a whole number in [1, 1000], got 'no'. Three will do."),
        (["--processes", "0"], "argument --processes: must be a whole number in [1, 1024], got '0'. Use the cores that you have."),
    ],
)  # fmt: skip
def test_a_wrong_number_is_answered(words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong numbers are answered in one line, with code 2."""
    with pytest.raises(SystemExit) as end:
        main(words)
    assert end.value.code == 2
    assert capsys.readouterr().err.splitlines()[-1] == f"./dev bench wide: error: {sentence}"


def test_without_dask(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Without Dask the command says so before it measures anything, with code 1."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert main([]) == 1
    assert capsys.readouterr().err.startswith("./dev bench wide: needs Dask, got: ")


@pytest.mark.slow
def test_the_command_goes_all_ways(root: Path, tmp_path: Path) -> None:
    """The command goes all four ways in fresh processes, finds the same bits, and writes the figures that it prints."""
    pytest.importorskip("distributed")
    words = ["--runs", "6", "--weeks", "4", "--repeats", "1", "--processes", "2", "--markdown"]
    command = [sys.executable, str(root / "benchmarks" / "wide.py"), *words, "--json", str(tmp_path / "w.json")]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    figures = json.loads((tmp_path / "w.json").read_text())
    assert (figures["same"], figures["stores"]) == (True, 4)
    assert "the same in all 4 stores" in done.stdout
    for name in ways(2):
        assert f"| {name} | {figures['start_seconds'][name]:.1f} |" in done.stdout

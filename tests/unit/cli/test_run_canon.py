"""`whowhom run` and `whowhom twins` of models that count no victims: the last week of what they observe."""

from __future__ import annotations

from pathlib import Path

from tests.unit.cli.program import whowhom


def test_a_model_without_victims_shows_its_observables(here: Path) -> None:
    """Where no victims are counted the last week of each observable is printed, and never survival without them."""
    out = whowhom(
        "run", "granovetter1978_ladder", "--persons", "20", "--replicates", "2", "--until", "1900-12", "--store", "new"
    ).out
    assert "the model counts no victims" in " ".join(out.split())
    assert "joined [persons]          20 +- 0" in out
    assert "stayed in power" not in out
    assert "Kept in new; `whowhom export` gives all weeks." in out


def test_words_and_thresholds_given_are_taken(here: Path) -> None:
    """Options are set by their words, and a scenario's own table of thresholds is played."""
    words = "--persons", "100", "--replicates", "1", "--until", "1903"
    changed = whowhom("run", "granovetter1978_ladder", *words, "--store", "a", "--set", "threshold.shape=perturbed").out
    assert "joined [persons]          1\n" in "\n".join(line.rstrip() for line in changed.splitlines())
    ten = whowhom("run", "kuran1991_a", "--persons", "10", "--replicates", "1", "--until", "1901", "--store", "b").out
    assert "public_opposition [persons]   9" in ten


def test_twins_show_paired_differences(here: Path) -> None:
    """Of twins the mean of each arm and the mean paired difference are printed."""
    words = (
        "--persons",
        "60",
        "--replicates",
        "2",
        "--until",
        "1901",
        "--store",
        "new",
        "--set",
        "threshold.shape=perturbed",
    )
    out = whowhom("twins", "granovetter1978_ladder", *words).out
    history, arm = (line.split() for line in out.splitlines() if line.startswith("joined [persons]"))
    assert history[2] == "history"
    assert float(history[3]) > 50
    assert float(arm[3]) == 1.0
    assert float(arm[6]) == 1.0 - float(history[3])

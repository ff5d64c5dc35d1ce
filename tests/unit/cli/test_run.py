"""`whowhom run`, `whowhom twins` and `whowhom resume`: the plan first, then histories, then the figures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.unit.cli.program import SMALL, WEEKS, Result, whowhom

from whowhom.experiments.experiment import run_experiment
from whowhom.store.reader import Store

RUN = ("run", "soviet", *SMALL)


def test_the_plan_comes_first(here: Path) -> None:
    """What will run is printed before the figures: dates, weeks, persons, arms, seeds, folder and likely time."""
    out = whowhom(*RUN, "--seed", "5", "--store", "new", "--off", "camps,exile", "--from", "1917-11-20").out
    plan, _, figures = out.partition("\n\n")
    for part in (
        "7 November 1917 to 5 December 1917, 4 weeks, 10,240 simulated persons",
        "2 replicates of 1 arm: 2 histories (seeds 5 to 6",
        "no camps, exile: without camps, exile, from the week of 14 November 1917 on",
        "Kept in new.",
    ):
        assert part in plan
    assert re.search(r"Estimated time: \d+ s on [12] cores?, from the first weeks of one history", plan)
    assert "stayed in power" in figures
    assert "executed" in figures
    assert "camp-years" in figures


def test_without_a_store_a_fresh_folder_is_named(here: Path) -> None:
    """Without --store, histories go to a fresh folder that the output names, and a second run to another one."""
    assert "Kept in runs/soviet-001." in whowhom(*RUN).out
    assert "Kept in runs/soviet-002." in whowhom(*RUN).out
    assert Store.open(here / "runs" / "soviet-001").progress().complete


def test_arms_are_run_beside_the_history(here: Path) -> None:
    """Each --arm is one more world, the plain options are one, and the unchanged history is run with them."""
    arms = ("--arm", "mild:off=executions,torture;set=names.base=0", "--arm", "late:off=camps;from=1917-11-21")
    whowhom(*RUN, *arms, "--off", "exile", "--from", "1917-11-14", "--store", "new")
    experiment = Store.open("new").experiment
    plain = [(arm["name"], arm["off"], arm["values"], arm["from_tick"]) for arm in experiment["arms"]]
    assert plain == [
        ("history", [], {}, 0),
        ("no exile", ["exile"], {}, 1),
        ("mild", ["executions", "torture"], {"names.base": 0.0}, 1),
        ("late", ["camps"], {}, 2),
    ]


def test_options_reach_the_experiment(here: Path) -> None:
    """Persons, replicates, seed, dates, values and switches arrive in the store as they were typed."""
    whowhom(*RUN, "--seed", "0", "--set", "names.base=0.5", "--on", "concession", "--defaults", "--store", "new")
    experiment = Store.open("new").experiment
    assert {key: experiment[key] for key in ("persons", "replicates", "until_ticks", "seed")} == {
        "persons": 10240,
        "replicates": 2,
        "until_ticks": WEEKS,
        "seed": 0,
    }
    (arm,) = experiment["arms"]
    assert (arm["name"], arm["on"], arm["values"]) == (
        "with concession; names.base=0.5",
        ["concession"],
        {"names.base": 0.5},
    )
    assert experiment["scenario"]["sets"] == []


@pytest.mark.parametrize("written", ["10240", "1.024e4", "1024e1", "10_240", " 10240 "])
def test_whole_numbers_may_be_written_in_many_ways(here: Path, written: str) -> None:
    """A number of persons is what it means, however it is written."""
    whowhom("run", "soviet", "--persons", written, "--replicates", "1e0", "--until", "1917-12", "--store", "new")
    experiment = Store.open("new").experiment
    assert (experiment["persons"], experiment["replicates"]) == (10240, 1)


def test_the_same_command_goes_on(here: Path) -> None:
    """The same command again runs nothing that the store holds, and prints the same figures."""
    words = ("twins", "soviet", *SMALL, "--off", "executions", "--store", "pairs")
    files = {path.name: path.stat().st_mtime_ns for path in (here / "pairs").iterdir()}
    again = whowhom(*words).out
    assert "Kept in pairs, which holds 4 of them." in again
    assert "Estimated time" not in again
    assert {path.name: path.stat().st_mtime_ns for path in (here / "pairs").iterdir()} == files


def test_one_thing_is_not_called_many(here: Path) -> None:
    """An experiment of one replicate, one week and one set has no plural in plan, figures, speed or report."""
    words = (
        "soviet",
        "--persons",
        "10240",
        "--replicates",
        "1",
        "--until",
        "1917-11-14",
        "--threads",
        "1",
        "--store",
        "new",
    )
    texts = [
        whowhom("twins", *words, "--off", "camps"),
        whowhom("resume", "new"),
        Result("report", "new", "--out", "a.html"),
    ]
    page = re.sub("<[^>]+>", " ", (here / "a.html").read_text(encoding="utf-8"))
    for text in (*(part for result in texts for part in (result.out, result.err)), page):
        many = re.findall(
            r"(?<![\d.,])1 (?:[a-z]+ ){0,2}?(?:replicate|pair|arm|week|run|core|set|row|step|mean)s\b", text
        )
        assert [found for found in many if not found.startswith("1 of ")] == []
        assert re.findall(r"\b(\d+) to \1\b", text) == []
    assert "(seed 1, 16 plausible sets in turn)" in texts[0].words
    assert "1 of 1 pair agrees on whether" in texts[0].words


def test_twins_answer_first(here: Path) -> None:
    """Twins print the mean paired difference with its interval, then survival with victims, then the pairs, labelled."""
    words = whowhom("twins", "soviet", *SMALL, "--off", "executions", "--store", "pairs").words
    order = [
        "Mean paired difference, arm minus history, over 2 pairs",
        "Intervals at 95 %",
        "Each arm, to 5 December 1917",
        "2 of 2 pairs agree on whether the regime stayed in power",
        "Counts of pairs depend on how luck is coupled between twins and are no part of a finding",
    ]
    places = [words.index(part) for part in order]
    assert places == sorted(places)


def test_resume_needs_nothing_but_the_folder(here: Path) -> None:
    """`whowhom resume DIR` runs what is missing and prints the figures."""
    for path in (here / "pairs").iterdir():
        if path.name.endswith(("00003.done", "00003.parquet")):
            path.unlink()
    out = whowhom("resume", "pairs").out
    assert "pairs holds 3 of 4 histories; 1 to run." in out
    assert "Mean paired difference" in out
    assert Store.open("pairs").progress().complete


def test_a_cold_start_is_announced(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where kernels must be compiled first, that is said on standard error before it begins."""
    monkeypatch.setattr("whowhom.engine.kernel.is_cold", lambda: True)
    result = whowhom(*RUN)
    assert result.err.startswith("compiling the model once, about half a minute")
    assert "compiling" not in result.out
    assert "compiling" in whowhom("resume", _with_a_gap(here)).err


def _with_a_gap(here: Path) -> Path:
    (here / "pairs" / "batch-00003.done").unlink()
    return here / "pairs"


def test_a_warm_start_is_silent(here: Path) -> None:
    """Where nothing must be compiled and nothing fails, standard error has the speed alone; if nothing is run, nothing."""
    assert re.fullmatch(r"2 histories in 1 s(, [\d.]+ a second)?\.\n", whowhom(*RUN, "--store", "new").err)
    assert whowhom(*RUN, "--store", "new").err == ""


def test_failed_histories_are_named(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Histories that failed are counted and the first one's error shown; the others' figures are printed."""
    from whowhom.models.machine.model import Machine

    build = Machine.build

    def fragile(self: Machine, settings: object, *, persons: int, seed: int) -> object:
        world = build(self, settings, persons=persons, seed=seed)  # type: ignore[arg-type]
        if seed == 2:
            raise ZeroDivisionError("nobody left")
        return world

    monkeypatch.setattr(Machine, "build", fragile)
    result = Result(*RUN, "--store", "new")
    assert result.code == 1
    assert "1 of 2 histories failed, and no figure counts it. It is: arm" in result.err
    assert "seed 2: ZeroDivisionError: nobody left" in result.err
    assert "`whowhom resume new --retry-failed` does them again" in result.err
    assert "stayed in power" in result.out
    monkeypatch.setattr(Machine, "build", build)
    whowhom("resume", "new", "--retry-failed")
    assert Store.open("new").progress().done == 2


def test_threads_reach_the_crew(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--threads is how many histories run at a time; the results are those of any other number."""
    seen = []

    def spy(*args: object, **words: object) -> Store:
        seen.append(words["threads"])
        return run_experiment(*args, **words)  # type: ignore[arg-type]

    monkeypatch.setattr("whowhom.experiments.plan.run_experiment", spy)
    one = whowhom(*RUN, "--threads", "1", "--store", "one")
    assert seen == [1]
    assert "on 1 core," in one.out
    many = whowhom(*RUN, "--threads", "2", "--store", "two")
    assert one.out.partition("\n\n")[2].replace("one", "two") == many.out.partition("\n\n")[2]

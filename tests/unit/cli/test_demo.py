"""`whowhom demo`: six worlds, the same figures as everywhere, and a report."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.unit.cli.program import whowhom

from whowhom.cli.demo import ARMS, SENTENCE
from whowhom.models.machine.switches import SWITCHES
from whowhom.store.reader import Store

TINY = ("--persons", "10240", "--replicates", "2", "--until", "1918-02")
DEMO = ("demo", "--store", "demo", "--out", "demo/report.html", *TINY)


def test_the_arms_are_the_instruments_of_the_text() -> None:
    """There is an arm without each instrument of the text that is built, and one without all of them."""
    built = {switch.name for switch in SWITCHES}
    single = [off for off in ARMS.values() if len(off) == 1]
    assert [name for (name,) in single] == ["executions", "camps", "coerced_names", "autonomy"]
    assert {name for (name,) in single} <= built
    assert ARMS["none of the four"] == [name for (name,) in single]


def test_the_demonstration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It runs history and arms, prints survival, victims and paired differences, writes the report and says where."""
    monkeypatch.chdir(tmp_path)
    result = whowhom(*DEMO)
    words = result.words
    assert Store.open("demo").arms == ("history", *ARMS)
    for part in ("stayed in power", "executed", "camp-years", "Mean paired difference", *ARMS):
        assert part in words
    place, sentence = result.out.splitlines()[-2:]
    assert place == "The report: demo/report.html"
    assert re.search("not calibrated: these figures are about a model", sentence)
    assert (tmp_path / "demo" / "report.html").stat().st_size > 10_000
    again = whowhom(*DEMO)
    assert "which holds 12 of them" in again.out
    assert again.out.partition("\n\n")[2] == result.out.partition("\n\n")[2]


def test_the_last_sentence() -> None:
    """It ends by saying that figures are about a model, matched roughly to 1918-26 and not calibrated."""
    assert SENTENCE.startswith(
        "Roughly matched to records of 1918-26, not calibrated: these figures are about a model. "
    )
    assert "about five independent guesses, so intervals over sixteen are too narrow" in SENTENCE
    assert SENTENCE.endswith("survival is high by construction.")

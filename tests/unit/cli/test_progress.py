"""How far an experiment is: a bar in a terminal, lines elsewhere, the speed at the end."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console
from tests.unit.experiments.test_clock import Hands

from whowhom.cli.progress import in_words, left_in_words, progress_bar, speed_in_words
from whowhom.experiments.crew import Step


def step(done: int, *, total: int = 2000, failed: int = 0, left: float | None = None, **more: float | None) -> Step:
    words = {"here": done, "per_second": None, "seconds": 30.0} | more
    return Step(total=total, done=done, failed=failed, seconds_left=left, **words)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 s"), (8.4, "8 s"), (99, "99 s"), (130, "2 min"), (5399, "90 min"), (5400, "1.5 h"), (90_000, "25.0 h")],
)
def test_times_are_said_as_people_say_them(seconds: float, words: str) -> None:
    """A time is seconds below 100, minutes below an hour and a half, then hours."""
    assert in_words(seconds) == words


def test_what_is_left_is_said_honestly() -> None:
    """Before anything is measured, that is said; a time that has run out is not made up anew."""
    assert [left_in_words(left) for left in (None, 130.0, 0.0, -5.0)] == [
        "measuring",
        "2 min left",
        "nearly done",
        "nearly done",
    ]


def test_the_speed_is_that_of_this_call() -> None:
    """At the end there are the histories of this call, their time, and how many a second, if that was measured."""
    assert speed_in_words(step(20, per_second=0.6512)) == "20 histories in 30 s, 0.651 a second."
    assert speed_in_words(step(1)) == "1 history in 30 s."
    assert speed_in_words(step(3000, here=2345, per_second=131.26)) == "2,345 histories in 30 s, 131 a second."


def test_a_file_gets_a_line_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a terminal the first line comes after ten seconds, others a minute apart, and the last is the speed."""
    hands = Hands()
    with progress_bar(console=Console(file=io.StringIO()), now=hands) as show:
        for second in range(150):
            hands.time += 1.0
            show(step(second + 1, left=None if second < 30 else 600.0, failed=second // 100))
        show(step(1998, failed=2, left=0.0, per_second=12.0))
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "10 of 2,000 histories; measuring",
        "70 of 2,000 histories; 10 min left",
        "131 of 2,000 histories, 1 of them failed; 10 min left",
        "1,998 histories in 30 s, 12 a second.",
    ]


def test_a_terminal_gets_a_bar(capsys: pytest.CaptureFixture[str]) -> None:
    """In a terminal a bar says that it is measuring, then what is left, which runs down between two histories."""
    hands, shown = Hands(), io.StringIO()
    console = Console(file=shown, force_terminal=True, width=100)
    words = []
    with progress_bar(console=console, now=hands) as show:
        for made, waited in ((step(1, total=40), 0), (step(2, total=40, left=50.0), 0), (None, 20), (None, 31)):
            hands.time += waited
            if made is not None:
                show(made)
            before = shown.tell()
            console._live_stack[0].refresh() if hasattr(console, "_live_stack") else console._live.refresh()  # type: ignore[attr-defined]
            words.append(re.sub(r"\x1b\[[\d;?]*[a-zA-Z]", "", shown.getvalue()[before:]).strip())
    assert [re.search(r"(\d+/40) (.+?)\s*$", line).groups() for line in words] == [  # type: ignore[union-attr]
        ("1/40", "measuring"),
        ("2/40", "50 s left"),
        ("2/40", "30 s left"),
        ("2/40", "nearly done"),
    ]
    assert capsys.readouterr().err == "2 histories in 30 s.\n"


def test_if_nothing_is_run_nothing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """An experiment that is there already shows neither bar nor line, and one that others did has no speed."""
    with progress_bar(console=Console(file=io.StringIO()), now=Hands()):
        pass
    with progress_bar(console=Console(file=io.StringIO()), now=Hands()) as show:
        show(step(2000, here=0))
    assert capsys.readouterr() == ("", "")

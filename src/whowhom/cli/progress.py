"""How far an experiment is: a bar in a terminal, a line now and then elsewhere, and at the end the speed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import ProgressColumn, Task
    from rich.text import Text

    from whowhom.experiments.crew import Step

#: Where there is no terminal, the first line comes after this time, and others so far apart [s].
FIRST_LINE, NEXT_LINE = 10.0, 60.0


def in_words(seconds: float) -> str:
    """Write a time as people say it: 8 s, 2 min, 3.5 h."""
    if seconds < 100:
        return f"{max(1, round(seconds))} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def left_in_words(seconds: float | None) -> str:
    """Say how much time is left; nothing is claimed before there is something to measure."""
    if seconds is None:
        return "measuring"
    return f"{in_words(seconds)} left" if seconds > 0.0 else "nearly done"


def speed_in_words(step: Step) -> str:
    """Say how many histories were run in what time, and how many a second, what was compiled left out."""
    from whowhom.report.numbers import counted

    speed = "" if step.per_second is None else f", {step.per_second:.3g} a second"
    return f"{counted(step.here, 'history', 'histories')} in {in_words(step.seconds)}{speed}."


@contextmanager
def progress_bar(
    *, console: Console | None = None, now: Callable[[], float] = time.monotonic
) -> Iterator[Callable[[Step], None]]:
    """Give a function that shows how far an experiment is, and say at the end how fast it went.

    Parameters
    ----------
    console
        Standard error by default. If it is no terminal, lines are written instead of a bar: they end up in a file.
    now
        A clock [s].
    """
    from rich.console import Console

    console = console or Console(stderr=True)
    last: Step | None = None
    with _bar(console, now) if console.is_terminal else _lines(now) as shown:

        def show(step: Step) -> None:
            nonlocal last
            last = step
            shown(step)

        yield show
    if last is not None and last.here:
        typer.echo(speed_in_words(last), err=True)


@contextmanager
def _lines(now: Callable[[], float]) -> Iterator[Callable[[Step], None]]:
    """Give a function that writes a line now and then."""
    due = now() + FIRST_LINE

    def show(step: Step) -> None:
        nonlocal due
        finished = step.done + step.failed
        if now() < due or finished == step.total:
            return
        due = now() + NEXT_LINE
        failed = f", {step.failed:,} of them failed" if step.failed else ""
        typer.echo(f"{finished:,} of {step.total:,} histories{failed}; {left_in_words(step.seconds_left)}", err=True)

    yield show


@contextmanager
def _bar(console: Console, now: Callable[[], float]) -> Iterator[Callable[[Step], None]]:
    """Give a function that moves a bar; the time left runs down between its calls too."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("histories"), BarColumn(), MofNCompleteColumn(), _time_left(now))
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None, end=None)

        def show(step: Step) -> None:
            end = None if step.seconds_left is None else now() + step.seconds_left
            bar.update(task, total=step.total, completed=step.done + step.failed, end=end)

        yield show


def _time_left(now: Callable[[], float]) -> ProgressColumn:
    """Return the column of a bar that says how much time is left."""
    from rich.progress import ProgressColumn
    from rich.text import Text

    class TimeLeft(ProgressColumn):
        def render(self, task: Task) -> Text:
            end = task.fields["end"]
            return Text(left_in_words(None if end is None else end - now()))

    return TimeLeft()

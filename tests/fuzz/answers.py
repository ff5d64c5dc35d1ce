"""What a good answer is: it worked, or one of our errors says so in words that name the thing. Nothing else, and soon.

`Command` and `called` raise `Finding` for every other end: another exception, a traceback in the text, an error without words or
without a name, a wrong exit code, or no end at all within the time.
"""

from __future__ import annotations

import re
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from typer.testing import CliRunner

from whowhom.cli.main import app
from whowhom.errors import WhowhomError

#: An answer takes milliseconds; a command that has used this much of a core hangs, or has waited so many times longer [s, 1].
DEADLINE, PATIENCE = 20.0, 8

#: Exit codes: done, done but some histories failed, refused.
DONE, SOME_FAILED, REFUSED = 0, 1, 2

#: A thing in quotes, a file with its ending, or a table.
_NAME = re.compile(r"'[^']+'|\S\.(toml|json|csv|parquet|npz|html)\b|\[[^\]]+\]")
_NAMED = re.compile(r"\b(Parameter|Scenario|Date|UnknownName|Record|Store|Model)Error: \S")
_LONGEST = 20_000


class Finding(AssertionError):
    """Something that is no good answer; `place` says where in the program, so that equal ones can be told."""

    def __init__(self, words: str, *, place: str) -> None:
        super().__init__(words)
        self.place = place


class Hang(BaseException):
    """Raised in whatever does not end; no Exception, so that nothing can swallow it."""


@contextmanager
def deadline(seconds: float = DEADLINE, *, what: str) -> Iterator[None]:
    """Raise Hang in the main thread after some time, and Finding at the end, whatever became of it on the way."""
    where: list[str] = []
    used, begun = time.process_time(), time.monotonic()

    def ring(number: int, frame: FrameType | None) -> None:
        if time.process_time() - used < seconds and time.monotonic() - begun < PATIENCE * seconds:
            signal.setitimer(signal.ITIMER_REAL, seconds)  # others had the cores meanwhile
            return
        where.extend(traceback.format_stack(frame))
        raise Hang

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    except BaseException as error:
        if where:  # libraries that compute in another language turn it into an error of their own
            raise Finding(f"{what}: no end after {seconds} s\n{''.join(where)[-3000:]}", place="hang") from error
        raise
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)
    if where:
        raise Finding(f"{what}: no end after {seconds} s\n{''.join(where)[-3000:]}", place="hang")


def _finding(what: str, error: BaseException) -> Finding:
    """Word an exception that should not have been, with its innermost place in the program."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "/whowhom/" in frame.filename] or list(frames)
    place = f"{type(error).__name__} at {Path(ours[-1].filename).name}:{ours[-1].name}"
    text = "".join(traceback.format_exception(error))[-4000:]
    return Finding(f"{what}: {place}\n{text}", place=place)


def called(call: Callable[[], Any], *, what: str, seconds: float = DEADLINE) -> tuple[Any, str]:
    """Call a function of the Python interface: what it gave, and '' or the words of a good error."""
    try:
        with deadline(seconds, what=what):
            return call(), ""
    except WhowhomError as error:
        check_words(str(error), what=what)
        return None, str(error)
    except Finding:
        raise
    except Exception as error:  # whatever else comes out is what a fuzzer looks for
        raise _finding(what, error) from error


class Command:
    """A command of the command line, run in this process, and its good answer.

    Attributes
    ----------
    code
        Exit code: done, some histories failed, or refused.
    out, err
        What it wrote.
    """

    def __init__(self, *words: str | Path, seconds: float = DEADLINE) -> None:
        what = " ".join(map(str, words))
        with deadline(seconds, what=what):
            done = CliRunner().invoke(app, [str(word) for word in words])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise _finding(what, done.exception) from done.exception
        self.code, self.out, self.err = done.exit_code, done.stdout, done.stderr
        self._check(what)

    def _check(self, what: str) -> None:
        if self.code not in (DONE, SOME_FAILED, REFUSED):
            raise Finding(f"{what}: exit code {self.code}\n{self.err}", place=f"exit code {self.code}")
        if "Traceback (most recent call last)" in self.out + self.err:
            raise Finding(f"{what}: a traceback\n{self.err[-4000:]}", place="traceback in the text")
        if self.code == REFUSED:
            check_words(self.err, what=what)
        if self.code == SOME_FAILED and not _NAMED.search(self.err):
            raise Finding(
                f"{what}: a history failed of an error that is not ours\n{self.err}",
                place=f"failed history: {self.err[-90:]}",
            )


def check_words(text: str, *, what: str) -> None:
    """Raise Finding unless an error says something, names a thing, and can be printed and read."""
    lines = text.strip().splitlines()
    if not lines:
        raise Finding(f"{what}: an error without words", place="no words")
    if not any(_NAME.search(line) for line in lines):
        raise Finding(f"{what}: an error that names nothing: {text[:500]}", place=f"no name: {lines[0][:60]}")
    if len(text) > _LONGEST:
        raise Finding(f"{what}: an error of {len(text)} characters: {text[:500]}", place=f"long: {lines[0][:40]}")
    for line in lines:
        if not line.isprintable():
            raise Finding(
                f"{what}: an error that cannot be printed: {line[:500]!r}", place=f"unprintable: {ascii(line)[:50]}"
            )

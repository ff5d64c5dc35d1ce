"""Ctrl-C, and SIGTERM like it: the first ends an experiment well, the second at once, and neither loses what is finished."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

#: Added to the number of the signal that ended a process, as shells do.
SIGNALLED = 128

_STOPPING = (
    "\nstopping: histories in flight end after their week. Ctrl-C once more leaves at once; what is finished is kept.\n"
)
_SHOW_CURSOR = "\x1b[?25h"  # a bar hides it


@contextmanager
def interruptible(folder: Path) -> Iterator[None]:
    """Make an interruption what it is, whatever became of it on the way.

    Libraries that compute in another language turn Ctrl-C into errors of their own (DuckDB into a RuntimeError), which
    would look like a damaged store or a mistake of ours.

    Raises
    ------
    Interrupted
        There was a Ctrl-C or a SIGTERM; the text says what is kept in the folder and how to go on.
    """
    from whowhom.experiments.crew import Interrupted
    from whowhom.store.layout import MANIFEST
    from whowhom.store.reader import Store

    heard: list[int] = []

    def hear(number: int, frame: FrameType | None) -> None:
        if heard:
            _leave(folder, number)
        heard.append(number)
        _write(_STOPPING)
        raise KeyboardInterrupt

    before = _listen(hear)
    try:
        yield
    except (Exception, KeyboardInterrupt) as error:
        if not heard or not (folder / MANIFEST).exists():
            raise
        interrupted = error if isinstance(error, Interrupted) else Interrupted.of(Store.open(folder))
        interrupted.exit_code = SIGNALLED + heard[0]
        raise interrupted from error
    finally:
        for number, usual in before.items():
            signal.signal(number, usual)


def _listen(hear: signal._HANDLER) -> dict[signal.Signals, signal._HANDLER]:
    """Let signals be heard that nobody else listens to; return what they did before."""
    usual = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL}
    if threading.current_thread() is not threading.main_thread():
        return {}
    return {number: signal.signal(number, hear) for number in usual if signal.getsignal(number) is usual[number]}


def _leave(folder: Path, number: int) -> None:
    """End this process now, threads and all: every file is there whole or not at all, so nothing can be harmed."""
    from whowhom.store.layout import resume_command

    _write(f"{_SHOW_CURSOR if os.isatty(2) else ''}\nleft at once. `{resume_command(folder)}` goes on.\n")
    os._exit(SIGNALLED + number)


def _write(text: str) -> None:
    """Write to standard error past its buffer, in which the interrupted program may be just now."""
    os.write(2, text.encode("ascii", "replace"))

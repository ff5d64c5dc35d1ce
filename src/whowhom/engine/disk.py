"""Files that are there whole or not at all: temporary name, write, fsync, rename.

A reader can never meet half a file, whatever kills the writer, and two writers of the same file end with one of the
two. What a killed writer leaves behind is a temporary file, which the next one clears away if nobody can still be
writing to it.
"""

from __future__ import annotations

import errno
import hashlib
import itertools
import os
import socket
import struct
import time
import tokenize
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from whowhom.errors import StoreError

#: A temporary file of another machine is taken for dead after this time [seconds]. Nothing we write takes an hour.
OLD = 3600.0

#: What NumPy and zipfile raise for an .npz file that is cut, altered or something else; OSError apart.
DAMAGED = (
    ValueError,
    EOFError,
    KeyError,
    AttributeError,
    TypeError,
    IndexError,
    NotImplementedError,
    OverflowError,
    MemoryError,
    RuntimeError,
    SyntaxError,
    struct.error,
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    tokenize.TokenError,
)

_SUFFIX = ".tmp"
_counter = itertools.count()

_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the file is larger than this system allows",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.ENOTDIR: "part of the path is a file, not a folder",
    errno.EISDIR: "it is a folder",
    errno.ENOENT: "the folder does not exist",
    errno.ENAMETOOLONG: "the name is too long",
}


def reason(error: OSError) -> str:
    """Return in plain words why the system refused to read or write."""
    if error.errno in _REASONS:
        return _REASONS[error.errno]
    return (error.strerror or str(error) or type(error).__name__).lower()


@contextmanager
def whole_file(path: Path, *, way_out: str, flush_name: bool = True) -> Iterator[Path]:
    """Give a temporary path to write to; at the end the file is at `path`, whole, or the old one still is.

    Parameters
    ----------
    path
        Where the file shall be. Its folder must exist.
    way_out
        Last sentence of the error text, for instance how to go on.
    flush_name
        Have the name on the disk too before this returns. Without it a power failure, though no killed process, may
        undo the renaming; half a file can never be seen. Costs as much as flushing the content.

    Raises
    ------
    StoreError
        The system refused: disk full, read-only, no permission. The temporary file is gone and `path` untouched.
    """
    temporary = _temporary(path)
    try:
        yield temporary
        _flush(temporary)
        temporary.replace(path)
        if flush_name:
            flush_folder(path.parent)
    except OSError as error:
        raise StoreError(f"'{path}' must be writable, got: {reason(error)}. {way_out}") from error
    finally:
        _forget(temporary)


def write_once(path: Path, content: bytes, *, way_out: str) -> None:
    """Write a file unless it is there already; of two writers at once the first wins and neither meets half a file.

    Raises
    ------
    StoreError
        As in `whole_file`.
    """
    temporary = _temporary(path)
    try:
        temporary.write_bytes(content)
        _flush(temporary)
        _link(temporary, path)
        flush_folder(path.parent)
    except OSError as error:
        raise StoreError(f"'{path}' must be writable, got: {reason(error)}. {way_out}") from error
    finally:
        _forget(temporary)


def _link(temporary: Path, path: Path) -> None:
    """Give the file its name if the name is free; on disks without links, rename (the last writer wins there)."""
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        return
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK):
            raise
        if not path.exists():
            temporary.replace(path)


def _flush(path: Path) -> None:
    """Ask the system to have the file's content on the disk before its name (power loss, not only a killed process)."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_folder(folder: Path) -> None:
    """Ask the system to have the names of a folder on the disk, where it can."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows opens no folders; there a rename is on disk when it returns
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.EBADF):  # network disks without fsync of folders
            raise
    finally:
        os.close(descriptor)


def _forget(temporary: Path) -> None:
    """Remove what is left of a temporary file; on a read-only disk there is none."""
    try:
        temporary.unlink(missing_ok=True)
    except OSError:
        return


def _temporary(path: Path) -> Path:
    """Return a name that no other thread, process or machine uses: `.name.machine.process.number.tmp`."""
    return path.with_name(f".{path.name}.{_machine()}.{os.getpid()}.{next(_counter)}{_SUFFIX}")


@cache
def _machine() -> str:
    """Return a short name of this machine since its last start: processes with equal names share a process table.

    Containers may share host name and kernel and still count their processes apart, each in its own namespace.
    """
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
        boot += str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        boot = ""
    return hashlib.sha256(f"{socket.gethostname()}/{boot}".encode()).hexdigest()[:8]


def is_temporary(path: Path) -> bool:
    """Return True for a name that `whole_file` makes, whoever made it."""
    parts = path.name.split(".")
    return path.name.startswith(".") and path.name.endswith(_SUFFIX) and len(parts) >= 6 and parts[-3].isdigit()


def clear_leftovers(folder: Path) -> int:
    """Remove temporary files whose writer is dead: of a process of this machine that is gone, or older than an hour.

    Returns
    -------
    int
        Number of files removed. Files of living writers stay, so this may be called while others write.
    """
    removed = 0
    for path in list(folder.iterdir()):
        if is_temporary(path) and _is_dead(path):
            _forget(path)
            removed += 1
    return removed


def _is_dead(path: Path) -> bool:
    """Return True if nobody can still be writing to a temporary file."""
    machine, process = path.name.split(".")[-4:-2]
    if machine == _machine() and not _lives(int(process)):
        return True
    try:
        return time.time() - path.stat().st_mtime > OLD
    except OSError:  # its writer has just renamed it
        return False


def _lives(process: int) -> bool:
    """Return True if a process of that number exists."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it exists and belongs to somebody else
        return True
    return True

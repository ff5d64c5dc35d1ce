"""Files that are there whole or not at all."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from whowhom.engine import disk
from whowhom.engine.disk import OLD, clear_leftovers, is_temporary, reason, whole_file, write_once
from whowhom.errors import StoreError


def write(path: Path, text: str) -> None:
    with whole_file(path, way_out="Do this.") as temporary:
        temporary.write_text(text)


def test_a_file_appears_whole(tmp_path: Path) -> None:
    """While a file is written its name holds the old content; afterwards the new one and nothing else."""
    path = tmp_path / "a.txt"
    write(path, "old")
    with whole_file(path, way_out="") as temporary:
        temporary.write_text("new")
        assert path.read_text() == "old"
        assert temporary.parent == path.parent
        assert is_temporary(temporary)
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_leaves_nothing(tmp_path: Path) -> None:
    """When the writer fails, the old file stays and the temporary one goes; its error is passed on."""
    path = tmp_path / "a.txt"
    write(path, "old")

    def give_up() -> None:
        with whole_file(path, way_out="") as temporary:
            temporary.write_text("half")
            raise KeyError

    with pytest.raises(KeyError):
        give_up()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EROFS, "the disk is read-only"),
        (errno.EACCES, "permission denied"),
        (errno.EDQUOT, "the disk quota is used up"),
        (errno.EIO, "input/output error"),
    ],
)
@pytest.mark.parametrize("call", ["fsync", "open"])
def test_a_refusal_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str, call: str
) -> None:
    """What the system refuses is said in words with the way out, at whatever call it refuses."""

    def refuse(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, call, refuse)
    with pytest.raises(StoreError) as error:
        write(tmp_path / "a.txt", "x")
    assert str(error.value) == f"'{tmp_path}/a.txt' must be writable, got: {words}. Do this."
    monkeypatch.undo()
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_one_sentence(tmp_path: Path) -> None:
    """Writing into a folder that does not exist is one clear error."""
    with pytest.raises(StoreError, match=r"got: the folder does not exist\. Do this\."):
        write(tmp_path / "none" / "a.txt", "x")


def test_an_unknown_reason_is_the_systems_word() -> None:
    """A refusal we have no words for is given in those of the system."""
    assert reason(OSError(errno.EBUSY, "Device or resource busy")) == "device or resource busy"
    assert reason(OSError("odd")) == "odd"


@pytest.mark.parametrize("links", [True, False])
def test_the_first_writer_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool) -> None:
    """A file that is to be written once keeps its first content, with and without links on the disk."""
    if not links:

        def refuse(self: Path, target: Path) -> None:
            raise OSError(errno.EPERM, "Operation not permitted")

        monkeypatch.setattr(Path, "hardlink_to", refuse)
    path = tmp_path / "a.txt"
    write_once(path, b"first", way_out="")
    write_once(path, b"second", way_out="")
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]


def name_of_dead_process() -> int:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    return dead.pid


def test_leftovers_of_dead_writers_go(tmp_path: Path) -> None:
    """Temporary files of dead processes here, and old ones from anywhere, are removed; those of living writers stay."""
    with whole_file(tmp_path / "a.txt", way_out="") as mine:
        mine.write_text("x")
        machine = mine.name.split(".")[-4]
        dead = tmp_path / f".a.txt.{machine}.{name_of_dead_process()}.0.tmp"
        elsewhere = tmp_path / f".a.txt.0badcafe.{os.getpid()}.0.tmp"
        old = tmp_path / f".a.txt.0badcafe.{os.getpid()}.1.tmp"
        others = tmp_path / "mine.tmp"
        for path in (dead, elsewhere, old, others):
            path.write_text("x")
        os.utime(old, (time.time() - OLD - 60,) * 2)
        assert clear_leftovers(tmp_path) == 2
        assert {path.name for path in tmp_path.iterdir()} == {mine.name, elsewhere.name, others.name}


def test_containers_are_machines_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two containers of one host that count their processes apart never take each other's writers for dead."""
    names = []
    for space in ("pid:[4026531836]", "pid:[4026532777]", "pid:[4026531836]"):
        disk._machine.cache_clear()
        monkeypatch.setattr(Path, "readlink", lambda path, space=space: Path(space))
        names.append(disk._machine())
    disk._machine.cache_clear()
    assert names[0] == names[2] != names[1]


@pytest.mark.parametrize("name", ["a.txt", ".hidden", "x.tmp", ".x.tmp", ".a.b.c.d.e.tmp"])
def test_strange_files_are_not_ours(name: str) -> None:
    """Only names that we give to temporary files are taken for temporary files."""
    assert not is_temporary(Path(name))

"""Small experiments that several tests read."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.unit.cli.program import SMALL, whowhom


@pytest.fixture(scope="session")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished store: the history and an arm without executions, two replicates of four weeks."""
    folder = tmp_path_factory.mktemp("cli") / "pairs"
    whowhom("twins", "soviet", *SMALL, "--off", "executions", "--store", folder)
    return folder


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pairs: Path) -> Path:
    """A working folder of its own, with a copy of that store and one of it without any history."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(pairs, tmp_path / "pairs")
    (tmp_path / "empty").mkdir()
    shutil.copy(pairs / "manifest.json", tmp_path / "empty")
    return tmp_path

"""`docs/own-model.md`, typed as it stands there, in an empty folder outside the checkout."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest


def files(root: Path) -> dict[str, str]:
    """The files that the document has a reader write."""
    text = (root / "docs" / "own-model.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^```python (\S+)\n(.*?)^```", text, re.MULTILINE | re.DOTALL))


def run(folder: Path, *words: str) -> str:
    """Run Python in the folder; return what it printed."""
    done = subprocess.run([sys.executable, *words], cwd=folder, capture_output=True, text=True, env=dict(os.environ))
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def written(tmp_path: Path, root: Path) -> Path:
    """A folder with all files of the document in it."""
    for name, text in files(root).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_a_function_is_wrapped(written: Path) -> None:
    """The first page prints what it promises: arrests hold people, and without them nobody is held."""
    out = run(written, "study.py")
    assert "no arrests" in out
    row = re.search(r"no arrests\s+(-?[\d.]+)\s+(-?[\d.]+)\s+(-?[\d.]+)\s+(\d+)", out.splitlines()[-1])
    assert row is not None
    difference, low, high, pairs = map(float, row.groups())
    assert low <= difference <= high < 0.0
    assert pairs == 40


def test_a_model_on_the_contract(written: Path) -> None:
    """The second page: twins are equal until the fork, the censor silences more where he stays, and R's table holds both arms."""
    out = run(written, "twins.py")
    assert "equal until then: True" in out
    row = re.search(r"sent away\s+(-?[\d.]+)\s+(-?[\d.]+)\s+(-?[\d.]+)", out)
    assert row is not None
    assert float(row[3]) < 0.0
    run(
        written,
        "-c",
        "from whowhom.cli.main import main; main()",
        "export",
        "runs/votes",
        "--format",
        "parquet",
        "--out",
        "votes.parquet",
    )
    table = duckdb.sql(f"SELECT arm, count(*) FROM '{written / 'votes.parquet'}' GROUP BY arm ORDER BY arm").fetchall()
    assert table == [("history", 20 * 53), ("sent away", 20 * 53)]


def test_the_contract_takes_about_sixty_lines(root: Path) -> None:
    """What the page says of its length is true."""
    lines = [line for line in files(root)["votes.py"].splitlines() if line.strip()]
    assert 50 <= len(lines) <= 75

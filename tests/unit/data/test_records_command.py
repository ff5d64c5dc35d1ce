from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import typer
from tests.unit.data.rows import GOOD, csv_text
from typer.testing import CliRunner

from whowhom.cli.records import records
from whowhom.data.records import load_records, read_record_file
from whowhom.errors import RecordError, UnknownNameError

app = typer.Typer()
app.command()(records)
RUN = CliRunner()


def _out(*words: str) -> str:
    result = RUN.invoke(app, list(words), catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def test_all_series_are_listed() -> None:
    """Without arguments, every series has its line."""
    words = _out().split()
    assert all(name in words for name in load_records().names())


def test_a_series_is_shown_with_its_sources() -> None:
    """A series is shown with its rows, rival estimates, citations and status."""
    out = _out("repression.death_sentences")
    for part in ("9,701", "KGB series (Zemskov)", "M. Lewin, The Soviet Century (2005)", "copy", "no simulation"):
        assert part in out


def test_a_first_word_lists_its_series(tmp_path: Path) -> None:
    """The first word of several series lists these, and --csv writes these."""
    out = _out("kronstadt", "--csv", str(tmp_path / "k.csv"))
    assert "kronstadt.rebels" in out
    assert "repression.arrests" not in out
    assert read_record_file(tmp_path / "k.csv").names() == load_records().group("kronstadt")


def test_a_series_becomes_a_picture(tmp_path: Path) -> None:
    """--plot draws one series into a file."""
    pytest.importorskip("matplotlib")
    assert "written" in _out("repression.arrests", "--plot", str(tmp_path / "a.svg"))
    assert (tmp_path / "a.svg").stat().st_size > 1000


def test_a_file_of_your_own_is_checked_and_shown(tmp_path: Path) -> None:
    """--file shows a user's own series and nothing of the project's."""
    (tmp_path / "mine.csv").write_text(csv_text(GOOD | {"series": "mine.arrests"}), encoding="utf-8")
    assert "mine.arrests" in _out("--file", str(tmp_path / "mine.csv"))
    assert "200,271" in _out("mine.arrests", "--file", str(tmp_path / "mine.csv"))


def test_the_targets_are_shown() -> None:
    """--targets shows each named target with its band."""
    assert "band 100,000 to 400,000" in _out("--targets")


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["repression.arests"], UnknownNameError),
        (["--plot", "a.png"], RecordError),
        (["camps", "--plot", "a.png"], RecordError),
        (["repression.arrests", "--plot", "a.jpeg"], RecordError),
        (["--csv", "absent/a.csv"], RecordError),
        (["--file", "absent.csv"], RecordError),
    ],
)
def test_bad_words_are_answered(
    words: list[str], error: type[Exception], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Every mistake on the command line is an error of the program's own kind, and leaves no file."""
    monkeypatch.chdir(tmp_path)
    assert isinstance(RUN.invoke(app, words).exception, error)
    assert list(tmp_path.iterdir()) == []


def test_the_overview_loads_nothing_heavy() -> None:
    """Listing all series loads neither pandas, NumPy nor matplotlib."""
    code = (
        "import sys; from whowhom.cli.records import records; records();"
        "print(sorted({'pandas', 'numpy', 'matplotlib', 'numba', 'duckdb'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"

"""How the tests call the command line, and how large their experiments are."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from whowhom.cli.main import app

SMALL = ("--persons", "10240", "--replicates", "2", "--until", "1917-12")
WEEKS = 4


class Result:
    """What a command printed, and its exit code."""

    def __init__(self, *words: str | Path) -> None:
        done = CliRunner().invoke(app, [str(word) for word in words])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        self.code: int = done.exit_code
        self.out: str = done.stdout
        self.err: str = done.stderr

    @property
    def words(self) -> str:
        """Everything on standard output, with single spaces, since tables break lines."""
        return " ".join(self.out.split())


def whowhom(*words: str | Path) -> Result:
    """Call the command line with words that it accepts."""
    result = Result(*words)
    assert result.code == 0, result.err
    return result


def refused(*words: str | Path) -> Result:
    """Call the command line with words that it refuses."""
    result = Result(*words)
    assert result.code == 2, (result.out, result.err)
    assert "Traceback" not in result.out + result.err
    return result

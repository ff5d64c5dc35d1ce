"""The program itself: what it offers, what it costs to ask, and how it is interrupted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path

import pytest
from tests.unit.cli.program import Result, whowhom
from typer.main import get_command

import whowhom as package
from whowhom.cli import main
from whowhom.errors import StoreWarning, WhowhomError
from whowhom.store.reader import Store

COMMANDS = ("models", "scenarios", "describe", "run", "twins", "resume", "report", "export", "records", "demo")
HEAVY = ("numpy", "pandas", "numba", "llvmlite", "duckdb", "matplotlib", "rich.table", "rich.console", "whowhom.api")
PROGRAM = [sys.executable, "-c", "from whowhom.cli.main import main; main()"]


def test_help_lists_every_command() -> None:
    """`whowhom --help` names each command with what it does."""
    shown = {line.split()[0]: line for line in whowhom("--help").out.splitlines() if line.startswith("  ")}
    assert all(len(shown[name].split()) > 3 for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    """Every command says what it does, and every option of it too."""
    command = get_command(main.app).commands[name]  # type: ignore[attr-defined]
    assert (command.help or "").split(".")[0].count(" ") >= 2
    named = [option for option in command.params if option.name not in ("help", "scenario", "folder", "series")]
    assert [option.name for option in named if not (option.help or "").endswith(".")] == []
    assert f"Usage: whowhom {name}" in whowhom(name, "--help").out


def test_version() -> None:
    """`whowhom --version` prints name and version."""
    assert whowhom("--version").out == f"whowhom {package.__version__}\n"


def test_help_loads_nothing_heavy() -> None:
    """`whowhom --help` loads no table, compiler, NumPy or plot library, and nothing of the program that needs one."""
    code = (
        "import sys\nsys.argv = ['whowhom', '--help']\nfrom whowhom.cli.main import main\n"
        f"try:\n    main()\nexcept SystemExit:\n    print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_listing_scenarios_compiles_nothing() -> None:
    """`whowhom scenarios` loads no compiler: the list is wanted at once."""
    code = (
        "import sys\nsys.argv = ['whowhom', 'scenarios']\nfrom whowhom.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit:\n    print('numba' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert any(line.startswith("soviet  ") for line in done.stdout.splitlines())
    assert done.stdout.splitlines()[-1] == "False"


def test_a_poor_terminal_keeps_the_minus(pairs: Path) -> None:
    """Where the encoding lacks a character, a minus stays one and nothing fails."""
    command = [sys.executable, "-c", "from whowhom.cli.main import main; main()", "resume", str(pairs)]
    done = subprocess.run(command, capture_output=True, env=os.environ | {"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0, done.stderr
    text = done.stdout.decode("ascii")
    assert "?" not in text
    assert "-66" in text


def test_any_error_of_ours_is_exit_code_2(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of the program's own kind, raised anywhere in a command, is its text alone and exit code 2."""

    def broken() -> list[str]:
        raise WhowhomError("'it' must be so, got otherwise.\nA second line.")

    monkeypatch.setattr("whowhom.models.registry.model_names", broken)
    result = Result("models")
    assert (result.code, result.out, result.err) == (2, "", "'it' must be so, got otherwise.\nA second line.\n")


def test_mistakes_of_ours_are_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any other exception is shown with the place where it happened, for a bug report."""
    monkeypatch.setattr("whowhom.models.registry.model_names", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        Result("models")


def test_an_early_interruption(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C before anything was run says so, with exit code 130."""

    def interrupted() -> list[str]:
        raise KeyboardInterrupt

    monkeypatch.setattr("whowhom.models.registry.model_names", interrupted)
    result = Result("models")
    assert result.code == main.INTERRUPTED == 130
    assert result.err.strip() == "interrupted; nothing was lost."


@pytest.mark.skipif(os.name == "nt", reason="signals of another kind")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_ctrl_c_says_how_to_go_on(tmp_path: Path, number: signal.Signals, code: int) -> None:
    """Ctrl-C, like SIGTERM, keeps what is finished and says how to go on, with its exit code; `whowhom resume` does the rest."""
    words = ["run", "soviet", "--persons", "10240", "--replicates", "40", "--until", "1920", "--store", "store"]
    process = subprocess.Popen(
        [*PROGRAM, *words], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 120
    while not [*(tmp_path / "store").glob("*.done")] and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == code, err
    assert "`whowhom resume store` goes on." in err
    assert "Traceback" not in err
    done = Store.open(tmp_path / "store").progress().done
    assert 0 < done < 40
    assert f"{done} of 40 runs are kept in 'store'" in err
    out = whowhom("resume", tmp_path / "store").words
    assert f"holds {done} of 40 histories; {40 - done} to run" in out
    assert Store.open(tmp_path / "store").progress().complete


def test_what_should_be_known_of_a_store_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """A warning about a store is one line on standard error, each time; other warnings are shown as Python shows them."""

    def warned() -> list[str]:
        for _ in range(2):
            warnings.warn("it lost a file.", StoreWarning, stacklevel=2)
        warnings.warn("old", UserWarning, stacklevel=2)
        return []

    monkeypatch.setattr("whowhom.models.registry.model_names", warned)
    with pytest.warns(UserWarning, match="old"):
        result = Result("models")
    assert (result.code, result.err) == (0, "note: it lost a file.\n" * 2)

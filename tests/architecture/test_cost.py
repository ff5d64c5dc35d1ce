"""What it costs to start."""

from __future__ import annotations

import subprocess
import sys
import time

from tests.architecture import scan

HEAVY = ("numba", "llvmlite", "duckdb", "pandas", "matplotlib", "scipy")
LONGEST_IMPORT = 0.030
LONGEST_HELP = 0.5
CLI = scan.PACKAGE / "cli" / "main.py"


def python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def loaded_by(statement: str) -> set[str]:
    """The heavy packages that a fresh process has loaded after a statement."""
    loaded = python(f"{statement}\nimport sys\nprint(*sorted({{name.split('.')[0] for name in sys.modules}}))")
    return set(loaded.split()) & set(HEAVY)


def test_importing_whowhom_loads_nothing_heavy() -> None:
    """`import whowhom` loads neither the compiler nor the tables nor NumPy."""
    assert loaded_by("import whowhom") == set()
    assert python("import whowhom, sys; print('numpy' in sys.modules)") == "False"


def test_the_command_line_loads_nothing_heavy() -> None:
    """Importing the command line loads neither the compiler nor the tables."""
    if CLI.exists():
        assert loaded_by("import whowhom.cli.main") == set()


def test_the_scan_sees_a_heavy_import() -> None:
    """A statement that loads DuckDB is seen to do so."""
    assert "duckdb" in loaded_by("import duckdb")


def test_importing_whowhom_is_quick() -> None:
    """`import whowhom` takes less than 30 ms, in the best of ten processes."""
    code = "import time; start = time.perf_counter(); import whowhom; print(time.perf_counter() - start)"
    best = min(float(python(code)) for _ in range(10))
    print(f"import whowhom: {1000 * best:.1f} ms")
    assert best < LONGEST_IMPORT


def test_help_is_quick() -> None:
    """`whowhom --help` takes less than half a second, in the best of seven processes."""
    if not CLI.exists():
        return
    seconds = []
    for _ in range(7):
        start = time.perf_counter()
        python("import sys; sys.argv = ['whowhom', '--help']; from whowhom.cli.main import main; main()")
        seconds.append(time.perf_counter() - start)
    print(f"whowhom --help: {min(seconds):.2f} s")
    assert min(seconds) < LONGEST_HELP

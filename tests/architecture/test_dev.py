"""The dev script and what CI runs."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from tests.architecture import scan


def dev(*arguments: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **variables}
    return subprocess.run(
        [scan.ROOT / "dev", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_help_from_anywhere(tmp_path: Path) -> None:
    """`./dev help` works from any folder and names every job."""
    ran = dev("help", folder=tmp_path)
    assert ran.returncode == 0
    jobs = {"demo", "test", "check", "bench", "mutate", "help"}
    assert set(re.findall(r"^  \./dev (\w+)", ran.stdout, re.MULTILINE)) == jobs


def test_an_unknown_job_is_refused(tmp_path: Path) -> None:
    """An unknown job prints the jobs there are, says so and exits with 2."""
    ran = dev("tset", folder=tmp_path)
    assert ran.returncode == 2
    assert "./dev test" in ran.stderr
    assert ran.stderr.endswith("dev: unknown command 'tset'.\n")


def test_no_python_is_said_clearly(tmp_path: Path) -> None:
    """Where no fitting Python is found, dev says which ones fit and how to get one, and leaves nothing behind."""
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    for name in ("dev", "requirements.lock", "pyproject.toml"):
        (checkout / name).write_bytes((scan.ROOT / name).read_bytes())
    (checkout / "dev").chmod(0o755)
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in ("sh", "cat", "cksum", "dirname", "grep", "rm", "mkdir"):
        (tools / tool).symlink_to(
            next(path for folder in ("/bin", "/usr/bin") if (path := Path(folder) / tool).exists())
        )
    (tools / "python3").write_text("#!/bin/sh\nexit 127\n")
    (tools / "python3").chmod(0o755)
    ran = subprocess.run(
        [checkout / "dev", "test"], env={"PATH": str(tools)}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1
    assert ran.stderr == (
        "dev: no Python from 3.11 to 3.13 found. On Debian or Ubuntu: apt install python3 python3-venv.\n"
    )
    assert not (checkout / ".venv").exists()


@pytest.mark.parametrize("name", ["dev", ".ci/run"])
def test_scripts_can_be_run(name: str) -> None:
    """The scripts of the repository are executable and free of syntax errors."""
    path = scan.ROOT / name
    assert os.access(path, os.X_OK)
    shell = "bash" if "bash" in path.read_text().splitlines()[0] else "sh"
    subprocess.run([shell, "-n", path], check=True)


def test_ci_runs_the_tests_and_the_checks() -> None:
    """CI runs the two commands that contributors run."""
    text = (scan.ROOT / ".ci" / "run").read_text()
    assert "./dev test" in text
    assert "./dev check" in text

"""What the repository does not contain."""

from __future__ import annotations

import re

import pytest
from tests.architecture import scan

ADDRESS = re.compile(r"https?://\S+")
MACHINE_PATH = re.compile(
    r"(?<![\w.~})>-])/(?:root|home|Users|tmp|work|mnt|private|var)/\w|(?<![\w.])[A-Z]:\\\w|file:/{2,}"
)
REGISTRY = re.compile(r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|(?:deb|ftp)\.debian\.org|anaconda\.org")
TEXT = {".py", ".md", ".toml", ".cff", ".csv", ".json", ".lock", ".txt", ".html", ".js", ".css", ""}


def machine_paths(text: str) -> list[str]:
    return [found.group() for found in MACHINE_PATH.finditer(ADDRESS.sub("", text))]


def texts() -> list[tuple[str, str]]:
    return [(scan.relative(path), path.read_text(encoding="utf-8")) for path in scan.files() if path.suffix in TEXT]


def test_no_path_of_a_machine() -> None:
    """No file names a folder that exists on somebody's machine only."""
    assert {path: found for path, text in texts() if (found := machine_paths(text))} == {}


def test_no_registry() -> None:
    """No file names the host of a package registry: where packages come from is a matter of the user's set-up."""
    assert [path for path, text in texts() if REGISTRY.search(text)] == []


@pytest.mark.parametrize(
    "planted", ["see " + "/home" + "/ann/x", "file:" + "///x", "C:" + "\\Users", "(" + "/tmp" + "/a)"]
)
def test_the_scan_sees_a_path_of_a_machine(planted: str) -> None:
    """Home folders, temporary folders, drive letters and file addresses are seen as paths of a machine."""
    assert machine_paths(planted)


def test_the_lock_holds_exact_versions_only() -> None:
    """Every line of the lock file is a comment or one exact version."""
    lines = (scan.ROOT / "requirements.lock").read_text().splitlines()
    assert [line for line in lines if not re.fullmatch(r"#.*|[A-Za-z0-9._-]+==[0-9A-Za-z.]+", line)] == []


def test_files_end_with_one_newline() -> None:
    """Every text file is UTF-8, ends with a newline and has no carriage return."""
    guilty = [
        path for path, text in texts() if text and (not text.endswith("\n") or "\r" in text) and "vendor" not in path
    ]
    assert guilty == []

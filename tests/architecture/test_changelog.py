"""Fragments of the change log, and how they are put together."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def assemble(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("assemble", root / "changelog.d" / "assemble.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_fragments_have_a_kind_and_a_text(root: Path, assemble: ModuleType) -> None:
    """Every fragment is named by topic and kind and says something."""
    for paths in assemble.fragments(root / "changelog.d").values():
        assert all(path.read_text(encoding="utf-8").strip() for path in paths)


def test_fragments_become_a_release(tmp_path: Path, assemble: ModuleType) -> None:
    """A release holds its fragments by kind, above the older releases, and the fragments are gone."""
    changelog = tmp_path / "CHANGELOG.md"
    changelog.write_text("# Change log\n\n<!-- releases -->\n\n## 0.1.0 (2026-01-01)\n")
    for name, text in {"b.fixed": "Mended\nit.\n", "a.numbers": "More.\n"}.items():
        (tmp_path / f"{name}.md").write_text(text)
    folder = tmp_path / "fragments"
    folder.mkdir()
    for path in tmp_path.glob("?.*.md"):
        path.rename(folder / path.name)
    assert assemble.assemble(folder, changelog, version="0.2.0", date="2026-02-02") == 2
    assert changelog.read_text() == (
        "# Change log\n\n<!-- releases -->\n\n## 0.2.0 (2026-02-02)\n\n### Numbers\n\n* More.\n\n### Fixed\n\n* Mended it.\n"
        "\n## 0.1.0 (2026-01-01)\n"
    )
    assert list(folder.iterdir()) == []


def test_a_misnamed_fragment_is_refused(tmp_path: Path, assemble: ModuleType) -> None:
    """A fragment of an unknown kind is refused with the known ones."""
    (tmp_path / "x.changed.md").write_text("What?\n")
    with pytest.raises(
        ValueError, match=r"'x\.changed\.md' must be named TOPIC\.KIND\.md with KIND one of breaking, numbers"
    ):
        assemble.fragments(tmp_path)

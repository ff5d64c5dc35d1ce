"""Reading the repository: its files, its syntax trees, its prose and the things that its prose names."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "whowhom"
CODE_FOLDERS = ("src", "tests", "benchmarks", "studies", "verification", "changelog.d")
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Function:
    """A function of the repository; `n_lines` leaves the docstring out."""

    path: str
    name: str
    n_lines: int
    docstring: str | None
    node: ast.AST


def files() -> list[Path]:
    """Every file that is or could be committed."""
    found = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    return [path for name in sorted(filter(None, found)) if (path := ROOT / name).is_file()]


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def modules(*folders: str) -> list[Path]:
    """The Python files below the given folders of the checkout."""
    return [path for path in files() if path.suffix == ".py" and relative(path).startswith(tuple(folders))]


def prose_files() -> list[Path]:
    """The documents that people read."""
    return [path for path in files() if path.suffix == ".md" or path.name == "CITATION.cff"]


def functions(tree: ast.Module, path: str) -> Iterator[Function]:
    """All functions of a module, nested ones and methods too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = ast.get_docstring(node)
            n_lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if docstring is not None:
                first = node.body[0]
                n_lines -= (first.end_lineno or first.lineno) - first.lineno + 1
            yield Function(path, node.name, n_lines, docstring, node)


def imports(tree: ast.Module) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(module, names) of every import statement, wherever it stands; names is empty for a plain import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, ()
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or ""), tuple(alias.name for alias in node.names)


def parsed(*folders: str) -> list[tuple[str, ast.Module]]:
    """(path, syntax tree) of the Python files below the given folders."""
    return [(relative(path), ast.parse(path.read_text(encoding="utf-8"))) for path in modules(*folders)]


def code_blocks(text: str, *languages: str) -> list[str]:
    """The fenced blocks of a document in one of the languages."""
    return [body for language, body in FENCE.findall(text) if language in languages]


def spans(text: str) -> list[str]:
    """What stands in backticks outside fenced blocks."""
    return SPAN.findall(FENCE.sub("", text))


def links(text: str) -> list[str]:
    """The local targets of Markdown links."""
    return [target for target in LINK.findall(FENCE.sub("", text)) if "://" not in target]

"""How long files and functions are, what they are called, and what no file does."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture import scan

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
SHORT_FUNCTION = 25
SHARE_SHORT = 0.9
NAMELESS = {"utils", "util", "helpers", "helper", "common", "base", "misc", "tools", "shared"}

# path::function -> why it is better long. A week that is one call per line may stand here.
LONG_FUNCTIONS: dict[str, str] = {}
# path -> why it is better long.
LONG_FILES = {
    "tests/reference/instruments.py": "the same for docs/instruments.md",
    "tests/reference/week.py": "one whole week in one file, read from top to bottom beside docs/machine.md",
}


def truths_asked(tree: ast.Module) -> Iterator[ast.expr]:
    """The expressions whose truth decides something."""
    for node in ast.walk(tree):
        if isinstance(node, ast.If | ast.While | ast.IfExp | ast.Assert):
            yield node.test
        elif isinstance(node, ast.BoolOp):
            yield from node.values
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yield node.operand


def seeds_tested(tree: ast.Module) -> list[int]:
    """Lines that ask whether a seed is true, which 0 is not."""
    names = {"seed", "base_seed"}
    return [
        truth.lineno
        for truth in truths_asked(tree)
        if (isinstance(truth, ast.Name) and truth.id in names)
        or (isinstance(truth, ast.Attribute) and truth.attr in names)
    ]


def test_files_are_short() -> None:
    """Every Python file has fewer than 400 lines, but for listed ones with a reason."""
    lengths = {
        scan.relative(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in scan.modules(*scan.CODE_FOLDERS)
    }
    assert {path: n for path, n in lengths.items() if n >= LONGEST_FILE and path not in LONG_FILES} == {}
    stale = {path for path in LONG_FILES if lengths.get(path, LONGEST_FILE) < LONGEST_FILE}
    assert stale == set(), "exceptions no longer needed"


def test_functions_are_short() -> None:
    """No function is longer than 60 lines without its docstring, but for listed ones with a reason."""
    lengths = {
        f"{function.path}::{function.name}": function.n_lines
        for path, tree in scan.parsed(*scan.CODE_FOLDERS)
        for function in scan.functions(tree, path)
    }
    assert {name: n for name, n in lengths.items() if n > LONGEST_FUNCTION and name not in LONG_FUNCTIONS} == {}
    stale = {name for name in LONG_FUNCTIONS if lengths.get(name, LONGEST_FUNCTION + 1) <= LONGEST_FUNCTION}
    assert stale == set(), "exceptions no longer needed"


def test_most_functions_are_very_short() -> None:
    """Nine functions of the package in ten have at most 25 lines without their docstring."""
    lengths = [function.n_lines for path, tree in scan.parsed("src/whowhom") for function in scan.functions(tree, path)]
    assert sum(n <= SHORT_FUNCTION for n in lengths) >= SHARE_SHORT * len(lengths)


def test_the_length_leaves_the_docstring_out() -> None:
    """The length of a function counts its lines from def to end without the docstring."""
    planted = 'def f(x):\n    """One.\n\n    Two.\n    """\n    y = x\n    return y\n'
    (function,) = scan.functions(ast.parse(planted), "planted.py")
    assert function.n_lines == 3


def test_every_module_has_a_real_name() -> None:
    """No module or package is called utils, helpers, common, base, misc or the like."""
    named = {
        part for path in scan.modules(*scan.CODE_FOLDERS) for part in scan.relative(path).removesuffix(".py").split("/")
    }
    assert named & NAMELESS == set()


def test_every_test_is_a_sentence() -> None:
    """The docstring of every test is a sentence of the specification."""
    dumb = [
        f"{path}::{function.name}"
        for path, tree in scan.parsed("tests/")
        for function in scan.functions(tree, path)
        if path.rpartition("/")[2].startswith("test_") and function.name.startswith("test_")
        if not (text := (function.docstring or "").strip()).endswith((".", ".`", '."')) or len(text.split()) < 4
    ]
    assert dumb == []


def test_seeds_are_not_tested_for_truth() -> None:
    """No code asks whether a seed is true, since 0 is a seed like all others."""
    guilty = {path: lines for path, tree in scan.parsed(*scan.CODE_FOLDERS) if (lines := seeds_tested(tree))}
    assert guilty == {}


def test_the_scan_sees_a_seed_tested_for_truth() -> None:
    """The usual ways of asking whether a seed is true are seen, a comparison with None is not."""
    planted = "a = seed or 1\nif not plan.seed:\n    pass\nb = 1 if seed is not None else 2\n"
    assert sorted(seeds_tested(ast.parse(planted))) == [1, 2]


def test_no_fast_mathematics() -> None:
    """No kernel is compiled with fastmath, which would make results depend on the machine."""
    guilty = [
        f"{path}:{node.value.lineno}"
        for path, tree in scan.parsed("src/whowhom")
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg == "fastmath"
        if not (isinstance(node.value, ast.Constant) and node.value.value is False)
    ]
    assert guilty == []

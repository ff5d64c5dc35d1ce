"""Compilation: one choice at import, one cache folder per source, the same functions without it."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.architecture import scan

from whowhom.engine import kernel
from whowhom.engine.streams import chance, philox


def in_a_process(code: str, **environment: str) -> str:
    """What a program prints under an environment; a failure ends the test."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


@pytest.mark.parametrize(("value", "compiled"), [("0", False), ("1", True), ("", True)])
def test_the_environment_chooses_once(value: str, compiled: bool) -> None:
    """WHOWHOM_JIT=0 leaves functions plain Python, anything else compiles them; numba is not even imported for plain ones."""
    code = "import sys; from whowhom.engine import kernel, streams; print(kernel.COMPILED, hasattr(streams.philox, 'py_func'), 'numba' in sys.modules)"
    assert in_a_process(code, WHOWHOM_JIT=value) == f"{compiled} {compiled} {compiled}"


def test_words_are_the_same_without_compilation() -> None:
    """The words of the stream, plain and compiled, are the same."""
    code = "from whowhom.engine.streams import philox; print([int(x) for x in philox(5, 7 << 16 | 3, 9, 11, 13, 17)])"
    assert in_a_process(code, WHOWHOM_JIT="0") == str([int(x) for x in philox(5, 7 << 16 | 3, 9, 11, 13, 17)])


def test_the_python_original_stays_at_hand() -> None:
    """A compiled function keeps the Python one, for reading and stepping."""
    if kernel.COMPILED:
        assert chance.py_func(0.5, np.uint64(2**31 - 1)) is not None  # type: ignore[attr-defined]
        assert bool(chance.py_func(0.5, np.uint64(2**31 - 1)))  # type: ignore[attr-defined]


def test_the_cache_is_of_exactly_this_source(tmp_path: Path) -> None:
    """The cache folder is chosen by WHOWHOM_CACHE and named by a hash of the sources; an empty one is called cold."""
    module = "whowhom.engine.streams"
    code = f"from whowhom.engine import kernel as k; print(k.cache_folder('{module}')); print(k.is_cold())"
    folder, cold = in_a_process(code, WHOWHOM_CACHE=str(tmp_path)).split("\n")
    assert folder == str(tmp_path / "whowhom" / "kernels" / f"engine.streams-{kernel.closure_hash(module)}")
    assert cold == "True"


def test_what_is_compiled_is_kept(tmp_path: Path) -> None:
    """After the first call of an entry its machine code lies in its folder; other entries stay cold."""
    call = "from whowhom.engine.streams import unit; import numpy as np; print(unit(np.uint64(1)))"
    look = "from whowhom.engine.kernel import is_cold; print(is_cold())"
    in_a_process(call, WHOWHOM_CACHE=str(tmp_path))
    kept = {path.parent.parent.name for path in tmp_path.rglob("*.nbi")}
    assert {name.rpartition("-")[0] for name in kept} == {"engine.streams"}
    assert in_a_process(look, WHOWHOM_CACHE=str(tmp_path)) == "True"


def test_a_cache_that_cannot_be_written_is_passed_over(tmp_path: Path) -> None:
    """If the chosen place is a file, another folder is taken and nothing fails."""
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    code = "from whowhom.engine.kernel import cache_folder; print(cache_folder('whowhom.engine.streams'))"
    assert str(blocked) not in in_a_process(code, WHOWHOM_CACHE=str(blocked))


def test_plain_python_is_never_cold() -> None:
    """Nothing is compiled, so nothing has to be waited for, when functions are plain."""
    assert in_a_process("from whowhom.engine.kernel import is_cold; print(is_cold())", WHOWHOM_JIT="0") == "False"


def kernels_of(tree: ast.Module) -> list[ast.FunctionDef]:
    """The functions of a module that are compiled."""
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(x, ast.Name) and x.id in ("kernel", "merged", "entry") for x in node.decorator_list)
    ]


def sources_of(tree: ast.Module) -> set[str]:
    """Modules of the package from which a module's kernels take names."""
    used = {x.id for function in kernels_of(tree) for x in ast.walk(function) if isinstance(x, ast.Name)}
    return {
        node.module or ""
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("whowhom.")
        if {alias.asname or alias.name for alias in node.names} & used
    }


def test_the_hash_covers_every_source_of_kernels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An edit of any file with kernels, or of a file from which kernels take names, gives another folder."""
    needed = set()
    for path, tree in scan.parsed("src/whowhom"):
        if kernels_of(tree):
            needed |= {path, *(f"src/{module.replace('.', '/')}.py" for module in sources_of(tree))}
    assert len(needed) > 20
    shutil.copytree(scan.PACKAGE, tmp_path / "whowhom", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(kernel.whowhom, "__file__", str(tmp_path / "whowhom" / "__init__.py"))
    before = kernel.sources_hash.__wrapped__()
    unseen = []
    for name in sorted(needed):
        file = tmp_path / name.removeprefix("src/")
        text = file.read_text(encoding="utf-8")
        file.write_text(text + "# an edit\n", encoding="utf-8")
        if kernel.sources_hash.__wrapped__() == before:
            unseen.append(name)
        file.write_text(text, encoding="utf-8")
    assert unseen == []
    assert kernel.sources_hash.__wrapped__() == before


def test_an_edit_reaches_only_what_imports_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An edit of a mechanism gives new folders to the stages that use it and to no other; one of what all use gives all of them new ones."""
    shutil.copytree(scan.PACKAGE, tmp_path / "whowhom", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(kernel.whowhom, "__file__", str(tmp_path / "whowhom" / "__init__.py"))
    monkeypatch.setattr(kernel, "__file__", str(tmp_path / "whowhom" / "engine" / "kernel.py"))
    stages = [
        f"whowhom.models.machine.stages.{path.stem}"
        for path in sorted((scan.PACKAGE / "models/machine/stages").glob("[a-z]*.py"))
    ]

    def hashes() -> dict[str, str]:
        return {name: kernel.closure_hash.__wrapped__(name) for name in stages}

    def changed_by(name: str) -> set[str]:
        kernel._imported.cache_clear()
        before, file = hashes(), tmp_path / "whowhom" / name
        text = file.read_text(encoding="utf-8")
        file.write_text(text + "# an edit\n", encoding="utf-8")
        after = hashes()
        file.write_text(text, encoding="utf-8")
        return {stage.rpartition(".")[2] for stage in stages if before[stage] != after[stage]}

    assert changed_by("mechanisms/sentence.py") == {"prisons"}
    assert changed_by("mechanisms/centre.py") == {"orders"}
    assert changed_by("mechanisms/emotion.py") == {"life", "reckoning", "start"}
    by_type = {"stretch"}  # knows tables by their types alone, which are a part of what Numba looks a function up by
    assert changed_by("engine/population.py") == {stage.rpartition(".")[2] for stage in stages} - by_type
    kernel._imported.cache_clear()


def test_kernels_are_plain_functions_below_the_decorator() -> None:
    """Every kernel takes positional arguments only and has no defaults."""
    for path, tree in scan.parsed("src/whowhom/mechanisms", "src/whowhom/models", "src/whowhom/engine"):
        for function in kernels_of(tree):
            assert not function.args.kwonlyargs, (path, function.name)
            assert not function.args.defaults, (path, function.name)


def test_kernels_use_no_numpy_functions() -> None:
    """No kernel calls a NumPy function other than a conversion of one number, whose bits would depend on how it is compiled."""
    conversions = {"int16", "int64", "float64", "uint64"}
    for path, tree in scan.parsed("src/whowhom/mechanisms", "src/whowhom/models", "src/whowhom/engine"):
        for function in kernels_of(tree):
            used = {
                x.attr
                for x in ast.walk(function)
                if isinstance(x, ast.Attribute) and isinstance(x.value, ast.Name) and x.value.id == "np"
            }
            assert used <= conversions, (path, function.name, used)

"""Compiled functions: three decorators, a cache folder for each entry, one way to run them step by step.

Kernels are plain Python functions over arrays and numbers. `kernel` (called by kernels), `merged` (put into its callers) and `entry` (called by Python) compile them on first use with options that keep results
exact (no fastmath, no threads inside) and let go of the interpreter lock, so that replicates, or provinces of one large world, run side by side in threads. The machine
code of an entry is kept in a folder named by its module and a hash of the sources of all that this module imports, since Numba's own cache does not notice an edit in a
called function; an edit therefore costs the compilation of those entries that it reaches, not of all. `WHOWHOM_JIT=0` in the environment leaves the functions as they
are, for stepping through with a debugger: the bits are the same.
"""

from __future__ import annotations

import functools
import hashlib
import os
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import whowhom

Function = TypeVar("Function", bound=Callable[..., Any])

COMPILED = os.environ.get("WHOWHOM_JIT", "1") != "0"
"""False if the environment asks for plain Python (`WHOWHOM_JIT=0`)."""


@functools.cache
def sources_hash() -> str:
    """Hash of all sources that kernels are made of: mechanisms, models, and the engine's files with kernels or codes in them."""
    root = Path(whowhom.__file__).parent
    digest = hashlib.blake2b(digest_size=8)
    for folder in ("engine", "mechanisms", "models"):
        for path in sorted((root / folder).rglob("*.py")):
            text = path.read_bytes()
            if folder != "engine" or path.name in ("kernel.py", "population.py") or b"engine.kernel" in text:
                digest.update(path.relative_to(root).as_posix().encode() + b"\0" + text)
    return digest.hexdigest()


_IMPORT = re.compile(r"^\s*from (whowhom[\w.]*) import ([^\n(]+|\([^)]*\))", re.MULTILINE)


@functools.cache
def _imported(path: Path) -> frozenset[Path]:
    """Files of this package that a file imports from, wherever in it the import stands."""
    root = Path(whowhom.__file__).parent
    found = set()
    for module, names in _IMPORT.findall(path.read_text(encoding="utf-8")):
        place = root.joinpath(*module.split(".")[1:])
        inside = [place / f"{name.split(' as ')[0].strip()}.py" for name in names.strip("()").split(",")]
        found |= {file for file in (place.with_suffix(".py"), place / "__init__.py", *inside) if file.is_file()}
    return frozenset(found)


@functools.cache
def closure_hash(module: str) -> str:
    """Hash of the sources of a module and of all that it imports from this package, directly or not."""
    root = Path(whowhom.__file__).parent
    waiting = [_source_of(module), Path(__file__)]
    seen: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path not in seen and path.is_file():
            seen.add(path)
            waiting.extend(_imported(path))
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(seen):
        name = path.relative_to(root) if path.is_relative_to(root) else path
        digest.update(name.as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _source_of(module: str) -> Path:
    """The file of a module, of this package or of somebody else's."""
    if module.startswith("whowhom."):
        return Path(whowhom.__file__).parent.joinpath(*module.split(".")[1:]).with_suffix(".py")
    return Path(getattr(sys.modules.get(module), "__file__", None) or module)


@functools.cache
def _cache_parent() -> Path:
    """Where compiled kernels of all versions are kept."""
    chosen = os.environ.get("WHOWHOM_CACHE")
    parents = [Path(chosen)] if chosen else [Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser()]
    parents.append(Path(tempfile.gettempdir()))
    for parent in parents:
        folder = parent / "whowhom" / "kernels"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    return Path(tempfile.mkdtemp(prefix="whowhom-kernels-"))


def cache_folder(module: str) -> Path:
    """Folder of the compiled entries of one module, for exactly these sources, on this machine's own disk.

    `WHOWHOM_CACHE` chooses the parent; otherwise the user's cache folder, or a temporary one where that cannot be written.
    """
    return _cache_parent() / f"{module.removeprefix('whowhom.')}-{closure_hash(module)}"


def is_cold() -> bool:
    """Whether the weeks of some model with a folder of its own must still be compiled for these sources (the first run then takes half a minute longer).

    Models in one file have a kernel or two, which take a second.
    """
    root = Path(whowhom.__file__).parent
    entries = (path for path in (root / "models").glob("*/**/*.py") if "\n@entry\n" in path.read_text(encoding="utf-8"))
    modules = (f"whowhom.{'.'.join(path.relative_to(root).with_suffix('').parts)}" for path in entries)
    return COMPILED and not all(any(cache_folder(module).rglob("*.nbi")) for module in modules)


# Kernels allocate nothing, so counting references is pure cost; `_nrt` is not in Numba's type stubs.
_OPTIONS: dict[str, Any] = {"nogil": True, "fastmath": False, "error_model": "numpy", "_nrt": False}


def _compiler() -> Any:
    import numba

    return numba


def kernel(function: Function) -> Function:
    """Compile a function that only other kernels call: no Python wrapper, which halves the time of compilation.

    The Python original stays at `.py_func`.
    """
    if not COMPILED:
        return function
    return cast(Function, _compiler().njit(**_OPTIONS, no_cpython_wrapper=True, no_cfunc_wrapper=True)(function))


def merged(function: Function) -> Function:
    """A kernel whose lines are put into those of its caller before anything is compiled, so that a loop around it can be done on several rows at once."""
    if not COMPILED:
        return function
    return cast(Function, _compiler().njit(**_OPTIONS, inline="always")(function))


def entry(function: Function) -> Function:
    """Compile a function that Python calls, and keep the machine code on disk."""
    if not COMPILED:
        return function
    compiler = _compiler()
    compiler.config.CACHE_DIR = str(cache_folder(function.__module__))  # Numba reads it once for each function, here
    return cast(Function, compiler.njit(**_OPTIONS, cache=True)(function))


def bound(function: Function, *examples: object) -> Function:
    """The machine code of an entry for arguments of the types of `examples`, compiled now or found on disk.

    A call of it does not look at types again, which takes longer than a small world's stage. Its arguments must therefore be of exactly these types.
    """
    compiled: Any = function
    if not hasattr(compiled, "py_func"):
        return function
    types = tuple(_compiler().typeof(example) for example in examples)
    if types not in compiled.overloads:
        compiled.compile(types)
    return cast(Function, compiled.overloads[types].entry_point)

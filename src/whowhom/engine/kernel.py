"""Compiled functions: two decorators, one cache folder, one way to run them step by step.

Kernels are plain Python functions over arrays and numbers. `kernel` (called by kernels) and `entry` (called by Python) compile them on first use with options that keep results
exact (no fastmath, no threads inside) and lets go of the interpreter lock, so that replicates run side by side in threads. The machine
code is kept in a folder named by a hash of all sources with kernels, since Numba's own cache does not notice an edit in a called
function. `WHOWHOM_JIT=0` in the environment leaves the functions as they are, for stepping through with a debugger: the bits are the same.
"""

from __future__ import annotations

import functools
import hashlib
import os
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


@functools.cache
def cache_folder() -> Path:
    """Folder of compiled kernels of exactly this source, on this machine's own disk.

    `WHOWHOM_CACHE` chooses the parent; otherwise the user's cache folder, or a temporary one where that cannot be written.
    """
    chosen = os.environ.get("WHOWHOM_CACHE")
    parents = [Path(chosen)] if chosen else [Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser()]
    parents.append(Path(tempfile.gettempdir()))
    for parent in parents:
        folder = parent / "whowhom" / f"kernels-{sources_hash()}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    return Path(tempfile.mkdtemp(prefix="whowhom-kernels-"))


def is_cold() -> bool:
    """Whether nothing has been compiled yet for this source (the first run then takes about half a minute longer)."""
    return COMPILED and not any(cache_folder().rglob("*.nbi"))


# Kernels allocate nothing, so counting references is pure cost; `_nrt` is not in Numba's type stubs.
_OPTIONS: dict[str, Any] = {"nogil": True, "fastmath": False, "error_model": "numpy", "_nrt": False}


def _compiler() -> Any:
    import numba

    compiler: Any = numba
    compiler.config.CACHE_DIR = str(cache_folder())
    return compiler.njit


def kernel(function: Function) -> Function:
    """Compile a function that only other kernels call: no Python wrapper, which halves the time of compilation.

    The Python original stays at `.py_func`.
    """
    if not COMPILED:
        return function
    return cast(Function, _compiler()(**_OPTIONS, no_cpython_wrapper=True, no_cfunc_wrapper=True)(function))


def entry(function: Function) -> Function:
    """Compile a function that Python calls, and keep the machine code on disk."""
    if not COMPILED:
        return function
    return cast(Function, _compiler()(**_OPTIONS, cache=True)(function))

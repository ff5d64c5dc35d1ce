"""How long until the first result when kernels must be compiled: `./dev bench compile`.

Everything is measured from the start of a process of `whowhom run` (a small run: 16,384 persons, three weeks, stored) to its end, on a copy of the package with its own cache
of kernels: first with an empty cache (limit 60 s; the message shown meanwhile, and when it came, are printed too), then with a full one, then
after an edit of one mechanism at a time (limit 15 s): an unused constant is put into its last kernel, which changes its code and no result, and the file is then
restored. An edit after which nothing is compiled anew, or the result is another, is an error. Exits with 1 if a limit is broken or an edit was not noticed.

By default the smallest, the middle and the largest mechanism and the most imported one are edited: about two and a half minutes where an edit compiles everything anew,
one minute where it does not. `--all` edits every file of `src/whowhom/mechanisms/`, in up to ten minutes.
"""

from __future__ import annotations

import argparse
import ast
import compileall
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from measuring.figures import Table, machine, machine_line, options, show, whole, write_json
from measuring.process import ChildError, Ran, environment, fresh, package_folder

COLD_LIMIT, EDIT_LIMIT = 60.0, 15.0
PERSONS, UNTIL = "16384", "1917-11-28"
MECHANISMS = Path("whowhom") / "mechanisms"
_MARK = "benchmark_edit"


class EditError(Exception):
    """A file that cannot be edited, or an edit that did what it must not."""


@dataclass(frozen=True)
class First:
    """One way to the first result.

    Attributes
    ----------
    what
        'empty cache', 'full cache' or the file that was edited.
    seconds
        From the start of the process to its end [s].
    compiled
        Functions whose machine code was written to the cache meanwhile.
    result
        Hash of the weeks that were stored.
    message, message_seconds
        What was said of compiling, and when [s]; '' and None if nothing was.
    """

    what: str
    seconds: float
    compiled: int
    result: str
    message: str
    message_seconds: float | None


class Copy:
    """A copy of the package with its own cache, in a folder that is removed afterwards.

    Parameters
    ----------
    folder
        Where the copy goes; empty.
    """

    def __init__(self, folder: Path) -> None:
        self.package, self.cache, self._runs = folder / "package", folder / "cache", 0
        self.folder = folder
        shutil.copytree(
            package_folder() / "whowhom", self.package / "whowhom", ignore=shutil.ignore_patterns("__pycache__")
        )
        compileall.compile_dir(self.package, quiet=2)

    def mechanisms(self) -> list[Path]:
        """All files of mechanisms, in order of their names."""
        return [path for path in sorted((self.package / MECHANISMS).glob("*.py")) if path.name != "__init__.py"]

    def compiled(self) -> int:
        """How many compiled functions the cache holds."""
        return sum(1 for _ in self.cache.rglob("*.nbc"))

    def first_result(self, what: str) -> First:
        """Run the small experiment in a fresh process."""
        before, self._runs = self.compiled(), self._runs + 1
        store = self.folder / f"store-{self._runs}"
        ran = fresh(["-c", _COMMAND, str(store)], variables=environment(package=self.package, cache=self.cache))
        seconds, message = message_of(ran)
        ran_from = Path(ran.out.splitlines()[-2])
        if self.package not in ran_from.parents:
            raise EditError(
                f"the copy in '{self.package}' must be what runs, got '{ran_from}'. Is whowhom on the path in another way?"
            )
        return First(what, ran.seconds, self.compiled() - before, ran.out.splitlines()[-1], message, seconds)


# Prints where the package lay and a hash of what was stored; the store is read in the same process, since the time of
# the first result is that of somebody who looks at it.
_COMMAND = f"""
import sys
from pathlib import Path
from whowhom.cli.main import main
store = sys.argv[1]
sys.argv = ["whowhom", "run", "soviet", "--persons", "{PERSONS}", "--replicates", "1", "--until", "{UNTIL}", "--store", store]
try:
    main()
except SystemExit as end:
    if end.code:
        raise
import whowhom
print(Path(whowhom.__file__).resolve())
print(whowhom.resume(store).runs["digest"][0])
"""


def message_of(ran: Ran) -> tuple[float | None, str]:
    """When and how it was said that something is being compiled."""
    said = [(seconds, line) for seconds, line in ran.lines if "compil" in line.lower()]
    return said[0] if said else (None, "")


def edited(source: str, number: int) -> str:
    """The source with an unused constant in its last kernel; or at its end, if it has none.

    The code of one kernel changes, and no result.
    """
    kernels = kernels_of(source)
    if not kernels:
        return f"{source}\n_{_MARK} = {number}\n"
    body = kernels[-1].body
    has_docstring = ast.get_docstring(kernels[-1]) is not None
    first = body[1] if has_docstring and len(body) > 1 else body[0]
    lines = source.splitlines(keepends=True)
    lines.insert(first.lineno - 1, f"{' ' * first.col_offset}{_MARK} = {number}\n")
    return "".join(lines)


def kernels_of(source: str) -> list[ast.FunctionDef]:
    """The compiled functions of a file, in order."""
    return [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef) and _is_kernel(node)]


def _is_kernel(node: ast.FunctionDef) -> bool:
    """Whether a function is compiled: any decorator from `engine.kernel`, with or without arguments."""
    names = {
        ast.unparse(mark.func if isinstance(mark, ast.Call) else mark).rpartition(".")[2]
        for mark in node.decorator_list
    }
    return bool(names & {"kernel", "merged", "entry"})


def after_edit(copy: Copy, path: Path, number: int) -> First:
    """Edit one file, run, and restore it with its date, so that the cache is full again."""
    source, dates = path.read_bytes(), path.stat()
    path.write_text(edited(source.decode(), number), encoding="utf-8")
    try:
        return copy.first_result(path.name)
    finally:
        path.write_bytes(source)
        os.utime(path, ns=(dates.st_atime_ns, dates.st_mtime_ns))


def chosen_files(files: Sequence[Path], package: Path) -> list[Path]:
    """The smallest, the middle and the largest with kernels, and the most imported of all files, each once."""
    with_kernels = [path for path in files if kernels_of(path.read_text(encoding="utf-8"))]
    by_size = sorted(with_kernels, key=lambda path: (path.stat().st_size, path.name))
    imports = dict.fromkeys(files, 0)
    for source in sorted((package / "whowhom").rglob("*.py")):
        text = source.read_text(encoding="utf-8")
        for path in files:
            imports[path] += f"whowhom.mechanisms.{path.stem} import" in text
    picked = [by_size[0], by_size[len(by_size) // 2], by_size[-1], max(files, key=lambda path: imports[path])]
    return list(dict.fromkeys(picked))


def measure(asked: argparse.Namespace) -> int:
    """Print the table and write the figures; the exit code."""
    facts = machine()
    with tempfile.TemporaryDirectory(prefix="whowhom-compile-") as place:
        copy = Copy(Path(place))
        files = wanted(copy, asked)
        found = [told(copy.first_result("empty cache"))]
        warm = [copy.first_result("full cache") for _ in range(asked.repeats)]
        middle = statistics.median_low(first.seconds for first in warm)
        found.append(told(next(first for first in warm if first.seconds == middle)))
        for number, path in enumerate(files):
            found.append(told(after_edit(copy, path, number + 1)))
    problems = wrong(found)
    cold, edits = found[0], found[2:]
    said = f'after {cold.message_seconds:.1f} s: "{cold.message}"' if cold.message_seconds is not None else "nothing"
    print(machine_line(facts), end="\n\n")
    show([table(found)], markdown=asked.markdown)
    print(f"Said while compiling, {said}")
    if edits:
        worst = max(edits, key=lambda first: first.seconds)
        print(f"Slowest of {len(edits)} edits: {worst.what}, {worst.seconds:.1f} s (limit {EDIT_LIMIT:g} s).")
    for problem in problems:
        print(f"Broken: {problem}")
    write_json(asked.json, {"machine": facts, "first_results": [asdict(first) for first in found], "broken": problems})
    return int(bool(problems))


def told(first: First) -> First:
    """The same, with a line of progress."""
    print(f"{first.what}: {first.seconds:.1f} s", file=sys.stderr, flush=True)
    return first


def table(found: Sequence[First]) -> Table:
    """Seconds and functions compiled, a row each."""
    rows = [
        [first.what, f"{first.seconds:.1f}", _limit(place), str(first.compiled)] for place, first in enumerate(found)
    ]
    return Table("Start of the process to its first result", ["with", "seconds", "limit", "functions compiled"], rows)


def _limit(place: int) -> str:
    return {0: f"{COLD_LIMIT:g}", 1: ""}.get(place, f"{EDIT_LIMIT:g}")


def wrong(found: Sequence[First]) -> list[str]:
    """Everything that must not be: a limit broken, silence while compiling, an edit not noticed or not harmless."""
    cold, warm, edits = found[0], found[1], found[2:]
    problems = []
    if cold.seconds > COLD_LIMIT:
        problems.append(f"an empty cache must give the first result in {COLD_LIMIT:g} s, got {cold.seconds:.1f} s.")
    if not cold.message:
        problems.append("compiling must be announced, got no message.")
    if warm.compiled:
        problems.append(f"a full cache must compile nothing, got {warm.compiled} functions.")
    for first in edits:
        if first.seconds > EDIT_LIMIT:
            problems.append(
                f"an edit of {first.what} must give the first result in {EDIT_LIMIT:g} s, got {first.seconds:.1f} s."
            )
        if not first.compiled:
            problems.append(
                f"an edit of {first.what} must be noticed, got nothing compiled anew: old machine code was run."
            )
    for first in found[1:]:
        if first.result != cold.result:
            problems.append(f"the result with {first.what} must be that of the empty cache, got another one.")
    return problems


def wanted(copy: Copy, asked: argparse.Namespace) -> list[Path]:
    """The files to edit, all of them there."""
    files = copy.mechanisms()
    if asked.all:
        return files
    if asked.files is None:
        return chosen_files(files, copy.package)
    known = {path.name: path for path in files}
    for name in asked.files:
        if name not in known:
            raise EditError(
                f"'--files' must name files of src/whowhom/mechanisms, got '{name}'. There are: {', '.join(known)}."
            )
    return [known[name] for name in asked.files]


def arguments(words: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = options("compile", __doc__)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--all", action="store_true", help="edit every mechanism, one at a time")
    which.add_argument("--files", nargs="*", metavar="NAME.py", help="edit these mechanisms; without names, none")
    parser.add_argument(
        "--repeats", type=whole(1, 100, why="It is a median."), default=3, help="runs with a full cache (default 3)"
    )
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> int:
    """Measure; what a user can cause is one line and code 2, a child that broke is code 1."""
    asked = arguments(words)
    try:
        return measure(asked)
    except EditError as error:
        print(f"./dev bench compile: {error}", file=sys.stderr)
        return 2
    except ChildError as error:
        print(f"./dev bench compile: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; nothing is kept.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())

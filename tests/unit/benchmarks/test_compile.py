"""`./dev bench compile`: what it edits, what it calls wrong, and that it leaves its copy as it was."""

from __future__ import annotations

import ast
from pathlib import Path
from types import SimpleNamespace

import pytest
from compile import (
    Copy,
    EditError,
    First,
    after_edit,
    chosen_files,
    edited,
    kernels_of,
    main,
    message_of,
    wanted,
    wrong,
)
from measuring.process import Ran, package_folder

MECHANISMS = sorted((package_folder() / "whowhom" / "mechanisms").glob("*.py"))
KERNELS = '''
@kernel
def one(w):
    return 1


@entry
def two(w, t):
    """Say two.

    At length.
    """
    if t:
        return 2
    return 3
'''
GOOD = [
    First("empty cache", 20.0, 40, "a", "compiling", 0.5),
    First("full cache", 1.0, 0, "a", "", None),
    First("x.py", 10.0, 9, "a", "", None),
]


def test_an_edit_is_in_the_last_kernel_and_harmless() -> None:
    """The edit is one unused constant at the beginning of the last kernel, after its docstring; nothing else changes."""
    changed = edited(KERNELS, 7)
    assert changed.replace("    benchmark_edit = 7\n", "") == KERNELS
    two = ast.parse(changed).body[-1]
    assert isinstance(two, ast.FunctionDef)
    assert ast.unparse(two.body[1]) == "benchmark_edit = 7"


def test_a_file_without_kernels_is_edited_at_its_end() -> None:
    """Where there is no kernel the constant goes to the end of the file."""
    assert edited("X = 1\n", 3) == "X = 1\n\n_benchmark_edit = 3\n"


@pytest.mark.parametrize("path", MECHANISMS, ids=lambda path: path.stem)
def test_every_mechanism_can_be_edited(path: Path) -> None:
    """Every mechanism still parses with the edit, which is a line more or two, and two edits differ."""
    source = path.read_text(encoding="utf-8")
    changed = edited(source, 1)
    compile(changed, path.name, "exec")
    assert len(changed.splitlines()) - len(source.splitlines()) in (1, 2)
    assert changed != edited(source, 2)


def test_the_files_chosen_are_the_ends_the_middle_and_the_most_imported() -> None:
    """Without a choice the smallest, the middle and the largest file with kernels and the most imported one are edited, each once."""
    files = [path for path in MECHANISMS if path.name != "__init__.py"]
    picked = chosen_files(files, package_folder())
    sizes = sorted(path.stat().st_size for path in files if kernels_of(path.read_text()))
    assert len(sizes) > 10
    assert [path.stat().st_size for path in picked[:3]] == [sizes[0], sizes[len(sizes) // 2], sizes[-1]]
    assert len(set(picked)) == len(picked) <= 4


def test_an_unknown_file_is_refused() -> None:
    """A file that is no mechanism is refused with those that are."""
    copy = SimpleNamespace(mechanisms=lambda: [Path("a.py"), Path("b.py")])
    with pytest.raises(EditError, match=r"^'--files' must name files of .*, got 'c\.py'\. There are: a\.py, b\.py\.$"):
        wanted(copy, SimpleNamespace(all=False, files=["c.py"]))  # type: ignore[arg-type]


def test_all_and_files_exclude_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    """`--all` and `--files` together are refused with code 2."""
    with pytest.raises(SystemExit) as end:
        main(["--all", "--files", "centre.py"])
    assert end.value.code == 2
    assert "not allowed with argument" in capsys.readouterr().err


def test_nothing_is_wrong_within_the_limits() -> None:
    """Times within their limits, a message, an edit that is noticed and equal results are no problem."""
    assert wrong(GOOD) == []


@pytest.mark.parametrize(
    ("place", "change", "sentence"),
    [
        (0, {"seconds": 61.0}, "an empty cache must give the first result in 60 s, got 61.0 s."),
        (0, {"message": ""}, "compiling must be announced, got no message."),
        (1, {"compiled": 2}, "a full cache must compile nothing, got 2 functions."),
        (2, {"seconds": 15.1}, "an edit of x.py must give the first result in 15 s, got 15.1 s."),
        (2, {"compiled": 0}, "an edit of x.py must be noticed, got nothing compiled anew: old machine code was run."),
        (2, {"result": "b"}, "the result with x.py must be that of the empty cache, got another one."),
    ],
)
def test_each_wrong_is_said(place: int, change: dict[str, object], sentence: str) -> None:
    """Each broken limit, silence, an edit that is not noticed and another result are each said in one sentence."""
    found = list(GOOD)
    found[place] = First(**{**vars(found[place]), **change})
    assert wrong(found) == [sentence]


def test_the_message_is_the_first_line_about_compiling() -> None:
    """The message is the first line that speaks of compiling, with the second at which it came."""
    lines = ((0.1, "Estimated time"), (0.4, "compiling the model once ..."), (9.0, "compiled"))
    assert message_of(Ran(10.0, "", "", lines)) == (0.4, "compiling the model once ...")
    assert message_of(Ran(1.0, "", "", lines[:1])) == (None, "")


def test_an_edited_file_is_restored_with_its_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the run lasts the file is the edited one; afterwards it is the old one to the byte, with its old date, also if the run breaks."""
    copy = Copy(tmp_path)
    path = copy.mechanisms()[0]
    before, dates, seen = path.read_bytes(), path.stat().st_mtime_ns, []

    def run(what: str) -> First:
        seen.append(path.read_text(encoding="utf-8"))
        raise KeyboardInterrupt

    monkeypatch.setattr(copy, "first_result", run)
    with pytest.raises(KeyboardInterrupt):
        after_edit(copy, path, 5)
    assert seen == [edited(before.decode(), 5)]
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (before, dates)


@pytest.mark.slow
def test_the_command_measures_an_empty_and_a_full_cache(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The command runs the small experiment from a copy of the package, with an empty cache and with a full one, and prints both."""
    assert main(["--files", "--repeats", "1", "--json", str(tmp_path / "c.json")]) == 0
    printed = capsys.readouterr().out
    assert "empty cache" in printed
    assert "Said while compiling, after " in printed

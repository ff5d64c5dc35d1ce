"""File names that follow from the design."""

from __future__ import annotations

from pathlib import Path

import pytest

from whowhom.store.layout import Layout


def layout(arms: int, replicates: int, folder: Path = Path("x")) -> Layout:
    return Layout(folder=folder, arms=tuple(f"arm {n}" for n in range(arms)), replicates=replicates)


@pytest.mark.parametrize(
    ("arms", "replicates", "size", "batches"),
    [
        (1, 1, 1, 1),
        (1, 19, 1, 19),
        (1, 39, 1, 39),
        (2, 20, 2, 20),
        (6, 20, 6, 20),
        (3, 1000, 100, 30),
        (1, 2001, 100, 21),
    ],
)
def test_batch_size(arms: int, replicates: int, size: int, batches: int) -> None:
    """A batch is a twentieth of the experiment, at least one run and at most a hundred."""
    assert (layout(arms, replicates).batch_size, layout(arms, replicates).batches) == (size, batches)


def test_runs_are_interleaved() -> None:
    """Replicate 0 of all arms comes before replicate 1 of any."""
    places = [layout(3, 2).place(index) for index in range(6)]
    assert places == [(f"arm {arm}", replicate) for replicate in (0, 1) for arm in (0, 1, 2)]


def test_names() -> None:
    """The names of files are those that the documentation states."""
    here = layout(2, 2)
    paths = [here.weeks(7), here.runs_of(7), here.failures(7), here.marker(7), here.run(123), here.failed(123)]
    assert [path.name for path in paths] == [
        "weeks-00007.parquet",
        "runs-00007.parquet",
        "failures-00007.json",
        "batch-00007.done",
        "run-000123.npz",
        "run-000123.failed.json",
    ]


def test_a_scan_counts_each_run_once(tmp_path: Path) -> None:
    """Parts of complete batches, failures that succeeded later, strangers and numbers outside the design do not count."""
    here = layout(2, 30, tmp_path)
    assert here.batch_size == 3
    for path in (here.marker(1), here.run(3), here.run(6), here.run(7), here.failed(7), here.failed(8), here.failed(4)):
        path.touch()
    for path in (here.marker(20), here.run(60), here.failed(61), tmp_path / "run-6.npz", tmp_path / "notes.txt"):
        path.touch()
    found = here.scan()
    assert [sorted(part) for part in (found.batches, found.runs, found.failures)] == [[1], [6, 7], [8]]

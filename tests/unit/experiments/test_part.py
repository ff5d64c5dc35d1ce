"""Who does what of an experiment, from two numbers alone."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.toy_store import Fragile, toy_run

from whowhom.errors import ParameterError
from whowhom.experiments.part import Part, parse_part, progress_of
from whowhom.store.layout import Layout
from whowhom.store.reader import Progress

WAY_OUT = "Parts count from 1: the first of {n} is 1/{n} and the last {n}/{n}; in a job array, --array=1-{n}."


def layout(arms: int, replicates: int) -> Layout:
    return Layout(folder=Path(), arms=tuple(f"arm {number}" for number in range(arms)), replicates=replicates)


@given(arms=st.integers(1, 7), replicates=st.integers(1, 300), of=st.integers(1, 400))
def test_parts_share_everything_out(arms: int, replicates: int, of: int) -> None:
    """Every run is in exactly one part, and no part is empty as long as there are enough runs."""
    here = layout(arms, replicates)
    parts = [Part(number, of).runs(here) for number in range(1, of + 1)]
    assert Counter(index for part in parts for index in part) == Counter(range(here.runs))
    assert sum(not part for part in parts) == max(0, of - here.runs)


@given(arms=st.integers(1, 7), replicates=st.integers(20, 300), of=st.integers(1, 20))
def test_parts_are_whole_batches(arms: int, replicates: int, of: int) -> None:
    """Where a batch is at least a replicate and there is one for each part, part I has the batches with rest I - 1."""
    here = layout(arms, replicates)
    for number in range(1, of + 1):
        batches = {here.batch_of(index) for index in Part(number, of).runs(here)}
        assert batches == set(range(number - 1, here.batches, of))


@given(arms=st.integers(2, 7), replicates=st.integers(1, 19), data=st.data())
def test_parts_have_all_arms(arms: int, replicates: int, data: st.DataObject) -> None:
    """Where batches are smaller than a replicate, a part has whole replicates, every arm of each."""
    here = layout(arms, replicates)
    of = data.draw(st.integers(1, replicates))
    for number in range(1, of + 1):
        runs = Part(number, of).runs(here)
        assert {index // arms for index in runs} == set(range(number - 1, replicates, of))
        assert len(runs) == arms * len({index // arms for index in runs})


def test_more_parts_than_replicates() -> None:
    """Where there are more parts than replicates, parts are made of single histories."""
    assert Part(3, 5).runs(layout(2, 4)) == {2, 7}
    assert Part(9, 10).runs(layout(2, 4)) == frozenset()


@pytest.mark.parametrize("text", ["3/8", " 3 / 8 ", "03/8", "3/08"])
def test_a_part_is_read(text: str) -> None:
    """A part is two whole numbers with a stroke between them; spaces and leading zeros change nothing."""
    assert parse_part(text) == Part(3, 8)
    assert str(parse_part(text)) == "part 3 of 8"


@pytest.mark.parametrize("text", ["a/b", "3", "3/", "/8", "3/8/2", "-1/4", "1.5/4", "", "1/9999999999", "３/8 x"])
def test_what_is_no_part(text: str) -> None:
    """What is not two whole numbers is answered with an example, also for a job array."""
    with pytest.raises(ParameterError) as error:
        parse_part(text)
    assert str(error.value) == (
        f"'--part' must be I/N, two whole numbers, got {text!r}. For example --part 3/8, or in a job array "
        '--part "$SLURM_ARRAY_TASK_ID/8".'
    )


@pytest.mark.parametrize(("text", "last"), [("0/4", 4), ("5/4", 4), ("1/0", 1), ("0/0", 1), ("8/4", 4)])
def test_a_part_that_is_not_there(text: str, last: int) -> None:
    """A number outside the parts is answered with the first and the last, and how a job array counts them."""
    with pytest.raises(ParameterError) as error:
        parse_part(text)
    assert str(error.value) == f"'--part' must be I/N with I from 1 to N, got {text!r}. {WAY_OUT.format(n=last)}"


def test_progress_of_a_part(tmp_path: Path) -> None:
    """The progress of a part counts its own finished and failed runs, in batches and outside, and no others."""
    store = toy_run(tmp_path / "store", model=Fragile(), replicates=10)
    parts = [Part(number, 4).runs(store.layout) for number in (1, 2, 3, 4)]
    assert progress_of(store, parts[3]) == Progress(total=4, done=2, failed=2)
    (tmp_path / "store" / "batch-00000.done").unlink()
    assert progress_of(store, parts[0]) == Progress(total=6, done=5, failed=0)
    assert progress_of(store, range(20)) == Progress(total=20, done=17, failed=2)

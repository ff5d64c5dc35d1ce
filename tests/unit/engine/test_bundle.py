"""Bundles: arrays that compiled functions find by name behind one pointer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from whowhom.engine.bundle import Bundle
from whowhom.engine.kernel import COMPILED, bound, entry

ROW = np.dtype([("number", "i8"), ("share", "f4"), ("flag", "u1")], align=True)


class Pair(Bundle):
    """One table and one matrix."""

    rows: Any
    matrix: Any


@entry
def _mark(pair: Any, place: int) -> float:
    pair.rows[place].number += 7
    pair.rows[place].flag = 3
    pair.matrix[place, 1] = pair.rows[place].share
    return float(len(pair.rows) * 1000 + pair.matrix.shape[1])


def pair(rows: int = 4, columns: int = 3) -> Pair:
    """A bundle of zeros."""
    return Pair(rows=np.zeros(rows, ROW).view(np.recarray), matrix=np.zeros((rows, columns)))


def test_kernels_find_arrays_by_name_and_write_to_them() -> None:
    """A compiled function reads and writes records and rows of the arrays of a bundle, and knows their shapes; so does a bound one."""
    one = pair()
    one.rows.share[:] = 0.25
    for call in (_mark, bound(_mark, one, 0)):
        assert call(one, 2) == 4003
    assert one.rows.number.tolist() == [0, 0, 14, 0]
    assert one.rows.flag.tolist() == [0, 0, 3, 0]
    assert one.matrix.tolist() == [[0, 0, 0], [0, 0, 0], [0, 0.25, 0], [0, 0, 0]]


def test_code_serves_bundles_of_other_sizes() -> None:
    """Machine code made for one bundle serves another with arrays of the same types and other lengths."""
    small, large = pair(), pair(50, 8)
    call = bound(_mark, small, 0)
    assert call(large, 49) == 50008
    assert large.rows.number[49] == 7
    assert not small.rows.number.any()
    if COMPILED:
        assert small.kind() == large.kind()


def test_a_replaced_array_is_found() -> None:
    """A bundle with an array replaced has it and keeps the others."""
    one = pair()
    other = one.replaced(rows=np.zeros(9, ROW).view(np.recarray))
    assert _mark(other, 0) == 9003
    assert other.matrix is one.matrix
    assert [name for name, _ in other] == ["rows", "matrix"]


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"rows": np.zeros(2)}, r"arrays of Pair must be \('rows', 'matrix'\), got \('rows',\)"),
        ({"rows": np.zeros(2), "matrix": np.zeros((4, 4))[:, ::2]}, "'matrix' must be C-contiguous"),
        (
            {"rows": np.zeros((2, 2, 2)), "matrix": np.zeros((4, 4))},
            "'rows' must be C-contiguous with one or two dimensions",
        ),
    ],
)
def test_what_kernels_could_not_find_is_refused(arrays: dict[str, Any], message: str) -> None:
    """A missing array, one with gaps and one of three dimensions are mistakes that are named."""
    with pytest.raises(TypeError, match=message):
        Pair(**arrays)

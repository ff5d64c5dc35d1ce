from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.data.rows import GOOD, record

from whowhom.data.schema import COLUMNS, LARGEST, Record, parse_number, parse_row

WRONG = [
    ({"cite": ""}, "'cite' must not be empty. Say who wrote it, where and when."),
    ({"unit": ""}, "'unit' must not be empty. For example persons."),
    ({"status": "read"}, "'status' must be one of original, copy, memory, got 'read'."),
    ({"kind": "level"}, "'kind' must be one of stock, flow, share, event, got 'level'."),
    (
        {"low": "9", "high": "3", "value": ""},
        "'low' must not exceed 'high', got 9 and 3. Swap them.",
    ),
    (
        {"low": "1", "high": "3"},
        (
            "'value' must lie between 'low' and 'high', got 200271 and [1, 3]. "
            "If the sources say so, explain it in 'note' with the word 'outside'."
        ),
    ),
    (
        {"value": "200,271"},
        "'value' must be a plain number, got '200,271'. Write it without separators between the digits.",
    ),
    (
        {"value": "nan"},
        "'value' must be a plain number, got 'nan'. Write digits with a point for decimals; leave it empty if it is unknown.",
    ),
    ({"value": ""}, "'value', 'low' and 'high' must not all be empty. Give a number, or delete the row."),
    ({"value": "-4"}, "a flow must not be negative, got -4. A balance is of kind share."),
    (
        {"date": "March 1921"},
        (
            "a recorded date must be ISO text, got 'March 1921'. "
            "Write 1921, 1921-03, 1921-03-17, or first and last as 1921-03/1921-07."
        ),
    ),
    (
        {"series": "Arrests 1921"},
        "'series' must be small letters, digits, '_' and '.', got 'Arrests 1921'. For example repression.arrests.",
    ),
    ({"read_at": ""}, "'read_at' must say where the row was read. If it was not read, 'status' is memory."),
    (
        {"status": "memory"},
        "'read_at' must be empty for a row from memory. If it was read, 'status' is copy.",
    ),
]


def test_the_columns_are_the_fields_of_a_record() -> None:
    """The columns of the files are the fields of a record, in the same order, and the span comes after them."""
    assert tuple(field.name for field in fields(Record)) == (*COLUMNS, "span")


@pytest.mark.parametrize(("change", "sentence"), WRONG, ids=[sentence[:40] for _, sentence in WRONG])
def test_each_fault_of_a_row_has_its_sentence(change: dict[str, str], sentence: str) -> None:
    """Each fault is answered with name, rule, what was got, and a way out, and with nothing else."""
    assert parse_row(GOOD | change) == [sentence]


def test_all_faults_of_a_row_come_at_once() -> None:
    """A row with several faults is answered with all of them."""
    assert len(parse_row(GOOD | {"cite": "", "value": "x", "status": "", "date": ""})) == 4


def test_a_value_outside_its_range_may_be_explained() -> None:
    """A value outside the range of its sources is accepted if the note says so."""
    assert record(low="1", high="3", note="outside the range of the other two counts").value == 200271.0


@pytest.mark.parametrize("text", ["inf", "1e999", "1 000", "1.000.000", "0x10", "١٢", "1_000", "--1", "", "1,5"])
def test_what_is_no_plain_number_is_none(text: str) -> None:
    """Infinite, grouped, foreign and misspelt numbers are not numbers."""
    assert parse_number(text) is None


@given(st.floats(-LARGEST, LARGEST))
def test_a_number_is_read_exactly(number: float) -> None:
    """Every number of at most 1e18 in size is read back as it was written."""
    assert parse_number(repr(number)) == number


def test_a_bound_or_a_range_stands_for_a_value() -> None:
    """Where the source gives only a range, its middle stands for it; where it gives a bound, the bound does."""
    assert record(value="", low="8000", high="15000").middle == 11500.0
    assert record(value="", high="50000").middle == 50000.0

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.data.rows import GOOD, csv_text

from whowhom.data.listing import write_csv
from whowhom.data.records import MOST_PROBLEMS, Records, load_records, read_record_file
from whowhom.data.schema import COLUMNS, REQUIRED
from whowhom.errors import RecordError

TEXT = csv_text(GOOD, GOOD | {"date": "1922", "value": "119329", "estimate": "a rival", "note": 'said "so", twice'})

BAD_FILES = {
    "empty": (b"", "must begin with the column names, got an empty file"),
    "only blank lines": (b"\n \n\n", "must begin with the column names, got an empty file"),
    "header alone": (",".join(COLUMNS).encode(), "must have at least one row below the column names, got none"),
    "semicolons": (TEXT.replace(",", ";").encode(), "columns must be separated by commas"),
    "tabs": (TEXT.replace(",", "\t").encode(), "columns must be separated by commas"),
    "latin-1": (TEXT.replace("Russia", "Kiew, Österreich").encode("latin-1"), "must be UTF-8 text, got the byte 0xd6"),
    "utf-16": (TEXT.encode("utf-16"), "must be UTF-8 text, got the byte 0xff at position 0. Save it as UTF-8."),
    "zero bytes": (TEXT.replace("Russia", "Rus\0sia").encode(), "must be text, got zero bytes"),
    "open quote": ((TEXT + '"1921').encode(), "must be CSV, got: unexpected end of data"),
    "missing column": (csv_text(GOOD, columns=COLUMNS[:-5]).encode(), "missing: cite, status"),
    "misspelt column": (
        TEXT.replace("read_at", "readat", 1).encode(),
        "unknown column 'readat'. Did you mean 'read_at'?",
    ),
    "column twice": (TEXT.replace("place", "date", 1).encode(), "a column must appear once, got 'date' more often"),
    "too few cells": (TEXT.replace('"Russia",', "", 1).encode(), "a row must have 14 cells, got 13"),
    "same row twice": (csv_text(GOOD, GOOD).encode(), "must have one row for 1921 and estimate 'returns', got two"),
    "two units": (
        csv_text(GOOD, GOOD | {"date": "1922", "unit": "events"}).encode(),
        "must have one unit, got 'persons' and 'events'",
    ),
    "NaN": (csv_text(GOOD | {"value": "NaN"}).encode(), "line 2: 'value' must be a plain number, got 'NaN'"),
    "a spreadsheet": (b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00", "must be text, got zero bytes"),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "mine.csv"


def test_a_file_of_your_own_is_read(path: Path) -> None:
    """A file in the schema gives its series, with numbers, spans and rival estimates."""
    path.write_text(TEXT, encoding="utf-8")
    found = read_record_file(path)
    assert found.names() == ["repression.arrests"]
    assert [row.value for row in found.rows("repression.arrests")] == [200271.0, 119329.0]
    assert found.describe("repression.arrests").estimates == ("returns", "a rival")


def test_optional_columns_may_be_absent(path: Path) -> None:
    """A file with the required columns only is read, if its rows are from memory and so were read nowhere."""
    path.write_text(csv_text(GOOD | {"status": "memory"}, columns=REQUIRED), encoding="utf-8")
    assert len(read_record_file(path)) == 1


def test_a_byte_order_mark_and_crlf_are_no_matter(path: Path) -> None:
    """A file saved by a spreadsheet, with a byte order mark and carriage returns, gives the same rows."""
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    assert [row.note for row in read_record_file(path)] == ["", 'said "so", twice']


@pytest.mark.parametrize("name", BAD_FILES)
def test_each_bad_file_has_its_sentence(name: str, path: Path) -> None:
    """Each way in which a file can be wrong is answered with a sentence that names the file."""
    content, sentence = BAD_FILES[name]
    path.write_bytes(content)
    with pytest.raises(RecordError) as error:
        read_record_file(path)
    assert sentence in str(error.value)
    assert str(path) in str(error.value)


@pytest.mark.parametrize("where", ["absent.csv", ".", "absent/mine.csv", "a\0b"])
def test_a_path_without_a_file_is_refused(where: str, tmp_path: Path) -> None:
    """A missing file, a folder and an impossible name are refused, not passed on as the system's error."""
    with pytest.raises(RecordError):
        read_record_file(tmp_path / where)


def test_everything_wrong_is_said_at_once(path: Path) -> None:
    """Faults of several rows come together, each with the number of its line."""
    path.write_text(csv_text(GOOD | {"unit": ""}, GOOD, GOOD | {"date": "x"}), encoding="utf-8")
    with pytest.raises(RecordError) as error:
        read_record_file(path)
    assert [sentence.split(": ")[0].split(", ")[-1] for sentence in str(error.value).split("\n")] == [
        "line 2",
        "line 4",
    ]


def test_a_flood_of_faults_is_cut(path: Path) -> None:
    """A file that is wrong in every row is answered with the first faults and the number of the rest."""
    path.write_text(csv_text(*[GOOD | {"unit": ""}] * 400), encoding="utf-8")
    with pytest.raises(RecordError) as error:
        read_record_file(path)
    lines = str(error.value).split("\n")
    assert len(lines) == MOST_PROBLEMS + 1
    assert lines[-1] == f"... and {400 - MOST_PROBLEMS} more."


def test_what_is_written_is_read_again(path: Path) -> None:
    """Writing all recorded series and reading the file gives the same rows, every number exact."""
    rows = write_csv(None, path=path)
    again = read_record_file(path)
    assert rows == len(load_records()) == len(again)
    assert list(again) == [row for name in load_records().names() for row in load_records().rows(name)]


def _read(content: bytes, path: Path) -> Records | None:
    path.write_bytes(content)
    try:
        return read_record_file(path)
    except RecordError:
        return None


@settings(max_examples=300)
@given(st.data())
def test_a_mutated_file_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Whatever bytes are changed, taken out or put in, the file is read or refused with a record error."""
    content = bytearray(TEXT.encode())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content)))
        length = data.draw(st.sampled_from([0, 1, 1, 2, 30]))
        content[at : at + length] = data.draw(
            st.one_of(st.binary(max_size=4), st.sampled_from([b'"', b",", b"\r", b"\n", b"-"]))
        )
    found = _read(bytes(content), tmp_path_factory.getbasetemp() / "mutated.csv")
    assert found is None or len(found) > 0


@settings(max_examples=200)
@given(st.lists(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=12), min_size=1), min_size=1, max_size=4))
def test_any_text_in_a_cell_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, changes: list[dict[str, str]]
) -> None:
    """Whatever text stands in the cells, in any script, the file is read or refused with a record error."""
    content = csv_text(*[GOOD | change for change in changes]).encode("utf-8", "surrogatepass")
    found = _read(content, tmp_path_factory.getbasetemp() / "cells.csv")
    assert found is None or all(row.unit and row.cite for row in found)

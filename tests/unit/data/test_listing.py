from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console
from tests.unit.data.rows import record

from whowhom.data.listing import describe_series, describe_targets, number, range_text, records_table, write_csv
from whowhom.data.records import Records, load_records, read_record_file
from whowhom.data.targets import load_targets
from whowhom.errors import RecordError, UnknownNameError

SMALL = Records(
    [
        record(note="as printed"),
        record(status="memory", read_at="", estimate="from memory", value="", low="150000", high="250000"),
        record(date="1937", value="936750"),
    ]
)


def test_a_series_is_described_in_full() -> None:
    """The description of a series has every row, each estimate with its source and status, and what is held out."""
    assert describe_series("repression.arrests", records=SMALL).splitlines() == [
        "repression.arrests",
        "==================",
        "persons arrested [persons]",
        "flow: how many there were in a span, added up",
        "1921-1937; Russia; rows: 2 read in a copy, 1 from memory",
        "held out, never used to choose anything: 1 of 3 rows (1937 to 1939)",
        "Recorded figures only; no simulation is shown here.",
        "",
        "date    value  range               source  status  held out",
        "1921  200,271                      a       copy",
        "1921           150,000 to 250,000  b       memory",
        "1937  936,750                      a       copy    yes",
        "",
        "Estimates and sources",
        "a  returns: A table of 1956, p. 3 (read in a copy: https://example.org/table)",
        "b  from memory: A table of 1956, p. 3 (from memory, unverified; never a target)",
        "",
        "Notes",
        "-  1921: as printed",
    ]


def test_every_series_of_the_project_can_be_described() -> None:
    """Every series has a description that names each of its estimates and has no line that is much too long."""
    for series in load_records().series():
        text = describe_series(series.name)
        assert all(estimate in text.replace("\n   ", " ") for estimate in series.estimates)
        assert max(len(line) for line in text.splitlines() if "http" not in line) <= 110


def test_the_overview_fits_a_terminal() -> None:
    """The overview of all series shows every name whole in 80 columns."""
    console = Console(width=80, record=True, file=Path("/dev/null").open("w", encoding="utf-8"))  # noqa: SIM115
    with console.file:
        console.print(records_table())
    text = console.export_text()
    assert all(name in text.split() for name in load_records().names())


def test_the_wide_overview_says_what_was_counted() -> None:
    """The wide overview has kind, unit and what was counted."""
    titles = [str(column.header) for column in records_table(SMALL, wide=True).columns]
    assert titles == ["series", "years", "rows", "memory", "rivals", "held", "kind", "unit", "what was counted"]


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), (200271.0, "200,271"), (0.0427, "0.0427"), (0.0, "0"), (2.4e6, "2,400,000")]
)
def test_numbers_are_written_as_people_read_them(value: float | None, text: str) -> None:
    """Numbers have separators between thousands and no superfluous digits."""
    assert number(value) == text


def test_ranges_and_bounds_are_told_apart() -> None:
    """A range, a lower bound and an upper bound have different words, and a single number has none."""
    assert range_text(record(low="100000", high="300000")) == "100,000 to 300,000"
    assert range_text(record(low="200271")) == "at least 200,271"
    assert range_text(record(high="200271")) == "at most 200,271"
    assert range_text(record()) == ""


def test_a_series_is_written_to_a_file(tmp_path: Path) -> None:
    """One series, several or all are written in the columns of the schema and can be read again."""
    assert write_csv("repression.arrests", path=tmp_path / "one.csv") == 19
    assert read_record_file(tmp_path / "one.csv").names() == ["repression.arrests"]
    group = load_records().group("camps")
    assert write_csv(group, path=tmp_path / "some.csv") > 0
    assert read_record_file(tmp_path / "some.csv").names() == group


def test_a_file_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    """A folder that does not exist is answered with a record error that names the path, before anything is lost."""
    with pytest.raises(RecordError, match=r"absent.*must be a file that can be written, got: No such file"):
        write_csv(None, path=tmp_path / "absent" / "all.csv")


def test_an_unknown_series_is_not_written(tmp_path: Path) -> None:
    """A misspelt series raises before the file is touched."""
    with pytest.raises(UnknownNameError):
        write_csv("repression.arests", path=tmp_path / "one.csv")
    assert not (tmp_path / "one.csv").exists()


def test_targets_are_written_with_their_reasons() -> None:
    """The text on the targets names each with its band and the reason for it."""
    text = describe_targets(load_targets())
    for target in load_targets():
        assert target.name in text
        assert f"band {number(target.low)} to {number(target.high)}" in text
        assert target.reason[:40] in text

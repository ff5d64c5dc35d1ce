from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest
from tests.unit.data.rows import record

from whowhom.data.holdouts import RULES, holdout_reason
from whowhom.data.records import Records, load_records
from whowhom.data.reference import TABLES, load_reference, reference_frame
from whowhom.data.schema import STATUSES
from whowhom.errors import UnknownNameError


def test_the_figures_of_the_first_table_stand() -> None:
    """Arrests of 1921 to 1929 are the returns that were read, and add up to the page's own total."""
    rows = [row for row in load_records().rows("repression.arrests") if row.status == "copy"]
    assert [row.date for row in rows] == [str(year) for year in range(1921, 1930)]
    assert sum(row.value or 0 for row in rows) == 1_004_956


def test_rival_estimates_stand_side_by_side() -> None:
    """The two series of death sentences of 1941 are two rows of one series, and neither is the other's range."""
    rows = [row for row in load_records().rows("repression.death_sentences") if row.date == "1941"]
    assert {row.estimate: row.value for row in rows} == {
        "yearly table (Lewin after Kurashvili)": 8011.0,
        "KGB series (Zemskov)": 23726.0,
    }


@pytest.mark.parametrize("year", [1921, 1930, 1937, 1950])
def test_the_parts_of_the_yearly_table_add_up(year: int) -> None:
    """Death, camps or prison, exile and other measures add up to the convictions of the year."""

    def value(series: str) -> float:
        rows = [
            row for row in load_records().rows(series) if row.date == str(year) and row.estimate.startswith("yearly")
        ]
        return rows[0].value or 0.0

    parts = ("death_sentences", "sentenced_camp_or_prison", "sentenced_exile", "sentenced_other")
    assert sum(value(f"repression.{part}") for part in parts) == value("repression.convicted")


def test_derived_shares_follow_from_the_rows() -> None:
    """The derived death share is the death sentences over the convictions of the same table, for every year."""
    records = load_records()

    def table(series: str) -> dict[str, float]:
        return {r.date: r.value or 0.0 for r in records.rows(series) if r.estimate.startswith(("yearly", "ours"))}

    deaths, convicted = table("repression.death_sentences"), table("repression.convicted")
    shares = table("derived.death_share_of_convicted")
    assert len(shares) == 32
    for year, share in shares.items():
        assert share == pytest.approx(deaths[year] / convicted[year], rel=1e-3, abs=6e-5)


def test_nothing_from_memory_was_read_anywhere() -> None:
    """Every row from memory has no address, every other row has one, and every row has a citation."""
    for row in load_records():
        assert row.cite
        assert (row.status == "memory") == (not row.read_at)


def test_loading_needs_neither_tables_nor_plots() -> None:
    """Loading and listing the records loads neither pandas, NumPy nor matplotlib."""
    code = (
        "import sys; from whowhom.data.listing import describe_series; describe_series('repression.arrests');"
        "print(sorted({'pandas', 'numpy', 'matplotlib', 'numba', 'duckdb'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_unknown_series_is_answered_with_the_nearest() -> None:
    """A misspelt series is answered with the nearest names and the command that lists all."""
    with pytest.raises(UnknownNameError) as error:
        load_records().get("repression.arests")
    assert str(error.value).startswith("unknown recorded series 'repression.arests'. Nearest: 'repression.arrests'")
    assert str(error.value).endswith("`whowhom records` lists all.")


def test_a_series_is_a_table() -> None:
    """A series comes as a table with a row per number, days and decimal years, and the reason why a row is held out."""
    frame = load_records().get("repression.arrests")
    assert list(frame["value"][:2]) == [200271.0, 119329.0]
    assert frame["first_day"][0] == date(1921, 1, 1)
    assert frame["decimal_end"][0] == 1922.0
    assert set(frame["held_out"]) == {"", "April to December 1930", "1937 to 1939"}
    assert frame["low"].isna().all()


def test_the_whole_is_a_table() -> None:
    """All series together are one table with every row once."""
    frame = load_records().frame()
    assert len(frame) == len(load_records())
    assert frame["series"].nunique() == len(load_records().names())


def test_the_summary_counts_the_rows() -> None:
    """The summary of a series counts its rows by status, and those add up."""
    for series in load_records().series():
        assert sum(series.status.values()) == series.rows
        assert set(series.status) == set(STATUSES)
        assert series.first <= series.last


def test_a_first_word_names_a_group() -> None:
    """The first word of a name gives the series that begin with it, and only those."""
    group = load_records().group("kronstadt")
    assert group
    assert all(name.startswith("kronstadt.") for name in group)
    assert load_records().group("kron") == []


HELD_OUT = {
    "unrest.mass_disturbances": ("1930-04", RULES[0]),
    "unrest.participants": ("1930", RULES[0]),
    "unrest.mass_disturbances.province": ("1930", RULES[1]),
    "unrest.terror_acts.black_earth": ("1930-02", RULES[1]),
    "repression.arrests": ("1937", RULES[2]),
    "repression.great_terror.arrested": ("1936-10-01/1938-11-01", RULES[2]),
    "camps.population": ("1931-01-01", RULES[3]),
    "derived.confined_per_100k": ("1933", RULES[3]),
    "party.purge_expelled": ("1921", RULES[4]),
}
KEPT = {
    "unrest.mass_disturbances": "1930-03",
    "repression.arrests": "1926",
    "camps.population": "1930-01-01",
    "camps.early_population": "1921-09",
    "party.size": "1921-01-01",
    "unrest.terror_acts.black_earth": "1929-12",
}


@pytest.mark.parametrize("series", HELD_OUT)
def test_the_held_out_rows_are_known(series: str) -> None:
    """What was set aside beforehand is held out, with its reason."""
    when, reason = HELD_OUT[series]
    assert holdout_reason(record(series=series, date=when)) == reason


@pytest.mark.parametrize("series", KEPT)
def test_the_rest_may_be_used(series: str) -> None:
    """What was not set aside is not held out."""
    assert holdout_reason(record(series=series, date=KEPT[series])) == ""


def test_weeks_are_brought_beside_the_rows() -> None:
    """Of the recorded arrests, those of 1921 and 1922 touch a run to March 1922, and only 1921 is wholly in it."""
    found = load_records().weekly("repression.arrests", start=date(1917, 11, 7), ticks=225)
    assert [(item.record.date, item.covered == 1.0) for item in found] == [("1921", True), ("1922", False)]


@pytest.mark.parametrize("name", TABLES)
def test_reference_tables_are_read(name: str) -> None:
    """Base rates and effect sizes come as tables with numbers, a citation in every row, and no record from memory read."""
    rows = load_reference(name)
    assert len(reference_frame(name)) == len(rows) > 0
    assert all(row["cite"] and row["status"] in STATUSES for row in rows)
    assert all((row["status"] == "memory") == (not row["read_at"]) for row in rows)


def test_an_unknown_reference_table_is_refused() -> None:
    """A table that does not exist is answered with those that do."""
    with pytest.raises(UnknownNameError, match="'base_rates', 'effect_sizes'"):
        load_reference("x")


def test_an_own_set_says_what_it_holds() -> None:
    """A set of records prints its size and where it came from."""
    assert repr(Records([record()], source="here")) == "Records(1 series, 1 rows, from here)"

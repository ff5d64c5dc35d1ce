"""Which recorded rows may never be used to choose anything.

They are kept back so that, after the defaults are chosen on 1918 to 1926, something is left that the choice has not
seen. The list was fixed before the first draw; a row is held out by what it counts and when, never by its value.
"""

from __future__ import annotations

from datetime import date

from whowhom.data.schema import Record

_TERROR = (date(1937, 1, 1), date(1939, 12, 31))
_AFTER_RETREAT = (date(1930, 4, 1), date(1930, 12, 31))
_YEAR_1930 = (date(1930, 1, 1), date(1930, 12, 31))
_CAMPS_FROM = date(1931, 1, 1)

RULES: tuple[str, ...] = (
    "April to December 1930",
    "the provinces of 1930",
    "1937 to 1939",
    "the camps after 1930",
    "the purges of the party",
)


def holdout_reason(record: Record) -> str:
    """Say why a row is held out, in the words of `RULES`; empty if it is not.

    Parameters
    ----------
    record
        A row of the project's records. Every row of a user's own file is judged in the same way.

    """
    head = record.series.removeprefix("derived.")
    if head.startswith(("party.purge", "party.reinstated")):
        return RULES[4]
    if head.startswith(("camps.", "confined_", "escape_rate")) and record.span.last >= _CAMPS_FROM:
        return RULES[3]
    if record.span.overlaps(*_TERROR):
        return RULES[2]
    if head.endswith((".province", ".black_earth")) and record.span.overlaps(*_YEAR_1930):
        return RULES[1]
    if record.span.overlaps(*_AFTER_RETREAT):
        return RULES[0]
    return ""

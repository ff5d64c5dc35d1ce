"""Recorded numbers beside simulated ones: in a picture of their own on the same axes, and in a table of their own.

They never share a line, a colour or a total with simulated numbers. A row that was read has a filled mark, a row from
memory a hollow and pale one; rival estimates have different shapes.
"""

from __future__ import annotations

from collections.abc import Sequence

from whowhom.data.holdouts import holdout_reason
from whowhom.data.listing import number, range_text
from whowhom.data.records import Records
from whowhom.data.schema import STATUSES, Record
from whowhom.engine.contract import Observable
from whowhom.report.bands import Clock, Histories, spread
from whowhom.report.canvas import SHAPES, Canvas, at, key_bar, key_mark
from whowhom.report.markup import Markup, el, table
from whowhom.report.numbers import counted, interval, simulated
from whowhom.report.panels import Panel
from whowhom.report.sources import Sources

#: A flow whose days are within these bounds is a yearly one [days].
YEAR_DAYS = (360, 370)


class Recorded:
    """The recorded rows of one panel that touch the simulated time.

    Parameters
    ----------
    records
        Where they are looked up.
    panel
        Whose series are wanted; unknown ones are left out.
    clock
        The simulated days.
    """

    def __init__(self, records: Records, *, panel: Panel, clock: Clock) -> None:
        known = [name for name in panel.records if name in records]
        rows = [row for name in known for row in records.rows(name)]
        self.rows = [row for row in rows if row.span.first < clock.end and clock.start <= row.span.last]
        self.left_out = len(rows) - len(self.rows)
        self.clock = clock
        self.yearly = panel.yearly
        kinds = list(dict.fromkeys(_kind(row) for row in self.rows if self._drawn(row)))
        self.shapes = {kind: SHAPES[i % len(SHAPES)] for i, kind in enumerate(kinds)}

    def __bool__(self) -> bool:
        return bool(self.rows)

    def _drawn(self, row: Record) -> bool:
        """Whether a row has a place on the axis: with yearly flows, only a whole calendar year that was run."""
        if not self.yearly:
            return row.kind != "flow"
        whole = YEAR_DAYS[0] <= row.span.days <= YEAR_DAYS[1]
        return row.kind == "flow" and whole and row.span.first.year in self.clock.years()

    @property
    def drawn(self) -> list[Record]:
        """The rows that are drawn; the others stand in the table alone."""
        return [row for row in self.rows if self._drawn(row)]

    def numbers(self) -> list[float]:
        """Return every number that is drawn."""
        return [n for row in self.drawn for n in (row.value, row.low, row.high) if n is not None]

    def draw(self, canvas: Canvas) -> None:
        """Draw the rows on an empty picture."""
        for row in self.drawn:
            start, end = row.span.decimal_start, row.span.decimal_end
            x = canvas.x(
                float(row.span.first.year) if self.yearly else min(max((start + end) / 2, canvas.x.low), canvas.x.high)
            )
            _draw(canvas, row, x, shape=self.shapes[_kind(row)])

    def key(self) -> list[Markup]:
        """Return what the shapes stand for."""
        several_places = len({row.place for row in self.drawn}) > 1
        entries = []
        for (estimate, place), shape in self.shapes.items():
            mine = [row for row in self.drawn if _kind(row) == (estimate, place)]
            n_memory = sum(row.status == "memory" for row in mine)
            state = "memory" if n_memory == len(mine) else "read"
            drawn = key_bar(state) if all(map(_is_range, mine)) else key_mark(shape, class_=state)
            words = f"{estimate} (hollow: from memory)" if 0 < n_memory < len(mine) else estimate
            entries.append(el("li", drawn, words, f", {place}" if several_places else ""))
        return entries

    def words(self) -> str:
        """Describe the picture for those who do not see it."""
        said = [
            f"{row.date.replace('/', ' to ')}: {_value(row)} ({row.estimate}, {STATUSES[row.status]})"
            for row in self.drawn
        ]
        return f"Recorded, not simulated. {counted(len(self.drawn), 'number')}. " + "; ".join(said) + "."

    def table(
        self, observable: Observable, *, histories: Histories, arm: str, sources: Sources, caption: str
    ) -> Markup:
        """Return every row that touches the simulated time, and beside it what the histories have for the same days."""
        head = (
            "Date",
            "What, and where",
            "Recorded",
            "Range",
            "Estimate",
            "Status",
            "Source",
            f"Simulated, same days ({arm})",
        )
        found = [self._line(row, observable, histories=histories, arm=arm, sources=sources) for row in self.rows]
        return table(head, found, caption=caption, numbers=False, class_="quoted")

    def _line(
        self, row: Record, observable: Observable, *, histories: Histories, arm: str, sources: Sources
    ) -> Sequence[object]:
        what = f"{row.quantity}, {row.place}" if row.place else row.quantity
        rest = row.note.removeprefix("from memory, unverified").lstrip("; ")
        note = el("span", f" ({rest.rstrip('.')})", class_="quiet") if rest else None
        held = el("span", f" Held out: {reason}", class_="quiet") if (reason := holdout_reason(row)) else None
        beside = (
            _simulated(histories.over(arm, observable, span=row.span))
            if _alike(row, observable)
            else "not the same kind"
        )
        return (
            row.date.replace("/", " to "), [what, note, held], number(row.value), range_text(row), row.estimate,
            STATUSES[row.status], sources.refer(row), beside,
        )  # fmt: skip


def _kind(row: Record) -> tuple[str, str]:
    return row.estimate, row.place


def _alike(row: Record, observable: Observable) -> bool:
    return (row.kind == "flow") == (observable.kind == "flow")


def _value(row: Record) -> str:
    return number(row.value) if row.value is not None else range_text(row)


def _simulated(values: object) -> str:
    """Write mean and middle nine tenths of the histories that were run through the days of a record."""
    mean, low, high, n = spread(values)  # type: ignore[arg-type]
    if n == 0:
        return "not wholly run"
    return simulated(mean) if low != low or low == high else f"{simulated(mean)} ({interval(low, high)})"


def _draw(canvas: Canvas, row: Record, x: float, *, shape: str) -> None:
    """Draw a row: its mark, its range, an arrow where it is a bound, its number at the edge if it is off the scale."""
    state = "memory" if row.status == "memory" else "read"
    if row.middle > canvas.y.high:
        _off_scale(canvas, x, number(row.middle), state=state)
    elif _is_range(row):
        _bar(canvas, row, x, state=state)
    else:
        _range(canvas, row, x, state=state)
        canvas.mark(x, canvas.y(row.middle), shape=shape, class_=state)


def _is_range(row: Record) -> bool:
    """Whether the source gives two ends and no number between them."""
    return row.value is None and row.low is not None and row.high is not None


def _bar(canvas: Canvas, row: Record, x: float, *, state: str) -> None:
    """Draw two ends without a number between them as a narrow bar, open at the edge of the picture if it goes on."""
    assert row.low is not None
    assert row.high is not None
    top, bottom = canvas.y(min(row.high, canvas.y.high)), canvas.y(row.low)
    canvas.add(el("rect", x=at(x - 3), y=at(top), width=6, height=at(max(bottom - top, 1.0)), class_=f"span {state}"))
    if row.high > canvas.y.high:
        _off_scale(canvas, x, f"to {number(row.high)}", state=state)


def _range(canvas: Canvas, row: Record, x: float, *, state: str) -> None:
    """Draw the range around a number, or the direction in which a bound leaves it open."""
    low, high, top = row.low, row.high, canvas.y.high
    if low is not None and high is not None and low < high:
        canvas.upright(x, low, min(high, top), class_=f"range {state}")
        for end in (low, high):
            if end <= top:
                y = at(canvas.y(end))
                canvas.add(el("line", x1=at(x - 3), x2=at(x + 3), y1=y, y2=y, class_=f"range {state}"))
    elif (low is None) != (high is None):
        sign = -1 if low is not None else 1
        arrow = f"M{at(x)} {at(canvas.y(row.middle))}v{15 * sign}m-3 {-4 * sign}l3 {4 * sign}l3 {-4 * sign}"
        canvas.add(el("path", d=arrow, class_=f"range {state}"))


def _off_scale(canvas: Canvas, x: float, text: str, *, state: str) -> None:
    """Write a number that lies above the picture, with an arrow upward."""
    y = canvas.y.end
    canvas.add(el("path", d=f"M{at(x)} {at(y + 14)}V{at(y + 1)}m-3.5 4.5l3.5 -4.5l3.5 4.5", class_=f"range {state}"))
    room = x < canvas.x.end - 60
    canvas.add(
        el("text", text, x=at(x + (6 if room else -6)), y=at(y + 11), class_=f"number {'start' if room else 'end'}")
    )

"""The figure of one observable: a picture for each arm on the same axes, and the recorded numbers in one of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from whowhom.engine.contract import Observable
from whowhom.report.bands import FEWEST, Bands, Histories
from whowhom.report.canvas import Canvas, at, key_line, key_mark, thinned, time_canvas, together
from whowhom.report.markup import Markup, details, el, join, table
from whowhom.report.numbers import counted, interval, month, percent, rough, simulated
from whowhom.report.panels import Panel
from whowhom.report.recorded import Recorded
from whowhom.report.scales import top_of
from whowhom.report.sources import Sources

#: Rows of a figure's table, about; every k-th week is in it.
TABLE_ROWS = 18


@dataclass(frozen=True)
class Figure:
    """One observable of one experiment, ready to be drawn.

    Attributes
    ----------
    panel, observable
        What is drawn.
    histories
        The numbers.
    arms
        Names of the arms, the one that others are compared with first.
    recorded
        The recorded rows beside it.
    """

    panel: Panel
    observable: Observable
    histories: Histories
    arms: Sequence[str]
    recorded: Recorded

    @property
    def yearly(self) -> bool:
        """Whether calendar years are added up: asked for, and at least one was run."""
        return self.panel.yearly and self.observable.kind == "flow" and bool(self.histories.clock.years())

    @property
    def name(self) -> str:
        """Identifier in the page."""
        return f"figure-{self.observable.name.replace('_', '-')}"

    @property
    def percent(self) -> bool:
        """Whether numbers are written as percentages."""
        return self.observable.kind == "share" and self.observable.unit != "[1]"

    def bands(self) -> list[Bands]:
        """Return the bands of every arm."""
        found = self.histories.yearly if self.yearly else self.histories.weekly
        return [found(arm, self.observable) for arm in self.arms]

    def write(self, value: float) -> str:
        """Write one simulated number."""
        return percent(value) if self.percent else simulated(value)

    def rough(self, value: float) -> str:
        """Write the end of a range."""
        return percent(value) if self.percent else rough(value)

    def markup(self, sources: Sources) -> Markup:
        """Return the figure with its caption and tables."""
        bands = self.bands()
        return el(
            "figure",
            el("figcaption", el("h3", self.panel.title, id=f"{self.name}-name"), self._caption(bands)),
            _key(self.arms, few=bands[0].few, yearly=self.yearly),
            together(self._pictures(bands)),
            self._recorded_key(),
            details("The simulated numbers as a table", self._table(bands)),
            self._recorded_table(sources),
            id=self.name,
            aria_labelledby=f"{self.name}-name",
        )

    def _pictures(self, bands: list[Bands]) -> list[Markup]:
        low = min([0.0, *(b.smallest() for b in bands)])
        high = top_of([b.largest() for b in bands], self.recorded.numbers())
        pictures: list[Markup] = []
        for number, (arm, own) in enumerate(zip(self.arms, bands, strict=True)):
            canvas = self._canvas(
                f"{self.name}-{number}",
                title=f"{self.panel.title}: {arm}, simulated",
                words=self._words(own),
                low=low,
                high=high,
            )
            canvas.heading(arm)
            draw = _draw_years if self.yearly else _draw_weeks
            draw(canvas, own, bands[0] if number else None)
            pictures.append(canvas.svg(class_="simulated"))
        if self.recorded.drawn:
            canvas = self._canvas(
                f"{self.name}-recorded",
                title=f"{self.panel.title}: recorded",
                words=self.recorded.words(),
                low=low,
                high=high,
            )
            canvas.heading("Recorded, not simulated")
            self.recorded.draw(canvas)
            pictures.insert(1, canvas.svg(class_="recorded"))
        return pictures

    def _canvas(self, name: str, *, title: str, words: str, low: float, high: float) -> Canvas:
        clock = self.histories.clock
        years = clock.years() if self.yearly else None
        dates = (years[0] - 0.6, years[-1] + 0.6) if years else tuple(clock.decimal(np.array([0, clock.ticks])))
        return time_canvas(
            name, title=title, description=words, dates=dates, low=low, high=high, percent=self.percent, years=years
        )

    def _caption(self, bands: list[Bands]) -> Markup:
        observable = self.observable
        how = "added up over whole calendar years" if self.yearly else "week by week"
        n = [b.values.shape[0] for b in bands]
        count = counted(min(n), "history", "histories") if min(n) == max(n) else f"{min(n):,} to {max(n):,} histories"
        shown = "each history by itself" if bands[0].few else "median, middle half and middle nine tenths"
        unit = observable.unit.replace("/week", " a year" if self.yearly else "/week")
        fell = (
            " A history that has fallen has no number from then on."
            if any((b.standing < b.values.shape[0]).any() for b in bands)
            else ""
        )
        text = f"Simulated: {observable.meaning} ({'no unit' if unit == '[1]' else unit}), {how}; {shown} of {count} in each arm.{fell}"
        analyst = " Nobody in the simulated world knows this number." if observable.privacy == "analyst" else ""
        return join([el("p", text, analyst), el("p", self._beside(), " ", self.panel.note)])

    def _beside(self) -> str:
        """Say what of the records is drawn."""
        if not self.recorded:
            return (
                "Nothing recorded stands beside it."
                if not self.panel.records
                else "No recorded number falls into the simulated time."
            )
        drawn = len(self.recorded.drawn)
        words = (
            f"Recorded: {counted(drawn, 'number')}, drawn apart on the same axes."
            if drawn
            else "Recorded numbers are in the table only."
        )
        rest = len(self.recorded.rows) - drawn
        if rest and drawn:
            words += f" {rest} more over other spans of time {'is' if rest == 1 else 'are'} in the table only."
        return words

    def _words(self, bands: Bands) -> str:
        """Describe a picture for those who do not see it."""
        n, last = bands.values.shape[0], bands.median.size - 1
        if last < 0 or not np.isfinite(bands.median).any():
            return f"Simulated: no numbers, of {counted(n, 'history', 'histories')}."
        peak, low = int(np.nanargmax(bands.median)), int(np.nanargmin(bands.median))
        end = int(np.flatnonzero(np.isfinite(bands.median))[-1])
        words = f"Simulated: median of {counted(n, 'history', 'histories')} {self.write(bands.median[0])} at first, highest "
        words += (
            f"{self.write(bands.median[peak])} in {self._when(bands, peak)}, lowest {self.write(bands.median[low])} in "
        )
        words += f"{self._when(bands, low)}, {self.write(bands.median[end])} at the end"
        if np.isfinite(bands.quantiles[0, end]):
            words += f" with the middle nine tenths from {interval(bands.quantiles[0, end], bands.quantiles[4, end], write=self.rough)}"
        return f"{words}. {counted(int(bands.standing[end]), 'history stands', 'histories stand')} then."

    def _when(self, bands: Bands, index: int) -> str:
        if self.yearly:
            return str(int(bands.x[index]))
        clock = self.histories.clock
        return month(clock.day(index))

    def _table(self, bands: list[Bands]) -> Markup:
        """Return the numbers behind the pictures: every year, or every k-th week."""
        n = bands[0].x.size
        every = 1 if self.yearly else max(1, round(n / TABLE_ROWS / 13) * 13 or n // TABLE_ROWS)
        chosen = sorted({*range(0, n, every), n - 1}) if n else []
        when = [str(int(bands[0].x[i])) if self.yearly else self.histories.clock.day(i).isoformat() for i in chosen]
        rows = [(text, *(self._entry(b, i) for b in bands)) for text, i in zip(when, chosen, strict=True)]
        which = "each year" if self.yearly else "every week" if every == 1 else f"every {every} weeks"
        caption = f"{self.panel.title}, simulated, {which}: median, below it the middle nine tenths{', the mean' if self.yearly else ''} and, where not all do, how many histories stand"
        return table(("Year" if self.yearly else "Week of", *self.arms), rows, caption=caption, class_="dated")

    def _entry(self, bands: Bands, i: int) -> Markup:
        """Write one number of the table: median, middle nine tenths, for years the mean, and who still stands."""
        low, high, n = bands.quantiles[0, i], bands.quantiles[4, i], bands.values.shape[0]
        below = [interval(low, high, write=self.rough)] if np.isfinite(low) and low < high else []
        if self.yearly and np.isfinite(bands.mean[i]) and not bands.few:
            below.append(f"mean {self.write(bands.mean[i])}")
        if bands.standing[i] < n:
            below.append(f"{bands.standing[i]} of {n} stand")
        return join([self.write(bands.median[i]), [el("span", text, class_="range-words") for text in below]])

    def _recorded_key(self) -> Markup | None:
        entries = self.recorded.key()
        return el("ul", el("li", "Recorded:"), entries, class_="keys") if entries else None

    def _recorded_table(self, sources: Sources) -> Markup | None:
        if not self.recorded:
            return None
        caption = f"{self.panel.title}: recorded numbers, and apart from them the mean (middle nine tenths) of the simulated histories for the same days"
        found = self.recorded.table(
            self.observable, histories=self.histories, arm=self.arms[0], sources=sources, caption=caption
        )
        return details(f"The recorded numbers as a table, with their sources ({len(self.recorded.rows)})", found)


def _draw_weeks(canvas: Canvas, own: Bands, history: Bands | None) -> None:
    """Draw bands and median of an arm, and thin above them the median of the history."""
    kind = "arm" if history is not None else "history"
    x, quantiles, values = thinned(own.x, own.quantiles, own.values)
    if not own.few:
        canvas.band(x, quantiles[0], quantiles[4], class_=f"{kind} wide")
        canvas.band(x, quantiles[1], quantiles[3], class_=f"{kind} middle")
    if history is not None:
        canvas.line(*thinned(history.x, history.median), class_="history thin")
    if own.few:
        for row in values:
            canvas.line(x, row, class_=f"{kind} single")
    else:
        canvas.line(x, quantiles[2], class_=kind)


def _draw_years(canvas: Canvas, own: Bands, history: Bands | None) -> None:
    """Draw for each year the median as a mark, its bands as strokes, the mean to its right, the history to its left."""
    kind, shape = ("history", "circle") if history is None else ("arm", "diamond")
    for i, year in enumerate(own.x):
        x = canvas.x(year)
        if own.few:
            for value in own.values[:, i][np.isfinite(own.values[:, i])]:
                canvas.mark(x, canvas.y(value), shape=shape, class_=f"{kind} single", size=2.6)
        else:
            canvas.upright(x, own.quantiles[0, i], own.quantiles[4, i], class_=f"line {kind} whisker")
            canvas.upright(x, own.quantiles[1, i], own.quantiles[3, i], class_=f"line {kind} box")
            _stroke(canvas, x + 6, own.mean[i], class_=f"line {kind} whisker")
            if np.isfinite(own.median[i]):
                canvas.mark(x, canvas.y(own.median[i]), shape=shape, class_=kind, size=3.4)
        if history is not None:
            _stroke(canvas, x - 14, history.median[i], class_="line history thin")


def _stroke(canvas: Canvas, x: float, value: float, *, class_: str) -> None:
    if np.isfinite(value):
        y = at(canvas.y(value))
        canvas.add(el("line", x1=at(x), x2=at(x + 8), y1=y, y2=y, class_=class_))


def _key(arms: Sequence[str], *, few: bool, yearly: bool) -> Markup:
    """Return what the lines, marks and shades of the simulated pictures stand for."""
    first, other = (
        (key_mark("circle", class_="history"), key_mark("diamond", class_="arm"))
        if yearly
        else (key_line("history"), key_line("arm"))
    )
    entries = [el("li", first, arms[0])]
    if len(arms) > 1:
        repeated = "stroke to the left" if yearly else "thin solid line"
        entries.append(el("li", other, f"the arm; the {repeated} repeats the {arms[0]}"))
    if few:
        entries.append(el("li", f"fewer than {FEWEST} histories: no bands, each is drawn by itself"))
    elif yearly:
        entries.append(el("li", "thick and thin stroke: middle half and middle nine tenths; stroke to the right: mean"))
    else:
        entries.append(el("li", key_line("history middle", band=True), "middle half"))
        entries.append(el("li", key_line("history wide", band=True), "middle nine tenths"))
    return el("ul", el("li", "Simulated:"), entries, class_="keys")

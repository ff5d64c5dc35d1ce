"""Small pictures drawn by hand as SVG: a frame with axes, lines, bands, marks and words.

Everything visible is styled by classes (`page.css`), so that light, dark and printed pages use one drawing. Each
picture has a title and a description for those who do not see it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from whowhom.report.markup import Markup, el, join
from whowhom.report.scales import Scale, axis_number, round_numbers, years_between

Floats = NDArray[np.float64]

WIDTH, HEIGHT = 320.0, 190.0
LEFT, RIGHT, TOP, BOTTOM = 52.0, 10.0, 26.0, 24.0

#: A line has at most so many points; beyond that every k-th week is drawn.
MOST_POINTS = 420

#: Shapes of marks, one for each of several rival estimates.
SHAPES = ("circle", "square", "triangle", "diamond", "cross", "down", "star")


@dataclass
class Canvas:
    """One picture.

    Parameters
    ----------
    name
        Identifier in the page, unlike that of any other picture.
    title, description
        What it is, and what it shows, in words.
    x, y
        Scales of its frame.
    """

    name: str
    title: str
    description: str
    x: Scale
    y: Scale
    height: float = HEIGHT
    parts: list[Markup] = field(default_factory=list)

    def add(self, *parts: Markup) -> None:
        """Draw something above what is there."""
        self.parts.extend(parts)

    def svg(self, *, class_: str = "") -> Markup:
        """Return the picture."""
        label = f"{self.name}-title {self.name}-words"
        return el(
            "svg",
            el("title", self.title, id=f"{self.name}-title"),
            el("desc", self.description, id=f"{self.name}-words"),
            self.parts,
            viewBox=f"0 0 {WIDTH:g} {self.height:g}",
            role="img",
            aria_labelledby=label,
            class_=f"panel {class_}".strip(),
        )

    def heading(self, text: str, below: str = "") -> None:
        """Write the heading of the picture, shortened if it is too long for its width, and a line below it."""
        self.add(el("text", shortened(text, 44), x=LEFT - 44, y=14, class_="heading"))
        if below:
            self.add(el("text", below, x=LEFT - 44, y=29, class_="number start"))

    def grid(self, numbers: Sequence[float], *, percent: bool = False) -> None:
        """Draw the lines of the vertical axis and write its numbers."""
        step = numbers[1] - numbers[0] if len(numbers) > 1 else 1.0
        for number in numbers:
            y = self.y(number)
            self.add(
                el("line", x1=self.x.start, x2=self.x.end, y1=at(y), y2=at(y), class_="zero" if number == 0 else "grid")
            )
            text = f"{100 * number:.4g}\u202f%" if percent else axis_number(number, step=step)
            self.add(el("text", text, x=self.x.start - 6, y=at(y + 3.8), class_="number end"))

    def dates(self, years: Sequence[int] | None = None) -> None:
        """Draw the time axis: a mark and a text for each year or month, or for the given years in their middle."""
        base = self.y.start
        given = None if years is None else [(float(year), str(year)) for year in years[:: -(-len(years) // 7)]]
        for when, text in given or years_between(self.x.low, self.x.high):
            x = self.x(when)
            self.add(el("line", x1=at(x), x2=at(x), y1=at(base), y2=at(base + 4), class_="tick"))
            anchor = "start" if x < self.x.start + 8 else "end" if x > self.x.end - 12 else "middle"
            self.add(el("text", text, x=at(x), y=at(base + 16), class_=f"number {anchor}"))

    def band(self, x: Floats, low: Floats, high: Floats, *, class_: str) -> None:
        """Shade what lies between two lines, with gaps where there is none."""
        there = np.isfinite(low) & np.isfinite(high)
        for run in runs(there):
            xs, lows, highs = x[run], low[run], high[run]
            forth = [(self.x(a), self.y(b)) for a, b in zip(xs, highs, strict=True)]
            back = [(self.x(a), self.y(b)) for a, b in zip(xs[::-1], lows[::-1], strict=True)]
            self.add(el("path", d=path(forth + back) + "Z", class_=f"band {class_}"))

    def line(self, x: Floats, y: Floats, *, class_: str) -> None:
        """Draw a line, with gaps where there are no numbers."""
        pieces = [
            path([(self.x(a), self.y(b)) for a, b in zip(x[run], y[run], strict=True)]) for run in runs(np.isfinite(y))
        ]
        if pieces:
            self.add(el("path", d="".join(pieces), class_=f"line {class_}"))

    def mark(self, x: float, y: float, *, shape: str = "circle", class_: str = "", size: float = 4.0) -> None:
        """Draw a mark at a place of the picture."""
        self.add(mark(x, y, shape=shape, class_=class_, size=size))

    def upright(self, x: float, low: float, high: float, *, class_: str) -> None:
        """Draw a vertical line between two numbers at a place of the horizontal axis."""
        if math.isfinite(low) and math.isfinite(high):
            self.add(el("line", x1=at(x), x2=at(x), y1=at(self.y(low)), y2=at(self.y(high)), class_=class_))


def time_canvas(
    name: str,
    *,
    title: str,
    description: str,
    dates: tuple[float, float],
    low: float,
    high: float,
    percent: bool = False,
    years: Sequence[int] | None = None,
    top: float = TOP,
) -> Canvas:
    """Return an empty picture with time to the right and numbers upward, its axes drawn."""
    numbers = round_numbers(low, high, most=4)
    canvas = Canvas(
        name,
        title,
        description,
        x=Scale(*dates, LEFT, WIDTH - RIGHT),
        y=Scale(numbers[0], numbers[-1], HEIGHT - BOTTOM, top),
    )
    canvas.grid(numbers, percent=percent)
    canvas.dates(years)
    return canvas


def at(number: float) -> str:
    """Write a place with one digit, which is a tenth of a pixel."""
    return f"{number:.1f}".removesuffix(".0")


def path(points: Iterable[tuple[float, float]]) -> str:
    """Return the path through points in tenths of a pixel, without points inside level stretches.

    Steps are relative and written without needless characters: a report has hundreds of such lines.
    """
    kept: list[tuple[int, int]] = []
    for x, y in points:
        place = round(10 * x), round(10 * y)
        if len(kept) > 1 and kept[-1][1] == kept[-2][1] == place[1]:
            kept.pop()
        if not kept or kept[-1] != place:
            kept.append(place)
    if len(kept) == 1:
        kept.append(kept[0])
    steps = "".join(_tenths(b[0] - a[0]) + _tenths(b[1] - a[1]) for a, b in itertools.pairwise(kept))
    return f"M{at(kept[0][0] / 10)} {at(kept[0][1] / 10)}l{steps.lstrip()}"


def _tenths(number: int) -> str:
    """Write tenths with what parts them from the number before: 8 becomes ' .8' and -12 '-1.2'."""
    whole, part = divmod(abs(number), 10)
    text = f"{whole}" if not part else f"{whole or ''}.{part}"
    return f"-{text}" if number < 0 else f" {text}"


def runs(there: NDArray[np.bool_]) -> list[slice]:
    """Return the stretches without a gap."""
    found, first = [], 0
    for present, group in itertools.groupby(there.tolist()):
        length = len(list(group))
        if present:
            found.append(slice(first, first + length))
        first += length
    return found


def thinned(*columns: Floats) -> list[Floats]:
    """Return columns with every k-th of their last axis, so that no line has more than `MOST_POINTS` points."""
    every = -(-columns[0].shape[-1] // MOST_POINTS)
    return [column[..., ::every] for column in columns]


def shortened(text: str, most: int) -> str:
    """Return a text that fits; the picture's title has the whole."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "\u2026"


def mark(x: float, y: float, *, shape: str, class_: str = "", size: float = 4.0) -> Markup:
    """Return one mark."""
    classes = f"mark {class_}".strip()
    if shape == "circle":
        return el("circle", cx=at(x), cy=at(y), r=at(size), class_=classes)
    corners = _CORNERS[shape]
    points = " ".join(f"{at(x + size * a)},{at(y + size * b)}" for a, b in corners)
    return el("polygon", points=points, class_=classes)


def key_mark(shape: str, *, class_: str) -> Markup:
    """Return a mark for the key of a picture, the size of a letter."""
    return el(
        "svg", mark(8, 8, shape=shape, class_=class_, size=4.5), viewBox="0 0 16 16", class_="key", aria_hidden="true"
    )


def key_bar(class_: str) -> Markup:
    """Return the bar of a range for the key of a picture."""
    return el(
        "svg",
        el("rect", x=5, y=1.5, width=6, height=13, class_=f"span {class_}"),
        viewBox="0 0 16 16",
        class_="key",
        aria_hidden="true",
    )


def key_line(class_: str, *, band: bool = False) -> Markup:
    """Return a piece of line, or of band, for the key of a picture."""
    drawn = (
        el("rect", x=1, y=3, width=26, height=10, class_=f"band {class_}")
        if band
        else el("path", d="M1 8L27 8", class_=f"line {class_}")
    )
    return el("svg", drawn, viewBox="0 0 28 16", class_="key wide", aria_hidden="true")


def _star() -> tuple[tuple[float, float], ...]:
    radii = itertools.cycle((1.25, 0.5))
    turns = (math.pi * k / 5 for k in range(10))
    return tuple((r * math.sin(turn), -r * math.cos(turn)) for r, turn in zip(radii, turns, strict=False))


_CORNERS: dict[str, tuple[tuple[float, float], ...]] = {
    "square": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    "triangle": ((0, -1.15), (1.1, 0.85), (-1.1, 0.85)),
    "down": ((0, 1.15), (1.1, -0.85), (-1.1, -0.85)),
    "diamond": ((0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)),
    "cross": (
        (-0.4, -1.1), (0.4, -1.1), (0.4, -0.4), (1.1, -0.4), (1.1, 0.4), (0.4, 0.4),
        (0.4, 1.1), (-0.4, 1.1), (-0.4, 0.4), (-1.1, 0.4), (-1.1, -0.4), (-0.4, -0.4),
    ),
    "star": _star(),
}  # fmt: skip


def together(pictures: Iterable[Markup]) -> Markup:
    """Return pictures side by side, in as many rows as the screen needs."""
    return el("div", join(list(pictures)), class_="pictures")

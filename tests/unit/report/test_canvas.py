"""Lines, bands and marks of the pictures."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from whowhom.report.canvas import MOST_POINTS, SHAPES, Canvas, key_mark, path, runs, thinned, time_canvas
from whowhom.report.scales import Scale

PLACES = st.lists(st.tuples(st.floats(0, 400), st.floats(0, 200)), min_size=1, max_size=40)


def points_of(text: str) -> list[tuple[float, float]]:
    """Read a path back as absolute places."""
    start, _, steps = text.removeprefix("M").partition("l")
    x, y = (float(part) for part in start.split())
    found = [(x, y)]
    numbers = [float(part) for part in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", steps)]
    for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
        x, y = x + dx, y + dy
        found.append((x, y))
    return found


@given(PLACES)
def test_a_path_goes_through_its_points(points: list[tuple[float, float]]) -> None:
    """A path passes every point to a tenth of a pixel, however long it is; points inside level stretches are left out."""
    drawn = points_of(path(points))
    for end, place in ((0, points[0]), (-1, points[-1])):
        assert drawn[end] == pytest.approx(place, abs=0.051)
    heights = {round(y, 1) for _, y in drawn}
    for _, y in points:
        assert min(abs(y - height) for height in heights) <= 0.051


def test_a_level_stretch_is_one_step() -> None:
    """A line of equal heights is drawn with two points."""
    assert path([(x, 5.0) for x in range(100)]) == "M0 5l99 0"
    assert path([(1.0, 2.0)]) == "M1 2l0 0"


def test_gaps_stay_open() -> None:
    """A line is drawn in pieces around missing numbers, a band where both its ends are there."""
    canvas = time_canvas("x", title="A title", description="Words", dates=(0.0, 4.0), low=0.0, high=1.0)
    x, y = np.arange(5.0), np.array([0.1, 0.2, np.nan, 0.3, 0.4])
    assert runs(np.isfinite(y)) == [slice(0, 2), slice(3, 5)]
    before = len(canvas.parts)
    canvas.line(x, y, class_="history")
    canvas.band(x, y - 0.1, y, class_="history wide")
    line, *bands = canvas.parts[before:]
    assert line.count("M") == 2
    assert len(bands) == 2
    canvas.line(x, np.full(5, np.nan), class_="history")
    assert len(canvas.parts) == before + 3


def test_long_lines_are_thinned() -> None:
    """No line has more points than can be seen; all columns are thinned alike."""
    x, table = thinned(np.arange(5_000.0), np.zeros((3, 5_000)))
    assert x.size <= MOST_POINTS
    assert table.shape == (3, x.size)
    assert thinned(np.arange(10.0))[0].size == 10


def test_a_picture_says_what_it_is() -> None:
    """A picture has the role of an image and is labelled by its title and its description."""
    canvas = Canvas("name", "What <it> is", "What it shows", x=Scale(0, 1, 0, 1), y=Scale(0, 1, 0, 1))
    canvas.heading("A heading that is so long that it does not fit above the picture")
    svg = ElementTree.fromstring(canvas.svg(class_="simulated"))
    assert (svg.get("role"), svg.get("aria-labelledby")) == ("img", "name-title name-words")
    assert [svg.findtext("title"), svg.findtext("desc")] == ["What <it> is", "What it shows"]
    assert svg.findtext("text", "").endswith("\u2026")


@pytest.mark.parametrize("shape", SHAPES)
def test_marks(shape: str) -> None:
    """Every shape can be drawn, and in the key it is hidden from screen readers, which read the words beside it."""
    svg = ElementTree.fromstring(key_mark(shape, class_="read"))
    assert svg.get("aria-hidden") == "true"
    assert svg[0].get("class") == "mark read"

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests.unit.data.rows import record

from whowhom.data.drawing import plot_series, save_plot
from whowhom.data.records import Records, load_records
from whowhom.errors import MissingExtraError, RecordError, UnknownNameError

pytest.importorskip("matplotlib")

RIVALS = Records(
    [
        record(),
        record(date="1922", value="119329"),
        record(date="1922", value="150000", estimate="a rival"),
        record(date="1923", value="100000", estimate="a rival", status="memory", read_at=""),
    ]
)


def _marks(ax: object) -> list[tuple[float, float, str, str, float]]:
    """x, y, marker, face and opacity of the single marks that were drawn."""
    lines = [line for line in ax.get_lines() if len(line.get_xdata()) == 1]  # type: ignore[attr-defined]
    return [
        (float(m.get_xdata()[0]), float(m.get_ydata()[0]), m.get_marker(), str(m.get_markerfacecolor()), m.get_alpha())
        for m in lines
    ]


def test_every_row_is_a_mark_in_the_middle_of_its_span() -> None:
    """Each recorded number is one mark, at its value and in the middle of the days it covers."""
    marks = _marks(plot_series("repression.arrests", records=RIVALS))
    assert sorted((x, y) for x, y, *_ in marks) == [
        (1921.5, 200271.0),
        (1922.5, 119329.0),
        (1922.5, 150000.0),
        (1923.5, 100000.0),
    ]


def test_rivals_differ_by_shape_and_memory_is_hollow_and_pale() -> None:
    """Two estimates have two shapes of mark; a row from memory has a white face and is pale, a row that was read is not."""
    marks = {(x, y): rest for x, y, *rest in _marks(plot_series("repression.arrests", records=RIVALS))}
    assert marks[1921.5, 200271.0][0] != marks[1922.5, 150000.0][0]
    assert marks[1923.5, 100000.0][1] == "white"
    assert marks[1923.5, 100000.0][2] < 0.7
    assert marks[1922.5, 150000.0][1] != "white"
    assert marks[1922.5, 150000.0][2] == 1.0


def test_the_sources_stand_under_the_picture() -> None:
    """Every citation of the series is written under the axes, and can be left out."""
    texts = [text.get_text() for text in plot_series("repression.arrests", records=RIVALS).texts]
    assert any("Sources" in text and "A table of 1956, p. 3" in text for text in texts)
    without = plot_series("repression.arrests", records=RIVALS, sources=False)
    assert not any("Sources" in text.get_text() for text in without.texts)


def test_a_wide_range_is_logarithmic() -> None:
    """Values over more than two orders are drawn on a logarithmic scale that says so; zeros stay visible."""
    wide = Records([record(value="5"), record(date="1922", value="5000")])
    ax = plot_series("repression.arrests", records=wide)
    assert ax.get_yscale() == "log"
    assert "logarithmic" in ax.get_ylabel()
    zero = Records([record(value="0"), record(date="1922", value="5"), record(date="1923", value="5000")])
    assert plot_series("repression.arrests", records=zero).get_yscale() == "symlog"
    assert plot_series("repression.arrests", records=RIVALS).get_yscale() == "linear"


def test_a_picture_is_drawn_on_the_axes_that_were_given() -> None:
    """The axes given are drawn on and returned."""
    from matplotlib.figure import Figure

    ax = Figure().add_subplot()
    assert plot_series("repression.arrests", ax=ax) is ax
    assert ax.get_title(loc="left") == "Persons arrested by the political police"


def test_places_are_a_list() -> None:
    """A series of many places at one date is a list with a row per place."""
    ax = plot_series("unrest.mass_disturbances.province")
    assert len(ax.get_yticklabels()) == 22
    assert ax.get_yticklabels()[-1].get_text() == "Ukraine"


@pytest.mark.parametrize("name", load_records().names())
def test_every_series_of_the_project_can_be_drawn(name: str) -> None:
    """Every series is drawn, titled, with the value and the range of every row inside the axes."""
    ax = plot_series(name)
    assert ax.get_title(loc="left")
    low, high = ax.get_ylim() if ax.get_ylabel() else ax.get_xlim()
    for row in load_records().rows(name):
        if row.kind != "event":
            assert all(low <= n <= high for n in (row.value, row.low, row.high) if n is not None)


def test_a_picture_is_a_file(tmp_path: Path) -> None:
    """A series is drawn into a file of the kind that its ending says."""
    assert save_plot("repression.arrests", path=tmp_path / "a.png").read_bytes()[:4] == b"\x89PNG"
    assert b"<svg" in save_plot("repression.arrests", path=tmp_path / "a.svg").read_bytes()


@pytest.mark.parametrize("name", ["a.jpeg", "a", "absent/a.png"])
def test_a_picture_that_cannot_be_written_is_refused(name: str, tmp_path: Path) -> None:
    """Another ending and a folder that does not exist are refused with a record error."""
    with pytest.raises(RecordError):
        save_plot("repression.arrests", path=tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_series_is_not_drawn() -> None:
    """A misspelt series is answered with the nearest."""
    with pytest.raises(UnknownNameError, match=r"Nearest: 'repression\.arrests'"):
        plot_series("repression.arests")


def test_without_matplotlib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where matplotlib is missing, the error names the extra that brings it."""
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'whowhom\[plot\]'"):
        plot_series("repression.arrests")

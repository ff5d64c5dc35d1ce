"""Recorded numbers beside simulated ones."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.unit.data.rows import record
from tests.unit.report.stores import planned_store

from whowhom.data.records import Records, load_records
from whowhom.models.machine.observables import OBSERVABLES
from whowhom.report.bands import Clock, Histories
from whowhom.report.canvas import time_canvas
from whowhom.report.panels import MACHINE, MOST, Panel, panels_for
from whowhom.report.recorded import Recorded
from whowhom.report.sources import Sources

CLOCK = Clock(date(1917, 11, 7), 226)
SERIES = "repression.arrests"
STOCK = Panel("staff", "Staff", records=(SERIES, "not.there"))
YEARLY = Panel("arrests", "Arrests", records=(SERIES,), yearly=True)


def drawn(*changes: dict[str, str], panel: Panel = STOCK, high: float = 1_000.0) -> ElementTree.Element:
    """Draw rows on an axis from 0 to `high` and return the picture."""
    rows = [record(**({"kind": "stock", "date": "1921-01"} | change)) for change in changes]
    recorded = Recorded(Records(rows), panel=panel, clock=CLOCK)
    canvas = time_canvas("x", title="T", description="D", dates=(1917.8, 1922.2), low=0.0, high=high)
    canvas.parts.clear()
    recorded.draw(canvas)
    return ElementTree.fromstring(canvas.svg(class_="recorded"))


def classes(svg: ElementTree.Element) -> list[str]:
    return [element.get("class", "") for element in svg if element.tag not in ("title", "desc")]


def test_a_number_is_a_mark() -> None:
    """A recorded number without a range is one mark: filled if it was read, of the memory class if not."""
    assert classes(drawn({"value": "500"})) == ["mark read"]
    assert classes(drawn({"value": "500", "status": "memory", "read_at": ""})) == ["mark memory"]


def test_a_range_is_a_line() -> None:
    """A number with a range is a mark on a line with ends; a range without a number is a bar and no mark."""
    assert classes(drawn({"value": "500", "low": "400", "high": "600"})) == ["range read"] * 3 + ["mark read"]
    assert classes(drawn({"value": "", "low": "400", "high": "600"})) == ["span read"]


def test_a_bound_is_an_arrow() -> None:
    """A bound has an arrow to where the number may lie: up for 'at least', down for 'at most'."""
    up = drawn({"value": "500", "low": "500"})
    down = drawn({"value": "500", "high": "500"})
    assert classes(up) == classes(down) == ["range read", "mark read"]
    assert "v-15" in up[2].get("d", "")
    assert "v15" in down[2].get("d", "")


def test_off_the_scale() -> None:
    """A number above the picture is written at its edge with an arrow, and not drawn inside."""
    svg = drawn({"value": "5000"})
    assert [element.tag for element in svg][2:] == ["path", "text"]
    assert svg[3].text == "5,000"
    open_bar = drawn({"value": "", "low": "400", "high": "1500"})
    assert open_bar[-1].text == "to 1,500"


def test_rivals_have_shapes_of_their_own() -> None:
    """Different estimates, and different places, are drawn with different shapes and named in the key."""
    rows = [
        record(kind="stock", date="1921-01", estimate=name, place=place)
        for name, place in (("one", "A"), ("two", "A"), ("one", "B"))
    ]
    recorded = Recorded(Records(rows), panel=STOCK, clock=CLOCK)
    assert len(set(recorded.shapes.values())) == 3
    assert ["one" in entry for entry in recorded.key()] == [True, False, True]
    assert all(", A" in entry or ", B" in entry for entry in recorded.key())


def test_only_whole_years_stand_on_a_yearly_axis() -> None:
    """Beside yearly flows only whole calendar years that were run are drawn; other spans stay in the table."""
    rows = [record(date=when) for when in ("1921", "1920-01/1920-06", "1918/1920", "1922", "1917", "1930")]
    recorded = Recorded(Records(rows), panel=YEARLY, clock=CLOCK)
    assert [row.date for row in recorded.drawn] == ["1921"]
    assert {row.date for row in recorded.rows} == {"1921", "1920-01/1920-06", "1918/1920", "1922", "1917"}
    assert recorded.left_out == 1


def test_a_flow_never_stands_on_an_axis_of_stocks() -> None:
    """A flow is not drawn beside a stock, since the two share no unit of time."""
    recorded = Recorded(Records([record(kind="flow")]), panel=STOCK, clock=CLOCK)
    assert recorded.drawn == []
    assert recorded.words().startswith("Recorded, not simulated. 0 numbers.")


def test_the_table_keeps_recorded_and_simulated_in_columns_of_their_own(tmp_path: Path) -> None:
    """The table gives date, number, range, status and source of each row, and in the last column the histories' mean."""
    store = planned_store(tmp_path / "s", replicates=5)
    histories = Histories(store.weeks(["arrests"]), clock=CLOCK)
    rows = [record(date="1921", note="Tribunals are missing."), record(date="1922", kind="flow", estimate="late")]
    recorded = Recorded(Records(rows), panel=YEARLY, clock=CLOCK)
    sources = Sources()
    arrests = next(o for o in OBSERVABLES if o.name == "arrests")
    made = ElementTree.fromstring(
        recorded.table(arrests, histories=histories, arm="history", sources=sources, caption="x")
    )
    first, second = (
        [" ".join("".join(cell.itertext()).split()) for cell in row]
        for row in made.iter("tr")
        if row.find("td") is not None
    )
    assert first == [
        "1921", "persons arrested, Russia (Tribunals are missing)", "200,271", "", "returns", "read in a copy", "[1]",
        "136,000 (120,000 to 150,000)",
    ]  # fmt: skip
    assert second[-1] == "not wholly run"
    assert "Read at https://example.org/table" in sources.section()
    assert 'href="http' not in sources.section()


def test_held_out_rows_say_so(tmp_path: Path) -> None:
    """A row that may not be used to choose anything is shown with the reason."""
    store = planned_store(tmp_path / "s", replicates=1, until_ticks=5)
    clock = Clock(date(1937, 1, 1), 5)
    recorded = Recorded(Records([record(date="1937")]), panel=YEARLY, clock=clock)
    histories = Histories(store.weeks(["arrests"]), clock=clock)
    arrests = next(o for o in OBSERVABLES if o.name == "arrests")
    made = recorded.table(arrests, histories=histories, arm="history", sources=Sources(), caption="x")
    assert "Held out: " in made
    assert "not wholly run" in made


@pytest.mark.parametrize("panel", MACHINE, ids=lambda panel: panel.observable)
def test_panels_name_what_exists(panel: Panel) -> None:
    """Every panel of the machine names an observable that it has and recorded series that exist."""
    observables = {o.name: o for o in OBSERVABLES}
    assert panel.observable in observables
    assert set(panel.records) <= set(load_records().names())
    if panel.yearly:
        assert observables[panel.observable].kind == "flow"


def test_other_models_are_drawn_by_their_own_observables() -> None:
    """A model without panels shows its first stocks, flows and shares, public ones first, and no records."""
    found = panels_for("other", OBSERVABLES)
    assert len(found) == MOST
    assert all(panel.records == () for panel in found)
    assert found[0].observable == "open_dissent"
    assert panels_for("machine", OBSERVABLES) == MACHINE
    assert panels_for("machine", OBSERVABLES[:3])[0].observable == "open_dissent"

"""The page as a whole: what a reader, a browser and a screen reader are given."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.architecture.test_words import BANNED, in_prose
from tests.unit.report.stores import planned_store, tables_of

from whowhom.data.records import load_records
from whowhom.models.machine.declarations import DECLARATIONS
from whowhom.report.numbers import interval, rough_signed, simulated
from whowhom.report.page import write_report
from whowhom.store.reader import Store

Tree = ElementTree.Element

#: Words that would turn a report into a game, a court or a boast.
NEVER = (
    "worked",
    "works",
    "score",
    "verdict",
    "trial",
    "charge",
    "victory",
    "success",
    "successful",
    "effective",
    "win",
    "lives saved",
)


def parse(text: str) -> Tree:
    start, _, rest = text.partition("\n")
    assert start == "<!DOCTYPE html>"
    return ElementTree.fromstring(rest)


def report_of(store: Store, folder: Path) -> str:
    path = write_report(folder / "report.html", store=store, tables=tables_of(store), declarations=DECLARATIONS)
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return planned_store(tmp_path_factory.mktemp("planned") / "store", falls={2: 100, 3: 150, 5: 225})


@pytest.fixture(scope="module")
def text(store: Store, tmp_path_factory: pytest.TempPathFactory) -> str:
    return report_of(store, tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="module")
def page(text: str) -> Tree:
    return parse(text)


def words_of(element: Tree | None) -> str:
    assert element is not None
    return " ".join(" ".join(element.itertext()).split())


def by_id(page: Tree, name: str) -> Tree:
    found = [element for element in page.iter() if element.get("id") == name]
    assert len(found) == 1, name
    return found[0]


def pictures(page: Tree, kind: str) -> list[Tree]:
    return [svg for svg in page.iter("svg") if kind in svg.get("class", "").split()]


def test_the_page_loads_nothing(page: Tree, text: str) -> None:
    """The page has no script, no outer style sheet, picture, font or frame, and no link that leaves it."""
    for element in page.iter():
        assert element.tag not in ("script", "link", "img", "iframe", "object", "embed", "base", "audio", "video")
        assert "src" not in element.attrib
        assert not any(name.startswith("on") for name in element.attrib)
        assert element.get("href", "#").startswith("#")
    style = words_of(page.find("head/style"))
    assert "url(" not in style
    assert "@import" not in style
    assert len(text) < 2_000_000


def test_links_lead_somewhere(page: Tree) -> None:
    """Identifiers are unique, and every link and every reference of a label leads to one of them."""
    names = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(names) == len(set(names))
    for element in page.iter():
        targets = [element.get("href", "#wrong").removeprefix("#"), *element.get("aria-labelledby", "").split()]
        assert set(targets) <= set(names)


def test_the_page_begins_with_where_the_model_is_wrong(page: Tree) -> None:
    """After the title, one sentence and the contents comes where the model is wrong, with the words of its matching."""
    headings = [words_of(heading) for heading in page.iter("h2")]
    assert headings == [
        "Where the model is wrong",
        "The subject",
        "The arms",
        "What each arm changed",
        "Survival and its victims",
        "How histories ended",
        "What happened in the histories",
        "How it was made",
        "Sources",
    ]
    assert len(list(page.iter("h1"))) == 1
    main = page.find("body/main")
    assert main is not None
    box = words_of(main[0])
    assert "Roughly matched to 1918-26, not calibrated." in box
    assert "No births and no natural deaths" in box
    assert "Sixteen stylised provinces" in box
    assert "one stands for about 8,400 inhabitants" in box


def test_misses_are_said_before_anything_else(page: Tree) -> None:
    """The box names the targets that the histories of the report miss, with direction and both numbers."""
    box = words_of(page.find("body/main/section"))
    assert re.search(r"\d of 5 targets within their time (is|are) missed: ", box)
    assert "death sentences in cases of the political police in 1921 (too low: " in box
    assert "against 9,701" in box


def test_every_figure_can_be_read_without_seeing_it(page: Tree) -> None:
    """Every figure has a caption and a table of its numbers, every picture a title and a description of what it shows."""
    figures = list(page.iter("figure"))
    assert len(figures) >= 10
    for figure in figures:
        assert len(words_of(figure.find("figcaption"))) > 40
        assert figure.find("details//table") is not None
    for svg in page.iter("svg"):
        if svg.get("role") == "img":
            assert len(words_of(svg.find("title"))) > 10
            assert len(words_of(svg.find("desc"))) > 20
        else:
            assert svg.get("aria-hidden") == "true"
    for table in page.iter("table"):
        assert words_of(table.find("caption"))
        assert all(len(row) == len(table.find("thead/tr") or ()) for row in table.iter("tr"))


def test_recorded_and_simulated_share_no_picture(page: Tree) -> None:
    """No picture holds both kinds of numbers; each says which it holds, in its title and its heading."""
    recorded, simulated = pictures(page, "recorded"), pictures(page, "simulated")
    assert len(recorded) >= 5
    for svg in recorded:
        classes = {name for element in svg.iter() for name in element.get("class", "").split()}
        assert classes & {"history", "arm", "line", "band", "single"} == set()
        assert words_of(svg.find("title")).endswith(": recorded")
        assert "Recorded, not simulated" in words_of(svg)
    for svg in simulated:
        classes = {name for element in svg.iter() for name in element.get("class", "").split()}
        assert classes & {"read", "memory", "range", "span"} == set()
        assert "simulated" in words_of(svg.find("title"))
        assert "ecorded" not in words_of(svg)
    assert len(recorded) + len(simulated) == len([svg for svg in page.iter("svg") if svg.get("role") == "img"])


def test_recorded_and_simulated_share_axes(page: Tree) -> None:
    """All pictures of a figure have the same numbers along both axes."""
    for figure in page.iter("figure"):
        if figure.get("id") in ("figure-differences", "figure-survival"):
            continue
        found = {
            tuple(words_of(t) for t in svg.iter("text") if is_axis(t))
            for svg in figure.iter("svg")
            if svg.get("role") == "img" and "simulated" in svg.get("class", "")
        }
        assert len(found) == 1, figure.get("id")
        for svg in pictures(figure, "recorded"):
            axis = [words_of(t) for t in svg.iter("text") if is_axis(t)]
            assert set(next(iter(found))) <= set(axis)


def is_axis(text: Tree) -> bool:
    return "number" in text.get("class", "").split()


def test_memory_is_hollow(page: Tree) -> None:
    """A recorded number from memory is drawn in another class of mark than one that was read."""
    staff = by_id(page, "figure-staff")
    (svg,) = pictures(staff, "recorded")
    classes = [element.get("class", "") for element in svg.iter()]
    assert sum("memory" in name for name in classes) == 3
    assert sum(name == "mark read" for name in classes) >= 4
    assert "from memory" in words_of(svg.find("desc"))


def test_survival_never_stands_alone(page: Tree, store: Store) -> None:
    """Every row and every picture of survival has those executed and the camp-years of its arm with it, as the tables have them."""
    victims = tables_of(store).victims.set_index(["arm", "outcome"])["mean"]
    rows = [row for row in page.iter("tr") if row.find("td[@data-label='Regime in power on 8 March 1922']") is not None]
    curves = [svg for svg in page.iter("svg") if svg.get("aria-labelledby", "").startswith("survival-")]
    assert len(rows) == len(curves) == len(store.arms)
    for arm, row, svg in zip(store.arms, rows, curves, strict=True):
        executed, camps = (simulated(victims[arm, f"{what}_per_1000"]) for what in ("executed", "camp_years"))
        cells = {cell.get("data-label", ""): words_of(cell) for cell in row}
        assert cells["Executed per 1,000, to the horizon"].split()[0] == executed
        assert cells["Camp-years per 1,000, to the horizon"].split()[0] == camps
        shown = [words_of(text) for text in svg.iter("text")]
        assert f"{executed} executed, {camps} camp-years per 1,000" in shown
    for answer in page.findall(".//ul[@class='answers']/li"):
        for outcome in ("Regime in power:", "Executed per 1,000:", "Camp-years per 1,000:"):
            assert outcome in words_of(answer)


def test_both_exposures_are_given(page: Tree, store: Store) -> None:
    """Beside the victims to the horizon each arm has those to the first fall, and those of the history up to the same weeks."""
    first_fall = tables_of(store).first_fall
    assert first_fall is not None
    means = first_fall.set_index(["pair", "arm", "outcome"])["mean"]
    cells = [
        words_of(cell) for cell in page.iter("td") if cell.get("data-label") == "Executed per 1,000, to the first fall"
    ]
    assert cells[0] == "beside each arm"
    for arm, cell in zip(store.arms[1:], cells[1:], strict=True):
        assert cell.split()[0] == simulated(means[arm, arm, "executed_per_1000"])
        assert cell.endswith(f"history then: {simulated(means[arm, 'history', 'executed_per_1000'])}")


def test_the_answer_is_that_of_the_tables(page: Tree, store: Store) -> None:
    """The words, the description of the picture and the table of differences give the same number and interval."""
    tables = tables_of(store)
    assert tables.differences is not None
    row = tables.differences.query(
        "arm == 'no executions' and outcome == 'executed_per_1000' and exposure == 'to the horizon'"
    ).iloc[0]
    difference, ends = rough_signed(row["difference"]), interval(row["low"], row["high"], write=rough_signed)
    assert difference.startswith("\u2212")
    answer = words_of(page.findall(".//ul[@class='answers']/li")[0])
    assert f"Executed per 1,000: {difference} (95 % interval {ends})" in answer
    figure = by_id(page, "figure-differences")
    assert f"no executions, to the horizon: {difference} ({ends})" in words_of(figure.findall(".//svg/desc")[1])
    lines = [words_of(line) for line in figure.iter("tr")]
    assert any(
        line.startswith("no executions Executed, to the horizon")
        and f"{difference} per 1,000 inhabitants {ends}" in line
        for line in lines
    )


def test_the_answer_comes_before_the_pairs(page: Tree) -> None:
    """In the table of differences the mean with its interval is the first number, and counts of pairs the last, labelled."""
    table = by_id(page, "figure-differences").find("details//table")
    assert table is not None
    head = [words_of(cell) for cell in table.iter("th") if cell.get("scope") == "col"]
    assert head[1].startswith("Mean difference, 95")
    assert head[-1].startswith("Pairs higher, lower, equal: depends on how luck is coupled")


def test_words_are_neutral(page: Tree) -> None:
    """No word of the page is one that the glossary forbids, or that would praise or condemn; sources are quoted as they are."""
    page = ElementTree.fromstring(ElementTree.tostring(page))
    for table in page.iter("table"):
        if "quoted" in table.get("class", "").split():
            table.clear()
    for listing in page.iter("ol"):
        listing.clear()
    text = words_of(page.find("body"))
    assert in_prose(text, BANNED.prose | frozenset(NEVER)) == []
    assert "kept the regime in power" in text
    assert "!" not in text


def test_how_it_was_made(page: Tree, store: Store) -> None:
    """The page gives the code's hash, software, generator, seeds, parameters with units, switches, and the command."""
    words = words_of(page.find("body"))
    assert store.manifest.code in words
    assert "philox4x32-10" in words
    assert "numpy" in words
    assert "replicate i has the seed 1 + i in every arm" in words
    for name in ("apparatus.growth_per_week", "army.troops", "coerced_names"):
        assert name in words
    assert str(store.runs()["identity"].iloc[0]) in words


def test_sources_are_listed_as_text(page: Tree) -> None:
    """Every recorded number that is shown refers to a listed source, whose address is text."""
    listed = [entry.get("id") for entry in page.iter("li") if (entry.get("id") or "").startswith("source-")]
    assert listed == [f"source-{number}" for number in range(1, len(listed) + 1)]
    referred = {element.get("href") for element in page.iter("a") if (element.get("href") or "").startswith("#source-")}
    assert referred == {f"#{name}" for name in listed}
    assert "https://" in words_of(by_id(page, "source-1"))
    assert len(load_records()) > 0


def test_the_same_store_gives_the_same_page(store: Store, text: str, tmp_path: Path) -> None:
    """Writing the report again gives the same bytes."""
    assert report_of(store, tmp_path) == text

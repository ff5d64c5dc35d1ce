"""Every page of a mechanism shows what it does alone: a command that prints and draws it, its table, and its figure with words for who cannot see it."""

from __future__ import annotations

import html
import re
import tomllib

from tests.architecture import scan

PAGES = sorted((scan.ROOT / "docs" / "mechanisms").glob("*.md"))
COMMAND = re.compile(r"^    python studies/instruments/alone\.py (\w+)(.*)$", re.MULTILINE)
PICTURE = re.compile(r"^!\[([^\]]*)\]\(([^)]+)\)\n\n(.*)$", re.MULTILINE)
ROW = re.compile(r"^\| (?!observable|---).*\|$", re.MULTILINE)
LARGEST = 100_000


def problems(text: str) -> list[str]:
    """What is wrong with the commands and figures of a page."""
    parts = COMMAND.split(text)[1:]
    if not parts:
        return ["no command"]
    found = []
    for name, options, after in zip(parts[0::3], parts[1::3], parts[2::3], strict=True):
        if not re.fullmatch(rf"( --\w+ \d+)* --figure docs/mechanisms/{name}\.svg", options):
            found.append(f"{name}: the command draws no docs/mechanisms/{name}.svg")
        pictures = PICTURE.findall(after)
        if [target for _, target, _ in pictures] != [f"{name}.svg"]:
            found.append(f"{name}: its figure does not follow its command")
            continue
        alt, _, reading = pictures[0]
        if len(alt.split()) < 12 or not alt.endswith("."):
            found.append(f"{name}: no alt text that is a sentence")
        if len(reading.split()) < 8 or reading.startswith(("#", "|", "!")):
            found.append(f"{name}: no sentence that reads the figure")
    return found


def described(picture: str) -> list[str]:
    """The rows of the table that a figure carries as its description."""
    (inside,) = re.findall(r"<dc:description>(.*?)</dc:description>", picture, re.DOTALL)
    return ROW.findall(html.unescape(inside))


def test_every_page_has_its_figures() -> None:
    """Every page names a command that draws its figure, and shows the figure with alt text and a sentence that reads it."""
    assert len(PAGES) >= 19
    assert {path.name: wrong for path in PAGES if (wrong := problems(path.read_text(encoding="utf-8")))} == {}


def test_every_instrument_has_a_page_and_a_figure() -> None:
    """Every instrument described for the study stands on one page, and its figure is a file of less than 100 kB; no figure is left over."""
    folder = scan.ROOT / "studies" / "instruments"
    known = [name for path in folder.glob("*.toml") for name in tomllib.loads(path.read_text(encoding="utf-8"))]
    shown = [name for path in PAGES for name, _ in COMMAND.findall(path.read_text(encoding="utf-8"))]
    files = {path.stem: path.stat().st_size for path in PAGES[0].parent.glob("*.svg")}
    assert sorted(shown) == sorted(known) == sorted(files)
    assert {name: size for name, size in files.items() if size >= LARGEST} == {}


def test_figure_and_table_are_of_the_same_histories() -> None:
    """Every figure carries the rows of its table that it draws, digit by digit as they stand on the page, and no date."""
    for page in PAGES:
        parts = COMMAND.split(page.read_text(encoding="utf-8"))[1:]
        for name, after in zip(parts[0::3], parts[2::3], strict=True):
            picture = page.with_name(f"{name}.svg").read_text(encoding="utf-8")
            rows = described(picture)
            assert 2 <= len(rows) <= 4
            assert set(rows) <= set(ROW.findall(after)), name
            assert "dc:date" not in picture


def test_the_scan_sees_what_is_missing() -> None:
    """Negative control: a page without command, without drawing, without figure, alt text or reading is seen."""
    alt, reading = "seen " * 12 + "end.", "read " * 9
    head = "    python studies/instruments/alone.py x --figure docs/mechanisms/x.svg\n\n"
    good = f"{head}![{alt}](x.svg)\n\n{reading}\n"
    assert problems(good) == []
    assert problems("# A page\n") == ["no command"]
    assert problems(good.replace(" --figure docs/mechanisms/x.svg", "")) == [
        "x: the command draws no docs/mechanisms/x.svg"
    ]
    assert problems(head) == ["x: its figure does not follow its command"]
    assert problems(good.replace(alt, "a figure")) == ["x: no alt text that is a sentence"]
    assert problems(good.replace(reading, "## Next")) == ["x: no sentence that reads the figure"]

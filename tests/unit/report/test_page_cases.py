"""Reports of experiments that are small, broken, unfinished or one-sided; and what is refused."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from tests.toy_store import Fragile
from tests.unit.report.stores import ARMS, TICKS, TOY_COUNT, planned_store, soviet, tables_of, toy_store
from tests.unit.report.test_page import by_id, parse, pictures, words_of

from whowhom.cli.options import named_arms
from whowhom.errors import StoreError
from whowhom.experiments.design import HISTORY, Arm
from whowhom.experiments.victims import Count
from whowhom.mechanisms.collapse import CAUSES
from whowhom.report.bands import Clock
from whowhom.report.colophon import command
from whowhom.report.matching import MatchedTarget, Matching
from whowhom.report.page import write_report
from whowhom.report.wording import MODEL_CAUSES
from whowhom.store.reader import Store

Tree = ElementTree.Element


def written(store: Store, folder: Path, *, count: Count | None = None, **options: object) -> Tree:
    path = write_report(folder / "r.html", store=store, tables=tables_of(store, count=count), **options)  # type: ignore[arg-type]
    return parse(path.read_text(encoding="utf-8"))


def brief_store(folder: Path, **changes: Any) -> Store:
    """Keep one history of the scenario as it is."""
    return planned_store(folder, **{"arms": [Arm(HISTORY)], "replicates": 1, "until_ticks": 30, **changes})


def body(page: Tree) -> str:
    return words_of(page.find("body"))


def test_one_arm(tmp_path: Path) -> None:
    """A report of the history alone has no comparison and says so."""
    page = written(planned_store(tmp_path / "s", arms=[Arm(HISTORY)]), tmp_path)
    assert "There is nothing to compare: only one arm has been run." in body(page)
    assert len(pictures(by_id(page, "figure-staff"), "simulated")) == 1


def test_one_changed_arm(tmp_path: Path) -> None:
    """A report of a changed arm alone calls it by its name and nothing the history."""
    page = written(planned_store(tmp_path / "s", arms=[Arm("no camps", off=("camps",))]), tmp_path)
    assert "camps off" in body(page)
    keys = by_id(page, "figure-staff").find("ul")
    assert "history" not in words_of(keys)
    assert "no camps" in words_of(keys)


def test_one_replicate(tmp_path: Path) -> None:
    """One history of each arm has no interval and no bands: it is drawn by itself, and the page says so."""
    page = written(planned_store(tmp_path / "s", replicates=1), tmp_path)
    assert "no interval" in body(page)
    assert "fewer than 5 histories: no bands, each is drawn by itself" in body(page)
    assert "nan" not in body(page).split()


def test_every_history_falls(tmp_path: Path) -> None:
    """Where all histories fall, causes and dates are given, and pictures have no numbers after the last fall."""
    page = written(planned_store(tmp_path / "s", falls={seed: 20 + seed for seed in range(1, 9)}), tmp_path)
    ends = next(t for t in page.iter("table") if words_of(t.find("caption")).startswith("How the simulated histories"))
    assert [words_of(cell) for cell in ends.iter("th")][:6] == [
        "Arm", "In power on 8 March 1922", "Fell: capital", "Fell: hunger", "Median date of a fall", "Failed runs",
    ]  # fmt: skip
    assert [words_of(cell) for cell in ends.findall("tbody/tr")[0]] == [
        "history",
        "0",
        "4",
        "4",
        "1918-04-24",
        "0",
        "0",
    ]
    assert "0 histories stand then" not in body(page)
    assert "the garrison of the capital refused orders, or its province was lost" in body(page)
    assert "too many adults" not in body(page)


def test_every_cause_of_the_machine_has_words() -> None:
    """The report says what each cause of a fall means, for just those that the machine has."""
    assert set(MODEL_CAUSES["machine"]) == set(CAUSES) - {""}


def test_a_fall_in_the_first_week(tmp_path: Path) -> None:
    """Histories that fall before any calendar year is over make a page all the same."""
    page = written(planned_store(tmp_path / "s", falls=dict.fromkeys(range(1, 9), 1), arms=ARMS[:1]), tmp_path)
    words = words_of(pictures(by_id(page, "figure-arrests"), "simulated")[0].find("desc"))
    assert words == "Simulated: no numbers, of 8 histories."


def test_a_few_weeks(tmp_path: Path) -> None:
    """An experiment without a whole calendar year draws its flows week by week."""
    page = written(planned_store(tmp_path / "s", until_ticks=5), tmp_path)
    figure = by_id(page, "figure-arrests")
    assert "week by week" in words_of(figure.find("figcaption"))
    assert pictures(figure, "recorded") == []


def test_failures_are_said_first(tmp_path: Path) -> None:
    """Failed histories are counted in a notice before everything else and in the table of ends."""
    page = written(toy_store(tmp_path / "s", model=Fragile()), tmp_path, count=TOY_COUNT)
    notice = next(element for element in page.iter("p") if element.get("role") == "note")
    assert "2 histories failed and are left out of every number" in words_of(notice)


def test_an_unfinished_experiment(tmp_path: Path) -> None:
    """A report of half an experiment says how much is missing, and lists arms without a finished history."""
    store = planned_store(tmp_path / "s", replicates=30, until_ticks=30)
    for path in (*store.folder.glob("batch-0001*"), *store.folder.glob("batch-0002*")):
        path.unlink()
    page = written(store, tmp_path)
    notice = next(element for element in page.iter("p") if element.get("role") == "note")
    assert "of 90 histories are not run yet" in words_of(notice)


def test_another_model(tmp_path: Path) -> None:
    """A model of one's own is drawn by its own observables, with no record beside them and none claimed."""
    page = written(toy_store(tmp_path / "s"), tmp_path, count=TOY_COUNT)
    assert pictures(page, "recorded") == []
    assert "Compared with no record, and not calibrated." in body(page)
    assert "calibrated." in body(page)
    assert "1918-26" not in body(page)
    assert words_of(by_id(page, "figure-dissenting-name")) == "Persons who dissent"


def test_names_are_escaped(tmp_path: Path) -> None:
    """An arm may have any name; the page stays well-formed and shows it."""
    name = '<b>&"quoted"\'; --'
    page = written(planned_store(tmp_path / "s", arms=[Arm(HISTORY), Arm(name, off=("camps",))]), tmp_path)
    assert name in body(page)


def matching(*, missed: bool) -> Matching:
    target = MatchedTarget(
        name="arrests_1921", quantity="persons arrested in 1921", unit="persons", recorded=200_271, low=1e5, high=4e5,
        median=5e4 if missed else 1.5e5, least=None if missed else 1.2e5, greatest=2e5, sets_inside=0 if missed else 3, missed=missed,
    )  # fmt: skip
    staff = replace(target, name="staff", quantity="staff in 1918", recorded=4e4, median=3e4, missed=False)
    return Matching(
        targets=(staff, target), draws=1_200, acceptance=0.004, candidates=64, accepted=3, n_sets=3,
        selection="A history that fell matches nothing.", persons=131_072, date="2026-01-02",
    )  # fmt: skip


def test_misses_of_the_matching_are_listed(tmp_path: Path) -> None:
    """With a matching the box gives draws, acceptance and the missed targets, misses first in the table."""
    page = written(brief_store(tmp_path / "s"), tmp_path, matching=matching(missed=True))
    box = page.find("body/main/section")
    words = words_of(box)
    assert "Of 1,200 draws from the priors, 0.4 % of the histories lie inside all 2 bands" in words
    assert (
        "Missed: 1 of 2 targets. persons arrested in 1921: recorded 200,271, band 100,000 to 400,000, simulated 50,000"
        in words
    )
    assert box is not None
    rows = [words_of(row) for row in box.findall(".//tbody/tr")]
    assert rows[0].startswith(
        "Missed: persons arrested in 1921 (persons) 200,271 100,000 to 400,000 50,000 no number to 200,000 0 of 3"
    )


def test_survivors_were_selected(tmp_path: Path) -> None:
    """Where matched sets were run the arms say that survival is high by construction; where they were not, nothing does."""
    scenario = replace(soviet(), sets=({"army.troops": 1e5},))
    label = "Survival in these arms is high by construction"
    with_sets = written(brief_store(tmp_path / "s", scenario=scenario), tmp_path, matching=matching(missed=True))
    assert label in body(with_sets)
    assert "These histories use 1 set in turn." in body(with_sets)
    without = written(brief_store(tmp_path / "t"), tmp_path, matching=replace(matching(missed=True), accepted=0))
    assert label not in body(without)
    assert "None of 64 candidates was accepted on fresh seeds; the nearest 3 sets were kept." in body(without)
    assert "These histories use the scenario's own values." in body(without)


def test_a_matching_without_misses(tmp_path: Path) -> None:
    """Where the matching misses nothing the box says so, and still that the model is not calibrated."""
    page = written(brief_store(tmp_path / "s"), tmp_path, matching=matching(missed=False))
    words = words_of(page.find("body/main/section"))
    assert "The median of the sets lies inside every band" in words
    assert "Roughly matched to 1918-26, not calibrated." in words


def test_past_march_1922(tmp_path: Path) -> None:
    """Histories that run past March 1922 are labelled as the mechanism alone; those that do not are not."""
    late = written(brief_store(tmp_path / "late", until_ticks=TICKS), tmp_path)
    early = written(brief_store(tmp_path / "early", until_ticks=TICKS - 1), tmp_path)
    label = "shows the mechanism alone, not the history of the 1920s and 1930s"
    assert label in body(late)
    assert label not in body(early)


def test_no_records_named(tmp_path: Path) -> None:
    """A scenario that names no records claims no matching."""
    page = written(brief_store(tmp_path / "s", scenario=soviet(records=False)), tmp_path)
    assert "Compared with no record, and not calibrated." in words_of(page.find("body/main/section"))


@pytest.mark.parametrize("arms", [ARMS, [Arm("no camps", off=("camps",), values={"army.troops": 2.5e5}, from_tick=9)]])
def test_the_command_makes_the_same_arms(tmp_path: Path, arms: list[Arm]) -> None:
    """The command of the page, read by the command line's own parser, asks for the arms of the store."""
    store = planned_store(tmp_path / "s", arms=arms)
    clock = Clock(store.manifest.start, TICKS)
    words = shlex.split(command(store.manifest, clock=clock))
    options = list(zip(words[3:-1:2], words[4::2], strict=True))
    assert dict(options)["--until"] == "1922-03-08"
    assert words[-1] == "--defaults"
    named = named_arms([value for name, value in options if name == "--arm"])
    asked = {name: (tuple(made["off"]), dict(made["set"]), made.get("from_date")) for name, made in named.items()}
    if len(arms) == 1:
        asked["no camps"] = (dict(options)["--off"],), {"army.troops": 2.5e5}, dict(options)["--from"]  # type: ignore[assignment]
        assert dict(options)["--set"] == "army.troops=250000.0"
    for arm in arms:
        since = clock.day(arm.from_tick).isoformat() if arm.from_tick else None
        assert asked.pop(arm.name, ((), {}, None)) == (arm.off, dict(arm.values), since)
    assert asked == {}


def test_what_cannot_be_written(tmp_path: Path) -> None:
    """A path that cannot be written is one clear error, and an older report stays as it was."""
    store = planned_store(tmp_path / "s", until_ticks=5, replicates=1)
    with pytest.raises(StoreError, match=r"must be writable, got: .*\. Give another path with --out\."):
        write_report(tmp_path / "nowhere" / "r.html", store=store, tables=tables_of(store))
    (tmp_path / "old.html").mkdir()
    with pytest.raises(StoreError, match="it is a folder"):
        write_report(tmp_path / "old.html", store=store, tables=tables_of(store))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["old.html", "s"]

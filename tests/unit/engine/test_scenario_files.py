from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.unit.small_case import SCENARIO, declarations_of, write

from whowhom.engine import scenario_files
from whowhom.engine.scenario import load_scenario, scenario_names
from whowhom.errors import ScenarioError


def test_broken_toml_is_answered_with_line_and_column(tmp_path: Path) -> None:
    """A file that is no TOML gives its name, line and column, the rule and a way out."""
    path = write(tmp_path, SCENARIO.replace('title = "A small case"', "title = A small case"))
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path, declarations_of)
    assert str(caught.value) == (
        f"{path}, line 3, column 9: the file must be TOML, got: invalid value. A text needs quotes, and so does a name "
        'with a dot: title = "A case", "army.troops" = 100000.'
    )


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda folder: folder / "none.toml", "a scenario must be a file that exists, got none of this name. Shipped"),
        (lambda folder: folder / "no" / "none.toml", "got none of this name. Shipped scenarios, found by name: "),
        (lambda folder: (folder / "dir.toml").mkdir() or folder / "dir.toml", "must be readable, got: Is a directory."),
        (lambda folder: f"{folder}/{'x' * 300}.toml", "must be readable, got: File name too long."),
        (lambda folder: f"{folder}/a\0b.toml", "must be readable, got: embedded null byte."),
        (lambda folder: folder, "a scenario must be a shipped one ("),
        (lambda _: "", "or a path that ends in .toml, got ''. `whowhom scenarios` lists all."),
        (lambda _: "../soviet", "or a path that ends in .toml, got '../soviet'."),
    ],
    ids=["missing", "missing folder", "a folder", "too long", "null byte", "no suffix", "empty", "a way out"],
)
def test_files_that_cannot_be_read_are_answered(tmp_path: Path, make: Callable[[Path], str | Path], says: str) -> None:
    """A scenario that is not there or cannot be read is an error that says which."""
    with pytest.raises(ScenarioError) as caught:
        load_scenario(make(tmp_path), declarations_of)
    assert says in str(caught.value)


def test_text_in_another_encoding_is_answered(tmp_path: Path) -> None:
    """A file that is not UTF-8 is an error that says so."""
    path = tmp_path / "old.toml"
    path.write_bytes("# Ленин\n".encode("koi8-r"))
    with pytest.raises(
        ScenarioError, match=r"must be UTF-8 text, got a byte that is none at position 2\. Save it as UTF-8\."
    ):
        load_scenario(path, declarations_of)


@pytest.mark.parametrize("text", ["[province]\n" + "a." * 5000 + "a = 1\n", "[parameters]\nx = " + "[" * 5000])
def test_bottomless_files_are_answered(tmp_path: Path, text: str) -> None:
    """Tables nested thousands deep are an error and not a crash."""
    with pytest.raises(ScenarioError):
        load_scenario(write(tmp_path, SCENARIO + text), declarations_of)


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for the scenarios of the package."""
    monkeypatch.setattr(scenario_files, "_shipped", lambda: tmp_path)
    return tmp_path


def test_shipped_scenarios_are_found_by_name(shipped: Path) -> None:
    """A shipped scenario is read by its name, with its plausible sets, and listed."""
    write(shipped, sets='[{"values": {"person.nerve": 0.2}}]')
    (shipped / "zeta.toml").write_text("")
    assert scenario_names() == ["small", "zeta"]
    assert load_scenario("small", declarations_of).sets == ({"person.nerve": 0.2},)
    with pytest.raises(ScenarioError) as caught:
        load_scenario("smal", declarations_of)
    assert str(caught.value) == (
        "a scenario must be a shipped one ('small', 'zeta') or a path that ends in .toml, got 'smal'. "
        "Nearest: 'small'. `whowhom scenarios` lists all."
    )


def test_the_package_brings_its_scenarios() -> None:
    """The package lists the scenario of the first command."""
    assert "soviet" in scenario_names()


def test_plausible_sets_are_read_and_checked(tmp_path: Path) -> None:
    """Sets beside the scenario are read in order; what else stands in them is left alone."""
    sets = '[{"values": {"person.nerve": 0.2, "quota.attempts": 4}, "distance": 0.3}, {"values": {}}]'
    scenario = load_scenario(write(tmp_path, sets=sets), declarations_of)
    assert scenario.sets == ({"person.nerve": 0.2, "quota.attempts": 4.0}, {})
    assert scenario.settings.replace(scenario.sets[0]).value("person.nerve", 0) == 0.2


@pytest.mark.parametrize(
    ("sets", "says"),
    [
        ('[{"values": {"person.nerve": 2}}]', "small.sets.json: set 1 'person.nerve' must be in [0, 1], got 2."),
        ('[{"values": {}}, {"values": {"nerve": 1}}]', "small.sets.json: set 2 unknown parameter 'nerve'. Nearest:"),
        ('[{"values": {"person.nerve": NaN}}]', "'person.nerve' must be in [0, 1], got nan."),
        ('[{"values": {"army.troops": 5}}]', "set 1 'army.troops' must not be set here, got 5. It follows a schedule"),
        (
            '[{"values": {"centre.threshold_arrest": 0.03}}]',
            "set 1 'centre.threshold_arrest' must not be above 'centre.threshold_camp', got 0.03 above 0.02.",
        ),
        ('[{"vales": {}}]', "small.sets.json: set 1 must be a table with 'values', got {'vales': {}}. A set is"),
        ('{"values": {}}', "small.sets.json: the file must hold a list of sets, got {'values': {}}."),
        ('[{"values": }]', "small.sets.json, line 1, column 13: the file must be JSON, got: Expecting value."),
        (f"[{'9' * 5000}]", "small.sets.json: a number must be one Python can read, got an error"),
        ("[" * 100_000, "nested"),
    ],
)
def test_bad_sets_are_answered(tmp_path: Path, sets: str, says: str) -> None:
    """A mistake in the plausible sets is an error that names their file and the set."""
    with pytest.raises(ScenarioError) as caught:
        load_scenario(write(tmp_path, sets=sets), declarations_of)
    assert says in str(caught.value)


def test_what_stands_beside_a_scenario_is_none() -> None:
    """Files beside a scenario, such as its turning points, are not listed as scenarios."""
    from whowhom.engine.scenario_files import scenario_names

    assert "soviet" in scenario_names()
    assert [name for name in scenario_names() if "." in name] == []

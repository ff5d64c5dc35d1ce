from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.small_case import SCENARIO, declarations_of, write

from whowhom.engine.scenario import load_scenario
from whowhom.errors import ScenarioError

# Each row: what is replaced in the sound scenario, by what, and what the error says.
BAD: dict[str, tuple[str, str, str]] = {
    "no scenario table": (
        SCENARIO[: SCENARIO.index("[parameters]")],
        "",
        "[scenario] 'start' must be a date, got none.",
    ),
    "no name": ('name = "small"\n', "", "[scenario] 'name' must be a text, got none. For example name = \"soviet\"."),
    "no title": ('title = "A small case"\n', "", "[scenario] 'title' must be a text, got none."),
    "empty title": ('"A small case"', '" "', "[scenario] 'title' must be a text, got ' '."),
    "name not fit for a file": (
        '"small"',
        '"a/b"',
        "[scenario] 'name' must be small letters, digits, '_' and '-', got",
    ),
    "no model": ('model = "machine"\n', "", "[scenario] 'model' must be a text, got none."),
    "unknown model": ('"machine"', '"machin"', "'model': unknown model 'machin'. Nearest: 'machine'. `whowhom models`"),
    "model is a number": ('"machine"', "3", "[scenario] 'model' must be a text, got 3."),
    "start no date": ('start = "1917-11-07"', 'start = "7 Nov 1917"', "must be a date written as 1922, 1922-03 or"),
    "start no day": ('start = "1917-11-07"', 'start = "1917-11-31"', "'start' must be a day of the calendar, got"),
    "start a number": ('start = "1917-11-07"', "start = 1917", "'start' must be a date written as 1922, 1922-03 or"),
    "unknown key": ("title =", "tilte =", "[scenario] has an unknown key 'tilte'. Nearest: 'title'."),
    "notes no text": ('"For tests."', "[1]", "[scenario] 'notes' must be a text, got [1]."),
    "records no list": ('["security.staff"]', '"security.staff"', "[scenario] 'records' must be a list of texts, got"),
    "record twice": (
        '["security.staff"]',
        '["a", "a"]',
        "[scenario] 'records' must name a series once, got 'a' 2 times.",
    ),
    "step of no days": (
        'notes = "For tests."',
        "tick_days = 0",
        "'tick_days' must be a whole number in [1, 366], got 0.",
    ),
    "unknown table": ("[parameters]", "[paramters]", "[paramters] is an unknown table. Nearest: 'parameters'."),
    "outside of tables": (
        "[scenario]",
        "persons = 1\n[scenario]",
        "'persons' must stand in a table, got 1 outside of all.",
    ),
    "table is a list": ("[switches]\nexecutions = false", "[[switches]]", "[switches] must be a table, got [{}]."),
    "unknown parameter": ("person.nerve", "person.nerves", "[parameters] unknown parameter 'person.nerves'. Nearest:"),
    "parameter too large": (
        '"person.nerve" = 0.4',
        '"person.nerve" = 4',
        "[parameters] 'person.nerve' must be in [0, 1]",
    ),
    "parameter a text": ('"person.nerve" = 0.4', '"person.nerve" = "0.4"', "must be a number in [0, 1], got '0.4'."),
    "parameter a bool": ('"person.nerve" = 0.4', '"person.nerve" = true', "must be a number in [0, 1], got True."),
    "parameter nan": ('"person.nerve" = 0.4', '"person.nerve" = nan', "must be in [0, 1], got nan."),
    "parameter a list": ('"person.nerve" = 0.4', '"person.nerve" = [0.4]', "must be a number in [0, 1], got [0.4]."),
    "half an attempt": (
        '"person.nerve" = 0.4',
        '"quota.attempts" = 2.5',
        "must be a whole number in [1, 20], got 2.5.",
    ),
    "parameter twice": (
        '"person.nerve" = 0.4',
        '"person.nerve" = 0.4\nperson.nerve = 0.5',
        "[parameters] 'person.nerve' must be set once, got it twice.",
    ),
    "set in two places": (
        '"person.nerve" = 0.4',
        '"army.troops" = 5',
        "[[schedule]] 1 'army.troops' must be set in one place, got it in [parameters] too. Remove one.",
    ),
    "set by a vector too": (
        '"person.nerve" = 0.4',
        '"centre.threshold_camp" = 0.03',
        "[vectors.leader.patient] 'centre.threshold_camp' must be set in one place, got it in [parameters] too.",
    ),
    "order broken": (
        '"person.nerve" = 0.4',
        '"centre.threshold_arrest" = 0.04',
        "'centre.threshold_arrest' must not be above 'centre.threshold_camp', got 0.04 above 0.02.",
    ),
    "switch among parameters": ('"person.nerve" = 0.4', "executions = 1", "'executions' is a switch, not a parameter."),
    "unknown switch": ("executions = false", "execution = false", "[switches] unknown switch 'execution'. Nearest:"),
    "switch a number": ("executions = false", "executions = 0", "switch 'executions' must be true or false, got 0."),
    "vectors too shallow": (
        "[vectors.leader.hasty]",
        "[vectors.doctrine]",
        "[vectors.doctrine.'centre.threshold_camp'] must be a table, got 0.0",
    ),
    "vector with unknown parameter": (
        '[vectors.leader.hasty]\n"centre.threshold_camp"',
        '[vectors.leader.hasty]\n"centre.threshold_cmp"',
        "[vectors.leader.hasty] unknown parameter 'centre.threshold_cmp'. Nearest: 'centre.threshold_camp'",
    ),
    "vectors that do not match": (
        '[vectors.leader.hasty]\n"centre.threshold_camp"',
        '[vectors.leader.hasty]\n"person.nerve"',
        "must set the same parameters as the other vectors of [vectors.leader], got none for 'centre.threshold_camp'.",
    ),
    "vector out of range though not chosen": (
        "= 0.006",
        "= 6",
        "[vectors.leader.hasty] 'centre.threshold_camp' must be in",
    ),
    "choice of dates in the wrong form": (
        'leader = "patient"',
        'leader = ["patient", "hasty"]',
        "[choice] 'leader' must be a name or a list of [date, name], got ['patient', 'hasty']. For example leader = [[",
    ),
    "choice of no date": (
        'leader = "patient"',
        "leader = []",
        "'leader' must be a name or a list of [date, name], got [].",
    ),
    "unknown name at a date": (
        'leader = "patient"',
        'leader = [["1917-11-07", "patient"], ["1924-01-21", "mild"]]',
        "[choice] 'leader' must be one of 'hasty', 'patient', got 'mild'. See [vectors.leader].",
    ),
    "names in the wrong order": (
        'leader = "patient"',
        'leader = [["1917-11-07", "patient"], ["1924-01-21", "hasty"], ["1923", "patient"]]',
        "[choice] 'leader' must be in order of time, one a week at most, got '1923' after '1924-01-21'. Sort or merge them.",
    ),
    "nobody at the start": (
        'leader = "patient"',
        'leader = [["1918", "patient"]]',
        "[choice] 'leader' must begin in the first week, got '1918' first. Somebody rules from the start.",
    ),
    "a name before the start": (
        'leader = "patient"',
        'leader = [["1916", "patient"]]',
        "[choice] 'leader' must ",
    ),
    "a name at no date": (
        'leader = "patient"',
        'leader = [["soon", "patient"]]',
        "[choice] 'leader' must be a date written as",
    ),
    "parameter of a succession scheduled too": (
        'leader = "patient"\n\n[[schedule]]\nparameter = "army.troops"\nkind = "linear"\npoints = [["1917-11-07", 1.0e5], ["1918-11-06", 6.2e5]]',
        'leader = [["1917-11-07", "patient"]]\n\n[[schedule]]\nparameter = "centre.threshold_camp"\npoints = [["1917-11-07", 0.01]]',
        "[[schedule]] 1 'centre.threshold_camp' must be set in one place, got it in [vectors.leader] too. Remove one.",
    ),
    "parameter of a succession set too": (
        '"person.nerve" = 0.4',
        '"person.nerve" = 0.4\n"centre.threshold_camp" = 0.01',
        "'centre.threshold_camp' must be set in one place, got it in [parameters] too. Remove one.",
    ),
    "unknown choice": ('"patient"', '"mild"', "[choice] 'leader' must be one of 'hasty', 'patient', got 'mild'."),
    "unknown kind of vector": ('leader = "patient"', 'doctrine = "x"', "[choice] 'doctrine' must be a kind of vector"),
    "schedule not a list": ("[[schedule]]", "[schedule]", "[schedule] must be a list of tables."),
    "schedule of nothing": ('parameter = "army.troops"\n', "", "[[schedule]] 1 'parameter' must be a text, got none."),
    "schedule of unknown": ('"army.troops"', '"army.troop"', "[[schedule]] 1 unknown parameter 'army.troop'. Nearest:"),
    "schedule unknown key": ("kind =", "kinds =", "[[schedule]] 1 has an unknown key 'kinds'. Nearest: 'kind'."),
    "schedule unknown kind": ('"linear"', '"cubic"', "[[schedule]] 1 'kind' must be 'linear' or 'step', got 'cubic'."),
    "source no text": ('source = "stylised"', "source = 1", "[[schedule]] 1 'source' must be a text, got 1."),
    "no points": (
        '[["1917-11-07", 1.0e5], ["1918-11-06", 6.2e5]]',
        "[]",
        "'points' must be a list of [date, value], got []",
    ),
    "point of one": ('["1917-11-07", 1.0e5]', '["1917-11-07"]', "'points' must be a list of [date, value], got"),
    "point out of range": ("6.2e5", "6.2e9", "[[schedule]] 1 1918-11-06: 'army.troops' must be in [0, 10000000], got"),
    "point a text": ("6.2e5", '"many"', "1918-11-06: 'army.troops' must be a number in [0, 10000000], got 'many'."),
    "point before the start": (
        '"1917-11-07", 1.0e5',
        '"1917", 1.0e5',
        "'points' must be on or after 1917-11-07, the first",
    ),
    "point no date": (
        '"1918-11-06"',
        '"end of 1918"',
        "[[schedule]] 1 'points' must be a date written as 1922, 1922-03",
    ),
    "points out of order": (
        '"1917-11-07", 1.0e5',
        '"1919", 1.0e5',
        "[[schedule]] 1 'points' must be in order of time, one a week at most, got '1918-11-06' after '1919'.",
    ),
    "two points a week": ('"1918-11-06"', '"1917-11-09"', "one a week at most, got '1917-11-09' after '1917-11-07'."),
    "whole number in a line": (
        '"army.troops"\nkind = "linear"\npoints = [["1917-11-07", 1.0e5], ["1918-11-06", 6.2e5]]',
        '"quota.attempts"\npoints = [["1918", 2], ["1919", 5]]',
        "the schedule of 'quota.attempts' must be 'step', got 'linear'. It is a whole number.",
    ),
    "order broken by a schedule": (
        '"army.troops"\nkind = "linear"\npoints = [["1917-11-07", 1.0e5], ["1918-11-06", 6.2e5]]',
        '"centre.threshold_arrest"\nkind = "step"\npoints = [["1918", 0.002], ["1919", 0.1]]',
        "1919-01-01: 'centre.threshold_arrest' must not be above 'centre.threshold_camp', got 0.1 above 0.02.",
    ),
    "second schedule": (
        "[[switch_schedule]]",
        '[[schedule]]\nparameter = "army.troops"\npoints = [["1919", 1]]\n[[switch_schedule]]',
        "[[schedule]] 2 'army.troops' must be set in one place, got it in [[schedule]] 1 too.",
    ),
    "switch schedule of unknown": (
        '"concession"',
        '"concessions"',
        "[[switch_schedule]] 1 unknown switch 'concessions'.",
    ),
    "switch schedule of a number": ("true]]", "1]]", "1921-03-15: switch 'concession' must be true or false, got 1."),
    "second switch schedule": (
        "[[switch_schedule]]",
        '[[switch_schedule]]\nswitch = "concession"\npoints = [["1919", true]]\n[[switch_schedule]]',
        "[[switch_schedule]] 2 switch 'concession' must have one schedule, got a second.",
    ),
    "table with no number": (
        "share = 0.6",
        "share = inf",
        "[province] must hold numbers a model can use, got: a number",
    ),
    "name without quotes": (
        'name = "small"',
        "name = small",
        "small.toml, line 2, column 8: the file must be TOML, got: invalid",
    ),
    "bracket left open": (
        "[switches]",
        "[switches",
        "small.toml, line 13, column 10: the file must be TOML, got: expected",
    ),
    "key twice": (
        'name = "small"',
        'name = "small"\nname = "big"',
        "line 3, column 13: the file must be TOML, got: cannot",
    ),
    "text left open": ("share = 0.6", 'share = """', "the file must be TOML, got: "),
    "number of too many digits": (
        "share = 0.6",
        f"share = {'9' * 5000}",
        "a number must be one Python can read, got an",
    ),
}


@pytest.mark.parametrize(("old", "new", "says"), BAD.values(), ids=BAD.keys())
def test_bad_scenarios_are_answered(tmp_path: Path, old: str, new: str, says: str) -> None:
    """A mistake in a scenario is an error that says the file, the place, the rule and what was found there."""
    assert old in SCENARIO
    path = write(tmp_path, SCENARIO.replace(old, new, 1))
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path, declarations_of)
    assert says in str(caught.value)
    assert all(sentence.startswith(str(path)) for sentence in caught.value.problems)


def test_the_table_of_bad_scenarios_is_long_enough() -> None:
    """At least thirty mistakes are tried."""
    assert len(BAD) >= 30


def test_everything_wrong_is_said_at_once(tmp_path: Path) -> None:
    """Mistakes all over a file come in one error, word for word, in the order of the tables."""
    text = SCENARIO
    for old, new in [
        ("title =", "tilte ="),
        ('"person.nerve" = 0.4', '"person.nerve" = 4'),
        ("executions = false", "execution = false"),
        ('leader = "patient"', 'leader = "mild"'),
        ("6.2e5", "6.2e9"),
        ('"1921-03-15"', '"spring 1921"'),
    ]:
        text = text.replace(old, new, 1)
    path = write(tmp_path, text)
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path, declarations_of)
    ranges = "`whowhom describe soviet` lists all ranges."
    forms = "A year or a month means its first day; dates are new style."
    assert [sentence.removeprefix(f"{path}: ") for sentence in caught.value.problems] == [
        "[scenario] has an unknown key 'tilte'. Nearest: 'title'.",
        "[scenario] 'title' must be a text, got none. For example title = \"Soviet Russia from November 1917\".",
        f"[parameters] 'person.nerve' must be in [0, 1], got 4. It is the mean nerve; {ranges}",
        "[switches] unknown switch 'execution'. Nearest: 'executions'. `whowhom describe soviet` lists all.",
        "[choice] 'leader' must be one of 'hasty', 'patient', got 'mild'. See [vectors.leader].",
        f"[[schedule]] 1 1918-11-06: 'army.troops' must be in [0, 10000000], got 6200000000.0. It is the number of troops; {ranges}",
        f"[[switch_schedule]] 1 'points' must be a date written as 1922, 1922-03 or 1922-03-15, got 'spring 1921'. {forms}",
    ]


def test_a_wrong_member_of_a_ladder_is_not_also_out_of_order(tmp_path: Path) -> None:
    """A ladder is only checked for its order where every member is right by itself."""
    wrong = SCENARIO.replace('"person.nerve" = 0.4', '"centre.threshold_arrest" = 5').replace("= 0.02", "= 0.003")
    path = write(tmp_path, wrong)
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path, declarations_of)
    (problem,) = caught.value.problems
    assert problem.startswith(f"{path}: [parameters] 'centre.threshold_arrest' must be in [0.001, 0.2], got 5.")

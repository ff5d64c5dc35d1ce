from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.architecture import scan
from tests.toy_store import toy_run

from whowhom.data.behaviorspace import read_behaviorspace, write_behaviorspace
from whowhom.errors import RecordError, UnknownNameError, WhowhomError
from whowhom.experiments.outbursts import spells_of, summary
from whowhom.report.plots import plot_bands

HEAD = """"BehaviorSpace results (NetLogo 7.0.3)","{kind} version 2.0"
"Rebellion.nlogox"
"two settings"
"01/05/2026 06:37:48:683 -0300"
"min-pxcor","max-pxcor","min-pycor","max-pycor"
"-20","19","-20","19"
"""

#: Runs 1 and 2 go on at the same time and end in the other order; `movement?` is a truth value, the last reporter a list.
TABLE = (
    HEAD.format(kind="Table")
    + """"[run number]","vision","movement?","[step]","count agents with [active?]","count jailed","shares"
"2","7","true","0","0","0","[0 2]"
"1","1.7","true","0","0","0","[0 1]"
"2","7","true","1","60","20","[1 2]"
"1","1.7","true","1","5","1","[1 1]"
"2","7","true","2","0","9","[2 2]"
"1","1.7","true","2","8","0","[2 1]"
"3","7","true","0","3","","[0 3]"
"""
)

#: The same experiment as NetLogo lays it out in columns; run 3 is shorter.
SHEET = (
    HEAD.format(kind="Spreadsheet")
    + """"[run number]","1","1","1","2","2","2","3","3","3"
"vision","1.7",,,"7",,,"7",,
"movement?","true",,,"true",,,"true",,
"[reporter]","[step]","count agents with [active?]","count jailed","[step]","count agents with [active?]","count jailed","[step]","count agents with [active?]","count jailed"
"[final]","2","8","0","2","0","9","0","3",""
"[min]","0","0","0","0","0","0","0","3",""
"[max]","2","8","1","2","60","20","0","3",""
"[mean]","1","4.33","0.33","1","20","9.67","0","3",""
"[total steps]","2",,,"2",,,"0",,

"[all run data]","[step]","count agents with [active?]","count jailed","[step]","count agents with [active?]","count jailed","[step]","count agents with [active?]","count jailed"
,"0","0","0","0","0","0","0","3",
,"1","5","1","1","60","20",,,
,"2","8","0","2","0","9",,,
"""
)

#: Measured at the end only.
FINAL = (
    HEAD.format(kind="Spreadsheet")
    + """"[run number]","1","1","2","2"
"vision","1.7",,"7",
"[total steps]","2",,"5",

"[final value]","[step]","count jailed","[step]","count jailed"
,"2","4","5","6"
"""
)


def written(folder: Path, text: str) -> Path:
    path = folder / "behaviorspace.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_is_read(tmp_path: Path) -> None:
    """A table gives a row per run and step in their order, numbers as numbers, truth values as such, lists as text, nothing as NaN."""
    found = read_behaviorspace(written(tmp_path, TABLE))
    assert (found.program, found.model, found.name) == ("NetLogo 7.0.3", "Rebellion.nlogox", "two settings")
    assert (found.kind, found.when) == ("table", "01/05/2026 06:37:48:683 -0300")
    assert found.variables == ("vision", "movement?")
    assert found.reporters == ("count agents with [active?]", "count jailed", "shares")
    rows = found.rows
    assert rows[["[run number]", "[step]"]].to_numpy().tolist() == [
        [1, 0],
        [1, 1],
        [1, 2],
        [2, 0],
        [2, 1],
        [2, 2],
        [3, 0],
    ]
    assert rows["count agents with [active?]"].tolist() == [0, 5, 8, 0, 60, 0, 3]
    assert rows["movement?"].tolist() == [True] * 7
    assert rows["shares"].iloc[0] == "[0 1]"
    assert np.isnan(rows["count jailed"].iloc[-1])


def test_a_spreadsheet_is_the_same_experiment(tmp_path: Path) -> None:
    """A spreadsheet gives the rows that the table of the same experiment gives."""
    table = read_behaviorspace(written(tmp_path, TABLE)).rows.drop(columns="shares")
    sheet = read_behaviorspace(written(tmp_path, SHEET))
    assert sheet.kind == "spreadsheet"
    assert sheet.variables == ("vision", "movement?")
    pd.testing.assert_frame_equal(sheet.rows, table)


def test_a_spreadsheet_of_final_values(tmp_path: Path) -> None:
    """Where only the end was measured, each run has one row at its last step."""
    rows = read_behaviorspace(written(tmp_path, FINAL)).rows
    assert rows.to_numpy().tolist() == [[1, 1.7, 2, 4], [2, 7.0, 5, 6]]


def test_a_spreadsheet_without_steps(tmp_path: Path) -> None:
    """In files without a column of steps the row is the step."""
    text = (
        HEAD.format(kind="Spreadsheet")
        + """"[run number]","1","2"
"vision","1.7","7"
"[reporter]","count jailed","count jailed"
"[total steps]","1","0"

"[all run data]","count jailed","count jailed"
,"4","6"
,"5",
"""
    )
    rows = read_behaviorspace(written(tmp_path, text)).rows
    assert rows.to_numpy().tolist() == [[1, 1.7, 0, 4], [1, 1.7, 1, 5], [2, 7.0, 0, 6]]


def test_older_files_are_read(tmp_path: Path) -> None:
    """Files of NetLogo 6, which do not say which kind they are, are read by their headings."""
    for text, kind in ((TABLE, "table"), (SHEET, "spreadsheet")):
        old = text.replace(f',"{kind.capitalize()} version 2.0"', "").replace("7.0.3", "6.4.0")
        assert read_behaviorspace(written(tmp_path, old)).kind == kind


def test_a_name_twice_has_a_number(tmp_path: Path) -> None:
    """Two reporters of one name both stay."""
    text = TABLE.replace('"count jailed"', '"count agents with [active?]"')
    found = read_behaviorspace(written(tmp_path, text))
    assert found.reporters[:2] == ("count agents with [active?]", "count agents with [active?] (2)")


def test_the_laboratory_takes_it(tmp_path: Path) -> None:
    """What was read goes where the weeks of a store go: settings are arms, runs of one setting replicates."""
    weeks = read_behaviorspace(written(tmp_path, TABLE)).weeks(start=dt.date(2000, 1, 1), tick_days=1)
    assert list(weeks["arm"].cat.categories) == ["vision 1.7", "vision 7"]
    assert weeks.groupby("arm", observed=True)["replicate"].nunique().tolist() == [1, 2]
    spells = spells_of(weeks, observable="count agents with [active?]", above=50)
    rows = summary(spells, runs=weeks).set_index(["arm", "measure"])
    assert rows.loc[("vision 7", "size"), ["n", "mean"]].tolist() == [1, 60.0]
    assert rows.loc[("vision 1.7", "outbursts a run"), "mean"] == 0.0
    assert plot_bands(weeks, "count jailed", arms=["vision 1.7"]).lines


def test_seeds_are_no_settings(tmp_path: Path) -> None:
    """Runs that differ in a seed alone are replicates of one arm."""
    text = TABLE.replace('"vision"', '"random-seed"')
    weeks = read_behaviorspace(written(tmp_path, text)).weeks()
    assert list(weeks["arm"].cat.categories) == ["history"]
    assert sorted(set(weeks["replicate"])) == [0, 1, 2]


def test_a_store_is_written_and_read_back(tmp_path: Path) -> None:
    """A table written from a store is laid out as BehaviorSpace does and gives back every number to the last bit."""
    store = toy_run(tmp_path / "toy", replicates=3)
    path = tmp_path / "out.csv"
    assert write_behaviorspace(store, path=path) == len(store.weeks())
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].endswith('"Table version 2.0"')
    assert lines[4] == '"min-pxcor","max-pxcor","min-pycor","max-pycor"'
    assert lines[6].startswith('"[run number]","arm","seed","[step]","alive","dissenting"')
    assert lines[7].startswith('"1","history","0","0","1",')
    assert dt.datetime.strptime(lines[3].strip('"'), "%m/%d/%Y %H:%M:%S:%f %z")
    found, weeks = read_behaviorspace(path), store.weeks()
    names = [observable.name for observable in store.observables]
    assert found.reporters == tuple(names)
    assert found.rows[names].to_numpy().tobytes() == weeks[names].astype("float64").to_numpy().tobytes()
    again = found.weeks()
    for name in ("arm", "replicate", "week"):
        assert again[name].astype(str).tolist() == weeks[name].astype(str).tolist()
    only = write_behaviorspace(store, path=path, arms=["no executions"])
    assert only == (weeks["arm"] == "no executions").sum()
    with pytest.raises(UnknownNameError, match="unknown arm 'no camps'"):
        write_behaviorspace(store, path=path, arms=["no camps"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n1,2\n", "must begin with 'BehaviorSpace results'"),
        ("", "must begin with 'BehaviorSpace results'"),
        (HEAD.format(kind="Table"), "must begin with 'BehaviorSpace results'"),
        (HEAD.format(kind="Lists") + '"[reporter]","[run number]"\n', "line 7: the heading must begin with"),
        (TABLE + '"4","7"\n', "line 15: a row must have 7 entries, got 2"),
        (TABLE.replace('"1","1.7","true","1"', '"1","1.7","true","one"'), r"'\[step\]' must be a whole number"),
        (TABLE.replace('"1","1.7","true","1"', '"1","1.7","true","0.5"'), r"'\[step\]' must be a whole number"),
        (TABLE.replace('"1","1.7","true","1"', '"1","1.7","true","1e400"'), r"'\[step\]' must be a whole number"),
        (HEAD.format(kind="Spreadsheet") + '"[run number]"\n\n"[all run data]"\n', "must hold a run"),
        (SHEET.split("\n\n")[0] + "\n", r"must hold '\[all run data\]'"),
        (TABLE + '"4', "must be a CSV file that can be read"),
    ],
)
def test_what_is_no_such_file_is_answered(text: str, words: str, tmp_path: Path) -> None:
    """A file that is cut, or something else, is answered with what is missing and where."""
    with pytest.raises(RecordError, match=words):
        read_behaviorspace(written(tmp_path, text))


def test_an_absent_file_is_answered(tmp_path: Path) -> None:
    """A file that is not there is no success."""
    with pytest.raises(RecordError, match="must be a CSV file that can be read"):
        read_behaviorspace(tmp_path / "absent.csv")


def test_samples_of_netlogo() -> None:
    """Files that NetLogo itself wrote are read."""
    folder = scan.ROOT.parent / "shared" / "data" / "samples"
    samples = [path for path in sorted(folder.glob("*.csv")) if path.read_bytes().startswith(b'"BehaviorSpace')]
    if not samples:
        pytest.skip("no files written by NetLogo itself are here (../shared/data/samples)")
    for path in samples:
        assert len(read_behaviorspace(path).rows)


@pytest.mark.parametrize("seed", range(60))
def test_spoiled_files_are_read_or_refused(seed: int, tmp_path: Path) -> None:
    """Whatever happens to the bytes of a file, it is read or answered with an error of ours, and so is what is made of it."""
    luck = np.random.Generator(np.random.Philox(key=seed))
    data = bytearray((TABLE, SHEET, FINAL)[seed % 3].encode())
    for _ in range(int(luck.integers(1, 4))):
        place, length = int(luck.integers(len(data))), int(luck.integers(1, 40))
        change = int(luck.integers(4))
        if change == 0:
            data[place] = int(luck.integers(256))
        elif change == 1:
            del data[place : place + length]
        elif change == 2:
            data[place:place] = data[length : 2 * length]
        else:
            data[place:place] = (b'"', b",", b"\n", b"1e400", b"nan", b"\x00")[int(luck.integers(6))]
    path = tmp_path / "spoiled.csv"
    path.write_bytes(bytes(data))
    said = "spoiled.csv observable"
    try:
        found = read_behaviorspace(path)
        weeks = found.weeks()
        for name in found.reporters[:1]:
            summary(spells_of(weeks, observable=name, above=50), runs=weeks)
    except WhowhomError as error:
        said = str(error)
    assert "spoiled.csv" in said or "observable" in said

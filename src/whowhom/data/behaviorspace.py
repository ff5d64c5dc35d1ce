"""Files of NetLogo's BehaviorSpace: tables and spreadsheets read, tables written.

Layouts as NetLogo 7 writes them ("version 2.0"): six rows about the experiment, then

* a *table*: a heading `[run number]`, the variables, `[step]`, the reporters; a row per run and step, in the order in which runs end;
* a *spreadsheet*: runs side by side, a block of columns each; rows for run numbers, variables and summaries, an empty line, then a row per step.

Files of NetLogo 6 lack the words "version 2.0" and are read too. In every cell numbers become numbers, true and false truth values, everything else (lists among
them) stays text.
"""

from __future__ import annotations

import csv
import datetime as dt
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from whowhom.errors import RecordError, UnknownNameError, unknown

if TYPE_CHECKING:
    import pandas as pd

    from whowhom.store.reader import Store

RUN, STEP, TOTAL = "[run number]", "[step]", "[total steps]"
_DATA = ("[all run data]", "[initial & final values]", "[final value]")
_SUMMARIES = ("[reporter]", "[final]", "[min]", "[max]", "[mean]", TOTAL)
_HEAD = 6
_WAY_OUT = "In NetLogo's BehaviorSpace choose 'table output' or 'spreadsheet output'."

#: Variables that name the luck of a run and no setting.
_SEEDS = ("seed", "random-seed")

#: How BehaviorSpace writes the moment an experiment began; the fraction is a thousandth of a second.
_MOMENT = "%m/%d/%Y %H:%M:%S"


@dataclass(frozen=True)
class BehaviorSpace:
    """One experiment of NetLogo's BehaviorSpace.

    Attributes
    ----------
    program, model, name, when
        What wrote it, the file of the model, the experiment's name, when it began; as written.
    kind
        'table' or 'spreadsheet'.
    variables, reporters
        Names of what was varied, and of what was measured.
    rows : pandas.DataFrame
        A row per run and step: `[run number]`, the variables, `[step]`, the reporters, sorted by run and step. A name that occurs twice has a
        number after it the second time.
    """

    program: str
    model: str
    name: str
    when: str
    kind: str
    variables: tuple[str, ...]
    reporters: tuple[str, ...]
    rows: pd.DataFrame

    def weeks(self, *, start: dt.date | None = None, tick_days: int = 7) -> pd.DataFrame:
        """Return the rows as the store gives weeks, for what reads those: outbursts, bands, differences.

        Parameters
        ----------
        start
            First day of step 0; without it there is no column `date`, which pictures need.
        tick_days
            Length of a step [days].

        Returns
        -------
        pandas.DataFrame
            `arm` (the variables that differ between runs, seeds apart; 'history' if none does), `replicate` (0, 1, ... within the arm, by run number),
            `seed` (the run number), `week` (the step), `date` and the reporters. A variable `arm`, as `write_behaviorspace` writes it, is the arm.
        """
        import pandas as pd

        rows = self.rows
        varied = [name for name in self.variables if name == "arm" or rows[name].nunique(dropna=False) > 1]
        varied = [name for name in varied if name not in _SEEDS]
        arms = pd.Series("history", index=rows.index)
        if varied:
            arms = rows[varied].apply(lambda row: ", ".join(_setting(name, row[name]) for name in varied), axis=1)
        order = pd.CategoricalDtype(list(dict.fromkeys(arms)), ordered=True)
        table = pd.DataFrame({"arm": arms.astype(order)})
        table["replicate"] = rows[RUN].groupby(arms).transform(lambda runs: runs.rank(method="dense") - 1).astype(int)
        table["seed"], table["week"] = rows[RUN], rows[STEP]
        if start is not None:
            table["date"] = pd.Timestamp(start) + pd.to_timedelta(rows[STEP] * tick_days, unit="D")
        for name in self.reporters:
            table[name] = rows[name]
        return table.sort_values(["replicate", "arm", "week"], kind="stable", ignore_index=True)


def _setting(name: str, value: Any) -> str:
    return _cell(value) if name == "arm" else f"{name} {_cell(value)}"


def read_behaviorspace(path: str | Path) -> BehaviorSpace:
    """Read a table or a spreadsheet.

    Raises
    ------
    RecordError
        The file cannot be read, or is neither; with the line.
    """
    lines = _lines(Path(path))
    if len(lines) <= _HEAD or not lines[0] or not lines[0][0].startswith("BehaviorSpace results"):
        raise RecordError(f"'{path}' must begin with 'BehaviorSpace results', got another file. {_WAY_OUT}")
    heading = lines[_HEAD]
    if not heading or heading[0] != RUN:
        first = heading[0] if heading else "an empty line"
        raise RecordError(f"'{path}', line {_HEAD + 1}: the heading must begin with '{RUN}', got '{first}'. {_WAY_OUT}")
    kind = "table" if STEP in heading else "spreadsheet"
    variables, reporters, rows = (_table if kind == "table" else _spreadsheet)(Path(path), lines)
    program, model, name, when = (line[0] if line else "" for line in lines[:4])
    return BehaviorSpace(
        program=program.removeprefix("BehaviorSpace results").strip(" ()"),
        model=model,
        name=name,
        when=when,
        kind=kind,
        variables=tuple(variables),
        reporters=tuple(reporters),
        rows=rows,
    )


def _lines(path: Path) -> list[list[str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file, strict=True))
    except (OSError, UnicodeError, csv.Error) as error:
        raise RecordError(f"'{path}' must be a CSV file that can be read, got: {error}. Check the path.") from error


def _table(path: Path, lines: list[list[str]]) -> tuple[list[str], list[str], pd.DataFrame]:
    heading = lines[_HEAD]
    step = heading.index(STEP)
    names = _distinct(heading)
    body = []
    for number, line in enumerate(lines[_HEAD + 1 :], start=_HEAD + 2):
        if not line:
            continue
        if len(line) != len(heading):
            raise RecordError(
                f"'{path}', line {number}: a row must have {len(heading)} entries, got {len(line)}. The file may be cut; run it again."
            )
        body.append(line)
    return names[1:step], names[step + 1 :], _frame(path, names, body)


def _spreadsheet(path: Path, lines: list[list[str]]) -> tuple[list[str], list[str], pd.DataFrame]:
    """Read runs that stand side by side; each has the columns from its number to the next."""
    start = next((place for place, line in enumerate(lines) if line and line[0] in _DATA), None)
    if start is None:
        raise RecordError(f"'{path}' must hold '{_DATA[0]}', got a spreadsheet without it. {_WAY_OUT}")
    places = [place for place in range(1, len(lines[_HEAD])) if lines[_HEAD][place] != ""]
    runs = [list(block) for _, block in groupby(places, key=lambda place: lines[_HEAD][place])]
    if not runs:
        raise RecordError(f"'{path}' must hold a run, got a spreadsheet without one. {_WAY_OUT}")
    above = {line[0]: line for line in lines[_HEAD + 1 : start] if line}
    variables = [name for name in above if name not in _SUMMARIES]
    reporters = [name for place in runs[0] if (name := _at(lines[start], place)) not in ("", STEP)]
    body = []
    for columns in runs:
        own = [lines[_HEAD][columns[0]], *(_at(above[name], columns[0]) for name in variables)]
        total = _at(above.get(TOTAL, []), columns[0])
        for number, line in enumerate(lines[start + 1 :]):
            found = [_at(line, place) for place in columns if _at(lines[start], place) != ""]
            if STEP not in lines[start]:  # older files: the row is the step, unless only the ends were measured
                found = [str(number) if lines[start][0] == _DATA[0] or not number else total, *found]
            if any(found[1:]):
                body.append(own + found)
    names = _distinct([RUN, *variables, STEP, *reporters])
    if any(len(row) != len(names) for row in body):
        raise RecordError(
            f"'{path}' must have the same reporters for every run, got others. The file may be cut; run it again."
        )
    step = 1 + len(variables)
    return names[1:step], names[step + 1 :], _frame(path, names, body)


def _at(line: Sequence[str], place: int) -> str:
    return line[place] if place < len(line) else ""


def _distinct(names: Sequence[str]) -> list[str]:
    """Return names of which none occurs twice: the second `count turtles` becomes `count turtles (2)`."""
    found: list[str] = []
    for name in names:
        again, other = 1, name
        while other in found:
            again += 1
            other = f"{name} ({again})"
        found.append(other)
    return found


def _frame(path: Path, names: list[str], body: list[list[str]]) -> pd.DataFrame:
    import pandas as pd

    table = pd.DataFrame({name: _column([row[place] for row in body]) for place, name in enumerate(names)})
    for name in (RUN, STEP):
        numbers = table[name] if pd.api.types.is_float_dtype(table[name]) else pd.Series([math.nan])
        if not ((numbers % 1 == 0) & (numbers.abs() < 2**53)).all():
            raise RecordError(f"'{path}': '{name}' must be a whole number in every row, got something else. {_WAY_OUT}")
        table[name] = table[name].astype("int64")
    return table.sort_values([RUN, STEP], kind="stable", ignore_index=True)


def _column(cells: list[str]) -> Any:
    """Return the cells of a column as numbers or truth values if all are, else as text; an empty cell is nothing."""
    import pandas as pd

    if set(cells) <= {"true", "false"} and cells:
        return [entry == "true" for entry in cells]
    try:
        return pd.Series([float(entry) if entry else math.nan for entry in cells], dtype="float64")
    except ValueError:
        return pd.Series(cells, dtype="object")


def write_behaviorspace(store: Store, *, path: Path, arms: Sequence[str] | None = None) -> int:
    """Write the weeks of a store as a table of BehaviorSpace, and return the number of rows.

    Parameters
    ----------
    store
        As far as it is.
    path
        The file; it is there whole or not at all.
    arms
        Which arms; all by default.

    Raises
    ------
    UnknownNameError
        There is no such arm.
    StoreError
        The file cannot be written, or the store read.

    Notes
    -----
    Runs are numbered from 1 in the order of the store, replicate by replicate; the variables are `arm` and `seed`. Where there is no number (after a fall) a cell is
    empty. The world of the heading has no extent, for ours have no patches.
    """
    from whowhom.engine.disk import whole_file

    for arm in arms or ():
        if arm not in store.arms:
            raise UnknownNameError(unknown("arm", arm, store.arms, listed_by="whowhom export --help"))
    names = [observable.name for observable in store.observables]
    weeks = store.weeks(names, arms=arms)
    with (
        whole_file(path, way_out="Choose another file with --behaviorspace.") as temporary,
        temporary.open("w", encoding="utf-8", newline="") as file,
    ):
        for line in _heading(store):
            _write(file, line)
        _write(file, [RUN, "arm", "seed", STEP, *names])
        for line in _numbered(weeks, names):
            _write(file, line)
    return len(weeks)


def _heading(store: Store) -> list[list[str]]:
    from whowhom import __version__

    asked = store.experiment
    began = dt.datetime.fromisoformat(store.manifest.created)
    moment = f"{began.strftime(_MOMENT)}:{began.microsecond // 1000:03d} {began.strftime('%z') or '+0000'}"
    return [
        [f"BehaviorSpace results (whowhom {__version__})", "Table version 2.0"],
        [str(asked["model"]["name"])],
        [str(asked["scenario"]["name"])],
        [moment],
        ["min-pxcor", "max-pxcor", "min-pycor", "max-pycor"],
        ["0", "0", "0", "0"],
    ]


def _numbered(weeks: pd.DataFrame, names: Sequence[str]) -> Iterator[list[str]]:
    """Return the rows of a table, the runs numbered in the order in which they stand."""
    numbers: dict[tuple[str, int], int] = {}
    columns = [weeks[name].tolist() for name in ("arm", "replicate", "seed", "week", *names)]
    for arm, replicate, seed, week, *values in zip(*columns, strict=True):
        number = numbers.setdefault((arm, replicate), len(numbers) + 1)
        yield [str(number), str(arm), str(seed), str(week), *map(_cell, values)]


def _write(file: TextIO, cells: Iterable[str]) -> None:
    """Write a row as BehaviorSpace does: every cell in quotes, an empty one without."""
    quoted = ('"' + cell.replace('"', '""') + '"' if cell else "" for cell in cells)
    file.write(",".join(quoted) + "\n")


def _cell(value: Any) -> str:
    """Write a value as NetLogo would: 12, not 12.0; true; nothing where there is no number."""
    if isinstance(value, str | bool):
        return str(value).lower() if isinstance(value, bool) else value
    number = float(value)
    if not math.isfinite(number):
        return "" if math.isnan(number) else ("Infinity" if number > 0 else "-Infinity")
    return str(int(number)) if number == int(number) and abs(number) < 2**53 else repr(number)

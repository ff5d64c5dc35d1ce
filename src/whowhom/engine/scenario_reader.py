"""Plain tables become checked parts of a scenario; everything that is wrong is collected, nothing is raised on the way.

The tables of a scenario::

    [scenario]            name, title, model, start; notes, records and tick_days if wanted
    [parameters]          "army.troops" = 100000
    [switches]            executions = false
    [vectors.leader.NAME] "centre.prior_suspicion" = 0.01       (any kind of vector, any number of names)
    [choice]              leader = "NAME", or names by date: leader = [["1917-11-07", "NAME"], ["1924-01-21", "OTHER"]]
    [[schedule]]          parameter, points = [["1918-03", 2.0e5], ...]; kind ("linear" by default, or "step"), source
    [[switch_schedule]]   switch, points = [["1921-03-15", true], ...]; source
    anything else         a table of the model's own, handed on untouched

A parameter has one place: two places that set it are an error, not an order of precedence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, cast

from whowhom.engine.calendar import Calendar, parse_date
from whowhom.engine.frozen import Frozen
from whowhom.engine.scenario_tables import SAMPLE, Tables, table_name
from whowhom.engine.schedule import Schedule, SwitchDates
from whowhom.engine.settings import Settings, joint_problems, path_problems
from whowhom.errors import DateError, UnknownNameError, WhowhomError, quoted
from whowhom.parameters import Declarations

_HEADER = ("name", "title", "model", "start", "notes", "records", "tick_days")
Choice = str | tuple[tuple[int, str], ...]
"""The name of a vector, or names with the ticks from which they hold."""
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")


class Reader(Tables):
    """What has been read of one scenario, and what was wrong with it.

    Parameters
    ----------
    shown
        The file's name, with which every problem begins.
    tables
        The TOML as plain data.
    declarations_of
        Gives the declarations of a model by its name.

    Attributes
    ----------
    problems : list of str
        One sentence each. The other attributes can only be relied on where this is empty.
    """

    def __init__(
        self, shown: str, *, tables: Mapping[str, Any], declarations_of: Callable[[str], Declarations]
    ) -> None:
        super().__init__(shown, tables=tables)
        self._places: dict[str, str] = {}
        self._refused: set[str] = set()
        self.structure = self.own_tables()
        self._header(declarations_of)
        parameters, switches = self.table("parameters"), self.table("switches")
        for name, _ in self.flat(parameters):
            self._claim(name, "[parameters]")
        self.values: dict[str, float] = self._checked(parameters, "[parameters]")
        self.switches: dict[str, bool] = self._checked(switches, "[switches]", switches=True)
        self.vectors = self._vectors()
        self.schedules: dict[str, Schedule] = {}
        self.choice = self._choice()
        self.switch_dates: dict[str, SwitchDates] = {}
        for place, entry in self.entries("schedule", keys=("parameter", "kind", "points", "source")):
            self._schedule(place, entry)
        for place, entry in self.entries("switch_schedule", keys=("switch", "points", "source")):
            self._switch_schedule(place, entry)
        self.problems += [f"{shown}: {sentence}" for sentence in self._joint_problems(self.values)]

    def _joint_problems(self, values: Mapping[str, float]) -> list[str]:
        """Check the rules on several parameters that are right by themselves."""
        if self.declarations is None:
            return []
        rules = tuple(rule for rule in self.declarations.rules if not self._refused & set(rule.members))
        return joint_problems(self.declarations, values=values, schedules=self.schedules, when=self._when, rules=rules)

    def _when(self, tick: int) -> str:
        return str(self.calendar.date_of(tick)) if self.calendar else f"week {tick}"

    # [scenario]

    def _header(self, declarations_of: Callable[[str], Declarations]) -> None:
        place = "[scenario]"
        header = self.table("scenario")
        self.known_keys(header, place, _HEADER)
        self.name = self.text(header, "name", place, sample='"soviet"')
        if self.name and not _NAME.fullmatch(self.name):
            rule = "must be small letters, digits, '_' and '-'"
            self.wrong(place, f"'name' {rule}, got {quoted(self.name)}. It becomes part of file names.")
        self.title = self.text(header, "title", place, sample='"Soviet Russia from November 1917"')
        self.notes = self.text(header, "notes", place)
        self.records = self._records(header.get("records", []), place)
        self.calendar = self._calendar(header, place)
        self.model = self.text(header, "model", place, sample='"machine"')
        self.declarations = self._declarations(declarations_of, place) if self.model else None

    def _declarations(self, declarations_of: Callable[[str], Declarations], place: str) -> Declarations | None:
        try:
            return declarations_of(self.model)
        except WhowhomError as error:
            self.wrong(place, f"'model': {error}")
            return None

    def _calendar(self, header: Mapping[str, Any], place: str) -> Calendar | None:
        tick_days = header.get("tick_days", 7)
        if isinstance(tick_days, bool) or not isinstance(tick_days, int) or not 1 <= tick_days <= 366:
            rule = "must be a whole number in [1, 366]"
            self.wrong(place, f"'tick_days' {rule}, got {quoted(tick_days)}. It is the length of a step in days.")
            tick_days = 7
        if "start" not in header:
            self.wrong(place, "'start' must be a date, got none. For example start = \"1917-11-07\".")
            return None
        try:
            return Calendar(parse_date(header["start"], name="start"), tick_days)
        except DateError as error:
            self.wrong(place, str(error))
            return None

    def _records(self, got: object, place: str) -> tuple[str, ...]:
        if not isinstance(got, list) or not all(isinstance(name, str) and name for name in got):
            self.wrong(place, f"'records' must be a list of texts, got {quoted(got)}. `whowhom records` lists all.")
            return ()
        for name in sorted({name for name in got if got.count(name) > 1}):
            self.wrong(place, f"'records' must name a series once, got {quoted(name)} {got.count(name)} times.")
        return tuple(got)

    # Values

    def _checked(self, table: Mapping[str, Any], place: str, *, switches: bool = False) -> dict[str, Any]:
        """Take the right entries of a table of parameters, or of switches."""
        right: dict[str, Any] = {}
        seen: set[str] = set()
        for name, value in self.flat(table):
            if name in seen:
                self.wrong(place, f"{quoted(name)} must be set once, got it twice. Remove one.")
            seen.add(name)
            if self.declarations is None:
                continue
            entry = {name: value}
            found = self.declarations.single_problems(*(({}, entry) if switches else (entry, {})))
            for sentence in found:
                self.wrong(place, sentence)
            if found:
                self._refused.add(name)
            else:
                right[name] = value if switches else float(value)
        return right

    def _claim(self, name: str, place: str) -> None:
        """Note where a parameter is set; a second place is a mistake."""
        other = self._places.setdefault(name, place)
        if other != place:
            self.wrong(place, f"{quoted(name)} must be set in one place, got it in {other} too. Remove one.")

    def _vectors(self) -> dict[str, dict[str, dict[str, float]]]:
        vectors: dict[str, dict[str, dict[str, float]]] = {}
        for kind, named in self.table("vectors").items():
            vectors[kind] = {}
            names_of: dict[str, set[str]] = {}
            for name, content in self.as_table(named, table_name("vectors", kind)).items():
                place = table_name("vectors", kind, name)
                table = self.as_table(content, place)
                names_of[name] = {parameter for parameter, _ in self.flat(table)}
                vectors[kind][name] = self._checked(table, place)
            wanted = set[str]().union(*names_of.values())
            for name, has in names_of.items():
                if has != wanted:
                    lacking = ", ".join(map(repr, sorted(wanted - has)))
                    rule = f"must set the same parameters as the other vectors of {table_name('vectors', kind)}"
                    self.wrong(
                        table_name("vectors", kind, name),
                        f"{rule}, got none for {lacking}. One replaces another whole.",
                    )
        return vectors

    def _choice(self) -> dict[str, Choice]:
        chosen: dict[str, Choice] = {}
        for kind, name in self.table("choice").items():
            known = self.vectors.get(kind)
            if known is None:
                kinds = ", ".join(map(repr, sorted(self.vectors))) or "there is none"
                self.wrong(
                    "[choice]",
                    f"{quoted(kind)} must be a kind of vector ({kinds}). Write {table_name('vectors', kind, 'NAME')}.",
                )
            elif isinstance(name, list):
                chosen[kind] = self._succession(kind, name, known)
            elif self._is_vector(kind, name, known):
                chosen[kind] = name
                for parameter in known[name]:
                    self._claim(parameter, table_name("vectors", kind, name))
                self.values |= known[name]
        return chosen

    def _is_vector(self, kind: str, name: Any, known: Mapping[str, Any]) -> bool:
        if isinstance(name, str) and name in known:
            return True
        rule = f"{quoted(kind)} must be one of {', '.join(map(repr, sorted(known)))}"
        self.wrong("[choice]", f"{rule}, got {quoted(name)}. See {table_name('vectors', kind)}.")
        return False

    def _succession(self, kind: str, wanted: list[Any], known: Mapping[str, dict[str, float]]) -> Choice:
        """Take vectors one after another: each of their parameters follows a step path. Empty if anything is wrong."""
        if not wanted or not all(isinstance(point, list) and len(point) == 2 for point in wanted):
            sample = f'{kind} = [["1917-11-07", "NAME"], ["1924-01-21", "OTHER"]]'
            rule = f"{quoted(kind)} must be a name or a list of [date, name]"
            self.wrong("[choice]", f"{rule}, got {quoted(wanted)}. For example {sample}.")
            return ()
        right = all([self._is_vector(kind, name, known) for _, name in wanted])  # noqa: C419  # each wrong one is said
        ticks = self._ticks("[choice]", [day for day, _ in wanted], name=kind)
        if ticks and ticks[0] > 0:
            rule = f"{quoted(kind)} must begin in the first week"
            self.wrong("[choice]", f"{rule}, got {quoted(str(wanted[0][0]))} first. Somebody rules from the start.")
        parameters = set[str]().union(*known.values())
        for parameter in sorted(parameters):
            self._claim(parameter, table_name("vectors", kind))
        if not right or not ticks or any(set(known[name]) != parameters for _, name in wanted):
            return ()
        for parameter in known[wanted[0][1]]:
            path = zip(ticks, (known[name][parameter] for _, name in wanted), strict=True)
            self.schedules[parameter] = Schedule(tuple(path), "step")
        return tuple(zip(ticks, (name for _, name in wanted), strict=True))

    # Paths in time

    def _schedule(self, place: str, entry: Mapping[str, Any]) -> None:
        name = self.text(entry, "parameter", place, sample='"army.troops"')
        kind = entry.get("kind", "linear")
        if kind not in ("linear", "step"):
            self.wrong(place, f"'kind' must be 'linear' or 'step', got {quoted(kind)}. Leave it out for 'linear'.")
        points = self._points(place, entry, "schedule")
        ticks = self._ticks(place, [day for day, _ in points])
        if name:
            self._claim(name, place)
        if not name or not self._all_right(place, name, points, switches=False) or kind not in ("linear", "step"):
            return
        if ticks:
            path = zip(ticks, (value for _, value in points), strict=True)
            self.schedules[name] = Schedule(tuple(path), kind, source=entry.get("source", ""))
            for sentence in path_problems(cast(Declarations, self.declarations), name, self.schedules[name]):
                self.wrong(place, sentence)

    def _switch_schedule(self, place: str, entry: Mapping[str, Any]) -> None:
        name = self.text(entry, "switch", place, sample='"concession"')
        points = self._points(place, entry, "switch_schedule")
        ticks = self._ticks(place, [day for day, _ in points])
        if name in self.switch_dates:
            self.wrong(place, f"switch '{name}' must have one schedule, got a second. Put all points into one.")
        if name and self._all_right(place, name, points, switches=True) and ticks:
            self.switch_dates[name] = tuple(zip(ticks, (state for _, state in points), strict=True))

    def _points(self, place: str, entry: Mapping[str, Any], table: str) -> list[tuple[Any, Any]]:
        """Take the pairs of date and value; empty if there is anything else."""
        got = entry.get("points")
        if isinstance(got, list) and got and all(isinstance(point, list) and len(point) == 2 for point in got):
            return [(day, value) for day, value in got]
        written = "none" if got is None else quoted(got)
        self.wrong(place, f"'points' must be a list of [date, value], got {written}. For example {SAMPLE[table]}.")
        return []

    def _ticks(self, place: str, days: Sequence[Any], *, name: str = "points") -> list[int]:
        """Turn the dates of a path into increasing ticks; empty if any is wrong."""
        ticks: list[int] = []
        for number, day in enumerate(days):
            try:
                tick = self._tick(day, name=name)
            except DateError as error:
                self.wrong(place, str(error))
                continue
            if ticks and tick <= ticks[-1]:
                rule = f"{quoted(name)} must be in order of time, one a week at most"
                self.wrong(
                    place, f"{rule}, got {quoted(str(day))} after {quoted(str(days[number - 1]))}. Sort or merge them."
                )
            ticks.append(tick)
        increasing = all(earlier < later for earlier, later in pairwise(ticks))
        return ticks if len(ticks) == len(days) and increasing and self.calendar is not None else []

    def _tick(self, day: Any, *, name: str) -> int:
        """Turn a date into a tick; into days of our era where the history's start is not known."""
        if self.calendar is None:
            return parse_date(day, name=name).toordinal()
        return self.calendar.tick_of(day, name=name)

    def _all_right(self, place: str, name: str, points: Sequence[tuple[Any, Any]], *, switches: bool) -> bool:
        """Check every value of a path against the declaration; an unknown name is said once."""
        if self.declarations is None:
            return False
        try:
            declared = self.declarations.switch(name) if switches else self.declarations.parameter(name)
        except UnknownNameError as error:
            self.wrong(place, str(error))
            return False
        found = [(day, declared.problem(value, listed_by=self.declarations.listed_by)) for day, value in points]
        for day, sentence in found:
            if sentence is not None:
                self._refused.add(name)
                self.wrong(place, f"{day}: {sentence}")
        return bool(points) and all(sentence is None for _, sentence in found)

    def settings(self) -> Settings:
        """Give the settings; only where there is no problem."""
        return Settings.of(
            cast(Declarations, self.declarations),
            values=self.values,
            schedules=self.schedules,
            switches=self.switches,
            switch_dates=self.switch_dates,
            structure={
                **self.structure,
                "start": cast(Calendar, self.calendar).start.isoformat(),
            },  # a model needs dates
        )

    # The plausible sets beside the scenario

    def sets(self, shown: str, sets: Sequence[Any]) -> tuple[Frozen[float], ...]:
        """Check the plausible sets; keys beside ``values`` are for the reader of the file and ignored.

        Parameters
        ----------
        shown
            The name of their file in errors.
        sets
            What the file holds.

        Returns
        -------
        tuple
            Parameter values, one dictionary a set.
        """
        return tuple(self._set(f"{shown}: set {number}", one) for number, one in enumerate(sets, start=1))

    def _set(self, place: str, one: object) -> Frozen[float]:
        values = one.get("values") if isinstance(one, Mapping) else None
        if not isinstance(values, Mapping):
            form = '{"values": {"parameter": number, ...}}'
            self.problems.append(f"{place} must be a table with 'values', got {quoted(one)}. A set is {form}.")
            return Frozen()
        found = [
            f"'{name}' must not be set here, got {quoted(values[name])}. It follows a schedule of the scenario."
            for name in values
            if name in self.schedules
        ]
        if self.declarations is not None:
            found += self.declarations.single_problems(values, {})
            if not found:
                found = self._joint_problems(self.values | dict(values))
        self.problems += [f"{place} {sentence}" for sentence in found]
        return (
            Frozen()
            if found or self.declarations is None
            else Frozen({name: float(value) for name, value in values.items()})
        )

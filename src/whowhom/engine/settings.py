"""Everything about a world that is chosen and not drawn: parameters, switches, their paths in time, the model's own tables.

Settings cannot be changed. An arm of an experiment and a fork are other settings, made by :meth:`Settings.replace`, which
keep the path up to the tick where they leave it. Equal settings have equal identities, however they were written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from whowhom.engine.frozen import Frozen, freeze
from whowhom.engine.schedule import Schedule, SwitchDates, constant, on_at, simplest_dates
from whowhom.errors import ParameterError, UnknownNameError, quoted, unknown
from whowhom.parameters import Declarations, Rule

_NOTHING: Mapping[str, Any] = Frozen()


@dataclass(frozen=True)
class Settings:
    """What is chosen about a world.

    Build them with :meth:`of`, which fills in defaults and checks; the bare constructor takes what it is given.

    Attributes
    ----------
    values
        Parameters that stay the same, each in its unit. A parameter is here or in `schedules`, never in both.
    schedules
        Parameters that change, with their paths.
    switches
        Every switch's state at tick 0.
    switch_dates
        For switches that change the ticks at which they do, with the new state.
    structure
        The model's own tables of the scenario, as plain data: dictionaries, tuples, texts, numbers.
    declarations
        What the names mean; used to check and not part of the identity.

    Raises
    ------
    ValueError
        If a switch has dates but no state, or dates that do not increase.
    """

    values: Mapping[str, float]
    schedules: Mapping[str, Schedule] = _NOTHING
    switches: Mapping[str, bool] = _NOTHING
    switch_dates: Mapping[str, SwitchDates] = _NOTHING
    structure: Mapping[str, Any] = _NOTHING
    declarations: Declarations | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        paths = {name: path.simplest() for name, path in self.schedules.items()}
        values = {name: float(value) + 0.0 for name, value in self.values.items() if name not in paths}
        values |= {name: path.points[0][1] for name, path in paths.items() if path.is_constant}
        nameless = sorted(self.switch_dates.keys() - self.switches.keys())
        if nameless:
            raise ValueError(f"switches with dates must have a state at tick 0, got none for {nameless}")
        states = {
            name: simplest_dates(self.switch_dates.get(name, ()), start=state) for name, state in self.switches.items()
        }
        frozen: dict[str, dict[str, Any]] = {
            "values": values,
            "schedules": {name: path for name, path in paths.items() if not path.is_constant},
            "switches": {name: start for name, (start, _) in states.items()},
            "switch_dates": {name: dates for name, (_, dates) in states.items() if dates},
        }
        for attribute, content in frozen.items():
            object.__setattr__(self, attribute, Frozen({name: content[name] for name in sorted(content)}))
        object.__setattr__(self, "structure", freeze(self.structure))

    @classmethod
    def of(
        cls,
        declarations: Declarations,
        *,
        values: Mapping[str, float | str] = _NOTHING,
        schedules: Mapping[str, Schedule] = _NOTHING,
        switches: Mapping[str, bool] = _NOTHING,
        switch_dates: Mapping[str, SwitchDates] = _NOTHING,
        structure: Mapping[str, Any] = _NOTHING,
    ) -> Settings:
        """Build checked settings; what is not mentioned has its default. A value may be the label of its number.

        Raises
        ------
        ParameterError
            If anything is unknown or out of range, everything at once.
        """
        found = declarations.single_problems(values, switches)
        numbers: dict[str, float] = declarations.numbers(values)
        for name, path in schedules.items():
            found += path_problems(declarations, name, path)
        found += declarations.single_problems({}, dict.fromkeys(switch_dates, True))
        if not found:
            found = joint_problems(declarations, values=numbers, schedules=schedules)
        if found:
            raise ParameterError(found)
        return cls(
            values=declarations.defaults() | numbers,
            schedules=schedules,
            switches=declarations.switch_defaults() | dict(switches),
            switch_dates=switch_dates,
            structure=structure,
            declarations=declarations,
        )

    @property
    def names(self) -> list[str]:
        """The names of all parameters, sorted."""
        return sorted([*self.values, *self.schedules])

    def value(self, name: str, tick: int) -> float:
        """Give a parameter's value at a tick, in its unit.

        Raises
        ------
        UnknownNameError
            If there is no such parameter.
        """
        if name in self.values:
            return self.values[name]
        if name in self.schedules:
            return self.schedules[name].at(tick)
        raise UnknownNameError(unknown("parameter", name, self.names))

    def values_at(self, tick: int) -> dict[str, float]:
        """Give all parameters at a tick, each in its unit."""
        return {name: self.value(name, tick) for name in self.names}

    def on(self, switch: str, tick: int) -> bool:
        """Say whether a switch is on at a tick.

        Raises
        ------
        UnknownNameError
            If there is no such switch.
        """
        if switch not in self.switches:
            raise UnknownNameError(unknown("switch", switch, self.switches))
        return on_at(self.switch_dates.get(switch, ()), tick, start=self.switches[switch])

    def switches_at(self, tick: int) -> dict[str, bool]:
        """Give all switches at a tick."""
        return {name: self.on(name, tick) for name in self.switches}

    def replace(
        self,
        values: Mapping[str, float | str] = _NOTHING,
        *,
        off: Iterable[str] = (),
        on: Iterable[str] = (),
        from_tick: int = 0,
    ) -> Settings:
        """Give settings that differ from a tick on and are equal before it, to the last bit.

        Parameters
        ----------
        values
            Parameters that hold a value from `from_tick` on, for ever; dates of their own after it are dropped. A value may be the
            label of its number.
        off, on
            Switches that are off, or on, from `from_tick` on, for ever.
        from_tick
            The first tick that differs [ticks].

        Returns
        -------
        Settings
            Others; these are unchanged.

        Raises
        ------
        ParameterError
            If a name is unknown, a value out of range, or a switch both off and on; everything at once.
        """
        switched_off, switched_on = dict.fromkeys(_names(off), False), dict.fromkeys(_names(on), True)
        both = sorted(switched_off.keys() & switched_on.keys())
        states = switched_off | switched_on
        found = [f"switch '{name}' must be off or on, got both. Name it once." for name in both]
        found += self._replacement_problems(values, states, from_tick)
        if found:
            raise ParameterError(found)
        numbers = values if self.declarations is None else self.declarations.numbers(values)
        new = Settings(
            values=self.values,
            schedules={**self.schedules, **{n: self._path(n).then(from_tick, float(v)) for n, v in numbers.items()}},
            switches=self.switches,
            switch_dates={**self.switch_dates, **{n: self._dates(n, from_tick, state=s) for n, s in states.items()}},
            structure=self.structure,
            declarations=self.declarations,
        )
        if self.declarations is not None:
            found = joint_problems(self.declarations, values=new.values, schedules=new.schedules)
        if found:
            raise ParameterError(found)
        return new

    def _replacement_problems(
        self, values: Mapping[str, float | str], states: Mapping[str, bool], from_tick: int
    ) -> list[str]:
        found = []
        if isinstance(from_tick, bool) or not isinstance(from_tick, int) or from_tick < 0:
            found.append(f"'from_tick' must be a whole number from 0 on, got {quoted(from_tick)}. It counts weeks.")
        if self.declarations is not None:
            return found + self.declarations.single_problems(values, states)
        found += [unknown("parameter", name, self.names) for name in values if name not in self.names]
        return found + [unknown("switch", name, self.switches) for name in states if name not in self.switches]

    def _path(self, name: str) -> Schedule:
        return self.schedules[name] if name in self.schedules else constant(self.values[name])

    def _dates(self, name: str, from_tick: int, *, state: bool) -> SwitchDates:
        kept = tuple(date for date in self.switch_dates.get(name, ()) if date[0] < from_tick)
        return (*kept, (from_tick, state))

    def identity(self) -> dict[str, Any]:
        """Give everything that is chosen as plain data, ready for JSON and hashing; equal for equal settings."""
        return {
            "values": dict(self.values),
            "schedules": {
                name: {"kind": path.kind, "points": [list(point) for point in path.points]}
                for name, path in self.schedules.items()
            },
            "switches": dict(self.switches),
            "switch_dates": {name: [list(date) for date in dates] for name, dates in self.switch_dates.items()},
            "structure": _plain(self.structure),
        }

    @classmethod
    def from_identity(cls, identity: Mapping[str, Any], *, declarations: Declarations | None = None) -> Settings:
        """Rebuild settings from their identity, as a store on disk keeps it.

        Parameters
        ----------
        identity
            What :meth:`identity` gave, also after a way through JSON.
        declarations
            Those of the model; for the checks of :meth:`replace`.
        """
        return cls(
            values=identity["values"],
            schedules={
                name: Schedule(tuple((tick, value) for tick, value in path["points"]), path["kind"])
                for name, path in identity["schedules"].items()
            },
            switches=identity["switches"],
            switch_dates={
                name: tuple((tick, state) for tick, state in dates) for name, dates in identity["switch_dates"].items()
            },
            structure=identity["structure"],
            declarations=declarations,
        )


def _names(names: Iterable[str]) -> list[str]:
    """Take one name for a list of one: the letters of a word are never meant."""
    return [names] if isinstance(names, str) else list(names)


def _plain(data: Any) -> Any:
    """Copy frozen data into dictionaries and lists, keys sorted."""
    if isinstance(data, Mapping):
        return {key: _plain(data[key]) for key in sorted(data)}
    return [_plain(part) for part in data] if isinstance(data, (tuple, list)) else data


def week(tick: int) -> str:
    """Name a tick where no calendar is known."""
    return f"week {tick}"


def path_problems(
    declarations: Declarations, name: str, path: Schedule, *, when: Callable[[int], str] = week
) -> list[str]:
    """List what is wrong with a parameter's path: a point out of range, or a whole number that moves in a line.

    Parameters
    ----------
    declarations
        Those of the model.
    name
        The parameter.
    path
        Its path.
    when
        Turns a tick into the words for it: a week, or a date where there is a calendar.
    """
    try:
        parameter = declarations.parameter(name)
    except UnknownNameError as error:
        return [str(error)]
    found = [(tick, parameter.problem(value, listed_by=declarations.listed_by)) for tick, value in path.points]
    sentences = [f"{when(tick)}: {problem}" for tick, problem in found if problem is not None]
    if parameter.kind == "int" and path.kind == "linear" and not path.is_constant:
        sentences.append(
            f"the schedule of '{name}' must be 'step', got 'linear'. It is {'a word' if parameter.labels else 'a whole number'}."
        )
    return sentences


def joint_problems(
    declarations: Declarations,
    *,
    values: Mapping[str, float],
    schedules: Mapping[str, Schedule],
    when: Callable[[int], str] = week,
    rules: tuple[Rule, ...] | None = None,
) -> list[str]:
    """List the rules on several parameters that are broken at some tick; for each one tick at which they are.

    Paths are straight or flat between their points and rules are linear, so a rule can only break at a point or on the tick
    before one.

    Parameters
    ----------
    declarations
        Those of the model; they say which rules there are.
    values, schedules
        As in :class:`Settings`; what is in neither has its default.
    when
        As for :func:`path_problems`.
    rules
        The rules to look at; by default all.
    """
    found = []
    for rule in declarations.rules if rules is None else rules:
        moving = {name: schedules[name] for name in rule.members if name in schedules}
        points = {tick for path in moving.values() for tick, _ in path.points}
        for tick in sorted({0} | points | {max(tick - 1, 0) for tick in points}):
            at = declarations.defaults() | dict(values) | {name: path.at(tick) for name, path in moving.items()}
            broken = declarations.joint_problems(at, rules=(rule,))
            if broken:
                found += [f"{when(tick)}: {sentence}" for sentence in broken] if moving else broken
                break
    return found

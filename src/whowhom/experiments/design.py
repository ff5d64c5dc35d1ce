"""What is run: arms, replicates, and which of them share their luck.

Replicate `i` has the seed `base + i` and the plausible parameter set `i mod n_sets`, the same in every arm. So the
worlds of one replicate are twins: they differ where the arms differ and nowhere else. Runs are numbered interleaved,
replicate 0 of all arms first, so that the first part of an experiment is a smaller whole one. Where `per_seed` replicates
share a seed, replicate `i` has the seed `base + i // per_seed`: then worlds that differ in their parameters alone have the
same luck, as an analysis of sensitivity needs (`experiments.sensitivity`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from whowhom.engine.settings import Settings
from whowhom.errors import ParameterError

if TYPE_CHECKING:
    from whowhom.engine.scenario import Scenario

#: Name of the arm in which nothing is changed.
HISTORY = "history"


@dataclass(frozen=True)
class Arm:
    """One world of an experiment: what differs from the scenario.

    Parameters
    ----------
    name
        What the arm is called in tables and figures.
    off, on
        Switches set to off, or on.
    values
        Parameters set to a value; or a kind of vector with the name of one, which `resolved` turns into parameters.
    from_tick
        Tick from which all of this holds; before it the arm is the common history [ticks].
    """

    name: str
    off: tuple[str, ...] = ()
    on: tuple[str, ...] = ()
    values: Mapping[str, float | str] = field(default_factory=dict)
    from_tick: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "off", tuple(sorted(set(self.off))))
        object.__setattr__(self, "on", tuple(sorted(set(self.on))))
        object.__setattr__(self, "values", {name: self.values[name] for name in sorted(self.values)})

    def apply(self, settings: Settings) -> Settings:
        """Return the settings of this arm.

        Raises
        ------
        ParameterError
            A name is unknown or a value out of its interval.
        """
        return settings.replace(self.values, off=self.off, on=self.on, from_tick=self.from_tick)

    def resolved(self, scenario: Scenario) -> Arm:
        """Return the arm with each named vector of the scenario (`leader`, `doctrine`) replaced by its parameters, and labels by numbers.

        Raises
        ------
        UnknownNameError
            The scenario has no vector of that name.
        """
        values: dict[str, float | str] = {}
        for name, value in self.values.items():
            values |= scenario.vector(name, value) if name in scenario.vectors else {name: value}
        declared = scenario.settings.declarations
        return replace(self, values=values if declared is None else declared.numbers(values))

    def plain(self) -> dict[str, Any]:
        """Return the arm as plain data."""
        changes: dict[str, Any] = {"off": list(self.off), "on": list(self.on), "values": dict(self.values)}
        return {"name": self.name, **changes, "from_tick": self.from_tick}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Arm:
        """Return the arm that `plain` describes."""
        return cls(
            name=plain["name"],
            off=tuple(plain["off"]),
            on=tuple(plain["on"]),
            values=plain["values"],
            from_tick=plain["from_tick"],
        )


@dataclass(frozen=True)
class Case:
    """One run of the design; the unit of work.

    Attributes
    ----------
    index
        Number in the design.
    arm
        Name of the arm.
    replicate
        Number of the replicate; runs of one replicate are twins.
    seed
        Key of all draws.
    settings
        What is run.
    set_index
        Number of the plausible parameter set, -1 if the scenario has none.
    """

    index: int
    arm: str
    replicate: int
    seed: int
    settings: Settings
    set_index: int


class Design(Sequence[Case]):
    """All runs of an experiment, in the order in which they are run.

    Settings are made once for each pair of arm and parameter set, all of them when the design is made, so that
    everything wrong with an arm or a set is known before the first run.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        sets: Sequence[Mapping[str, float]],
        arms: Sequence[Arm],
        replicates: int,
        seed: int,
        per_seed: int = 1,
    ) -> None:
        self.arms = tuple(arms)
        self.sets = tuple(sets)
        self.replicates = replicates
        self.seed = seed
        self.per_seed = per_seed
        self._base = settings
        problems = self._problems()
        if problems:
            raise ParameterError(problems)
        self._settings = self._all_settings()

    def __len__(self) -> int:
        return len(self.arms) * self.replicates

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if not 0 <= index < len(self):
            raise IndexError(index)
        replicate, place = divmod(index, len(self.arms))
        set_index = replicate % len(self.sets) if self.sets else -1
        return Case(
            index=index,
            arm=self.arms[place].name,
            replicate=replicate,
            seed=self.seed + replicate // self.per_seed,
            settings=self._settings[place][max(set_index, 0)],
            set_index=set_index,
        )

    def __iter__(self) -> Iterator[Case]:
        return (self[index] for index in range(len(self)))

    def _all_settings(self) -> list[list[Settings]]:
        """Return the settings of each arm (rows) under each parameter set (columns)."""
        bases = [self._base.replace(values=values) for values in self.sets] or [self._base]
        return [[arm.apply(base) for base in bases] for arm in self.arms]

    def _problems(self) -> list[str]:
        """Return everything wrong with the design, one sentence each."""
        problems = [*_number_problems(self.replicates, self.seed, self.per_seed), *_name_problems(self.arms)]
        for arm in self.arms:
            problems += _settings_problems(self._base, arm)
        return problems


def design(
    settings: Settings,
    *,
    sets: Sequence[Mapping[str, float]] = (),
    arms: Sequence[Arm] = (Arm(HISTORY),),
    replicates: int,
    seed: int,
    per_seed: int = 1,
) -> Design:
    """Return all runs of an experiment, interleaved.

    Parameters
    ----------
    settings
        Of the scenario.
    sets
        Plausible parameter sets, each name -> value; replicate `i` uses set `i mod len(sets)`.
    arms
        Worlds to be compared, with different names.
    replicates
        Runs of each arm, at least 1.
    seed
        Seed of replicate 0.
    per_seed
        So many replicates, one after the other, share a seed.

    Raises
    ------
    ParameterError
        Everything wrong with the arms, the sets and the numbers, at once.
    """
    return Design(settings, sets=sets, arms=arms, replicates=replicates, seed=seed, per_seed=per_seed)


def _number_problems(replicates: int, seed: int, per_seed: int) -> list[str]:
    problems = []
    if per_seed < 1:
        problems.append(f"'per_seed' must be at least 1, got {per_seed}. So many replicates share a seed.")
    if replicates < 1:
        problems.append(f"'replicates' must be at least 1, got {replicates}. It is the number of runs of each arm.")
    if not 0 <= seed < 2**62:
        problems.append(f"'seed' must be a whole number in [0, 2**62), got {seed}. Replicate i has the seed plus i.")
    return problems


def _name_problems(arms: Iterable[Arm]) -> list[str]:
    problems, seen = [], set()
    for arm in arms:
        if not arm.name.strip() or not arm.name.isprintable():
            problems.append(f"the name of an arm must be printable text, got {arm.name!r}. Write --arm NAME:off=...")
        if arm.name in seen:
            problems.append(f"arms must have different names, got '{arm.name}' twice. Rename one of them.")
        if arm.from_tick < 0:
            problems.append(f"arm '{arm.name}' must begin at tick 0 or later, got {arm.from_tick}.")
        seen.add(arm.name)
    return problems if seen else ["an experiment must have at least one arm, got none. Add one with --arm."]


def _settings_problems(base: Settings, arm: Arm) -> list[str]:
    try:
        arm.apply(base)
    except ParameterError as error:
        return [f"arm '{arm.name}': {problem}" for problem in error.problems]
    return []

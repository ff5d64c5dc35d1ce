"""All declarations of one model together: their defaults, checks, priors and description."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from numbers import Real
from typing import Any, Literal

from whowhom.errors import DESCRIBE, ParameterError, UnknownNameError, quoted, unknown
from whowhom.parameters.declared import Parameter, Switch
from whowhom.parameters.joint import JointRule, Ladder, Rule


@dataclass(frozen=True)
class Declarations:
    """All parameters and switches of one model; the only place where they are stated.

    Attributes
    ----------
    parameters, switches
        In the order in which the documents list them.
    ordered
        Groups of parameters whose values must not decrease from one to the next, such as the thresholds of a ladder.
    listed_by
        The command that shows these declarations; errors point to it.
    joint
        Rules that several parameters obey together.

    Raises
    ------
    ValueError
        If the declarations contradict themselves; the text lists every mistake.

    """

    parameters: tuple[Parameter, ...]
    switches: tuple[Switch, ...] = ()
    ordered: tuple[tuple[str, ...], ...] = ()
    listed_by: str = DESCRIBE
    joint: tuple[JointRule, ...] = ()

    def __post_init__(self) -> None:
        declared: tuple[Parameter | Switch, ...] = (*self.parameters, *self.switches)
        wrong = [mistake for one in declared for mistake in one.mistakes()]
        wrong += _repeated("parameter name", (p.name for p in self.parameters))
        wrong += _repeated("parameter field", {p.name: p.field for p in self.parameters}.values())
        wrong += _repeated("symbol", (p.symbol for p in self.parameters))
        wrong += _repeated("switch name", (s.name for s in self.switches))
        wrong += _repeated("member of an ordered group", (name for group in self.ordered for name in group))
        if not wrong:
            wrong = [mistake for group in self.ordered for mistake in self._group_mistakes(group)]
            wrong += [mistake for rule in self.joint for mistake in rule.mistakes(self._parameters)]
        if wrong:
            raise ValueError("\n".join(wrong))

    def _group_mistakes(self, group: tuple[str, ...]) -> list[str]:
        """List what keeps an ordered group from being sorted without leaving an interval."""
        missing = [name for name in group if name not in self._parameters]
        if missing:
            return [f"ordered group {group}: {name!r} is not declared" for name in missing]
        members = [self._parameters[name] for name in group]
        wrong = []
        if len({(m.prior is None, m.kind) for m in members}) != 1:
            wrong.append(f"ordered group {group}: all members must have a prior, or none, and one kind")
        for key in ("default", "low", "high"):
            row = [getattr(m, key) for m in members]
            if row != sorted(row):
                wrong.append(f"ordered group {group}: {key} must not decrease, got {row}")
        return wrong

    @cached_property
    def _parameters(self) -> dict[str, Parameter]:
        return {parameter.name: parameter for parameter in self.parameters}

    @cached_property
    def _switches(self) -> dict[str, Switch]:
        return {switch.name: switch for switch in self.switches}

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Everything that several parameters obey together: ordered groups and joint rules."""
        return (*map(Ladder, self.ordered), *self.joint)

    def parameter(self, name: str) -> Parameter:
        """Give a parameter by name, or raise :class:`~whowhom.errors.UnknownNameError` with the nearest names."""
        if name not in self._parameters:
            raise UnknownNameError(self._unknown("parameter", name))
        return self._parameters[name]

    def switch(self, name: str) -> Switch:
        """Give a switch by name, or raise :class:`~whowhom.errors.UnknownNameError` with the nearest names."""
        if name not in self._switches:
            raise UnknownNameError(self._unknown("switch", name))
        return self._switches[name]

    def _unknown(self, kind: Literal["parameter", "switch"], name: str) -> str:
        known: Mapping[str, object] = self._parameters if kind == "parameter" else self._switches
        if name in self._parameters or name in self._switches:
            right = "switch" if kind == "parameter" else "parameter"
            return f"'{name}' is a {right}, not a {kind}. `{self.listed_by}` lists both."
        return unknown(kind, name, known, listed_by=self.listed_by)

    def defaults(self) -> dict[str, float]:
        """Give every parameter's default, in declared order."""
        return {parameter.name: parameter.default for parameter in self.parameters}

    def switch_defaults(self) -> dict[str, bool]:
        """Give every switch's default, in declared order."""
        return {switch.name: switch.default for switch in self.switches}

    def problems(self, values: Mapping[str, object], switches: Mapping[str, object]) -> list[str]:
        """List everything wrong with values and switches, at once.

        What is not mentioned has its default, also where parameters are checked together. A rule with a member that is wrong
        by itself is not looked at.

        Returns
        -------
        list of str
            One sentence a problem; empty if all is well.

        """
        right = self.numbers({name: value for name, value in values.items() if self._is_right(name, value)})
        rules = tuple(rule for rule in self.rules if not set(rule.members) & (values.keys() - right.keys()))
        return self.single_problems(values, switches) + self.joint_problems(self.defaults() | right, rules=rules)

    def single_problems(self, values: Mapping[str, object], switches: Mapping[str, object]) -> list[str]:
        """List what is wrong with each value and switch by itself; rules on several together are not looked at."""
        found = []
        for name, value in values.items():
            if name in self._parameters:
                found.append(self._parameters[name].problem(value, listed_by=self.listed_by))
            else:
                found.append(self._unknown("parameter", name))
        for name, value in switches.items():
            if name in self._switches:
                found.append(self._switches[name].problem(value, listed_by=self.listed_by))
            else:
                found.append(self._unknown("switch", name))
        return [sentence for sentence in found if sentence is not None]

    def numbers(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Give values with every label of a parameter turned into its number; all else, also what is wrong, as it is."""
        return {
            name: self._parameters[name].number(value) if self._is_right(name, value) else value
            for name, value in values.items()
        }

    def words(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Give values with every number that has a label turned into it; all else as it is."""
        return {
            name: self._parameters[name].text(self._parameters[name].number(value))
            if self._is_right(name, value) and self._parameters[name].labels
            else value
            for name, value in values.items()
        }

    def _is_right(self, name: str, value: object) -> bool:
        return name in self._parameters and self._parameters[name].problem(value) is None

    def joint_problems(self, values: Mapping[str, Any], *, rules: tuple[Rule, ...] | None = None) -> list[str]:
        """List how values break rules on several parameters (all by default); every member needs a value."""
        return [problem for rule in (self.rules if rules is None else rules) for problem in rule.problems(values)]

    def from_prior(self, u: Mapping[str, float]) -> dict[str, float]:
        """Turn shares of the priors into values.

        Members of an ordered group are drawn each from its own prior and then sorted; each stays within its interval,
        since the ends of the intervals do not decrease along a group. No draw can break a joint rule as long as what is not
        drawn has its default: declarations whose priors could are refused. Other values beside a draw are checked
        where settings are made of them.

        Parameters
        ----------
        u
            For each parameter to be drawn a number in (0, 1) [1].

        Returns
        -------
        dict
            A value for each name in `u`, in declared order.

        Raises
        ------
        UnknownNameError
            If a name is not declared.
        ParameterError
            If a parameter has no prior, a number is outside (0, 1), or an ordered group is drawn in part.

        """
        wrong = [sentence for name, share in u.items() for sentence in self._draw_problems(name, share)]
        for group in self.ordered:
            if 0 < len(u.keys() & set(group)) < len(group):
                missing = [name for name in group if name not in u]
                wrong.append(
                    f"ordered group {list(group)} must be drawn whole, got no draw for {missing}. Draw all or none."
                )
        if wrong:
            raise ParameterError(wrong)
        values = {p.name: p.from_prior(u[p.name]) for p in self.parameters if p.name in u}
        for group in self.ordered:
            if group[0] in u:
                values.update(zip(group, sorted(values[name] for name in group), strict=True))
        return values

    def _draw_problems(self, name: str, share: float) -> list[str]:
        if self.parameter(name).prior is None:
            return [
                f"'{name}' must have a prior to be drawn, got none. Leave it out; `{self.listed_by}` lists all priors."
            ]
        if isinstance(share, bool) or not isinstance(share, Real) or not 0.0 < share < 1.0:
            return [f"the share of '{name}' must be in (0, 1), got {quoted(share)}. It is a share of its prior."]
        return []

    def describe(self) -> dict[str, list[dict[str, Any]]]:
        """Give all declarations as plain data, ready for JSON: lists ``parameters``, ``switches`` and ``rules``."""
        return {
            "parameters": [parameter.describe() for parameter in self.parameters],
            "switches": [switch.describe() for switch in self.switches],
            "rules": [{"rule": rule.text(), "reason": rule.reason} for rule in self.joint],
        }


def _repeated(what: str, values: Iterable[str]) -> list[str]:
    """List the values that occur more than once."""
    return [f"{what} {value!r} must be unique, got {n} times" for value, n in Counter(values).items() if n > 1]

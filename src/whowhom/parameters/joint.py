"""Rules that several parameters obey together, declared beside them: shares of one whole, a lower and an upper end.

Each parameter by itself may lie in its interval and the two together mean nothing: three fifths of a person's attention on
the community and a half on the nation leave less than nothing for the province. Such a rule is declared once, as data, and
checked wherever values are: in a scenario, a schedule, a plausible set, an arm.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from whowhom.parameters.declared import Parameter
from whowhom.parameters.prior import number_text

#: Shares that are meant to fill a whole may miss it by the rounding of a path between two dates [1].
ROUNDING = 1e-12


@dataclass(frozen=True, kw_only=True)
class JointRule:
    """What some parameters come to, added up, is at most what others come to, or a number.

    A rule is linear, so on a path of straight lines it is broken nowhere unless it is broken at a point of the path.

    Attributes
    ----------
    small
        The parameters that are added up.
    large
        The one that they may not exceed; none if it is a number.
    most
        The number that they may not exceed, if `large` is empty.
    reason
        Why, and the way out: full sentences that end the error.
    """

    small: tuple[str, ...]
    large: tuple[str, ...] = ()
    most: float = 0.0
    reason: str

    @property
    def members(self) -> tuple[str, ...]:
        """All parameters of the rule."""
        return (*self.small, *self.large)

    def problem(self, values: Mapping[str, Any]) -> str | None:
        """Say how values break the rule, or ``None``; every member needs a value that is right by itself."""
        if self._sum(self.small, values) <= self.most + self._sum(self.large, values) + ROUNDING:
            return None
        named = " + ".join(f"'{name}'" for name in self.small)
        got = " + ".join(number_text(values[name]) for name in self.small)
        if self.large:
            limit = number_text(values[self.large[0]])
            return f"{named} must not be above '{self.large[0]}', got {got} above {limit}. {self.reason}"
        return f"{named} must be at most {number_text(self.most)}, got {got}. {self.reason}"

    def problems(self, values: Mapping[str, Any]) -> list[str]:
        """List how values break the rule: one sentence, or none."""
        problem = self.problem(values)
        return [] if problem is None else [problem]

    @staticmethod
    def _sum(names: tuple[str, ...], values: Mapping[str, Any]) -> float:
        return float(sum(values[name] for name in names))

    def mistakes(self, parameters: Mapping[str, Parameter]) -> list[str]:
        """List what is wrong with the rule itself: unknown members, defaults that break it, or priors that can.

        Priors are independent of each other, so the worst that they can draw together is the worst end of each. If that
        keeps the rule, no draw has to be thrown away or bent.
        """
        wrong = [
            f"joint rule {self.members}: {name!r} is not declared" for name in self.members if name not in parameters
        ]
        if not self.reason.endswith("."):
            wrong.append(f"joint rule {self.members}: reason must be full sentences, got {self.reason!r}")
        if wrong:
            return wrong
        for what, number in (("defaults", 0), ("priors", 1)):
            worst = {name: _end(parameters[name], number, name in self.small) for name in self.members}
            wrong += [f"joint rule {self.members}: {what} break it: {problem}" for problem in self.problems(worst)]
        return wrong

    def text(self) -> str:
        """Write the rule as the documents do."""
        limit = self.large[0] if self.large else number_text(self.most)
        return f"{' + '.join(self.small)} <= {limit}"


def _end(parameter: Parameter, number: int, upper: bool) -> float:  # noqa: FBT001  # which end, not a mode
    """Give the default, or the end of the prior that strains a rule most."""
    prior = parameter.prior
    if number == 0 or prior is None:
        return parameter.default
    ends = (parameter.low, parameter.high) if prior.kind == "normal" else (prior.a, prior.b)
    return ends[1] if upper else ends[0]


def parts_of_one(*names: str, reason: str) -> JointRule:
    """Parameters that are parts of one whole, or chances of which at most one comes true: together at most 1."""
    return JointRule(small=names, most=1.0, reason=reason)


def not_above(low: str, high: str, *, reason: str) -> JointRule:
    """Two parameters of which the first is never above the second."""
    return JointRule(small=(low,), large=(high,), reason=reason)


@dataclass(frozen=True)
class Ladder:
    """Parameters whose values must not decrease from one to the next.

    Attributes
    ----------
    members
        In their order.
    """

    members: tuple[str, ...]

    def problems(self, values: Mapping[str, Any]) -> list[str]:
        """List the neighbours whose values decrease; every member needs a value."""
        return [
            f"'{lower}' must not be above '{upper}', got {number_text(values[lower])} above "
            f"{number_text(values[upper])}. They are steps of one ladder; set both."
            for lower, upper in zip(self.members, self.members[1:], strict=False)
            if values[lower] > values[upper]
        ]


Rule = JointRule | Ladder

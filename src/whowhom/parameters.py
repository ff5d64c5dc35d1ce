"""What a parameter and a switch are: declared once, as data that checks itself and words its own error.

From one declaration come the check and its error text, the command line, the documents' table, the prior of the matching,
and the bad values of the tests. A model states its :class:`Declarations`; nothing here knows any model. The idea of a declaration that makes its own bad values is scikit-learn's ``_param_validation.py``.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from functools import cached_property
from itertools import pairwise
from numbers import Integral, Real
from typing import Any, Literal, cast

from whowhom.errors import DESCRIBE, ParameterError, UnknownNameError, quoted, unknown
from whowhom.priors import Prior, log_uniform, normal, number_text, uniform

_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")

__all__ = ["Declarations", "Parameter", "Prior", "Switch", "log_uniform", "normal", "number_text", "uniform"]


@dataclass(frozen=True)
class Parameter:
    """One number of a model.

    Attributes
    ----------
    name
        Public dotted name, for example ``apparatus.growth_per_week``.
    symbol
        Its letter in the equations; unique in a model.
    default
        Value in the absence of another, in [low, high].
    low, high
        The closed interval of values that make sense.
    unit
        For example ``"1/week"``; ``"1"`` if it has none.
    meaning
        A noun phrase that completes "It is the ...", for a person in the field.
    source
        Where the rule or the number comes from, or ``"Ours"``.
    equation
        The equation of the model it enters.
    prior
        What is believed before matching; ``None`` keeps it at its default.
    kind
        ``"int"`` if only whole numbers make sense.

    """

    name: str
    _: KW_ONLY
    symbol: str
    default: float
    low: float
    high: float
    unit: str
    meaning: str
    source: str
    equation: str
    prior: Prior | None = None
    kind: Literal["float", "int"] = "float"

    @property
    def field(self) -> str:
        """The name as a Python identifier, as compiled code spells it."""
        return self.name.replace(".", "_")

    def problem(self, value: object, *, listed_by: str = DESCRIBE) -> str | None:
        """Say what is wrong with a value, or ``None``.

        A bool, a text, ``None``, NaN and infinity are refused; a whole float such as ``3.0`` is a whole number.
        """
        rule = self._broken_rule(value)
        if rule is None:
            return None
        what = f"It is {self._phrase()}; `{listed_by}` lists all ranges."
        return f"'{self.name}' must be {rule}, got {quoted(value)}. {what}"

    def _broken_rule(self, value: object) -> str | None:
        interval = f"in [{number_text(self.low)}, {number_text(self.high)}]"
        if isinstance(value, bool) or not isinstance(value, Real):
            return f"a {'whole ' if self.kind == 'int' else ''}number {interval}"
        if not self.low <= cast(float, value) <= self.high:  # false for NaN too
            return interval
        if self.kind == "int" and not (isinstance(value, Integral) or float(value).is_integer()):
            return f"a whole number {interval}"
        return None

    def _phrase(self) -> str:
        has_article = self.meaning.split(" ", 1)[0].lower() in ("the", "a", "an")
        return self.meaning if has_article else f"the {self.meaning}"

    def bad_values(self) -> list[object]:
        """Give values that must be refused, for tests: just outside each end, far outside, of the wrong kind."""
        bad: list[object] = [math.nextafter(self.low, -math.inf), math.nextafter(self.high, math.inf)]
        bad += [
            self.low - 1 - abs(self.low),
            self.high + 1 + abs(self.high),
            -(10**400),
            10**400,
            -math.inf,
            math.inf,
            math.nan,
        ]
        bad += [True, False, None, "", number_text(self.default), [self.default], {}, complex(self.default)]
        if self.kind == "int" and self.low < self.high:
            bad.append(self.low + 0.5)
        return bad

    def from_prior(self, u: float) -> float:
        """Give the value at a share `u` of the prior; the default if there is no prior.

        A whole-number parameter has a uniform prior over the whole numbers, both ends included.
        """
        if self.prior is None:
            return self.default
        if self.kind == "int" and self.prior.kind == "uniform":
            return min(self.prior.b, math.floor(self.prior.a + u * (self.prior.b - self.prior.a + 1)))
        return self.prior.quantile(u, self.low, self.high)

    def mistakes(self) -> list[str]:
        """List what is wrong with the declaration itself."""
        wrong = _text_mistakes(self, ("name", "symbol", "unit", "meaning", "source", "equation"))
        if self.meaning.endswith("."):
            wrong.append(f"{self.name}: meaning must be a noun phrase without a full stop, got {self.meaning!r}")
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low <= self.high):
            wrong.append(f"{self.name}: low and high must be finite and in order, got {self.low!r} and {self.high!r}")
        elif self.problem(self.default) is not None:
            wrong.append(f"{self.name}: {self.problem(self.default)}")
        if self.kind not in ("float", "int"):
            wrong.append(f"{self.name}: kind must be 'float' or 'int', got {self.kind!r}")
        return wrong + self._prior_mistakes()

    def _prior_mistakes(self) -> list[str]:
        if self.prior is None:
            return []
        ends = (self.prior.a,) if self.prior.kind == "normal" else (self.prior.a, self.prior.b)
        if not all(self.low <= end <= self.high for end in ends):
            interval = f"[{number_text(self.low)}, {number_text(self.high)}]"
            return [f"{self.name}: prior {self.prior.text()} must lie in {interval}"]
        if self.kind == "int" and (
            self.prior.kind not in ("uniform", "fixed") or not all(float(end).is_integer() for end in ends)
        ):
            return [f"{self.name}: a whole number must have a uniform prior between whole numbers, or a fixed one"]
        return []

    def describe(self) -> dict[str, Any]:
        """Give the declaration as plain data, ready for JSON."""
        plain = ("name", "symbol", "default", "low", "high", "unit", "meaning", "source")
        row: dict[str, Any] = {key: getattr(self, key) for key in plain}
        return row | {"prior": None if self.prior is None else self.prior.text(), "equation": self.equation}


@dataclass(frozen=True)
class Switch:
    """One instrument or circumstance that can be taken out of a history.

    Attributes
    ----------
    name, meaning
        Public name, for example ``executions``; what it does when on, for a person in the field.
    off_means
        The off value: what happens in its place.
    rung
        The rung of the ladder it comes with, or ``"constant, from the scenario"``.
    equation, source
        As for a parameter.
    default
        Whether it is on in the absence of another word.

    """

    name: str
    _: KW_ONLY
    meaning: str
    off_means: str
    rung: str
    equation: str
    source: str
    default: bool = True

    def problem(self, value: object, *, listed_by: str = DESCRIBE) -> str | None:
        """Say what is wrong with a value, or ``None``; only true and false are right."""
        if isinstance(value, bool):
            return None
        return (
            f"switch '{self.name}' must be true or false, got {quoted(value)}. "
            f"Off means: {self.off_means.rstrip('.')}; `{listed_by}` lists all switches."
        )

    def mistakes(self) -> list[str]:
        """List what is wrong with the declaration itself."""
        wrong = _text_mistakes(self, ("name", "meaning", "off_means", "rung", "equation", "source"))
        if not isinstance(self.default, bool):
            wrong.append(f"{self.name}: default must be True or False, got {self.default!r}")
        return wrong

    def describe(self) -> dict[str, Any]:
        """Give the declaration as plain data, ready for JSON."""
        keys = ("name", "meaning", "off_means", "rung", "equation", "source", "default")
        return {key: getattr(self, key) for key in keys}


def _text_mistakes(declared: Parameter | Switch, fields: Sequence[str]) -> list[str]:
    """List the texts of a declaration that are missing, and a name that cannot be typed."""
    wrong = []
    for field in fields:
        text = getattr(declared, field)
        if not (isinstance(text, str) and text.strip()):
            wrong.append(f"{declared.name!r}: {field} must be a text that says something, got {text!r}")
    if isinstance(declared.name, str) and not _NAME.fullmatch(declared.name):
        wrong.append(f"{declared.name!r}: a name must be lower-case words with '_', joined by '.'")
    return wrong


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

    Raises
    ------
    ValueError
        If the declarations contradict themselves; the text lists every mistake.

    """

    parameters: tuple[Parameter, ...]
    switches: tuple[Switch, ...] = ()
    ordered: tuple[tuple[str, ...], ...] = ()
    listed_by: str = DESCRIBE

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

        What is not mentioned has its default, also where an ordered group is checked.

        Returns
        -------
        list of str
            One sentence a problem; empty if all is well.

        """
        found = []
        for name, value in values.items():
            declared = self._parameters.get(name)
            found.append(
                declared.problem(value, listed_by=self.listed_by) if declared else self._unknown("parameter", name)
            )
        for name, value in switches.items():
            known = self._switches.get(name)
            found.append(known.problem(value, listed_by=self.listed_by) if known else self._unknown("switch", name))
        right = {name: value for name, value in values.items() if self._is_right(name, value)}
        return [sentence for sentence in found if sentence is not None] + self.order_problems(self.defaults() | right)

    def _is_right(self, name: str, value: object) -> bool:
        return name in self._parameters and self._parameters[name].problem(value) is None

    def order_problems(self, values: Mapping[str, Any]) -> list[str]:
        """List the neighbours in ordered groups whose values decrease; every member needs a value."""
        found = []
        for group in self.ordered:
            for lower, upper in pairwise(group):
                if values[lower] > values[upper]:
                    found.append(
                        f"'{lower}' must not be above '{upper}', got {number_text(values[lower])} above "
                        f"{number_text(values[upper])}. They are steps of one ladder; set both."
                    )
        return found

    def from_prior(self, u: Mapping[str, float]) -> dict[str, float]:
        """Turn shares of the priors into values.

        Members of an ordered group are drawn each from its own prior and then sorted; each stays within its interval,
        since the ends of the intervals do not decrease along a group.

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
        """Give all declarations as plain data, ready for JSON: lists ``parameters`` and ``switches``."""
        return {
            "parameters": [parameter.describe() for parameter in self.parameters],
            "switches": [switch.describe() for switch in self.switches],
        }


def _repeated(what: str, values: Iterable[str]) -> list[str]:
    """List the values that occur more than once."""
    return [f"{what} {value!r} must be unique, got {n} times" for value, n in Counter(values).items() if n > 1]

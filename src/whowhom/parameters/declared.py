"""One declared thing: a parameter or a switch, as data that checks a value and words its own error.

The idea of a declaration that makes its own bad values is scikit-learn's ``_param_validation.py``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from numbers import Integral, Real
from typing import Any, Literal, cast

from whowhom.errors import DESCRIBE, quoted
from whowhom.parameters.prior import Prior, number_text

_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
_LABEL = re.compile(r"[a-z][a-z0-9_]*")


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
    labels
        Words for the whole numbers 0, 1, 2, ... if the parameter is a choice between readings of a rule and no amount. Users
        write and read the word; the number is what is stored, hashed and handed to compiled code.

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
    labels: tuple[str, ...] = ()

    @property
    def field(self) -> str:
        """The name as a Python identifier, as compiled code spells it."""
        return self.name.replace(".", "_")

    def problem(self, value: object, *, listed_by: str = DESCRIBE) -> str | None:
        """Say what is wrong with a value, or ``None``.

        A bool, a text, ``None``, NaN and infinity are refused; a whole float such as ``3.0`` is a whole number. One text is
        right: a label of this parameter.
        """
        rule = self._broken_rule(value)
        if rule is None:
            return None
        what = f"It is {self._phrase()}; `{listed_by}` lists all ranges."
        return f"'{self.name}' must be {rule}, got {quoted(value)}. {what}"

    def _broken_rule(self, value: object) -> str | None:
        if isinstance(value, str) and value in self.labels:
            return None
        if self.labels:
            return None if self._is_code(value) else f"one of {', '.join(map(repr, self.labels))}"
        interval = f"in [{number_text(self.low)}, {number_text(self.high)}]"
        if isinstance(value, bool) or not isinstance(value, Real):
            return f"a {'whole ' if self.kind == 'int' else ''}number {interval}"
        if not self.low <= cast(float, value) <= self.high:  # false for NaN too
            return interval
        if self.kind == "int" and not (isinstance(value, Integral) or float(value).is_integer()):
            return f"a whole number {interval}"
        return None

    def _is_code(self, value: object) -> bool:
        """Whether a value is the number of a label."""
        return not isinstance(value, bool) and isinstance(value, Real) and value in range(len(self.labels))

    def number(self, value: float | str) -> float:
        """Give the number of a label; a number is given back as it is. Anything else has been refused by :meth:`problem`."""
        return self.labels.index(value) if isinstance(value, str) else value

    def text(self, value: float) -> str:
        """Write a value as a person does: the label if there are labels, else the shortest exact number."""
        return self.labels[int(value)] if self.labels else number_text(value)

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
        half = math.floor(self.low) + 0.5
        if self.kind == "int" and not half.is_integer():  # from 2**52 on no float has a fraction
            bad.append(half)
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
        return wrong + self._label_mistakes() + self._prior_mistakes()

    def _label_mistakes(self) -> list[str]:
        """List what keeps labels from being the names of 0, 1, 2, ... that can be told from numbers."""
        if not self.labels:
            return []
        wrong = []
        if self.kind != "int" or (self.low, self.high) != (0, len(self.labels) - 1):
            rule = f"must be whole numbers in [0, {len(self.labels) - 1}]"
            wrong.append(f"{self.name}: labels {rule}, got {self.kind} in {self.low!r} to {self.high!r}")
        if len(set(self.labels)) < len(self.labels):
            wrong.append(f"{self.name}: labels must differ, got {self.labels}")
        for label in self.labels:
            if not _LABEL.fullmatch(label) or label in ("nan", "inf", "infinity"):
                wrong.append(f"{self.name}: a label must be lower-case words with '_' and no number, got {label!r}")
        return wrong

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
        row |= {"labels": list(self.labels)} if self.labels else {}
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

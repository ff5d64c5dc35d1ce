"""What is believed about a parameter before any record is looked at: four kinds of prior, each by its inverse function.

A value is drawn from one uniform number by the inverse of the distribution function: one keyed draw gives one value.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

_STANDARD = NormalDist()
_SHORT = {"uniform": "U", "log_uniform": "LU", "normal": "N", "fixed": "fixed"}


def number_text(value: float) -> str:
    """Write a number as short as it can be read back exactly: ``2``, ``0.1``, ``1e-06``."""
    text = repr(float(value))
    return text.removesuffix(".0")


@dataclass(frozen=True)
class Prior:
    """What is believed about a parameter before any record is looked at.

    Attributes
    ----------
    kind
        ``"uniform"``, ``"log_uniform"``, ``"normal"`` (each truncated to the parameter's interval) or ``"fixed"``.
    a, b
        The two ends; for ``"normal"`` the mean and the standard deviation; for ``"fixed"`` the value, twice.
        In the parameter's unit.

    Raises
    ------
    ValueError
        If the numbers do not describe a distribution.

    """

    kind: Literal["uniform", "log_uniform", "normal", "fixed"]
    a: float
    b: float

    def __post_init__(self) -> None:
        if self.kind not in _SHORT:
            raise ValueError(f"a prior's kind must be one of {sorted(_SHORT)}, got {self.kind!r}")
        if not (math.isfinite(self.a) and math.isfinite(self.b)):
            raise ValueError(f"a prior's numbers must be finite, got {self.a!r} and {self.b!r}")
        if self.kind in ("uniform", "log_uniform") and not self.a < self.b:
            raise ValueError(f"{self.text()} must have its lower end first")
        if self.kind == "log_uniform" and self.a <= 0:
            raise ValueError(f"{self.text()} must have a lower end above 0, since a logarithm is taken")
        if self.kind == "normal" and self.b <= 0:
            raise ValueError(f"{self.text()} must have a standard deviation above 0")

    @classmethod
    def uniform(cls, low: float, high: float) -> Prior:
        """Every value between two ends equally likely."""
        return cls("uniform", low, high)

    @classmethod
    def log_uniform(cls, low: float, high: float) -> Prior:
        """Every order of magnitude between two ends (above 0) equally likely."""
        return cls("log_uniform", low, high)

    @classmethod
    def normal(cls, mean: float, sd: float) -> Prior:
        """Values near a mean more likely; truncated to the parameter's interval."""
        return cls("normal", mean, sd)

    @classmethod
    def fixed(cls, value: float) -> Prior:
        """One value, known for certain."""
        return cls("fixed", value, value)

    def text(self) -> str:
        """Write the prior as the documents do: ``LU(0.01, 0.1)``."""
        numbers = (self.a,) if self.kind == "fixed" else (self.a, self.b)
        return f"{_SHORT[self.kind]}({', '.join(map(number_text, numbers))})"

    def quantile(self, u: float, low: float, high: float) -> float:
        """Give the value below which a share `u` of the prior lies, once it is truncated to an interval.

        Truncation rescales the distribution function, F(low) + u (F(high) - F(low)), so no value is piled up at an end.

        Parameters
        ----------
        u
            Share of the truncated prior, in [0, 1] [1].
        low, high
            The closed interval, in the parameter's unit.

        Returns
        -------
        float
            A value in [low, high].

        Raises
        ------
        ValueError
            If `u` is outside [0, 1] or the prior has no mass in the interval.

        """
        if not 0.0 <= u <= 1.0:
            raise ValueError(f"u must be in [0, 1], got {u!r}. It is a share of the prior")
        if self.kind == "normal":
            value, lower, upper = _normal_quantile(u, low=low, high=high, mean=self.a, sd=self.b), low, high
        else:
            lower, upper = max(self.a, low), min(self.b, high)
            value = self._straight(u, lower, upper) if lower <= upper else math.nan
        if math.isnan(value):
            raise ValueError(f"{self.text()} has no mass in [{number_text(low)}, {number_text(high)}]")
        return min(upper, max(lower, value))  # against the last bit of rounding only

    def _straight(self, u: float, lower: float, upper: float) -> float:
        """Divide an interval in the ratio of u, or the interval of its logarithms."""
        if self.kind == "log_uniform":
            return math.exp(math.log(lower) + u * (math.log(upper) - math.log(lower)))
        return lower + u * (upper - lower)


uniform = Prior.uniform
log_uniform = Prior.log_uniform
normal = Prior.normal


def _normal_cdf(z: float) -> float:
    """Give the standard normal distribution function; by erfc, which keeps its digits far below 0 (NormalDist's does not)."""
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


def _normal_quantile(u: float, *, low: float, high: float, mean: float, sd: float) -> float:
    """Invert the truncated normal distribution; mirrored if the interval lies above the mean, where F nears 1; or NaN."""
    if low > mean:
        return -_normal_quantile(1.0 - u, low=-high, high=-low, mean=-mean, sd=sd)
    at_low, at_high = _normal_cdf((low - mean) / sd), _normal_cdf((high - mean) / sd)
    if not at_high > at_low:
        return math.nan
    p = at_low + u * (at_high - at_low)
    if p <= 0.0:
        return low
    return high if p >= 1.0 else mean + sd * _STANDARD.inv_cdf(p)

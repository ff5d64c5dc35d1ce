"""Numbers and dates as a report writes them: recorded ones in full, simulated ones with honest digits."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date

MINUS = "\u2212"
NONE = "\u2013"  # where there is no number
THIN = "\u202f"  # between a number and its percent sign

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def simulated(value: float | None, *, digits: int = 3) -> str:
    """Write a simulated number with a few significant digits: 31,200 or 0.0312; a dash if there is none.

    More digits would say something about the random numbers and nothing about the model.
    """
    if value is None or math.isnan(value):
        return NONE
    if math.isinf(value):
        return "unbounded"
    if value == 0.0:
        return "0"
    sign = MINUS if value < 0 else ""
    magnitude = math.floor(math.log10(abs(value)))
    rounded = round(abs(value), digits - 1 - magnitude)
    places = max(0, digits - 1 - math.floor(math.log10(rounded)))
    text = f"{rounded:,.{places}f}"
    return sign + (text.rstrip("0").rstrip(".") if places > digits else text)


def percent(share: float | None) -> str:
    """Write a share as a whole percentage, or with a digit where it is near 0 or 1."""
    if share is None or math.isnan(share):
        return NONE
    near = 0.0 < share < 0.01 or 0.99 < share < 1.0
    return f"{100 * share:.{1 if near else 0}f}{THIN}%"


def rough(value: float | None) -> str:
    """Write a simulated number with two digits, as the ends of an interval deserve."""
    return simulated(value, digits=2)


def points(difference: float | None) -> str:
    """Write a difference of shares in percentage points, with its sign."""
    if difference is None or math.isnan(difference):
        return NONE
    return signed(round(100 * difference, 1), digits=2)


def signed(value: float | None, *, digits: int = 3) -> str:
    """Write a number with its sign, also a positive one."""
    text = simulated(value, digits=digits)
    return text if text in (NONE, "0") or text.startswith(MINUS) else f"+{text}"


def rough_signed(value: float | None) -> str:
    """Write a number with two digits and its sign."""
    return signed(value, digits=2)


def interval(low: float, high: float, *, write: Callable[[float], str] = rough) -> str:
    """Write the two ends of an interval; `write` writes one of them."""
    if math.isnan(low) or math.isnan(high):
        return "no interval"
    first, last = write(low), write(high)
    return f"{first.removesuffix(f'{THIN}%') if last.endswith('%') else first} to {last}"


def day(when: date) -> str:
    """Write a date in words: 1 March 1922."""
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def month(when: date) -> str:
    """Write the month of a date: March 1922."""
    return f"{_MONTHS[when.month - 1]} {when.year}"


def formula(method: object) -> str:
    """Name the formula of an interval; "score" is a statistician's word that others read as points in a game."""
    return str(method).replace("'s score", "'s interval")


def counted(n: int, one: str, many: str | None = None) -> str:
    """Write a count with its noun: 1 history, 20 histories."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def listed(words: list[str], *, last: str = "and") -> str:
    """Write words as a sentence lists them: a, b and c."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"

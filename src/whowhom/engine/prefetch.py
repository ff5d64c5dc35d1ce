"""Ask memory for a line before it is needed. It changes no result, and in plain Python it does nothing."""

from __future__ import annotations

from typing import Any

from whowhom.engine.kernel import COMPILED


def _nothing(array: Any, place: int) -> None:
    """Do nothing: in plain Python there is no line to ask for."""


def _instruction() -> Any:
    if not COMPILED:
        return _nothing
    from whowhom.engine.prefetch_code import fetch

    return fetch


fetch = _instruction()
"""`fetch(array, place)`: ask memory for the line of `array[place]`."""

"""Claims about nothing: one that holds, one that does not, one that begins to, one that raises, and what they look like."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from whowhom.verification.claim import (
    ANALYTIC,
    NOT_REPRODUCED,
    PUBLISHED_NUMBER,
    PUBLISHED_SIGN,
    Claim,
    Measured,
    estimated,
    exactly,
)


def claim(name: str, **changes: Any) -> Claim:
    """A published number that is reproduced, with changes."""
    declared: dict[str, Any] = {
        "name": name,
        "model": "machine",
        "sentence": "A mean [of nothing] is sixty.",
        "source": "Nobody 1900, p. 1",
        "evidence": PUBLISHED_NUMBER,
        "expected": "60 (50 to 70)",
        "check": lambda: estimated(64.71, standard_error=2.16, low=50.0, high=70.0),
    }
    return Claim(**{**declared, **changes})


def _raise() -> Measured:
    raise RuntimeError("the dice fell off the table")


def _draw(path: Path) -> None:
    path.write_text("<svg/>", encoding="utf-8")


HOLDS = claim("holds", figure=_draw)
SIGN = claim("sign", evidence=PUBLISHED_SIGN, check=lambda: Measured("17 of 20", holds=True, note="Seeds 0 to 19."))
THEORY = claim("theory", evidence=ANALYTIC, check=lambda: exactly(12.22209, 12.22209, within=1e-9))
FAILS = claim("fails", check=lambda: estimated(21.4, standard_error=1.0, low=50.0, high=70.0))
KNOWN_NOT = claim(
    "known not",
    check=lambda: estimated(0.0, standard_error=0.0, low=50.0, high=70.0),
    expected_result=NOT_REPRODUCED,
    why="no implementation shows it (Somebody 2026, 0 of 20).",
)
BEGINS = claim("begins", expected_result=NOT_REPRODUCED, why="no implementation shows it.")
RAISES = claim("raises", check=_raise)
KNOWN_NOT_RAISES = claim(
    "known not, raises", check=_raise, expected_result=NOT_REPRODUCED, why="no implementation shows it."
)

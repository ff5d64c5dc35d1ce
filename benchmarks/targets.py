"""How often a case of the apparatus's own finds nobody: `./dev bench targets`.

Exact for a province of adults with empty dossiers: each of sixteen places is an adult with the adult share and passes the test of the dossier with 1 / (1 + 15 w).
"""

from __future__ import annotations

ADULTS, ATTEMPTS = 0.55, 16


def missed(weight: float, adults: float = ADULTS) -> float:
    """Share of cases that find nobody [1]."""
    return float((1.0 - adults / (1.0 + 15.0 * weight)) ** ATTEMPTS)


if __name__ == "__main__":
    print("dossier weight   cases that find nobody")
    for weight in (0.0, 0.1, 0.2, 0.3):
        print(f"{weight:14g}   {missed(weight):.2g}")

"""What is written down of a week: sums, means and the nation's fields, from which the observables are made."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.bundle import Bundle
from whowhom.engine.kernel import entry
from whowhom.engine.population import (
    FLOWS,
    NATION_FIELDS,
    PARTY_KIND,
    PROVINCE_FIELDS,
    STRATUM_FIELDS,
    World,
    as_words,
    columns_of,
)

COUNTED = (
    *(f"{span}_{name}" for name in FLOWS for span in ("week", "total")),
    *("detained", "camp", "exile", "hostages", "abroad", "camp_weeks", "adults"),
)
"""Counts of strata that are summed, in persons of the country: over all, and over party members and cadres."""
AVERAGED = (
    "officers", "informers", "load", "quality", "sum_weight", "sum_fear", "sum_anger", "sum_shift", "sum_free", "sum_hidden"
)  # fmt: skip
"""Numbers of provinces that are summed, and averaged by inhabitants."""
NATION = NATION_FIELDS.names or ()
_REAL = tuple(name for name in NATION if NATION_FIELDS[name] == np.float64)


class Ledger(Bundle):
    """A world's tables as words, and which of them are written down.

    Attributes
    ----------
    strata, provinces, nation : int64, float64, int64 [rows, words]
        The tables of the world.
    nation_reals : float64 [1, words]
        The nation again.
    counted, averaged : int64
        Columns of `COUNTED` and `AVERAGED`.
    is_real : uint8 [fields of the nation]
        Whether a field is a real number.
    """

    strata: NDArray[np.int64]
    provinces: NDArray[np.float64]
    nation: NDArray[np.int64]
    nation_reals: NDArray[np.float64]
    counted: NDArray[np.int64]
    averaged: NDArray[np.int64]
    is_real: NDArray[np.uint8]


def ledger_of(w: World) -> Ledger:
    """The ledger of a world, good as long as these tables of it are not replaced."""
    return Ledger(
        strata=as_words(w.stratum),
        provinces=as_words(w.province).view(np.float64),
        nation=as_words(w.nation),
        nation_reals=as_words(w.nation).view(np.float64),
        counted=columns_of(STRATUM_FIELDS, COUNTED),
        averaged=columns_of(PROVINCE_FIELDS, AVERAGED),
        is_real=np.array([name in _REAL for name in NATION], np.uint8),
    )


def slices_of(lengths: Iterable[tuple[str, int]]) -> dict[str, slice]:
    """Where each part of a row stands."""
    found, first = {}, 0
    for name, length in lengths:
        found[name] = slice(first, first + length)
        first += length
    return found


PARTS = slices_of(
    (
        ("total", len(COUNTED)),
        ("inside", len(COUNTED)),
        ("sum", len(AVERAGED)),
        ("mean", len(AVERAGED)),
        ("use", 4),
        ("nation", len(NATION)),
    )
)
"""Parts of the row of a week."""
LENGTH = PARTS["nation"].stop
"""Numbers in the row of a week."""


@entry
def write_down(w, ledger, row):
    """Write the row of a week.

    Parameters
    ----------
    w : World
    ledger : Ledger
    row : float64 [LENGTH]
        As in `PARTS`.

    **Writes** row. **Draws** nothing. **Update** sums in storage order. **Cost** strata, provinces.
    """
    counts = len(ledger.counted)
    for k in range(counts):
        column = ledger.counted[k]
        total = 0.0
        inside = 0.0
        for s in range(len(w.stratum)):
            represented = w.stratum[s].weight * ledger.strata[s, column]
            total += represented
            if w.stratum[s].kind >= PARTY_KIND:
                inside += represented
        row[k] = total
        row[counts + k] = inside
    people = 0.0
    for r in range(len(w.province)):
        people += w.province[r].persons
    first = 2 * counts
    averaged = len(ledger.averaged)
    for k in range(averaged):
        column = ledger.averaged[k]
        total = 0.0
        mean = 0.0
        for r in range(len(w.province)):
            total += ledger.provinces[r, column]
            mean += ledger.provinces[r, column] * w.province[r].persons
        row[first + k] = total
        row[first + averaged + k] = mean / people
    first += 2 * averaged
    for k in range(4):
        mean = 0.0
        for r in range(len(w.province)):
            mean += w.use[r, k] * w.province[r].persons
        row[first + k] = mean / people
    first += 4
    for k in range(len(ledger.is_real)):
        row[first + k] = ledger.nation_reals[0, k] if ledger.is_real[k] else float(ledger.nation[0, k])

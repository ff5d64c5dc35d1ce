"""What could be written by mistake for a field or a code: its neighbour in the same row, the next code of the same kind."""

from __future__ import annotations

import numpy as np

from whowhom.engine import population
from whowhom.mechanisms import stream
from whowhom.models.machine.world import PARAMETER_FIELDS

ROWS = (
    population.COMMUNITY_FIELDS,
    population.STRATUM_FIELDS,
    population.SETTLEMENT_FIELDS,
    population.POOL_FIELDS,
    population.PROVINCE_FIELDS,
    population.INBOX_FIELDS,
    population.NATION_FIELDS,
    PARAMETER_FIELDS,
)
_KINDS = (
    ("QUIET", "VOICE", "ARMED", "DETAINED", "CAMP", "EXILE", "EXECUTED", "DEAD", "HOSTAGE", "ABROAD"),
    ("CHILD", "PEASANT", "WORKER", "URBAN", "SOLDIER", "PARTY", "CADRE"),
    ("ROLE_BITS", "FOUNDER_BIT", "EXPELLED_BIT", "DESERTER_BIT"),
    ("VILLAGE", "FACTORY", "TOWN", "HOMES", "PARTY_KIND", "CADRE_KIND"),
    ("EVER_VOICE", "EVER_ARMED", "HIT", "CONDEMNED"),
    ("VOICE_HERE", "ARMED_HERE", "HELD_HERE", "STIRRED"),
    ("OPEN_CASE", "NAMED_CASE", "SELF_CASE", "INFORMER_CASE", "QUOTA_CASE", "CAPTIVE_CASE"),
    tuple(name for name in vars(stream) if name.isupper()),
)
CODES = {name: kind[(k + 1) % len(kind)] for kind in _KINDS for k, name in enumerate(kind)}
"""Each code or stream and what follows it."""
VALUES: dict[str, object] = {name: getattr(population if hasattr(population, name) else stream, name) for name in CODES}
ARRAYS = ("state", "role", "record", "marks")
"""One byte for each person."""


def field_beside(name: str, beside: frozenset[str]) -> str:
    """The next field of the same kind of number in the row that has all of `beside`; '' if there is none, or no such row.

    Of parameters, the next one of the same mechanism.
    """
    if name in ARRAYS:
        return ARRAYS[(ARRAYS.index(name) + 1) % len(ARRAYS)]
    for row in ROWS:
        if beside <= set(row.names or ()) and name in (row.names or ()):
            alike = [other for other in row.names or () if _sort(row, other) == _sort(row, name)]
            return alike[(alike.index(name) + 1) % len(alike)] if len(alike) > 1 else ""
    return ""


def _sort(row: np.dtype[np.void], name: str) -> tuple[str, ...]:
    """What neighbours have in common: whole or real, and in parameters the first part of the name."""
    known = row.fields
    assert known is not None
    whole = "real" if known[name][0].kind == "f" else "whole"
    return (whole, name.split("_")[0]) if row is PARAMETER_FIELDS else (whole,)

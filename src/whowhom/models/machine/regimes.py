"""Regimes of behaviour: which of the patterns of twenty years that the design asks for (MODEL 3.10) a history shows.

The definitions are those of the design, made on prototypes; what is added to them here, because they left it open, is said at each and marked "Ours".
A history may show several regimes, or none. Which regimes exist says what the mechanisms can do, not what happened anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.population import PARTY_KIND
from whowhom.engine.settings import Settings
from whowhom.models.machine.model import MACHINE

YEAR = 52
YEARS = 20
WEEKS = YEARS * YEAR
"""Length of the histories that the definitions are about [week]."""

QUIET_DISSENT = 0.005
OUTBURST_DISSENT, OUTBURST_RATIO = 0.004, 4.0
EARLY = 2 * YEAR
RATCHET_USE, RATCHET_STAFF = 0.1, 1.3
PURGED, PURGE_RATIO = 0.05, 2.0
THAW_RISE, THAW_OPPOSITION = 10.0, 0.2

INSTRUMENTS = ("arrests", "executions", "camps", "exile")
"""Switches whose use the thaw sets to 0."""

REGIMES = {
    "quiet": "stable quiet: open dissent stays below 0.5 % of free adults for 20 years",
    "outbursts": "punctuated outbursts: after year 2 the peak of open dissent is more than 4 times its median, and above 0.4 %",
    "cascade": "cascade, overthrow: collapse before week 104",
    "ratchet": "escalation ratchet: in the last 4 years instruments are used more by over 0.1 than in years 4 to 8, "
    "the apparatus is at least 1.3 times as large, and open dissent is not lower",
    "purge": "runaway purge: for a year on end more than 5 % of insiders are in custody, camp or exile or executed, "
    "and more than 2 times the share of others",
    "thaw": "thaw: within a year after all instruments are laid down open dissent rises more than 10-fold, hidden opposition unchanged",
    "late fall": "late collapse: collapse after week 104",
}
"""Name -> definition of each regime, in the design's order."""

Series = NDArray[np.float64]


@dataclass(frozen=True)
class Passage:
    """What the definitions look at in one history; row t is the state after t weeks, the last row that of the end or of the collapse.

    Attributes
    ----------
    dissent, staff, hidden
        The observables `open_dissent`, `staff` and `hidden_opposition`.
    use
        Use of instruments, the mean of the four observables `use_*` [1]. Ours: the prototype of the design had a single one.
    insiders, others
        Share of the adults of party and cadre communities, and of all other adults, who are in custody, camp or exile or
        executed [1].
    ended
        Week of the collapse, None if there was none [week].
    """

    dissent: Series
    staff: Series
    hidden: Series
    use: Series
    insiders: Series
    others: Series
    ended: int | None


def live(settings: Settings, *, persons: int, seed: int, weeks: int = WEEKS) -> Passage:
    """Live one history of the machine and keep what the definitions look at.

    Parameters
    ----------
    settings
        Parameters and switches.
    persons
        Simulated persons.
    seed
        Key of all draws.
    weeks
        The last week; twenty years unless told [week].
    """
    world = MACHINE.build(settings, persons=persons, seed=seed)
    stratum = world.arrays.stratum.view(np.ndarray)
    inside = stratum["kind"] >= PARTY_KIND
    adults = stratum["weight"] * stratum["adults"]
    rows, hit = [], []
    while True:
        rows.append(world.observe())
        stratum = world.arrays.stratum.view(np.ndarray)
        hit.append(stratum["weight"] * sum(stratum[x] for x in ("detained", "camp", "exile", "total_executed")))
        if not world.alive or world.tick >= weeks:
            break
        world.step()
    table, taken = np.array(rows).T, np.array(hit)
    seen: Mapping[str, Series] = dict(zip((x.name for x in MACHINE.observables), table, strict=True))
    return Passage(
        dissent=seen["open_dissent"],
        staff=seen["staff"],
        hidden=seen["hidden_opposition"],
        use=np.mean([seen[f"use_{x}"] for x in ("arrest", "exile", "camp", "execution")], axis=0),
        insiders=taken[:, inside].sum(axis=1) / adults[inside].sum(),
        others=taken[:, ~inside].sum(axis=1) / adults[~inside].sum(),
        ended=None if world.alive else world.tick,
    )


def regimes_of(passage: Passage) -> frozenset[str]:
    """Name the regimes that a history of twenty years shows; the thaw is not among them, see `thawed`.

    Notes
    -----
    "max V+G < 0.5 %" and "max after year 2 > 4 x median and > 0.4 %": V+G is open dissent, armed or not, of free adults; the median is
    over the same weeks as the maximum; both are asked only of a history that did not fall (Ours).
    """
    whole = passage.ended is None and len(passage.dissent) > WEEKS
    later = passage.dissent[EARLY:]
    shown = {
        "quiet": whole and bool(passage.dissent.max() < QUIET_DISSENT),
        "outbursts": whole and bool(later.max() > max(OUTBURST_RATIO * np.median(later), OUTBURST_DISSENT)),
        "cascade": passage.ended is not None and passage.ended < EARLY,
        "ratchet": ratcheted(passage),
        "purge": purged(passage),
        "late fall": passage.ended is not None and passage.ended >= EARLY,
    }
    return frozenset(name for name, found in shown.items() if found)


def ratcheted(passage: Passage) -> bool:
    """Whether a history is an escalation ratchet.

    Notes
    -----
    "last 4 y mean u higher by > 0.1 than years 4-8, apparatus >= 1.3x, V not lower": all three are means over the four years. The last
    four years are those before the end or the collapse, and begin after year 8 (Ours).
    """
    if len(passage.dissent) <= 12 * YEAR:
        return False
    early, late = slice(4 * YEAR, 8 * YEAR), slice(-4 * YEAR, None)
    return bool(
        passage.use[late].mean() > passage.use[early].mean() + RATCHET_USE
        and passage.staff[late].mean() >= RATCHET_STAFF * passage.staff[early].mean()
        and passage.dissent[late].mean() >= passage.dissent[early].mean()
    )


def purged(passage: Passage) -> bool:
    """Whether a history has a runaway purge of insiders.

    Notes
    -----
    "> 5 % of insiders in custody, camp, exile or executed and > 2x others": both in every week of at least one whole year, so that a
    purge that has ended counts and a lucky week does not (Ours).
    """
    holds = (passage.insiders > PURGED) & (passage.insiders > PURGE_RATIO * passage.others)
    run = np.convolve(holds.astype(np.int64), np.ones(YEAR, np.int64), mode="valid")
    return bool(len(holds) >= YEAR and run.max() == YEAR)


def thawed(passage: Passage, *, week: int) -> bool:
    """Whether a history in which all instruments are laid down in a week has a thaw.

    Notes
    -----
    "after do(u -> 0): V rises > 10x within a year with HO unchanged": the highest open dissent of the year after against the mean of
    the year before; hidden opposition stays within a fifth of what it was (Ours). A history that falls within the year is no thaw unless dissent had
    risen so before. Where nobody at all dissented before, there is nothing to compare and no thaw.
    """
    before, after = passage.dissent[week - YEAR + 1 : week + 1], passage.dissent[week + 1 : week + YEAR + 1]
    if len(before) < YEAR or len(after) == 0:
        return False
    hidden = passage.hidden[week + 1 : week + YEAR + 1] / passage.hidden[week]
    return bool(0 < THAW_RISE * before.mean() < after.max() and np.abs(hidden - 1).max() <= THAW_OPPOSITION)

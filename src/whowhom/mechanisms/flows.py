"""The book-keeping of a week: event counts start at nothing and end in the totals."""

from __future__ import annotations

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel

EFFECTS = Effects(
    name="book-keeping",
    equations="-",
    switch="",
    writes=(
        "stratum.*",
        "province.executed",
        "nation.regime_losses_total",
        "nation.rival_arrests",
        "nation.rival_executed",
        "nation.rival_arrests_total",
        "nation.rival_executed_total",
    ),
)


@kernel
def open_week(w, t):
    """Set this week's event counts to nothing. **Writes** stratum.week_*. **Draws** nothing. **Cost** strata."""
    for s in range(len(w.stratum)):
        x = w.stratum[s]
        x.week_arrests_open = 0
        x.week_arrests_named = 0
        x.week_arrests_self = 0
        x.week_arrests_opponents = 0
        x.week_released = 0
        x.week_executed = 0
        x.week_camp_sentences = 0
        x.week_exile_sentences = 0
        x.week_interned = 0
        x.week_camp_deaths = 0
        x.week_combat_deaths = 0
        x.week_famine_deaths = 0
        x.week_arrests_informer = 0
        x.week_arrests_quota = 0
        x.week_arrests_captive = 0
        x.week_hostages = 0
        x.week_hostages_executed = 0
        x.week_burnt_deaths = 0
        x.week_expelled = 0
        x.week_deserted = 0
        x.week_returned = 0
        x.week_conscripted = 0
        x.week_exits = 0
        x.week_deported = 0
        x.week_killed_abroad = 0
        x.week_recruited = 0


@kernel
def _remember(w):
    """What the people of each province have seen done this week, in persons of the country: what threats are measured by (E35)."""
    for r in range(len(w.province)):
        w.province[r].executed = 0.0
    for s in range(len(w.stratum)):
        x = w.stratum[s]
        w.province[x.province].executed += x.weight * x.week_executed


@kernel
def _count_rival(w):
    """Arrests and executions of the week where the rival held the province when it began (E55), and so far."""
    n = w.nation[0]
    n.rival_arrests = n.rival_executed = 0.0
    for s in range(len(w.stratum)):
        x = w.stratum[s]
        if w.province[x.province].holder_then:
            arrests = x.week_arrests_open + x.week_arrests_named + x.week_arrests_self
            arrests += x.week_arrests_informer + x.week_arrests_quota + x.week_arrests_captive
            n.rival_arrests += x.weight * arrests
            n.rival_executed += x.weight * x.week_executed
    n.rival_arrests_total += n.rival_arrests
    n.rival_executed_total += n.rival_executed


@kernel
def close_week(w, t):
    """Add this week's event counts to the totals. **Writes** stratum.total_*, province.executed, nation.regime_losses_total, rival_*. **Cost** strata."""
    n = w.nation[0]
    n.regime_losses_total += n.regime_losses
    _remember(w)
    _count_rival(w)
    for s in range(len(w.stratum)):
        x = w.stratum[s]
        x.total_arrests_open += x.week_arrests_open
        x.total_arrests_named += x.week_arrests_named
        x.total_arrests_self += x.week_arrests_self
        x.total_arrests_opponents += x.week_arrests_opponents
        x.total_released += x.week_released
        x.total_executed += x.week_executed
        x.total_camp_sentences += x.week_camp_sentences
        x.total_exile_sentences += x.week_exile_sentences
        x.total_interned += x.week_interned
        x.total_camp_deaths += x.week_camp_deaths
        x.total_combat_deaths += x.week_combat_deaths
        x.total_famine_deaths += x.week_famine_deaths
        x.total_arrests_informer += x.week_arrests_informer
        x.total_arrests_quota += x.week_arrests_quota
        x.total_arrests_captive += x.week_arrests_captive
        x.total_hostages += x.week_hostages
        x.total_hostages_executed += x.week_hostages_executed
        x.total_burnt_deaths += x.week_burnt_deaths
        x.total_expelled += x.week_expelled
        x.total_deserted += x.week_deserted
        x.total_returned += x.week_returned
        x.total_conscripted += x.week_conscripted
        x.total_exits += x.week_exits
        x.total_deported += x.week_deported
        x.total_killed_abroad += x.week_killed_abroad
        x.total_recruited += x.week_recruited

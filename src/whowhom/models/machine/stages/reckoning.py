"""The last stage of a week: what it adds up to for the whole country."""

from __future__ import annotations

from whowhom.engine.kernel import entry
from whowhom.mechanisms.chain import reckon
from whowhom.mechanisms.collapse import judge
from whowhom.mechanisms.control import hold_country
from whowhom.mechanisms.counts import add_up
from whowhom.mechanisms.flows import close_week
from whowhom.mechanisms.petitions import note_arrests


@entry
def take_stock(w, t):
    """Sums by place and nation, totals, control, danger, collapse, denunciation number.

    **Writes** province, pool, stratum, settlement, nation, histories. **Draws** nothing. **Update** sequential. **Cost** settlements, strata.
    """
    add_up(w, t)
    close_week(w, t)
    note_arrests(w, t)
    hold_country(w, t)
    judge(w, t)
    reckon(w, t)

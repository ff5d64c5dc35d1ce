"""One week, in order. Read this first.

Every line is one mechanism, one file in `mechanisms/`; its equations are in `docs/machine.md`. All of them take the world `w` and the week `t`. Decisions
read the counts of last week; the order inside the week matters only where the page says so. Switches are read inside the mechanisms
(`p.on_NAME`), since an instrument that is off means something definite (its *off value*), not the absence of a line.

This is the week as it is meant, and with `WHOWHOM_JIT=0` the week as it runs, to be stepped through. Compiled, the same mechanisms run in the stages of `stages/`,
province by province where provinces do not touch; a test holds both to the same bits.
"""

from __future__ import annotations

from whowhom.engine.population import World
from whowhom.mechanisms.abroad import look_abroad
from whowhom.mechanisms.apparatus import staff
from whowhom.mechanisms.army import muster
from whowhom.mechanisms.autonomy import make_cases
from whowhom.mechanisms.burning import burn
from whowhom.mechanisms.camp import hold
from whowhom.mechanisms.capacity import ration_capacity
from whowhom.mechanisms.centre import believe
from whowhom.mechanisms.chain import reckon
from whowhom.mechanisms.change_of_hands import change_hands
from whowhom.mechanisms.collapse import judge
from whowhom.mechanisms.combat import fight
from whowhom.mechanisms.concession import concede
from whowhom.mechanisms.condemned import carry_out
from whowhom.mechanisms.control import hold_country
from whowhom.mechanisms.counts import count
from whowhom.mechanisms.custody import question
from whowhom.mechanisms.danger import look
from whowhom.mechanisms.decision import decide
from whowhom.mechanisms.emigres import live_abroad
from whowhom.mechanisms.emotion import sway
from whowhom.mechanisms.exit import leave
from whowhom.mechanisms.famine import starve
from whowhom.mechanisms.flows import close_week, open_week
from whowhom.mechanisms.food import feed
from whowhom.mechanisms.fronts import move_fronts
from whowhom.mechanisms.hostages_held import keep_hostages
from whowhom.mechanisms.hostages_taken import take_hostages
from whowhom.mechanisms.informers import arrest_informed
from whowhom.mechanisms.ladder import climb
from whowhom.mechanisms.named_arrest import arrest_named
from whowhom.mechanisms.negotiation import negotiate
from whowhom.mechanisms.open_arrest import arrest_open
from whowhom.mechanisms.party import expel_members
from whowhom.mechanisms.petitions import note_arrests
from whowhom.mechanisms.quota_cases import arrest_by_quota
from whowhom.mechanisms.quotas import set_limits
from whowhom.mechanisms.recruitment import recruit_members
from whowhom.mechanisms.rungs import climb_further
from whowhom.mechanisms.support import gauge
from whowhom.mechanisms.threats import threaten


def tick(w: World, t: int) -> None:
    """Play week `t`."""
    open_week(w, t)
    look_abroad(w, t)  # E53: attempts to leave, voice abroad, foreigners held and exchanged
    move_fronts(w, t)  # E54: the rival's men, and how far fronts come

    # the centre, which sees reports only
    believe(w, t)  # E19: belief and threat
    climb(w, t)  # E20: the ladder of instruments
    climb_further(w, t)  # E40, E49, E50: further rungs
    threaten(w, t)  # E35: threats, and whether they are believed
    concede(w, t)  # E21: concession
    feed(w, t)  # E22: harvest, requisition, rations, hardship

    # the apparatus
    staff(w, t)  # E17, E18, E42: officers, informers, quality, capacity
    set_limits(w, t)  # E43: limits of arrests
    negotiate(w, t)  # E56: where there are talks
    look(w, t)  # E2, E3: visible dissent and risk
    ration_capacity(w, t)  # E13: demand, and the share of each class that is served

    # what happens to persons: one event each, in this order of precedence
    burn(w, t)  # E49: villages that have risen
    fight(w, t)  # E26, E39: combat and captives
    arrest_open(w, t)  # E9: open dissenters
    arrest_named(w, t)  # E11: persons named in custody
    arrest_informed(w, t)  # E42: on the reports of informers
    make_cases(w, t)  # E14: cases of the apparatus's own
    arrest_by_quota(w, t)  # E43: to fulfil a limit
    take_hostages(w, t)  # E40: relatives of the armed
    starve(w, t)  # E22: famine
    leave(w, t)  # E53: exit
    carry_out(w, t)  # E38: delayed executions
    question(w, t)  # E11, E15: end of custody, names, sentence
    hold(w, t)  # E16: camps and exile
    keep_hostages(w, t)  # E40: hostages held
    live_abroad(w, t)  # E53: killed abroad, or back
    expel_members(w, t)  # E51: the ban on factions, purges
    recruit_members(w, t)  # E58: recruitment to the party
    muster(w, t)  # E52: desertion, return, conscription
    change_hands(w, t)  # E55, E57: provinces change hands

    # people
    sway(w, t)  # E23 to E25: fear, anger, private opposition
    decide(w, t)  # E6, E7: quiet, voice, arms

    # what it adds up to
    count(w, t)
    gauge(w, t)  # E18: support, for the apparatus of next week
    close_week(w, t)
    note_arrests(w, t)  # E46: what kin will petition about
    hold_country(w, t)  # E27, E29: garrisons, control, danger
    judge(w, t)  # E34: collapse and its cause
    reckon(w, t)  # E12: denunciation number

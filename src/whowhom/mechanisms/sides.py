"""Two sides (E55): the regime and a rival, ruled by the same code, each from its own row of parameters and switches.

`w.p[0]` is the regime's row, `w.p[1]` the rival's. Every rule about a place reads the row of who holds it (`row_at`); what is national reads the regime's. The labels are
exchanged and nothing else (MODEL M32): what the rival's row has of its own is a doctrine, and that it founds its apparatus at once and has no party of ours behind it.
"""

from __future__ import annotations

from whowhom.engine.kernel import kernel


@kernel
def row_at(w, place):
    """Parameters and switches of who holds a province now."""
    return w.p[place.holder]


@kernel
def row_then(w, place):
    """Parameters and switches of who held a province when the week began: what people saw and feared last week goes by it."""
    return w.p[place.holder_then]


@kernel
def row_of_country(w):
    """Parameters and switches of who rules the country: the regime until it is taken (E57)."""
    return w.p[w.nation[0].taken]


@kernel
def _write_doctrine(own, rival):
    """The rival's doctrine and leader, where it has others than the regime."""
    rival.centre_prior_suspicion = own.rival_prior_suspicion
    rival.centre_prior_weight = own.rival_prior_weight
    rival.centre_escalation = own.rival_escalation
    rival.centre_relaxation = own.rival_relaxation
    rival.centre_threshold_arrest = own.rival_threshold_arrest
    rival.centre_threshold_exile = own.rival_threshold_exile
    rival.centre_threshold_camp = own.rival_threshold_camp
    rival.centre_threshold_execution = own.rival_threshold_execution
    rival.centre_base_arrest = own.rival_base_arrest
    rival.centre_base_exile = own.rival_base_exile
    rival.centre_base_camp = own.rival_base_camp
    rival.centre_base_execution = own.rival_base_execution
    rival.centre_ceiling_arrest = own.rival_ceiling_arrest
    rival.centre_ceiling_exile = own.rival_ceiling_exile
    rival.centre_ceiling_camp = own.rival_ceiling_camp
    rival.centre_ceiling_execution = own.rival_ceiling_execution
    rival.repression_torture = own.rival_torture


@kernel
def _write_switches(own, rival):
    """What the rival uses: the instruments of the core or none of them, and nothing that stands beyond the core."""
    rival.on_arrests = own.on_rival_instruments
    rival.on_executions = own.on_rival_instruments
    rival.on_camps = own.on_rival_instruments
    rival.on_exile = own.on_rival_instruments
    rival.on_torture = own.on_rival_instruments
    rival.on_coerced_names = own.on_rival_instruments
    rival.on_autonomy = own.on_rival_instruments
    rival.on_threats = 0
    rival.on_hostages_kin = 0
    rival.on_village_destruction = 0
    rival.on_area_weapon_announced = 0
    rival.on_area_weapon_used = 0
    rival.on_informers = 0
    rival.on_quotas = 0
    rival.on_legality = 0
    rival.on_propaganda = 0
    rival.on_censorship = 0
    rival.on_faction_ban = 0
    rival.on_purge = 0
    rival.on_concession = 0


@kernel
def has_rival(rows, country):
    """Whether there is anybody for whom the rival's row could count this week: it need not be written otherwise, and is not read."""
    own = rows[0]
    return own.on_fronts or own.on_takeover or country[0].taken or country[0].rival_territory > 0.0


@kernel
def write_rival(rows):
    """Write the rival's row from the regime's of the same week: whenever the regime's has been filled.

    Parameters
    ----------
    rows : record array [2]
        `w.p`.
    """
    rows[1] = rows[0]
    own, rival = rows[0], rows[1]
    rival.decision_rally_weight = 0.0
    rival.party_tolerance = 0.0
    rival.petitions_doubt = 0.0
    rival.apparatus_founding_week = 0.0
    if own.on_rival_vectors:
        _write_doctrine(own, rival)
    _write_switches(own, rival)

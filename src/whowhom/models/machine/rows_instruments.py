"""The rows of the instruments beyond the core (`docs/instruments.md`); every one is without effect while its switch is off or its rate is 0.

Without priors so far: priors enter with the first matching that turns these instruments on.
"""

from __future__ import annotations

from whowhom.models.machine.rows_two_sides import TWO_SIDES_ROWS

_OURS = "Ours (scale-checked, not measured)"
_M = "design value after the literature in MODEL "


def _rung(group: str, symbol: str, equation: str, words: str, threshold: float) -> tuple[tuple[object, ...], ...]:
    """The three rows of a further rung of the ladder."""
    return (
        (f"{group}.threshold", f"Theta_{symbol}", equation, threshold, (1e-6, 10), None, "[1]", f"threat at which half of the ceiling of {words} is wanted", "design value, MODEL 3.7; doctrine"),
        (f"{group}.base", f"u0_{symbol}", equation, 0.0, (0, 1), None, "[1]", f"use of {words} without any threat", "doctrine; Ours"),
        (f"{group}.ceiling", f"ubar_{symbol}", equation, 0.8, (0, 1), None, "[1]", f"highest use of {words}", "leader; Ours"),
    )  # fmt: skip


# fmt: off
FEAR_ROWS: tuple[tuple[object, ...], ...] = (
    ("threats.threshold", "Theta_T", "E35", 0.02, (1e-6, 10), None, "[1]", "threat to the regime at which the centre makes half of its threats", _OURS),
    ("threats.centre", "T_c", "E35", 0.5, (0, 1), None, "[1]", "strongest threat made by the centre", "MODEL M25, F1; Ours"),
    ("threats.local", "T_l", "E35", 0.3, (0, 1), None, "[1]", "strongest threat made by a local committee", "MODEL F1 (Petrograd committee, March 1921); Ours"),
    ("threats.local_dissent", "y_l", "E35", 0.05, (1e-6, 1), None, "share of adults", "open dissent in its province at which a local committee threatens with all it has", _OURS),
    ("threats.credibility", "cr_0", "E35", 0.5, (0, 1), None, "[1]", "credibility of threats at the start", _OURS),
    ("threats.learning", "lambda_cr", "E35", 0.1, (0, 1), None, "per week", "speed at which people learn whether threats are carried out", "MODEL E33; Ours"),
    ("threats.carried_rate", "e_cr", "E35", 1e-6, (0, 1), None, "executed per inhabitant and week", "executions that make a full threat look carried out", _OURS),
    ("threats.severity", "j_T", "E35", 0.25, (0, 5), None, "[1]", "cost of dissent added by a credible threat", "AMENDMENTS 2.4 (j of a threat U(0, .5))"),
    ("threats.exposure", "eps_T", "E35", 0.02, (0, 10), None, "[1]", "exposure that a credible threat is worth", "MODEL E23; Ours"),
    ("orders.obedience", "o_x", "E36", 1.0, (0, 2), None, "[1]", "executions carried out for each one ordered", "MODEL F5 (Penza, August 1918); Ours"),
    ("repression.execution_delay", "d_x", "E38", 0.0, (0, 520), None, "weeks", "mean time from a death sentence to the execution; below 1: at once", "MODEL M26"),
    ("combat.captured", "c_cap", "E39", 0.0, (0, 1), None, "probability", "armed persons taken alive instead of killed", _OURS),
    ("captives.executed", "s_ce", "E39", 0.33, (0, 1), None, "probability", "death sentences among captives", "MODEL F3 (Kronstadt 1921: 2,168 of 6,528)"),
    ("captives.camp", "s_cc", "E39", 0.3, (0, 1), None, "probability", "camp sentences among captives", "MODEL F3 (1,955 of 6,528)"),
    ("captives.exile", "s_cx", "E39", 0.18, (0, 1), None, "probability", "exile among captives", "MODEL F3, the rest but for 1,272 released"),
    *_rung("hostages", "H", "E40", "family hostages", 0.03),
    ("hostages.rate", "h_t", "E40", 0.05, (0, 1), None, "per week", "chance that a hostage is sought for an armed person at full use", _OURS),
    ("hostages.release", "h_r", "E40", 0.1, (0, 1), None, "per week", "release of a hostage with nobody of the household in arms", _OURS),
    ("hostages.executed", "h_x", "E40", 0.02, (0, 1), None, "per week", "execution of a hostage for whom somebody stays in arms, at full use of executions", "MODEL M6 (Tambov); Ours"),
    ("hostages.surrender", "h_s", "E40", 0.05, (0, 1), None, "per week", "further chance of laying down arms while kin are held", "MODEL F6, M6; Ours"),
    ("hostages.weight", "kappa_H", "E40, E52", 1.0, (0, 20), None, "[1]", "weight of kin at risk in the decision, and in desertion", "MODEL 3.7, U(0, 2)"),
    *_rung("villages", "v", "E49", "village destruction", 0.05),
    ("villages.rate", "b_v", "E49", 0.1, (0, 1), None, "per week", "chance that a risen settlement burns at full use", _OURS),
    ("villages.share", "b_h", "E49", 0.5, (0, 1), None, "share", "households burnt in a burning settlement", _OURS),
    ("villages.death", "b_d", "E49", 0.02, (0, 1), None, "probability", "death in a burning household", _OURS),
    ("emotion.exposure_burnt", "w_b", "E49", 3.0, (0, 100), None, "[1]", "weight of a burnt household against an arrest", "AMENDMENTS 2.6 (w_b 1 for a person; a household has several); Ours"),
    *_rung("area", "a", "E50", "area weapons", 0.08),
    ("area.announcement", "eps_a", "E50", 0.5, (0, 10), None, "[1]", "threat that an announced area weapon is worth", "MODEL F4; Ours"),
    ("area.effect", "e_a", "E50", 0.0, (0, 100), None, "[1]", "how much a used area weapon multiplies unaimed fire", "MODEL F4 (use near zero)"),
)

PAPER_ROWS: tuple[tuple[object, ...], ...] = (
    ("informers.per_person", "iota", "E42", 0.0003, (0, 0.1), None, "informers per inhabitant", "informers wanted", "MODEL M7 (30,000 in 1922)"),
    ("informers.per_officer", "iota_O", "E42", 1.0, (0, 100), None, "informers per officer", "most informers that an officer can run", "AMENDMENTS 2.6b"),
    ("informers.speed", "u_I", "E42", 0.05, (0, 1), None, "per week", "speed of their recruitment", _OURS),
    ("informers.weight", "w_I", "E42", 1.0, (0, 100), None, "[1]", "information of an informer against that of an officer", _OURS),
    ("informers.reports", "r_I", "E42", 0.02, (0, 10), None, "reports per informer and week", "reports that ask for an arrest", _OURS),
    ("informers.precision", "q_I", "E42", 0.3, (0, 1), None, "[1]", "share of reports that aim at somebody near to dissent", "voluntary tips: 10 % useful (MODEL M8); Ours"),
    ("informers.idle", "beta_I", "E42", 0.5, (0, 1), None, "[1]", "how far an idle apparatus spoils the precision of reports", "MODEL E10; Ours"),
    ("quotas.start", "L_0", "E43", 2e-6, (0, 1), None, "arrests per inhabitant and week", "first limit", "MODEL M10; Ours"),
    ("quotas.growth", "lambda_L", "E43", 0.05, (0, 1), None, "per week", "growth that a province asks for when it has fulfilled its limit", "MODEL M10 (.025 a week)"),
    ("quotas.approval", "a_L", "E43", 0.5, (0, 1), None, "[1]", "share of the growth asked for that the centre grants", "MODEL M10; leader"),
    ("quotas.cap", "L_max", "E43", 0.001, (0, 1), None, "arrests per inhabitant and week", "largest limit", _OURS),
    ("legality.level", "l_leg", "E45", 0.0, (0, 1), None, "[1]", "legality: release of those who never acted, no names under duress", "MODEL M31"),
    ("petitions.scale", "s_pet", "E46", 10.0, (1e-6, 1e6), None, "arrests per cadre", "arrests of a week for each cadre at which petitions are as many as they can be", _OURS),
    ("petitions.doubt", "nu_K", "E46", 0.0, (0, 1), None, "per week", "private opposition of cadres gained by petitions", "MODEL E30; Ours"),
    ("petitions.release", "p_pet", "E46", 0.0, (0, 1), None, "probability", "release by petition at the end of custody", "MODEL S14c; Ours"),
    ("propaganda.level", "prop", "E47", 0.5, (0, 1), None, "[1]", "intensity of propaganda", "MODEL M18"),
    ("propaganda.effect", "nu_P", "E47", 0.002, (0, 1), None, "per week", "private opposition lost where nothing contradicts the message", "MODEL 3.7, U(0, .01)"),
    ("propaganda.dissonance", "nu_D", "E47", 0.004, (0, 1), None, "per week", "private opposition gained where repression is seen beside the message", "MODEL 3.7, U(0, .02)"),
    ("censorship.level", "z", "E48", 0.5, (0, 1), None, "[1]", "share of what happens elsewhere that is not heard of", "MODEL E31"),
)

ROLE_ROWS: tuple[tuple[object, ...], ...] = (
    ("party.tolerance", "tol", "E51", 0.0, (0, 1), None, "[1]", "how far open voice of insiders is tolerated without the ban on factions", "MODEL E30, S13; doctrine"),
    ("party.expulsion", "lambda_x", "E51", 0.05, (0, 1), None, "per week", "expulsion of an insider in open voice under the ban", "MODEL E30; Ours"),
    ("purge.rate", "lambda_p", "E51", 0.001, (0, 1), None, "per week", "expulsion of any insider in a purge", "MODEL M13 (25 % in 1921)"),
    ("purge.dossier", "eta_p", "E51", 0.001, (0, 1), None, "per entry and week", "further expulsion for each entry in the dossier", "MODEL E30; Ours"),
    ("army.desertion", "lambda_d", "E52", 0.0, (0, 1), None, "per week", "desertion of a soldier of full mood against service", "MODEL M15 (1 to 2 % a week)"),
    ("army.hunger", "eta_f", "E52", 1.0, (0, 20), None, "[1]", "how much a missing ration multiplies desertion", "MODEL E27"),
    ("army.retention", "ret", "E52", 0.0, (0, 1), None, "[1]", "desertion prevented by policy", "MODEL E27"),
    ("army.catch", "lambda_c", "E52", 0.01, (0, 1), None, "per week", "deserters caught and returned to the ranks", "MODEL M15 (Petrograd, August 1919)"),
    ("army.return", "lambda_ret", "E52", 0.05, (0, 1), None, "per week", "deserters who return by themselves at full amnesty", "MODEL M15 (half of the returns, Petrograd, August 1919)"),
    ("army.conscription", "lambda_con", "E52", 0.002, (0, 1), None, "per week", "peasants of soldiers' villages who are called up", _OURS),
    ("amnesty.level", "am", "E52", 0.5, (0, 1), None, "[1]", "extent of the amnesty", "MODEL F6 (amnesty weeks)"),
    ("amnesty.surrender", "lambda_am", "E52", 0.05, (0, 1), None, "per week", "further chance of laying down arms at full amnesty", "MODEL 3.7, U(0, .2)"),
    ("amnesty.release", "mu_am", "E52", 0.02, (0, 1), None, "per week", "further release from camps at full amnesty", "MODEL M24; Ours"),
    ("exit.rate", "lambda_E", "E53", 0.0002, (0, 1), None, "per week", "attempts to leave for each free civilian adult; who is near to dissent goes", "MODEL M19; Ours"),
    ("deportation.share", "s_dep", "E53", 0.02, (0, 1), None, "share of convictions", "deportation abroad among convictions", "MODEL S14f; Ours"),
    ("abroad.voice", "v_E", "E53", 0.2, (0, 1), None, "[1]", "share of those abroad who speak", _OURS),
    ("abroad.echo", "nu_E", "E53", 0.1, (0, 10), None, "per week", "private opposition at home gained by voice abroad", "MODEL E32; Ours"),
    ("abroad.aid", "aid", "E53", 1.0, (0, 100), None, "[1]", "outside pressure raised by voice abroad", "MODEL E32; Ours"),
    ("abroad.return", "mu_E", "E53", 0.001, (0, 1), None, "per week", "return from abroad", "MODEL 3.3; Ours"),
    ("surveillance.silence", "sil", "E53", 0.5, (0, 1), None, "[1]", "voice abroad silenced by surveillance", "MODEL M20; Ours"),
    ("killing.rate", "k_E", "E53", 0.0005, (0, 1), None, "per week", "killing of those abroad", "MODEL M20; Ours"),
    ("foreign.arrests", "b_in", "E53", 20.0, (0, 1e5), None, "persons per week", "foreigners taken at full intervention", "MODEL S7d, M27; Ours"),
    ("foreign.hostility", "hos", "E53", 0.1, (0, 10), None, "per 1,000 held", "outside pressure raised by foreigners held", "MODEL S7d; Ours"),
    ("exchange.rate", "eps_B", "E53", 0.05, (0, 1), None, "per week", "foreigners exchanged", "MODEL M27"),
    ("exchange.return", "r_B", "E53", 1.0, (0, 100), None, "persons per person", "persons abroad who return for each foreigner exchanged", "MODEL S7d; Ours"),
)
# fmt: on

INSTRUMENT_ROWS = FEAR_ROWS + PAPER_ROWS + ROLE_ROWS + TWO_SIDES_ROWS
"""All of them, in the order of the page."""

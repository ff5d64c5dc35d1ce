"""The rows behind the parameter declarations: a table, so that it can be read as one.

name, symbol, equation, default, interval, prior, unit, meaning, source.
"""

from __future__ import annotations

from whowhom.models.machine.rows_instruments import INSTRUMENT_ROWS

_OURS = "Ours (scale-checked, not measured)"
_M = "design prior after the literature in MODEL "

# fmt: off
_DECISION: tuple[tuple[object, ...], ...] = (
    ("decision.social_weight", "mu", "E6", 0.8, (0, 5), ("U", 0.3, 1.6), "[1]", "weight of visible dissent around a person in the decision to dissent", _M + "M2 (Granovetter 1978; Kuran 1991)"),
    ("decision.threshold_sd", "s_theta", "E6", 0.14, (0.0, 1), ("U", 0.08, 0.2), "[1]", "standard deviation of personal thresholds", _M + "M2"),
    ("decision.opposition_sd", "s_x", "E1", 0.14, (0.0001, 1), ("U", 0.08, 0.2), "[1]", "standard deviation of private opposition within a role", _OURS),
    ("decision.opposition_peasant", "x_peasant", "E1", 0.58, (0, 1), ("N", 0.58, 0.05), "[1]", "mean private opposition of peasants (above 1/2: would not vote for the regime)", "votes for the Constituent Assembly 1917 (record election.1917); MODEL F2"),
    ("decision.opposition_worker", "x_worker", "E1", 0.47, (0, 1), ("N", 0.47, 0.05), "[1]", "mean private opposition of industrial workers", "votes for the Constituent Assembly 1917; MODEL F2"),
    ("decision.opposition_urban", "x_urban", "E1", 0.52, (0, 1), ("N", 0.52, 0.05), "[1]", "mean private opposition of other townspeople", _OURS),
    ("decision.opposition_soldier", "x_soldier", "E1", 0.47, (0, 1), ("N", 0.47, 0.05), "[1]", "mean private opposition of soldiers", "votes of army and navy 1917; MODEL F2"),
    ("decision.opposition_party", "x_party", "E1", 0.25, (0, 1), ("N", 0.25, 0.05), "[1]", "mean private opposition of party members", _OURS),
    ("decision.opposition_cadre", "x_cadre", "E1", 0.18, (0, 1), ("N", 0.18, 0.05), "[1]", "mean private opposition of cadres", _OURS),
    ("decision.anger_weight", "alpha", "E6", 0.4, (0, 3), ("U", 0.1, 1.2), "[1]", "weight of anger, and of grief for kin, in the decision", _M + "M4 (anger and participation)"),
    ("decision.start_dissent", "v_0", "E6", 0.003, (0.000001, 0.4), ("LU", 0.001, 0.01), "share of adults", "share of adults in open dissent in the first week; fixes the mean threshold", "Ours (AMENDMENTS 2.1, 2.6b)"),
    ("decision.start_fear", "F_0", "E23", 0.1, (0, 1), None, "[1]", "fear in every community at the start (war)", _OURS),
    ("decision.start_anger", "A_0", "E24", 0.2, (0, 1), None, "[1]", "anger in every community at the start", _OURS),
    ("decision.risk_aversion", "kbar", "E6", 2.0, (0, 50), ("LU", 0.5, 8), "[1]", "mean risk aversion; persons are uniform between 0 and twice this", "MODEL 3.7; uniform as in Epstein 2002"),
    ("decision.risk_constant", "k", "E3", 2.3, (0, 20), None, "[1]", "arrest constant: one enforcer to one dissenter means probability 0.9", "Epstein 2002, p. 7244"),
    ("decision.risk_bias", "bias", "E5", 1.0, (0, 10), ("LU", 0.5, 3), "[1]", "perceived over actual risk of arrest", _M + "M3"),
    ("decision.fear_weight", "phi", "E5", 1.5, (0, 10), ("U", 0, 3), "[1]", "how much fear multiplies the perceived cost", _M + "M4"),
    ("decision.rally_weight", "psi", "E6", 0.5, (0, 5), ("U", 0, 1), "[1]", "rally of insiders when the regime may fall", _M + "M14 (Paine 2022); may be 0"),
    ("decision.weight_local", "w_l", "E2", 0.6, (0, 0.9), ("U", 0.4, 0.8), "[1]", "share of attention on the own community (or garrison)", "Ours (AMENDMENTS 2.4: Dirichlet 6, 3, 1)"),
    ("decision.weight_nation", "w_n", "E2", 0.1, (0, 1), ("U", 0.02, 0.2), "[1]", "share of attention on the whole country; the province has the rest", "Ours (AMENDMENTS 2.4)"),
    ("decision.severity_base", "j_0", "E4", 0.1, (0, 2), ("U", 0, 0.3), "[1]", "cost of an arrest without any sentence", _OURS),
    ("decision.severity_scale", "j_s", "E4", 1.0, (0, 5), ("U", 0.5, 2), "[1]", "common scale of the costs .2 arrest, .4 exile, .6 camp, 1 execution", "Ours (AMENDMENTS 2.4)"),
    ("population.adult_share", "a", "-", 0.55, (0.2, 0.9), ("U", 0.5, 0.6), "share of inhabitants", "share of adults", "AMENDMENTS 2.2"),
    ("population.soldier_share", "a_s", "-", 0.5, (0.05, 1), None, "share of adults", "share of soldiers among the adults of a community of soldiers' homes", "Ours (a layout, not a fact)"),
    ("population.founder_share", "a_f", "-", 0.08, (0, 1), None, "share of insiders", "share of the party of 1917 that is the old guard", "24,000 of about 300,000; MODEL 3.8, from memory"),
    ("arming.rate", "lambda_G", "E7", 0.03, (0, 5), ("LU", 0.005, 0.2), "per week", "rate of taking up arms at full anger where weapons are at hand", "design prior, MODEL 3.7"),
    ("arming.voice_channel", "voice", "E7", 0.0, (0, 1), ("U", 0, 0.5), "[1]", "how far a channel for voice keeps dissenters from arms", _OURS),
    ("arming.lay_down", "lambda_lay", "E7", 0.01, (0, 1), ("LU", 0.005, 0.05), "per week", "probability of laying down arms", "design prior, MODEL 3.7"),
)

_REPRESSION: tuple[tuple[object, ...], ...] = (
    ("repression.custody_weeks", "d_D", "E11", 8.0, (1, 260), ("LU", 2, 26), "weeks", "mean time in custody under investigation", _OURS),
    ("repression.conviction", "p_conv", "E15", 0.3, (0, 1), ("U", 0.12, 0.5), "probability", "probability that an arrest ends in a conviction", "Ours (AMENDMENTS 2.6b); arrests and convictions are not one pipeline (DATA A1)"),
    ("repression.share_executed", "s_exec", "E15", 0.4, (0, 1), ("U", 0.2, 0.8), "share of convictions", "death sentences among convictions at full severity", "records repression.convictions: 27 % (1921) to 59 % (1938)"),
    ("repression.share_camp", "s_camp", "E15", 0.5, (0, 1), ("U", 0.3, 0.9), "share of convictions", "camp sentences among convictions at full severity", "records repression.convictions; Ours"),
    ("repression.share_exile", "s_exile", "E15", 0.3, (0, 1), ("U", 0.1, 0.6), "share of convictions", "exile among convictions at full severity", "records repression.convictions; Ours"),
    ("repression.share_interned", "p_int", "E15", 0.15, (0, 1), ("U", 0, 0.3), "share of those not convicted", "internment in a camp without conviction at full severity", "Ours (AMENDMENTS 2.6b: administrative inflow)"),
    ("repression.dossier_severity", "eta_d", "E15", 0.03, (0, 1), ("U", 0, 0.1), "per entry", "how much an entry in the dossier raises the chance of a death sentence", "MODEL M30; Ours"),
    ("repression.torture", "tau", "E11", 0.5, (0, 5), ("U", 0.1, 1.0), "[1]", "intensity of duress in custody", _M + "M8"),
    ("names.confession_base", "p_0", "E11", 0.3, (0, 1), ("U", 0.1, 0.5), "probability", "confession without duress", _M + "M8"),
    ("names.confession_scale", "tau_c", "E11", 0.8, (0.01, 10), ("U", 0.2, 2), "[1]", "duress that leaves 1/e of refusals", _M + "M8"),
    ("names.base", "a_0", "E11", 0.8, (0, 20), ("U", 0.3, 1.5), "names", "mean number of names in a confession without duress", _M + "M8 (inquisition of Giaveno)"),
    ("names.per_torture", "a_1", "E11", 1.5, (0, 20), ("U", 0, 3), "names", "further names at duress 1", _M + "M8"),
    ("names.dispersion", "k_d", "E11", 1.0, (0.05, 100), ("LU", 0.3, 5), "[1]", "dispersion of the number of names (negative binomial)", _OURS),
    ("names.acted_on", "p_a", "E11, E12", 0.35, (0, 1), ("U", 0.1, 0.7), "probability", "probability that a name is acted on", "design prior, MODEL 3.7"),
    ("names.repeated", "rho_d", "E11, E12", 0.3, (0, 1), ("U", 0.1, 0.6), "share of names", "names that only repeat what is known", _M + "M8 (redundancy, Giaveno)"),
    ("names.community", "w_cell", "E11", 0.65, (0, 0.999), ("U", 0.4, 0.9), "share of names", "names from the own community", _M + "M8"),
    ("names.settlement", "w_blk", "E11", 0.5, (0, 0.999), ("U", 0.3, 0.7), "share of the rest", "names from the own settlement among those not from the community", _OURS),
    ("names.insider_circle", "h_in", "E11, E12", 0.5, (0, 0.999), ("U", 0, 0.99), "share of names", "insiders' names from the insiders of the province", "MODEL M8 (insider amplification); free prior"),
    ("names.true_share", "v_true", "E11", 0.5, (0, 1), ("U", 0.1, 0.9), "share of names", "names that aim at the truth, before quality and duress", "voluntary tips: 10 % useful (MODEL M8)"),
    ("names.torture_dilution", "tau_v", "E11", 1.0, (0.01, 10), ("U", 0.2, 2), "[1]", "duress that leaves 1/e of the true share", _M + "M8"),
    ("names.inbox_weeks", "t_inbox", "E13", 8, (0, 15), None, "weeks, whole", "how long an unserved name is kept", "AMENDMENTS 2.4"),
    ("camp.release", "mu_rel", "E16", 0.006, (0, 1), ("LU", 0.003, 0.0125), "per week", "probability of release from a camp", "Ours (AMENDMENTS 2.6b)"),
    ("camp.death", "mu_d", "E16", 0.001, (0, 1), ("LU", 0.0002, 0.005), "per week", "probability of death in a camp", "records gulag.population: 0.7 % to 25 % a year"),
    ("camp.famine_factor", "mu_f", "E16", 5.0, (1, 50), None, "[1]", "how much full famine multiplies death in camps", "design prior, MODEL 3.7"),
    ("exile.return", "mu_X", "E15", 0.008, (0, 1), ("LU", 0.004, 0.02), "per week", "probability of return from exile", _OURS),
    ("apparatus.founding_week", "t_O", "E17", 6, (0, 5000), None, "weeks, whole", "week in which the political police is founded (20 December 1917)", "AMENDMENTS 2.6; a date of the record"),
    ("apparatus.floor", "o_min", "E17", 0.00001, (0, 0.01), ("LU", 1e-6, 1e-4), "officers per inhabitant", "officers kept without any threat", "AMENDMENTS 2.6"),
    ("apparatus.cap", "o_max", "E17", 0.002, (1e-5, 0.05), ("LU", 1e-3, 5e-3), "officers per inhabitant", "upper limit of the apparatus", "design prior, MODEL 3.7"),
    ("apparatus.per_threat", "a_Theta", "E17", 0.01, (0, 1), ("LU", 0.003, 0.03), "officers per inhabitant", "officers wanted at threat 1", "AMENDMENTS 2.6b"),
    ("apparatus.per_queue", "a_Q", "E17", 0.05, (0, 5), ("U", 0, 0.1), "[1]", "officers wanted for the queue of cases, as a share of what would serve it", "AMENDMENTS 2.6b"),
    ("apparatus.load_growth", "omega_g", "E17", 0.2, (0, 2), ("U", 0, 0.5), "[1]", "growth that a full load asks for", _M + "M9"),
    ("apparatus.growth_per_week", "u_up", "E17", 0.11, (0, 1), ("U", 0.08, 0.16), "per week", "growth of the apparatus towards its goal", "0.108 a week from March to December 1918 (MODEL M9)"),
    ("apparatus.shrink_per_week", "u_dn", "E17", 0.007, (0, 1), ("LU", 0.004, 0.02), "per week", "shrinkage towards a lower goal", "0.0067 a week 1921 to 1923 (MODEL M9)"),
    ("apparatus.arrests_per_officer", "chi_C", "E13", 0.08, (0, 10), ("LU", 0.02, 0.5), "arrests per officer and week", "capacity", "1937-38: 1.5 million arrests in 70 weeks (MODEL 3.7)"),
    ("apparatus.officer_presence", "chi_O", "E3", 6.0, (0, 200), ("LU", 1, 30), "[1]", "enforcers that one officer is worth to those who watch", "AMENDMENTS 2.4"),
    ("apparatus.troop_presence", "chi_M", "E3", 0.05, (0, 5), ("LU", 0.01, 0.3), "[1]", "enforcers that one soldier at home is worth", "AMENDMENTS 2.4"),
    ("apparatus.case_hunger", "omega", "E14", 0.1, (0, 1), ("U", 0, 0.4), "[1]", "share of idle capacity filled with cases of its own", _M + "M9"),
    ("apparatus.aim", "aim", "E14", 1.0, (0, 1), None, "[1]", "how far self-generated cases use what the apparatus knows (0: blind)", _OURS),
    ("apparatus.target_margin", "x_star", "E14", -0.2, (-4, 4), None, "[1]", "how near to open dissent a person is who counts as a likely opponent", "AMENDMENTS 2.6b"),
    ("apparatus.dossier_weight", "w_d", "E14", 0.1, (0, 10), ("U", 0, 0.3), "per entry", "how much an entry in the dossier attracts a case", "MODEL M30; Ours"),
    ("quality.min", "q_min", "E18", 0.05, (0, 1), None, "[1]", "precision without any information", "AMENDMENTS 2.5"),
    ("quality.max", "q_max", "E18", 0.9, (0, 1), None, "[1]", "precision with full information", "AMENDMENTS 2.5"),
    ("quality.half", "I_half", "E18", 0.001, (1e-7, 1), ("LU", 1e-4, 1e-2), "per inhabitant", "officers (and informers) per inhabitant for half of the gain", "AMENDMENTS 2.5"),
    ("quality.support_exponent", "s_q", "E18", 0.5, (0, 5), ("U", 0, 1), "[1]", "how much information depends on support", _M + "M16"),
)

_CENTRE: tuple[tuple[object, ...], ...] = (
    ("centre.prior_suspicion", "m_0", "E19", 0.01, (0, 1), ("LU", 0.001, 0.05), "share of adults", "the leader's prior belief of hidden opposition", "Ours (AMENDMENTS 2.6b); MODEL M12 (Wintrobe)"),
    ("centre.prior_weight", "pi_0", "E19", 0.3, (0, 100), ("LU", 0.05, 2), "[1]", "weight of the prior belief against a report", _M + "M12"),
    ("centre.information_loss", "loss", "E19", 3.0, (0, 1000), ("U", 0, 8), "[1]", "how fear makes silence uninformative", _M + "M12"),
    ("centre.smoothing", "lambda_T", "E19", 0.25, (0, 1), ("U", 0.1, 0.5), "per week", "speed of the perceived threat", _OURS),
    ("centre.weight_report", "w_y", "E19", 1.0, (0, 100), None, "[1]", "weight of believed dissent in the threat", "AMENDMENTS 2.6"),
    ("centre.weight_armed", "w_B", "E19", 5.0, (0, 1000), ("LU", 1, 30), "[1]", "weight of reported arms in the threat", "AMENDMENTS 2.6"),
    ("centre.weight_external", "w_E", "E19", 0.015, (0, 10), ("U", 0, 0.03), "[1]", "weight of war and intervention in the threat", "AMENDMENTS 2.6b; 0 in the rigging audit"),
    ("centre.lag", "lag", "E19", 2, (0, 6), ("U", 1, 6), "weeks, whole", "age of the report", _OURS),
    ("centre.under_report", "under", "E19", 0.2, (0, 1), ("U", 0, 0.6), "share", "dissent that is not reported upward", _OURS),
    *(
        (f"centre.threshold_{name}", f"Theta_{name}", "E20", value, (1e-6, 10), ("LU", 0.002, 0.1), "[1]", f"threat at which half of the ceiling of {name} is wanted (the ladder is ordered)", "design prior, MODEL 3.7; doctrine")
        for name, value in (("arrest", 0.004), ("exile", 0.01), ("camp", 0.02), ("execution", 0.03))
    ),
    *(
        (f"centre.ceiling_{name}", f"ubar_{name}", "E20", 0.8, (0, 1), ("U", 0.3, 1), "[1]", f"highest use of {name}", "AMENDMENTS 2.6; leader")
        for name in ("arrest", "exile", "camp", "execution")
    ),
    *(
        (f"centre.base_{name}", f"u0_{name}", "E20", 0.0, (0, 1), None, "[1]", f"use of {name} without any threat", "AMENDMENTS 2.6; doctrine")
        for name in ("arrest", "exile", "camp", "execution")
    ),
    ("centre.escalation", "g_up", "E20", 0.15, (0, 1), ("U", 0.05, 0.3), "per week", "speed at which instruments are taken up", _M + "F7"),
    ("centre.relaxation", "g_dn", "E20", 0.02, (0, 1), ("LU", 0.002, 0.1), "per week", "speed at which instruments are laid down", _M + "F7"),
    ("centre.concession_threshold", "Theta_con", "E21", 0.03, (0, 10), ("LU", 0.01, 0.1), "[1]", "threat above which the regime concedes", "AMENDMENTS 2.6b"),
    ("centre.concession_max", "cbar", "E21", 0.4, (0, 1), ("U", 0, 0.8), "share of requisition", "largest concession", "AMENDMENTS 2.6"),
    ("centre.concession_speed", "g_c", "E21", 0.2, (0, 1), ("U", 0.05, 0.5), "per week", "speed of concession and of its withdrawal", "AMENDMENTS 2.6"),
    ("centre.concession_from", "t_con", "E21", 0, (0, 5000), None, "weeks, whole", "first week in which doctrine allows a concession", "AMENDMENTS 2.6b; 10th Congress, March 1921"),
    ("emotion.fear_gain", "eta_F", "E23", 0.4, (0, 1), ("U", 0.1, 0.8), "[1]", "gain of fear at full exposure", _M + "M4"),
    ("emotion.fear_decay", "delta_F", "E23", 0.02, (0, 1), ("LU", 1 / 156, 1 / 13), "per week", "decay of fear", _M + "M4"),
    ("emotion.anger_gain", "eta_A", "E24", 0.3, (0, 1), ("U", 0.05, 1), "[1]", "gain of anger at full exposure to injustice", _M + "M4, M5"),
    ("emotion.anger_decay", "delta_A", "E24", 0.003, (0, 1), ("LU", 1 / 1040, 1 / 104), "per week", "decay of anger (decades, not months)", _M + "M1, M4"),
    ("emotion.exposure_gain", "g_X", "E23, E24", 6.0, (0, 200), ("LU", 2, 20), "[1]", "saturation of exposure", "AMENDMENTS 2.6"),
    ("emotion.exposure_execution", "w_x", "E23", 3.0, (0, 100), ("LU", 1, 10), "[1]", "weight of an execution against an arrest", "AMENDMENTS 2.6"),
    ("emotion.publicity", "v_pub", "E23", 1.0, (0, 20), ("U", 0, 4), "[1]", "how much more a public execution is seen", "AMENDMENTS 2.6"),
    ("emotion.public_share", "u_pub", "E23", 0.5, (0, 1), None, "[1]", "share of executions made public", _OURS),
    ("emotion.exposure_province", "eps_r", "E23", 0.1, (0, 1), ("U", 0, 0.3), "[1]", "weight of what happens elsewhere in the province", "AMENDMENTS 2.6"),
    ("emotion.overt_backlash", "zeta", "E24", 0.8, (0, 10), ("U", 0, 2), "[1]", "extra anger when open, unarmed dissent is hit", "MODEL M5 (Guatemala police archive)"),
    ("emotion.injustice", "nu_U", "E25", 0.6, (0, 10), ("U", 0, 2), "[1]", "private opposition gained per unit of anger", _M + "M1, M23"),
    ("emotion.hardship", "nu_H", "E25", 0.01, (0, 1), ("LU", 0.004, 0.03), "per week", "private opposition gained per unit of hardship", "AMENDMENTS 2.6b"),
    ("emotion.concession_comfort", "nu_C", "E25", 0.0, (0, 1), None, "per week", "private opposition lost by the concession itself (peasants)", "AMENDMENTS 2.6: 0, lower requisition already acts"),
    ("emotion.reversion", "nu_M", "E25", 0.008, (0, 1), ("LU", 0.002, 0.03), "per week", "reversion of private opposition to its origin", _M + "M23"),
    ("emotion.grief_decay", "delta_b", "E6", 1 / 52, (0, 1), None, "per week", "probability that grief for kin falls by one step of fifteen", "AMENDMENTS 2.5"),
)

_CIRCUMSTANCES: tuple[tuple[object, ...], ...] = (
    ("food.requisition_share", "rho_q0", "E22", 0.1, (0, 1), None, "share of the harvest", "grain taken before any concession", "AMENDMENTS 2.6b: .10, .06, .10, .25, .15 for the harvests of 1917 to 1921; stylised"),
    ("food.harvest", "h_0", "E22", 1.0, (0, 3), None, "of a normal harvest", "harvest of the year", "AMENDMENTS 2.6; records population.harvest"),
    ("food.harvest_per_person", "h_p", "E22", 1.3, (0.1, 10), None, "yearly grain of one person", "normal harvest per rural person", "AMENDMENTS 2.6"),
    ("food.rural_need", "n_r", "E22", 0.9, (0.1, 10), None, "yearly grain of one person", "grain below which villages starve", _OURS),
    ("food.sowing_response", "e_s", "E22", 0.5, (0, 2), ("U", 0.2, 1), "[1]", "fall of the next harvest with requisition above a tenth", "AMENDMENTS 2.6; sown area contracts (MODEL M21)"),
    ("food.stock_weeks", "stock_0", "E22", 13.0, (0, 104), None, "weeks of need", "national stock at the start", "AMENDMENTS 2.6; stylised"),
    ("food.city_floor", "f_0", "E22", 0.4, (0, 1), None, "of a full ration", "what private trade brings to the towns", "AMENDMENTS 2.6b"),
    ("food.hardship_requisition", "h_1", "E22", 0.6, (0, 1), ("U", 0.3, 1), "[1]", "hardship of peasants per share of the harvest taken", "AMENDMENTS 2.6"),
    ("food.hardship_conscription", "h_2", "E22", 0.6, (0, 1), ("U", 0.3, 1), "[1]", "hardship of peasants per share of men under arms", "AMENDMENTS 2.6"),
    ("food.hardship_city", "h_3", "E22", 0.6, (0, 1), ("U", 0.3, 1), "[1]", "hardship of townspeople per missing ration", "AMENDMENTS 2.6"),
    ("food.hardship_army", "h_4", "E22", 0.6, (0, 1), ("U", 0.3, 1), "[1]", "hardship of soldiers per missing ration", "AMENDMENTS 2.6"),
    ("food.famine_death", "lambda_fam", "E22", 0.0005, (0, 0.1), ("LU", 1e-4, 3e-3), "per week", "death rate at full famine", "AMENDMENTS 2.6"),
    ("army.troops", "M", "E26, E29", 300000.0, (0, 2e7), None, "persons", "troops of the regime (a schedule until fronts exist)", "records security.forces (Red Army); stylised before October 1918"),
    ("army.home_share", "m_home", "E3, E26", 0.12, (0, 1), ("U", 0.05, 0.3), "share of troops", "troops available at home", _OURS),
    ("combat.kill_rate", "gamma", "E26", 0.02, (0, 10), ("LU", 0.003, 0.1), "per soldier and week", "armed persons killed per engaged soldier with perfect information", "AMENDMENTS 2.6; Lanchester, Deitchman 1962 (MODEL M16)"),
    ("combat.loss_rate", "alpha_B", "E26", 0.01, (0, 10), ("LU", 0.002, 0.05), "per armed person and week", "losses of the regime", "AMENDMENTS 2.6"),
    ("combat.engagement", "e_M", "E26", 3.0, (0, 100), ("LU", 1, 10), "[1]", "troops engaged per armed person", "AMENDMENTS 2.6"),
    ("combat.intel_base", "mu_0", "E26", 0.2, (0, 1), ("U", 0.05, 0.4), "[1]", "share of fire that finds the armed, at least", "Kress and Szechtman 2009 (MODEL M16)"),
    ("combat.intel_apparatus", "mu_1", "E26", 0.2, (0, 1), ("U", 0, 0.4), "[1]", "gain by the apparatus", "Ours"),
    ("combat.intel_support", "mu_2", "E26", 0.1, (0, 1), ("U", 0, 0.3), "[1]", "gain by support among the population", "Ours; Kalyvas 2006"),
    ("control.ratio", "r_c", "E34", 1.0, (0.01, 100), ("U", 0.5, 1.5), "[1]", "armed persons per loyal soldier and officer at which a province is lost", "Ours"),
    ("danger.base", "s_0", "E29", -4.0, (-20, 20), None, "log odds", "perceived danger of a fall in calm", "AMENDMENTS 2.6"),
    ("danger.lost", "s_1", "E29", 6.0, (0, 50), None, "log odds", "danger per share of the country lost", "AMENDMENTS 2.6"),
    ("danger.armed", "s_2", "E29", 2.0, (0, 50), None, "log odds", "danger per armed person for each soldier", "AMENDMENTS 2.6"),
    ("danger.front", "s_3", "E29", 2.0, (0, 50), None, "log odds", "danger by the civil war", "AMENDMENTS 2.6"),
    ("path.civil_war", "W", "E19, E29", 0.0, (0, 1), None, "[1]", "pressure of the civil war", "AMENDMENTS 2.6; stylised"),
    ("path.intervention", "I", "E19", 0.0, (0, 1), None, "[1]", "pressure of foreign intervention", "AMENDMENTS 2.6; stylised"),
    ("collapse.control_share", "c_a", "E34", 0.4, (0, 1), ("U", 0.2, 0.6), "share of inhabitants", "territory: control below this", "Ours; always varied"),
    ("collapse.control_weeks", "c_aw", "E34", 4, (1, 520), None, "weeks, whole", "territory: for so many weeks", "Ours"),
    ("collapse.capital_weeks", "c_bw", "E34", 2, (1, 520), None, "weeks, whole", "capital: its garrison refuses for so many weeks", "AMENDMENTS 2.3"),
    ("collapse.army_share", "c_c", "E34", 0.2, (0, 1), ("U", 0.1, 0.3), "share of need", "army: loyal troops below this share of need", "Ours; always varied"),
    ("collapse.army_need", "c_cn", "E34", 0.02, (0, 1), None, "per inhabitant", "army: need at full war", "AMENDMENTS 2.6"),
    ("collapse.army_weeks", "c_cw", "E34", 8, (1, 520), None, "weeks, whole", "army: for so many weeks", "Ours"),
    ("collapse.cadre_share", "c_d", "E34", 0.5, (0, 1), ("U", 0.25, 0.75), "share of cadres", "cadres: open dissent above this", "Ours; always varied"),
    ("collapse.ration", "c_e", "E34", 0.3, (0, 1), ("U", 0.15, 0.45), "of a full ration", "hunger: state ration below this", "Ours; always varied"),
    ("collapse.ration_weeks", "c_ew", "E34", 8, (1, 520), None, "weeks, whole", "hunger: for so many weeks", "Ours"),
    ("collapse.worker_share", "c_ev", "E34", 0.3, (0, 1), ("U", 0.15, 0.45), "share of workers", "hunger: workers in open dissent", "Ours; always varied"),
    ("collapse.nation_share", "c_f", "E34", 0.5, (0, 1), ("U", 0.25, 0.75), "share of adults", "nation: dissent above this", "Ours; always varied"),
)
# fmt: on

PARAMETER_ROWS = _DECISION + _REPRESSION + _CENTRE + _CIRCUMSTANCES + INSTRUMENT_ROWS
"""All rows, in the order in which `whowhom describe soviet` prints them."""

"""The rows of the two sides (`docs/instruments.md`, E54 to E58): fronts, the rival's doctrine, negotiation, recruitment; without effect while their switches are off."""

from __future__ import annotations

_OURS = "Ours (scale-checked, not measured)"
_TWIN = "as its twin of the regime (MODEL M32: same code, labels exchanged); Ours"
_LADDER = (("arrest", 0.004), ("exile", 0.01), ("camp", 0.02), ("execution", 0.03))

# fmt: off
TWO_SIDES_ROWS: tuple[tuple[object, ...], ...] = (
    ("front.recruits", "lambda_R", "E54", 2e-4, (0, 1), None, "per inhabitant and week", "men whom the rival raises among those hostile to the regime, at full civil war", _OURS),
    ("front.aid", "a_R", "E54", 5e-5, (0, 1), None, "per inhabitant and week", "men whom the rival raises with aid from outside, at full intervention", "MODEL E28; Ours"),
    ("front.disband", "delta_R", "E54", 0.01, (0, 1), None, "per week", "men of the rival who go home", _OURS),
    ("front.regime_fire", "a_A", "E54", 0.02, (0, 1), None, "per week", "losses of the rival where the army meets it", "Lanchester's linear law (MODEL E28); Ours"),
    ("front.rival_fire", "b_R", "E54", 0.02, (0, 1), None, "per week", "losses of the army where it meets the rival", "Lanchester's linear law (MODEL E28); Ours"),
    ("front.speed", "v_F", "E54", 0.05, (0, 1), None, "per week", "advance of the front where nobody stands against it, as a share of a province", _OURS),
    ("rival.prior_suspicion", "m_0R", "E19, E55", 0.01, (0, 1), None, "share of adults", "the rival's prior belief of hidden opposition", _TWIN),
    ("rival.prior_weight", "pi_0R", "E19, E55", 0.3, (0, 100), None, "[1]", "weight of the rival's prior belief against a report", _TWIN),
    ("rival.escalation", "g_upR", "E20, E55", 0.15, (0, 1), None, "per week", "speed at which the rival takes instruments up", _TWIN),
    ("rival.relaxation", "g_dnR", "E20, E55", 0.02, (0, 1), None, "per week", "speed at which the rival lays instruments down", _TWIN),
    *((f"rival.threshold_{name}", f"Theta_{name}R", "E20, E55", value, (1e-6, 10), None, "[1]", f"threat at which the rival wants half of its ceiling of {name} (its ladder is ordered)", _TWIN) for name, value in _LADDER),
    *((f"rival.ceiling_{name}", f"ubar_{name}R", "E20, E55", 0.8, (0, 1), None, "[1]", f"the rival's highest use of {name}", _TWIN) for name, _ in _LADDER),
    *((f"rival.base_{name}", f"u0_{name}R", "E20, E55", 0.0, (0, 1), None, "[1]", f"the rival's use of {name} without any threat", _TWIN) for name, _ in _LADDER),
    ("rival.torture", "tau_R", "E11, E55", 0.5, (0, 5), None, "[1]", "intensity of duress in the rival's custody", _TWIN),
    ("negotiation.truce", "k_N", "E56", 0.8, (0, 1), None, "share", "fire that negotiation silences, on both sides", "MODEL S6a, C7; Ours"),
    ("negotiation.comfort", "nu_N", "E56", 0.005, (0, 1), None, "per week", "private opposition that negotiation takes away", "MODEL S6a, C7; Ours"),
    ("recruitment.rate", "lambda_P", "E58", 0.001, (0, 1), None, "per week", "workers and townspeople who are taken into the party", "MODEL E30; Ours"),
    ("recruitment.care", "kappa_P", "E58", 0.5, (0, 1), None, "[1]", "how far those known to be near to dissent are kept out", "MODEL E30; Ours"),
)
# fmt: on

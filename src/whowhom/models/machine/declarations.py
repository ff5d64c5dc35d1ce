"""Every parameter and switch of the machine, declared once.

One row is one parameter: name, symbol, equation, default, interval, prior, unit, meaning, source. The numbers are starting values and
priors of the design ("Ours" where nothing better is known); what the defaults of a scenario are is decided by matching, not here.
"""

from __future__ import annotations

from whowhom.models.machine.rows import PARAMETER_ROWS
from whowhom.models.machine.switches import SWITCHES
from whowhom.parameters import Declarations, Parameter, Prior, not_above, parts_of_one

INSTRUMENTS = ("arrest", "exile", "camp", "execution")
"""The ladder of instruments that the centre raises with the threat, mildest first."""

ORDERED = tuple(tuple(f"{side}.threshold_{name}" for name in INSTRUMENTS) for side in ("centre", "rival"))

JOINT = (
    parts_of_one(
        "decision.weight_local",
        "decision.weight_nation",
        reason="They are shares of a person's attention and the province has the rest; lower one of them.",
    ),
    not_above("quality.min", "quality.max", reason="Precision rises with information from one to the other; set both."),
    *(
        not_above(
            f"{side}.base_{name}",
            f"{side}.ceiling_{name}",
            reason="Its use rises with the threat from one to the other; set both.",
        )
        for side in ("centre", "rival")
        for name in INSTRUMENTS
    ),
    *(
        not_above(
            f"{rung}.base",
            f"{rung}.ceiling",
            reason="Its use rises with the threat from one to the other; set both.",
        )
        for rung in ("hostages", "villages", "area")
    ),
)
"""What the equations ask of several parameters together. What an equation cuts itself (E15, E16, E17, E26) is no rule."""

_PRIORS = {"U": Prior.uniform, "LU": Prior.log_uniform, "N": Prior.normal}


def _parameter(row: tuple[object, ...]) -> Parameter:
    name, symbol, equation, default, interval, prior, unit, meaning, source = row
    low, high = interval  # type: ignore[misc]
    drawn = None if prior is None else _PRIORS[prior[0]](prior[1], prior[2])  # type: ignore[index]
    return Parameter(
        name=str(name),
        symbol=str(symbol),
        default=float(default),  # type: ignore[arg-type]
        low=float(low),  # type: ignore[has-type]
        high=float(high),  # type: ignore[has-type]
        unit=str(unit),
        meaning=str(meaning),
        source=str(source),
        equation=str(equation),
        prior=drawn,
        kind="int" if unit == "weeks, whole" else "float",
    )


DECLARATIONS = Declarations(
    parameters=tuple(_parameter(row) for row in PARAMETER_ROWS),
    switches=SWITCHES,
    ordered=ORDERED,
    joint=JOINT,
)
"""All parameters and switches of the machine (`whowhom describe soviet` prints them)."""

INTENSITIES = frozenset(
    (
        "repression.torture",
        "repression.share_executed",
        "repression.share_camp",
        "repression.share_exile",
        "repression.share_interned",
        "names.acted_on",
        "apparatus.case_hunger",
        "apparatus.cap",
        "apparatus.floor",
        "emotion.public_share",
        "rival.torture",
        *(
            f"{side}.{what}_{name}"
            for side in ("centre", "rival")
            for what in ("ceiling", "base")
            for name in INSTRUMENTS
        ),
        *(f"{rung}.{what}" for what in ("ceiling", "base", "rate") for rung in ("hostages", "villages")),
        *(
            "area.ceiling",
            "area.base",
            "area.effect",
            "area.announcement",
            "hostages.executed",
            "villages.share",
            "villages.death",
        ),
        *(
            "threats.centre",
            "threats.local",
            "orders.obedience",
            "repression.execution_delay",
            "captives.executed",
            "captives.camp",
            "captives.exile",
        ),
        *(
            "informers.per_person",
            "informers.per_officer",
            "informers.reports",
            "quotas.start",
            "quotas.growth",
            "quotas.approval",
            "quotas.cap",
        ),
        *(
            "propaganda.level",
            "censorship.level",
            "party.expulsion",
            "purge.rate",
            "purge.dossier",
            "army.conscription",
            "army.catch",
        ),
        *("deportation.share", "surveillance.silence", "killing.rate", "foreign.arrests"),
    )
)
"""How strongly an instrument is used. Arms may not differ in one of these alone: nothing here searches for a dose (AMENDMENTS 1.9)."""

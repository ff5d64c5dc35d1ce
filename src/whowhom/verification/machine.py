"""Claims about the flagship: with its switches set to the assumptions of a canonical model it has that model's equilibria."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from whowhom.errors import MissingExtraError
from whowhom.verification.claim import ANALYTIC, Claim, Measured, estimated
from whowhom.verification.oracles import (
    adults_of,
    critical_spread,
    critical_spread_of_the_machine,
    crowd,
    equilibrium,
    fixed_point,
    open_share,
    over_seeds,
    risky,
    settled,
    settled_under_risk,
    standard_error,
    thresholds,
    under_risk,
)

#: Standard errors that an estimate may be off: a false-alarm rate of 6e-7 a claim.
_WIDTH = 5.0

#: Worlds over which the critical spread is measured.
_SEEDS = range(1, 13)

_SPREADS = (10.0, 12.0, 25.0, 40.0, 50.0)
_RISKS = ((0.5, 0.01), (1.0, 0.01), (2.0, 0.005), (0.25, 0.05), (0.5, 0.04))
_GRANOVETTER = "Granovetter 1978, American Journal of Sociology 83, p. 1427-28; exact value by solving his map"
_EPSTEIN = "the mean field of Epstein 2002, PNAS 99 suppl. 3 (rule A with P = 1 - exp(-k C/A), k = 2.3), grievance normal; exact value in closed form"


def _jump() -> Measured:
    """Measure the critical spread over independent crowds, in persons of 100.

    A finite crowd jumps a little later: 0.09 (s.e. 0.03) with 7,400 adults, 0.02 (0.01) with 29,000, and -0.01 (0.01) with the 118,000 here, in 48, 32 and 24
    crowds of other seeds.
    """
    mean, error = over_seeds([100.0 * critical_spread_of_the_machine(seed) for seed in _SEEDS])
    exact, width = 100.0 * critical_spread(), _WIDTH * error
    note = f"{len(_SEEDS)} crowds of {adults_of():,.0f} adults; exact {exact:.5f}."
    return estimated(mean, standard_error=error, low=exact - width, high=exact + width, note=note)


def _settles(spread: float) -> Measured:
    """Measure where a crowd settles, in persons of 100."""
    curve = thresholds(spread / 100.0)
    return _agrees(settled(crowd(spread / 100.0)), equilibrium(curve), curve)


def _settles_under_risk(kbar: float, enforcers: float) -> Measured:
    """Measure the share that is open under arrest risk, in persons of 100."""
    curve = under_risk(kbar, enforcers)
    return _agrees(settled_under_risk(risky(kbar, enforcers)), fixed_point(curve), curve)


def _agrees(share: float, exact: float, curve: Any) -> Measured:
    error = 100.0 * standard_error(exact, curve, adults=adults_of())
    low, high = 100.0 * exact - _WIDTH * error, 100.0 * exact + _WIDTH * error
    return estimated(100.0 * share, standard_error=error, low=low, high=high)


def _draw_crowds(path: Path) -> None:
    """Draw where crowds of the machine settle beside Granovetter's equilibria."""
    figure, ax = _axes()
    grid = [0.08 + 0.001 * step for step in range(160)]
    ax.plot(
        [100 * s for s in grid],
        [100 * equilibrium(thresholds(s)) for s in grid],
        color="0.4",
        label="Granovetter's map",
    )
    spreads = (0.09, 0.1, 0.11, 0.118, 0.12, 0.1215, 0.123, 0.125, 0.14, 0.17, 0.2, 0.235)
    ax.plot(
        [100 * s for s in spreads],
        [100 * settled(crowd(s)) for s in spreads],
        "o",
        color="#8c3b00",
        label="the machine",
    )
    ax.set(xlabel="standard deviation of thresholds, mean 25 [of 100]", ylabel="in open dissent [of 100]")
    _save(figure, ax, path)


def _draw_risks(path: Path) -> None:
    """Draw the way of the machine to the fixed points under arrest risk."""
    figure, ax = _axes()
    for number, (kbar, enforcers) in enumerate(_RISKS):
        world, shares = risky(kbar, enforcers), []
        for _ in range(60):
            world.step()
            shares.append(100.0 * open_share(world))
        ax.plot(range(1, 61), shares, color=f"C{number}", label=f"risk aversion {kbar}, enforcers {enforcers}")
        ax.axhline(100.0 * fixed_point(under_risk(kbar, enforcers)), color=f"C{number}", linestyle=":")
    ax.set(xlabel="week", ylabel="in open dissent [of 100]; dotted: fixed point")
    _save(figure, ax, path)


def _axes() -> tuple[Any, Any]:
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtraError(
            "a figure needs matplotlib, which is not installed. Install it with the extra 'plot': pip install 'whowhom[plot]'."
        ) from None
    figure = Figure(figsize=(6.4, 4.0), layout="constrained")
    return figure, figure.subplots()


def _save(figure: Any, ax: Any, path: Path) -> None:
    ax.legend(frameon=False, fontsize="small", loc="upper right" if ax.get_xlabel() == "week" else "center right")
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    figure.savefig(path, metadata={"Date": None})


CLAIMS = (
    Claim(
        name="critical spread of thresholds",
        model="machine",
        sentence="With thresholds of mean 25 in a crowd of 100, open dissent jumps from a few to nearly all when their standard deviation passes 12.22.",
        source=_GRANOVETTER,
        evidence=ANALYTIC,
        expected="12.2221 (within 5 standard errors; published: approximately 12.2)",
        check=_jump,
        seconds=40.0,
        figure=_draw_crowds,
    ),
    *(
        Claim(
            name=f"crowd at standard deviation {spread:g}",
            model="machine",
            sentence="Without risk and anger, and with everybody seeing the nation, dissent settles at Granovetter's equilibrium.",
            source=_GRANOVETTER,
            evidence=ANALYTIC,
            expected=f"{100 * equilibrium(thresholds(spread / 100)):.4g} of 100 (within 5 standard errors)",
            check=partial(_settles, spread),
            seconds=1.0,
        )
        for spread in _SPREADS
    ),
    *(
        Claim(
            name=f"risk aversion {kbar:g}, enforcers {enforcers:g}",
            model="machine",
            sentence="Without sight of others and anger, dissent settles where the share that is willing at the risk of a share is that share.",
            source=_EPSTEIN,
            evidence=ANALYTIC,
            expected=f"{100 * fixed_point(under_risk(kbar, enforcers)):.4g} of 100 (within 5 standard errors)",
            check=partial(_settles_under_risk, kbar, enforcers),
            seconds=2.0,
            figure=_draw_risks if (kbar, enforcers) == _RISKS[0] else None,
        )
        for kbar, enforcers in _RISKS
    ),
)

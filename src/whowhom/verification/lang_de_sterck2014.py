"""What Lang and De Sterck (2014) say, put to the model. Equation and abstract were read; attractors follow from the equation, names of regions are from memory."""

from __future__ import annotations

from functools import partial

import numpy as np

from whowhom.models.lang_de_sterck2014 import FAILED, META_STABLE, STABLE, UNSTABLE, after, attractors, end, region
from whowhom.verification.claim import ANALYTIC, PUBLISHED_SIGN, Claim, Measured, exactly

MODEL = "lang_de_sterck2014"
_PAPER = "Lang and De Sterck 2014, abstract"


def _goes(r: float, expected: float) -> Measured:
    played = after(r, 60.0, 0.2, 0.8)
    return exactly(played if end(r, 0.2, 0.8) == expected else float("nan"), expected, within=1e-12)


def _regions() -> Measured:
    grid = np.linspace(0.01, 0.99, 50)
    found = {region(alpha, beta) for alpha in grid for beta in grid}
    return exactly(len(found), 4)


def _attractors() -> Measured:
    expected = {
        STABLE: ((0.6, 0.9), (0.0, 1.0)),
        META_STABLE: ((0.2, 0.8), (0.0, 0.5, 1.0)),
        UNSTABLE: ((0.1, 0.4), (0.0, 1.0)),
        FAILED: ((0.7, 0.3), (0.0, 1.0)),
    }
    right = sum(region(*at) == kind and attractors(*at) == ends for kind, (at, ends) in expected.items())
    return exactly(right, 4)


def _basins() -> Measured:
    small = 1e-9
    cases = (
        (0.9 - small, (0.6, 0.9), 0.0), (0.9, (0.6, 0.9), 1.0),
        (0.1, (0.1, 0.4), 0.0), (0.1 + small, (0.1, 0.4), 1.0),
        (0.3 - small, (0.7, 0.3), 0.0), (0.3, (0.7, 0.3), 0.3), (0.7, (0.7, 0.3), 0.7), (0.7 + small, (0.7, 0.3), 1.0),
    )  # fmt: skip
    return exactly(sum(end(r, *at) == expected for r, at, expected in cases), len(cases))


def _new_media() -> Measured:
    alphas = np.linspace(0.9, 0.05, 200)
    ends = [end(0.45, float(alpha), 0.8) for alpha in alphas]
    jumps = np.abs(np.diff(ends))
    return Measured(
        f"{ends[0]:g} to {ends[-1]:g} in one jump of {jumps.max():g}",
        bool((jumps > 0).sum() == 1 and jumps.max() == 0.5),
        note="Share reached from .45, as the threshold of visibility falls from .9 to .05 at a police capacity of .8 and equal rates.",
    )


CLAIMS = (
    Claim("regions", MODEL, "The space of parameters parts into four regions of stability.", _PAPER, PUBLISHED_SIGN, "4 regions", _regions),
    Claim("new media", MODEL, "New media, which lower alpha, can move a regime over a border, where what is reached changes abruptly.", _PAPER, PUBLISHED_SIGN, "one jump", _new_media),
    Claim("attractors", MODEL, "0 and 1 attract in every region, and c* between alpha and beta.", "from the equation", ANALYTIC, "4 of 4 regions", _attractors),
    Claim("basins", MODEL, "The border of the basins is beta in the stable, alpha in the unstable region; in the failed state what is between them stays.", "from the equation", ANALYTIC, "8 of 8 starts", _basins),
    *(
        Claim(f"from {r:g}", MODEL, f"With equal rates, alpha = .2 and beta = .8 the share goes from {r:g} to {to:g}.", "from the equation", ANALYTIC, f"{to:g}", partial(_goes, r, to))
        for r, to in ((0.3, 0.5), (0.19, 0.0), (0.81, 1.0))
    ),
)  # fmt: skip

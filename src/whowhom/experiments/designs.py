"""Designs over what is not known about a world: a grid, a Latin hypercube, Sobol' points.

A design ranges over parameters of the world, by their priors or over ranges that are given, and returns parameter sets as a
scenario has them (`sets`), so that `run_experiment`, the store and every statistic take them as they are. How strongly an
instrument is used is no property of the world: a range of one of a model's `intensities` is refused (`experiments.guard`).

Sources: Latin hypercube, McKay, Beckman and Conover 1979, Technometrics 21, 239-245. Sobol' points, Sobol' 1967, USSR
Computational Mathematics and Mathematical Physics 7, 86-112, with the direction numbers of Joe and Kuo 2008 and the
scrambling of Matousek 1998, as SciPy has them; why their number is a power of two, Owen 2020, arXiv:2008.08051.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.contract import Model
from whowhom.errors import MissingExtraError, ParameterError, quoted
from whowhom.experiments.guard import intensities_of, refuse_intensities
from whowhom.parameters import Declarations, Parameter, Prior

Shares = NDArray[np.float64]
Sets = tuple[dict[str, float], ...]

#: More parameter sets than this are a slip of the finger.
MOST_SETS = 1_000_000

#: Shares of a prior are kept this far from 0 and 1, where some priors have no end [1].
_MARGIN = 2.0**-33


@dataclass(frozen=True)
class Space:
    """What a design ranges over.

    Attributes
    ----------
    declarations
        Of its parameters alone, each with the prior or the range that it is drawn from; ordered groups are kept.
    """

    declarations: Declarations

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters, in the order in which they were asked for."""
        return tuple(parameter.name for parameter in self.declarations.parameters)

    def values(self, shares: Shares) -> Sets:
        """Turn shares of the priors into parameter sets.

        Parameters
        ----------
        shares
            Numbers in [0, 1], a row per set [sets, parameters].
        """
        kept = np.clip(shares, _MARGIN, 1.0 - _MARGIN)
        return tuple(self.declarations.from_prior(dict(zip(self.names, row, strict=True))) for row in kept.tolist())


def space(model: Model, names: str | Iterable[str] = (), *, ranges: Mapping[str, Any] | None = None) -> Space:
    """Return what a design ranges over.

    Parameters
    ----------
    model
        Whose parameters they are.
    names
        Parameters that range over their priors. Without names and ranges all properties of the world that have a prior.
    ranges
        Parameter -> `(low, high)`, every value equally likely, or a `Prior`.

    Raises
    ------
    UnknownNameError
        There is no such parameter.
    ParameterError
        One of them is an intensity of an instrument, has neither prior nor range, or its range leaves its interval.
    """
    given = dict(ranges or {})
    asked = [names] if isinstance(names, str) else list(names)
    if not asked and not given:
        asked = _world(model)
    asked = list(dict.fromkeys([*asked, *given]))
    declared = [model.declarations.parameter(name) for name in asked]
    refuse_intensities(model, asked)
    chosen = [_ranged(parameter, given.get(parameter.name)) for parameter in declared]
    groups = [group for group in model.declarations.ordered if set(group) & set(asked)]
    for group in groups:
        if missing := [name for name in group if name not in asked]:
            raise ParameterError(
                f"ordered group {list(group)} must be drawn whole, got no draw for {missing}. Draw all or none."
            )
    return Space(
        Declarations(tuple(chosen), ordered=tuple(groups), listed_by=model.declarations.listed_by),
    )


def _world(model: Model) -> list[str]:
    """Return the properties of the world that are uncertain."""
    doses = intensities_of(model)
    found = [p.name for p in model.declarations.parameters if p.prior is not None and p.name not in doses]
    if not found:
        raise ParameterError(
            f"a design must range over something, got no parameter of model '{model.name}' with a prior. "
            "Give a range: {'NAME': (low, high)}."
        )
    return found


def _ranged(parameter: Parameter, given: Any) -> Parameter:
    """Return a parameter with the range that it is drawn from as its prior."""
    if given is None:
        if parameter.prior is None:
            raise ParameterError(
                f"'{parameter.name}' must have a prior to be drawn, got none. Give it a range: "
                f"{{'{parameter.name}': (low, high)}}."
            )
        return parameter
    prior = given if isinstance(given, Prior) else _uniform(parameter.name, given)
    for end in (prior.a,) if prior.kind == "normal" else (prior.a, prior.b):
        if problem := parameter.problem(end):
            raise ParameterError(problem)
    return replace(parameter, prior=prior)


def _uniform(name: str, given: Any) -> Prior:
    try:
        low, high = (float(end) for end in given)
        return Prior.uniform(low, high)
    except (TypeError, ValueError):
        raise ParameterError(
            f"the range of '{name}' must be two numbers, the lower one first, got {quoted(given)}. Write (low, high)."
        ) from None


def grid(space: Space, *, points: int | Mapping[str, int | Sequence[float]] = 5) -> Sets:
    """Return every combination of some values of each parameter; the last parameter changes fastest.

    Parameters
    ----------
    points
        How many values of each parameter, one number for all or one each: those in the middle of as many parts of its
        prior that are equally likely. Or the values themselves.

    Raises
    ------
    ParameterError
        A number is below 1, a value out of its interval, a parameter without its points, or there are too many sets.
    """
    counts = dict.fromkeys(space.names, points) if isinstance(points, int) else dict(points)
    if set(counts) != set(space.names):
        raise ParameterError(
            f"'points' must name the parameters of the design, {', '.join(space.names)}, got {quoted(sorted(counts))}."
        )
    axes = [_axis(space.declarations.parameter(name), counts[name]) for name in space.names]
    _check_sets(math.prod(len(axis) for axis in axes), least=1)
    meshes = np.meshgrid(*axes, indexing="ij")
    rows = np.stack([mesh.ravel() for mesh in meshes], axis=1)
    found = tuple(dict(zip(space.names, row, strict=True)) for row in rows.tolist())
    problems = [problem for values in found for problem in space.declarations.joint_problems(values)]
    if problems:
        raise ParameterError(list(dict.fromkeys(problems)))
    return found


def _axis(parameter: Parameter, points: int | Sequence[float]) -> list[float]:
    """Return the values of one parameter on a grid."""
    if not isinstance(points, int):
        problems = [problem for value in points if (problem := parameter.problem(value))]
        if problems:
            raise ParameterError(problems)
        return [float(value) for value in points]
    if points < 1:
        raise ParameterError(f"'points' of '{parameter.name}' must be at least 1, got {points}.")
    return [parameter.from_prior((place + 0.5) / points) for place in range(points)]


def latin_hypercube(space: Space, *, sets: int, seed: int) -> Sets:
    """Return so many parameter sets of which each parameter has one in each of as many equally likely parts of its prior.

    Parameters
    ----------
    sets
        How many, at least 2.
    seed
        Of the design; the histories played with it share no luck with it.

    Raises
    ------
    ParameterError
        So many sets cannot be.
    MissingExtraError
        SciPy is not installed.
    """
    _check_sets(sets, least=2)
    return space.values(_quasi().LatinHypercube(len(space.names), seed=design_luck(seed)).random(sets))


def sobol(space: Space, *, sets: int, seed: int) -> Sets:
    """Return scrambled Sobol' points: sets that fill the space more evenly than independent draws.

    Parameters
    ----------
    sets
        How many, a power of two: with any other number the points lose the balance that they are chosen for.
    seed
        Of the scrambling. The first sets of a larger design with the same seed are those of the smaller one.

    Raises
    ------
    ParameterError
        The number is no power of two.
    MissingExtraError
        SciPy is not installed.
    """
    return space.values(sobol_shares(sets, len(space.names), seed=seed))


def sobol_shares(n: int, dimensions: int, *, seed: int) -> Shares:
    """Return scrambled Sobol' points in the unit cube [n, dimensions]; errors as in `sobol`."""
    _check_sets(n, least=2)
    if n & (n - 1):
        below = 1 << (n.bit_length() - 1)
        raise ParameterError(
            f"the number of Sobol' points must be a power of two, got {n}. Take {below} or {2 * below}."
        )
    points: Shares = _quasi().Sobol(dimensions, scramble=True, seed=design_luck(seed)).random_base2(n.bit_length() - 1)
    return points


def design_luck(seed: int) -> np.random.Generator:
    """Return a generator for one design: keyed, used once and thrown away."""
    if not 0 <= seed < 2**62:
        raise ParameterError(f"'seed' must be a whole number in [0, 2**62), got {quoted(seed)}. It fixes the design.")
    return np.random.Generator(np.random.Philox(np.random.SeedSequence(seed)))


def _quasi() -> Any:
    """Return SciPy's module of such points."""
    try:
        from scipy.stats import qmc
    except ImportError:
        raise MissingExtraError(
            "a Latin hypercube and Sobol' points need SciPy, which is not installed. "
            "Install it with the extra 'analysis': pip install 'whowhom[analysis]'. A grid needs nothing."
        ) from None
    return qmc


def _check_sets(sets: int, *, least: int) -> None:
    if not least <= sets <= MOST_SETS:
        raise ParameterError(
            f"a design must have from {least} to {MOST_SETS} parameter sets, got {quoted(sets)}. Ask for fewer."
            if sets > MOST_SETS
            else f"a design must have at least {least} parameter sets, got {quoted(sets)}. Ask for more."
        )

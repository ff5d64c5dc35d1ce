"""What is not computed here: which dose of an instrument serves a regime best.

Instruments enter an experiment as present or absent. A design in which arms differ in nothing but how strongly one is
used, with survival as its outcome, is a search for the right amount of repression, and is refused.
Uncertain properties of the world may be varied freely.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations

from whowhom.engine.contract import Model
from whowhom.errors import ParameterError
from whowhom.experiments.design import Arm

#: The rule and the reason, worded once for arms, sets and designs.
_RULE = "must differ in whether an instrument exists, not in how much of it there is"
_REASON = (
    "whowhom does not search for the dose that keeps a regime in power; use --off, or vary a property of the world."
)


def intensities_of(model: Model) -> frozenset[str]:
    """Return the parameters that a model marks as intensities of instruments (its attribute `intensities`)."""
    return frozenset(getattr(model, "intensities", ()))


def intensity_problems(
    arms: Sequence[Arm], *, intensities: Collection[str], defaults: Mapping[str, float] | None = None
) -> list[str]:
    """Return one sentence for each pair of arms that differ in nothing but intensities of instruments.

    Parameters
    ----------
    arms
        Of the experiment. One arm that sets an intensity is a scenario, not a search; it has nothing to be compared
        with.
    intensities
        Names of parameters that say how strongly an instrument is used.
    defaults
        Values of the scenario; an arm that sets an intensity to what it is anyway does not differ.

    Notes
    -----
    Setting an intensity to 0 is switching the instrument off, and allowed: that is the placebo and the absent arm.
    """
    problems = []
    known = dict(defaults or {})
    for one, other in combinations(arms, 2):
        names = sorted(_differing(one, other, known) & set(intensities))
        if names and _others_equal(one, other, names, known) and not _one_is_absent(one, other, names, known):
            problems.append(
                f"arms '{one.name}' and '{other.name}' {_RULE}, got two values of {_list(names)} and no other "
                f"difference. {_REASON}"
            )
    return problems


def set_problems(sets: Sequence[Mapping[str, float]], *, intensities: Collection[str]) -> list[str]:
    """Return a sentence if parameter sets differ in nothing but intensities of instruments.

    Sets that are drawn from what is believed about a whole model vary properties of the world too, and are no search: nobody can read off them which dose serves best
    while all else stays the same.
    """
    varying = sorted({name for values in sets for name in values if any(values[name] != s.get(name) for s in sets)})
    if not varying or set(varying) - set(intensities):
        return []
    return [f"parameter sets {_RULE}, got several values of {_list(varying)} and no other difference. {_REASON}"]


def refuse_search(
    model: Model,
    *,
    arms: Sequence[Arm],
    defaults: Mapping[str, float] | None = None,
    sets: Sequence[Mapping[str, float]] = (),
) -> None:
    """Raise if a design searches for the dose of an instrument.

    Raises
    ------
    ParameterError
        A sentence for each pair of arms that differ in an intensity alone, and one for sets that do.
    """
    problems = intensity_problems(arms, intensities=intensities_of(model), defaults=defaults)
    problems += set_problems(sets, intensities=intensities_of(model))
    if problems:
        raise ParameterError(problems)


def refuse_intensities(model: Model, names: Iterable[str]) -> None:
    """Raise if a design is to range over how strongly an instrument is used.

    Raises
    ------
    ParameterError
        One sentence that names all such parameters.
    """
    found = sorted(intensities_of(model) & set(names))
    if found:
        raise ParameterError(f"the runs of a design {_RULE}, got a range of {_list(found)}. {_REASON}")


def _value(arm: Arm, name: str, known: Mapping[str, float]) -> float | str | None:
    return arm.values.get(name, known.get(name))


def _differing(one: Arm, other: Arm, known: Mapping[str, float]) -> set[str]:
    """Return the parameters whose values differ between two arms."""
    return {name for name in {*one.values, *other.values} if _value(one, name, known) != _value(other, name, known)}


def _others_equal(one: Arm, other: Arm, names: Sequence[str], known: Mapping[str, float]) -> bool:
    """Return True if nothing but the named parameters differs."""
    return (one.off, one.on) == (other.off, other.on) and _differing(one, other, known) == set(names)


def _one_is_absent(one: Arm, other: Arm, names: Sequence[str], known: Mapping[str, float]) -> bool:
    """Return True if in one of the two arms every named intensity is exactly 0."""
    return any(all(_value(arm, name, known) == 0.0 for name in names) for arm in (one, other))


def _list(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)

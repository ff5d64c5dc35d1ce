"""Sums for the observables, in storage order."""

from __future__ import annotations

from whowhom.engine.kernel import entry
from whowhom.engine.population import PARTY_KIND


@entry
def survey_strata(counts, weight, kind, columns, total, inside):
    """Sums of whole numbers times weights, over all strata and over those of party members and cadres.

    Parameters
    ----------
    counts : int64 [strata, fields]
        The table of strata, as whole numbers.
    weight : float64 [strata]
        Persons for each simulated one.
    kind : int32 [strata]
        Kinds of strata.
    columns : int64 [k]
        Fields wanted.
    total, inside : float64 [k]
        The sums, in persons of the country.

    **Writes** total, inside. **Draws** nothing. **Update** sums in storage order. **Cost** strata.
    """
    for k in range(len(columns)):
        total[k] = 0.0
        inside[k] = 0.0
        for s in range(len(weight)):
            represented = weight[s] * counts[s, columns[k]]
            total[k] += represented
            if kind[s] >= PARTY_KIND:
                inside[k] += represented


@entry
def survey_provinces(values, persons, columns, mean, total):
    """Means over provinces by inhabitants, and plain sums.

    Parameters
    ----------
    values : float64 [provinces, fields]
    persons : float64 [provinces]
    columns : int64 [k]
    mean, total : float64 [k]

    **Writes** mean, total. **Draws** nothing. **Update** sums in storage order. **Cost** provinces.
    """
    people = 0.0
    for r in range(len(persons)):
        people += persons[r]
    for k in range(len(columns)):
        total[k] = 0.0
        mean[k] = 0.0
        for r in range(len(persons)):
            total[k] += values[r, columns[k]]
            mean[k] += values[r, columns[k]] * persons[r]
        mean[k] = mean[k] / people

"""Choosing a person at random, or one near to dissent: keyed attempts, bounded, uniform over adults.

Sixteen words give sixteen places; who is no adult is passed over, so that every adult has the same chance whatever the storage order
(with an adult share of .55 none is found among sixteen with a chance of 3e-6). Self-generated cases and those of a limit also pass over by dossier: with empty dossiers
1.9 % of them find nobody at a dossier weight of .1, and 19 % at .3, though they count as served. Ours; `docs/machine.md` 4.5.
"""

from __future__ import annotations

from whowhom.engine.kernel import kernel
from whowhom.engine.population import CHILD, ROLE_BITS
from whowhom.engine.streams import chance, philox, pick
from whowhom.mechanisms.persons import dossier_of, is_latent

BLOCKS, CANDIDATES = 4, 8


@kernel
def word_of(words, k):
    """The k-th of four words."""
    if k == 0:
        return words[0]
    if k == 1:
        return words[1]
    if k == 2:
        return words[2]
    return words[3]


@kernel
def choose(w, t, first, slots, latent, chooser, dossier_stream, ordinal, upper, stream, sub):
    """Choose one adult among `slots` places from person `first`.

    Parameters
    ----------
    latent : bool
        Whether somebody near to dissent is wanted.
    chooser : int
        A person who cannot be the answer, -1 if nobody.
    dossier_stream : int
        The stream of the test by dossier, 0 where dossiers do not attract.
    ordinal, upper, stream, sub
        Counter words of the draw; block b has `sub + b` in the low bits of the second word.

    Returns
    -------
    int, the person, or -1 if there was nobody.
    """
    p = w.p[0]
    n = w.nation[0]
    found = -1
    candidates = 0
    for block in range(BLOCKS):
        words = philox(ordinal, upper | (sub + block), t, stream, n.k0, n.k1)
        tests = words
        if dossier_stream:
            tests = philox(ordinal, upper | (sub + block), t, dossier_stream, n.k0, n.k1)
        for k in range(4):
            i = first + pick(slots, word_of(words, k))
            if w.role[i] & ROLE_BITS == CHILD or i == chooser:
                continue
            if dossier_stream:
                attraction = (1.0 + p.apparatus_dossier_weight * dossier_of(w, i)) / (
                    1.0 + 15.0 * p.apparatus_dossier_weight
                )
                if not chance(attraction, word_of(tests, k)):
                    continue
            found = i
            if not latent or is_latent(w, i):
                return i
            candidates += 1
            if candidates == CANDIDATES:
                return i
    return found

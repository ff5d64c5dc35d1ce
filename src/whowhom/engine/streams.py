"""Keyed random numbers: matched luck.

A draw is a pure function of (seed, stream, tick, entity): Philox 4x32-10 (Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as
easy as 1, 2, 3") as a block cipher on the counter (ordinal, tag | sub, tick, stream) under the key hashed from the seed. Nothing is ever
"the next number", so a switch, an observer, a thread or one more person elsewhere changes nobody's luck. The layout of the counter and the
list of streams are in `docs/machine.md`, section 2; a stream's number is never reused.

All words are kept as unsigned 64-bit numbers below 2**32, so that the same code is right compiled and not compiled.
"""

from __future__ import annotations

import hashlib
import math

import numpy as np

from whowhom.engine.kernel import entry, merged

_MULTIPLY_0, _MULTIPLY_1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_WEYL_0, _WEYL_1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_LOW, _HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
_TWO_32 = 4294967296.0

GENERATOR = "philox4x32-10, key BLAKE2b-64('whowhom:{seed}'), counter (ordinal, tag<<16|sub, tick, stream)"
"""Written into the provenance of every run."""


def key_of(seed: int) -> tuple[int, int]:
    """Two 32-bit key words of a seed (any whole number)."""
    digest = hashlib.blake2b(f"whowhom:{seed}".encode(), digest_size=8).digest()
    return int.from_bytes(digest[:4], "little"), int.from_bytes(digest[4:], "little")


@merged
def _rounds(x0, x1, x2, x3, a, b):
    """Ten rounds of Philox 4x32 on counter words and key words that are unsigned and below 2**32."""
    for _ in range(10):
        product_0 = _MULTIPLY_0 * x0
        product_1 = _MULTIPLY_1 * x2
        x0 = (product_1 >> _HALF) ^ x1 ^ a
        x1 = product_1 & _LOW
        x2 = (product_0 >> _HALF) ^ x3 ^ b
        x3 = product_0 & _LOW
        a = (a + _WEYL_0) & _LOW
        b = (b + _WEYL_1) & _LOW
    return x0, x1, x2, x3


@entry
def philox(c0, c1, c2, c3, k0, k1):
    """A block of Philox 4x32-10.

    Parameters
    ----------
    c0, c1, c2, c3, k0, k1
        Counter and key words in [0, 2**32).

    Returns
    -------
    tuple of four uint64 below 2**32, independent and uniform.
    """
    return _rounds(np.uint64(c0), np.uint64(c1), np.uint64(c2), np.uint64(c3), np.uint64(k0), np.uint64(k1))


@entry
def philox_row(ordinal, slots, n, upper, tick, stream, k0, k1, third, words):
    """The first word (or the third) of many blocks that differ in their ordinal alone.

    The same words as `philox` gives one by one, at a fraction of the cost: nothing waits for anything, and words known to be below 2**32 let the compiler work on
    eight blocks at once.

    Parameters
    ----------
    ordinal : int
        Added to each of `slots` for the first counter word.
    slots : int64 [at least n, rounded up to eights]
    n : int
        Number of blocks.
    upper, tick, stream, k0, k1 : int in [0, 2**32)
        The other counter words and the key.
    third : bool
        Whether the third word is wanted instead of the first.
    words : uint64 [at least n, rounded up to eights]
        Receives the words; those after the n-th mean nothing.
    """
    key_0, key_1 = np.uint64(k0) & _LOW, np.uint64(k1) & _LOW
    c1, c2, c3 = np.uint64(upper) & _LOW, np.uint64(tick) & _LOW, np.uint64(stream) & _LOW
    whole = (n + 7) // 8 * 8  # eight at once, also for one: what is left over of a row would be made one by one
    for k in range(whole):
        x0, _, x2, _ = _rounds(np.uint64(ordinal + slots[k]) & _LOW, c1, c2, c3, key_0, key_1)
        words[k] = x2 if third else x0


@entry
def unit(word):
    """The middle of the word's interval, uniform in (0, 1)."""
    return (float(word) + 0.5) / _TWO_32


@entry
def chance(probability, word):
    """Whether something of this probability happens: never at 0, always at 1."""
    return float(word) < probability * _TWO_32


@entry
def pick(count, word):
    """One of `count` places (below 2**31), by multiplication and shift: int64 in [0, count)."""
    return np.int64((word * np.uint64(count)) >> _HALF)


@entry
def normal_quantile(u):
    """Inverse of the standard normal distribution function, relative error about 1e-16.

    Wichura (1988), Algorithm AS 241 (PPND16), Applied Statistics 37, 477-484. `u` in (0, 1).
    """
    q = u - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        above = 2.5090809287301226727e3 * r + 3.3430575583588128105e4
        above = above * r + 6.7265770927008700853e4
        above = above * r + 4.5921953931549871457e4
        above = above * r + 1.3731693765509461125e4
        above = above * r + 1.9715909503065514427e3
        above = above * r + 1.3314166789178437745e2
        above = above * r + 3.3871328727963666080e0
        below = 5.2264952788528545610e3 * r + 2.8729085735721942674e4
        below = below * r + 3.9307895800092710610e4
        below = below * r + 2.1213794301586595867e4
        below = below * r + 5.3941960214247511077e3
        below = below * r + 6.8718700749205790830e2
        below = below * r + 4.2313330701600911252e1
        below = below * r + 1.0
        return q * above / below
    r = u if q < 0.0 else 1.0 - u
    r = math.sqrt(-math.log(r))
    if r <= 5.0:
        r = r - 1.6
        above = 7.74545014278341407640e-4 * r + 2.27238449892691845833e-2
        above = above * r + 2.41780725177450611770e-1
        above = above * r + 1.27045825245236838258e0
        above = above * r + 3.64784832476320460504e0
        above = above * r + 5.76949722146069140550e0
        above = above * r + 4.63033784615654529590e0
        above = above * r + 1.42343711074968357734e0
        below = 1.05075007164441684324e-9 * r + 5.47593808499534494600e-4
        below = below * r + 1.51986665636164571966e-2
        below = below * r + 1.48103976427480074590e-1
        below = below * r + 6.89767334985100004550e-1
        below = below * r + 1.67638483018380384940e0
        below = below * r + 2.05319162663775882187e0
        below = below * r + 1.0
    else:
        r = r - 5.0
        above = 2.01033439929228813265e-7 * r + 2.71155556874348757815e-5
        above = above * r + 1.24266094738807843860e-3
        above = above * r + 2.65321895265761230930e-2
        above = above * r + 2.96560571828504891230e-1
        above = above * r + 1.78482653991729133580e0
        above = above * r + 5.46378491116411436990e0
        above = above * r + 6.65790464350110377720e0
        below = 2.04426310338993978564e-15 * r + 1.42151175831644588870e-7
        below = below * r + 1.84631831751005468180e-5
        below = below * r + 7.86869131145613259100e-4
        below = below * r + 1.48753612908506148525e-2
        below = below * r + 1.36929880922735805310e-1
        below = below * r + 5.99832206555887937690e-1
        below = below * r + 1.0
    value = above / below
    return -value if q < 0.0 else value


@entry
def normal_share(z):
    """Standard normal distribution function."""
    return 0.5 * math.erfc(-z / 1.4142135623730951)


@entry
def poisson(mean, u):
    """Poisson count by inverse function of one uniform, which never falls when the mean rises within either branch (it can at 50, where they meet).

    Exact below a mean of 50; above it the normal approximation, rounded (distribution functions then differ by less than 1 %).
    """
    if mean <= 0.0:
        return 0
    if mean >= 50.0:
        return max(0, int(math.floor(mean + math.sqrt(mean) * normal_quantile(u) + 0.5)))
    term = math.exp(-mean)
    total = term
    n = 0
    while u >= total and n < 1000:
        n += 1
        term = term * mean / n
        total += term
    return n


@entry
def negative_binomial(mean, dispersion, u):
    """Negative binomial count (mean, dispersion k; variance mean + mean**2 / k) by inverse function, at most 63."""
    if mean <= 0.0:
        return 0
    term = math.exp(dispersion * math.log(dispersion / (dispersion + mean)))
    ratio = mean / (dispersion + mean)
    total = term
    n = 0
    while u >= total and n < 63:
        n += 1
        term = term * ratio * (dispersion + n - 1) / n
        total += term
    return n

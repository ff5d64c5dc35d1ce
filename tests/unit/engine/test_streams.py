"""Keyed streams: known answers, exact distributions, and independence of neighbouring keys.

Changing a draw is a breaking change: what stands here as known answers stays. The statistical tests have fixed keys, a false-alarm
rate of 1e-6 each, and a negative control that must fail the same test.
"""

from __future__ import annotations

import hashlib
import itertools
import math
from collections.abc import Callable
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from tests.reference import week

from whowhom.engine.streams import (
    chance,
    key_of,
    negative_binomial,
    normal_quantile,
    normal_share,
    philox,
    philox_row,
    pick,
    poisson,
    unit,
)

ALARM = 1e-6
MOST = 2**32 - 1
WORDS = st.integers(0, MOST)


def word(number: int) -> np.uint64:
    """A word as kernels have it."""
    return np.uint64(number)


# --- Philox -------------------------------------------------------------------------------------------------------------------------

KNOWN = [
    ((0, 0, 0, 0), (0, 0), "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ((MOST,) * 4, (MOST,) * 2, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        "d16cfe09 94fdcceb 5001e420 24126ea1",
    ),
]
"""Counter, key and output words from the authors' test vectors (Random123, philox4x32 with 10 rounds)."""


@pytest.mark.parametrize(("counter", "key", "expected"), KNOWN)
def test_philox_gives_the_known_answers(counter: tuple[int, ...], key: tuple[int, int], expected: str) -> None:
    """Philox 4x32-10 gives the words published with it for counters and keys of zeros, of ones and of the digits of pi."""
    assert " ".join(f"{int(x):08x}" for x in philox(*counter, *key)) == expected


@given(st.tuples(WORDS, WORDS, WORDS, WORDS), st.tuples(WORDS, WORDS))
def test_philox_is_that_of_the_reference(counter: tuple[int, ...], key: tuple[int, int]) -> None:
    """For any counter and key the words are those of an implementation in whole numbers of any size."""
    assert tuple(int(x) for x in philox(*counter, *key)) == week.philox(counter, key)


def test_keys_of_seeds_are_known() -> None:
    """A seed's key is the two little-endian words of BLAKE2b-64 of 'whowhom:SEED', for 0 and for large seeds too."""
    assert key_of(0) == (2404723380, 1039967277)
    assert key_of(1) == (3817077699, 4017025697)
    for seed in (0, 1, 2**63 - 1):
        digest = hashlib.blake2b(f"whowhom:{seed}".encode(), digest_size=8).digest()
        assert key_of(seed) == tuple(np.frombuffer(digest, "<u4").tolist())


# --- from words to what happens -----------------------------------------------------------------------------------------------------------


@given(WORDS)
def test_unit_is_inside_the_open_interval(number: int) -> None:
    """A uniform number is the middle of its word's interval: never 0, never 1, and never decreasing in the word."""
    u = unit(word(number))
    assert u == (number + 0.5) / 2**32
    assert 0.0 < u < 1.0


@given(WORDS)
def test_what_is_impossible_never_happens_and_what_is_certain_always_does(number: int) -> None:
    """Chance 0 (or less) never happens and chance 1 (or more) always does, whatever the word."""
    assert not chance(0.0, word(number))
    assert not chance(-1.0, word(number))
    assert chance(1.0, word(number))
    assert chance(1.5, word(number))


@given(WORDS, st.floats(0, 1), st.floats(0, 1))
def test_what_happens_at_a_chance_happens_at_any_higher_one(number: int, p: float, q: float) -> None:
    """Chance is monotone: who is taken at a probability is taken at every higher one with the same word."""
    low, high = min(p, q), max(p, q)
    assert chance(low, word(number)) <= chance(high, word(number))


def test_chance_counts_words() -> None:
    """A probability p is met by exactly the words below p * 2**32."""
    p = 12345 / 2**32
    assert chance(p, word(12344))
    assert not chance(p, word(12345))


@given(WORDS, st.integers(1, 2**31 - 1))
def test_a_pick_is_one_of_the_places(number: int, count: int) -> None:
    """A pick lies in [0, count), is the exact product shifted by 32 bits, and takes both ends."""
    assert int(pick(count, word(number))) == (number * count) >> 32
    assert 0 <= int(pick(count, word(number))) < count
    assert int(pick(count, word(0))) == 0
    assert int(pick(count, word(MOST))) == count - 1


# --- distributions --------------------------------------------------------------------------------------------------------------------------


def test_normal_quantile_is_exact() -> None:
    """The normal quantile agrees with that of the standard library to 1e-12 over all uniform numbers, tails included."""
    ends = [0.5 / 2**32, 1.5 / 2**32, 1e-12, 1e-6, 0.0749, 0.075, 0.0751]
    grid = [*ends, *(1 - u for u in ends), *((k + 0.5) / 4001 for k in range(4001))]
    exact = NormalDist().inv_cdf
    assert max(abs(normal_quantile(u) - exact(u)) / max(1.0, abs(exact(u))) for u in grid) < 1e-12


@given(WORDS)
def test_normal_quantile_is_symmetric_and_inverted_by_the_share(number: int) -> None:
    """The quantile of 1 - u is minus that of u, and the distribution function gives u back."""
    u = unit(word(number))
    z = normal_quantile(u)
    assert normal_quantile(1.0 - u) == pytest.approx(-z, rel=1e-9, abs=1e-12)
    assert normal_share(z) == pytest.approx(u, rel=1e-9)


MEANS = [1e-9, 0.01, 0.3, 1.0, 3.7, 20.0, 49.999]
DISPERSIONS = [0.05, 0.3, 1.0, 5.0, 100.0]


def steps(draw: Callable[[float], int], cumulative: Callable[[int], float], most: int) -> None:
    """Check that a count jumps from n to n + 1 where its distribution function is: just below it still n, just above it more."""
    for n in range(most):
        at = cumulative(n)
        if not 1e-9 < at < 1 - 1e-9:
            continue
        below, above = at - 1e-12, at + 1e-12
        assert draw(below) <= n < draw(above), (n, at)


@pytest.mark.parametrize("mean", MEANS)
def test_poisson_is_exact(mean: float) -> None:
    """Below a mean of 50 a Poisson count jumps exactly where the distribution function does (1e-12)."""
    steps(lambda u: poisson(mean, u), lambda n: float(stats.poisson.cdf(n, mean)), 120)


@pytest.mark.parametrize("dispersion", DISPERSIONS)
@pytest.mark.parametrize("mean", [0.01, 0.8, 4.0, 12.0])
def test_negative_binomial_is_exact(mean: float, dispersion: float) -> None:
    """A negative binomial count of this mean and dispersion jumps exactly where its distribution function does (1e-12)."""
    p = dispersion / (dispersion + mean)
    steps(lambda u: negative_binomial(mean, dispersion, u), lambda n: float(stats.nbinom.cdf(n, dispersion, p)), 62)


def test_the_check_of_distributions_sees_a_wrong_one() -> None:
    """Negative control: a mean that is wrong by a millionth fails the check of the distribution function."""
    with pytest.raises(AssertionError):
        steps(lambda u: poisson(3.7 * (1 + 1e-6), u), lambda n: float(stats.poisson.cdf(n, 3.7)), 120)


def test_large_poisson_counts_are_nearly_exact() -> None:
    """From a mean of 50 on the distribution function is met within .01, and .005 from a mean of 500 on."""
    for mean, limit in ((50.0, 0.01), (80.0, 0.01), (500.0, 0.005), (5000.0, 0.005)):
        grid = [(k + 0.5) / 20000 for k in range(20000)]
        counts = np.array([poisson(mean, u) for u in grid])
        values = np.unique(counts)
        ours = np.searchsorted(np.sort(counts), values, side="right") / len(grid)
        gap = np.abs(ours - stats.poisson.cdf(values, mean)).max()
        print(f"mean {mean}: largest difference of the distribution functions {gap:.4f}")
        assert gap < limit


@given(st.floats(0, 500), st.floats(0, 500), WORDS, WORDS)
def test_poisson_never_falls_when_mean_or_word_rises(one: float, other: float, low: int, high: int) -> None:
    """A Poisson count does not fall when its mean rises (on each side of 50) or its uniform number does, so twins stay in order."""
    u, v = sorted((unit(word(low)), unit(word(high))))
    assert poisson(one, u) <= poisson(one, v)
    small, large = sorted((one, other))
    if (small < 50) == (large < 50):
        assert poisson(small, u) <= poisson(large, u)


@given(st.floats(0, 20), st.floats(0, 20), st.sampled_from(DISPERSIONS), WORDS, WORDS)
def test_names_never_get_fewer_when_mean_or_word_rises(a: float, b: float, k: float, low: int, high: int) -> None:
    """A negative binomial count does not fall when its mean or its uniform number rises."""
    u, v = sorted((unit(word(low)), unit(word(high))))
    small, large = sorted((a, b))
    assert negative_binomial(small, k, u) <= negative_binomial(large, k, u)
    assert negative_binomial(a, k, u) <= negative_binomial(a, k, v)


def test_counts_are_bounded() -> None:
    """No mean gives no events; at the largest word names stop at 63 and Poisson counts are finite."""
    last = unit(word(MOST))
    assert poisson(0.0, last) == poisson(-1.0, last) == negative_binomial(0.0, 1.0, last) == 0
    assert poisson(1e-12, unit(word(0))) == 0
    assert negative_binomial(20.0, 0.05, last) == 63
    assert 80 < poisson(49.99, last) < 120
    assert 50 + 6 * math.sqrt(50) < poisson(50.0, last) < 100
    assert poisson(50.0, unit(word(0))) == 5


# --- uniformity and independence ----------------------------------------------------------------------------------------------------------

PLACES = 16
Key = Callable[[int, int, int, int], tuple[int, ...]]


def honest(i: int, t: int, stream: int, seed: int) -> tuple[int, ...]:
    """Counter and key of a person's draw, as the machine has them (tag 77)."""
    return (i, 77 << 16, t, stream, *key_of(seed))


def added(i: int, t: int, stream: int, seed: int) -> tuple[int, ...]:
    """Wrong on purpose: a counter made by adding, under which the next person this week is this person next week."""
    return (
        (i + t + stream, 77 << 16, 0, 0, *key_of(0))
        if seed == 0
        else (i + t + stream + seed, 77 << 16, 0, 0, *key_of(0))
    )


def places(key: Key, index: list[tuple[int, int, int, int]], output: int = 0) -> np.ndarray:
    """The first four bits of one output word of many draws."""
    return np.array([int(philox(*key(*at))[output]) >> 28 for at in index])


def alarm_of_pairs(first: np.ndarray, second: np.ndarray) -> float:
    """The p-value of chi-square that two columns of places fill the square of pairs evenly."""
    table = np.zeros((PLACES, PLACES))
    np.add.at(table, (first, second), 1)
    return float(stats.chisquare(table.ravel()).pvalue)


DRAWS = 20_000
INDEX = [(i, t, stream, 0) for i, t, stream in itertools.product(range(DRAWS // 20), range(10), (6, 7))]
NEXT = {"person": (1, 0, 0, 0), "week": (0, 1, 0, 0), "stream": (0, 0, 1, 0), "seed": (0, 0, 0, 1)}


def neighbours(key: Key, step: str) -> float:
    index = [tuple(a + b for a, b in zip(at, NEXT[step], strict=True)) for at in INDEX]
    return alarm_of_pairs(places(key, INDEX), places(key, index))  # type: ignore[arg-type]


@pytest.mark.parametrize("step", NEXT)
def test_neighbouring_draws_are_independent(step: str) -> None:
    """The draws of the next person, week, stream and seed have nothing to do with this one.

    Null: 20,000 pairs fall evenly into 16 x 16 places; chi-square with 255 degrees of freedom, false-alarm rate 1e-6.
    """
    p_value = neighbours(honest, step)
    print(f"next {step}: p = {p_value:.4f}")
    assert p_value > ALARM


def test_the_four_words_of_a_draw_are_independent() -> None:
    """Each pair of the four words of one draw fills the square evenly (20,000 draws, six pairs, false-alarm rate 1e-6 each)."""
    words = [places(honest, INDEX, output) for output in range(4)]
    for a, b in itertools.combinations(range(4), 2):
        assert alarm_of_pairs(words[a], words[b]) > ALARM


def test_a_key_made_by_adding_is_found_out() -> None:
    """Negative control: if person, week, stream and seed are added, the next person this week has the luck of this one next week."""
    this_week = [(i, t, 6, 0) for i, t in itertools.product(range(DRAWS // 10), range(10))]
    for key, guilty in ((added, True), (honest, False)):
        one = places(key, [(i + 1, t, s, x) for i, t, s, x in this_week])
        for shift in ((0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)):
            other = places(key, [tuple(a + b for a, b in zip(at, shift, strict=True)) for at in this_week])  # type: ignore[misc]
            assert (alarm_of_pairs(one, other) < ALARM) == guilty


@pytest.mark.parametrize("count", [3, 11, 64, 1000])
def test_picks_are_uniform(count: int) -> None:
    """Every place is picked equally often.

    Null: uniform over `count` places; 20,000 picks, chi-square, false-alarm rate 1e-6. Negative control: words without their highest bit.
    """
    words = [philox(*honest(i, 3, 13, 5))[1] for i in range(DRAWS)]
    counts = np.bincount([int(pick(count, x)) for x in words], minlength=count)
    halves = np.bincount([int(pick(count, x >> np.uint64(1))) for x in words], minlength=count)
    assert stats.chisquare(counts).pvalue > ALARM
    assert stats.chisquare(halves).pvalue < ALARM


def test_uniform_numbers_are_uniform_to_the_last_bits() -> None:
    """Null: each of the 32 bits of a word is set in half of 20,000 draws; the largest of 32 z-scores is below 6 (rate below 1e-7)."""
    words = np.array([int(philox(*honest(i, 4, 15, 6))[2]) for i in range(DRAWS)])
    z = [abs(((words >> bit) & 1).mean() - 0.5) / math.sqrt(0.25 / DRAWS) for bit in range(32)]
    print(f"largest z of 32 bits: {max(z):.2f}")
    assert max(z) < 6


@pytest.mark.parametrize("n", [0, 1, 7, 8, 9, 40, 64])
@pytest.mark.parametrize("third", [False, True])
def test_a_row_is_what_its_blocks_are_one_by_one(n: int, third: bool) -> None:
    """Words drawn as a row, of any length, are the first (or third) words of the same keys drawn one by one."""
    luck = np.random.default_rng(n)
    slots, words = luck.integers(0, 2**20, 64), np.zeros(64, np.uint64)
    key = (5 << 16 | 3, 77, 12, MOST, 123456789)
    philox_row(MOST - 2**20, slots, n, *key, third, words)
    alone = [philox(MOST - 2**20 + int(slot), *key)[2 if third else 0] for slot in slots[:n]]
    assert words[:n].tolist() == [int(word) for word in alone]

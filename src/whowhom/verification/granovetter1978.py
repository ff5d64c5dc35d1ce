"""What Granovetter (1978) says, put to the model. Pages are those of *AJS* 83(6); all of them were read."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise

import numpy as np

from whowhom.engine.settings import Settings
from whowhom.models.granovetter1978 import (
    DECLARATIONS,
    GRANOVETTER1978,
    critical_sd,
    equilibrium,
    n_joined,
    p_lone_instigator,
    p_no_instigator,
    share_seen,
)
from whowhom.verification.claim import (
    ANALYTIC,
    OURS,
    PUBLISHED_NUMBER,
    PUBLISHED_SIGN,
    Claim,
    Measured,
    estimated,
    exactly,
)

MODEL = "granovetter1978"
LADDER, PERTURBED = {"threshold.shape": 1.0, "threshold.luck": 1.0}, {"threshold.shape": 2.0, "threshold.luck": 1.0}
WEIGHTS, SHARES, CROWDS = (2.0, 3.0, 5.0, 10.0), (0.05, 0.1, 0.25, 0.5, 0.75), 100


def end(values: dict[str, float], *, persons: int = 100, seed: int = 1) -> int:
    """How many have joined when the crowd has settled [persons]."""
    world = GRANOVETTER1978.build(Settings.of(DECLARATIONS, values=values), persons=persons, seed=seed)
    while not world.settled:
        world.step()
    return int(world.joined.sum())


def with_friends(values: dict[str, float], *, weight: float, share: float, crowds: int = CROWDS) -> list[int]:
    """How many have joined in the end, with random friendships, in each of some crowds [persons]."""
    friends = {"friends.weight": weight, "friends.share": share}
    return [end(values | friends, seed=seed) for seed in range(crowds)]


def _ladder() -> Measured:
    return exactly(min(n_joined(range(100)), end(LADDER)), 100)


def _perturbed() -> Measured:
    return exactly(max(n_joined([0, 2, *range(2, 100)]), end(PERTURBED)), 1)


def _jump() -> Measured:
    return exactly(critical_sd(25.0), 12.2, within=0.05, note="Exactly 12.222087.")


def _jump_corrected() -> Measured:
    return exactly(critical_sd(25.0, correction=0.5), 11.899, within=5e-4)


def _before() -> Measured:
    return exactly(equilibrium(25.0, critical_sd(25.0) - 1e-9), 6.0, within=0.5)


def _after() -> Measured:
    return exactly(equilibrium(25.0, 12.25), 100.0, within=0.5)


def _decline() -> Measured:
    path = [equilibrium(25.0, sd) for sd in (12.25, 25.0, 40.0, 50.0, 100.0, 1000.0, 1e6)]
    falls = all(later < earlier for earlier, later in pairwise(path))
    return Measured(path[-1], falls and abs(path[-1] - 50.0) < 0.01)


def _no_instigator() -> Measured:
    return exactly(p_no_instigator(100), 0.37, within=0.005)


def _lone_instigator() -> Measured:
    return exactly(p_lone_instigator(100), 0.14, within=0.005)


def _over_half() -> Measured:
    ends = np.array([end({"threshold.shape": 1.0}, seed=seed) for seed in range(2000)])
    stopped = float((ends <= 1).mean())
    error = math.sqrt(0.5013 * 0.4987 / ends.size)
    return estimated(stopped, standard_error=error, low=0.5013 - 3 * error, high=0.5013 + 3 * error)


def _friends_double() -> Measured:
    return exactly(share_seen(100, 48, friends=20, friends_joined=15), 0.525)


def _sampled() -> Measured:
    shares = {sd: np.mean([end({"threshold.sd": sd}, seed=seed) >= 90 for seed in range(1000)]) for sd in (12, 13, 15)}
    expected = {12: 0.16, 13: 0.38, 15: 0.80}
    words = ", ".join(f"{shares[sd]:.2f} at {sd}" for sd in shares)
    return Measured(words, all(abs(shares[sd] - expected[sd]) <= 0.05 for sd in shares))


def _friends_change_little() -> Measured:
    over = [float(np.mean(np.array(with_friends(PERTURBED, weight=w, share=q)) > 10)) for w in WEIGHTS for q in SHARES]
    return Measured(f"at most {max(over):.2f} of crowds above 10", max(over) <= 0.1)


def _a_quarter_matters_most() -> Measured:
    means = {q: np.mean([with_friends(PERTURBED, weight=w, share=q) for w in WEIGHTS]) for q in SHARES}
    most = max(means, key=lambda q: float(means[q]))
    return Measured(float(most), most == 0.25, note="Share of the crowd that each knows, of .05, .1, .25, .5, .75.")


def _friends_destroy() -> Measured:
    ends = {(w, q): with_friends(LADDER, weight=w, share=q) for w in WEIGHTS for q in SHARES}
    modes = [Counter(found).most_common(1)[0][0] for found in ends.values()]
    riots = float(np.mean([count >= 90 for found in ends.values() for count in found]))
    ones = modes.count(1)
    words = f"{riots:.3f} of crowds riot; the mode is 1 in {ones} of {len(modes)} settings"
    return Measured(words, riots < 0.5 and ones > len(modes) / 2, note="The mode is 2 where each knows three quarters.")


def _claim(
    name: str, sentence: str, page: str, evidence: str, expected: str, check: object, seconds: float = 0.1
) -> Claim:
    source = f"Granovetter 1978, {page}" if page else "computed from the rule"
    return Claim(name, MODEL, sentence, source, evidence, expected, check, seconds=seconds)  # type: ignore[arg-type]


CLAIMS = (
    _claim("ladder", "Thresholds 0, 1, ..., 99 end with all 100 in.", "p. 1424", PUBLISHED_NUMBER, "100", _ladder),
    _claim("ladder perturbed", "With the 1 replaced by a 2 one person riots.", "p. 1425", PUBLISHED_NUMBER, "1", _perturbed),
    _claim("critical_sd", "At a mean of 25 the equilibrium jumps at a standard deviation of about 12.2.", "p. 1427-1428", PUBLISHED_NUMBER, "12.2 (12.15 to 12.25)", _jump),
    _claim("below the jump", "It rises gradually to about six.", "p. 1427-1428", PUBLISHED_NUMBER, "6 (5.5 to 6.5)", _before),
    _claim("above the jump", "It is then nearly 100.", "p. 1427-1428", PUBLISHED_NUMBER, "100 (99.5 to 100)", _after),
    _claim("decline", "Beyond the jump it declines, with a limit of 50.", "p. 1427-1428", PUBLISHED_NUMBER, "50, falling throughout", _decline),
    _claim("critical_sd_corrected", "With half a person added the jump is at 11.899.", "", ANALYTIC, "11.899 (11.8985 to 11.8995)", _jump_corrected),
    _claim("no instigator", "A crowd drawn from uniform thresholds has no instigator with probability .37.", "p. 1431", PUBLISHED_NUMBER, ".37 (.365 to .375)", _no_instigator),
    _claim("lone instigator", "It has one instigator and nobody of threshold 1 with probability .14.", "p. 1431", PUBLISHED_NUMBER, ".14 (.135 to .145)", _lone_instigator),
    _claim("over half", "In over half the cases there is no riot.", "p. 1431", PUBLISHED_NUMBER, ".5013, within 3 standard errors", _over_half, 3.0),
    _claim("friends count double", "48 of 100 are in, 15 of 20 friends among them: the person sees .525.", "p. 1429", PUBLISHED_NUMBER, ".525", _friends_double),
    _claim("sampled_crowds", "Crowds of 100 drawn from the normal distribution have no jump: 90 or more join in .16, .38, .80 of them.", "", OURS, ".16 at 12, .38 at 13, .80 at 15, each within .05", _sampled, 6.0),
    _claim("friends change little", "Random friendships in the perturbed crowd rarely bring more than 5 to 10 rioters.", "simulations by D. Danforth", PUBLISHED_SIGN, "above 10 in at most one crowd in ten, at any weight and share", _friends_change_little, 12.0),
    _claim("a quarter matters most", "Their effect is largest when each knows about a quarter of the crowd.", "simulations by D. Danforth", PUBLISHED_SIGN, "0.25", _a_quarter_matters_most, 12.0),
    _claim("friends destroy", "Added to the true uniform crowd they usually destroy the riot; the modal equilibrium is one rioter.", "simulations by D. Danforth", PUBLISHED_SIGN, "riots in fewer than half of the crowds; 1 the mode in more than half of the settings", _friends_destroy, 12.0),
)  # fmt: skip

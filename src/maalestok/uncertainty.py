"""Uncertainty of shares and differences: Wilson intervals, funnels with over-dispersion, partial pooling. Pure.

Sources: Wilson, Probable inference, JASA 22 (1927); Spiegelhalter, Funnel plots for comparing performance, and
Handling over-dispersion of performance indicators (Quality and Safety in Health Care 14, 2005), for limits about a
target; DerSimonian and Kacker, Contemporary Clinical Trials 28 (2007), for the Paule-Mandel estimate of the variance
between units; Morris, Parametric empirical Bayes inference, JASA 78 (1983), for partial pooling.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

_NORMAL = NormalDist()


def wilson(successes: int, trials: int, coverage: float = 0.95) -> tuple[float, float]:
    """Wilson score interval of a share, as if the trials were independent.

    Args:
        successes: 0..trials.
        trials: at least 1.
        coverage: 0..1.
    """
    z = _NORMAL.inv_cdf((1 + coverage) / 2)
    share, weight = successes / trials, z * z / trials
    middle = (share + weight / 2) / (1 + weight)
    half = z / (1 + weight) * math.sqrt(share * (1 - share) / trials + weight / (4 * trials))
    return (0.0 if successes == 0 else max(0.0, middle - half), 1.0 if successes == trials else min(1.0, middle + half))


@dataclass(frozen=True)
class Funnel:
    """A funnel about the pooled share: the variance between units beyond chance, and each unit's limits."""

    target: float
    tau2: float
    limits: tuple[tuple[float, float], ...]


def funnel(numerators: Sequence[int], denominators: Sequence[int], coverage: float) -> Funnel:
    """Limits within which `coverage` of units lie, chance and over-dispersion together (additive, Paule-Mandel).

    Args:
        numerators, denominators: one pair a unit, denominators above 0, at least two units.
        coverage: e.g. 0.998.
    """
    target = sum(numerators) / sum(denominators)
    shares = [n / d for n, d in zip(numerators, denominators, strict=True)]
    chance = [target * (1 - target) / d for d in denominators]
    tau2 = paule_mandel(shares, chance)
    halves = additive_halves(chance, tau2, coverage)
    return Funnel(target, tau2, tuple((max(0.0, target - half), min(1.0, target + half)) for half in halves))


@dataclass(frozen=True)
class Pooling:
    """Values drawn towards their common mean by as much as chance explains them.

    `mean`: the weighted mean; `tau2`: the variance between units beyond chance; `means`: each unit's pooled value;
    `sds`: what is left of its uncertainty, the mean taken as known; `whole_sds`: with the mean's own uncertainty.
    """

    mean: float
    tau2: float
    means: tuple[float, ...]
    sds: tuple[float, ...]
    whole_sds: tuple[float, ...]


def pooled(values: Sequence[float], variances: Sequence[float]) -> Pooling:
    """Partial pooling (empirical Bayes): each value moved towards the mean by its share of chance.

    Args:
        values, variances: one a unit, at least two; every variance above 0.
    """
    tau2 = paule_mandel(values, variances)
    weights = [1 / (variance + tau2) for variance in variances]
    mean = math.fsum(w * v for w, v in zip(weights, values, strict=True)) / math.fsum(weights)
    mean_sd = math.sqrt(1 / math.fsum(weights))
    kept = [tau2 / (tau2 + variance) for variance in variances]
    sds = [math.sqrt(k * variance) for k, variance in zip(kept, variances, strict=True)]
    return Pooling(
        mean=mean,
        tau2=tau2,
        means=tuple(mean + k * (value - mean) for k, value in zip(kept, values, strict=True)),
        sds=tuple(sds),
        whole_sds=tuple(math.hypot(sd, (1 - k) * mean_sd) for sd, k in zip(sds, kept, strict=True)),
    )


def additive_halves(variances: Sequence[float], tau2: float, coverage: float) -> list[float]:
    """How far funnel limits lie from the target, over-dispersion added to chance (`additiv_paule_mandel-1`)."""
    z = _NORMAL.inv_cdf((1 + coverage) / 2)
    return [z * math.sqrt(variance + tau2) for variance in variances]


def multiplicative_halves(variances: Sequence[float], phi: float, coverage: float) -> list[float]:
    """How far funnel limits lie from the target, chance inflated by `phi` (`multiplikativ_winsoriseret-1`)."""
    z = _NORMAL.inv_cdf((1 + coverage) / 2)
    return [z * math.sqrt(variance * phi) for variance in variances]


def inflation(values: Sequence[float], variances: Sequence[float], target: float, winsorised: float) -> float:
    """How many times chance the spread about a target is, extreme values moved in; 1 where chance explains it.

    Args:
        values, variances: one a unit.
        target: what the values spread about.
        winsorised: the share of units at either end whose scores are set to the last one inside.
    """
    scores = sorted((value - target) / math.sqrt(variance) for value, variance in zip(values, variances, strict=True))
    cut = int(winsorised * len(scores))
    low, high = scores[cut], scores[len(scores) - 1 - cut]
    phi = math.fsum(min(max(score, low), high) ** 2 for score in scores) / len(scores)
    return phi if phi > 1 + 2 * math.sqrt(2 / len(scores)) else 1.0


def paule_mandel(values: Sequence[float], variances: Sequence[float]) -> float:
    """The variance between units at which the weighted squares about their mean equal the degrees of freedom.

    Args:
        values, variances: one a unit; where a variance is 0 all are, and there is nothing to weigh by.
    """
    wanted = len(values) - 1
    if min(variances) <= 0 or _spread(values, variances, 0.0) <= wanted:
        return 0.0
    # At the range squared the weighted squares are at most a quarter of the number of units.
    low, high = 0.0, (max(values) - min(values)) ** 2
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return high
        low, high = (middle, high) if _spread(values, variances, middle) > wanted else (low, middle)


def _spread(values: Sequence[float], variances: Sequence[float], tau2: float) -> float:
    weights = [1 / (variance + tau2) for variance in variances]
    mean = math.fsum(w * v for w, v in zip(weights, values, strict=True)) / math.fsum(weights)
    return math.fsum(w * (v - mean) ** 2 for w, v in zip(weights, values, strict=True))

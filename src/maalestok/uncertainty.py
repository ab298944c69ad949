"""Uncertainty of shares: Wilson intervals and funnel limits with over-dispersion. Pure.

Sources: Wilson, Probable inference, JASA 22 (1927); Spiegelhalter, Funnel plots for comparing performance,
Statistics in Medicine 24 (2005), for limits about a target; DerSimonian and Kacker, Contemporary Clinical Trials 28
(2007), for the Paule-Mandel estimate of the variance between units.
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
    z = _NORMAL.inv_cdf((1 + coverage) / 2)
    halves = [z * math.sqrt(variance + tau2) for variance in chance]
    return Funnel(target, tau2, tuple((max(0.0, target - half), min(1.0, target + half)) for half in halves))


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

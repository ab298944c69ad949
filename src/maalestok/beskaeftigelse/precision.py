"""How sure a difference is by chance and rounding: a stated approximation from the published figures alone. Pure.

The population 16-66 is implied by number and share; the sampling term is that of a share of so many independent
persons, times a dated scale; rounding to 10 persons and to two decimals is bounded noise. What the approximation leaves
out is said in `rules/beskaeftigelse/usikkerhed.yaml`, beside its parameters. Where persons are counted, their standard
error takes the place of the sampling term; rounding is the same bounded noise.
"""

import math
from dataclasses import dataclass

HALF_NUMBER = 5
"""Numbers are rounded to 10."""
HALF_SHARE = 0.5
"""Shares are rounded to hundredths of a percentage point, the unit of this module's shares."""
WHOLE = 10_000
"""Hundredths of a percentage point in 1."""


@dataclass(frozen=True)
class Population:
    """Residents aged 16-66 that published numbers and shares allow: the fewest, the best guess, the most."""

    low: float
    central: float
    high: float


def implied_population(numbers_and_shares: tuple[tuple[int, int], ...]) -> Population | None:
    """The population behind a municipality's numbers and shares of the group i alt.

    Args:
        numbers_and_shares: published pairs, persons (rounded to 10) and hundredths of a percentage point.

    Returns:
        None where no pair has a share from which a population follows. Where pairs contradict each other, the span
        that holds them all.
    """
    known = [(n, s) for n, s in numbers_and_shares if s > HALF_SHARE and n > HALF_NUMBER]
    if not known:
        return None
    spans = [
        ((n - HALF_NUMBER) * WHOLE / (s + HALF_SHARE), (n + HALF_NUMBER) * WHOLE / (s - HALF_SHARE)) for n, s in known
    ]
    low, high = max(span[0] for span in spans), min(span[1] for span in spans)
    if low > high:
        low, high = min(span[0] for span in spans), max(span[1] for span in spans)
    central = sum(n for n, _ in known) * WHOLE / sum(s for _, s in known)
    return Population(low, min(max(central, low), high), high)


def sampling_variance(expected_share: int, population: Population, scale: float) -> float:
    """Variance of a difference by chance, in squared fractions (a share of 1 = 1).

    Args:
        expected_share: hundredths of a percentage point; a published 0,00 counts as half of the last decimal.
        population: the fewest residents count, so that rounding never narrows an interval.
        scale: how many times the variance of independent persons.
    """
    share = max(expected_share, HALF_SHARE) / WHOLE
    return scale * share * (1 - share) / population.low


def rounding_variance(rounding: float = HALF_SHARE) -> float:
    """Variance of a difference's rounding error, in squared fractions: even between the ends it can have.

    Args:
        rounding: how far it can lie to either side, hundredths of a percentage point.
    """
    return (rounding / WHOLE) ** 2 / 3


def half_width(variance: float, z: float, rounding: float = HALF_SHARE) -> float:
    """How far an interval reaches to either side of the difference: chance, and rounding at its worst.

    Args:
        variance: by chance, in squared fractions.
        z: the normal quantile of the interval.
        rounding: hundredths of a percentage point to either side.
    """
    return z * math.sqrt(variance) + rounding / WHOLE

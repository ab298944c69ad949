"""Comparing a figure with a threshold, exactly.

Thresholds and values are compared as integers or fractions: 29.96 per cent is under 30, whatever a float says.
"""

import operator
from collections.abc import Callable
from enum import StrEnum
from fractions import Fraction

CONTACTED = "nyligt_kontaktet"
"""Flag of a finding whose municipality has been contacted recently."""


class Comparison(StrEnum):
    """How a value must lie against its threshold for the criterion to be met."""

    AT_MOST = "<="
    BELOW = "<"
    AT_LEAST = ">="
    ABOVE = ">"


_HOLDS: dict[Comparison, Callable[[Fraction, Fraction], bool]] = {
    Comparison.AT_MOST: operator.le,
    Comparison.BELOW: operator.lt,
    Comparison.AT_LEAST: operator.ge,
    Comparison.ABOVE: operator.gt,
}


def meets(value: Fraction, comparison: Comparison, threshold: Fraction) -> bool:
    """True when `value comparison threshold` holds."""
    return _HOLDS[comparison](value, threshold)


def exact(value: float, decimals: int) -> Fraction:
    """The fraction a published figure stands for, given how many decimals it was published with.

    Args:
        value: the figure as stored, e.g. -0.0025 for -0,25 percentage points.
        decimals: decimals of the stored unit, e.g. 4 for a percentage with two decimals stored as a share.

    Raises:
        ValueError: the figure has more decimals than stated, so that rounding it would change it.
    """
    scaled = value * 10**decimals
    nearest = round(scaled)
    if abs(scaled - nearest) > 1e-6:
        raise ValueError(f"{value!r} has more than {decimals} decimals")
    return Fraction(nearest, 10**decimals)

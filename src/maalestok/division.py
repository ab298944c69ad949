"""Dividing whole numbers into doubles: once, last, and correctly rounded.

Polars divides a column by a constant through the constant's reciprocal, which misses the nearest double in a third of
all cases (24 / 10000 gives 0.0024000000000000002). Python's own division is correctly rounded, so it is used here.
"""

import polars as pl


def divided(numerators: pl.Series, denominators: pl.Series | int) -> pl.Series:
    """Numerator over denominator, element by element; null where either is null or the denominator is 0.

    Args:
        numerators: whole numbers, n elements.
        denominators: whole numbers, n elements, or one number for all.

    Returns:
        n doubles, each the one nearest to the true ratio.
    """
    below = [denominators] * len(numerators) if isinstance(denominators, int) else denominators.to_list()
    ratios = [n / d if n is not None and d else None for n, d in zip(numerators.to_list(), below, strict=True)]
    return pl.Series(ratios, dtype=pl.Float64)

"""Rounding of protected counts and amounts, and what a rounded figure leaves open. Pure.

A count is rounded to the nearest multiple of a base, halves up; small ones are withheld: a shown 10 stands for 5..14.
Where a published count is known to bound it, the largest multiple within that bound is shown instead: more than is
possible is never shown, and no single count is told.
"""

import numpy as np
from numpy.typing import NDArray

NO_LIMIT = 1 << 50
"""Stands for "no upper limit is known" among whole numbers."""


class Unrounded(Exception):
    """A figure is published that rounding can't have made."""


def shown_counts(counts: NDArray[np.int64], limit: NDArray[np.int64], base: int) -> NDArray[np.int64]:
    """Counts as published: rounded to the nearest multiple of `base`, halves up, but not above the `limit` of each."""
    return np.minimum((counts + base // 2) // base * base, limit // base * base)


def count_bands(
    shown: NDArray[np.int64], limit: NDArray[np.int64], base: int, small_max: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The smallest and largest count each published one can stand for, given that 1..small_max are withheld.

    Args:
        shown: published counts, any shape.
        limit: the published limit of each, same shape; `NO_LIMIT` where there is none.

    Raises:
        Unrounded: some count is published that is no multiple of the base, or above its limit.
    """
    top = limit // base * base
    if (shown % base).any() or (shown > top).any():
        raise Unrounded
    high = np.where(shown == top, limit, np.minimum(shown + (base - 1) // 2, limit))
    low = np.maximum(shown - base // 2, small_max + 1)
    nothing = shown == 0
    return np.where(nothing, 0, low), np.where(nothing, 0, high)


def amount_bands(shown: NDArray[np.int64], base: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The smallest and largest whole kroner each published amount can stand for.

    Raises:
        Unrounded: some amount is no multiple of the base.
    """
    if (shown % base).any():
        raise Unrounded
    return np.maximum(shown - base // 2, 0), shown + (base - 1) // 2

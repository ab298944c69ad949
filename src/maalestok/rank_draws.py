"""What places units can have: seeded draws of uncertain values, smallest value = place 1. Pure.

The same seed gives the same draws whatever the number of threads: each group has a generator of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

CHUNK = 2_000
"""Draws made at a time, so that many groups need little memory."""


@dataclass(frozen=True)
class RankCounts:
    """How often each unit had each place. `counts`: units x places; `draws` in all."""

    counts: npt.NDArray[np.int64]
    draws: int

    def interval(self, unit: int, tail: float) -> tuple[int, int]:
        """The places between which a unit lies, leaving out at most `tail` of the draws at either end.

        Returns:
            (low, high), 1-based: low is the largest r with P(place < r) <= tail, high the smallest r with
            P(place > r) <= tail.
        """
        allowed = tail * self.draws
        up_to = np.cumsum(self.counts[unit])
        low = int(np.searchsorted(up_to, allowed, side="right")) + 1
        high = int(np.searchsorted(up_to, self.draws - allowed, side="left")) + 1
        return low, high

    def within(self, unit: int, places: int) -> float:
        """The share of draws in which a unit had one of the first `places`."""
        return int(self.counts[unit, :places].sum()) / self.draws


def rank_counts(means: Sequence[float], sds: Sequence[float], draws: int, seed: Sequence[int]) -> RankCounts:
    """Draw independent normal values and count each unit's places.

    Args:
        means, sds: one a unit, in any unit of measure.
        draws: how many.
        seed: whole numbers, 0 or above, that name the group.
    """
    units = len(means)
    random = np.random.Generator(np.random.PCG64(np.random.SeedSequence(list(seed))))
    middle, spread = np.asarray(means, dtype=np.float64), np.asarray(sds, dtype=np.float64)
    column = np.arange(units, dtype=np.int64)
    counts = np.zeros(units * units, dtype=np.int64)
    for start in range(0, draws, CHUNK):
        values = random.standard_normal((min(CHUNK, draws - start), units))
        values *= spread
        values += middle
        cells = np.argsort(values, axis=1)
        cells *= units
        cells += column
        counts += np.bincount(cells.ravel(), minlength=units * units)
    return RankCounts(counts.reshape(units, units), draws)

"""Tighten what is known of whole-number figures tied by sums and by "part of": outer bounds, no programme solved. Pure.

Figures stand in an array [kind, place, cut, window] of lower and of upper bounds. Sums run over places (a region is its
municipalities) and over cuts (a total is its areas); a kind may be part of another (closed of created). Bounds only
ever get narrower; where they end narrow, no public reader can be kept from that figure, whatever else holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Bounds = NDArray[np.int64]
MAX_SWEEPS = 60


class Contradiction(Exception):
    """The public figures can't all be true; `places` are where that shows."""

    def __init__(self, places: Sequence[int]) -> None:
        super().__init__()
        self.places = tuple(places)


@dataclass(frozen=True)
class Network:
    """What ties figures: `place_sums` and `cut_sums` as (total, parts) positions, `chains` as (part, whole) kinds.

    `kind_sums` as (total, parts) kinds, for amounts that are a sum of two; `newest_chains` as `chains`, but in the last
    window alone.
    """

    place_sums: Sequence[tuple[int, Sequence[int]]]
    cut_sums: Sequence[tuple[int, Sequence[int]]]
    chains: Sequence[tuple[int, int]] = ()
    kind_sums: Sequence[tuple[int, Sequence[int]]] = ()
    newest_chains: Sequence[tuple[int, int]] = ()


def tighten(low: Bounds, high: Bounds, network: Network) -> tuple[Bounds, Bounds]:
    """The narrowest bounds that follow from sums and chains, taken one at a time until nothing moves.

    Args:
        low, high: whole numbers, shape [kinds, places, cuts, windows]; not changed.

    Raises:
        Contradiction: some lower bound exceeds its upper bound.
    """
    low, high = low.copy(), high.copy()
    for _ in range(MAX_SWEEPS):
        before = (low.copy(), high.copy())
        for axis, sums in ((1, network.place_sums), (2, network.cut_sums), (0, network.kind_sums)):
            for total, parts in sums:
                _tie(np.moveaxis(low, axis, 0), np.moveaxis(high, axis, 0), total, list(parts))
        for part, whole in network.chains:
            np.minimum(high[part], high[whole], out=high[part])
            np.maximum(low[whole], low[part], out=low[whole])
        for part, whole in network.newest_chains:
            high[part][..., -1] = np.minimum(high[part][..., -1], high[whole][..., -1])
            low[whole][..., -1] = np.maximum(low[whole][..., -1], low[part][..., -1])
        if (low > high).any():
            raise Contradiction(np.flatnonzero((low > high).any(axis=(0, 2, 3))).tolist())
        if np.array_equal(before[0], low) and np.array_equal(before[1], high):
            break
    return low, high


def _tie(low: NDArray[Any], high: NDArray[Any], total: int, parts: list[int]) -> None:
    """One sum: the total lies between the sums of its parts' bounds; a part is the total less the others."""
    least, most = low[parts].sum(axis=0), high[parts].sum(axis=0)
    low[total] = np.maximum(low[total], least)
    high[total] = np.minimum(high[total], most)
    narrower_low = np.maximum(low[parts], low[total] - (most - high[parts]))
    high[parts] = np.minimum(high[parts], high[total] - (least - low[parts]))
    low[parts] = narrower_low

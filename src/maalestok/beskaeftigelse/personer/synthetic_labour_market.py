"""What the labour market of an area adds to the invented persons' shares. Every number here is invented.

The levels of the conditions and the commuting areas are those of `synthetic_vilkaar`. Effects are rules of thumb: fewer
jobs, fewer with a long education and longer ways to work go with more persons on benefits.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maalestok.beskaeftigelse.synthetic_vilkaar import RANGES, as_csv, commuting_areas, levels

YEARS = (2017, 2018, 2019, 2020)
"""Calendar years whose conditions are told: those of the window, and two before."""


@dataclass(frozen=True)
class MarketCondition:
    """A condition of `RANGES` and what one more of it adds to the share of each area (`AREAS`), in percentage points.

    `shared`: what counts is the mean of the commuting area, weighted by persons; else the municipality's own.
    """

    name: str
    effects: tuple[float, float, float]
    shared: bool


MARKET = (
    MarketCondition("job_pr_indb", (-0.6, -0.8, -0.2), shared=True),
    MarketCondition("andel_lvu", (-0.008, -0.03, -0.006), shared=True),
    MarketCondition("pendlingsafstand_km", (0.012, 0, 0.012), shared=False),
)


def labour_market(codes: Sequence[str], counts: NDArray[np.int64], seed: int) -> NDArray[np.float64]:
    """What is added to the share of everybody in a municipality: municipality x area, shares, 0 or more.

    It is counted from the easiest level there can be (`RANGES`), so that it never takes a share below the floor.

    Args:
        codes: the municipalities.
        counts: their persons.
        seed: names the levels.
    """
    held, areas = levels(seed), commuting_areas()
    _, area = np.unique([areas[code] for code in codes], return_inverse=True)
    added = np.zeros((len(codes), len(MARKET[0].effects)))
    for condition in MARKET:
        level = np.array([held[code][condition.name] for code in codes])
        if condition.shared:
            persons = np.bincount(area, weights=counts)
            level = (np.bincount(area, weights=counts * level) / np.maximum(persons, 1))[area]
        effects, (low, high) = np.array(condition.effects) / 100, RANGES[condition.name]
        added += (level[:, None] - np.where(effects > 0, low, high)) * effects
    return added


def conditions_csv(seed: int) -> bytes:
    """The conditions as a file of the feed `rammevilkaar`."""
    return as_csv(YEARS, seed)

"""What it takes: how many fewer full-time persons bring a municipality to a level or a place. Pure.

All else unchanged: the others, the conditions, the population. Published shares are rounded, so the answer has a range:
`low` may be enough, `high` surely is.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from maalestok.beskaeftigelse.precision import HALF_SHARE, WHOLE, Population

_DECIMALS = 7
"""Of persons. Exact answers from published figures are whole or miss a whole number by 1/20,001 at least; what lies
below these decimals is the arithmetic's, and must not cost or spare a person."""


@dataclass(frozen=True)
class Fewer:
    """Full-time persons: the best guess, and the range that rounding leaves."""

    value: int
    low: int
    high: int


NONE_NEEDED = Fewer(0, 0, 0)


class At(NamedTuple):
    """A municipality's place, its share difference, and how far rounding can have moved that to either side.

    Both in hundredths of a percentage point.
    """

    place: int
    difference: float
    rounding: float = HALF_SHARE


def to_expected(difference: float, population: Population, rounding: float = HALF_SHARE) -> Fewer:
    """Fewer persons until the actual share is no higher than the expected one.

    Args:
        difference: share difference as shown, hundredths of a percentage point.
        population: residents aged 16-66.
        rounding: how far rounding can have moved it.
    """
    if difference < 0:
        return NONE_NEEDED
    return Fewer(
        math.ceil(_persons(population.central, difference)),
        max(0, math.ceil(_persons(population.low, difference - rounding))),
        math.ceil(_persons(population.high, difference + rounding)),
    )


def to_place(own: int, places: Sequence[At], wanted: int, population: Population) -> Fewer | None:
    """Fewer persons until the municipality has place `wanted`.

    Args:
        own: its place.
        places: of all municipalities.
        wanted: the place to reach.
        population: residents aged 16-66.

    Returns:
        None where the difference of the municipality at that place is not known.
    """
    if own <= wanted:
        return NONE_NEEDED
    by_place = {at.place: at for at in places}
    if wanted not in by_place:
        return None
    gap = by_place[own].difference - by_place[wanted].difference
    open_ = by_place[own].rounding + by_place[wanted].rounding
    return Fewer(
        math.floor(_persons(population.central, gap)) + 1,
        max(1, math.floor(_persons(population.low, gap - open_)) + 1),
        math.floor(_persons(population.high, gap + open_)) + 1,
    )


def _persons(population: float, difference: float) -> float:
    return round(population * difference / WHOLE, _DECIMALS)

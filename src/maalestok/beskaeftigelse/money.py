"""What the difference costs: an estimate with a range from whole persons and kroner. Pure.

Source: amounts published with the benchmark 2018-2021 imply 62-78 thousand kr. per full-time person; a flat price
contradicts some of them, so the range is never left out. The range also spans the two published ways of counting
the difference (sum of areas, total), since they disagree by rounding. It is not a confidence interval.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from maalestok.beskaeftigelse.rules import UnitCost


@dataclass(frozen=True)
class Estimate:
    """Kroner, negative = less than expected."""

    value: int
    low: int
    high: int


def _estimate(persons_priced: int, price: UnitCost, also: int) -> Estimate:
    """`persons_priced` at the central price; the range over both counts at both end prices."""
    ends = [count * end for count in (persons_priced, also) for end in (price.low, price.high)]
    return Estimate(persons_priced * price.central, min(ends), max(ends))


def area_estimate(difference: int, price: UnitCost) -> Estimate:
    """One area: difference in full-time persons x price."""
    return _estimate(difference, price, difference)


def fewer_estimate(fewer: int, prices: Sequence[UnitCost]) -> Estimate:
    """What so many fewer full-time persons would cost less in a year, whichever of the areas they are in."""
    each = [area_estimate(fewer, price) for price in prices]
    value = fewer * round(sum(price.central for price in prices) / len(prices))
    return Estimate(value, min(e.low for e in each), max(e.high for e in each))


def undecided_high(by_area: Mapping[str, int], total: int, prices: Mapping[str, UnitCost]) -> int:
    """The largest amount above zero that either way of counting gives, where the two differ in sign."""
    counts = (sum(by_area.values()), total)
    return max(0, *(count * price.high for count in counts for price in prices.values()))


def total_estimate(by_area: Mapping[str, int], total: int, prices: Mapping[str, UnitCost]) -> Estimate | None:
    """All areas: the sum over areas, or None when the area sum and the total differ in sign."""
    area_sum = sum(by_area.values())
    if area_sum * total < 0:
        return None
    parts = [area_estimate(difference, prices[area]) for area, difference in by_area.items()]
    total_ends = [total * end for price in prices.values() for end in (price.low, price.high)]
    value = sum(p.value for p in parts)
    ends = [value, sum(p.low for p in parts), sum(p.high for p in parts), *total_ends]
    return Estimate(value, min(ends), max(ends))

"""Which municipalities are alike, chosen without looking at the outcome. Pure.

Two notions: nearest expected share (the authority's own measure of conditions), and nearest by the conditions of a
delivered table, each in standard deviations between municipalities and weighted as `rules/beskaeftigelse/lignende.yaml`
says.
"""

import math
import statistics
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Neighbour:
    """Another municipality and how far away it is."""

    kommune: str
    distance: float


def nearest(distances: Mapping[str, float], wanted: int) -> list[Neighbour]:
    """The `wanted` nearest, equally near ones by code; those at the same distance as the last are not added."""
    ordered = sorted(distances.items(), key=lambda item: (item[1], item[0]))
    return [Neighbour(kommune, distance) for kommune, distance in ordered[:wanted]]


def by_value(values: Mapping[str, int], wanted: int) -> dict[str, list[Neighbour]]:
    """Neighbours by one whole number: kommune_kode -> the others, nearest first.

    Args:
        values: kommune_kode -> expected share in hundredths of a percentage point.
        wanted: how many neighbours.
    """
    return {
        own: nearest({other: abs(there - here) for other, there in values.items() if other != own}, wanted)
        for own, here in values.items()
    }


def standardised(values: Mapping[str, float]) -> dict[str, float] | None:
    """Each value in standard deviations from the mean of municipalities; None where all are alike."""
    mean, spread = statistics.fmean(values.values()), statistics.pstdev(values.values())
    if spread <= 0:
        return None
    return {kommune: (value - mean) / spread for kommune, value in values.items()}


def by_conditions(
    conditions: Mapping[str, Mapping[str, float]], weights: Mapping[str, float], wanted: int
) -> dict[str, list[Neighbour]]:
    """Neighbours by weighted conditions: the root of the weighted mean of squared differences.

    Args:
        conditions: condition -> kommune_kode -> standardised value; every condition has the same municipalities.
        weights: condition -> weight above 0.
        wanted: how many neighbours.
    """
    total = math.fsum(weights[name] for name in conditions)
    scale = {name: math.sqrt(weights[name] / total) for name in conditions}
    kommuner = sorted(next(iter(conditions.values())))
    at = {kommune: [scale[name] * held[kommune] for name, held in conditions.items()] for kommune in kommuner}
    return {
        own: nearest({other: math.dist(at[own], at[other]) for other in kommuner if other != own}, wanted)
        for own in kommuner
    }

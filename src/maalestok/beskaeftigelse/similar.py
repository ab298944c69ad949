"""Which municipalities are alike, chosen without looking at the outcome. Pure.

Two notions: nearest expected share (the authority's own measure of conditions), and nearest by the conditions of a
delivered table, each in standard deviations between municipalities and weighted as `rules/beskaeftigelse/lignende.yaml`
says.
"""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Neighbour:
    """Another municipality and how far away it is."""

    kommune: str
    distance: float


def nearest(kommuner: Sequence[str], distances: npt.NDArray[np.float64], wanted: int) -> dict[str, list[Neighbour]]:
    """Each municipality's `wanted` nearest others, equally near ones by code.

    Args:
        kommuner: codes, in their order.
        distances: n x n, in that order.
        wanted: how many neighbours; those as far away as the last are not added.
    """
    order = np.argsort(distances, axis=1, kind="stable").tolist()
    return {
        own: [
            Neighbour(kommuner[other], float(distances[at, other]))
            for other in [other for other in order[at] if other != at][:wanted]
        ]
        for at, own in enumerate(kommuner)
    }


def by_value(values: Mapping[str, int], wanted: int) -> dict[str, list[Neighbour]]:
    """Neighbours by one whole number: kommune_kode -> the others, nearest first.

    Args:
        values: kommune_kode -> expected share in hundredths of a percentage point.
        wanted: how many neighbours.
    """
    kommuner = sorted(values)
    held = np.array([values[kommune] for kommune in kommuner], dtype=np.float64)
    return nearest(kommuner, np.abs(held[:, None] - held[None, :]), wanted)


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
    kommuner = sorted(next(iter(conditions.values())))
    squares = np.zeros((len(kommuner), len(kommuner)))
    for name, held in conditions.items():
        values = np.array([held[kommune] for kommune in kommuner])
        squares += weights[name] / total * (values[:, None] - values[None, :]) ** 2
    return nearest(kommuner, np.sqrt(squares), wanted)

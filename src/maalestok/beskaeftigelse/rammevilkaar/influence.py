"""What a fit owes to each municipality: fits without it, what they expect of it, leverage, Cook's distance. Pure."""

from dataclasses import dataclass

import numpy as np

from maalestok.beskaeftigelse.rammevilkaar.fit import Fit, independent, solved
from maalestok.beskaeftigelse.rammevilkaar.statistics import Floats, Statistics


@dataclass(frozen=True)
class Influence:
    """G municipalities, p kept terms, m areas and their sum as column m.

    `coefficients`: G x p x (m + 1) of the fit without each; `leverage`: G, adds up to 1.
    """

    coefficients: Floats
    leverage: Floats


def influence(statistics: Statistics, found: Fit) -> Influence:
    """Fit the model without each municipality.

    A term that only the municipality tells of is 0 without it.

    Raises:
        ValueError: the statistics are those that are kept.
    """
    if statistics.kommune_xx is None:
        raise ValueError("pairs of categories of municipalities are not kept")
    kept = list(found.kept)
    detail = statistics.kommune_xx[np.ix_(range(len(statistics.kommuner)), kept, kept)]
    xx, xy = statistics.xx[np.ix_(kept, kept)], statistics.xy[kept]
    without = np.zeros((len(detail), len(kept), found.coefficients.shape[1]))
    for place, own in enumerate(detail):
        rest_xx, rest_xy = xx - own, xy - statistics.kommune_xy[place, kept]
        terms = list(independent(rest_xx))
        areas, _ = solved(rest_xx[np.ix_(terms, terms)], rest_xy[terms])
        without[place, terms, :-1], without[place, terms, -1] = areas, areas.sum(axis=1)
    leverage = np.einsum("pq,gqp->g", found.inverse, detail) / len(kept)
    return Influence(without, leverage)


def cooks_distance(found: Fit, xx: Floats, without: Floats) -> Floats:
    """How far the coefficients move when a municipality is left out, G x (m + 1), against their own variance.

    Args:
        found: the fit with all.
        xx: p x p of the kept terms.
        without: G x p x (m + 1) coefficients without each.
    """
    moved = without - found.coefficients
    variance = found.rss / (found.persons - len(found.terms)) * len(found.terms)
    apart = np.maximum(np.einsum("gpm,pq,gqm->gm", moved, xx, moved), 0)
    return np.asarray(np.divide(apart, variance, out=np.zeros_like(apart), where=variance > 0), dtype=np.float64)


def expected_without(statistics: Statistics, found: Fit, without: Floats) -> Floats:
    """What the fit without a municipality expects of it, G x (m + 1) means of grade-days."""
    means = statistics.by_kommune[:, list(found.kept)] / statistics.by_kommune[:, :1]
    return np.asarray(np.einsum("gp,gpm->gm", means, without), dtype=np.float64)


def r2_of_municipalities(actual: Floats, expected: Floats, persons: Floats) -> Floats:
    """How much of the municipalities' spread is expected, weighted by residents; 0 where they are all alike.

    Args:
        actual, expected: G x (m + 1) means.
        persons: G.
    """
    mean = persons @ actual / persons.sum()
    left = persons @ (actual - expected) ** 2
    whole = persons @ (actual - mean) ** 2
    return np.asarray(1 - np.divide(left, whole, out=np.ones_like(whole), where=whole > 0), dtype=np.float64)

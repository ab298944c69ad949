"""Least squares from sufficient statistics: coefficients, standard errors, what municipalities expect. Pure.

All areas are fitted at once with the same conditions, so that the areas add up to the total exactly. Coefficients are
in grade-days; divide by 100 x days for shares.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from maalestok.beskaeftigelse.rammevilkaar.queries import RESIDUAL, Term
from maalestok.beskaeftigelse.rammevilkaar.statistics import Floats, Residuals, Statistics

DEPENDENT = 1e-9
"""A column whose part beside the columns before it is smaller than this, against its own size, says nothing new."""


@dataclass(frozen=True)
class Fit:
    """A fitted model. p kept terms, m outcomes and their sum as column m.

    `coefficients`: p x (m + 1); `inverse`: p x p, of X'X; `dropped`: terms that the others give.
    """

    terms: tuple[Term, ...]
    dropped: tuple[Term, ...]
    kept: tuple[int, ...]
    coefficients: Floats
    inverse: Floats
    rss: Floats
    tss: Floats
    persons: int

    @property
    def r2(self) -> Floats:
        """R2 on persons, of each area and the total; 0 where all persons are alike."""
        left = np.divide(self.rss, self.tss, out=np.ones_like(self.tss), where=self.tss > 0)
        return np.asarray(1 - left, dtype=np.float64)

    def classical(self) -> Floats:
        """Standard errors of independent persons with one variance, p x (m + 1)."""
        variance = self.rss / (self.persons - len(self.terms))
        return np.asarray(np.sqrt(np.outer(np.diag(self.inverse), variance)), dtype=np.float64)


def fit(statistics: Statistics) -> Fit:
    """Least squares of every area and of their sum.

    Raises:
        ValueError: no more persons than terms.
    """
    kept = independent(statistics.xx) if statistics.persons else (0,)
    terms = tuple(statistics.terms[i] for i in kept)
    if statistics.persons <= len(terms):
        raise ValueError("no more persons than terms")
    xx, xy = statistics.xx[np.ix_(kept, kept)], statistics.xy[list(kept)]
    areas, inverse = solved(xx, xy)
    coefficients = np.column_stack([areas, areas.sum(axis=1)])
    total_xy = np.column_stack([xy, xy.sum(axis=1)])
    yy = np.append(np.diag(statistics.yy), statistics.yy.sum())
    sums = total_xy[0]
    rss = np.maximum(yy - (coefficients * total_xy).sum(axis=0), 0)
    count = statistics.persons
    # In whole numbers, so that it is exactly 0 where all persons are alike.
    tss = np.array([(count * int(y) - int(whole) ** 2) / count for y, whole in zip(yy, sums, strict=True)])
    dropped = tuple(term for place, term in enumerate(statistics.terms) if place not in kept)
    return Fit(terms, dropped, kept, coefficients, inverse, rss, tss, count)


def solved(xx: Floats, xy: Floats) -> tuple[Floats, Floats]:
    """Coefficients (p x m) and the inverse of X'X (p x p), of columns that are independent."""
    scale = 1 / np.sqrt(np.diag(xx))
    inverse = np.linalg.inv(xx * scale[:, None] * scale) * scale[:, None] * scale
    inverse = (inverse + inverse.T) / 2
    areas = inverse @ xy
    areas += inverse @ (xy - xx @ areas)  # one step of refinement
    return areas, inverse


def independent(xx: Floats) -> tuple[int, ...]:
    """The columns that are no sums of those before them, nor empty."""
    size = len(xx)
    own = np.diag(xx)
    scale = 1 / np.sqrt(np.where(own > 0, own, 1))
    left = xx * scale[:, None] * scale
    kept = []
    for place in range(size):
        if left[place, place] > DEPENDENT:
            kept.append(place)
            left = left - np.outer(left[:, place], left[place]) / left[place, place]
    return tuple(kept)


def whole_coefficients(found: Fit) -> tuple[dict[Term, list[int]], list[int]]:
    """Coefficients of the areas in whole `RESIDUAL` parts of a grade-day: by term, and the intercepts."""
    areas = np.rint(found.coefficients[:, :-1] * RESIDUAL).astype(np.int64)
    parts = {term: [int(value) for value in row] for term, row in zip(found.terms[1:], areas[1:], strict=True)}
    return parts, [int(value) for value in areas[0]]


def clustered(found: Fit, scores: Floats, clusters: Sequence[str] | None = None) -> Floats:
    """Covariances of the coefficients with areas as clusters, (m + 1) x p x p, corrected for few clusters.

    Args:
        found: the fit.
        scores: G x p x m sums of residuals by municipality and kept term.
        clusters: the area of each municipality; without it each is one of its own.

    Raises:
        ValueError: one area alone.
    """
    if clusters is not None:
        _, area = np.unique(list(clusters), return_inverse=True)
        summed = np.zeros((area.max() + 1, *scores.shape[1:]))
        np.add.at(summed, area, scores)
        scores = summed
    count = len(scores)
    if count < 2:
        raise ValueError("one area has no clusters")
    whole = np.concatenate([scores, scores.sum(axis=2, keepdims=True)], axis=2)
    factor = count / (count - 1) * (found.persons - 1) / (found.persons - len(found.terms))
    covariances = []
    for outcome in range(whole.shape[2]):
        moved = whole[:, :, outcome] @ found.inverse  # squared only now, so that no variance is less than 0
        covariances.append(factor * (moved.T @ moved))
    return np.stack(covariances)


def robust(found: Fit, pairs: Floats) -> Floats:
    """Standard errors of independent persons, each with a variance of its own (HC1), p x (m + 1).

    Args:
        found: the fit.
        pairs: p x p x (m + 1) sums of squared residuals by pairs of kept terms.
    """
    factor = found.persons / (found.persons - len(found.terms))
    variances = np.einsum("pq,qrm,rp->pm", found.inverse, pairs, found.inverse) * factor
    return np.asarray(np.sqrt(np.maximum(variances, 0)), dtype=np.float64)


def of_kept(residuals: Residuals, found: Fit) -> Residuals:
    """The residuals of the terms that the fit kept."""
    kept = list(found.kept)
    return Residuals(residuals.scores[:, kept], residuals.squares[:, kept], residuals.pairs[np.ix_(kept, kept)])


@dataclass(frozen=True)
class Variances:
    """Of the differences of G municipalities, in squared grade-days, G x (m + 1): two parts that add up to the whole.

    `of_residents`: who are a draw; `of_model`: of what is expected of them.
    """

    of_residents: Floats
    of_model: Floats

    @property
    def whole(self) -> Floats:
        """Of the difference from a truth that the country's persons sum to zero in."""
        return self.of_residents + self.of_model


@dataclass(frozen=True)
class Municipalities:
    """What the model says of each of G municipalities: means of grade-days, of each area and the total.

    `actual`, `expected`: G x (m + 1); `variances`: of their difference.
    """

    kommuner: tuple[str, ...]
    persons: Floats
    actual: Floats
    expected: Floats
    variances: Variances


def municipalities(statistics: Statistics, found: Fit, variances: Variances) -> Municipalities:
    """Actual and expected means.

    Args:
        statistics: of the same persons.
        found: the fit.
        variances: of the differences (`errors.py`).
    """
    persons = statistics.by_kommune[:, 0]
    means = statistics.by_kommune[:, list(found.kept)] / persons[:, None]
    actual = np.column_stack([statistics.outcomes, statistics.outcomes.sum(axis=1)]) / persons[:, None]
    return Municipalities(statistics.kommuner, persons, actual, means @ found.coefficients, variances)


def contributions(statistics: Statistics, found: Fit, groups: dict[str, str]) -> tuple[tuple[str, ...], Floats]:
    """How each group of conditions moves a municipality's expected mean from the country's.

    Args:
        statistics: of the same persons.
        found: the fit.
        groups: condition -> its group.

    Returns:
        The groups, and G x groups x (m + 1); the groups add up to expected minus the country's mean.
    """
    names = tuple(dict.fromkeys(groups.values()))
    columns = list(found.kept)
    own = statistics.by_kommune[:, columns] / statistics.by_kommune[:, :1]
    country = statistics.xx[0, columns] / statistics.persons
    apart = own - country
    moved = np.zeros((len(own), len(names), found.coefficients.shape[1]))
    for place, (condition, _) in enumerate(found.terms):
        if condition in groups:
            moved[:, names.index(groups[condition])] += apart[:, place, None] * found.coefficients[place]
    return names, moved

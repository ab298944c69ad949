"""How sure a municipality's difference is, from sums by municipality: method `udeladt_omraade-1`. Pure.

A municipality's difference is its truth `d` and an error: the chance in its residents, less what chance and the truths
of all municipalities do to the fit. With x its mean conditions, a the same from the country's, and X_j, e_j of
municipality j:

    error of k = mean of e_k - sum over j of (x_k' (X'X)^-1 X_j' e_j + a_k' (X'X)^-1 X_j' d_j)

- Its own residents: exact, with their pull on the fit taken off, which makes the large surer than their numbers alone
  would. Their variance is drawn towards all residents' (`within_variances`): a few residents often hold nobody on
  benefits, and would look sure.
- The other municipalities: how far its expected level moves when an area is left out of the fit, squared and summed
  over areas (the jackknife: residuals of areas that a fit has seen are too small). Areas are the municipalities, or the
  commuting areas where a condition is constant in those, so that neighbours may deviate together.
- Its own truth, which the fit takes for conditions in part: the variance between municipalities beyond chance.

Sources: Bell and McCaffrey, Bias reduction in standard errors for linear regression with multi-stage samples, Survey
Methodology 28 (2002), for clusters left out; DerSimonian and Kacker, Contemporary Clinical Trials 28 (2007), for the
Paule-Mandel estimate, here of the residuals of a regression; Efron and Morris, JASA 70 (1975), for drawing towards what
is common.
"""

from collections.abc import Sequence

import numpy as np

from maalestok.beskaeftigelse.rammevilkaar.fit import DEPENDENT, Fit, Variances, independent, solved
from maalestok.beskaeftigelse.rammevilkaar.statistics import Floats, Residuals, Statistics

METHOD = "udeladt_omraade-1"
LEAST_CHANCE = 2.0
"""Times the squared variance, over the number of residents: the variance of a normal sample's variance."""
_HALVINGS = 200


def difference_variances(
    statistics: Statistics, found: Fit, residuals: Residuals, clusters: Sequence[str]
) -> Variances:
    """Both parts of the variance of every difference from a truth that sums to zero over the country's residents.

    Args:
        statistics: of the fit, with the pairs of every municipality.
        found: the fit.
        residuals: of the kept terms.
        clusters: the area of each municipality.

    Raises:
        ValueError: the statistics are those that are kept, or all municipalities are in one area.
    """
    if statistics.kommune_xx is None:
        raise ValueError("pairs of categories of municipalities are not kept")
    kept = list(found.kept)
    detail = statistics.kommune_xx[np.ix_(range(len(statistics.kommuner)), kept, kept)]
    persons = statistics.by_kommune[:, 0]
    means = statistics.by_kommune[:, kept] / persons[:, None]
    apart = means - statistics.xx[0, kept] / statistics.persons
    scores = np.concatenate([residuals.scores, residuals.scores.sum(axis=2, keepdims=True)], axis=2)
    within = within_variances(persons, residuals.squares[:, 0], scores[:, 0])
    chance = _chance(persons, means @ found.inverse, means, detail)
    pulls = apart @ found.inverse @ apart.T * persons
    of_truths = np.eye(len(persons)) - pulls - persons / persons.sum()
    differences, drawn = scores[:, 0] / persons[:, None], chance @ within
    between = np.array([between_variance(differences[:, at], drawn[:, at], of_truths) for at in range(within.shape[1])])
    others = _moved_by_others(statistics.xx[np.ix_(kept, kept)], found.inverse, detail, scores, apart, clusters)
    own = np.diag(pulls)[:, None] ** 2 * between
    return Variances(np.diag(chance)[:, None] * within, (others**2).sum(axis=1) + own)


def _chance(persons: Floats, weights: Floats, means: Floats, detail: Floats) -> Floats:
    """G x G: times the variance among j's residents, what they add to the variance of k's difference.

    A resident of k counts 1 / persons of k, less the weight all residents have in k's expected level.
    """
    chance = np.stack([((weights @ own) * weights).sum(axis=1) for own in detail], axis=1)
    at = np.arange(len(persons))
    chance[at, at] += 1 / persons - 2 * (weights * means).sum(axis=1)
    return np.asarray(np.maximum(chance, 0), dtype=np.float64)


def within_variances(persons: Floats, squares: Floats, sums: Floats) -> Floats:
    """Variance among the residents of each municipality, drawn towards that of all.

    Own variances spread about the common one by chance, the less the more residents there are, and because
    municipalities differ, however many there are. A line through the squared spreads, against the residents, tells the
    two apart; each is drawn in by its share of chance.

    Args:
        persons: G.
        squares, sums: G x outcomes, of residuals.

    Returns:
        G x outcomes; all alike where nothing but chance lies between them, and for whoever is alone in a municipality.
    """
    several = persons > 1
    free = persons[several] - 1
    left = np.maximum(squares - sums**2 / persons[:, None], 0)[several]
    common = left.sum(axis=0) / max(free.sum(), 1)
    drawn = np.tile(common, (len(persons), 1))
    line = np.column_stack([np.ones_like(free), free])
    for at in np.nonzero(common > 0)[0]:
        ratio = left[:, at] / free / common[at]
        (chance, differing), *_ = np.linalg.lstsq(line, free * (ratio - 1) ** 2, rcond=None)
        if differing > 0:
            trust = differing / (differing + max(chance, LEAST_CHANCE) / free)
            drawn[several, at] = common[at] * (1 + trust * (ratio - 1))
    return drawn


def between_variance(differences: Floats, chance: Floats, of_truths: Floats) -> float:
    """The variance between municipalities at which the weighted squares of differences are what they ought to be.

    Args:
        differences: G, what is left of truths and chance after the fit.
        chance: G, the variance of each by chance.
        of_truths: G x G, the part of each truth in each difference.
    """
    shares = (of_truths**2).sum(axis=1)
    held = shares > DEPENDENT
    squared, chance, shares = differences[held] ** 2, chance[held], shares[held]
    if not squared.any():
        return 0.0
    least = float(max(squared.max(), chance.max())) * np.finfo(np.float64).eps

    def excess(between: float) -> float:
        spread = np.maximum(shares * between + chance, least)
        return float((squared / spread).sum()) - len(spread)

    low, high = 0.0, float(squared.sum())
    if excess(low) <= 0:
        return 0.0
    while excess(high) > 0:
        low, high = high, 2 * high
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return high


def _moved_by_others(
    xx: Floats, inverse: Floats, detail: Floats, scores: Floats, apart: Floats, clusters: Sequence[str]
) -> Floats:
    """G x areas x outcomes: how far expected levels move when an area is left out, less the municipality's own part.

    A term that only the area tells of stays as it is.
    """
    names, area = np.unique(list(clusters), return_inverse=True)
    if len(names) < 2:
        raise ValueError("one area has no clusters")
    shifts = np.zeros((len(names), *scores.shape[1:]))
    for place in range(len(names)):
        inside = area == place
        rest = xx - detail[inside].sum(axis=0)
        terms = list(independent(rest))
        shifts[place, terms], _ = solved(rest[np.ix_(terms, terms)], scores[inside].sum(axis=0)[terms])
    moved = np.einsum("kp,cpm->kcm", apart, shifts)
    left_out = scores + np.einsum("kpq,kqm->kpm", detail, shifts[area])
    moved[np.arange(len(area)), area] -= np.einsum("kp,kpm->km", apart @ inverse, left_out)
    return np.asarray(moved, dtype=np.float64)

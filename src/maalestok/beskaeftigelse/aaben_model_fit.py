"""The open model's arithmetic: ridge regression of shares on conditions, tested on municipalities left out. Pure.

A municipality is left out with all its editions; scales, constants and penalties are then found anew without it. All
sums are sums over municipalities, so that leaving one out is a subtraction (`tests/unit/test_aaben_model.py` holds it
against fits made from the rows that are left).

Shapes: n municipalities, e editions, k conditions, a areas, p penalties. Shares in percentage points.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
SAME = 1e-9
"""Relative difference of two errors under which penalties are equally good; the larger one is then taken."""
FLAT = 1e-12
"""Variance, as a part of that among all municipalities, under which a condition is the same for all that are left."""
ALIKE = 1e-9
"""Largest deviation from an edition's mean, as a part of the largest value, that is no more than a rounding error."""


@dataclass(frozen=True)
class Panel:
    """Conditions `x` (n, e, k), actual shares `y` (n, e, a), `residents` (n, e), and each row's `weight` (n, e).

    A row with weight 0 takes no part in the fit (its shares and residents aren't read) but gets an expected share. A
    condition that is 0 for all in an edition has no say there.
    """

    x: Floats
    y: Floats
    residents: Floats
    weight: Floats


@dataclass(frozen=True)
class Fit:
    """What was found.

    Attributes:
        penalties: (a,) of all municipalities; `fold_penalties` (n, a) of the others of each.
        coefficients: (k, a) percentage points per standard deviation of a condition; `errors` (k, a) and
            `total_errors` (k,): their standard errors by leaving out municipalities, the penalty kept.
        constants: (e, a) the actual share of the whole country; the expected one where conditions are the country's.
        means: (e, k) conditions of the country; `spreads` (k,) their standard deviations, 0 where all are alike.
        fitted: (n, e, a) expected shares; `left_out` (n, e, a): as expected from the other municipalities alone.
    """

    penalties: Floats
    fold_penalties: Floats
    coefficients: Floats
    errors: Floats
    total_errors: Floats
    constants: Floats
    means: Floats
    spreads: Floats
    fitted: Floats
    left_out: Floats


@dataclass(frozen=True)
class Agreement:
    """How near one set of shares comes to another: R2 within editions, correlation, mean absolute difference (pp)."""

    r2: float
    correlation: float
    mean_difference: float


@dataclass(frozen=True)
class _Sums:
    """Sums of municipalities, any leading dimensions: by weight (`w`) per edition or over all; by residents (`n`)."""

    w: Floats
    wx: Floats
    wy: Floats
    wxx: Floats
    wxy: Floats
    n: Floats
    nx: Floats
    ny: Floats

    def parts(self) -> tuple[Floats, ...]:
        return (self.w, self.wx, self.wy, self.wxx, self.wxy, self.n, self.nx, self.ny)

    def total(self) -> "_Sums":
        return _Sums(*(part.sum(axis=0) for part in self.parts()))

    def without(self, others: "_Sums") -> "_Sums":
        """These less each of `others`, which have one leading dimension more."""
        return _Sums(*(mine - theirs for mine, theirs in zip(self.parts(), others.parts(), strict=True)))

    def at(self, place: int) -> "_Sums":
        return _Sums(*(part[place] for part in self.parts()))


def fit(panel: Panel, penalties: Floats) -> Fit:
    """Tune, fit and test.

    Args:
        panel: at least three municipalities in every edition.
        penalties: (p,) ascending, above 0: what squared coefficients (per standard deviation) weigh against the mean
            squared error.
    """
    x, shift = _centred(panel.x, panel.weight)
    used = panel.weight > 0
    y = np.where(used[..., None], panel.y, 0.0)
    each = _contributions(x, y, panel.weight, np.where(used, panel.residents, 0.0))
    everyone = each.total()
    variance = np.diagonal(everyone.wxx, axis1=-2, axis2=-1) / everyone.w.sum()
    alone = everyone.without(each)
    chosen = _tuned(_predicted(alone, x, penalties, variance), y, used, penalties)
    left_out, fold_penalties = np.empty_like(y), np.empty((len(y), y.shape[-1]))
    for own in range(len(y)):
        others = np.arange(len(y)) != own
        held = alone.at(own)
        pairs = held.without(_Sums(*(part[others] for part in each.parts())))
        inner = _predicted(pairs, x[others], penalties, variance)
        fold_penalties[own] = _tuned(inner, y[others], used[others], penalties)
        left_out[own] = _of_areas(held, x[own], fold_penalties[own], variance)
    slopes = _slopes_of_areas(everyone, chosen, variance)
    spreads = _spread(everyone, variance)[0]
    jackknife = (
        np.stack([_slopes_of_areas(alone.at(own), chosen, variance) for own in range(len(y))]) * spreads[:, None]
    )
    constants, means = everyone.ny / everyone.n[:, None], everyone.nx / everyone.n[:, None]
    return Fit(
        penalties=chosen,
        fold_penalties=fold_penalties,
        coefficients=slopes * spreads[:, None],
        errors=_jackknife_error(jackknife),
        total_errors=_jackknife_error(jackknife.sum(axis=-1)),
        constants=constants,
        means=means + shift,
        spreads=spreads,
        fitted=constants + np.einsum("nek,ka->nea", x - means, slopes),
        left_out=left_out,
    )


def agreement(actual: Floats, expected: Floats, used: npt.NDArray[np.bool_]) -> Agreement:
    """How near `expected` comes to `actual`, every municipality of every edition counting once.

    Args:
        actual, expected: (n, e) in percentage points.
        used: (n, e) which of them count.

    Returns:
        R2 = 1 - squared errors / squared deviations from each edition's mean; NaN where `actual` doesn't vary.
        The correlation is that of deviations from editions' means, 0 where `expected` doesn't vary.
    """
    counted = used.astype(np.float64)
    size = counted.sum(axis=0)
    a, b = (np.where(used, v, 0.0) for v in (actual, expected))
    own, other = ((v - v.sum(axis=0) / size) * counted for v in (a, b))
    spread, both = float((own**2).sum()), float((own**2).sum() * (other**2).sum())
    return Agreement(
        r2=1 - float(((a - b) ** 2).sum()) / spread if spread > 0 else float("nan"),
        correlation=float((own * other).sum()) / both**0.5 if both > 0 else 0.0,
        mean_difference=float(np.abs(a - b).sum() / counted.sum()),
    )


def _centred(x: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Conditions less each edition's mean, so that subtracting sums costs no digits; and those means (e, k)."""
    means = np.einsum("ne,nek->ek", weight, x) / weight.sum(axis=0)[:, None]
    away = x - means
    alike = np.abs(away).max(axis=0) <= ALIKE * np.abs(x).max(axis=0)
    return np.where(alike, 0.0, away), means


def _contributions(x: Floats, y: Floats, weight: Floats, residents: Floats) -> _Sums:
    """Each municipality's part of every sum."""
    wx, nx = weight[..., None] * x, residents[..., None] * x
    return _Sums(
        w=weight,
        wx=wx,
        wy=weight[..., None] * y,
        wxx=np.einsum("nek,nel->nkl", wx, x),
        wxy=np.einsum("nek,nea->nka", wx, y),
        n=residents,
        nx=nx,
        ny=residents[..., None] * y,
    )


def _moments(sums: _Sums) -> tuple[Floats, Floats]:
    """Mean products within editions: conditions with each other (..., k, k) and with shares (..., k, a)."""
    size = sums.w.sum(axis=-1)[..., None, None]
    means = sums.wx / sums.w[..., None]
    xx = sums.wxx - np.einsum("...ek,...el->...kl", sums.wx, means)
    return xx / size, (sums.wxy - np.einsum("...ek,...ea->...ka", means, sums.wy)) / size


def _spread(sums: _Sums, variance: Floats) -> tuple[Floats, Floats]:
    """Standard deviations of conditions within editions (..., k), 0 where flat; and what divides by them."""
    own = np.diagonal(_moments(sums)[0], axis1=-2, axis2=-1)
    spread = np.where(own > FLAT * variance, np.sqrt(np.maximum(own, 0.0)), 0.0)
    return spread, np.divide(1.0, spread, out=np.zeros_like(spread), where=spread > 0)


def _slopes(sums: _Sums, penalties: Floats, variance: Floats) -> Floats:
    """Slopes (..., p, k, a) in the conditions' own units: standardised, penalised, and turned back."""
    xx, xy = _moments(sums)
    inverse = _spread(sums, variance)[1]
    values, vectors = np.linalg.eigh(xx * inverse[..., :, None] * inverse[..., None, :])
    turned = np.swapaxes(vectors, -1, -2) @ (xy * inverse[..., None])
    shrunk = turned[..., None, :, :] / (np.maximum(values, 0.0)[..., None, :, None] + penalties[:, None, None])
    slopes: Floats = inverse[..., None, :, None] * (vectors[..., None, :, :] @ shrunk)
    return slopes


def _slopes_of_areas(sums: _Sums, penalties: Floats, variance: Floats) -> Floats:
    """Slopes (k, a), each area with its own penalty (a,)."""
    held = _slopes(sums, penalties, variance)
    return np.stack([held[area, :, area] for area in range(len(penalties))], axis=-1)


def _of_areas(sums: _Sums, x: Floats, penalties: Floats, variance: Floats) -> Floats:
    """Expected shares (e, a) of one municipality's conditions (e, k), each area with its own penalty (a,)."""
    slopes = _slopes_of_areas(sums, penalties, variance)
    return sums.ny / sums.n[:, None] + (x - sums.nx / sums.n[:, None]) @ slopes


def _predicted(sums: _Sums, x: Floats, penalties: Floats, variance: Floats) -> Floats:
    """Expected shares (n, p, e, a) of conditions (n, e, k), each from the sums at its place."""
    slopes = _slopes(sums, penalties, variance)
    away = x - sums.nx / sums.n[..., None]
    predicted: Floats = (sums.ny / sums.n[..., None])[:, None] + away[:, None] @ slopes
    return predicted


def _tuned(predicted: Floats, y: Floats, used: npt.NDArray[np.bool_], penalties: Floats) -> Floats:
    """The penalty (a,) with the least squared error, every municipality counting once; of equal ones the largest."""
    errors = np.einsum("npea,ne->pa", (predicted - y[:, None]) ** 2, used.astype(np.float64))
    good = errors <= errors.min(axis=0) * (1 + SAME)
    chosen: Floats = np.max(np.where(good, penalties[:, None], 0.0), axis=0)
    return chosen


def _jackknife_error(held: Floats) -> Floats:
    """Standard error of what was found n times with one municipality left out each time (n, ...)."""
    errors: Floats = np.sqrt((len(held) - 1) / len(held) * ((held - held.mean(axis=0)) ** 2).sum(axis=0))
    return errors

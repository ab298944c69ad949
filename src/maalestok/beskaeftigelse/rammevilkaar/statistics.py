"""Sufficient statistics of the model as matrices: what the answers of `queries.py` hold, by municipality. Pure."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maalestok.beskaeftigelse.rammevilkaar.model_rules import ModelVersion
from maalestok.beskaeftigelse.rammevilkaar.queries import OUTCOMES, RESIDUAL, RESIDUALS, SQUARES, Term, codes, columns

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
INTERCEPT = ("(konstant)", "")
_NOT_HELD, _LEFT_OUT = -1, -2


@dataclass(frozen=True)
class Statistics:
    """What a fit needs. p terms with the intercept first, m = 3 outcomes, G municipalities.

    `xx`: p x p counts; `yy`: m x m; `by_kommune`: G x p counts; `kommune_xy`: G x p x m sums of grade-days.
    `kommune_xx`: G x p x p counts; None of what is kept, since pairs of categories in a municipality come close to
    persons. The conditions of areas are numbers, after those of persons (`area_conditions.py`).
    """

    terms: tuple[Term, ...]
    kommuner: tuple[str, ...]
    xx: Floats
    yy: Floats
    by_kommune: Floats
    kommune_xy: Floats
    kommune_xx: Floats | None = None

    @cached_property
    def xy(self) -> Floats:
        """X'y of the country, p x m."""
        return np.asarray(self.kommune_xy.sum(axis=0), dtype=np.float64)

    @property
    def outcomes(self) -> Floats:
        """Sums of grade-days of each municipality, G x m."""
        return self.kommune_xy[:, 0]

    @property
    def persons(self) -> int:
        """How many persons there are."""
        return int(self.xx[0, 0])


@dataclass(frozen=True)
class Residuals:
    """What the residuals say, in grade-days. p terms, m outcomes, of squares also their sum.

    `scores`: G x p x m sums of residuals by term; `squares`: G x p x (m + 1) sums of squared residuals by term, the
    intercept's being those of all; `pairs`: p x p x (m + 1) the country's squares by pairs of terms.
    """

    scores: Floats
    squares: Floats
    pairs: Floats


class _Places:
    """Which term each category of the person table is; of categories that are none, `_LEFT_OUT`."""

    def __init__(self, version: ModelVersion, terms: tuple[Term, ...]) -> None:
        place_of = {term: number for number, term in enumerate(terms)}
        self._names = columns(version)
        self._lookup = [
            np.array([place_of.get((condition.id, code), _LEFT_OUT) for code in codes(condition)], dtype=np.int64)
            for condition in version.of_persons
        ]

    def of(self, rows: pl.DataFrame) -> tuple[Ints, Ints]:
        """The two terms of each row: twice the same for a category, twice the intercept for everybody.

        A row of a category that is no term has `_LEFT_OUT` first.
        """
        one = np.full(len(rows), _NOT_HELD, dtype=np.int64)
        two = one.copy()
        for name, lookup in zip(self._names, self._lookup, strict=True):
            numbers = rows[name].fill_null(_NOT_HELD).to_numpy()
            held = numbers >= 0
            terms = lookup[numbers[held]]
            two[held] = np.where(one[held] == _NOT_HELD, two[held], terms)
            one[held] = np.where(one[held] == _NOT_HELD, terms, one[held])
        left_out = (one == _LEFT_OUT) | (two == _LEFT_OUT)
        two = np.where(two == _NOT_HELD, one, two)
        one, two = np.where(one == _NOT_HELD, 0, one), np.where(two == _NOT_HELD, 0, two)
        return np.where(left_out, _LEFT_OUT, one), two


def _lines(rows: pl.DataFrame, kommuner: tuple[str, ...]) -> Ints:
    """The place of each row's municipality."""
    codes_of = np.array([int(kode) for kode in kommuner], dtype=np.int64)
    return np.searchsorted(codes_of, rows["kommune"].to_numpy())


def reduced(rows: pl.DataFrame, version: ModelVersion) -> pl.DataFrame:
    """The answer of `pairs_query` with counts of pairs of categories of the country alone, to be kept."""
    names = columns(version)
    held = pl.sum_horizontal(pl.col(name).is_not_null() for name in names)
    pairs = rows.filter(held == 2).group_by(names).agg(pl.col("n").sum()).sort(names)
    return pl.concat([pairs, rows.filter(held < 2)], how="diagonal").select(rows.columns)


def read_statistics(rows: pl.DataFrame, version: ModelVersion) -> tuple[Statistics, tuple[Term, ...]]:
    """The answer of `pairs_query`, whole or `reduced`, as matrices.

    Returns:
        The statistics of every category that is neither the reference nor too small, and those joined with the
        reference because they are too small (persons in them, but fewer than the rule's `fewest`).
    """
    terms, joined = _terms(rows, version)
    kommuner = tuple(f"{kommune:03d}" for kommune in sorted(rows["kommune"].drop_nulls().unique().to_list()))
    size, m, count = len(terms), len(OUTCOMES), len(kommuner)
    by_kommune, xy = np.zeros((count, size)), np.zeros((count, size, m))
    xx, yy = np.zeros((size, size)), np.zeros((m, m))
    one, two = _Places(version, terms).of(rows)
    single, of_kommune = (one == two) & (one != _LEFT_OUT), rows["kommune"].is_not_null().to_numpy()
    alone = rows.filter(pl.Series(single))
    line = _lines(alone, kommuner)
    by_kommune[line, one[single]] = alone["n"].to_numpy()
    xy[line, one[single]] = alone.select(OUTCOMES).to_numpy()
    for place, name in enumerate(OUTCOMES):
        for other in range(place, m):
            squares = rows.filter(pl.Series(single & (one == 0)))[f"{name}{OUTCOMES[other]}"]
            yy[place, other] = yy[other, place] = squares.sum()
    pair, n = ~single & (one != _LEFT_OUT), rows["n"].to_numpy()
    np.add.at(xx, (one[pair], two[pair]), n[pair])
    xx += xx.T
    xx[0] = xx[:, 0] = by_kommune.sum(axis=0)
    xx[np.arange(size), np.arange(size)] = xx[0]
    detail = None
    if of_kommune.all():
        detail = np.zeros((count, size, size))
        at = _lines(rows.filter(pl.Series(pair)), kommuner)
        detail[at, one[pair], two[pair]] = detail[at, two[pair], one[pair]] = n[pair]
        detail[:, 0] = detail[:, :, 0] = by_kommune
        detail[:, np.arange(size), np.arange(size)] = by_kommune
    return Statistics(terms, kommuner, xx, yy, by_kommune, xy, detail), joined


def _terms(rows: pl.DataFrame, version: ModelVersion) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
    """The terms, and the categories that are joined with the reference."""
    names = columns(version)
    terms: list[Term] = [INTERCEPT]
    joined: list[Term] = []
    for name, condition in zip(names, version.of_persons, strict=True):
        others = [pl.col(other).is_null() for other in names if other != name]
        alone = rows.filter(pl.col(name).is_not_null(), *others)
        counts = dict(alone.group_by(name).agg(pl.col("n").sum()).iter_rows())
        for number, code in enumerate(codes(condition)):
            count = counts.get(number, 0)
            if code == condition.reference or not count:
                continue
            (joined if count < version.fewest else terms).append((condition.id, code))
    return tuple(terms), tuple(joined)


def read_residuals(rows: pl.DataFrame, statistics: Statistics, version: ModelVersion) -> Residuals:
    """The answer of `residual_sums_query`, of the terms that persons have; those of areas are 0."""
    size, m, count = len(statistics.terms), len(OUTCOMES), len(statistics.kommuner)
    scores, squares = np.zeros((count, size, m)), np.zeros((count, size, m + 1))
    pairs = np.zeros((size, size, m + 1))
    one, two = _Places(version, statistics.terms).of(rows)
    known = one != _LEFT_OUT
    rows, one, two = rows.filter(pl.Series(known)), one[known], two[known]
    squared = rows.select(*SQUARES).to_numpy().astype(np.float64) / RESIDUAL**2
    own = rows["kommune"].is_not_null().to_numpy()
    line = _lines(rows.filter(pl.Series(own)), statistics.kommuner)
    scores[line, two[own]] = rows.filter(pl.Series(own)).select(RESIDUALS).to_numpy() / RESIDUAL
    squares[line, two[own]] = squared[own]
    pairs[one[~own], two[~own]] = pairs[two[~own], one[~own]] = squared[~own]
    by_term = squares.sum(axis=0)
    pairs[0], pairs[:, 0] = by_term, by_term
    pairs[np.arange(size), np.arange(size)] = by_term
    return Residuals(scores, squares, pairs)


def read_benefits(
    rows: pl.DataFrame, statistics: Statistics, version: ModelVersion
) -> tuple[tuple[str, ...], Floats, Floats]:
    """The answer of `benefits_query`.

    Returns:
        The benefits, p x b sums of grade-days by term (those of areas are 0), G x b by municipality.
    """
    benefits = tuple(sorted(rows["ydelse"].unique().to_list()))
    place_of = {benefit: place for place, benefit in enumerate(benefits)}
    xy = np.zeros((len(statistics.terms), len(benefits)))
    by_kommune = np.zeros((len(statistics.kommuner), len(benefits)))
    of = rows["ydelse"].replace_strict(place_of, return_dtype=pl.Int64).to_numpy() if benefits else np.zeros(0, int)
    days, own = rows["grad_dage"].to_numpy(), rows["kommune"].is_not_null().to_numpy()
    by_kommune[_lines(rows.filter(pl.Series(own)), statistics.kommuner), of[own]] = days[own]
    _, terms = _Places(version, statistics.terms).of(rows)
    known = ~own & (terms > 0)
    xy[terms[known], of[known]] = days[known]
    xy[0] = by_kommune.sum(axis=0)
    return benefits, xy, by_kommune

"""Conditions that areas have: numbers of a municipality or its commuting area, as columns of the model. Pure.

Such a number is the same for everybody in the municipality, so that its sums follow from the municipalities' counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from maalestok.beskaeftigelse.rammevilkaar.fit import Fit
from maalestok.beskaeftigelse.rammevilkaar.model_rules import COMMUTING_AREA, KOMMUNE, ModelCondition, ModelVersion
from maalestok.beskaeftigelse.rammevilkaar.queries import RESIDUAL, Term
from maalestok.beskaeftigelse.rammevilkaar.statistics import Floats, Residuals, Statistics
from maalestok.deliveries.values import DECIMALS
from maalestok.kommune import kommuner
from maalestok.period import Period, PeriodKind
from maalestok.rules.models import ColumnKind

SCALE = 10 ** DECIMALS[ColumnKind.NUMBER]
"""Conditions are delivered in whole numbers of so many to 1."""
Delivered = Mapping[str, Mapping[str, int]]
"""Column of `rammevilkaar` -> kommune_kode -> number, `SCALE` to 1."""


@dataclass(frozen=True)
class AreaValues:
    """What was delivered for a window: `numbers` of every municipality, their commuting areas (None: not delivered).

    `absent`: conditions that lack a number of some municipality.
    """

    numbers: Delivered
    commuting: Mapping[str, str] | None
    absent: tuple[str, ...]


def area_values(delivered: pl.DataFrame, version: ModelVersion, year: int) -> AreaValues:
    """The numbers of a window that begins in `year`, each of the year its rule wants.

    Args:
        delivered: rows of `rammevilkaar` as facts hold them, one per calendar year (as `2020QMAT04`) and municipality.
        version: the conditions.
        year: of the window's first day.
    """
    commuting: Mapping[str, str] | None = None
    numbers: dict[str, dict[str, int]] = {}
    for condition in version.of_areas:
        rows = of_year(delivered, year - condition.lag_years)
        found = whole_column(rows, condition.id)
        if condition.constant_in == COMMUTING_AREA:
            names = dict(rows.select("kommune_kode", COMMUTING_AREA).iter_rows()) if not rows.is_empty() else {}
            places = {kode: name for kode, name in names.items() if name}
            if len(places) < len(kommuner()) or (commuting is not None and places != commuting):
                continue
            if len(set(places.values())) < 2:  # the same for all: it tells nobody apart
                continue
            commuting = places if found is not None else commuting
        if found is not None:
            numbers[condition.id] = found
    absent = tuple(condition.id for condition in version.of_areas if condition.id not in numbers)
    return AreaValues(numbers, commuting, absent)


def of_year(delivered: pl.DataFrame, year: int) -> pl.DataFrame:
    """The rows of a calendar year."""
    return delivered.filter(pl.col("period") == Period(year * 12 + 11, PeriodKind.ROLLING_YEAR).code)


def whole_column(rows: pl.DataFrame, name: str) -> dict[str, int] | None:
    """kommune_kode -> number; None unless every municipality has one."""
    if name not in rows.columns:
        return None
    held = dict(rows.filter(pl.col(name).is_not_null()).select("kommune_kode", name).sort("kommune_kode").iter_rows())
    return held if len(held) == len(kommuner()) else None


@dataclass(frozen=True)
class AreaColumns:
    """The conditions of areas as columns: q `terms`, their `values` G x q, from the country's mean, q `means`.

    `clusters`: the area of each municipality within which a condition is constant, and what such an area is.
    """

    terms: tuple[Term, ...]
    values: Floats
    clusters: tuple[str, ...]
    cluster_kind: str
    means: tuple[float, ...] = ()


def area_columns(statistics: Statistics, version: ModelVersion, held: AreaValues) -> AreaColumns:
    """The columns of the conditions that were delivered; a commuting area's number is weighted by residents."""
    used = [condition for condition in version.of_areas if condition.id in held.numbers]
    persons = statistics.by_kommune[:, 0]
    values = np.zeros((len(statistics.kommuner), len(used)))
    means: list[float] = []
    for place, condition in enumerate(used):
        own = np.array([held.numbers[condition.id][kode] for kode in statistics.kommuner], dtype=np.float64) / SCALE
        of_area = _mean_of_areas(own, persons, statistics, held) if _shared(condition) else own
        means.append(float((persons * of_area).sum() / persons.sum()))
        values[:, place] = of_area - means[place]
    kind = COMMUTING_AREA if any(_shared(condition) for condition in used) else KOMMUNE
    clusters = statistics.kommuner if kind == KOMMUNE else _areas_of(statistics, held)
    return AreaColumns(tuple((condition.id, "") for condition in used), values, clusters, kind, tuple(means))


def _shared(condition: ModelCondition) -> bool:
    return condition.constant_in == COMMUTING_AREA


def _areas_of(statistics: Statistics, held: AreaValues) -> tuple[str, ...]:
    commuting = held.commuting or {}
    return tuple(commuting[kode] for kode in statistics.kommuner)


def _mean_of_areas(own: Floats, persons: Floats, statistics: Statistics, held: AreaValues) -> Floats:
    _, area = np.unique(_areas_of(statistics, held), return_inverse=True)
    means = np.bincount(area, weights=persons * own) / np.bincount(area, weights=persons)
    return np.asarray(means[area], dtype=np.float64)


def with_areas(statistics: Statistics, areas: AreaColumns) -> Statistics:
    """The statistics with the columns of areas after those of persons."""
    z, persons = areas.values, statistics.by_kommune[:, 0]
    crossed = statistics.by_kommune.T @ z
    own = (z * persons[:, None]).T @ z
    xx = np.block([[statistics.xx, crossed], [crossed.T, own]])
    by_kommune = np.column_stack([statistics.by_kommune, z * persons[:, None]])
    xy = np.concatenate([statistics.kommune_xy, z[:, :, None] * statistics.outcomes[:, None, :]], axis=1)
    detail = statistics.kommune_xx
    if detail is not None:
        side = statistics.by_kommune[:, :, None] * z[:, None, :]
        corner = persons[:, None, None] * z[:, :, None] * z[:, None, :]
        detail = np.concatenate(
            [np.concatenate([detail, side], axis=2), np.concatenate([side.transpose(0, 2, 1), corner], axis=2)], axis=1
        )
    return replace(
        statistics,
        terms=(*statistics.terms, *areas.terms),
        xx=xx,
        by_kommune=by_kommune,
        kommune_xy=xy,
        kommune_xx=detail,
    )


def residuals_with_areas(found: Residuals, areas: AreaColumns) -> Residuals:
    """The residuals with the sums of the columns of areas, which `read_residuals` leaves at 0."""
    if not areas.terms:
        return found
    first = found.scores.shape[1] - len(areas.terms)
    z, all_squares = areas.values, found.squares[:, :1]
    scores, squares, pairs = found.scores.copy(), found.squares.copy(), found.pairs.copy()
    scores[:, first:] = z[:, :, None] * scores[:, :1]
    crossed = np.einsum("kq,kpm->pqm", z, found.squares[:, :first])
    pairs[:first, first:], pairs[first:, :first] = crossed, crossed.transpose(1, 0, 2)
    pairs[first:, first:] = np.einsum("kq,kr,km->qrm", z, z, all_squares[:, 0])
    squares[:, first:] = z[:, :, None] * all_squares
    return Residuals(scores, squares, pairs)


def whole_of_kommune(found: Fit, statistics: Statistics, areas: AreaColumns) -> dict[str, list[int]]:
    """What the conditions of areas add to a person's grade-days in each municipality, in whole `RESIDUAL` parts."""
    held = [place for place, term in enumerate(areas.terms) if term in found.terms]
    if not held:
        return {}
    coefficients = found.coefficients[[found.terms.index(areas.terms[place]) for place in held], :-1]
    added = np.rint(areas.values[:, held] @ coefficients * RESIDUAL).astype(np.int64)
    return {kode: [int(value) for value in row] for kode, row in zip(statistics.kommuner, added, strict=True)}

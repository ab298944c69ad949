"""The model's queries on an engine that has counted persons: statistics of a window, a fit, its residuals, benefits."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np
import polars as pl

from maalestok.beskaeftigelse.personer.coverage import EPOCH
from maalestok.beskaeftigelse.personer.plan import Plan, version_numbers
from maalestok.beskaeftigelse.personer.plan import Window as CountedWindow
from maalestok.beskaeftigelse.rammevilkaar import answers
from maalestok.beskaeftigelse.rammevilkaar import queries as q
from maalestok.beskaeftigelse.rammevilkaar.area_conditions import (
    AreaValues,
    area_columns,
    area_values,
    residuals_with_areas,
    whole_of_kommune,
    with_areas,
)
from maalestok.beskaeftigelse.rammevilkaar.errors import METHOD, difference_variances
from maalestok.beskaeftigelse.rammevilkaar.fit import Variances, fit, of_kept, whole_coefficients
from maalestok.beskaeftigelse.rammevilkaar.influence import Influence, influence
from maalestok.beskaeftigelse.rammevilkaar.model_rules import COMMUTING_AREA, ModelVersion, RammevilkaarModel
from maalestok.beskaeftigelse.rammevilkaar.statistics import Statistics, read_residuals, read_statistics, reduced
from maalestok.engines.base import Engine
from maalestok.rules.dated import version_for

EDITION_MONTHS = (6, 12)
"""A model is fitted for the four quarters that editions tell of."""
TABLES = ("kvartalsdage", "omraadespaend", "ydelsesspaend")
"""What the queries need of what was counted, besides what was delivered."""
_AREAS = {"vindue": pl.Int32, "kommune_kode": pl.String, "vilkaar": pl.String, "tal": pl.Int64, "navn": pl.String}


def _none() -> pl.DataFrame:
    return pl.DataFrame(schema={"vindue": pl.Int32})


@dataclass(frozen=True)
class ModelFacts:
    """What a model rests on, by `vindue`; without persons, and empty where the country isn't known whole.

    `pairs`: counts and sums (`statistics.reduced`); `scores`: residuals; `benefits`: grade-days by benefit; `without`:
    the coefficients when a municipality is left out, and its `loeftestang`; `errors`: the variances of differences;
    `areas`: the conditions of areas that were
    delivered when persons were counted.
    """

    pairs: pl.DataFrame = field(default_factory=_none)
    scores: pl.DataFrame = field(default_factory=_none)
    benefits: pl.DataFrame = field(default_factory=_none)
    without: pl.DataFrame = field(default_factory=_none)
    errors: pl.DataFrame = field(default_factory=_none)
    areas: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_AREAS))


def fitted_windows(plan: Plan, model: RammevilkaarModel) -> Iterator[tuple[CountedWindow, ModelVersion]]:
    """The rolling years that are fitted, each with its specification."""
    for window in plan.windows:
        version = version_for(model.versions, window.period)
        if not window.quarter and window.own_version and window.period.month in EDITION_MONTHS and version is not None:
            yield window, version


def first_year(window: CountedWindow) -> int:
    """The year a window begins in."""
    return (EPOCH + timedelta(days=window.first_day)).year


def asked_of(window: CountedWindow, plan: Plan) -> q.Window:
    """What the queries of a window ask for."""
    last = window.period.month_index // 3
    return q.Window(
        window.first_day,
        first_year(window),
        (window.counting.first_age, window.counting.last_age),
        version_numbers(plan.windows)[window.version.version],
        (last - window.months // 3 + 1, last),
    )


def area_rows(plan: Plan, model: RammevilkaarModel, delivered: pl.DataFrame) -> pl.DataFrame:
    """The conditions of areas of every fitted window, as they are kept."""
    rows: list[tuple[int, str, str, int | None, str | None]] = []
    for window, version in fitted_windows(plan, model):
        held = area_values(delivered, version, first_year(window))
        for name, numbers in held.numbers.items():
            rows += [(window.number, kode, name, number, None) for kode, number in numbers.items()]
        rows += [(window.number, kode, COMMUTING_AREA, None, name) for kode, name in (held.commuting or {}).items()]
    return pl.DataFrame(rows, schema=_AREAS, orient="row").sort("vindue", "vilkaar", "kommune_kode")


def area_values_of(areas: pl.DataFrame, window: CountedWindow, version: ModelVersion) -> AreaValues:
    """The conditions of areas of a window, from how they are kept."""
    own = areas.filter(pl.col("vindue") == window.number)
    numbers: dict[str, Mapping[str, int]] = {}
    for condition in version.of_areas:
        held = own.filter(pl.col("vilkaar") == condition.id)
        if not held.is_empty():
            numbers[condition.id] = dict(held.select("kommune_kode", "tal").iter_rows())
    named = own.filter(pl.col("vilkaar") == COMMUTING_AREA)
    commuting = dict(named.select("kommune_kode", "navn").iter_rows()) if not named.is_empty() else None
    absent = tuple(condition.id for condition in version.of_areas if condition.id not in numbers)
    return AreaValues(numbers, commuting, absent)


def basis_of(version: ModelVersion) -> list[str]:
    """What kept facts hang on besides the specification: the queries, and the method of the errors."""
    window = q.Window(0, 0, (0, 0), 0, (0, 0))
    nothing = q.residual_blocks_query(version, {}, [0] * len(q.OUTCOMES), {})
    sums = [q.blocks_query(version), q.pairs_query(version), nothing, q.residual_sums_query(version)]
    return [METHOD, q.person_table(version, window), *sums, q.benefits_query(version, window, (0, 0))]


def model_facts(engine: Engine, plan: Plan, model: RammevilkaarModel, areas: pl.DataFrame) -> ModelFacts:
    """What the fitted windows rest on. A window with no more persons than terms is left out.

    Args:
        engine: with `TABLES` and what was registered.
        plan: what was counted.
        model: the specification.
        areas: as `area_rows` makes them.
    """
    held: dict[str, list[pl.DataFrame]] = {"pairs": [], "scores": [], "benefits": [], "without": [], "errors": []}
    for window, version in fitted_windows(plan, model):
        asked = asked_of(window, plan)
        engine.create(q.PERSONS, q.person_table(version, asked))
        pairs = answers.pairs(engine, version)
        made = _of_window(engine, pairs, version, area_values_of(areas, window, version))
        if made is not None:
            days = (window.first_day, window.first_day + window.days - 1)
            made["benefits"] = answers.benefits(engine, version, asked, days)
            for name, frame in made.items():
                held[name].append(frame.with_columns(pl.lit(window.number, dtype=pl.Int32).alias("vindue")))
        engine.drop(q.PERSONS)
    return ModelFacts(**{name: _together(frames) for name, frames in held.items()}, areas=areas)


def _of_window(
    engine: Engine, pairs: pl.DataFrame, version: ModelVersion, values: AreaValues
) -> dict[str, pl.DataFrame] | None:
    """The tables of one window; None where there are no more persons than terms."""
    of_persons, _ = read_statistics(pairs, version)
    if not of_persons.persons:
        return None
    areas = area_columns(of_persons, version, values)
    statistics = with_areas(of_persons, areas)
    if statistics.persons <= len(statistics.terms):
        return None
    found = fit(statistics)
    parts, constant = whole_coefficients(found)
    of_kommune = whole_of_kommune(found, statistics, areas)
    scores = answers.residual_sums(engine, version, parts, constant, of_kommune)
    without = _without_rows(influence(statistics, found), statistics)
    residuals = of_kept(residuals_with_areas(read_residuals(scores, statistics, version), areas), found)
    errors = _error_rows(difference_variances(statistics, found, residuals, areas.clusters), statistics)
    return {"pairs": reduced(pairs, version), "scores": scores, "without": without, "errors": errors}


def _without_rows(found: Influence, statistics: Statistics) -> pl.DataFrame:
    """One row per municipality and kept term, in their order."""
    count, terms, outcomes = found.coefficients.shape
    areas = found.coefficients[:, :, : outcomes - 1].reshape(count * terms, outcomes - 1)
    return pl.DataFrame(
        {
            "kommune_kode": np.repeat(list(statistics.kommuner), terms),
            "led": np.tile(np.arange(terms, dtype=np.int32), count),
            **{name: areas[:, place] for place, name in enumerate(q.OUTCOMES)},
            "loeftestang": np.repeat(found.leverage, terms),
        }
    )


def read_without(rows: pl.DataFrame, statistics: Statistics) -> Influence:
    """What `_without_rows` kept."""
    areas = rows.select(q.OUTCOMES).to_numpy().reshape(len(statistics.kommuner), -1, len(q.OUTCOMES))
    leverage = rows["loeftestang"].to_numpy().reshape(len(statistics.kommuner), -1)[:, 0]
    return Influence(np.concatenate([areas, areas.sum(axis=2, keepdims=True)], axis=2), leverage)


def _error_rows(found: Variances, statistics: Statistics) -> pl.DataFrame:
    """One row per municipality and outcome, the sum of areas last."""
    outcomes = found.of_model.shape[1]
    return pl.DataFrame(
        {
            "kommune_kode": np.repeat(list(statistics.kommuner), outcomes),
            "udfald": np.tile(np.arange(outcomes, dtype=np.int32), len(statistics.kommuner)),
            "af_beboere": found.of_residents.ravel(),
            "af_model": found.of_model.ravel(),
        }
    )


def read_errors(rows: pl.DataFrame, statistics: Statistics) -> Variances:
    """What `_error_rows` kept."""
    shape = (len(statistics.kommuner), -1)
    return Variances(rows["af_beboere"].to_numpy().reshape(shape), rows["af_model"].to_numpy().reshape(shape))


def _together(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(frames, how="diagonal") if frames else _none()

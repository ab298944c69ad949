"""The model's two queries on an engine that has counted persons: statistics of a window, a fit, its residuals."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import polars as pl

from maalestok.beskaeftigelse.personer.coverage import EPOCH
from maalestok.beskaeftigelse.personer.plan import Plan, version_numbers
from maalestok.beskaeftigelse.personer.plan import Window as CountedWindow
from maalestok.beskaeftigelse.rammevilkaar import statistics as s
from maalestok.beskaeftigelse.rammevilkaar.fit import fit, whole_coefficients
from maalestok.beskaeftigelse.rammevilkaar.model_rules import ModelVersion, RammevilkaarModel
from maalestok.engines.base import Engine
from maalestok.rules.dated import version_for

EDITION_MONTHS = (6, 12)
"""A model is fitted for the four quarters that editions tell of."""


def fitted_windows(plan: Plan, model: RammevilkaarModel) -> Iterator[tuple[CountedWindow, ModelVersion]]:
    """The rolling years that are fitted, each with its specification."""
    for window in plan.windows:
        version = version_for(model.versions, window.period)
        if not window.quarter and window.own_version and window.period.month in EDITION_MONTHS and version is not None:
            yield window, version


def model_facts(engine: Engine, plan: Plan, model: RammevilkaarModel) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Statistics and residuals of every fitted window, with `vindue`, its number; person-free.

    Args:
        engine: with the tables of `personer/sql`.
        plan: what was counted.
        model: the specification.
    """
    pairs: list[pl.DataFrame] = []
    scores: list[pl.DataFrame] = []
    numbers = version_numbers(plan.windows)
    for window, version in fitted_windows(plan, model):
        day = EPOCH + timedelta(days=window.first_day)
        last = window.period.month_index // 3
        asked = s.Window(
            window.first_day,
            day.year,
            (window.counting.first_age, window.counting.last_age),
            numbers[window.version.version],
            (last - window.months // 3 + 1, last),
        )
        engine.create(s.PERSONS, s.person_table(version, asked))
        engine.create(s.PAIRS, s.pairs_query(version))
        rows = engine.read(s.PAIRS)
        statistics, _ = s.read_statistics(rows, version)
        engine.create(s.SCORES, s.residual_query(version, *whole_coefficients(fit(statistics))))
        for kept, frame in ((pairs, rows), (scores, engine.read(s.SCORES))):
            kept.append(frame.with_columns(pl.lit(window.number, dtype=pl.Int32).alias("vindue")))
        for name in (s.PERSONS, s.PAIRS, s.SCORES):
            engine.drop(name)
    return _together(pairs), _together(scores)


def _together(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(frames, how="diagonal") if frames else pl.DataFrame(schema={"vindue": pl.Int32})

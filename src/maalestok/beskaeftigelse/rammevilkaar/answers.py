"""The model's questions put to an engine that knows the persons of a window; nothing is left on it."""

from collections.abc import Mapping, Sequence

import polars as pl

from maalestok.beskaeftigelse.rammevilkaar import queries as q
from maalestok.beskaeftigelse.rammevilkaar.model_rules import ModelVersion
from maalestok.engines.base import Engine


def pairs(engine: Engine, version: ModelVersion) -> pl.DataFrame:
    """Counts and sums of everybody and of each category, counts of their pairs (`queries.pairs_query`)."""
    return _asked(engine, {q.BLOCKS: q.blocks_query(version), q.PAIRS: q.pairs_query(version)})


def residual_sums(
    engine: Engine,
    version: ModelVersion,
    parts: Mapping[q.Term, Sequence[int]],
    constant: Sequence[int],
    of_kommune: Mapping[str, Sequence[int]],
) -> pl.DataFrame:
    """Sums of residuals and of their squares (`queries.residual_sums_query`).

    Arguments are those of `queries.residual_blocks_query`.
    """
    blocks = q.residual_blocks_query(version, parts, constant, of_kommune)
    rows = _asked(engine, {q.RESIDUAL_BLOCKS: blocks, q.RESIDUAL_SUMS: q.residual_sums_query(version)})
    return rows.with_columns(pl.col(*q.SQUARES).cast(pl.Float64))


def benefits(engine: Engine, version: ModelVersion, window: q.Window, days: tuple[int, int]) -> pl.DataFrame:
    """Grade-days by benefit (`queries.benefits_query`)."""
    return _asked(engine, {q.BENEFITS: q.benefits_query(version, window, days)})


def _asked(engine: Engine, selects: Mapping[str, str]) -> pl.DataFrame:
    """The rows of the last table, each made from those before it."""
    for name, select in selects.items():
        engine.create(name, select)
    rows = engine.read(list(selects)[-1])
    for name in selects:
        engine.drop(name)
    return rows

"""Rows of `relations` and `models`: who is like whom, and what a method used or found."""

from collections.abc import Iterable
from typing import NamedTuple

import polars as pl

from maalestok.beskaeftigelse.rules import BENCHMARK
from maalestok.period import parse_period
from maalestok.results import conform


class RelationRow(NamedTuple):
    """One municipality's tie to another, `rank` 1 = nearest; `distance` in the relation's own measure."""

    relation: str
    kommune_kode: str
    other_kode: str
    omraade: str
    period: str
    rank: int
    distance: float | None
    method_version: str


class ModelRow(NamedTuple):
    """One term of a model or a method."""

    model: str
    omraade: str
    period: str
    term: str
    level: str | None
    estimate: float
    se_kind: str | None = None
    se: float | None = None


def relation_frame(rows: Iterable[RelationRow] = ()) -> pl.DataFrame:
    """Rows of `relations` without what they all share."""
    schema = dict.fromkeys(RelationRow._fields, pl.String) | {"rank": pl.Int32, "distance": pl.Float64}
    return pl.DataFrame(list(rows), schema=schema, orient="row")


def relations_table(rows: Iterable[RelationRow], frame: pl.DataFrame, *, syntetisk: bool) -> pl.DataFrame:
    """Conforming rows of both, by relation, period, area and municipality, nearest first."""
    frame = pl.concat([relation_frame(rows), frame]).with_columns(
        pl.lit(BENCHMARK).alias("benchmark"), pl.lit(syntetisk).alias("syntetisk")
    )
    return conform("relations", _in_time(frame, "relation", "omraade", "kommune_kode", "rank"))


def models_table(rows: Iterable[ModelRow], *, syntetisk: bool) -> pl.DataFrame:
    """Conforming rows, by model, period and area, terms in the order they came."""
    schema = dict.fromkeys(ModelRow._fields, pl.String) | {"estimate": pl.Float64, "se": pl.Float64}
    frame = pl.DataFrame(list(rows), schema=schema, orient="row").with_columns(
        pl.lit(BENCHMARK).alias("benchmark"),
        pl.lit(syntetisk).alias("syntetisk"),
    )
    return conform("models", _in_time(frame, "model", "omraade"))


def _in_time(frame: pl.DataFrame, first: str, *others: str) -> pl.DataFrame:
    times = {code: parse_period(code).month_index for code in frame["period"].unique().to_list()}
    placed = frame.with_columns(pl.col("period").replace_strict(times, return_dtype=pl.Int32).alias("time"))
    return placed.sort(first, "time", *others, maintain_order=True)

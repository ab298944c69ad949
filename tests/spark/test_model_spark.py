"""The model on persons on Spark: the same sums as on DuckDB, and so the same model to the last digit."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from maalestok.beskaeftigelse.rammevilkaar import answers
from maalestok.beskaeftigelse.rammevilkaar import queries as q
from maalestok.beskaeftigelse.rammevilkaar import statistics as s
from maalestok.beskaeftigelse.rammevilkaar.fit import clustered, robust
from maalestok.beskaeftigelse.rammevilkaar.model_rules import ModelVersion
from maalestok.engines.base import ParquetPart
from maalestok.engines.spark import SparkEngine
from unit.test_model import conditions, made, on_duckdb, persons, run

pytestmark = pytest.mark.spark


def country(name: str) -> tuple[ModelVersion, pl.DataFrame]:
    """Invented persons: of ordinary conditions, of many, that others give or hardly anybody has, of large sums."""
    if name == "ordinary":
        version = conditions(4, 3, 2, references=(1, 0, 1))
        return version, made(version, 1, count=3000, places=20)
    if name == "many":
        version = conditions(2, 3, 2, 2, 4, 2, 2, references=(1, 2, 0, 1, 3, 0, 0))
        return version, made(version, 3, count=2000, places=9)
    if name == "left out":
        version = conditions(3, 2, 4).model_copy(update={"fewest": 20})
        people = made(version, 2, count=1000)
        few = pl.Series([3] * 7 + [0] * 993, dtype=pl.Int32)
        return version, people.with_columns(v01=(pl.col("v00") == 2).cast(pl.Int32), v02=few)
    full = [[36_600] * 4000, [0, 1, 36_600, 0] * 1000, [0] * 4000]
    return conditions(2, 2), persons([101, 760] * 2000, full, [0, 1, 2, 1] * 1000, [0] * 1999 + [1] * 2001)


@pytest.mark.parametrize("name", ["ordinary", "many", "left out", "large"])
def test_as_on_duckdb(name: str, tmp_path: Path, spark_engine_factory: Callable[[], SparkEngine]) -> None:
    version, people = country(name)
    here = on_duckdb(people, version, tmp_path)
    with spark_engine_factory() as engine:
        there = run(engine, people, version, tmp_path)
    assert_frame_equal(there.pairs, here.pairs, check_exact=True)
    assert (there.found.terms, there.found.dropped, there.joined) == (here.found.terms, here.found.dropped, here.joined)
    assert (there.found.dropped != (), there.joined != ()) == ((True, True) if name == "left out" else (False, False))
    np.testing.assert_array_equal(there.found.coefficients, here.found.coefficients)
    np.testing.assert_array_equal(there.found.classical(), here.found.classical())
    assert_frame_equal(there.residual_sums, here.residual_sums, check_exact=True)
    np.testing.assert_array_equal(there.scores, here.scores)
    np.testing.assert_array_equal(clustered(there.found, there.scores), clustered(here.found, here.scores))
    np.testing.assert_array_equal(there.variances().whole, here.variances().whole)
    np.testing.assert_array_equal(there.residuals.squares, here.residuals.squares)
    np.testing.assert_array_equal(robust(there.found, there.residuals.pairs), robust(here.found, here.residuals.pairs))


def test_of_nobody(tmp_path: Path, spark_engine_factory: Callable[[], SparkEngine]) -> None:
    version = conditions(2, 2)
    path = tmp_path / "ingen.parquet"
    persons([], [[]] * 3, [], []).write_parquet(path)
    with spark_engine_factory() as engine:
        engine.register_parquet(q.PERSONS, [ParquetPart(path)])
        statistics, joined = s.read_statistics(answers.pairs(engine, version), version)
    assert (statistics.persons, statistics.kommuner, joined) == (0, (), ())

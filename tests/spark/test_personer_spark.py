"""Persons counted on Spark: the examples of the specification, and invented persons as on DuckDB."""

from collections.abc import Callable
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from maalestok.beskaeftigelse.personer.counted import NAMES, Counted
from maalestok.engines.spark import SparkEngine
from personer import counted
from reference import naive_personer as naive
from spec.person_examples import COVERS, Example, examples, persons
from spec.test_personer_spec import said, windows

pytestmark = pytest.mark.spark


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, spark_engine_factory: Callable[[], SparkEngine]) -> Counted:
    return counted(tmp_path_factory.mktemp("eksempler"), persons(), COVERS, spark_engine_factory())


@pytest.mark.parametrize("example", examples(), ids=lambda e: e.says)
def test_example(found: Counted, example: Example) -> None:
    for what, code, value in windows(example):
        assert said(found, example, what, code) == value, (what, code)


def test_invented_persons_as_on_duckdb(tmp_path: Path, spark_engine_factory: Callable[[], SparkEngine]) -> None:
    made = naive.generate(9, 700)
    for folder in ("her", "der"):
        (tmp_path / folder).mkdir()
    here = counted(tmp_path / "her", made, ("2019-01", "2020-09"), by_payer=True, bridge=True)
    there = counted(tmp_path / "der", made, ("2019-01", "2020-09"), spark_engine_factory(), by_payer=True, bridge=True)
    for name in NAMES:
        table = getattr(here.facts, name)
        assert not table.is_empty()
        assert_frame_equal(getattr(there.facts, name), table)

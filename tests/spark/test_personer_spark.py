"""Persons counted on Spark: the examples of the specification, and invented persons as on DuckDB."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from maalestok.beskaeftigelse.personer.counted import Counted
from maalestok.build import BuildRequest
from maalestok.deliveries.store import Store
from maalestok.engines.base import Engine
from maalestok.engines.duckdb import DuckDBEngine
from maalestok.engines.spark import SparkEngine
from maalestok.registry import benchmark
from personer import counted, take_in, write_files
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
    for name in ("cells", "residents", "groups"):
        table = getattr(here.facts, name)
        assert not table.is_empty()
        assert_frame_equal(getattr(there.facts, name), table, check_exact=True)


def test_a_release_of_persons_as_on_duckdb(tmp_path: Path, spark_engine_factory: Callable[[], SparkEngine]) -> None:
    """Without offers' hours and exemptions, too: a feed that isn't there is an empty table on both."""
    made = naive.generate(10, 400)
    for feed, path in write_files(tmp_path, (*made[:4], [])).items():
        if len(path.read_text(encoding="utf-8").splitlines()) > 1:
            take_in(tmp_path / "her", feed, path, ("2019-01", "2020-09"), codes=("101", "707", "751"))
    shutil.copytree(tmp_path / "her", tmp_path / "der")
    engines: dict[str, Engine] = {"her": DuckDBEngine(), "der": spark_engine_factory()}
    built = {}
    for name, engine in engines.items():
        with engine as opened:
            request = BuildRequest(Store.open(tmp_path / name), opened)
            built[name] = benchmark("beskaeftigelse").build(request)
    for table, rows in built["her"].tables.items():
        assert_frame_equal(built["der"].tables[table], rows, check_exact=True)
    here, there = built["her"].internal, built["der"].internal
    assert here is not None
    assert there is not None
    assert_frame_equal(there, here, check_exact=True)
    assert built["her"].warnings == built["der"].warnings

"""The control-case benchmark on Spark: every spec example holds, and every table equals DuckDB's, row by row."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from maalestok.deliveries.importer import Arrival, import_files
from maalestok.deliveries.store import Store
from maalestok.engines.duckdb import DuckDBEngine
from maalestok.engines.spark import SparkEngine
from maalestok.kontrolsager import synthetic
from maalestok.kontrolsager.facts import COUNTS_SCHEMA, EventFile, Facts, build_facts
from maalestok.period import parse_period
from maalestok.registry import benchmark
from spec.kontrolsager_examples import RECEIVED, Answers, build, check, event_months, examples, stores

pytestmark = pytest.mark.spark
Factory = Callable[[], SparkEngine]


@pytest.fixture(scope="module")
def example_stores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return stores(tmp_path_factory.mktemp("eksempler"))


@pytest.mark.parametrize("kind", ["maaneder", "haendelser"])
def test_every_example_holds_and_every_row_equals_duckdbs(
    kind: str, example_stores: dict[str, Path], spark_engine_factory: Factory
) -> None:
    store = example_stores[kind]
    with spark_engine_factory() as engine:
        built = build(store, engine)
    months = None
    if kind == "haendelser":
        with spark_engine_factory() as engine:
            months = event_months(store, engine)
    with DuckDBEngine() as engine:
        other = build(store, engine)
    for name, table in built.tables.items():
        assert_frame_equal(table, other.tables[name], check_exact=True)
    assert built.internal is not None
    assert other.internal is not None
    assert_frame_equal(built.internal, other.internal, check_exact=True)
    assert built.engine.startswith("spark ")
    answers = Answers(built, months)
    for example in examples(kind):
        check(example, answers)


def test_a_generated_country_gives_the_same_rows_on_both_engines(tmp_path: Path, spark_engine_factory: Factory) -> None:
    truth = synthetic.Truth(synthetic.SMALL, 7)
    counts, events, store = tmp_path / "tal.csv", tmp_path / "haendelser.parquet", tmp_path / "lager"
    counts.write_bytes(synthetic.as_csv(synthetic.aggregate(truth, "2026-10", beloeb_grundlag="ukendt")))
    synthetic.write_events(truth, events, "2026-10")
    for feed, path in (("kontrolsager", counts), ("sagshaendelser", events)):
        report = import_files(benchmark("kontrolsager").feed_kind(feed), [path], store, Arrival(RECEIVED))[0]
        assert report.outcome == "modtaget"
    held = Store.open(store)
    (delivery,) = held.deliveries("sagshaendelser")
    first, last = (parse_period(delivery.periods[end]).month_index for end in (0, -1))
    file = EventFile(held.rows_path(delivery), 1, first, last)

    def facts(engine: DuckDBEngine | SparkEngine) -> Facts:
        with engine:
            return build_facts(engine, pl.DataFrame(schema=COUNTS_SCHEMA), [file])

    here, there = facts(DuckDBEngine()), facts(spark_engine_factory())
    assert len(here.months) == 40 * 392
    assert_frame_equal(here.months, there.months, check_exact=True)
    assert_frame_equal(here.windows, there.windows, check_exact=True)


def test_the_examples_hold_through_spark_connect(example_stores: dict[str, Path], connect_address: str) -> None:
    store = example_stores["haendelser"]
    with SparkEngine(remote=connect_address) as engine:
        built = build(store, engine)
    with SparkEngine(remote=connect_address) as engine:
        answers = Answers(built, event_months(store, engine))
    for example in examples("haendelser"):
        check(example, answers)

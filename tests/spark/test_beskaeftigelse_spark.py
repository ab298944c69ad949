"""The minister's benchmark on Spark: every table of a release with all its feeds equals DuckDB's, row by row."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from conftest import bring
from maalestok.beskaeftigelse import synthetic, synthetic_fokusmaal, synthetic_vilkaar
from maalestok.build import BuildRequest, Built
from maalestok.deliveries.store import Store
from maalestok.engines.base import Engine
from maalestok.engines.duckdb import DuckDBEngine
from maalestok.engines.spark import SparkEngine
from maalestok.registry import benchmark

pytestmark = pytest.mark.spark

PERIODS = ("2019QMAT04", "2020QMAT02", "2020QMAT04")
LATE = datetime(2026, 11, 1, tzinfo=UTC)
TEXTS = {
    "beloeb": "periode;kommune;omraade;beloeb_mio_kr\n2020QMAT04;Norddjurs;i_alt;-4,6\n",
    "tilsynsskridt": "kommune_kode;maaleaar;dato;skridt\n707;2020;2021-06-30;udpeget\n707;2020;2021-08-14;redegoerelse\n",
}


def built(store: Path, engine: Engine) -> Built:
    return benchmark("beskaeftigelse").build(BuildRequest(Store.open(store), engine))


def test_every_table_equals_duckdbs(tmp_path: Path, spark_engine_factory: Callable[[], SparkEngine]) -> None:
    made = synthetic.editions(PERIODS, seed=11)
    store = tmp_path / "lager"
    files = {
        "rammevilkaar": synthetic_vilkaar.as_csv((2018, 2019), 5),
        "fokusmaal": synthetic_fokusmaal.as_csv(synthetic_fokusmaal.months(made, 5)),
        **{feed: text.encode() for feed, text in TEXTS.items()},
    }
    for period, rows in made.items():
        path = tmp_path / f"{period}.csv"
        path.write_bytes(synthetic.as_csv(rows))
        bring([path], store, received=LATE)
    for feed, content in files.items():
        path = tmp_path / f"{feed}.csv"
        path.write_bytes(content)
        bring([path], store, feed, LATE, syntetisk=True)
    with spark_engine_factory() as engine:
        there = built(store, engine)
    with DuckDBEngine() as engine:
        here = built(store, engine)
    assert there.engine.startswith("spark ")
    assert there.tables.keys() == here.tables.keys()
    for name, table in there.tables.items():
        assert not table.is_empty()
        assert_frame_equal(table, here.tables[name], check_exact=True)

"""The default engine: inputs are read where they lie, everything else outside is closed, answers have known types."""

from pathlib import Path

import duckdb
import polars as pl
import pytest

from maalestok.engines.base import ParquetPart
from maalestok.engines.choose import open_engine
from maalestok.engines.duckdb import DuckDBEngine
from maalestok.errors import MaalestokError


@pytest.fixture
def numbers(tmp_path: Path) -> Path:
    path = tmp_path / "tal'ene.parquet"
    pl.DataFrame({"a": [1, 2, None], "navn": ["x", None, "z"]}).write_parquet(path)
    return path


def test_files_of_one_table_carry_their_constants(numbers: Path) -> None:
    with DuckDBEngine() as engine:
        engine.register_parquet("tal", [ParquetPart(numbers, {"orden": 1}), ParquetPart(numbers, {"orden": 2})])
        engine.create(
            "svar", "select orden, count(*) as n, cast(sum(a) as bigint) as a from tal group by orden order by orden"
        )
        assert engine.read("svar").rows() == [(1, 3, 3), (2, 3, 3)]
        assert engine.read("svar").schema == {"orden": pl.Int32(), "n": pl.Int64(), "a": pl.Int64()}
        assert engine.label == f"duckdb {duckdb.__version__}"


def test_nothing_else_outside_is_reachable_once_a_query_has_run(numbers: Path, tmp_path: Path) -> None:
    other = tmp_path / "andet.parquet"
    other.write_bytes(numbers.read_bytes())
    with DuckDBEngine() as engine:
        engine.register_parquet("tal", [ParquetPart(numbers)])
        engine.create("svar", "select * from tal")
        for statement in (
            f"select * from read_parquet('{other}')",
            f"select * from read_csv('{tmp_path}/x.csv')",
            "select * from read_text('/etc/hostname')",
        ):
            with pytest.raises(duckdb.PermissionException):
                engine.create("ude", statement)
        before = numbers.read_bytes()
        for statement in (
            f"copy tal to '{other}'",
            f"copy tal to '{tmp_path}/ny.csv'",
            "set enable_external_access = true",
        ):
            with pytest.raises(duckdb.Error):
                engine._connection.execute(statement)
        assert numbers.read_bytes() == before
        assert not (tmp_path / "ny.csv").exists()


def test_many_values_and_none(numbers: Path) -> None:
    with DuckDBEngine() as engine:
        engine.register_values("mange", {"nr": "integer", "navn": "varchar"}, [(n, None) for n in range(1234)])
        engine.register_values("ingen", {"nr": "integer"}, [])
        engine.create(
            "svar", "select count(*) as n, count(navn) as navne from mange cross join (select count(*) from ingen)"
        )
        assert engine.read("svar").rows() == [(1234, 0)]


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(MaalestokError, match="Motoren 'sqlite' findes ikke") as caught:
        open_engine("sqlite")
    assert caught.value.remedy == "Vælg en af: duckdb, spark."


def test_answers_of_every_type_hold_what_is_absent() -> None:
    values = "(1, 9007199254740993, 'a', 1.5::double, true), (null, null, null, null, null), (3, -7, '', 'nan', false)"
    kinds = {"i": pl.Int32(), "b": pl.Int64(), "s": pl.String(), "d": pl.Float64(), "t": pl.Boolean()}
    with DuckDBEngine() as engine:
        engine.create("svar", f"select * from (values {values}) as givet (i, b, s, d, t)")
        engine.create("ingen", "select * from svar where i = 99")
        engine.create("tomme", "select * from svar where i is null")
        held, none, absent = (engine.read(name) for name in ("svar", "ingen", "tomme"))
    assert held.schema == none.schema == absent.schema == kinds
    assert held.drop("d").rows() == [(1, 2**53 + 1, "a", True), (None, None, None, None), (3, -7, "", False)]
    assert (held["d"].is_null().to_list(), held["d"].is_nan().to_list()) == ([False, True, False], [False, None, True])
    assert (none.rows(), absent.rows()) == ([], [(None,) * len(kinds)])

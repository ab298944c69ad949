"""Spark gives what DuckDB gives, on a Java machine of our own and on a real Spark Connect server, and shows no row."""

from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from maalestok.engines import spark as spark_module
from maalestok.engines.base import Engine, ParquetPart
from maalestok.engines.duckdb import DuckDBEngine
from maalestok.engines.spark import SparkEngine
from maalestok.errors import MaalestokError

pytestmark = pytest.mark.spark

PSEUDONYM = "e7f0c1a2-hemmelig"
MANY = 50_000
MONTHS = [24300 + n for n in range(30) if n != 13]  # a month is missing on purpose
QUERIES = {
    "window range": """
        select celle, month_index,
            count(*) over aar as maaneder,
            cast(sum(antal) over aar as bigint) as antal,
            cast(sum(antal) over (partition by celle order by month_index asc nulls last
                range between unbounded preceding and current row) as bigint) as i_alt
        from maanedstal
        window aar as (
            partition by celle order by month_index asc nulls last range between 11 preceding and current row
        )
        order by celle asc nulls last, month_index asc nulls last""",
    "filter": """
        select celle,
            count(*) filter (where antal > 3) as store,
            max(navn) filter (where antal is null) as uden_antal,
            cast(coalesce(sum(antal) filter (where antal > 1000), 0) as bigint) as ingen,
            cast(sum(beloeb) as bigint) as beloeb
        from maanedstal group by celle order by celle""",
    "case, coalesce": """
        select celle, month_index,
            case when antal > 3 then 'over' when antal is null then null else 'under' end as side,
            coalesce(antal, -1) as antal,
            coalesce(navn, 'æøå') as navn,
            antal is not null and antal <> 4 as andet
        from maanedstal order by month_index desc nulls last, celle""",
    "cross join": """
        select a.celle, b.tekst, b.flag from (select distinct celle from maanedstal) as a cross join vaerdier as b
        where b.hel is not null order by a.celle, b.hel""",
    "nulls last": "select * from vaerdier order by tekst asc nulls last, hel desc nulls last",
    "nulls last descending": "select * from vaerdier order by flag desc nulls last, stor asc nulls last, hel nulls last",
    "row_number": """
        select celle, month_index, cast(row_number() over (
            partition by celle order by antal desc nulls last, month_index) as integer) as nr
        from maanedstal order by celle, nr""",
    "division": """
        select celle, case when sum(antal) > 0
            then cast(sum(beloeb) as double) / cast(sum(antal) as double) end as pr_sag
        from maanedstal group by celle order by celle""",
    "small integers": """
        select cast(lille as integer) as lille, cast(sum(mellem) as bigint) as mellem, count(lille) as n
        from dele group by lille order by lille nulls last""",
    "constants and files": "select orden, nr, lille + 0 * orden as lille_hel, tekst, kun_sidst from dele order by orden, nr, kun_sidst nulls last",
    "union all": """
        select tekst, stor, 'a' as kilde from vaerdier
        union all select tekst, cast(nr as bigint) as stor, 'b' as kilde from dele
        order by kilde, stor asc nulls last, tekst asc nulls last""",
    "join": """
        select v.hel, d.orden, d.tekst from vaerdier as v
        left join dele as d on d.nr = v.hel and d.orden in (1, 2)
        order by v.hel asc nulls last, d.orden asc nulls last""",
    "empty": "select tom.*, 'x''y' as citat from tom order by tekst",
    "empty groups": "select tekst, count(*) as n from tom group by tekst order by tekst",
    "empty sum": "select count(*) as n, cast(sum(hel) as bigint) as hel from tom",
    "quoted": 'select tekst as "Æ b", hel as HEL from vaerdier order by hel nulls last',
    "a table made before": 'select count(*) as n, max("Æ b") as t from "svar_quoted"',
    "many": "select * from mange order by stor desc nulls last, tekst asc nulls last",
}


def fill(engine: Engine, folder: Path) -> None:
    """The same inputs for any engine: files in a folder with an awkward name, values with nothing in them, no rows."""
    folder = folder / "mappe [æ] {b} 100%* a=b?"
    folder.mkdir(exist_ok=True)
    small: dict[str, type[pl.DataType]] = {"nr": pl.Int32, "lille": pl.Int8, "mellem": pl.Int16, "tekst": pl.String}
    first = pl.DataFrame(
        {"nr": [1, 2, 3], "lille": [7, None, 7], "mellem": [300, -300, None], "tekst": ["x", None, "ø"]}, schema=small
    )
    first.write_parquet(folder / "første %20.parquet")
    first.clear().write_parquet(folder / "ingen.parquet")
    first.with_columns(kun_sidst=pl.lit(True)).write_parquet(folder / "sidste.parquet")
    engine.register_parquet(
        "dele",
        [
            ParquetPart(folder / "første %20.parquet", {"orden": 1}),
            ParquetPart(folder / "ingen.parquet", {"orden": 2}),
            ParquetPart(folder / "første %20.parquet", {"orden": 3}),
            ParquetPart(folder / "sidste.parquet", {"orden": 3}),
        ],
    )
    rows = [
        (
            celle,
            month,
            None if (month + celle) % 7 == 0 else (month * celle) % 6,
            month * 10**9,
            f"n{month % 3}" if month % 4 else None,
        )
        for celle in (1011, 1012, 9999)
        for month in MONTHS
    ]
    counts = {"celle": "integer", "month_index": "integer", "antal": "bigint", "beloeb": "bigint", "navn": "varchar"}
    engine.register_values("maanedstal", counts, rows)
    values = {"tekst": "varchar", "hel": "integer", "stor": "bigint", "andel": "double", "flag": "boolean"}
    engine.register_values(
        "vaerdier",
        values,
        [("b", 1, 2**40, 0.1, True), (None, None, None, None, None), ("B", 3, -1, 1 / 3, False), ("", 2, 0, 2, None)],
    )
    engine.register_values("tom", values, [])
    many = [(f"s{n % 97}" if n % 5 else None, n, n * 7919 % 10007) for n in range(MANY)]
    engine.register_values("mange", {"tekst": "varchar", "hel": "integer", "stor": "bigint"}, many)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spark")


@pytest.fixture(scope="module")
def expected(folder: Path) -> dict[str, pl.DataFrame]:
    with DuckDBEngine() as engine:
        fill(engine, folder)
        return answers(engine)


@pytest.fixture(scope="module", params=["classic", "connect"])
def engine(request: pytest.FixtureRequest) -> Iterator[SparkEngine]:
    """Each kind in turn, one engine for the module."""
    if request.param == "classic":
        make: Callable[[], SparkEngine] = request.getfixturevalue("spark_engine_factory")
        made = make()
    else:
        made = SparkEngine(request.getfixturevalue("connect_address"))
    with made:
        yield made


@pytest.fixture(scope="module")
def answered(engine: SparkEngine, folder: Path) -> dict[str, pl.DataFrame]:
    fill(engine, folder)
    return answers(engine)


def answers(engine: Engine) -> dict[str, pl.DataFrame]:
    found = {}
    for title, select in QUERIES.items():
        table = "svar_" + title.replace(" ", "_").replace(",", "")
        engine.create(table, select)
        found[title] = engine.read(table)
    return found


@pytest.mark.parametrize("title", QUERIES)
def test_the_same_sql_gives_the_same_rows_in_the_same_order(
    answered: dict[str, pl.DataFrame], expected: dict[str, pl.DataFrame], title: str
) -> None:
    assert_frame_equal(answered[title], expected[title], check_exact=True)


def test_the_label_names_the_version(engine: SparkEngine) -> None:
    name, version = engine.label.split(" ")
    assert name == "spark"
    assert version.startswith("4.")


def test_an_answer_is_computed_once(engine: SparkEngine) -> None:
    engine.create("tilfaeldige", "select id, rand() as tal from range(1000) order by tal")
    first = engine.read("tilfaeldige")
    engine.create("igen", "select * from tilfaeldige")
    assert first["tal"].is_sorted()
    assert_frame_equal(first, engine.read("tilfaeldige"), check_exact=True)
    assert_frame_equal(first, engine.read("igen"), check_exact=True)


def test_other_types_are_refused_by_name(engine: SparkEngine) -> None:
    engine.create("typer", "select 1.5 as tal, cast(1 as smallint) as kort, 'x' as tekst")
    with pytest.raises(MaalestokError, match=r"typer: .* ikke tal \(decimal\(2,1\)\), kort \(smallint\)") as refused:
        engine.read("typer")
    assert refused.value.remedy is not None
    assert "cast" in refused.value.remedy


@pytest.mark.parametrize(
    ("select", "condition"),
    [
        ("select cast(sag as integer) as a from pseudonymer", "CAST_INVALID_INPUT"),
        ("select cast(concat('1', sag) as bigint) as a from pseudonymer order by a", "CAST_INVALID_INPUT"),
        ("select max(cast(sag as boolean)) as a from pseudonymer", "CAST_INVALID_INPUT"),
        ("select tal + 2147483647 as a from pseudonymer", "ARITHMETIC_OVERFLOW"),
    ],
)
def test_an_error_names_table_and_condition_and_shows_no_row(
    engine: SparkEngine, capfd: pytest.CaptureFixture[str], select: str, condition: str
) -> None:
    engine.register_values("pseudonymer", {"sag": "varchar", "tal": "integer"}, [(PSEUDONYM, 5)])
    with pytest.raises(MaalestokError, match=rf"svar: .*{condition}") as failed:
        engine.create("svar", select)
    assert PSEUDONYM not in str(failed.value)
    assert failed.value.__suppress_context__
    assert capfd.readouterr() == ("", "")


def test_a_value_of_a_wrong_type_is_not_shown(engine: SparkEngine, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(MaalestokError, match="pseudonymer: ") as failed:
        engine.register_values("pseudonymer", {"sag": "integer"}, [(1,), (PSEUDONYM,)])
    assert PSEUDONYM not in str(failed.value)
    assert failed.value.__suppress_context__
    assert capfd.readouterr() == ("", "")


def test_wrong_sql_is_told_in_full(engine: SparkEngine) -> None:
    with pytest.raises(Exception, match="findes_ikke") as failed:
        engine.create("svar", "select findes_ikke from range(3)")
    assert not isinstance(failed.value, MaalestokError)


def test_sql_reaches_registered_tables_alone(engine: SparkEngine, tmp_path: Path) -> None:
    pl.DataFrame({"a": [1]}).write_parquet(tmp_path / "andet.parquet")
    with pytest.raises(Exception, match="TABLE_OR_VIEW_NOT_FOUND"):
        engine.create("udefra", "select * from " + f"parquet.`{tmp_path / 'andet.parquet'}`")


def test_files_that_spark_cannot_see(engine: SparkEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pl.DataFrame({"a": [1]}).write_parquet(tmp_path / "rows.parquet")
    monkeypatch.setattr(spark_module, "_address", lambda path: f"file:///andetsteds{path}")
    with pytest.raises(MaalestokError, match="sager: Spark kan ikke se filerne"):
        engine.register_parquet("sager", [ParquetPart(tmp_path / "rows.parquet")])


def test_engines_are_apart_and_one_that_joined_leaves_the_machine_running(
    spark_engine_factory: Callable[[], SparkEngine],
) -> None:
    with spark_engine_factory() as one:
        one.register_values("egne", {"a": "integer"}, [(1,)])
        with spark_engine_factory() as other:
            with pytest.raises(Exception, match="TABLE_OR_VIEW_NOT_FOUND"):
                other.create("kopi", "select * from egne")
            other.register_values("egne", {"a": "integer"}, [(2,)])
        one.create("kopi", "select * from egne")
        assert one.read("kopi")["a"].to_list() == [1]

"""Read a file of events, up to 90 million rows, into typed rows: streamed by DuckDB, no pseudonym kept.

Typed rows (`EVENT_SCHEMA`), one per event, sorted by `sag` and `nr`: `sag` is the data row, from 1, in which the case
first stands in the file; `nr` its place in the case by time, then by row; `celle` as in `celler.py`.
"""

from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path

import duckdb
import polars as pl

from maalestok.deliveries.check_rows import no_rows
from maalestok.deliveries.columnar import Source, is_marked, rejected_lines
from maalestok.deliveries.issues import Issue, Level
from maalestok.deliveries.kinds import Arrival, ColumnarRows
from maalestok.deliveries.records import ROW_WORD, Check, failed_bits, issues_of, pick, read_large, refused, row_issues
from maalestok.deliveries.tables import too_many_rows
from maalestok.engines.sql import quoted, select
from maalestok.kontrolsager.event_checks import AMOUNTS, case_checks, read_columns, remedy, row_checks, types
from maalestok.kontrolsager.haendelser import Haendelser, load_haendelser
from maalestok.period import Period, PeriodError, PeriodKind, parse_period
from maalestok.rules.models import Feed

EVENT_SCHEMA: dict[str, pl.DataType] = {
    "sag": pl.Int64(),
    "nr": pl.Int32(),
    "celle": pl.Int32(),
    "haendelse": pl.String(),
    "month_index": pl.Int32(),
    "tilbagebetaling_kr": pl.Int64(),
    "mindreudgift_kr": pl.Int64(),
}
ROWS = "(select rowid as raekke, fejl from raa)"


def read_events(path: Path, feed: Feed, arrival: Arrival, work: Path) -> ColumnarRows:
    """Read, check and sort a file of events; its rows go to a Parquet file in `work`.

    Raises:
        UnreadableFile: neither CSV nor Parquet, damaged, too many rows.
        MaalestokError: no room on the disk.
    """
    return read_large(path, feed, work, lambda opened, source: _read(opened, source, feed, arrival.day, work))


def _read(connection: duckdb.DuckDBPyConnection, source: Source, feed: Feed, day: date, work: Path) -> ColumnarRows:
    events = load_haendelser()
    until = _month(connection, source)
    checks = row_checks(source, feed, events, until)
    _load(connection, source, feed, checks)
    rows = _count(connection, "raa")
    if rows > feed.max_rows:
        raise too_many_rows(feed.max_rows)
    issues = rejected_lines(connection, source)
    if not issues and not rows:
        issues = [no_rows()]
    if not issues:
        issues = row_issues(connection, source, feed, ROWS, checks, partial(remedy, events=events))
    if until is not None and until.last_day >= day:
        issues = [_not_ended(feed, until, day), *issues]
    if issues or until is None:
        return refused(source, rows, issues)
    _order(connection)
    issues = _case_issues(connection, feed, events)
    if issues:
        return refused(source, rows, issues)
    target = work / "rows.parquet"
    columns = ", ".join(EVENT_SCHEMA).replace("haendelse,", "cast(haendelse as varchar) as haendelse,")
    rows_in_order = select([columns], "forloeb", "order by sag, nr")
    connection.execute(f"copy ({rows_in_order}) to {quoted(target)} (format parquet, compression zstd)")
    (first,) = connection.execute("select min(month_index) from forloeb").fetchall()[0]
    periods = [Period(month, PeriodKind.MONTH).code for month in range(first, until.month_index + 1)]
    return ColumnarRows(source.layout, ROW_WORD, rows, periods, is_marked(source), [], target)


def _month(connection: duckdb.DuckDBPyConnection, source: Source) -> Period | None:
    """The month of the first row's `opgjort_til`."""
    found = connection.execute(select([source.texts["opgjort_til"]], source.table, "limit 1")).fetchall()
    try:
        month = parse_period(found[0][0] or "") if found else None
    except PeriodError:
        return None
    return month if month is not None and found[0][0] == month.code and month.kind is PeriodKind.MONTH else None


def _load(connection: duckdb.DuckDBPyConnection, source: Source, feed: Feed, checks: Sequence[Check]) -> None:
    """Make `raa`: one narrow row per delivered row, in file order, with a bit in `fejl` for each check it fails."""
    for statement in types(feed):
        connection.execute(statement)
    amounts = [f"try_cast({amount} as bigint) as {amount}" for amount in AMOUNTS]
    cell = "try_cast(kommune_kode as integer) * 10 + snit as celle"
    columns = ["sag_id", cell, "haendelse_kode as haendelse", "maerke", *amounts, f"{failed_bits(checks)} as fejl"]
    connection.execute(f"create table raa as {select(columns, f'({read_columns(source)})')}")


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(connection.execute(select(["count(*)"], table)).fetchall()[0][0])


def _case_issues(connection: duckdb.DuckDBPyConnection, feed: Feed, events: Haendelser) -> list[Issue]:
    picked, found = pick(connection, "forloeb", case_checks(events))
    kinds = {(row, check.column): "kendt kode" for row, check in picked}
    return issues_of(feed, picked, found, kinds, partial(remedy, events=events))


def _not_ended(feed: Feed, until: Period, day: date) -> Issue:
    return Issue(
        Level.FEJL,
        "periode_afsluttet",
        f"opgjort_til slutter {until.last_day.isoformat()}, men filen er fra {day.isoformat()}. "
        f"Regel: {feed.rules_da['periode_afsluttet']}",
        "Ret opgjort_til, eller angiv den rigtige dag med --received eller --extracted.",
        column="opgjort_til",
        value="måned",
    )


def _order(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `forloeb`: each case's events in order, beside what came before and where the case began."""
    columns = [
        "min(raekke) over (partition by sag_id) + 1 as sag",
        "cast(row_number() over orden as integer) as nr",
        "celle",
        "first_value(celle) over orden as foerste_celle",
        "haendelse",
        "lag(haendelse) over orden as foer",
        "cast(year(maerke) * 12 + month(maerke) - 1 as integer) as month_index",
        *AMOUNTS,
        "raekke",
    ]
    rows = "(select rowid as raekke, * from raa)"
    in_order = "window orden as (partition by sag_id order by maerke, raekke)"
    connection.execute(f"create table forloeb as {select(columns, rows, in_order)}")
    connection.execute("drop table raa")

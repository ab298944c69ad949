"""Read a file of persons, spells, talks, hours or exemptions: streamed by DuckDB in bounded memory, no pseudonym kept.

Typed rows have the feed's columns in file order: see `row_checks.READINGS` for what each kind becomes.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb

from maalestok.beskaeftigelse.personer.coverage import NEEDED
from maalestok.beskaeftigelse.personer.row_checks import apart, looks_like_cpr, readings, remedy, row_checks
from maalestok.deliveries.bounded import numbered_rows
from maalestok.deliveries.check_rows import no_rows
from maalestok.deliveries.columnar import Source, is_marked, rejected_lines
from maalestok.deliveries.issues import Issue, Level
from maalestok.deliveries.kinds import Arrival, ColumnarRows
from maalestok.deliveries.records import ROW_WORD, failed_bits, issues_of, pick, read_large, refused, row_issues
from maalestok.deliveries.tables import too_many_rows
from maalestok.engines.sql import quoted, select
from maalestok.kommune import kommuner, place_name
from maalestok.period import Period, PeriodKind, parse_period
from maalestok.rules.models import ColumnKind, Feed

EPOCH = date(1970, 1, 1)
FIRST_MONTH = parse_period("1990-01").month_index
"""Months before have no code; the oldest file in force tells of them as well."""
HOMES = "borgere"
_LAST = {HOMES: "til", "forloeb": "til", "fritagelser": "til"}
"""Feeds whose oldest rows began before what the file covers: their first end tells where it begins."""


def days_since_1970(day: date) -> int:
    """A day as the typed rows have it."""
    return (day - EPOCH).days


def read_persons(path: Path, feed: Feed, arrival: Arrival, work: Path) -> ColumnarRows:
    """Read and check a file; its typed rows go to a Parquet file in `work`.

    Raises:
        UnreadableFile: neither CSV nor Parquet, damaged, too many rows.
        MaalestokError: no room on the disk.
    """
    return read_large(path, feed, work, lambda opened, source: _read(opened, source, feed, arrival, work))


def _read(
    connection: duckdb.DuckDBPyConnection, source: Source, feed: Feed, arrival: Arrival, work: Path
) -> ColumnarRows:
    checks = row_checks(feed, source, days_since_1970(arrival.day))
    raw, target = work / "raa.parquet", work / "rows.parquet"
    columns = [f"{c.id}_ as {c.id}" for c in feed.columns]
    flags = [f"{failed_bits(checks)} as fejl", f"coalesce({looks_like_cpr(feed)}, false) as cpr"]
    narrow = select([*columns, *flags], f"({readings(feed, source)})")
    connection.execute(f"copy ({narrow}) to {quoted(raw)} (format parquet, compression zstd, compression_level 1)")
    connection.execute(f"create view raekker as {numbered_rows(raw)}")
    rows, like_cpr = connection.execute("select count(*), count(*) filter (where cpr) from raekker").fetchall()[0]
    if rows > feed.max_rows:
        raise too_many_rows(feed.max_rows)
    issues = rejected_lines(connection, source)
    if not issues and not rows and (arrival.covers is None or feed.id in NEEDED):
        issues = [no_rows()]  # elsewhere, months that are said to be covered may be empty
    if not issues and like_cpr * 2 > rows:
        issues = [_civil_numbers(feed)]
    if not issues:
        issues = row_issues(connection, source, feed, "raekker", checks, remedy)
    if not issues and (together := apart(feed, "raekker")) is not None:
        picked, found = pick(connection, together[1], [together[0]])
        kinds = {(row, check.column): "kendt værdi" for row, check in picked}
        issues = issues_of(feed, picked, found, kinds, remedy)
    months, noted = (None, []) if issues else _coverage(connection, feed, arrival)
    places = _places(connection, arrival) if feed.id == HOMES and not issues else None
    if isinstance(places, Issue):
        issues = [places]
    if issues or months is None or isinstance(places, Issue):
        return refused(source, rows, [*issues, *noted])
    connection.execute("create view typede as select * exclude (raekke, fejl, cpr) from raekker")
    connection.execute(f"copy typede to {quoted(target)} (format parquet, compression zstd, compression_level 1)")
    raw.unlink()
    periods = [Period(month, PeriodKind.MONTH).code for month in range(months[0], months[1] + 1)]
    return ColumnarRows(source.layout, ROW_WORD, rows, periods, is_marked(source), noted, target, places)


def _places(connection: duckdb.DuckDBPyConnection, arrival: Arrival) -> tuple[str, ...] | Issue:
    """The municipalities of which the file has every resident: stated, or its only one, or all of them."""
    found = connection.execute("select distinct kommune_kode from raekker order by kommune_kode").fetchall()
    held = tuple(f"{code:03d}" for (code,) in found)
    if arrival.kommuner is not None:
        missing = sorted(set(arrival.kommuner) - set(held))
        if not missing:
            return tuple(sorted(set(arrival.kommuner)))
        return Issue(
            Level.FEJL,
            "kommuner_oplyst",
            f"--kommuner nævner {place_name(missing[0])}, men ingen række har bopæl der.",
            "Ret --kommuner, eller hent et udtræk med kommunens borgere.",
            column="kommune_kode",
        )
    if len(held) in (1, len(kommuner())):
        return held
    return Issue(
        Level.FEJL,
        "kommuner_oplyst",
        f"Filen har bopæle i {len(held)} kommuner og ikke alle {len(kommuner())}; det kan ikke ses, hvilke den har "
        "alle borgere i. Tilflytteres tidligere bopæle må ikke læses som hele kommuner.",
        "Oplys de kommuner, filen har alle borgere i, fx --kommuner 707 eller --kommuner 707,730.",
        column="kommune_kode",
    )


def _coverage(
    connection: duckdb.DuckDBPyConnection, feed: Feed, arrival: Arrival
) -> tuple[tuple[int, int] | None, Sequence[Issue]]:
    """First and last month covered, as stated or read from the rows; None with an issue where that can't be."""
    whole = Period(arrival.day.year * 12 + arrival.day.month - 1, PeriodKind.MONTH).shifted(-1)
    if arrival.covers is not None:
        first, last = arrival.covers
        if last.last_day >= arrival.day:
            return None, [_not_ended(feed, last, arrival.day)]
        return (first.month_index, last.month_index), []
    start, end = (connection.execute(_months(feed, which)).fetchall()[0][0] for which in ("fra", "til"))
    last_month = max(min(whole.month_index, start[1]), FIRST_MONTH)
    began = end[0] if feed.id in _LAST and end[0] is not None else start[0]
    first_month = max(min(began, last_month), FIRST_MONTH)
    codes = [Period(month, PeriodKind.MONTH).code for month in (first_month, last_month)]
    remedy_da = f"Er det ikke rigtigt, så indlæs med --covers, fx --covers {codes[0]}:{codes[1]}."
    message = f"Filen er læst som dækkende {codes[0]} til {codes[1]}. {feed.rules_da['daekning_afledt']}"
    return (first_month, last_month), [Issue(Level.ADVARSEL, "daekning_afledt", message, remedy_da)]


_MONTHS = {
    "fra": "select (min(year(d) * 12 + month(d) - 1), max(year(d) * 12 + month(d) - 1)) "
    "from (select date '1970-01-01' + fra as d from raekker)",
    "til": "select (min(year(d) * 12 + month(d) - 1), max(year(d) * 12 + month(d) - 1)) "
    "from (select date '1970-01-01' + til as d from raekker)",
}


def _months(feed: Feed, end: str) -> str:
    """SQL for the first and last month of the rows' `fra` or `til`, as a pair."""
    kinds = {c.id: c.kind for c in feed.columns}
    if ColumnKind.MONTH in kinds.values():
        return "select (min(maaned), max(maaned)) from raekker"
    return _MONTHS[end]


def _civil_numbers(feed: Feed) -> Issue:
    return Issue(
        Level.FEJL,
        "ikke_cpr",
        f"De fleste person_id ligner personnumre. Regel: {feed.rules_da['ikke_cpr']}",
        remedy("ikke_cpr"),
        column="person_id",
        value="tal",
    )


def _not_ended(feed: Feed, last: Period, day: date) -> Issue:
    return Issue(
        Level.FEJL,
        "periode_afsluttet",
        f"--covers slutter {last.last_day.isoformat()}, men filen er fra {day.isoformat()}. "
        f"Regel: {feed.rules_da['periode_afsluttet']}",
        "Ret --covers, eller angiv den rigtige dag med --received eller --extracted.",
    )

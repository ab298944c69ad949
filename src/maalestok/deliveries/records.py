"""Check a large file's rows in SQL; say what is broken by row, column, rule and kind of value, never the value."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from maalestok.deliveries.bounded import bounded
from maalestok.deliveries.columnar import Source, broken, is_marked, kind_of_value, open_source
from maalestok.deliveries.issues import PER_RULE, Issue, Level, rest
from maalestok.deliveries.kinds import ColumnarRows
from maalestok.engines.sql import select
from maalestok.rules.models import Feed

ROW_WORD = "datarække"
MONTH = "(199[0-9]|20[0-9][0-9]|2100)-(0[1-9]|1[0-2])"
"""What `parse_period` takes for a month."""
REMEDIES = {
    "celle_tom": "Udfyld cellen.",
    "kommune_kendt": "Skriv kommunens kode på tre cifre, fx 707.",
    "tekst_laesbar": "Forkort teksten, og fjern linjeskift og usynlige tegn.",
    "syntetisk_maerket": "Opfundne og virkelige tal må ikke blandes: mærk alle rækker, eller fjern kolonnen.",
}
"""What to do about rules that every large file is held to."""


@dataclass(frozen=True)
class Check:
    """A rule on one column, broken where `broken` (SQL) holds."""

    rule: str
    column: str
    broken: str


Picked = list[tuple[int, Check]]
"""Data rows, from 0, and the check each fails."""
Kinds = dict[tuple[int, str], str]
"""Data row and column -> what kind of value stands there."""
Opened = duckdb.DuckDBPyConnection
Remedy = Callable[[str], str]
"""Rule -> what to do about it."""


def failed_bits(checks: Sequence[Check]) -> str:
    """SQL for a whole number with a bit for each check that a row fails."""
    bits = (f"case when {check.broken} then {1 << place} else 0 end" for place, check in enumerate(checks))
    return f"cast({' + '.join(bits) or '0'} as bigint)"


def row_issues(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    feed: Feed,
    table: str,
    checks: Sequence[Check],
    remedy: Remedy,
) -> list[Issue]:
    """What rows fail by themselves. `table` has `raekke` (the data row, from 0) and `fejl` (see `failed_bits`)."""
    (failed,) = connection.execute(select(["coalesce(bit_or(fejl), 0)"], table)).fetchall()[0]
    placed = [
        replace(check, broken=f"fejl >> {place} & 1 = 1") for place, check in enumerate(checks) if failed >> place & 1
    ]
    picked, found = pick(connection, table, placed)
    return issues_of(feed, picked, found, kinds_in_file(connection, source, picked), remedy)


def pick(connection: duckdb.DuckDBPyConnection, table: str, checks: Sequence[Check]) -> tuple[Picked, Counter[str]]:
    """The first rows of a table with `raekke` that fail each rule, and how many do."""
    picked: Picked = []
    found: Counter[str] = Counter()
    for check in checks:
        fails = f"from {table} where {check.broken}"
        room = max(PER_RULE - found[check.rule], 0)
        count = int(connection.execute(f"select count(*) {fails}").fetchall()[0][0])
        found[check.rule] += count
        if count and room:
            rows = connection.execute(f"select raekke {fails} order by raekke limit {room}").fetchall()
            picked += [(row, check) for (row,) in rows]
    return picked, found


def issues_of(feed: Feed, picked: Picked, found: Counter[str], kinds: Kinds, remedy: Remedy) -> list[Issue]:
    """Row, column, rule and kind of value; never the value."""
    issues = []
    for row, check in picked:
        kind = kinds[row, check.column]
        message = f"{check.column} ({kind}). Regel: {feed.rules_da[check.rule]}"
        issues.append(Issue(Level.FEJL, check.rule, message, remedy(check.rule), row + 1, check.column, kind))
    return issues + [rest(rule, count, "celler") for rule, count in found.items() if count > PER_RULE]


def kinds_in_file(connection: duckdb.DuckDBPyConnection, source: Source, picked: Picked) -> Kinds:
    """What kind of value stands in the picked cells: the file is read once more, for those rows alone."""
    if not picked:
        return {}
    columns = sorted({check.column for _, check in picked})
    texts = [f"{source.texts[column]} as {column}" for column in columns]
    rows = select(["row_number() over () - 1 as raekke", *texts], source.table)
    kinds = [kind_of_value(column) for column in columns]
    connection.execute("create or replace table udpeget (raekke bigint)")
    wanted = sorted({row for row, _ in picked})
    connection.execute("insert into udpeget select unnest(?)", [wanted])
    answer = connection.execute(select(["raekke", *kinds], f"({rows}) semi join udpeget using (raekke)"))
    return {(row[0], column): kind for row in answer.fetchall() for column, kind in zip(columns, row[1:], strict=True)}


def read_large(path: Path, feed: Feed, work: Path, read: Callable[[Opened, Source], ColumnarRows]) -> ColumnarRows:
    """Open a large file on a connection that spills to `work`, and have it read; refused where its columns don't fit.

    Raises:
        UnreadableFile: neither CSV nor Parquet, damaged, too many rows.
        MaalestokError: no room on the disk.
    """
    link = work / "fil"  # a name without signs that mean something to the reader
    link.symlink_to(path.resolve())
    with bounded(work, broken(link)) as connection:
        source = open_source(connection, link, feed)
        return refused(source, 0, source.issues) if source.issues else read(connection, source)


def refused(source: Source, rows: int, issues: Sequence[Issue]) -> ColumnarRows:
    """A file that is not taken in."""
    return ColumnarRows(source.layout, ROW_WORD, rows, [], is_marked(source), issues, None)

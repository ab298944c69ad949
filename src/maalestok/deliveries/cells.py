"""Read a delivered table into typed rows. A mark for "no figure" gives null and a status.

Everything that can't be read is an `Issue`; of one rule's, the first are listed and the rest counted.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import polars as pl

from maalestok.deliveries.columns import SYNTETISK
from maalestok.deliveries.issues import PER_RULE, Issue, Level, rest, shown
from maalestok.deliveries.tables import RawRow, RawTable
from maalestok.deliveries.values import DECIMALS, NULL_STATUS, CellError, Value, ValueReader
from maalestok.kommune import resolve_geografi
from maalestok.rules.models import ColumnKind, Feed, FeedColumn

_WHOLE = frozenset({*DECIMALS, ColumnKind.KONTROLTRIN})
_Fault = tuple[str, str, CellError]


@dataclass(frozen=True)
class TypedRows:
    """A delivery read: one row per delivered row that concerns a municipality.

    Columns: `levering`, `linje`, the feed's columns, `<column>_status` where a figure may be missing, and `period`
    after the date it is derived from.
    """

    frame: pl.DataFrame
    issues: list[Issue]
    syntetisk: bool
    aggregates_left_out: int


class _Reader:
    """Reads one feed's cells; results of texts already seen are kept."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self._values = ValueReader(feed)
        self._dated_by = feed.dated_by
        self._seen: dict[tuple[str, str], Value] = {}

    def read(self, column: FeedColumn, text: str | None) -> tuple[Value, str]:
        """Value and status of one cell."""
        stripped = "" if text is None else text.strip()
        if column.may_be_missing and (text is None or stripped in self.feed.missing_marks):
            return None, NULL_STATUS if text is None else self.feed.missing_marks[stripped]
        if not stripped and column.default is not None:
            return column.default, "ok"
        if not stripped:
            marks = ", ".join(self.feed.missing_marks)
            hint = f" Findes tallet ikke, så skriv et af mærkerne {marks}." if column.may_be_missing and marks else ""
            raise CellError("celle_tom", "Cellen er tom.", f"Udfyld cellen: {column.description_da}.{hint}")
        key = (column.id, stripped)
        if key not in self._seen:
            self._seen[key] = self._values.parse(column, stripped)
        return self._seen[key], "ok"

    def row(self, cells: Sequence[str | None], positions: dict[str, int]) -> tuple[list[Value], list[_Fault]]:
        """A row's values, with the status beside each figure that may be missing, and what could not be read."""
        values: list[Value] = []
        faults = []
        for column in self.feed.columns:
            text = cells[positions[column.id]] if column.id in positions else None
            try:
                value, status = self.read(column, text)
            except CellError as error:
                value, status = None, NULL_STATUS
                faults.append((column.id, text or "", error))
            values.append(value)
            if column.may_be_missing:
                values.append(status)
            if column is self._dated_by:
                values.append(value[:7] if isinstance(value, str) else None)
        return values, faults


def typed_schema(feed: Feed) -> dict[str, pl.DataType]:
    """Column names and types of a feed's typed rows."""
    schema: dict[str, pl.DataType] = {"levering": pl.String(), "linje": pl.Int64()}
    for column in feed.columns:
        schema[column.id] = pl.Int64() if column.kind in _WHOLE else pl.String()
        if column.may_be_missing:
            schema[f"{column.id}_status"] = pl.String()
        if column is feed.dated_by:
            schema["period"] = pl.String()
    return schema


def decimals_of(column: FeedColumn) -> int:
    """How many decimals a column's whole numbers stand for."""
    return DECIMALS.get(column.kind, 0)


def parse_cell(feed: Feed, column_id: str, text: str) -> tuple[Value, str]:
    """Value and status of one cell given as delivered text (used by corrections).

    Raises:
        CellError: the text can't be read as that column.
    """
    column = next(c for c in feed.columns if c.id == column_id)
    return _Reader(feed).read(column, text)


@lru_cache(maxsize=4096)
def _is_larger_place(text: str) -> bool:
    return resolve_geografi(text) is not None


def read_cells(table: RawTable, positions: dict[str, int], feed: Feed, levering: str) -> TypedRows:
    """Read every row of a table whose columns have been matched. `levering` is the delivery's SHA-256."""
    reader = _Reader(feed)
    issues: list[Issue] = []
    faults_of: Counter[str] = Counter()
    records: list[list[Any]] = []
    kommune_at = next((positions[c.id] for c in feed.columns if c.kind is ColumnKind.KOMMUNE), None)
    left_out = 0
    for row in table.rows:
        if kommune_at is not None and _is_larger_place(row.cells[kommune_at] or ""):
            left_out += 1
            continue
        values, faults = reader.row(row.cells, positions)
        records.append([levering, row.number, *values])
        for column, text, error in faults:
            faults_of[error.rule] += 1
            if faults_of[error.rule] <= PER_RULE:
                given = shown(text)
                issues.append(Issue(Level.FEJL, error.rule, error.message, error.remedy, row.number, column, given))
    issues += [rest(rule, count, "celler") for rule, count in faults_of.items() if count > PER_RULE]
    marked, mark_issues = _synthetic_mark(table.rows, positions.get(SYNTETISK))
    frame = pl.DataFrame(records, schema=typed_schema(feed), orient="row")
    return TypedRows(frame, issues + mark_issues, marked, left_out)


def _synthetic_mark(rows: Iterable[RawRow], position: int | None) -> tuple[bool, list[Issue]]:
    if position is None:
        return False, []
    wrong = [row for row in rows if (row.cells[position] or "").strip() != SYNTETISK.upper()]
    issues = [
        Issue(
            Level.FEJL,
            "syntetisk_maerket",
            "Rækken er ikke mærket SYNTETISK, men filen har kolonnen syntetisk.",
            "Opfundne og virkelige tal må ikke blandes: mærk alle rækker, eller fjern kolonnen.",
            row.number,
            SYNTETISK,
            shown(row.cells[position] or ""),
        )
        for row in wrong[:PER_RULE]
    ]
    if len(wrong) > PER_RULE:
        issues.append(rest("syntetisk_maerket", len(wrong), "rækker"))
    return True, issues

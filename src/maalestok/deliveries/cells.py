"""Read delivered text into typed rows: periods, municipalities, areas, whole and decimal numbers.

A decimal with two places is kept as whole hundredths, one with three as whole thousandths, so that no float is made
before the end. A mark for "no figure" gives null and a status. Everything that can't be read is an `Issue`.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import polars as pl

from maalestok.deliveries.columns import SYNTETISK
from maalestok.deliveries.issues import Issue, Level, shown
from maalestok.deliveries.tables import RawRow, RawTable
from maalestok.errors import MaalestokError
from maalestok.kommune import resolve, resolve_geografi
from maalestok.period import PeriodError, PeriodKind, parse_period
from maalestok.rules.models import ColumnKind, Feed, FeedColumn

_DECIMALS = {ColumnKind.INTEGER: 0, ColumnKind.DECIMAL2: 2, ColumnKind.DECIMAL3: 3}
_NUMBER = re.compile(r"(-?)([0-9]{1,12})(?:,([0-9]+))?")
_KNOWN_RULE = {
    ColumnKind.ROLLING_YEAR: "periode_kendt",
    ColumnKind.MONTH: "periode_kendt",
    ColumnKind.KOMMUNE: "kommune_kendt",
    ColumnKind.OMRAADE: "omraade_kendt",
}
KEY_KINDS = frozenset(_KNOWN_RULE)
NULL_STATUS = "ikke_leveret"


class CellError(Exception):
    """Why a cell can't be read: rule, message and remedy."""

    def __init__(self, rule: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.rule, self.message, self.remedy = rule, message, remedy


@dataclass(frozen=True)
class TypedRows:
    """A delivery read: one row per delivered row that concerns a municipality.

    Columns: `levering`, `linje`, the feed's columns, and `<column>_status` where a figure may be
    missing.
    """

    frame: pl.DataFrame
    issues: list[Issue]
    syntetisk: bool
    aggregates_left_out: int


def scaled_number(text: str, decimals: int) -> int:
    """Danish text to a whole number of the last decimal: '9,7' with two decimals -> 970.

    Raises:
        CellError: thousands separators, percent signs, decimal points, too many decimals, anything else.
    """
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise CellError("tal_laesbart", f"{shown(text)} er ikke et tal.", _number_remedy(text, decimals))
    sign, whole, fraction = match[1], match[2], match[3] or ""
    if len(fraction) > decimals:
        allowed = f"højst {decimals} decimaler" if decimals else "ingen decimaler"
        raise CellError("tal_decimaler", f"{shown(text)} har for mange decimaler.", f"Tallet skal have {allowed}.")
    value = int(whole + fraction.ljust(decimals, "0"))
    return -value if sign else value


def _number_remedy(text: str, decimals: int) -> str:
    if "%" in text:
        return "Fjern procenttegnet."
    if re.fullmatch(r"-?\d+\.\d+", text) and decimals:
        return "Brug komma som decimaltegn."
    if re.fullmatch(r"-?\d{1,3}([.  ]\d{3})+(,\d+)?", text):
        return "Fjern tusindtalsskilletegnet."
    if text.startswith(("−", "–")):
        return "Brug almindeligt minus (-)."
    return "Skriv et tal, fx 1230." if not decimals else "Skriv et tal med komma som decimaltegn, fx 9,71."


def _period(text: str, wanted: PeriodKind) -> str:
    period = parse_period(text)
    if period.kind is not wanted:
        example = "2020QMAT04" if wanted is PeriodKind.ROLLING_YEAR else "2026-10"
        raise PeriodError(f"Perioden {period.code} er af forkert type.", remedy=f"Skriv den som {example}.")
    return period.code


def _kommune(text: str) -> str:
    return resolve(text).kode


class _Reader:
    """Reads one feed's cells; results of texts already seen are kept."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self._labels = {" ".join(label.casefold().split()): area for label, area in feed.omraade_labels.items()}
        self._labels |= {area: area for area in feed.omraade_labels.values()}
        self._seen: dict[tuple[ColumnKind, str], Any] = {}

    def read(self, column: FeedColumn, text: str | None) -> tuple[Any, str]:
        """Value and status of one cell."""
        if text is None:
            if column.may_be_missing:
                return None, NULL_STATUS
            raise CellError("celle_tom", "Cellen er tom.", f"Udfyld cellen: {column.description_da}.")
        stripped = text.strip()
        if column.may_be_missing and stripped in self.feed.missing_marks:
            return None, self.feed.missing_marks[stripped]
        if not stripped:
            marks = ", ".join(self.feed.missing_marks)
            hint = f" Findes tallet ikke, så skriv et af mærkerne {marks}." if column.may_be_missing and marks else ""
            raise CellError("celle_tom", "Cellen er tom.", f"Udfyld cellen: {column.description_da}.{hint}")
        key = (column.kind, stripped)
        if key not in self._seen:
            self._seen[key] = self._parse(column.kind, stripped)
        return self._seen[key], "ok"

    def _parse(self, kind: ColumnKind, text: str) -> Any:
        if kind in _DECIMALS:
            return scaled_number(text, _DECIMALS[kind])
        readers: dict[ColumnKind, Callable[[str], str]] = {
            ColumnKind.ROLLING_YEAR: lambda given: _period(given, PeriodKind.ROLLING_YEAR),
            ColumnKind.MONTH: lambda given: _period(given, PeriodKind.MONTH),
            ColumnKind.KOMMUNE: _kommune,
            ColumnKind.OMRAADE: self._omraade,
        }
        try:
            return readers[kind](text)
        except MaalestokError as error:
            raise CellError(_KNOWN_RULE[kind], error.message, error.remedy or "Ret cellen.") from error

    def _omraade(self, text: str) -> str:
        folded = " ".join(text.casefold().split())
        if folded not in self._labels:
            allowed = ", ".join(self.feed.omraade_labels)
            raise CellError("omraade_kendt", f"Området {shown(text)} findes ikke.", f"Tilladt: {allowed}.")
        return self._labels[folded]


def typed_schema(feed: Feed) -> dict[str, pl.DataType]:
    """Column names and types of a feed's typed rows."""
    schema: dict[str, pl.DataType] = {"levering": pl.String(), "linje": pl.Int64()}
    for column in feed.columns:
        schema[column.id] = pl.Int64() if column.kind in _DECIMALS else pl.String()
        if column.may_be_missing:
            schema[f"{column.id}_status"] = pl.String()
    return schema


def decimals_of(column: FeedColumn) -> int:
    """How many decimals a column's whole numbers stand for."""
    return _DECIMALS.get(column.kind, 0)


def parse_cell(feed: Feed, column_id: str, text: str) -> tuple[Any, str]:
    """Value and status of one cell given as delivered text (used by corrections).

    Raises:
        CellError: the text can't be read as that column.
    """
    column = next(c for c in feed.columns if c.id == column_id)
    return _Reader(feed).read(column, text)


def read_cells(table: RawTable, positions: dict[str, int], feed: Feed, levering: str) -> TypedRows:
    """Read every row of a table whose columns have been matched. `levering` is the delivery's SHA-256."""
    reader = _Reader(feed)
    issues: list[Issue] = []
    records: list[tuple[Any, ...]] = []
    kommune_at = next((positions[c.id] for c in feed.columns if c.kind is ColumnKind.KOMMUNE), None)
    left_out = 0
    for row in table.rows:
        if kommune_at is not None and resolve_geografi(row.cells[kommune_at] or "") is not None:
            left_out += 1
            continue
        record: list[Any] = [levering, row.number]
        for column in feed.columns:
            text = row.cells[positions[column.id]]
            try:
                value, status = reader.read(column, text)
            except CellError as error:
                value, status = None, NULL_STATUS
                issues.append(
                    Issue(
                        Level.FEJL,
                        error.rule,
                        error.message,
                        error.remedy,
                        row.number,
                        column.id,
                        shown(text or ""),
                    )
                )
            record.append(value)
            if column.may_be_missing:
                record.append(status)
        records.append(tuple(record))
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
        for row in wrong
    ]
    return True, issues

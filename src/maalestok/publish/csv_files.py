"""CSV per measure and per criterion: semicolon, decimal comma, UTF-8 with BOM (so that Excel reads æøå)."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from maalestok.kommune import place_name
from maalestok.publish.cells import SYNTETISK, danish_number, safe_text

RESULT_COLUMNS = (
    "measure", "kilde", "kommune_kode", "kommune", "omraade", "kontroltrin", "period", "numerator", "denominator",
    "value", "low", "high", "unit", "status", "syntetisk", "rule_version",
)  # fmt: skip
FINDING_COLUMNS = (
    "criterion", "kommune_kode", "kommune", "omraade", "kontroltrin", "period", "udfald", "loebelaengde", "graense",
    "vaerdi", "flag", "reference", "rule_version", "evidence", "syntetisk",
)  # fmt: skip


def write_csv_files(
    folder: Path, by_measure: Mapping[str, pl.DataFrame], by_criterion: Mapping[str, pl.DataFrame]
) -> None:
    """One file per measure and criterion, named by its id."""
    folder.mkdir()
    for measure, rows in by_measure.items():
        _write(folder / f"{measure}.csv", rows, RESULT_COLUMNS)
    for criterion, rows in by_criterion.items():
        _write(folder / f"{criterion}.csv", rows, FINDING_COLUMNS)


def _write(path: Path, frame: pl.DataFrame, columns: tuple[str, ...]) -> None:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    for row in frame.iter_rows(named=True):
        named = row | {"kommune": place_name(row["kommune_kode"])}
        writer.writerow([_cell(column, named[column]) for column in columns])
    path.write_bytes(b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8"))


def _cell(column: str, value: object) -> str:
    if value is None:
        return ""
    if column == "syntetisk":
        return SYNTETISK if value else ""
    if isinstance(value, float):
        return danish_number(value)
    if isinstance(value, list):
        return safe_text("|".join(map(str, value)))
    return safe_text(str(value))

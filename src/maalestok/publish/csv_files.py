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
    writer.writerows(zip(*(_column(frame, column) for column in columns), strict=True))
    path.write_bytes(b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8"))


def _column(frame: pl.DataFrame, column: str) -> list[str]:
    """A column's cells; each text that stands in many rows is written once."""
    if column == "kommune":
        names = {code: safe_text(place_name(code)) for code in frame["kommune_kode"].unique().to_list()}
        return [names[code] for code in frame["kommune_kode"].to_list()]
    values = frame[column]
    if values.dtype == pl.Boolean:
        return [SYNTETISK if value else "" for value in values.to_list()]
    if values.dtype.is_float():
        return ["" if value is None else danish_number(value) for value in values.to_list()]
    if values.dtype == pl.String:
        texts = {text: _cell(text) for text in values.unique().to_list()}
        return [texts[text] for text in values.to_list()]
    return [_cell(value) for value in values.to_list()]


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return safe_text("|".join(map(str, value)))
    return safe_text(str(value))

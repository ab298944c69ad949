"""One Excel workbook per release: a front sheet with source and notes, then a sheet per measure and criterion.

A sheet has a row per place, area and kilde, and a column per period (with its range, where the measure has one), so
that a series can be read across. A figure that isn't there is a word, never an empty cell or a zero.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from maalestok.build import Built
from maalestok.kommune import place_name
from maalestok.period import parse_period
from maalestok.publish.cells import SYNTETISK, safe_text
from maalestok.publish.text_da import MISSING_DA

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

NUMBER_FORMATS = {"share": "0.00%", "pct_point": "0.00%"}
KEY_HEADER = (("kommune_kode", "Kode", 8), ("kommune", "Kommune", 22), ("omraade", "Område", 16))
BOUNDS = (("low", "nedre"), ("high", "øvre"))
UNIT_DA = {
    "share": "andel",
    "pct_point": "procentpoint",
    "persons_fulltime": "fuldtidspersoner",
    "persons": "personer",
    "dkk": "kr.",
    "cases": "sager",
    "rank": "plads",
    "places": "pladser",
    "months": "måneder",
}
FINDING_HEADER = (
    ("kommune_kode", "Kode", 8), ("kommune", "Kommune", 22), ("omraade", "Område", 16), ("period", "Periode", 13),
    ("udfald", "Udfald", 16), ("vaerdi", "Værdi", 12), ("graense", "Grænse", 12), ("flag", "Forbehold", 28),
    ("rule_version", "Regelversion", 14), ("syntetisk", "Syntetisk", 11), ("reference", "Reference", 60),
)  # fmt: skip


def write_workbook(
    path: Path, by_measure: Mapping[str, pl.DataFrame], by_criterion: Mapping[str, pl.DataFrame], built: Built
) -> None:
    """Write the workbook. Its creation time is the newest period's last day, so that it holds no clock."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    last_day = parse_period(built.periods[-1]).last_day
    mark = f"{SYNTETISK}: " if built.syntetisk else ""
    book.set_properties(
        {
            "title": f"{mark}{built.rules.benchmark.title.da}",
            "created": datetime(last_day.year, last_day.month, last_day.day),  # noqa: DTZ001  # a date without a clock
        }
    )
    _front_sheet(book, built)
    bold = book.add_format({"bold": True, "bottom": 1})
    for measure, rows in by_measure.items():
        unit = built.rules.measures[measure].unit.value
        figures = book.add_format({"num_format": NUMBER_FORMATS.get(unit, "#,##0")})
        _series(book.add_worksheet(measure[:31]), rows, unit, bold, figures)
    for criterion, rows in by_criterion.items():
        unit = built.rules.measures[built.rules.criteria[criterion].measure].unit.value
        figures = book.add_format({"num_format": NUMBER_FORMATS.get(unit, "#,##0")})
        _findings(book.add_worksheet(criterion[:31]), rows, bold, figures)
    book.close()


def _front_sheet(book: "Workbook", built: Built) -> None:
    sheet = book.add_worksheet("Om")
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 110)
    bold = book.add_format({"bold": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    for number, (label, text) in enumerate(_front_lines(built)):
        sheet.write_string(number, 0, safe_text(label), bold)
        sheet.write_string(number, 1, safe_text(text), wrap)


def _front_lines(built: Built) -> list[tuple[str, str]]:
    front = built.rules.benchmark
    lines = (
        [(SYNTETISK, "Alle tal i denne fil er opfundne. De siger intet om virkelige kommuner.")]
        if built.syntetisk
        else []
    )
    lines += [
        ("Benchmark", front.title.da),
        ("Beskrivelse", front.description_da),
        ("Perioder", ", ".join(built.periods)),
    ]
    for feed in sorted({d.feed for d in built.inputs}):
        source = built.rules.feeds[feed].source
        licens = "CC0-1.0 (opfundne tal)" if built.syntetisk else source.licens_note_da
        lines.append(("Kilde", f"{source.attribution_da} ({licens})"))
    lines += [("Uden tal", "; ".join(MISSING_DA.values())), *(("Forbehold", text) for text in front.limits_da)]
    lines += [("Advarsel", text) for text in built.warnings]
    lines += [("Leverance", f"{d.feed} {', '.join(d.periods)} SHA-256 {d.sha256}") for d in built.inputs]
    for measure in front.measures:
        rule = built.rules.measures[measure]
        lines.append(
            (
                measure,
                f"{rule.title.da}. {rule.versions[-1].definition_da} Beregning: {rule.versions[-1].formula_da}",
            )
        )
        lines += [("", text) for text in rule.limits_da]
    return lines


def _series(sheet: "Worksheet", rows: pl.DataFrame, unit: str, bold: "Format", figures: "Format") -> None:
    keys = [
        "kommune_kode",
        "omraade",
        *(["kontroltrin"] if rows["kontroltrin"].null_count() < len(rows) else []),
        "kilde",
    ]
    header = [*KEY_HEADER, *((k, k.capitalize(), 11) for k in keys[2:])]
    periods = sorted(rows["period"].unique().to_list(), key=parse_period)
    bounds = [(name, label) for name, label in BOUNDS if rows[name].null_count() < len(rows)]
    shown = [(p, name, label) for p in periods for name, label in (("value", UNIT_DA[unit]), *bounds)]
    columns = {(period, name): len(header) + i for i, (period, name, _) in enumerate(shown)}
    _header(sheet, [*header, *(("", f"{period} {label}", 15) for period, _, label in shown)], bold)
    lines: dict[tuple[Any, ...], int] = {}
    for row in rows.sort(keys, maintain_order=True).iter_rows(named=True):
        key = tuple(row[k] for k in keys)
        number = lines.setdefault(key, len(lines) + 1)
        row["kommune"] = place_name(row["kommune_kode"])
        if number == len(lines):
            for column, (name, _, _) in enumerate(header):
                _cell(sheet, number, column, row[name], figures)
        missing = None if row["value"] is not None else MISSING_DA[row["status"]]
        for name in ("value", *(bound for bound, _ in bounds)):
            _cell(sheet, number, columns[row["period"], name], missing or row[name], figures)
    sheet.freeze_panes(1, len(header))
    sheet.autofilter(0, 0, max(len(lines), 1), len(header) + len(shown) - 1)


def _findings(sheet: "Worksheet", rows: pl.DataFrame, bold: "Format", figures: "Format") -> None:
    _header(sheet, FINDING_HEADER, bold)
    for number, row in enumerate(rows.iter_rows(named=True), start=1):
        row["kommune"] = place_name(row["kommune_kode"])
        for column, (name, _, _) in enumerate(FINDING_HEADER):
            _cell(sheet, number, column, row[name], figures)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(len(rows), 1), len(FINDING_HEADER) - 1)


def _header(sheet: "Worksheet", header: Sequence[tuple[str, str, int]], bold: "Format") -> None:
    for column, (_, label, width) in enumerate(header):
        sheet.write_string(0, column, label, bold)
        sheet.set_column(column, column, width)


def _cell(sheet: "Worksheet", row: int, column: int, value: Any, figures: "Format") -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_string(row, column, SYNTETISK if value else "")
    elif isinstance(value, float | int):
        sheet.write_number(row, column, value, figures)
    elif isinstance(value, list):
        sheet.write_string(row, column, safe_text(", ".join(value)))
    else:
        sheet.write_string(row, column, safe_text(value))

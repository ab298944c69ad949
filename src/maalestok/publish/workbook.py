"""One Excel workbook per release: front sheet, overview of the newest periods, then a sheet per measure and criterion.

A sheet has a row per place, area and kilde, and a column per period (with its range, where the measure has one), so
that a series can be read across. A figure that isn't there is a word, never an empty cell or a zero.
"""

import io
import math
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from maalestok.build import Built
from maalestok.deliveries.corrections import describe
from maalestok.kommune import by_code, place_name
from maalestok.period import parse_period
from maalestok.publish.attribution import attributions
from maalestok.publish.cells import SYNTETISK, safe_text
from maalestok.publish.listed import listed_criteria, listed_measures, versions_of
from maalestok.publish.text_da import MISSING_MEANING_DA, SHORT_MISSING_DA, UNIT_DA, decimals_beside

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

NUMBER_FORMATS = {"share": "0.00%", "pct_point": "0.00", "correlation": "0.00", "ratio": "0.0000"}
FRONT_WIDTH = 110
LINE_HEIGHT = 15
KEY_HEADER = (("kommune_kode", "Kode", 8), ("kommune", "Kommune", 22), ("omraade", "Område", 22))
BOUNDS = {"low": "nedre", "high": "øvre"}
FLAG_WIDTH, FIGURE_WIDTH = 60, 20
FINDING_HEADER = (
    ("kommune_kode", "Kode", 8), ("kommune", "Kommune", 22), ("omraade", "Område", 22),
    ("kontroltrin", "Trin", 8), ("period", "Periode", 13), ("udfald", "Udfald", 16), ("loebelaengde", "I træk", 9),
    ("vaerdi", "Værdi", 12), ("graense", "Grænse", 12), ("flag", "Forbehold", FLAG_WIDTH),
    ("rule_version", "Regelversion", 14), ("syntetisk", "Mærke", 11),
)  # fmt: skip
COUNTED = ("kontroltrin", "loebelaengde")
"""Columns of findings that are whole numbers, not in the measure's unit."""
MAY_BE_LEFT_OUT = (*COUNTED, "vaerdi", "graense")
"""Columns of findings that only some criteria have."""
COLUMNS_A_PAGE = 14
"""So many columns of figures can be read on a printed page."""


def write_workbook(
    path: Path, by_measure: Mapping[str, pl.DataFrame], by_criterion: Mapping[str, pl.DataFrame], built: Built
) -> None:
    """Write the workbook. Its creation time is the newest period's last day, so that it holds no clock."""
    import xlsxwriter

    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    last_day = parse_period(built.periods[-1]).last_day
    mark = f"{SYNTETISK}: " if built.syntetisk else ""
    book.set_properties(
        {
            "title": f"{mark}{built.rules.benchmark.title.da}",
            "created": datetime.combine(last_day, time.min),
        }
    )
    _front_sheet(book, built)
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    _overview(book.add_worksheet("Oversigt"), by_measure, built, bold, book)
    for measure, rows in by_measure.items():
        unit = built.rules.measures[measure].unit.value
        figures = book.add_format({"num_format": NUMBER_FORMATS.get(unit, "#,##0")})
        _series(book.add_worksheet(measure[:31]), rows, unit, built, bold, figures)
    for criterion, rows in by_criterion.items():
        unit = _unit_of(built, criterion)
        figures = book.add_format({"num_format": NUMBER_FORMATS.get(unit, "#,##0")})
        _findings(book, criterion, rows, unit, built, bold, figures)
    book.close()
    path.write_bytes(content.getvalue())


def _unit_of(built: Built, criterion: str) -> str:
    """The unit of the figure a criterion judges; nothing where it judges none."""
    measure = built.rules.criteria[criterion].measure
    return "" if measure is None else built.rules.measures[measure].unit.value


def _front_sheet(book: "Workbook", built: Built) -> None:
    sheet = book.add_worksheet("Om")
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, FRONT_WIDTH)
    _page(sheet)
    bold = book.add_format({"bold": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    for number, (label, text) in enumerate(_front_lines(built)):
        sheet.write_string(number, 0, safe_text(label), bold)
        sheet.write_string(number, 1, safe_text(text), wrap)
        sheet.set_row(number, LINE_HEIGHT * math.ceil(len(text) / FRONT_WIDTH))


def _page(sheet: "Worksheet", columns: int = 1) -> None:
    """A4 across, as few pages wide as can be read, the header on every page."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(math.ceil(columns / COLUMNS_A_PAGE), 0)
    sheet.set_footer("&L&A&RSide &P af &N")


def _front_lines(built: Built) -> list[tuple[str, str]]:
    front = built.rules.benchmark
    lines = [(SYNTETISK, "Tallene i denne fil er helt eller delvis opfundne. De siger intet om virkelige kommuner.")]
    lines = lines if built.syntetisk else []
    lines += [("Benchmark", front.title.da), ("Beskrivelse", front.description_da)]
    lines += [("Periode", f"{code}: {parse_period(code).label_da}") for code in built.periods]
    lines += [("Kilde", f"{s.text.removeprefix('Kilde: ')} ({s.licence})") for s in attributions(built)]
    lines += [
        (
            "Læsevejledning",
            "Arket Oversigt viser hvert måls nyeste periode i alt, én række pr. kommune. Øvrige ark viser ét mål hver.",
        ),
        (
            "",
            "En række er et sted og et område, en kolonne en periode. Et ord i stedet for et tal siger hvorfor:",
        ),
        ("", "; ".join(f"{SHORT_MISSING_DA[s]}: {meaning}" for s, meaning in MISSING_MEANING_DA.items()) + "."),
    ]
    lines += [("Forbehold", text) for text in front.limits_da]
    lines += [("Advarsel", text) for text in built.warnings]
    lines += [("Rettelse", describe(correction)) for correction in built.corrections]
    for measure in listed_measures(built):
        rule, versions = built.rules.measures[measure], versions_of(built, measure)
        newest = rule.versions[-1]
        formulas = dict.fromkeys(rule.formula_of(newest, used) for used in versions)
        told = (rule.title.da + ".", *rule.definitions_of(versions), *(f"Beregning: {text}" for text in formulas))
        lines.append((measure, " ".join(told)))
        lines += [("", text) for text in (*rule.limits_of(versions), rule.aggregation_da)]
    for criterion in listed_criteria(built):
        judged = built.rules.criteria[criterion]
        lines.append((criterion, f"{judged.title.da}. {judged.versions[-1].definition_da}"))
        lines += [("", text) for text in judged.limits_da]
        lines += [("", f"Reference: {r.text}") for r in judged.versions[-1].reference]
    lines += [("Leverance", f"{d.feed} {', '.join(d.periods)} SHA-256 {d.sha256}") for d in built.inputs]
    return lines


def _overview(
    sheet: "Worksheet", by_measure: Mapping[str, pl.DataFrame], built: Built, bold: "Format", book: "Workbook"
) -> None:
    """Each measure's newest period, total, a row per municipality: what a reader asks first."""
    total = built.rules.benchmark.total
    units = {measure: built.rules.measures[measure].unit.value for measure in by_measure}
    formats = {unit: book.add_format({"num_format": NUMBER_FORMATS.get(unit, "#,##0")}) for unit in set(units.values())}
    mark = [(SYNTETISK, "Mærke", 11)] if built.syntetisk else []
    newest = {m: _newest(rows, total) for m, rows in by_measure.items()}
    shown = {m: rows for m, rows in newest.items() if not rows.is_empty()}
    columns = [(m, name) for m, rows in shown.items() for name in ("value", *_bounds(rows))]
    titles = [(f"{m}/{name}", f"{_title(built, m, name)}{_when(shown[m])}", FIGURE_WIDTH) for m, name in columns]
    header = [*KEY_HEADER[:2], *mark, *titles]
    _header(sheet, header, bold, 2)
    places = {name: at for at, (name, _, _) in enumerate(header)}
    lines: dict[str, int] = {}
    for measure, rows in shown.items():
        figures = formats[units[measure]]
        for row in rows.iter_rows(named=True):
            number = lines.setdefault(row["kommune_kode"], len(lines) + 1)
            row["kommune"] = place_name(row["kommune_kode"])
            for at, (name, _, _) in enumerate((*KEY_HEADER[:2], *([("syntetisk", "", 0)] if mark else []))):
                _cell(sheet, number, at, row[name], figures)
            for name in ("value", *_bounds(rows)):
                if name == "value" or row[name] is not None:
                    _cell(sheet, number, places[f"{measure}/{name}"], _shown(row[name], row), figures)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(len(lines), 1), len(header) - 1)


def _newest(rows: pl.DataFrame, total: str) -> pl.DataFrame:
    """The municipalities' rows of the newest period a measure has rows of, and the total, by code."""
    municipal = pl.col("kommune_kode").is_in(list(by_code()))
    own = rows.filter((pl.col("omraade") == total) & municipal)
    return own.filter(pl.col("month_index") == pl.col("month_index").max()).sort("kommune_kode")


def _when(rows: pl.DataFrame) -> str:
    """', 2020 (2020QMAT04)': the period of the rows, which all share it."""
    return "".join(f", {parse_period(code).label_da} ({code})" for code in rows["period"].unique().to_list())


def _bounds(rows: pl.DataFrame) -> list[str]:
    """Which ends of a range a measure has."""
    return [name for name in BOUNDS if rows[name].null_count() < len(rows)]


def _title(built: Built, measure: str, name: str) -> str:
    """'Merudgift, kr., nedre': the unit only where the title does not name it."""
    rule = built.rules.measures[measure]
    unit = UNIT_DA[rule.unit.value]
    parts = [rule.title.da, "" if unit in rule.title.da.lower() else unit, BOUNDS.get(name, "")]
    return ", ".join(filter(None, parts))


def _shown(value: float | None, row: Mapping[str, Any]) -> float | str:
    """A figure as the sheet shows it: percentage points in points, a missing one as a word."""
    if value is None:
        return SHORT_MISSING_DA[row["status"]]
    return float(Decimal(repr(value)) * 100) if row["unit"] == "pct_point" else value


def _series(sheet: "Worksheet", rows: pl.DataFrame, unit: str, built: Built, bold: "Format", figures: "Format") -> None:
    stepped = rows["kontroltrin"].null_count() < len(rows)
    keys = ["kommune_kode", "omraade", *(["kontroltrin"] if stepped else []), "kilde"]
    beside = [*keys[2:], *(["syntetisk"] if built.syntetisk else [])]
    header = [*KEY_HEADER, *((name, name.capitalize(), 11) for name in beside)]
    periods = sorted(rows["period"].unique().to_list(), key=parse_period)
    bounds = _bounds(rows)
    shown = [(p, name, BOUNDS.get(name, UNIT_DA[unit])) for p in periods for name in ("value", *bounds)]
    columns = {(period, name): len(header) + i for i, (period, name, _) in enumerate(shown)}
    titles = [("", f"{parse_period(p).label_da} ({p}), {label}", FIGURE_WIDTH) for p, _, label in shown]
    _header(sheet, [*header, *titles], bold, len(header))
    lines: dict[tuple[Any, ...], int] = {}
    order = {area: place for place, area in enumerate(built.rules.benchmark.omraader)}
    placed = rows.with_columns(pl.col("omraade").replace_strict(order, return_dtype=pl.Int32).alias("area_place"))
    for row in placed.sort("kommune_kode", "area_place", *keys[2:], maintain_order=True).iter_rows(named=True):
        key = tuple(row[k] for k in keys)
        first = key not in lines
        number = lines.setdefault(key, len(lines) + 1)
        row |= {
            "kommune": place_name(row["kommune_kode"]),
            "omraade": built.rules.benchmark.omraade_names_da[row["omraade"]],
        }
        if first:
            for column, (name, _, _) in enumerate(header):
                _cell(sheet, number, column, row[name], None)
        for name in ("value", *bounds):
            if name == "value" or row[name] is not None:
                _cell(sheet, number, columns[row["period"], name], _shown(row[name], row), figures)
    sheet.freeze_panes(1, len(header))
    sheet.autofilter(0, 0, max(len(lines), 1), len(header) + len(shown) - 1)


def _findings(
    book: "Workbook",
    criterion: str,
    rows: pl.DataFrame,
    unit: str,
    built: Built,
    bold: "Format",
    figures: "Format",
) -> None:
    """A criterion's sheet; a share compared with a limit shows as many decimals as keep it on its side."""
    sheet = book.add_worksheet(criterion[:31])
    header = [column for column in FINDING_HEADER if column[0] not in MAY_BE_LEFT_OUT or rows[column[0]].count()]
    _header(sheet, header, bold, 2)
    wrap = book.add_format({"text_wrap": True})
    for number, row in enumerate(rows.iter_rows(named=True), start=1):
        judged = built.rules.criteria[row["criterion"]]
        row |= {
            "kommune": place_name(row["kommune_kode"]),
            "omraade": built.rules.benchmark.omraade_names_da[row["omraade"]],
            "flag": " ".join(judged.flags_da[flag] for flag in row["flag"]),
        }
        if len(row["flag"]) > FLAG_WIDTH:
            sheet.set_row(number, LINE_HEIGHT * math.ceil(len(row["flag"]) / FLAG_WIDTH))
        for column, (name, _, _) in enumerate(header):
            value, shape = row[name], None if name in COUNTED else figures
            if name == "vaerdi" and (decimals := decimals_beside(value, unit, row["graense"])) > 2:
                shape = book.add_format({"num_format": f"0.{'0' * decimals}%"})
            if isinstance(value, float):
                value = _shown(value, {"unit": unit})
            _cell(sheet, number, column, value, shape, wrap if name == "flag" else None)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(len(rows), 1), len(header) - 1)


def _header(sheet: "Worksheet", header: Sequence[tuple[str, str, int]], bold: "Format", keys: int) -> None:
    """The first row; the first `keys` columns are repeated on every printed page."""
    for column, (_, label, width) in enumerate(header):
        sheet.write_string(0, column, label, bold)
        sheet.set_column(column, column, width)
    sheet.set_row(0, LINE_HEIGHT * max(math.ceil(len(label) / (width - 3)) for _, label, width in header))
    sheet.repeat_rows(0)
    sheet.repeat_columns(0, keys - 1)
    _page(sheet, len(header))


def _cell(
    sheet: "Worksheet", row: int, column: int, value: Any, figures: "Format | None", text: "Format | None" = None
) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_string(row, column, SYNTETISK if value else "")
    elif isinstance(value, float | int):
        sheet.write_number(row, column, value, figures)
    else:
        sheet.write_string(row, column, safe_text(value), text)

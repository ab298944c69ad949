"""XLSX: the first sheet with content, one header row, values only. Formulas and oversized archives are refused."""

import io
import warnings
import zipfile
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from maalestok.deliveries.issues import printable, shown
from maalestok.deliveries.read_json import danish
from maalestok.deliveries.tables import RawColumn, RawRow, RawTable, too_many_rows
from maalestok.errors import UnreadableFile

MAX_UNPACKED_BYTES = 100_000_000
MAX_RATIO = 200


def read_xlsx(content: bytes, max_rows: int) -> RawTable:
    """Read the first sheet that has content.

    Raises:
        UnreadableFile: not a workbook, too large when unpacked, a merged header, a formula, a date, an error value.
    """
    _refuse_bomb(content)
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles a sheet may lack are no concern of a table of values
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False)
            return _first_table(book, max_rows)
    except UnreadableFile:
        raise
    except Exception as error:  # the workbook reader lets every kind of error through on damaged archives and XML
        raise _broken() from error


def _broken() -> UnreadableFile:
    return UnreadableFile(
        "Filen kan ikke læses som en Excel-projektmappe; den er beskadiget eller har en anden form.",
        remedy="Åbn den i Excel, gem den igen som .xlsx eller som CSV UTF-8, og prøv igen.",
    )


def _refuse_bomb(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(item.file_size for item in archive.infolist())
    except Exception as error:  # a damaged directory raises many kinds
        raise _broken() from error
    if unpacked > MAX_UNPACKED_BYTES or unpacked > MAX_RATIO * max(len(content), 10_000):
        raise UnreadableFile(
            f"Projektmappen fylder {unpacked // 1_000_000} MB udpakket; det er for meget for en tabel.",
            remedy="Gem kun selve tabellen i en ny projektmappe, eller gem som CSV UTF-8.",
        )


def _first_table(book: Any, max_rows: int) -> RawTable:
    filled = []
    hidden = [sheet for sheet in book.worksheets if sheet.sheet_state != "visible"]
    for sheet in (s for s in book.worksheets if s not in hidden):
        sheet.reset_dimensions()
        first = next(sheet.iter_rows(values_only=True, max_row=1), ())
        if any(cell is not None for cell in first):
            filled.append(sheet)
    if not filled:
        raise UnreadableFile(
            "Projektmappen har intet synligt ark med en overskrift i række 1.",
            remedy="Læg tabellen øverst i det første ark.",
        )
    sheet = filled[0]
    title = printable(sheet.title)
    notes = [f"Kun arket {title} er læst; projektmappen har {len(filled)} ark."] if len(filled) > 1 else []
    notes += [f"{len(hidden)} skjulte ark er ikke læst."] if hidden else []
    rows = sheet.iter_rows(values_only=True)
    header = _header(next(rows))
    body: list[RawRow] = []
    for number, values in enumerate(rows, start=2):
        if number > max_rows + 1:
            raise too_many_rows(max_rows)
        cells = [_cell(number, value) for value in values]
        if not any(cell for cell in cells):
            continue
        if any(cells[len(header) :]):
            raise UnreadableFile(
                f"Række {number}: der står en værdi til højre for tabellens {len(header)} kolonner.",
                remedy="Fjern det, der ikke hører til tabellen.",
            )
        body.append(RawRow(number, (cells + [""] * len(header))[: len(header)]))
    return RawTable("xlsx", f"række i arket {title}", [RawColumn(name) for name in header], body, notes)


def _header(values: tuple[Any, ...]) -> list[str]:
    names = [None if value is None else str(value).strip() for value in values]
    while names and not names[-1]:
        names.pop()
    for index, name in enumerate(names):
        if not name:
            raise UnreadableFile(
                f"Række 1: kolonne {index + 1} har intet navn; er overskriften flettet (merged)?",
                remedy="Ophæv fletningen, og giv hver kolonne sit navn i række 1.",
            )
    return [name for name in names if name]


def _cell(number: int, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        raise UnreadableFile(f"Række {number}: {value} er en sandhedsværdi, ikke et tal.", remedy="Ret cellen.")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return danish(Decimal(repr(value)), number)
    if isinstance(value, datetime | date | time):
        raise UnreadableFile(
            f"Række {number}: {shown(str(value))} er en dato; Excel har lavet et tal om.",
            remedy="Formatér kolonnen som tekst eller tal, og sæt værdien igen.",
        )
    text = value if isinstance(value, str) else "="  # array formulas and data tables come as objects
    if text.startswith("="):
        raise UnreadableFile(
            f"Række {number}: cellen er en formel ({shown(text)}).",
            remedy="Sæt værdier ind i stedet for formler (Indsæt speciel > Værdier).",
        )
    if text.startswith("#"):
        raise UnreadableFile(f"Række {number}: cellen har fejlværdien {shown(text)}.", remedy="Ret fejlen i arket.")
    return text

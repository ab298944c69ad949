"""CSV with one header line, as jobindsats.dk writes it (semicolon) or as a feed says."""

import csv

from maalestok.deliveries.tables import RawColumn, RawRow, RawTable, too_many_rows
from maalestok.errors import UnreadableFile

MARK_DA = {",": "komma", ";": "semikolon", "\t": "tabulator", "|": "lodret streg"}
"""What may part fields, in the order in which a wrong one is looked for."""


def read_csv(text: str, max_rows: int, delimiter: str = ";") -> RawTable:
    """Read delimited text. Blank lines are passed over; every other row must be as wide as the header.

    Raises:
        UnreadableFile: wrong delimiter, uneven rows, an open quote, a field that is too long.
    """
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
    header: list[str] | None = None
    rows: list[RawRow] = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                header = cells
                check_header(header, delimiter)
                continue
            if len(cells) != len(header):
                raise UnreadableFile(
                    f"Linje {reader.line_num}: {len(cells)} felter, men overskriften har {len(header)}.",
                    remedy=f"Rækken er afkortet eller har et {MARK_DA[delimiter]} for meget. Hent filen igen.",
                )
            if len(rows) == max_rows:
                raise too_many_rows(max_rows)
            rows.append(RawRow(reader.line_num, cells))
    except csv.Error as error:
        raise UnreadableFile(
            f"Linje {reader.line_num or 1}: kan ikke læses som CSV ({error}).",
            remedy="Kontrollér anførselstegn og skilletegn, eller hent filen igen.",
        ) from error
    if header is None:
        raise UnreadableFile("Filen er tom.", remedy="Hent filen igen, og kontrollér at den har indhold.")
    return RawTable("csv", "linje", [RawColumn(name.strip()) for name in header], rows)


def check_header(header: list[str], delimiter: str = ";") -> None:
    """Refuse a header of one field; says which delimiter it seems to have.

    Raises:
        UnreadableFile: it is no header of a table so delimited.
    """
    if len(header) > 1:
        return
    wanted = MARK_DA[delimiter]
    for mark, name in MARK_DA.items():
        if mark != delimiter and header[0].count(mark) >= 2:
            decimals = " og komma som decimaltegn" if delimiter == ";" else ""
            raise UnreadableFile(
                f"Linje 1: felterne er adskilt af {name}, ikke af {wanted}.",
                remedy=f"Gem filen med {wanted} som skilletegn{decimals}.",
            )
    raise UnreadableFile(
        "Linje 1: overskriften har kun ét felt.",
        remedy=f"Filen skal være en tabel med {wanted} mellem felterne.",
    )

"""A delivered file as a table of text: bytes in, `RawTable` out, whichever of the accepted layouts it has.

Layouts are told apart by content, not by file name. Numbers are handed on as Danish text (decimal comma), so that
one cell reader serves all layouts. Nothing is interpreted here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from maalestok.errors import UnreadableFile


@dataclass(frozen=True)
class RawColumn:
    """A column as delivered: its label, and its code where the layout has one."""

    name: str
    code: str | None = None


@dataclass(frozen=True)
class RawRow:
    """A row as delivered. `number` is its place in the file; a cell is None where the layout says null."""

    number: int
    cells: Sequence[str | None]


@dataclass(frozen=True)
class RawTable:
    """A delivered table. `row_word` says what a row's number counts ('linje', 'række i arket Ark1')."""

    layout: str
    row_word: str
    columns: Sequence[RawColumn]
    rows: Sequence[RawRow]
    notes: Sequence[str] = field(default_factory=tuple)


def read_table(content: bytes, max_rows: int, delimiter: str = ";") -> RawTable:
    """Read a delivered file. `delimiter` parts the fields of a CSV file.

    Raises:
        UnreadableFile: it is none of the layouts, or it is broken; says where and what to do.
    """
    if not content.strip():
        raise UnreadableFile("Filen er tom.", remedy="Hent filen igen, og kontrollér at den har indhold.")
    if content[:4] == b"PK\x03\x04":
        from maalestok.deliveries.read_xlsx import read_xlsx

        return read_xlsx(content, max_rows)
    if content[:4] == b"PAR1":
        from maalestok.deliveries.read_parquet import read_parquet

        return read_parquet(content, max_rows)
    text = decode(content)
    if text.lstrip()[:1] in ("{", "["):
        from maalestok.deliveries.read_json import read_json

        return read_json(text, max_rows)
    from maalestok.deliveries.read_csv import read_csv

    return read_csv(text, max_rows, delimiter)


def decode(content: bytes) -> str:
    """UTF-8 with or without BOM; every other encoding is named in the error."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or (b"\0" in content[:200] and content[:4] != b"PK\x03\x04"):
        raise UnreadableFile(
            "Filen er ikke UTF-8; den ligner UTF-16 eller en binær fil.",
            remedy="Gem den som CSV UTF-8 (i Excel: 'CSV UTF-8 (semikolonsepareret)') og prøv igen.",
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(
            f"Linje {line}: byten 0x{content[error.start]:02x} er ikke UTF-8; filen ligner Latin-1/Windows-1252.",
            remedy="Gem filen som UTF-8 og prøv igen.",
        ) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise UnreadableFile(f"Linje {line}: filen har nul-tegn.", remedy="Hent filen igen; den er beskadiget.")
    return text


def too_many_rows(max_rows: int) -> UnreadableFile:
    """The file has more rows than the feed can have."""
    return UnreadableFile(
        f"Filen har over {max_rows} rækker; så mange kan denne leverance ikke have.",
        remedy="Kontrollér, at det er den rigtige fil.",
    )

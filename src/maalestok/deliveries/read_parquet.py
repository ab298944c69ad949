"""Parquet: plain columns of text, numbers and dates. Nested columns and oversized files are refused."""

import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path

from maalestok.deliveries.bounded import TEXT_TYPES, WHOLE_TYPES, bounded, parquet_size, parquet_types
from maalestok.deliveries.issues import shown
from maalestok.deliveries.read_json import danish
from maalestok.deliveries.tables import RawColumn, RawRow, RawTable, too_many_rows
from maalestok.errors import UnreadableFile

MAX_UNPACKED_BYTES = 200_000_000
_PLAIN = TEXT_TYPES | WHOLE_TYPES | {"FLOAT", "DOUBLE", "DATE"}


def broken_parquet() -> UnreadableFile:
    """The file can't be read as Parquet."""
    return UnreadableFile(
        "Filen kan ikke læses som Parquet; den er beskadiget eller afkortet.",
        remedy="Hent filen igen, eller gem tabellen som CSV UTF-8.",
    )


def read_parquet(content: bytes, max_rows: int) -> RawTable:
    """Read a Parquet file.

    Raises:
        UnreadableFile: damaged, too large when unpacked, a column that holds no plain values.
    """
    with tempfile.TemporaryDirectory(prefix="maalestok-") as work:
        path = Path(work) / "fil.parquet"
        path.write_bytes(content)
        with bounded(Path(work), broken_parquet()) as connection:
            rows, size = parquet_size(connection, path)
            if rows > max_rows:
                raise too_many_rows(max_rows)
            if size > MAX_UNPACKED_BYTES:
                raise UnreadableFile(
                    f"Filen fylder {size // 1_000_000} MB udpakket; det er for meget for denne leverance.",
                    remedy="Kontrollér, at det er den rigtige fil.",
                )
            columns = parquet_types(connection, path)
            for name, kind in columns:
                _refuse_type(name, kind)
            answer = connection.execute("select * from read_parquet(?, hive_partitioning = false)", [str(path)])
            found = answer.fetchall()
    body = [RawRow(n, [_cell(n, value) for value in row]) for n, row in enumerate(found, start=1)]
    return RawTable("parquet", "række", [RawColumn(name.strip()) for name, _ in columns], body)


def _refuse_type(name: str, kind: str) -> None:
    if kind not in _PLAIN and not kind.startswith("DECIMAL("):
        raise UnreadableFile(
            f"Kolonnen {shown(name)} har typen {kind.split('(')[0][:40]}, ikke tekst, tal eller dato.",
            remedy="Gem kolonnen som tekst, heltal eller dato, og prøv igen.",
        )


def _cell(number: int, value: object) -> str | None:
    if isinstance(value, float):
        return danish(Decimal(repr(value)), number)
    if isinstance(value, Decimal):
        return danish(value, number)
    if isinstance(value, date):
        return value.isoformat()
    return None if value is None else str(value)

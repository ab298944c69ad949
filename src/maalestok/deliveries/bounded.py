"""A DuckDB connection for delivered files: bounded memory, spilling to a folder of its own, nothing said of values.

What DuckDB says of a bad file quotes the file. No such text leaves this module.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from maalestok.engines.sql import quoted, select
from maalestok.errors import MaalestokError, UnreadableFile

MEMORY = "2GB"
THREADS = 4
WHOLE_TYPES = frozenset(f"{sign}{size}INT" for sign in ("", "U") for size in ("TINY", "SMALL", "BIG", "HUGE")) | {
    "INTEGER",
    "UINTEGER",
}
TEXT_TYPES = frozenset({"VARCHAR", '"NULL"'})
"""Text, or a column without any value."""


@contextmanager
def bounded(work: Path, broken: UnreadableFile) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that spills to `work`. Row order is kept, whatever the threads.

    Raises:
        UnreadableFile: `broken`, for every failure of DuckDB that lies in the file.
        MaalestokError: the disk or the memory did not suffice.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY,
        "threads": THREADS,
        "temp_directory": str(work / "spild"),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    connection = duckdb.connect(":memory:", config=config)
    try:
        yield connection
    except (duckdb.OutOfMemoryException, duckdb.IOException, duckdb.FatalException) as error:
        raise _short_of_room(error) or broken from None
    except (duckdb.Error, UnicodeError, RuntimeError):
        raise broken from None
    finally:
        connection.close()


def _short_of_room(error: duckdb.Error) -> MaalestokError | None:
    if isinstance(error, duckdb.OutOfMemoryException) or "No space left" in str(error):
        return MaalestokError(
            "Der er ikke plads nok til at læse filen.",
            remedy="Frigør plads i den midlertidige mappe, eller peg TMPDIR på en større disk.",
        )
    return None


def numbered_rows(path: Path) -> str:
    """SQL for the rows of a Parquet file of ours, each with its place in the file, from 0, as `raekke`."""
    rows = f"read_parquet({quoted(path)}, file_row_number = true)"
    return select(["* exclude (file_row_number)", "file_row_number as raekke"], rows)


def parquet_size(connection: duckdb.DuckDBPyConnection, path: Path) -> tuple[int, int]:
    """Rows of a Parquet file, and its bytes when unpacked, as its own footer says."""
    file = [str(path)]
    (rows,) = connection.execute("select num_rows from parquet_file_metadata(?)", file).fetchall()[0]
    unpacked = "select coalesce(sum(total_uncompressed_size), 0) from parquet_metadata(?)"
    (size,) = connection.execute(unpacked, file).fetchall()[0]
    return int(rows), int(size)


def parquet_types(connection: duckdb.DuckDBPyConnection, path: Path) -> list[tuple[str, str]]:
    """Names and DuckDB types of a Parquet file's columns, in their order."""
    described = connection.execute("describe select * from read_parquet(?, hive_partitioning = false)", [str(path)])
    return [(str(row[0]), str(row[1])) for row in described.fetchall()]

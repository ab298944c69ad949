"""DuckDB in process: the default engine."""

import tempfile
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from maalestok.engines.base import ParquetPart
from maalestok.engines.sql import insert, quoted, select

_TYPES: dict[str, pl.DataType] = {
    "VARCHAR": pl.String(),
    "INTEGER": pl.Int32(),
    "BIGINT": pl.Int64(),
    "DOUBLE": pl.Float64(),
    "BOOLEAN": pl.Boolean(),
}
MEMORY = "60%"
"""Of the machine's: what is more is spilled, before the machine itself runs short."""
WRONG_OPTIMIZER = "compressed_materialization"
"""Left out: in DuckDB 2.0.0 it sorts a sum as if it were no larger than one of its terms, and 134 comes out as -122."""
_BATCH = 500
"""Rows of values per statement: one statement a row takes minutes for a calendar of places and months."""


class DuckDBEngine:
    """One in-memory database per run; what does not fit in memory is spilled to a folder of its own.

    Registered files are read where they lie. Before the first query everything else outside is closed.
    """

    def __init__(self) -> None:
        self._spill = tempfile.TemporaryDirectory(prefix="maalestok-")
        config: dict[str, str | bool | int | float | list[str]] = {
            "autoinstall_known_extensions": "false",
            "memory_limit": MEMORY,
            "temp_directory": self._spill.name,
        }
        self._connection = duckdb.connect(":memory:", config=config)
        self._connection.execute(f"set disabled_optimizers = '{WRONG_OPTIMIZER}'")
        self._readable: list[str] = []
        self._sealed = False

    @property
    def label(self) -> str:
        return f"duckdb {duckdb.__version__}"

    def register_parquet(self, name: str, parts: Sequence[ParquetPart]) -> None:
        selects = []
        for part in parts:
            extra = "".join(f", {value}::integer as {column}" for column, value in part.constants.items())
            selects.append(select([f"*{extra}"], f"read_parquet({quoted(part.path)})"))
            self._readable.append(str(part.path))
        self._connection.execute(f"create view {name} as {' union all by name '.join(selects)}")

    def register_values(self, name: str, columns: Mapping[str, str], rows: Sequence[Sequence[object]]) -> None:
        described = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        self._connection.execute(f"create table {name} ({described})")
        marks = f"({', '.join('?' for _ in columns)})"
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]
            values = [value for row in batch for value in row]
            self._connection.execute(insert(name, marks, len(batch)), values)

    def create(self, name: str, select: str) -> None:
        if not self._sealed:
            listed = ", ".join(quoted(path) for path in self._readable)
            self._connection.execute(f"set allowed_paths = [{listed}]")
            self._connection.execute(f"set allowed_directories = [{quoted(self._spill.name)}]")
            self._connection.execute("set enable_external_access = false")
            self._connection.execute("set lock_configuration = true")
            self._sealed = True
        self._connection.execute(f"create table {name} as {select}")

    def drop(self, name: str) -> None:
        self._connection.execute(f"drop table {name}")

    def read(self, name: str) -> pl.DataFrame:
        # Handing Polars the relation itself leaves DuckDB's types alive at exit.
        answer = self._connection.execute(select(["*"], name))
        kinds = {str(column[0]): _TYPES[str(column[1])] for column in answer.description or ()}
        held = answer.fetchnumpy()
        return pl.DataFrame([_column(name, held[name], kind) for name, kind in kinds.items()])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()
        self._spill.cleanup()


def _column(name: str, values: NDArray[Any], kind: pl.DataType) -> pl.Series:
    """A column whose masked values are null."""
    if kind == pl.String():
        return pl.Series(name, values.tolist(), dtype=kind)
    column, absent = pl.Series(name, np.ma.getdata(values), dtype=kind), np.ma.getmaskarray(values)
    return column.set(pl.Series(absent), None) if absent.any() else column

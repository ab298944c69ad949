"""DuckDB in process: the default engine."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import polars as pl

_TYPES: dict[str, pl.DataType] = {
    "VARCHAR": pl.String(),
    "INTEGER": pl.Int32(),
    "BIGINT": pl.Int64(),
    "DOUBLE": pl.Float64(),
    "BOOLEAN": pl.Boolean(),
}


class DuckDBEngine:
    """One in-memory database per run. Files are opened only while inputs are registered."""

    def __init__(self) -> None:
        self._connection = duckdb.connect(":memory:", config={"autoinstall_known_extensions": "false"})
        self._sealed = False

    @property
    def label(self) -> str:
        return f"duckdb {duckdb.__version__}"

    def register_parquet(self, name: str, paths: Sequence[Path]) -> None:
        listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
        self._connection.execute(f"create table {name} as select * from read_parquet([{listed}])")  # noqa: S608  # names are ours, paths quoted

    def register_values(self, name: str, columns: Mapping[str, str], rows: Sequence[Sequence[object]]) -> None:
        described = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        self._connection.execute(f"create table {name} ({described})")
        if rows:
            marks = ", ".join("?" for _ in columns)
            self._connection.executemany(f"insert into {name} values ({marks})", [list(row) for row in rows])  # noqa: S608  # name is ours

    def create(self, name: str, select: str) -> None:
        if not self._sealed:
            self._connection.execute("set enable_external_access = false")
            self._connection.execute("set lock_configuration = true")
            self._sealed = True
        self._connection.execute(f"create table {name} as {select}")

    def read(self, name: str) -> pl.DataFrame:
        # Facts are small, so plain rows do; handing Polars the relation itself leaves DuckDB's types alive at exit.
        answer = self._connection.execute(f"select * from {name}")  # noqa: S608  # name is ours
        schema = {column[0]: _TYPES[str(column[1])] for column in answer.description or ()}
        return pl.DataFrame(answer.fetchall(), schema=schema, orient="row")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

"""What an engine must do: take inputs, run portable SQL, give back rows. An engine is a thin class."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import polars as pl


@dataclass(frozen=True)
class ParquetPart:
    """One Parquet file of a table, with whole numbers that hold for each of its rows (`orden`: its place in time)."""

    path: Path
    constants: Mapping[str, int] = field(default_factory=dict)


class Engine(Protocol):
    """Runs the facts SQL. Inputs are registered first; after the first query nothing outside is reachable.

    Rows come back as String, Int32, Int64, Float64 and Boolean alone, so that engines can be compared.
    """

    @property
    def label(self) -> str:
        """Name and version, as written into a release."""

    def register_parquet(self, name: str, parts: Sequence[ParquetPart]) -> None:
        """Make Parquet files of one schema readable as the table `name`; they are scanned when it is queried."""

    def register_values(self, name: str, columns: Mapping[str, str], rows: Sequence[Sequence[object]]) -> None:
        """Make a small table from values. `columns` maps name to SQL type."""

    def create(self, name: str, select: str) -> None:
        """Keep the answer of a query as the table `name`."""

    def drop(self, name: str) -> None:
        """Forget a kept table."""

    def read(self, name: str) -> pl.DataFrame:
        """A kept table's rows, in the order they were created."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

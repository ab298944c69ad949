"""Apache Spark: the engine for those who outgrow one machine. Classic on this computer, or Spark Connect elsewhere."""

import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import reduce
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import polars as pl

from maalestok.engines.base import ParquetPart
from maalestok.engines.spark_start import Stop, connect, require_pyspark, start_local
from maalestok.errors import MaalestokError, RemoteError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame
    from pyspark.sql.types import StructType

_VALUES: dict[str, pl.DataType] = {
    "varchar": pl.String(),
    "integer": pl.Int32(),
    "bigint": pl.Int64(),
    "double": pl.Float64(),
    "boolean": pl.Boolean(),
}
_READ: dict[str, pl.DataType] = {
    "string": pl.String(),
    "int": pl.Int32(),
    "bigint": pl.Int64(),
    "double": pl.Float64(),
    "boolean": pl.Boolean(),
}
_SPARK = {"varchar": "string"}
_SESSION = {
    "spark.sql.ansi.enabled": "true",  # overflow and a bad cast are errors, as in DuckDB
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.runSQLOnFiles": "false",  # SQL reaches registered tables alone
}


class SparkEngine:
    """One Spark session per run: tables and settings of its own, gone at the end.

    With `remote` ('sc://host:port') it is a session on that Spark Connect server, which must find registered files
    under the same paths as we do. Without, it is a Java machine of our own with `memory`. A process can have one such
    machine: an engine that is made while another runs joins it and leaves it running.

    An error names the table and Spark's name for what happened. Spark's own words may quote a row and are dropped.
    """

    def __init__(self, remote: str | None = None, *, memory: str = "4g") -> None:
        require_pyspark()
        from pyspark.sql.session import SparkSession

        self._stop: Stop | None = None
        if remote is not None:
            self._session, self._stop = connect(remote)
        elif (running := SparkSession.getActiveSession()) is not None:
            self._session = running.newSession()
        else:
            self._session, self._stop = start_local(memory)
        self._tables: dict[str, DataFrame] = {}
        try:
            for key, value in _SESSION.items():
                self._session.conf.set(key, value)
            self._label = f"spark {self._session.version}"
        except BaseException:
            self._close()
            raise

    @property
    def label(self) -> str:
        return self._label

    def register_parquet(self, name: str, parts: Sequence[ParquetPart]) -> None:
        # Learning a schema costs Spark a job, and each group a branch of every later plan: ask once, group what can be.
        known: dict[str, StructType] = {}
        groups: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        for part in parts:
            footer = repr(pl.scan_parquet(part.path, glob=False, hive_partitioning=False).collect_schema())
            extra = tuple(f"cast({value} as int) as {column}" for column, value in part.constants.items())
            groups.setdefault((footer, extra), []).append(_address(part.path))
        frames = []
        with _no_rows_in_errors(name):
            for (footer, extra), paths in groups.items():
                reader = self._session.read.schema(known[footer]) if footer in known else self._session.read
                frame = reader.parquet(*paths)
                known[footer] = frame.schema
                frames.append(frame.selectExpr("*", *extra))
            self._keep(name, reduce(lambda left, right: left.unionByName(right, allowMissingColumns=True), frames))

    def register_values(self, name: str, columns: Mapping[str, str], rows: Sequence[Sequence[object]]) -> None:
        schema = {column: _VALUES[kind] for column, kind in columns.items()}
        described = ", ".join(f"{column} {_SPARK.get(kind, kind)}" for column, kind in columns.items())
        with _no_rows_in_errors(name):
            values = pl.DataFrame(list(rows), schema=schema, orient="row").to_arrow(
                compat_level=pl.CompatLevel.oldest()
            )
            self._keep(name, self._session.createDataFrame(values, described))

    def create(self, name: str, select: str) -> None:
        # A checkpoint is computed here, once; its parts stay in the order of the query, and later plans stay short.
        with _no_rows_in_errors(name):
            self._keep(name, self._session.sql(select).localCheckpoint(eager=True))

    def drop(self, name: str) -> None:
        self._tables.pop(name)
        self._session.catalog.dropTempView(name)

    def read(self, name: str) -> pl.DataFrame:
        frame = self._tables[name]
        with _no_rows_in_errors(name):
            kinds = {field.name: field.dataType.simpleString() for field in frame.schema.fields}
        other = [f"{column} ({kind})" for column, kind in kinds.items() if kind not in _READ]
        if other:
            raise MaalestokError(
                f"{name}: kun varchar, integer, bigint, double og boolean kan læses, ikke {', '.join(other)}.",
                remedy="Skriv cast(... as ...) i forespørgslen.",
            )
        with _no_rows_in_errors(name):
            return pl.DataFrame(frame.toArrow()).cast({column: _READ[kind] for column, kind in kinds.items()})

    def _keep(self, name: str, frame: "DataFrame") -> None:
        frame.createOrReplaceTempView(name)
        self._tables[name] = frame

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def _close(self) -> None:
        if self._stop is not None:
            self._stop()
        else:
            for name in self._tables:
                self._session.catalog.dropTempView(name)
        self._tables.clear()


@contextmanager
def _no_rows_in_errors(name: str) -> Iterator[None]:
    """Turn what goes wrong into an error without rows. What is wrong in the SQL itself passes: it quotes only SQL."""
    from pyspark.errors import AnalysisException, PySparkException
    from pyspark.errors.exceptions.connect import SparkConnectGrpcException

    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", r"\[RETRIES_EXCEEDED\]")  # said below, in our words
            yield
    except Exception as failure:
        condition = failure.getCondition() if isinstance(failure, PySparkException) else None
        if condition == "PATH_NOT_FOUND":
            raise MaalestokError(
                f"{name}: Spark kan ikke se filerne.", remedy="Lageret skal ligge under samme sti på serveren."
            ) from None
        if isinstance(failure, AnalysisException):
            raise
        if isinstance(failure, SparkConnectGrpcException) and failure.getGrpcStatusCode().name == "UNAVAILABLE":
            raise RemoteError(
                f"{name}: Spark-serveren svarer ikke længere.", remedy="Se, om den kører, og byg igen."
            ) from None
        raise MaalestokError(
            f"{name}: Spark kunne ikke danne tabellen ({condition or type(failure).__name__}).",
            remedy="Mangler der hukommelse eller plads, så giv Spark mere. Ellers brug DuckDB.",
        ) from None


def _address(path: Path) -> str:
    """The file on disk, whatever file system Spark takes by default; what it would read as a pattern is escaped."""
    return "file://" + re.sub(r"([\\{}\[\]*?])", r"\\\1", str(path.resolve()))

"""Open an engine by name."""

from maalestok.engines.base import Engine
from maalestok.errors import MaalestokError

ENGINES = ("duckdb", "spark")


def open_engine(name: str, remote: str | None = None) -> Engine:
    """The engine called `name`; `remote` is the address of a Spark Connect server.

    Raises:
        MaalestokError: there is no such engine, or it can't start.
    """
    if name == "duckdb":
        from maalestok.engines.duckdb import DuckDBEngine

        return DuckDBEngine()
    if name == "spark":
        from maalestok.engines.spark import SparkEngine

        return SparkEngine(remote)
    raise MaalestokError(f"Motoren {name!r} findes ikke.", remedy=f"Vælg en af: {', '.join(ENGINES)}.")

"""SQL put together from parts, here alone, so that what may be a part is said and looked at once.

A part is a name or an expression that a rule file or this code holds, a file's own column name as `columnar` quotes it,
a whole number, or a text that is `quoted`. A delivered value is never one: it stays in the file or is bound (`?`).
"""

from collections.abc import Iterable
from pathlib import Path


def select(columns: Iterable[str], source: str, rest: str = "") -> str:
    """A query of parts. `source`: a table, a joined row of them, or a query in brackets; `rest`: what follows it."""
    return f"select {', '.join(columns)} from {source}{' ' if rest else ''}{rest}"  # noqa: S608  # the one place where queries are put together; what may be a part: see the module


def insert(table: str, marks: str, rows: int) -> str:
    """A statement that binds so many rows of values; `marks`: a row's `(?, ?)`."""
    return f"insert into {table} values {', '.join([marks] * rows)}"  # noqa: S608  # as `select`; the values are bound


def quoted(text: str | Path) -> str:
    """A text or a path as SQL writes it."""
    return "'" + str(text).replace("'", "''") + "'"

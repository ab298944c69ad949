"""What an import needs to know of a feed and of a file's arrival; the seam for feeds too large for rows in memory."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import polars as pl

from maalestok.deliveries.contract import Contract
from maalestok.deliveries.issues import Issue, errors
from maalestok.period import Period
from maalestok.rules.models import Feed

Warner = Callable[[pl.DataFrame, Feed], list[Issue]]
DateCheck = Callable[[pl.DataFrame, Feed, date], list[Issue]]


@dataclass(frozen=True)
class ColumnarRows:
    """A large file read and checked. `file` holds its typed rows as Parquet; None when an issue refuses them.

    `kommuner`: the municipalities of which the file has everybody, in feeds where that is asked.
    """

    layout: str
    row_word: str
    rows: int
    periods: Sequence[str]
    syntetisk: bool
    issues: Sequence[Issue]
    file: Path | None
    kommuner: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if self.file is None and not errors(self.issues):
            raise ValueError("a file that is refused must say why")


@dataclass(frozen=True)
class Arrival:
    """When a file was received and, if stated, extracted; and whether it is declared invented."""

    received: datetime
    extracted: datetime | None = None
    syntetisk: bool = False
    stated: bool = False
    """The time was given, not taken from the clock: known bytes then count as received again."""
    covers: tuple[Period, Period] | None = None
    """The first and last month the file is said to cover, for feeds whose rows can't tell."""
    kommuner: tuple[str, ...] | None = None
    """The codes of the municipalities of which it has everybody, for the same feeds."""

    @property
    def day(self) -> date:
        """The day the file can tell of nothing after."""
        return min(self.received, self.extracted or self.received).date()


ColumnarReader = Callable[[Path, Feed, Arrival, Path], ColumnarRows]
"""Reads a file of a feed as it arrived, writing what it makes into a folder of its own.

Raises UnreadableFile when the file is no table at all.
"""


def _nothing_dated(frame: pl.DataFrame, feed: Feed, day: date) -> list[Issue]:
    return []


def _nothing_odd(frame: pl.DataFrame, feed: Feed) -> list[Issue]:
    return []


@dataclass(frozen=True)
class FeedKind:
    """Everything an import needs to know of a feed: checks of its rows, or a `columnar` reader that does it all.

    `date_check` is given the day the file was drawn or, if earlier, received. `coverage_stated`: whoever imports may
    say which months a file covers.
    """

    feed: Feed
    contract: Contract | None = None
    date_check: DateCheck = _nothing_dated
    warner: Warner = _nothing_odd
    columnar: ColumnarReader | None = None
    coverage_stated: bool = False

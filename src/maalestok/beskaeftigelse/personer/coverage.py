"""What is known of persons, and when: which delivery tells of which months, and how far all of them reach. Pure.

Months are month_index, days are days since 1970-01-01.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from maalestok.period import Period, PeriodKind

NEEDED = ("borgere", "forloeb")
"""Without these nothing is counted."""
EFFORT = ("indsats", "arbejdstimer")
"""Without these there are no focus target figures; exemptions may be left out."""
LONG_AGO = -100_000
"""A day before every other."""
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class PersonFile:
    """A delivery about persons: its typed rows (None: not looked up), its SHA-256, place in time, months told of."""

    feed: str
    path: Path | None
    sha256: str
    orden: int
    months: frozenset[int]


@dataclass(frozen=True, order=True)
class Range:
    """The months of a feed that one delivery tells of: `oldest` also tells of everything before them."""

    feed: str
    orden: int
    first: int
    last: int
    oldest: bool


@dataclass(frozen=True)
class Coverage:
    """`ranges` in force up to `last`, the last month every feed tells of; `first` by feed."""

    ranges: tuple[Range, ...]
    first: Mapping[str, int]
    last: int
    shorter: Mapping[str, int]
    """Feed -> its own last month, where that lies after `last` and so isn't used."""

    def ends(self, feed: str) -> int | None:
        """The last month that a feed tells of, up to `last`; None where it isn't there."""
        return max((r.last for r in self.ranges if r.feed == feed), default=None)

    def begins(self, feeds: Iterable[str]) -> int | None:
        """The first month that all of these feeds tell of; None where one of them isn't there."""
        held = [self.first.get(feed) for feed in feeds]
        known = [month for month in held if month is not None]
        return max(known) if len(known) == len(held) else None


def first_day(month: int) -> int:
    """The first day of a month."""
    return (date(month // 12, month % 12 + 1, 1) - EPOCH).days


def last_day(month: int) -> int:
    """The last day of a month."""
    return first_day(month + 1) - 1


def month_code(month: int) -> str:
    """'2020-12'."""
    return Period(month, PeriodKind.MONTH).code


def coverage(files: Sequence[PersonFile]) -> Coverage | None:
    """Which delivery is in force for which months; None where residences or spells are missing.

    The newest delivery of a month wins the month. Of a feed's months only the newest without a gap are used.
    """
    winners: dict[str, dict[int, int]] = {}
    for file in sorted(files, key=lambda f: f.orden):
        winners.setdefault(file.feed, {}).update(dict.fromkeys(file.months, file.orden))
    if any(not winners.get(feed) for feed in NEEDED):
        return None
    unbroken = {feed: _unbroken(held) for feed, held in winners.items() if held}
    ends = {feed: max(held) for feed, held in unbroken.items() if feed in (*NEEDED, *EFFORT)}
    last = min(ends.values())
    ranges: list[Range] = []
    for feed, held in sorted(unbroken.items()):
        months = [month for month in sorted(held) if month <= last]
        for month in months:
            if ranges and (ranges[-1].feed, ranges[-1].orden, ranges[-1].last) == (feed, held[month], month - 1):
                ranges[-1] = Range(feed, held[month], ranges[-1].first, month, ranges[-1].oldest)
            else:
                ranges.append(Range(feed, held[month], month, month, month == months[0]))
    first = {feed: min(r.first for r in ranges if r.feed == feed) for feed in {r.feed for r in ranges}}
    return Coverage(tuple(ranges), first, last, {feed: end for feed, end in sorted(ends.items()) if end > last})


def _unbroken(held: Mapping[int, int]) -> Mapping[int, int]:
    """The months up to the newest without a gap."""
    last = max(held)
    first = last
    while first - 1 in held:
        first -= 1
    return {month: orden for month, orden in held.items() if month >= first}


def range_rows(found: Coverage, ahead: int) -> list[tuple[str, int, int, int, int, int, int]]:
    """Rows of `raekkevidde`: feed, orden, days and months told of, and `frem_dag`, to which the last day goes on.

    Args:
        found: what is in force.
        ahead: the last month to look ahead to.
    """
    rows = []
    for r in found.ranges:
        end = last_day(r.last)
        newest = r.last == max(other.last for other in found.ranges if other.feed == r.feed)
        reaches = last_day(ahead) if newest and r.last == found.last else end
        rows.append((r.feed, r.orden, LONG_AGO if r.oldest else first_day(r.first), end, r.first, r.last, reaches))
    return rows

"""Remove files about single persons and cases once their time is up and what rests on them is built.

Card, report and hash stay, and so does what was built. A delivery has been used when a list in the store names it
(`used`): any list where its raw file alone is removed, one of `facts` where its rows are, too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from filelock import FileLock

from maalestok.deliveries.files import WORK_PREFIX, file_hash
from maalestok.deliveries.removed import PART_FILES, Removal, note_removed, read_removed
from maalestok.deliveries.store import LOCK, Delivery, Store
from maalestok.deliveries.used import FACTS, INTERNAL, used_in
from maalestok.errors import StoreError
from maalestok.period import Period, PeriodKind
from maalestok.rules.dated import version_for
from maalestok.rules.opbevaring import Opbevaring, Part

UNUSED = "ikke brugt i en opgørelse endnu"
DAMAGED = "beskadiget: indlæs filen igen"


@dataclass(frozen=True)
class Item:
    """A delivery with what is removed of it, or why what is there is kept. Without a card only its hash is known."""

    feed: str
    sha256: str
    file_name: str | None
    received: datetime | None
    removals: tuple[Removal, ...] = ()
    reason: str = ""

    @property
    def size(self) -> int:
        """Bytes that are removed."""
        return sum(removal.size for removal in self.removals)


def purge(store: Store, rule: Opbevaring, day: date, *, dry_run: bool = False) -> list[Item]:
    """Remove what the rule no longer keeps on `day`; with `dry_run` only say so. Deliveries with nothing left to remove
    are not told of.

    Raises:
        StoreError: what has been used can't be read; nothing is removed.
    """
    if dry_run:
        return list(_plan(store, rule, day))
    with FileLock(store.path / LOCK):
        items = list(_plan(store, rule, day))
        for item in items:
            if item.removals:
                _remove(store.folder(item.feed, item.sha256), item.removals)
    return items


def _remove(folder: Path, removals: tuple[Removal, ...]) -> None:
    """Note first, then remove: what is interrupted between the two is completed by the next purge."""
    noted = {removal.part: removal for removal in (*read_removed(folder), *removals)}
    note_removed(folder, list(noted.values()))
    for removal in removals:
        (folder / PART_FILES[removal.part]).unlink(missing_ok=True)


def _plan(store: Store, rule: Opbevaring, day: date) -> Iterator[Item]:
    facts = used_in(store.path, FACTS)
    either = facts | used_in(store.path, INTERNAL)
    for feed in rule.feeds:
        known = {delivery.sha256: delivery for delivery in store.announced(feed)}
        for folder in sorted(store.folder(feed, "").glob("*")):
            if not folder.is_dir() or folder.name.startswith(WORK_PREFIX):
                continue
            if folder.name in known:
                yield from _judge(folder, known[folder.name], rule, day, (facts, either))
            else:
                yield Item(feed, folder.name, None, None, reason=DAMAGED)


def _judge(
    folder: Path, delivery: Delivery, rule: Opbevaring, day: date, used: tuple[frozenset[str], frozenset[str]]
) -> Iterator[Item]:
    """A delivery's removals that were begun, then what is due, or why it is kept."""
    named = (delivery.feed, delivery.sha256, delivery.file_name, delivery.received)
    try:
        noted = {removal.part: removal for removal in read_removed(folder)}
    except StoreError:
        yield Item(*named, reason=DAMAGED)
        return
    begun = [removal for part, removal in noted.items() if (folder / PART_FILES[part]).is_file()]
    received = delivery.received.astimezone(UTC).date()
    version = version_for(rule.versions, Period(received.year * 12 + received.month - 1, PeriodKind.MONTH))
    parts = version.removes.get(delivery.feed, ()) if version else ()
    left: list[Part] = [p for p in parts if p not in noted and (folder / PART_FILES[p]).is_file()]
    if version is None or not parts:
        reason = f"ingen regel for leverancer modtaget {received:%Y-%m}"
    else:
        reason = _reason(folder, delivery, parts, used, (received + timedelta(days=version.days), day))
    due: list[Removal] = []
    if left and version is not None and not reason:
        due = [
            Removal(part=p, size=(folder / PART_FILES[p]).stat().st_size, day=day, rule_version=version.version)
            for p in left
        ]
    if begun or due:
        yield Item(*named, removals=(*begun, *due))
    if reason and (left or (not parts and not noted)):
        yield Item(*named, reason=reason)


def _reason(
    folder: Path,
    delivery: Delivery,
    parts: tuple[Part, ...],
    used: tuple[frozenset[str], frozenset[str]],
    days: tuple[date, date],
) -> str:
    """Why parts are kept still; empty where nothing keeps them. `days`: from when they are due, and the day it is."""
    facts, either = used
    because = [] if delivery.sha256 in (facts if "rows" in parts else either) else [UNUSED]
    due, day = days
    if day < due:
        because.append(f"først fra {due}")
    rows = folder / PART_FILES["rows"]
    if not because and "rows" not in parts and not (rows.is_file() and file_hash(rows) == delivery.rows_sha256):
        because.append(DAMAGED)  # the raw file is what its rows can be made of again
    return "; ".join(because)

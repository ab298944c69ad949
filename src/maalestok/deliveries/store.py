"""The store: deliveries kept untouched under their SHA-256, written once, never changed.

Layout: `<store>/deliveries/<feed>/<sha256>/` with `raw` (the bytes as sent), `rows.parquet` (typed, uncorrected),
`report.json` and `delivery.json`. A delivery is written in a temporary folder beside the others and renamed into
place, so that it is either whole or absent; writers take turns. The same bytes received again at a stated later time
get one more card beside the first (`modtaget-<time>.json`), so that they take their place in the order of deliveries.
Raw file and rows of a record-level feed can be read by their owner alone, and are removed in time (`slettet.json`).
"""

import contextlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
from filelock import FileLock
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from maalestok.deliveries.corrections import FEED as CORRECTIONS
from maalestok.deliveries.corrections import Correction, read_corrections
from maalestok.deliveries.files import WORK_PREFIX, file_hash, flush, put_content, work_folder
from maalestok.deliveries.files import write_atomically as write_atomically
from maalestok.deliveries.removed import PART_FILES, read_removed, refuse_removed
from maalestok.deliveries.supersession import in_order
from maalestok.deliveries.used import FACTS, INTERNAL
from maalestok.errors import StoreError

FORMAT = 1
MARKER = "store.json"
LOCK = ".lock"
CARDS = ("delivery.json", "modtaget-*.json")
RAW, ROWS = PART_FILES["raw"], PART_FILES["rows"]


class Delivery(BaseModel):
    """One delivery's card: what it is and when it came. `kommuner`: those of which it has everybody, where asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    feed: str
    sha256: str
    received: AwareDatetime
    extracted: AwareDatetime | None
    file_name: str
    size: int
    layout: str
    row_word: str
    rows: int
    periods: tuple[str, ...]
    syntetisk: bool
    rows_sha256: str | None
    kommuner: tuple[str, ...] | None = None


@dataclass(frozen=True)
class NewDelivery:
    """A checked delivery on its way in. Corrections have no rows.

    Large ones come as files. What is `private` (single cases) can be read by its owner alone. `replaces`: known bytes
    read anew, as they cover something else than was said.
    """

    delivery: Delivery
    content: bytes | Path
    rows: pl.DataFrame | Path | None
    report: dict[str, Any]
    private: bool = False
    replaces: bool = False


def _write_delivery(folder: Path, item: NewDelivery, known: Sequence[Delivery]) -> None:
    """Write a delivery's files. One that replaces an incomplete one keeps the times it is `known` to have come."""
    folder.mkdir(mode=0o700 if item.private else 0o755)
    delivery = item.delivery
    put_content(folder / RAW, item.content, delivery.sha256)
    if item.rows is not None:
        if isinstance(item.rows, Path):
            put_content(folder / ROWS, item.rows, file_hash(item.rows))
        else:
            item.rows.write_parquet(folder / ROWS)
        delivery = delivery.model_copy(update={"rows_sha256": file_hash(folder / ROWS)})
    report = json.dumps(item.report, ensure_ascii=False, indent=1) + "\n"
    (folder / "report.json").write_text(report, encoding="utf-8")
    held = {card.received: card for card in known} or {delivery.received: delivery}
    for place, card in enumerate(held.values()):
        times = {"received": card.received, "extracted": card.extracted, "syntetisk": card.syntetisk}
        text = delivery.model_copy(update=times).model_dump_json(indent=1) + "\n"
        (folder / (_reception_name(card) if place else CARDS[0])).write_text(text, encoding="utf-8")
    for path in folder.iterdir():
        path.chmod(0o600 if item.private and path.name in (RAW, ROWS) else 0o444)
        flush(path)


class Store:
    """A folder of deliveries."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def open(cls, path: Path) -> "Store":
        """Open an existing store.

        Raises:
            StoreError: the folder is missing or not a store of this format.
        """
        marker = path / MARKER
        if not marker.is_file():
            raise StoreError(
                f"{path} er ikke et lager.",
                remedy="Opret det ved at indlæse en fil, fx: maalestok import y30r21 FIL --store MAPPE.",
            )
        try:
            version = json.loads(marker.read_text(encoding="utf-8"))["format"]
        except (ValueError, KeyError, TypeError) as error:
            raise StoreError(f"{marker} kan ikke læses.", remedy="Gendan lageret fra en kopi.") from error
        if version != FORMAT:
            raise StoreError(
                f"{path} har format {version}; denne version læser {FORMAT}.",
                remedy="Brug en version, der passer.",
            )
        return cls(path)

    @classmethod
    def open_or_create(cls, path: Path) -> "Store":
        """Open a store, or make an empty one where nothing stands.

        Raises:
            StoreError: the folder holds something else.
        """
        if (path / MARKER).is_file():
            return cls.open(path)
        if path.exists() and (not path.is_dir() or any(not _is_ours(p.name) for p in path.iterdir())):
            raise StoreError(f"{path} findes og er ikke et lager.", remedy="Vælg en tom eller ny mappe med --store.")
        (path / "deliveries").mkdir(parents=True, exist_ok=True)
        with FileLock(path / LOCK):
            if not (path / MARKER).is_file():
                write_atomically(path / MARKER, b'{"format": %d}\n' % FORMAT)
        return cls.open(path)

    def folder(self, feed: str, sha256: str) -> Path:
        """Where a delivery lies."""
        return self.path / "deliveries" / feed / sha256

    def deliveries(self, feed: str, known_at: datetime | None = None, *, whole_only: bool = False) -> list[Delivery]:
        """A feed's deliveries from oldest to newest, as known at a time; each once, at its newest reception.

        Raises:
            StoreError: a delivery has lost its card, unless `whole_only` passes damaged ones over.
        """
        held = self._held(feed)
        if whole_only:
            held = [p for p in held if self.find(feed, p.name) is not None]
        cards = [self._read_card(p / CARDS[0]) for p in held]
        cards += [self._read_card(again) for p in held for again in p.glob(CARDS[1])]
        newest = {d.sha256: d for d in in_order(cards, known_at)}
        return in_order(newest.values())

    def announced(self, feed: str) -> list[Delivery]:
        """As `deliveries`, by the cards that can be read; the files beside them are not looked at."""
        cards = [card for folder in self._held(feed) for card in self._readable_cards(folder)]
        return in_order({d.sha256: d for d in in_order(cards)}.values())

    def _held(self, feed: str) -> list[Path]:
        folder = self.path / "deliveries" / feed
        return [p for p in folder.glob("*") if p.is_dir() and not p.name.startswith(WORK_PREFIX)]

    def receptions(self, delivery: Delivery) -> list[Delivery]:
        """Every time a delivery is known to have come."""
        return self._readable_cards(self.folder(delivery.feed, delivery.sha256))

    def find(self, feed: str, sha256: str) -> Delivery | None:
        """The delivery with these bytes, if the store has it whole: nothing damaged, nothing removed."""
        try:
            delivery = self._read_card(self.folder(feed, sha256) / CARDS[0])
            for again in self.folder(feed, sha256).glob(CARDS[1]):
                self._read_card(again)
            incomplete = read_removed(self.folder(feed, sha256)) or self._faults(delivery)
        except StoreError:
            return None
        return None if incomplete else delivery

    def _faults(self, delivery: Delivery) -> list[Path]:
        """Files of a delivery that are missing or not as they were written; those removed in time are no fault."""
        folder = self.folder(delivery.feed, delivery.sha256)
        expected = {folder / RAW: delivery.sha256}
        if delivery.feed != CORRECTIONS:
            expected[folder / ROWS] = delivery.rows_sha256 or "(none)"
        for gone in read_removed(folder):
            expected.pop(folder / PART_FILES[gone.part], None)
        return [p for p, digest in expected.items() if not p.is_file() or file_hash(p) != digest]

    def check(self, delivery: Delivery) -> None:
        """Refuse a delivery whose files are missing or changed.

        Raises:
            StoreError: names the file.
        """
        for path in self._faults(delivery):
            raise StoreError(
                f"{path} mangler eller er ændret.", remedy="Indlæs den oprindelige fil igen; så lægges den på plads."
            )

    def rows_path(self, delivery: Delivery) -> Path:
        """A delivery's typed rows as sent, before corrections, checked to be as they were written."""
        folder = self.folder(delivery.feed, delivery.sha256)
        refuse_removed(folder, "rows", delivery.feed, delivery.file_name)
        self.check(delivery)
        return folder / ROWS

    def rows(self, delivery: Delivery) -> pl.DataFrame:
        """A delivery's typed rows."""
        return pl.read_parquet(self.rows_path(delivery))

    def raw(self, delivery: Delivery) -> bytes:
        """The bytes as sent, checked against their hash."""
        folder = self.folder(delivery.feed, delivery.sha256)
        refuse_removed(folder, "raw", delivery.feed, delivery.file_name)
        self.check(delivery)
        return (folder / RAW).read_bytes()

    def add(self, new: Sequence["NewDelivery"], again: Sequence[Delivery] = ()) -> list[bool]:
        """Put checked deliveries in place, and note that known ones came `again`.

        All is written first, then renamed, so that a full disk keeps none.

        Returns:
            For each whether it was added; False where the same bytes are there already.
        """
        with FileLock(self.path / LOCK), work_folder(self.path / "deliveries") as work:
            waiting: dict[Path, Path] = {}
            added: list[bool] = []
            for item in new:
                target = self.folder(item.delivery.feed, item.delivery.sha256)
                held = None if item.replaces else self.find(item.delivery.feed, item.delivery.sha256)
                fresh = target not in waiting and held is None
                added.append(fresh)
                if fresh:
                    waiting[target] = work / str(len(waiting))
                    _write_delivery(waiting[target], item, self._readable_cards(target))
            cards = {self.folder(d.feed, d.sha256) / _reception_name(d): work / f"kort{n}" for n, d in enumerate(again)}
            for written, delivery in zip(cards.values(), again, strict=True):
                written.write_text(delivery.model_dump_json(indent=1) + "\n", encoding="utf-8")
                written.chmod(0o444)
                flush(written)
            for target, written in waiting.items():
                target.parent.mkdir(exist_ok=True)
                if target.is_dir():  # incomplete, or replaced
                    shutil.rmtree(target)
                written.rename(target)
            for target, written in cards.items():
                written.replace(target)
        return added

    def _readable_cards(self, folder: Path) -> list[Delivery]:
        """What is still known of when a damaged delivery came: the first card, then later receptions."""
        cards = []
        for path in (folder / CARDS[0], *sorted(folder.glob(CARDS[1]))):
            with contextlib.suppress(StoreError):
                cards.append(self._read_card(path))
        return cards

    def _read_card(self, card: Path) -> Delivery:
        try:
            return Delivery.model_validate_json(card.read_bytes())
        except (ValidationError, OSError) as error:
            raise StoreError(
                f"{card} mangler eller er beskadiget.",
                remedy="Indlæs den oprindelige fil igen; så lægges den på plads.",
            ) from error


def corrections_in_force(
    store: Store, known_at: datetime | None = None, *, whole_only: bool = False
) -> tuple[Correction, ...]:
    """The newest corrections file's content, or nothing."""
    deliveries = store.deliveries(CORRECTIONS, known_at, whole_only=whole_only)
    return read_corrections(store.raw(deliveries[-1])) if deliveries else ()


def _reception_name(delivery: Delivery) -> str:
    return f"modtaget-{delivery.received.astimezone(UTC).strftime('%Y%m%dT%H%M%S%f')}.json"


def _is_ours(name: str) -> bool:
    return name in (MARKER, LOCK, "deliveries", "answers", INTERNAL, FACTS) or name.startswith(WORK_PREFIX)

"""The store: deliveries kept untouched under their SHA-256, written once, never changed.

Layout: `<store>/deliveries/<feed>/<sha256>/` with `raw` (the bytes as sent), `rows.parquet` (typed, uncorrected),
`report.json` and `delivery.json`. A delivery is written in a temporary folder beside the others and renamed into
place, so that it is either whole or absent; two imports of the same bytes at once leave one.
"""

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from maalestok.deliveries.supersession import in_order
from maalestok.errors import StoreError

FORMAT = 1
MARKER = "store.json"


class Delivery(BaseModel):
    """One delivery's card: what it is and when it came."""

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
                remedy="Opret det ved at indlæse en fil: maalestok import y30r21 FIL.",
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
        if path.exists() and (not path.is_dir() or any(p.name != "deliveries" for p in path.iterdir())):
            raise StoreError(f"{path} findes og er ikke et lager.", remedy="Vælg en tom eller ny mappe med --store.")
        (path / "deliveries").mkdir(parents=True, exist_ok=True)
        write_atomically(path / MARKER, b'{"format": %d}\n' % FORMAT)
        return cls(path)

    def folder(self, feed: str, sha256: str) -> Path:
        """Where a delivery lies."""
        return self.path / "deliveries" / feed / sha256

    def deliveries(self, feed: str, known_at: datetime | None = None) -> list[Delivery]:
        """A feed's deliveries from oldest to newest, as known at a time."""
        cards = (self.path / "deliveries" / feed).glob("*/delivery.json")
        return in_order([self._read_card(card) for card in cards], known_at)

    def find(self, feed: str, sha256: str) -> Delivery | None:
        """The delivery with these bytes, if the store has it."""
        card = self.folder(feed, sha256) / "delivery.json"
        return self._read_card(card) if card.is_file() else None

    def rows_path(self, delivery: Delivery) -> Path:
        """A delivery's typed rows."""
        return self.folder(delivery.feed, delivery.sha256) / "rows.parquet"

    def rows(self, delivery: Delivery) -> pl.DataFrame:
        """A delivery's typed rows as sent, before corrections."""
        return pl.read_parquet(self.rows_path(delivery))

    def raw(self, delivery: Delivery) -> bytes:
        """The bytes as sent."""
        return (self.folder(delivery.feed, delivery.sha256) / "raw").read_bytes()

    def add(self, delivery: Delivery, content: bytes, rows: pl.DataFrame | None, report: dict[str, Any]) -> bool:
        """Put a checked delivery in place. False when the same bytes are there already."""
        target = self.folder(delivery.feed, delivery.sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        with _work_folder(self.path / "deliveries") as work:
            (work / "raw").write_bytes(content)
            if rows is not None:
                rows.write_parquet(work / "rows.parquet")
            (work / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
            (work / "delivery.json").write_text(delivery.model_dump_json(indent=1) + "\n", encoding="utf-8")
            for item in work.iterdir():
                item.chmod(0o444)
                _flush(item)
            try:
                work.rename(target)
            except OSError:
                if target.is_dir():
                    return False
                raise
        return True

    def _read_card(self, card: Path) -> Delivery:
        try:
            return Delivery.model_validate_json(card.read_bytes())
        except ValidationError as error:
            raise StoreError(
                f"{card} er beskadiget.", remedy="Slet mappen, og indlæs den oprindelige fil igen."
            ) from error


@contextlib.contextmanager
def _work_folder(parent: Path) -> Iterator[Path]:
    work = Path(tempfile.mkdtemp(prefix=".ny-", dir=parent))
    work.chmod(0o755)
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def write_atomically(path: Path, content: bytes) -> None:
    """Write a small file so that a reader sees the old or the new, never a part."""
    with tempfile.NamedTemporaryFile("wb", dir=path.parent, delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).chmod(0o644)
    Path(file.name).replace(path)

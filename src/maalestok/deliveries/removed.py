"""What has been removed of a delivery, and when: `slettet.json` beside what is kept of it."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from maalestok.deliveries.files import write_atomically
from maalestok.errors import StoreError
from maalestok.rules.opbevaring import Part

FILE = "slettet.json"
PART_FILES: dict[Part, str] = {"raw": "raw", "rows": "rows.parquet"}
PART_DA: dict[Part, str] = {"raw": "den oprindelige fil", "rows": "rækkerne"}


class Removal(BaseModel):
    """One removed part: its size in bytes, the day it was removed, and by which version of the rule."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    part: Part
    size: int
    day: date
    rule_version: str


class _Removed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    removed: tuple[Removal, ...]


def read_removed(folder: Path) -> tuple[Removal, ...]:
    """What has been removed of the delivery in `folder`; nothing where nothing is noted.

    Raises:
        StoreError: what was noted can't be read.
    """
    path = folder / FILE
    try:
        return _Removed.model_validate_json(path.read_bytes()).removed
    except FileNotFoundError:
        return ()
    except (ValidationError, OSError) as error:
        raise StoreError(
            f"{path} er beskadiget.", remedy="Indlæs den oprindelige fil igen; så lægges den på plads."
        ) from error


def note_removed(folder: Path, removals: Sequence[Removal]) -> None:
    """Note what is to be removed, before it is: an interrupted removal can be told from damage, and be completed."""
    text = _Removed(removed=tuple(removals)).model_dump_json(indent=1) + "\n"
    write_atomically(folder / FILE, text.encode(), mode=0o444)


def refuse_removed(folder: Path, part: Part, feed: str, file_name: str) -> None:
    """Say so where a part that is asked for has been removed.

    Raises:
        StoreError: names the delivery, the day, and how to bring it back.
    """
    for removal in read_removed(folder):
        if removal.part == part:
            raise StoreError(
                f"{PART_DA[part].capitalize()} i leverancen {file_name} ({feed}, {folder.name[:12]}) er slettet "
                f"{removal.day} efter reglen om opbevaring (version {removal.rule_version}).",
                remedy=f"Indlæs den oprindelige fil igen (maalestok import {feed}); så lægges den på plads.",
            )

"""Documents on the site: those a folder's list names, made from a release that is shown, unaltered; never a letter."""

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from maalestok.errors import MaalestokError
from maalestok.publish.documents.write import PUBLIC, Entry, listed
from maalestok.release.read import Release

FOLDER = "dokumenter"
NAMES = {"docx": "Word", "pdf": "PDF", "html": "HTML"}


@dataclass(frozen=True)
class Documents:
    """The documents of a folder, or none."""

    folder: Path
    entries: tuple[Entry, ...] = ()

    def about(self, kommune: str | None, period: str | None = None) -> Sequence[Entry]:
        """Those about a municipality in a period; with None those about the whole country."""
        return [e for e in self.entries if e.kommune == kommune and period in (None, e.period)]


NONE = Documents(Path())


def documents(folder: Path, releases: Sequence[Release]) -> Documents:
    """The documents a site may hold.

    Args:
        folder: as `maalestok document ... --out` left it, with its list.
        releases: every release of the site.

    Raises:
        MaalestokError: no list, a kind that may not be published, another release's, or a file that was altered.
    """
    known = {release.id for release in releases}
    entries = listed(folder)
    for held in entries:
        path = PurePosixPath(held.path)
        if held.kind not in PUBLIC or path.is_absolute() or ".." in path.parts:
            raise MaalestokError(
                f"{folder / held.path} må ikke lægges på en hjemmeside.",
                remedy=f"Kun {' og '.join(PUBLIC)} kan; lav listen igen med maalestok document.",
            )
        if not set(held.release.split(" · ")) <= known:
            raise MaalestokError(
                f"{folder / held.path} hviler på {held.release}, som siderne ikke viser.",
                remedy="Lav dokumenterne af den udgivelse, der vises, eller vis også den.",
            )
        if _hash(folder / held.path) != held.sha256:
            raise MaalestokError(
                f"{folder / held.path} mangler eller er ændret, siden den blev lavet.",
                remedy="Lav den igen; et rettet dokument lægges ud for sig.",
            )
    return Documents(folder, tuple(entries))


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def copy(held: Documents, site: Path) -> None:
    """Copy them to `dokumenter/` of a site."""
    for entry in held.entries:
        target = site / FOLDER / entry.path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(held.folder / entry.path, target)


def links(found: Sequence[Entry]) -> list[tuple[str, str, str]]:
    """(id, address, format's name) of documents, for a page."""
    held = []
    for entry in found:
        path = PurePosixPath(entry.path)
        held.append((path.stem, f"{FOLDER}/{entry.path}", NAMES[path.suffix.removeprefix(".")]))
    return held

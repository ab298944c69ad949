"""Files written whole: hashed in pieces, copied with their hash checked, flushed to the disk."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from maalestok.deliveries.issues import printable
from maalestok.errors import UnreadableFile

WORK_PREFIX = ".ny-"
PIECE = 8 * 1024 * 1024


@contextmanager
def _reading(path: Path, max_megabytes: int) -> Iterator[None]:
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise UnreadableFile(f"{printable(str(path))} er ikke en fil.", remedy="Angiv en fil, ikke en mappe.")
        if size > max_megabytes * 1_000_000:
            raise UnreadableFile(
                f"{printable(path.name)} fylder {size / 1e6:.0f} MB; denne leverance er højst {max_megabytes} MB.",
                remedy="Kontrollér, at det er den rigtige fil.",
            )
        yield
    except FileNotFoundError as error:
        raise UnreadableFile(f"{printable(str(path))} findes ikke.", remedy="Kontrollér stien.") from error
    except OSError as error:
        raise UnreadableFile(
            f"{printable(str(path))} kan ikke læses: {error.strerror}.", remedy="Kontrollér rettighederne."
        ) from error


def read_content(path: Path, max_megabytes: int) -> bytes:
    """A delivered file's bytes, unless it is larger than the feed can be.

    Raises:
        UnreadableFile: missing, no file, too large, not to be read.
    """
    with _reading(path, max_megabytes):
        return path.read_bytes()


def hash_of(path: Path, max_megabytes: int) -> str:
    """A delivered file's SHA-256, read in pieces.

    Raises:
        UnreadableFile: as `read_content`.
    """
    with _reading(path, max_megabytes):
        return file_hash(path)


def file_hash(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def flush(path: Path) -> None:
    """Have a written file reach the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def put_content(target: Path, content: bytes | Path, sha256: str) -> None:
    """Write bytes, or copy a file in pieces.

    Raises:
        UnreadableFile: the file is no longer the one that was checked.
    """
    if not isinstance(content, Path):
        target.write_bytes(content)
        return
    digest = hashlib.sha256()
    with content.open("rb") as source, target.open("wb") as copy:
        while piece := source.read(PIECE):
            digest.update(piece)
            copy.write(piece)
    if digest.hexdigest() != sha256:
        raise UnreadableFile(
            "Filen blev ændret, mens den blev indlæst.", remedy="Vent, til den er skrevet færdig, og indlæs den igen."
        )


def write_atomically(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write a small file so that a reader sees the old or the new, never a part, and with its final `mode`."""
    with tempfile.NamedTemporaryFile("wb", dir=path.parent, prefix=WORK_PREFIX, delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).chmod(mode)
            Path(file.name).replace(path)
        except OSError:
            Path(file.name).unlink()
            raise


@contextmanager
def work_folder(parent: Path) -> Iterator[Path]:
    """A folder to make things in that are then renamed into `parent`; what an interruption left there goes first."""
    for leftover in parent.glob(f"{WORK_PREFIX}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    work = Path(tempfile.mkdtemp(prefix=WORK_PREFIX, dir=parent))
    work.chmod(0o755)
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)

"""Open a release for reading: its manifest and its tables."""

import hashlib
import io
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from maalestok.errors import ReleaseError
from maalestok.release.manifest import Manifest, is_misnamed, read_manifest, release_id


@dataclass(frozen=True)
class Release:
    """A release folder."""

    folder: Path
    manifest: Manifest
    id: str

    def table(self, name: str) -> pl.DataFrame:
        """One of the release's tables.

        Raises:
            ReleaseError: the file is missing or damaged.
        """
        path = self.folder / f"{name}.parquet"
        attested = {entry.path: entry.sha256 for entry in self.manifest.files}.get(path.name)
        content = path.read_bytes() if path.is_file() else b""
        if hashlib.sha256(content).hexdigest() != attested:
            raise ReleaseError(
                f"{path} mangler eller er ændret.", remedy=f"Se efter med: maalestok verify {self.folder}"
            )
        return pl.read_parquet(io.BytesIO(content))

    @cached_property
    def results(self) -> pl.DataFrame:
        """All result rows."""
        return self.table("results")


def require_benchmark(release: Release, benchmark: str) -> None:
    """Refuse a release of another benchmark than the one asked about.

    Raises:
        ReleaseError: it is of another.
    """
    if release.manifest.benchmark != benchmark:
        raise ReleaseError(
            f"{release.id} er en udgivelse af {release.manifest.benchmark}; spørgsmålet gælder {benchmark}.",
            remedy=f"Angiv en udgivelse af {benchmark} med --release.",
        )


def open_release(folder: Path) -> Release:
    """Open a release folder, or the link `--out` left.

    Raises:
        ReleaseError: no readable manifest, or a folder named as another release.
    """
    resolved = folder.resolve()
    manifest, content = read_manifest(resolved)
    identity = release_id(manifest.benchmark, manifest.newest_period, content)
    if is_misnamed(resolved, identity):
        raise ReleaseError(
            f"Mappen hedder {resolved.name}, men manifestet giver {identity}; det ene er ændret.",
            remedy=f"Se efter med: maalestok verify {resolved}",
        )
    return Release(resolved, manifest, identity)

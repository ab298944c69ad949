"""`release.json`: what a release was made from and what it holds. The release's id comes from its bytes."""

import hashlib
import json
import re
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from maalestok.errors import ReleaseError
from maalestok.results import TABLES

FILE = "release.json"
FORMAT = 2
TABLES_BY_FORMAT = {1: ("results", "findings", "parts", "sources"), FORMAT: tuple(TABLES)}
"""The tables a release holds, for every format this version reads."""
ID_LENGTH = 12
_ID_FORM = re.compile(r"[a-z_]+-[0-9A-Z-]+-[0-9a-f]{12}")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class InputEntry(_Frozen):
    """A delivery the figures rest on. Names and times of files are left out: they decide nothing."""

    feed: str
    sha256: str
    periods: tuple[str, ...]
    syntetisk: bool


class FileEntry(_Frozen):
    """A file of the release, by its path inside it."""

    path: str
    bytes: int
    sha256: str


class CorrectionEntry(_Frozen):
    """A correction of a source's error that the figures rest on."""

    id: str
    feed: str
    period: str
    kommune_kode: str
    omraade: str | None
    kontroltrin: str | None = None
    column: str
    before: str
    now: str | None
    status: str | None
    reason: str


class Code(_Frozen):
    """The program that built the release."""

    name: str
    version: str


class Manifest(_Frozen):
    """The whole of `release.json`."""

    format: int
    benchmark: str
    periods: Annotated[tuple[str, ...], Field(min_length=1)]
    newest_period: str
    syntetisk: bool
    code: Code
    engine: str
    rules_sha256: str
    register_sha256: str
    inputs: tuple[InputEntry, ...]
    corrections: tuple[CorrectionEntry, ...]
    previous: str | None
    attribution: tuple[str, ...]
    warnings: tuple[str, ...]
    files: tuple[FileEntry, ...]

    def to_bytes(self) -> bytes:
        """The manifest as written: sorted keys, one line per entry, a final newline."""
        return (json.dumps(self.model_dump(mode="json"), ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()

    @property
    def release_id(self) -> str:
        """Benchmark, newest period, first 12 hex digits of the manifest's SHA-256."""
        return release_id(self.benchmark, self.newest_period, self.to_bytes())


def release_id(benchmark: str, newest_period: str, manifest: bytes) -> str:
    """The id a release with these manifest bytes has."""
    return f"{benchmark}-{newest_period}-{hashlib.sha256(manifest).hexdigest()[:ID_LENGTH]}"


def is_misnamed(folder: Path, identity: str) -> bool:
    """True when a folder is named as a release, but not as this one. A copy under a plain name is no fault."""
    return folder.name != identity and _ID_FORM.fullmatch(folder.name) is not None


def read_manifest(folder: Path) -> tuple[Manifest, bytes]:
    """A release folder's manifest and its bytes.

    Raises:
        ReleaseError: there is none, or it can't be read by this version.
    """
    path = folder / FILE
    if not path.is_file():
        raise ReleaseError(
            f"{folder} er ikke en udgivelse: {FILE} mangler.", remedy="Angiv mappen fra --out ved build."
        )
    content = path.read_bytes()
    try:
        manifest = Manifest.model_validate_json(content)
    except ValidationError as error:
        raise ReleaseError(f"{path} kan ikke læses af denne version.", remedy="Byg udgivelsen igen.") from error
    if manifest.format not in TABLES_BY_FORMAT:
        raise ReleaseError(
            f"{path} har format {manifest.format}; denne version læser {', '.join(map(str, TABLES_BY_FORMAT))}.",
            remedy="Brug en version, der passer.",
        )
    return manifest, content

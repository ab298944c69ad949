"""Is a release whole and unchanged? Every file against its hash, the id against the manifest, the tables' contract."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import dataframely as dy
import polars as pl

from maalestok.release.manifest import FILE, TABLES_BY_FORMAT, is_misnamed, read_manifest, release_id
from maalestok.results import conform


def faults(folder: Path) -> list[str]:
    """What is wrong with a release, in Danish; empty when nothing is.

    A folder named as a release must have the id its manifest gives. A copy under another name is a release too; its
    id is then to be compared with the one published.

    Raises:
        ReleaseError: the folder has no readable manifest.
    """
    folder = folder.resolve()
    manifest, content = read_manifest(folder)
    found = []
    expected = release_id(manifest.benchmark, manifest.newest_period, content)
    if is_misnamed(folder, expected):
        found.append(f"Mappen hedder {folder.name}, men {FILE} giver {expected}; manifestet eller navnet er ændret.")
    listed = {entry.path: entry for entry in manifest.files}
    folders = {parent.as_posix() for path in listed for parent in Path(path).parents}
    entries = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*")}
    present = {path for path, p in entries.items() if p.is_file() and not p.is_symlink()}
    strange = {path for path, p in entries.items() if path not in present and (p.is_symlink() or path not in folders)}
    found += [f"{path} mangler." for path in sorted(listed.keys() - present)]
    found += [f"{path} hører ikke til udgivelsen." for path in sorted((present | strange) - listed.keys() - {FILE})]
    for path in sorted(listed.keys() & present):
        if hashlib.sha256((folder / path).read_bytes()).hexdigest() != listed[path].sha256:
            found.append(f"{path} er ændret: SHA-256 passer ikke.")
    names = TABLES_BY_FORMAT[manifest.format]
    found += [f"{name}.parquet står ikke i {FILE}." for name in names if f"{name}.parquet" not in listed]
    return found or _table_faults(folder, names)


def _table_faults(folder: Path, names: Sequence[str]) -> list[str]:
    found = []
    for name in names:
        try:
            conform(name, pl.read_parquet(folder / f"{name}.parquet"))
        except (dy.exc.ValidationError, dy.exc.SchemaError, pl.exceptions.PolarsError) as error:
            found.append(f"{name}.parquet følger ikke kontrakten: {str(error).splitlines()[0]}")
    return found

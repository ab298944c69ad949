"""Is a release whole and unchanged? Every file against its hash, the id against the manifest, the tables' contract."""

import hashlib
from pathlib import Path

import dataframely as dy
import polars as pl

from maalestok.release.manifest import FILE, read_manifest, release_id
from maalestok.results import TABLES, conform


def faults(folder: Path) -> list[str]:
    """What is wrong with a release, in Danish; empty when nothing is.

    Raises:
        ReleaseError: the folder has no readable manifest.
    """
    folder = folder.resolve()
    manifest, content = read_manifest(folder)
    found = []
    expected = release_id(manifest.benchmark, manifest.newest_period, content)
    if folder.name != expected:
        found.append(f"Mappen hedder {folder.name}, men {FILE} giver {expected}; manifestet eller navnet er ændret.")
    listed = {entry.path: entry for entry in manifest.files}
    present = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()} - {FILE}
    found += [f"{path} mangler." for path in sorted(listed.keys() - present)]
    found += [f"{path} hører ikke til udgivelsen." for path in sorted(present - listed.keys())]
    for path in sorted(listed.keys() & present):
        if hashlib.sha256((folder / path).read_bytes()).hexdigest() != listed[path].sha256:
            found.append(f"{path} er ændret: SHA-256 passer ikke.")
    found += [f"{name}.parquet står ikke i {FILE}." for name in TABLES if f"{name}.parquet" not in listed]
    return found or _table_faults(folder)


def _table_faults(folder: Path) -> list[str]:
    found = []
    for name in TABLES:
        try:
            conform(name, pl.read_parquet(folder / f"{name}.parquet"))
        except (dy.exc.ValidationError, dy.exc.SchemaError, pl.exceptions.PolarsError) as error:
            found.append(f"{name}.parquet følger ikke kontrakten: {str(error).splitlines()[0]}")
    return found

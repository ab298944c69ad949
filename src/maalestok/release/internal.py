"""Exact results that stay on the authority's side: `<store>/internal/<release id>/results_internal.parquet`."""

import os
import tempfile
from pathlib import Path

import polars as pl

from maalestok.deliveries.store import Store

FOLDER, FILE = "internal", "results_internal.parquet"


def write_internal(store: Store, release_id: str, rows: pl.DataFrame | None) -> None:
    """Write a release's exact results, if it has any, beside the deliveries: for their owner, whole or not at all."""
    if rows is None:
        return
    folder = store.path / FOLDER / release_id
    folder.mkdir(parents=True, exist_ok=True)
    for place in (folder.parent, folder):
        place.chmod(0o700)
    with tempfile.NamedTemporaryFile("wb", dir=folder, prefix=".ny-", delete=False) as file:
        try:
            rows.write_parquet(file)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).chmod(0o600)
            Path(file.name).replace(folder / FILE)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise

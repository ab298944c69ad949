"""What stays on the authority's side of a release: `<store>/internal/<release id>/`.

`results_internal.parquet` holds exact results; `inputs.json` names the deliveries, where any are about single persons
or cases, so that their files can be removed in time.
"""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from maalestok.deliveries.store import Delivery, Store
from maalestok.deliveries.used import INTERNAL, note_used
from maalestok.rules.loader import is_record_level

FOLDER, FILE = INTERNAL, "results_internal.parquet"


def write_internal(store: Store, release_id: str, rows: pl.DataFrame | None, inputs: Sequence[Delivery] = ()) -> None:
    """Write a release's exact results, if it has any, and its record-level inputs' names, if it has any.

    Beside the deliveries, for their owner, each file whole or not at all.
    """
    single = any(is_record_level(delivery.feed) for delivery in inputs)
    if rows is None and not single:
        return
    folder = store.path / FOLDER / release_id
    folder.mkdir(parents=True, exist_ok=True)
    for place in (folder.parent, folder):
        place.chmod(0o700)
    if rows is not None:
        _write_results(folder, rows)
    if single:
        note_used(folder, [delivery.sha256 for delivery in inputs])


def _write_results(folder: Path, rows: pl.DataFrame) -> None:
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

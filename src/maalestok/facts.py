"""Deliveries to facts: register every known delivery with its place in the order, run the numbered SQL files.

Each file `NNN_<table>.sql` makes one table; its first comment states the grain. Corrections are applied afterwards,
to the rows in force.
"""

import tempfile
from collections.abc import Sequence
from datetime import datetime
from importlib.resources import files
from pathlib import Path

import polars as pl

from maalestok.deliveries.cells import typed_schema
from maalestok.deliveries.contract import Contract, check_rows
from maalestok.deliveries.corrections import Correction, CorrectionError, apply_corrections
from maalestok.deliveries.store import Delivery, Store
from maalestok.engines.base import Engine, ParquetPart
from maalestok.rules.models import Feed


def sql_files(package: str) -> list[tuple[str, str]]:
    """(table name, SQL text) of a benchmark's numbered files, in order."""
    folder = files(package).joinpath("sql")
    names = sorted(item.name for item in folder.iterdir() if item.name.endswith(".sql"))
    return [(name[4:-4], folder.joinpath(name).read_text(encoding="utf-8")) for name in names]


def build_facts(
    engine: Engine, store: Store, feeds: Sequence[Feed], package: str, known_at: datetime | None
) -> dict[str, pl.DataFrame]:
    """Run a benchmark's facts SQL over the deliveries known at a time. Returns table name -> rows."""
    order: list[tuple[str, str, int]] = []
    with tempfile.TemporaryDirectory(prefix="maalestok-") as work:
        for feed in feeds:
            deliveries = store.deliveries(feed.id, known_at)
            order.extend((feed.id, d.sha256, place) for place, d in enumerate(deliveries, start=1))
            engine.register_parquet(feed.id, [ParquetPart(p) for p in _paths(store, feed, deliveries, Path(work))])
        engine.register_values("leveringer", {"feed": "varchar", "levering": "varchar", "orden": "integer"}, order)
        tables = sql_files(package)
        for name, select in tables:
            engine.create(name, select)
        return {name: engine.read(name) for name, _ in tables}


def _paths(store: Store, feed: Feed, deliveries: Sequence[Delivery], work: Path) -> list[Path]:
    if deliveries:
        return [store.rows_path(d) for d in deliveries]
    empty = work / f"{feed.id}.parquet"
    pl.DataFrame(schema=typed_schema(feed)).write_parquet(empty)
    return [empty]


def corrected(
    frame: pl.DataFrame,
    feed: Feed,
    contract: Contract,
    corrections: Sequence[Correction],
    known_at: datetime | None = None,
) -> tuple[pl.DataFrame, list[Correction]]:
    """The rows in force with the active corrections applied, checked against the contract again.

    Raises:
        CorrectionError: a correction no longer fits the source, or the rows in force break the contract.
    """
    frame, applied, misfits = apply_corrections(frame, feed, corrections)
    if misfits:
        raise CorrectionError(
            "\n".join(misfits),
            remedy="Sæt rettelsens status til afsluttet, hvis kilden er rettet; ellers ret expect. Indlæs igen.",
        )
    broken = check_rows(frame, feed, contract)
    if broken:
        raise CorrectionError(
            f"De gældende rækker i {feed.id} bryder kontrakten:\n" + "\n".join(issue.message for issue in broken[:5]),
            remedy="En rettelse er forkert eller er afsluttet for tidligt. Ret rettelserne, og indlæs dem igen."
            if known_at is None
            else "Med --known-at gælder kun de rettelser, der var modtaget da. Var de kendt, så brug --received.",
        )
    return frame, applied

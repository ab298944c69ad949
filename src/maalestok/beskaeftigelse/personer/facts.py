"""From persons to cells without persons: the numbered SQL of `personer/sql` on either engine."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from maalestok.beskaeftigelse.personer.coverage import PersonFile
from maalestok.beskaeftigelse.personer.feeds import PERSON_FEEDS
from maalestok.beskaeftigelse.personer.plan import Plan
from maalestok.engines.base import Engine, ParquetPart
from maalestok.facts import sql_files
from maalestok.rules.models import ColumnKind, Feed

PACKAGE = "maalestok.beskaeftigelse.personer"
_TYPES: Mapping[ColumnKind, type[pl.DataType]] = {
    ColumnKind.PSEUDONYM: pl.Int64,
    ColumnKind.CHOICE: pl.String,
    ColumnKind.FLAG: pl.Boolean,
}


@dataclass(frozen=True)
class PersonFacts:
    """Cells without persons.

    `cells`: version x vindue x kommune x prioritet with `grad_dage` and `personer`; `residents`: fra_dag x kommune with
    `beboere`; `groups`: maaned x kommune with `gruppe`, `n_` and `ok_` of talks and offers. All whole numbers.
    """

    cells: pl.DataFrame
    residents: pl.DataFrame
    groups: pl.DataFrame


def typed_schema(feed: Feed) -> dict[str, type[pl.DataType]]:
    """The columns of a feed's typed rows."""
    return {column.id: _TYPES.get(column.kind, pl.Int32) for column in feed.columns}


def build_person_facts(
    engine: Engine, files: Sequence[PersonFile], feeds: Mapping[str, Feed], plan: Plan
) -> PersonFacts:
    """Run the SQL over the deliveries in force.

    Args:
        engine: a fresh one.
        files: deliveries that tell of at least one month; all with their rows.
        feeds: the five feeds.
        plan: what is counted.
    """
    with tempfile.TemporaryDirectory(prefix="maalestok-") as work:
        for name in PERSON_FEEDS:
            engine.register_parquet(name, _parts(name, files, feeds[name], Path(work)))
        for name, (columns, rows) in plan.tables.items():
            engine.register_values(name, columns, rows)
        for name, select in sql_files(PACKAGE):
            engine.create(name, select)
        return PersonFacts(engine.read("ydelsesceller"), engine.read("beboere"), engine.read("maalgruppeceller"))


def _parts(name: str, files: Sequence[PersonFile], feed: Feed, work: Path) -> list[ParquetPart]:
    held = [ParquetPart(f.path, {"orden": f.orden}) for f in files if f.feed == name and f.path is not None]
    if held:
        return held
    empty = work / f"{name}.parquet"
    pl.DataFrame(schema=typed_schema(feed)).write_parquet(empty)
    return [ParquetPart(empty, {"orden": 0})]

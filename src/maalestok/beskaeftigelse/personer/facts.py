"""From persons to cells without persons: the numbered SQL of `personer/sql` on either engine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from maalestok.beskaeftigelse.personer.coverage import PersonFile
from maalestok.beskaeftigelse.personer.feeds import PERSON_FEEDS
from maalestok.beskaeftigelse.personer.plan import Plan
from maalestok.beskaeftigelse.rammevilkaar.model_facts import TABLES, ModelFacts
from maalestok.engines.base import Engine, ParquetPart
from maalestok.facts import sql_files
from maalestok.rules.models import ColumnKind, Feed

PACKAGE = "maalestok.beskaeftigelse.personer"
_TYPES = {ColumnKind.PSEUDONYM: "bigint", ColumnKind.CHOICE: "varchar", ColumnKind.FLAG: "boolean"}
"""Kinds of columns whose typed rows are no integers."""


@dataclass(frozen=True)
class PersonFacts:
    """Cells without persons.

    `cells`: version x vindue x kommune x prioritet with `grad_dage`; `residents`: fra_dag x kommune with
    `beboere`; `groups`: maaned x kommune with `gruppe`, `n_` and `ok_` of talks and offers. All whole numbers. `model`:
    what the model of expected levels rests on.
    """

    cells: pl.DataFrame
    residents: pl.DataFrame
    groups: pl.DataFrame
    model: ModelFacts = field(default_factory=ModelFacts)


def register_persons(engine: Engine, files: Sequence[PersonFile], feeds: Mapping[str, Feed], plan: Plan) -> None:
    """Make everything the SQL reads known to an engine, which may have been given other inputs but no query yet.

    Args:
        engine: where.
        files: deliveries that tell of at least one month; all with their rows.
        feeds: the five feeds.
        plan: what is counted.
    """
    for name in PERSON_FEEDS:
        held = [ParquetPart(f.path, {"orden": f.orden}) for f in files if f.feed == name and f.path is not None]
        if held:
            engine.register_parquet(name, held)
        else:
            columns = {column.id: _TYPES.get(column.kind, "integer") for column in feeds[name].columns}
            engine.register_values(name, {**columns, "orden": "integer"}, [])
    for name, (columns, rows) in plan.tables.items():
        engine.register_values(name, columns, rows)


def person_facts(engine: Engine) -> PersonFacts:
    """Run the SQL over what was registered. Of the tables only what a model is made of is left."""
    made = sql_files(PACKAGE)
    for name, select in made:
        engine.create(name, select)
    facts = PersonFacts(engine.read("ydelsesceller"), engine.read("beboere"), engine.read("maalgruppeceller"))
    for name, _ in made:
        if name not in TABLES:
            engine.drop(name)
    return facts

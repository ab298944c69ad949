"""Deliveries to windows: counts in force and events through the numbered SQL, on either engine.

Counts in force are chosen and corrected before the engine sees them; events are touched by the engine alone.
"""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from maalestok.engines.base import Engine, ParquetPart
from maalestok.errors import StoreError
from maalestok.facts import sql_files
from maalestok.kommune import place_name
from maalestok.kontrolsager.celler import FIGURES, celler
from maalestok.kontrolsager.events import EVENT_SCHEMA
from maalestok.kontrolsager.view import memberships
from maalestok.period import Period, PeriodKind

PACKAGE = "maalestok.kontrolsager"
COUNTS_SCHEMA: dict[str, type[pl.DataType]] = {
    "orden": pl.Int32,
    "month_index": pl.Int32,
    "opgjort": pl.Int32,
    "celle": pl.Int32,
    **dict.fromkeys(FIGURES, pl.Int64),
    "beloeb_grundlag": pl.String,
}
SHOWN_DIFFERENCES = 10
PUBLIC_FIGURES = ("rest_brutto", "trukket")


@dataclass(frozen=True)
class EventFile:
    """A delivery of events: its typed rows, its place among all deliveries, and its months as month_index."""

    path: Path
    orden: int
    first: int
    last: int


@dataclass(frozen=True)
class Facts:
    """`months`: the figures in force, a row per month_index x celle with `orden`. `windows`: see 040_vinduer.sql."""

    months: pl.DataFrame
    windows: pl.DataFrame


def month_code(index: int) -> str:
    """The code of a month: 24321 -> '2026-10'."""
    return Period(index, PeriodKind.MONTH).code


def month_codes(indexes: pl.Series) -> pl.Series:
    """The codes of many months, as `period`."""
    codes = {index: month_code(index) for index in indexes.unique().to_list()}
    return pl.Series("period", [codes[index] for index in indexes.to_list()], dtype=pl.String)


def counts_table(rows: pl.DataFrame, last_of: Mapping[int, int], month_index: Mapping[str, int]) -> pl.DataFrame:
    """Typed rows of counts in force as the SQL takes them.

    Args:
        rows: typed rows with `orden`.
        last_of: orden -> the newest month of that delivery, which its figures are known at.
        month_index: period code -> month_index.
    """
    cells = {f"{kommune}/{omraade}/{trin}": number for number, kommune, omraade, trin in celler()}
    return rows.select(
        pl.col("orden").cast(pl.Int32),
        pl.col("period").replace_strict(dict(month_index), return_dtype=pl.Int32).alias("month_index"),
        pl.col("orden").replace_strict(dict(last_of), return_dtype=pl.Int32).alias("opgjort"),
        pl.concat_str("kommune_kode", pl.lit("/"), "omraade", pl.lit("/"), "kontroltrin")
        .replace_strict(cells, return_dtype=pl.Int32)
        .alias("celle"),
        *FIGURES,
        "beloeb_grundlag",
    ).cast(pl.Schema(COUNTS_SCHEMA))  # an empty mapping leaves the type as it was


def build_facts(engine: Engine, counts: pl.DataFrame, events: Sequence[EventFile]) -> Facts:
    """Run the SQL. The calendar runs from the first month delivered to the last, without gaps.

    Args:
        counts: `COUNTS_SCHEMA`, one row per month in force x celle.
        events: deliveries in force for at least one month, oldest first.

    Raises:
        StoreError: counts and events of the same month's end disagree.
    """
    with tempfile.TemporaryDirectory(prefix="maalestok-") as work:
        counts_path, no_events = Path(work) / "counts.parquet", Path(work) / "events.parquet"
        counts.write_parquet(counts_path)
        pl.DataFrame(schema=EVENT_SCHEMA).write_parquet(no_events)
        engine.register_parquet("kontrolsager", [ParquetPart(counts_path)])
        parts = [ParquetPart(file.path, {"orden": file.orden}) for file in events]
        engine.register_parquet("sagshaendelser", parts or [ParquetPart(no_events, {"orden": 0})])
        _register_calendar(engine, counts, events)
        for name, select in sql_files(PACKAGE):
            engine.create(name, select)
        _refuse_differences(engine.read("uenigheder"))
        return Facts(engine.read("maanedstal"), engine.read("vinduer"))


def _register_calendar(engine: Engine, counts: pl.DataFrame, events: Sequence[EventFile]) -> None:
    known = [*counts["month_index"].to_list(), *(month for file in events for month in (file.first, file.last))]
    engine.register_values("perioder", {"month_index": "integer"}, [(m,) for m in range(min(known), max(known) + 1)])
    newest = {file.last: file.orden for file in events}
    files = [(file.orden, file.first, file.last, newest[file.last] == file.orden) for file in events]
    columns = {"orden": "integer", "fra": "integer", "til": "integer", "er_nyeste": "boolean"}
    engine.register_values("haendelsesfiler", columns, files)
    cell_columns = {"celle": "integer", "kommune_kode": "varchar", "omraade": "varchar", "kontroltrin": "integer"}
    engine.register_values("celler", cell_columns, celler())
    engine.register_values("steder", {"kommune_kode": "varchar", "sted": "varchar"}, memberships())


def _difference(row: Mapping[str, Any]) -> str:
    """Both figures where they are public; others can be a single case's amount, and stay out of messages."""
    if row["figur"] in PUBLIC_FIGURES:
        return f"er {row['optalt']} i kontrolsager, men {row['af_haendelser']} af sagshaendelser"
    return "er ikke den samme i kontrolsager og af sagshaendelser"


def _refuse_differences(differences: pl.DataFrame) -> None:
    if differences.is_empty():
        return
    named = {number: f"{place_name(kommune)}, {omraade}, trin {trin}" for number, kommune, omraade, trin in celler()}
    lines = [
        f"  {month_code(row['month_index'])} {named[row['celle']]}: {row['figur']} {_difference(row)}"
        for row in differences.head(SHOWN_DIFFERENCES).iter_rows(named=True)
    ]
    more = [f"  … og {len(differences) - len(lines)} mere"] if len(differences) > len(lines) else []
    raise StoreError(
        "Optalte tal og hændelser, opgjort ved samme måneds udgang, er uenige:\n" + "\n".join(lines + more),
        remedy="Find fejlen i kilden, og indlæs den rigtige levering igen; intet er udgivet.",
    )

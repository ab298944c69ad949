"""Published figures as the deciding functions take them: one group (edition and area) of municipalities at a time."""

from collections.abc import Iterator, Mapping

import polars as pl

from maalestok.beskaeftigelse.precision import WHOLE, Population, implied_population
from maalestok.beskaeftigelse.rank_moves import Placed
from maalestok.beskaeftigelse.rank_uncertainty import Cell
from maalestok.beskaeftigelse.rules import BeskaeftigelseRules
from maalestok.period import parse_period
from maalestok.rules.models import Kilde

GroupKey = tuple[str, str]
"""Period code and area."""
Errors = Mapping[tuple[str, str, str], float]
"""(period, kommune_kode, area) -> the standard error of the difference, counted from persons; a fraction."""
COLUMNS = {
    "forventet_antal": 1,
    "faktisk_antal": 1,
    "forventet_andel": WHOLE,
    "faktisk_andel": WHOLE,
    "forskel_andel": WHOLE,
    "placering": 1,
}
"""Published column -> its whole number for a result of 1."""
_PLACED = ("faktisk_andel", "forventet_andel", "forskel_andel", "placering")


def published_of(results: pl.DataFrame) -> pl.DataFrame:
    """The published figures of a release's results in the whole numbers they were delivered in."""
    own = results.filter(pl.col("kilde") == Kilde.OFFICIEL.value, pl.col("measure").is_in(list(COLUMNS)))
    wide = own.pivot("measure", index=["period", "kommune_kode", "omraade"], values="value")
    return wide.with_columns((pl.col(name) * scale).round().cast(pl.Int64) for name, scale in COLUMNS.items())


def populations(facts: pl.DataFrame, rules: BeskaeftigelseRules) -> dict[tuple[str, str], Population | None]:
    """(period, kommune_kode) -> the population its figures i alt imply."""
    total = facts.filter(pl.col("omraade") == rules.benchmark.total)
    return {
        (row["period"], row["kommune_kode"]): implied_population(
            tuple(
                (row[f"{side}_antal"], row[f"{side}_andel"])
                for side in ("forventet", "faktisk")
                if row[f"{side}_antal"] is not None and row[f"{side}_andel"] is not None
            )
        )
        for row in total.iter_rows(named=True)
    }


def cells(
    facts: pl.DataFrame, rules: BeskaeftigelseRules, errors: Errors | None = None
) -> Iterator[tuple[GroupKey, list[Cell]]]:
    """Each group's municipalities in the order of their codes, periods and areas in theirs."""
    people, held = populations(facts, rules), errors or {}
    for key, rows in _groups(facts, rules):
        yield (
            key,
            [
                Cell(
                    row["kommune_kode"],
                    row["forventet_andel"],
                    row["forskel_andel"],
                    row["placering"],
                    people.get((key[0], row["kommune_kode"])),
                    held.get((key[0], row["kommune_kode"], key[1])),
                )
                for row in rows.iter_rows(named=True)
            ],
        )


def placed(facts: pl.DataFrame, rules: BeskaeftigelseRules) -> dict[GroupKey, dict[str, Placed]]:
    """Each group's municipalities that have all of the figures a place rests on, by code."""
    return {
        key: {
            row["kommune_kode"]: Placed(*(row[column] for column in _PLACED))
            for row in rows.drop_nulls(_PLACED).iter_rows(named=True)
        }
        for key, rows in _groups(facts, rules)
    }


def _groups(facts: pl.DataFrame, rules: BeskaeftigelseRules) -> Iterator[tuple[GroupKey, pl.DataFrame]]:
    for code in sorted(facts["period"].unique().to_list(), key=parse_period):
        for area in rules.benchmark.omraader:
            at = (pl.col("period") == code) & (pl.col("omraade") == area)
            rows = facts.filter(at).sort("kommune_kode")
            if not rows.is_empty():
                yield (code, area), rows

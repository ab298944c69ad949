"""From published figures to result rows: one function per kind of measure.

Every function takes facts and returns rows with `period, kommune_kode, omraade, kilde, value, status, reason` (and,
where the measure has them, `numerator, denominator, low, high`). `reason` says why there is no figure, with an id of
the measure's `reasons_da`. Identity columns and versions are added once, in `tables.py`.
Published figures are whole numbers of their last decimal; they become doubles here, once, by one division.
"""

import polars as pl

from maalestok.beskaeftigelse.money import Estimate, area_estimate, total_estimate
from maalestok.beskaeftigelse.rules import BeskaeftigelseRules
from maalestok.division import divided
from maalestok.kommune import HELE_LANDET, kommuner
from maalestok.period import parse_period
from maalestok.results import Status
from maalestok.rules.dated import version_for
from maalestok.rules.models import Kilde, Measure

CELL = ["period", "kommune_kode", "omraade"]
OFFICIEL, BEREGNET, SKOEN = (pl.lit(k.value) for k in (Kilde.OFFICIEL, Kilde.BEREGNET, Kilde.SKOEN))
OK, IKKE_OPGJORT = pl.lit(Status.OK.value), pl.lit(Status.IKKE_OPGJORT.value)
NUMBER_OF_SHARE = {
    "forventet_andel": "forventet_antal",
    "faktisk_andel": "faktisk_antal",
    "forskel_andel": "forskel_antal",
}


def published(facts: pl.DataFrame, measure: Measure) -> pl.DataFrame:
    """A published column as it stands, municipality by municipality."""
    column = str(measure.published_column)
    scale = 10 ** (measure.published_decimals or 0)
    return facts.select(
        *CELL,
        OFFICIEL.alias("kilde"),
        divided(facts[column], scale).alias("value"),
        pl.col(f"{column}_status").alias("status"),
        pl.when(pl.col(column).is_null())
        .then(pl.when(_corrected(column)).then(pl.lit("udtaget_ved_rettelse")).otherwise(pl.lit("ikke_offentliggjort")))
        .alias("reason"),
    )


def _corrected(column: str) -> pl.Expr:
    return pl.col("rettelse").str.contains(f": {column} fra ", literal=True).fill_null(value=False)


def _reason(known: pl.Expr, otherwise: str) -> pl.Expr:
    return pl.when(~known).then(pl.lit(otherwise)).alias("reason")


def _places() -> pl.DataFrame:
    """kommune_kode -> each larger place it belongs to (its region, Hele landet)."""
    pairs = [(k.kode, place) for k in kommuner() for place in (k.region_kode, HELE_LANDET)]
    return pl.DataFrame(pairs, schema=["kommune_kode", "place"], orient="row")


def _sums(facts: pl.DataFrame, column: str) -> pl.DataFrame:
    """Sum of a whole-number column per place, null where a municipality has no figure."""
    return (
        facts.join(_places(), on="kommune_kode")
        .group_by("period", pl.col("place").alias("kommune_kode"), "omraade")
        .agg(
            pl.when(pl.col(column).null_count() == 0).then(pl.col(column).sum()).alias("total"),
        )
    )


def summed(facts: pl.DataFrame, measure: Measure) -> pl.DataFrame:
    """Regions and Hele landet: the sum of the municipalities' published numbers."""
    total = _sums(facts, str(measure.published_column))
    return total.select(
        *CELL,
        BEREGNET.alias("kilde"),
        pl.col("total").cast(pl.Float64).alias("value"),
        pl.when(pl.col("total").is_null()).then(IKKE_OPGJORT).otherwise(OK).alias("status"),
        _reason(pl.col("total").is_not_null(), "kommune_uden_tal"),
    )


def shares_of_places(facts: pl.DataFrame, population: pl.DataFrame, measure: Measure) -> pl.DataFrame:
    """Regions and Hele landet: sum of numbers over sum of residents aged 16-66, where a population is known."""
    numbers = _sums(facts, NUMBER_OF_SHARE[measure.id])
    residents = (
        population.join(_places(), on="kommune_kode")
        .group_by("period", pl.col("place").alias("kommune_kode"))
        .agg(pl.col("personer").sum())
    )
    both = numbers.join(residents, on=["period", "kommune_kode"], how="left")
    both = both.with_columns(divided(both["total"], both["personer"]).alias("value"))
    known = pl.col("value").is_not_null()
    return both.select(
        *CELL,
        BEREGNET.alias("kilde"),
        "value",
        pl.when(known).then(OK).otherwise(IKKE_OPGJORT).alias("status"),
        pl.when(~known)
        .then(
            pl.when(pl.col("personer").is_null()).then(pl.lit("uden_befolkning")).otherwise(pl.lit("kommune_uden_tal"))
        )
        .alias("reason"),
        pl.when(known).then(pl.col("total").cast(pl.Float64)).alias("numerator"),
        pl.when(known).then(pl.col("personer").cast(pl.Float64)).alias("denominator"),
    )


def extra_expenditure(facts: pl.DataFrame, amounts: pl.DataFrame, rules: BeskaeftigelseRules) -> pl.DataFrame:
    """Merudgift per municipality and area: the official amount where there is one, otherwise the estimate."""
    total = rules.benchmark.total
    rows: list[tuple[object, ...]] = []
    differences = {
        (period, kommune): dict(zip(areas, values, strict=True))
        for period, kommune, areas, values in facts.group_by("period", "kommune_kode", maintain_order=True)
        .agg("omraade", "forskel_antal")
        .iter_rows()
    }
    for (period, kommune), by_area in differences.items():
        cost = version_for(rules.unit_costs.versions, parse_period(period))
        for area in rules.benchmark.omraader:
            estimate: Estimate | None = None
            needed = by_area if area == total else {area: by_area[area]}
            if cost is not None and all(value is not None for value in needed.values()):
                if area == total:
                    parts = {a: d for a, d in by_area.items() if a != total}
                    estimate = total_estimate(parts, by_area[total], cost.costs)
                else:
                    estimate = area_estimate(by_area[area], cost.costs[area])
            if estimate is None:
                reason = "modsat_fortegn" if None not in needed.values() else "forskel_uden_tal"
                rows.append((period, kommune, area, None, None, None, Status.IKKE_OPGJORT.value, reason))
            else:
                ends = (float(estimate.value), float(estimate.low), float(estimate.high))
                rows.append((period, kommune, area, *ends, Status.OK.value, None))
    schema: dict[str, type[pl.DataType]] = dict.fromkeys(CELL, pl.String)
    schema |= dict.fromkeys(("value", "low", "high"), pl.Float64) | dict.fromkeys(("status", "reason"), pl.String)
    estimates = pl.DataFrame(rows, schema=schema, orient="row")
    official = amounts.select(*CELL, (pl.col("beloeb_mio_kr") * 1000).cast(pl.Float64).alias("official"))
    known = pl.col("official").is_not_null()
    return estimates.join(official, on=CELL, how="left").select(
        *CELL,
        pl.when(known).then(OFFICIEL).otherwise(SKOEN).alias("kilde"),
        pl.coalesce("official", "value").alias("value"),
        pl.when(known).then(OK).otherwise("status").alias("status"),
        pl.when(~known).then("reason").alias("reason"),
        pl.when(~known).then("low").alias("low"),
        pl.when(~known).then("high").alias("high"),
    )


def extra_expenditure_of_places(by_kommune: pl.DataFrame) -> pl.DataFrame:
    """Regions and Hele landet: the sum, where every municipality has an amount of one kind."""
    grouped = (
        by_kommune.join(_places(), on="kommune_kode")
        .group_by("period", pl.col("place").alias("kommune_kode"), "omraade")
        .agg(
            ((pl.col("value").null_count() == 0) & (pl.col("kilde").n_unique() == 1)).alias("whole"),
            (pl.col("kilde") == Kilde.SKOEN.value).any().alias("estimated"),
            pl.col("value", "low", "high").sum(),
        )
    )
    whole, estimated = pl.col("whole"), pl.col("estimated")
    return grouped.select(
        *CELL,
        pl.when(estimated).then(SKOEN).otherwise(BEREGNET).alias("kilde"),
        pl.when(whole).then("value").alias("value"),
        pl.when(whole).then(OK).otherwise(IKKE_OPGJORT).alias("status"),
        _reason(whole, "kommune_uden_beloeb"),
        pl.when(whole & estimated).then("low").alias("low"),
        pl.when(whole & estimated).then("high").alias("high"),
    )

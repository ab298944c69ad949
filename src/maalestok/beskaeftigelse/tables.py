"""Put the measures together into the release's tables: identity columns, versions, parts, findings, sources."""

from collections.abc import Mapping

import polars as pl

from maalestok import measures as shared
from maalestok.beskaeftigelse import focus_measures as focus
from maalestok.beskaeftigelse import measures as m
from maalestok.beskaeftigelse.rules import BENCHMARK, BeskaeftigelseRules
from maalestok.deliveries.issues import printable
from maalestok.deliveries.store import Delivery
from maalestok.period import parse_period
from maalestok.ranks import possible_ranks
from maalestok.results import KEY, Status, conform, empty
from maalestok.rules.dated import version_for
from maalestok.rules.models import Dated, Geography, Kilde, Measure, Unit

RANK_METHOD = "placering_af_afrundede-1"
PRICE_METHOD = "enhedspris-1"
CHANGE_METHOD = "placering_aendring-1"
COMPUTED = ("placering_aendring", "merudgift")
"""Measures that are no published column; every other measure of this benchmark names one."""


def results_table(
    facts: pl.DataFrame,
    amounts: pl.DataFrame,
    population: pl.DataFrame,
    rules: BeskaeftigelseRules,
    periods: list[str],
    shares: pl.DataFrame | None = None,
    *,
    syntetisk: bool,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All measures of `periods` in the order of the rule files.

    Args:
        facts, amounts, population: published editions, official amounts, residents.
        shares: focus target figures by month, where there are any.

    Returns:
        Conforming result rows, and a part for each figure that isn't there, named by the reason.
    """
    rows = []
    for measure_id in rules.benchmark.measures:
        if measure_id in focus.MEASURES:
            if shares is not None:
                made = focus.focus_rows(shares, rules.measures[measure_id], rules)
                rows.append((measure_id, made.filter(pl.col("period").is_in(periods))))
            continue
        made = _measure_rows(rules.measures[measure_id], facts, amounts, population, rules)
        rows.append((measure_id, made.filter(pl.col("period").is_in(periods))))
    return shared.results_table(rows, rules, lambda measure, code: _version(measure, rules, code), syntetisk=syntetisk)


def _version(measure: Measure, rules: BeskaeftigelseRules, code: str) -> tuple[str, bool]:
    """The versions a figure rests on: its own, the areas' and, for money, the prices'; and whether all exist."""
    if measure.id in focus.MEASURES:
        return focus.version_of(measure, rules, code)
    period = parse_period(code)
    used: list[Dated | None] = [version_for(measure.versions, period), version_for(rules.areas.versions, period)]
    if measure.id == "merudgift":
        used.append(version_for(rules.unit_costs.versions, period))
    return "+".join(v.version if v else "ukendt" for v in used), None not in used


def _measure_rows(
    measure: Measure,
    facts: pl.DataFrame,
    amounts: pl.DataFrame,
    population: pl.DataFrame,
    rules: BeskaeftigelseRules,
) -> pl.DataFrame:
    if measure.id == "placering_aendring":
        return m.rank_changes(facts, rules)
    if measure.id == "merudgift":
        by_kommune = m.extra_expenditure(facts, amounts, rules)
        return pl.concat([by_kommune, m.extra_expenditure_of_places(by_kommune)], how="diagonal")
    rows = [m.published(facts, measure)]
    if Geography.LAND in measure.geography:
        if measure.id in m.NUMBER_OF_SHARE:
            rows.append(m.shares_of_places(facts, population, measure))
        else:
            rows.append(m.summed(facts, measure))
    return pl.concat(rows, how="diagonal")


def parts_table(
    results: pl.DataFrame, reasons: pl.DataFrame, facts: pl.DataFrame, rules: BeskaeftigelseRules
) -> pl.DataFrame:
    """What figures are made of: places that ties leave open, places compared, prices; or why there is no figure."""
    frames = [reasons, _open_places(results, facts), _places_compared(results, facts), _prices(results, rules)]
    frame = pl.concat([f for f in frames if not f.is_empty()] or [empty("parts")], how="diagonal")
    return conform("parts", frame.sort(*KEY, "part"))


def _open_places(results: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    known = facts.filter(pl.col("forskel_andel").is_not_null() & pl.col("placering").is_not_null())
    spans = []
    for _, group in known.group_by("period", "omraade", maintain_order=True):
        low_high = possible_ranks(group["forskel_andel"].to_list())
        spans.append(
            group.select(*m.CELL).with_columns(
                pl.Series("low", [float(low) for low, _ in low_high]),
                pl.Series("high", [float(high) for _, high in low_high]),
            )
        )
    if not spans:
        return pl.DataFrame()
    placed = results.filter((pl.col("measure") == "placering") & (pl.col("status") == Status.OK.value))
    return (
        placed.drop("low", "high")
        .join(pl.concat(spans), on=m.CELL)
        .with_columns(pl.lit("mulige_pladser").alias("part"), pl.lit(RANK_METHOD).alias("method_version"))
    )


def _places_compared(results: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """The two published places behind each change of place."""
    changes = results.filter((pl.col("measure") == "placering_aendring") & (pl.col("status") == Status.OK.value))
    before = {code: parse_period(code).previous_edition.code for code in changes["period"].unique().to_list()}
    if not before:
        return pl.DataFrame()
    frames = []
    for part, codes in (("placering_nu", {code: code for code in before}), ("placering_foer", before)):
        places = facts.select(
            "kommune_kode", "omraade", pl.col("period").alias("held"), pl.col("placering").cast(pl.Float64)
        )
        frames.append(
            changes.drop("value", "low", "high", "unit")
            .with_columns(pl.col("period").replace_strict(codes, return_dtype=pl.String).alias("held"))
            .join(places, on=["kommune_kode", "omraade", "held"])
            .with_columns(
                pl.lit(part).alias("part"),
                pl.col("placering").alias("value"),
                pl.lit(None, dtype=pl.Float64).alias("low"),
                pl.lit(None, dtype=pl.Float64).alias("high"),
                pl.lit(Unit.RANK.value).alias("unit"),
                pl.lit(CHANGE_METHOD).alias("method_version"),
            )
        )
    return pl.concat(frames)


def _prices(results: pl.DataFrame, rules: BeskaeftigelseRules) -> pl.DataFrame:
    estimates = results.filter((pl.col("kilde") == Kilde.SKOEN.value) & (pl.col("status") == Status.OK.value))
    rows: list[tuple[str, str, str, float, float, float]] = []
    for code in estimates["period"].unique().sort().to_list():
        cost = version_for(rules.unit_costs.versions, parse_period(code))
        if cost is not None:
            rows.extend(
                (code, area, f"enhedspris_{area}", float(c.central), float(c.low), float(c.high))
                for area, c in cost.costs.items()
            )
    if not rows:
        return pl.DataFrame()
    prices = pl.DataFrame(rows, schema=["period", "area", "part", "value", "low", "high"], orient="row")
    total = rules.benchmark.total
    return (
        estimates.drop("value", "low", "high")
        .join(prices, on="period")
        .filter((pl.col("omraade") == pl.col("area")) | (pl.col("omraade") == total))
        .with_columns(pl.lit(PRICE_METHOD).alias("method_version"))
    )


def sources_table(
    frames: dict[str, pl.DataFrame], deliveries: Mapping[str, Delivery], *, syntetisk: bool
) -> pl.DataFrame:
    """The delivered row behind each fact. `frames` is feed -> rows in force."""
    parts = []
    for feed, frame in frames.items():
        area = pl.col("omraade") if "omraade" in frame.columns else pl.lit(None, dtype=pl.String)
        parts.append(
            frame.select(
                pl.lit(BENCHMARK).alias("benchmark"),
                pl.lit(feed).alias("feed"),
                "kommune_kode",
                area.alias("omraade"),
                pl.lit(None, dtype=pl.Int8).alias("kontroltrin"),
                "period",
                "levering",
                "linje",
                pl.col("levering")
                .replace_strict({sha: printable(d.row_word) for sha, d in deliveries.items()}, return_dtype=pl.String)
                .alias("row_word"),
                "rettelse",
                pl.lit(syntetisk).alias("syntetisk"),
            )
        )
    return conform("sources", pl.concat(parts).sort("feed", "period", "kommune_kode", "omraade"))

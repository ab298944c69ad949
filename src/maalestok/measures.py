"""Rows of measures to the release's results: identity columns, versions, order, and a reason where there is no figure.

A benchmark hands in one frame a measure with `period, kommune_kode, omraade, kilde, value, status, reason` and what
else the measure has (`kontroltrin, numerator, denominator, low, high`, and `versions`: what a row rests on, where that
is not what the measure's rows do).
"""

from collections.abc import Callable, Iterable

import polars as pl

from maalestok.explain import REASON_METHOD
from maalestok.period import parse_period
from maalestok.results import Status, conform
from maalestok.rules.models import Measure, Ruleset

FIGURES = ("numerator", "denominator", "value", "low", "high")
VersionOf = Callable[[Measure, str], tuple[str, bool]]
"""Measure and period code -> the version its figures rest on, and whether all of it is defined."""
UNDEFINED = "uden_definition"


def results_table(
    rows: Iterable[tuple[str, pl.DataFrame]], rules: Ruleset, version_of: VersionOf, *, syntetisk: bool
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All measures' rows in the order they come, each with its version; nothing where the definition is missing.

    Returns:
        Conforming result rows, and a part for each figure that isn't there, named by the reason.
    """
    parts = []
    for place, (measure_id, frame) in enumerate(rows):
        measure = rules.measures[measure_id]
        versions = pl.DataFrame(
            [(code, *version_of(measure, code)) for code in frame["period"].unique().sort().to_list()],
            schema={"period": pl.String, "rule_version": pl.String, "defined": pl.Boolean},
            orient="row",
        )
        own = "versions" if "versions" in frame.columns else pl.lit(None, dtype=pl.String)
        parts.append(
            frame.join(versions, on="period").with_columns(
                pl.coalesce(own, "rule_version").alias("rule_version"),
                pl.lit(measure_id).alias("measure"),
                pl.lit(measure.unit.value).alias("unit"),
                pl.lit(place).alias("place"),
            )
        )
    frame = pl.concat(parts, how="diagonal")
    empty = dict.fromkeys(FIGURES, pl.Float64) | {"kontroltrin": pl.Int8}
    frame = frame.with_columns(
        pl.lit(None, dtype=kind).alias(name) for name, kind in empty.items() if name not in frame.columns
    )
    area_order = {area: i for i, area in enumerate(rules.benchmark.omraader)}
    codes = frame["period"].unique().to_list()
    month_index = {code: parse_period(code).month_index for code in codes}
    frame = frame.with_columns(
        *(pl.when("defined").then(pl.col(name)).alias(name) for name in FIGURES),
        pl.when("defined").then("status").otherwise(pl.lit(Status.IKKE_OPGJORT.value)).alias("status"),
        pl.when("defined").then("reason").otherwise(pl.lit(UNDEFINED)).alias("reason"),
        pl.lit(rules.benchmark.id).alias("benchmark"),
        pl.lit(syntetisk).alias("syntetisk"),
        pl.col("period").replace_strict(month_index, return_dtype=pl.Int32).alias("month_index"),
        pl.col("omraade").replace_strict(area_order, return_dtype=pl.Int32).alias("area_place"),
    ).sort("place", "month_index", "kommune_kode", "area_place", "kontroltrin", "kilde")
    why = frame.filter(pl.col("reason").is_not_null()).with_columns(
        pl.col("reason").alias("part"), pl.lit(REASON_METHOD).alias("method_version")
    )
    return conform("results", frame), conform("parts", why)

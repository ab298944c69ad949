"""Put the release's tables together: public results from what is published, internal ones from exact figures."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

import polars as pl

from maalestok.deliveries.issues import printable
from maalestok.deliveries.store import Delivery
from maalestok.kontrolsager import measures as m
from maalestok.kontrolsager.celler import celler
from maalestok.kontrolsager.facts import month_codes
from maalestok.kontrolsager.findings import FUNNEL_PART, FunnelAt, histories, limit_rows, rule_at
from maalestok.kontrolsager.lav_traekning import cases_needed
from maalestok.kontrolsager.rules import BENCHMARK, KontrolsagerRules
from maalestok.measures import results_table
from maalestok.period import parse_period
from maalestok.results import KEY, conform
from maalestok.rules.dated import version_for
from maalestok.rules.models import Kilde, Measure, Unit

ROUNDING_METHOD, NEEDED_METHOD = "afrunding-1", "mangler_sager-1"
NEEDED_PART, ROUNDING_PART, MISSING_PART = "mangler_sager", "afrundingsspaend", "maaneder_mangler"
MISSING_METHOD = "maaneder_mangler-1"
DRAWN = "trukket_andel"


def results_of(
    drawn: pl.DataFrame, outcomes: pl.DataFrame, rules: KontrolsagerRules, *, syntetisk: bool
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All measures: the share drawn from `drawn`, what came of it from `outcomes`; and why a figure isn't there.

    Both are tables of figures as `measures` takes them; the second may hold fewer windows.
    """

    def version(measure: Measure, code: str) -> tuple[str, bool]:
        period = parse_period(code)
        used = [version_for(measure.versions, period)]
        if measure.id != DRAWN:
            used.append(version_for(rules.disclosure.versions, period))  # type: ignore[arg-type]  # both are dated
        return "+".join(v.version if v else "ukendt" for v in used), None not in used

    rows = []
    for measure in rules.benchmark.measures:
        made = m.measure_rows(drawn if measure == DRAWN else outcomes, [measure])
        rows.append((measure, _dated(made)))
    return results_table(rows, rules, version, syntetisk=syntetisk)


def _dated(frame: pl.DataFrame) -> pl.DataFrame:
    """With the period's code; month_index and kontroltrin in the types of the release."""
    return frame.with_columns(month_codes(frame["month_index"]), pl.col("kontroltrin").cast(pl.Int8)).drop(
        "month_index"
    )


def parts_of(
    reasons: pl.DataFrame,
    results: pl.DataFrame,
    outcomes: pl.DataFrame,
    windows: pl.DataFrame,
    shapes: Sequence[FunnelAt],
    rules: KontrolsagerRules,
    *,
    syntetisk: bool,
) -> pl.DataFrame:
    """Reasons, where rounding leaves a share open, what it takes to reach the limit, funnel limits."""
    schema: Mapping[str, type[pl.DataType]] = {
        "kommune_kode": pl.String,
        "omraade": pl.String,
        "kontroltrin": pl.Int64,
        "month_index": pl.Int64,
        "value": pl.Float64,
        "low": pl.Float64,
        "high": pl.Float64,
        "method_version": pl.String,
    }
    needed = pl.DataFrame(list(_needed(windows, rules)), schema=schema, orient="row")
    limits = pl.DataFrame(list(limit_rows(shapes, rules)), schema=schema, orient="row")
    frames = [
        _part(needed, DRAWN, NEEDED_PART, Unit.CASES, syntetisk=syntetisk),
        _part(limits, DRAWN, FUNNEL_PART, Unit.SHARE, syntetisk=syntetisk),
        _part(
            pl.DataFrame(list(_missing(windows, rules)), schema=schema, orient="row"),
            DRAWN,
            MISSING_PART,
            Unit.MONTHS,
            syntetisk=syntetisk,
        ),
    ]
    for measure in (name for name in m.SHARES if name != DRAWN):
        stated = results.filter(pl.col("measure") == measure)
        spans = m.rounding_spans(outcomes, stated.with_columns(pl.col("kontroltrin").cast(pl.Int32)), measure)
        spans = spans.with_columns(pl.lit(ROUNDING_METHOD).alias("method_version"))
        frames.append(_part(spans, measure, ROUNDING_PART, Unit.SHARE, syntetisk=syntetisk))
    return conform("parts", pl.concat([reasons, *frames], how="diagonal").sort(*KEY, "part"))


def _part(frame: pl.DataFrame, measure: str, part: str, unit: Unit, *, syntetisk: bool) -> pl.DataFrame:
    return _dated(frame).with_columns(
        pl.lit(BENCHMARK).alias("benchmark"),
        pl.lit(measure).alias("measure"),
        pl.lit(Kilde.BEREGNET.value).alias("kilde"),
        pl.lit(part).alias("part"),
        pl.lit(unit.value).alias("unit"),
        pl.lit(syntetisk).alias("syntetisk"),
    )


def _missing(windows: pl.DataFrame, rules: KontrolsagerRules) -> Iterator[tuple[object, ...]]:
    """How many of a window's months were not delivered, on each track, where any were not."""
    for track in rules.lav.tracks:
        for kommune, history in histories(windows, track).items():
            for end in history:
                if end.missing:
                    at = (kommune, track.omraade, track.kontroltrin, end.month_index)
                    yield (*at, float(end.missing), None, None, MISSING_METHOD)


def _needed(windows: pl.DataFrame, rules: KontrolsagerRules) -> list[tuple[object, ...]]:
    """How many cases each municipality must draw next month to be at the limit at its end; on each track."""
    staying = {
        tuple(row[:4]): row[4] for row in windows.select(*m.CELL, "trukket_blivende").iter_rows() if row[4] is not None
    }
    rows: list[tuple[object, ...]] = []
    for track in rules.lav.tracks:
        for kommune, history in histories(windows, track).items():
            for end in history:
                version = rule_at(rules.lav.versions, end.month_index)
                if version is None or end.missing or not end.shown or end.rest is None:
                    continue
                key = (kommune, track.omraade, track.kontroltrin, end.month_index)
                count = cases_needed(staying[key], end.rest, Fraction(version.threshold))
                rows.append((*key, float(count), None, None, NEEDED_METHOD))
    return rows


def sources_of(
    months: pl.DataFrame,
    counts: pl.DataFrame,
    contacts: pl.DataFrame,
    by_order: Mapping[int, Delivery],
    known: Mapping[str, Delivery],
    *,
    syntetisk: bool,
) -> pl.DataFrame:
    """The delivered row behind each month's figures: for events the delivery alone.

    Args:
        months: the figures in force with `orden`.
        counts: typed rows of counts in force, corrected.
        contacts: typed rows of `henvendelser` in force.
        by_order: orden -> delivery, of counts and events together.
        known: SHA-256 -> delivery.
    """
    cells = pl.DataFrame(
        celler(),
        schema={"celle": pl.Int32, "kommune_kode": pl.String, "omraade": pl.String, "kontroltrin": pl.Int64},
        orient="row",
    )
    key = ["period", "kommune_kode", "omraade", "kontroltrin"]
    lines = counts.select("orden", *key, "linje", "rettelse").with_columns(pl.col("orden").cast(pl.Int32))
    frame = (
        months.select("orden", "celle", month_codes(months["month_index"]))
        .join(cells, on="celle")
        .join(lines, on=["orden", *key], how="left")
        .with_columns(
            pl.col("orden")
            .replace_strict({n: d.feed for n, d in by_order.items()}, return_dtype=pl.String)
            .alias("feed"),
            pl.col("orden")
            .replace_strict({n: d.sha256 for n, d in by_order.items()}, return_dtype=pl.String)
            .alias("levering"),
        )
        .drop("orden", "celle")
    )
    said = contacts.select(
        pl.lit("henvendelser").alias("feed"),
        "period",
        "kommune_kode",
        pl.lit(None, dtype=pl.String).alias("omraade"),
        "kontroltrin",
        "linje",
        pl.lit(None, dtype=pl.String).alias("rettelse"),
        "levering",
    )
    words = {sha: printable(delivery.row_word) for sha, delivery in known.items()}
    whole = pl.concat([frame, said], how="diagonal").with_columns(
        pl.lit(BENCHMARK).alias("benchmark"),
        pl.col("levering").replace_strict(words, return_dtype=pl.String).alias("row_word"),
        pl.lit(syntetisk).alias("syntetisk"),
    )
    return conform("sources", whole.sort("feed", "period", "kommune_kode", "omraade", "kontroltrin", "linje"))

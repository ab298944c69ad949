"""Do a release's rows say just what its view says? Whatever they say beyond it, an attack on the view would not see.

The view holds counts and amounts; the rows also tell shares, intervals, spans and states. All of them are made again
from the view and held against the rows as they stand.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from maalestok.kommune import place_name
from maalestok.kontrolsager import measures as m
from maalestok.kontrolsager.facts import month_codes
from maalestok.kontrolsager.figures import cells_of, public_figures
from maalestok.kontrolsager.rules import DisclosureVersion
from maalestok.kontrolsager.tables import DRAWN, ROUNDING_PART
from maalestok.kontrolsager.view import OP, TO, A, E, Shown, View

KEY = ["measure", "kommune_kode", "omraade", "kontroltrin", "period"]
SAID = ("numerator", "denominator", "value", "low", "high", "status")
UNDEFINED = "uden_definition"


def overtold(results: pl.DataFrame, parts: pl.DataFrame, view: View, rule: DisclosureVersion) -> list[str]:
    """What the rows say beyond the view, or show against the rule, in Danish; empty when nothing.

    Args:
        results, parts: a release's tables.
        view: what was read of them.
    """
    return [*_against_the_rule(view, rule), *_beside_the_view(results, parts, view, rule)]


def _against_the_rule(view: View, rule: DisclosureVersion) -> Iterator[str]:
    shown, hidden = view.count_state == Shown.SHOWN, view.count_state == Shown.HIDDEN
    few = (view.limit >= 1) & (view.limit <= rule.small_max)
    if (shown[TO] & few).any() or (shown[[OP, A, E]] & few & (view.counts[[OP, A, E]] == 0)).any():
        yield "Det, der kom ud af få trukne sager, er vist."
    if (shown[A] & hidden[OP]).any() or (shown[E] & hidden[A]).any():
        yield "Et antal er vist, selv om det antal, det er en del af, er skjult."
    if ((view.amount_state == Shown.SHOWN) & hidden[E]).any():
        yield "Et beløb er vist, selv om antallet af sager med effekt er skjult."


def _beside_the_view(results: pl.DataFrame, parts: pl.DataFrame, view: View, rule: DisclosureVersion) -> Iterator[str]:
    undefined = parts.filter(pl.col("part") == UNDEFINED).select(KEY)
    told = results.filter(pl.col("measure") != DRAWN).join(undefined, on=KEY, how="anti")
    figures = _figures(results, parts, view, rule)
    measures = [name for name in (*m.SHARES, *m.AMOUNTS) if name != DRAWN]
    made = m.measure_rows(figures, measures)
    made = made.with_columns(month_codes(made["month_index"]), pl.col("kontroltrin").cast(pl.Int8))
    both = told.join(made, on=KEY, how="left", suffix="_made")
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_made")) for name in SAID)
    for row in both.filter(differs).head(5).iter_rows(named=True):
        yield f"{_where(row)}: rækken siger andet, end de afrundede tal giver."
    for measure in (name for name in m.SHARES if name != DRAWN):
        stated = made.filter(pl.col("measure") == measure).drop("period").cast({"kontroltrin": pl.Int32})
        spans = m.rounding_spans(figures, stated, measure)
        spans = spans.with_columns(month_codes(spans["month_index"]), pl.col("kontroltrin").cast(pl.Int8))
        said = parts.filter((pl.col("part") == ROUNDING_PART) & (pl.col("measure") == measure))
        pairs = said.join(spans, on=KEY[1:], how="left", suffix="_made")
        differs = pl.any_horizontal(pl.col(n).ne_missing(pl.col(f"{n}_made")) for n in ("value", "low", "high"))
        for row in pairs.filter(differs).head(5).iter_rows(named=True):
            yield f"{_where(row)}: spændet siger andet, end de afrundede tal giver."


def _figures(results: pl.DataFrame, parts: pl.DataFrame, view: View, rule: DisclosureVersion) -> pl.DataFrame:
    """The published figures of the view's windows; the stock plays no part in what came of the drawn."""
    mixed = parts.filter(pl.col("part") == m.GRUNDLAG).select(KEY[1:]).unique()
    rows = (
        results.filter((pl.col("measure") == DRAWN) & pl.col("month_index").is_in(list(view.months)))
        .select("kommune_kode", "omraade", "kontroltrin", "period", pl.col("month_index").cast(pl.Int64))
        .join(mixed.with_columns(pl.lit(value=True).alias("blandet_grundlag")), on=KEY[1:], how="left")
        .with_columns(pl.col("blandet_grundlag").fill_null(value=False), pl.col("kontroltrin").cast(pl.Int32))
    )
    counted = pl.Series("trukket", view.drawn[cells_of(rows, view.drawn_months)])
    drawn = pl.when(pl.col("trukket") >= 0).then("trukket")
    frame = rows.with_columns(counted).select(
        *("kommune_kode", "omraade", "kontroltrin", "month_index", "blandet_grundlag"),
        drawn.alias("trukket"),
        pl.lit(0, dtype=pl.Int64).alias("rest_brutto"),
        *(pl.lit(value=False).alias(f"{name}_skjult") for name in ("trukket", "rest_brutto")),
        *(drawn.alias(f"trukket_{end}") for end in ("lav", "hoej")),
    )
    return public_figures(frame, view, rule)


def _where(row: dict[str, object]) -> str:
    place = place_name(str(row["kommune_kode"]))
    return f"{row['measure']}, {place}, {row['omraade']}, kontroltrin {row['kontroltrin']}, {row['period']}"


def whole_numbers(results: pl.DataFrame) -> bool:
    """True when every numerator and denominator is a whole number, as counts are."""
    told = np.concatenate([results[name].drop_nulls().to_numpy() for name in ("numerator", "denominator")])
    return bool((told == np.rint(told)).all())

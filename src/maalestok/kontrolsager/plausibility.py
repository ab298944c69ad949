"""What an aggregated delivery may hold but a reader should know: gaps, more created than drawn, jumps, empty cells."""

import polars as pl

from maalestok.deliveries.contract import row_name
from maalestok.deliveries.issues import PER_RULE, Issue, Level, rest
from maalestok.kommune import place_name
from maalestok.kontrolsager.celler import FIGURES
from maalestok.period import Period, PeriodKind, parse_period
from maalestok.publish.text_da import number, plural
from maalestok.rules.models import Feed

JUMP = 5
"""More than this many times the median of the 12 months before is warned of."""
JUMP_KR = 1_000_000
"""Amounts below are not judged as jumps: in a small municipality one case moves them every month."""
SHOWN_PLACES = 5
CELL = ["kommune_kode", "omraade", "kontroltrin"]


def kontrolsager_warnings(frame: pl.DataFrame, feed: Feed) -> list[Issue]:
    """What a delivery may hold but a reader should know."""
    months = {period: parse_period(period).month_index for period in frame["period"].unique()}
    placed = frame.with_columns(
        pl.col("period").replace_strict(months, return_dtype=pl.Int64).alias("month_index")
    ).sort(*CELL, "month_index")
    return [*_gaps(placed, feed), *_more_created_than_drawn(placed, feed), *_jumps(placed, feed), *_empty(frame, feed)]


def _gaps(placed: pl.DataFrame, feed: Feed) -> list[Issue]:
    held = set(placed["month_index"].unique())
    absent = [Period(m, PeriodKind.MONTH).code for m in range(min(held), max(held)) if m not in held]
    if not absent:
        return []
    text = f"{plural(len(absent), 'måned', 'måneder')} mangler mellem filens måneder: {', '.join(absent)}."
    remedy = "Få månederne med; ellers kan 12 måneder hen over hullet ikke opgøres."
    return [Issue(Level.ADVARSEL, "maaneder_hul", f"{text} {feed.rules_da['maaneder_hul']}", remedy, column="period")]


def _more_created_than_drawn(placed: pl.DataFrame, feed: Feed) -> list[Issue]:
    """Per cell, the newest 12 months in which it is so, and how many other month ends."""
    pair = pl.col("oprettet", "trukket")
    sums = placed.rolling("month_index", period="12i", group_by=CELL).agg(
        pair.sum(), pair.count().name.suffix("_n"), pl.col("linje", "period").last()
    )
    whole = (pl.col("oprettet_n") == 12) & (pl.col("trukket_n") == 12)
    found = (
        sums.filter(whole & (pl.col("oprettet") > pl.col("trukket")))
        .sort(*CELL, "month_index")
        .group_by(CELL, maintain_order=True)
        .agg(pl.col("linje", "period", "oprettet", "trukket").last(), (pl.len() - 1).alias("andre"))
        .sort("linje")
    )
    issues = []
    for row in found.iter_rows(named=True):
        also = (
            f" (også ved {plural(row['andre'], 'anden månedsudgang', 'andre månedsudgange')})" if row["andre"] else ""
        )
        what = f"{row_name(row)}: {row['oprettet']} oprettet og {row['trukket']} trukket over 12 måneder{also}."
        message = f"{what} {feed.rules_da['oprettet_over_trukket']}"
        remedy = "Kontrollér tallene i kilden. Er de rigtige, så er der intet at gøre."
        issues.append(
            Issue(
                Level.ADVARSEL,
                "oprettet_over_trukket",
                message,
                remedy,
                row["linje"],
                "oprettet",
                str(row["oprettet"]),
            )
        )
    return issues


def _jumps(placed: pl.DataFrame, feed: Feed) -> list[Issue]:
    figures = pl.col(FIGURES)
    before = placed.rolling("month_index", period="12i", group_by=CELL, closed="left").agg(
        figures.median().name.suffix("_median"), figures.count().name.suffix("_n")
    )
    both = placed.join(before, on=[*CELL, "month_index"])
    parts = []
    for figure in FIGURES:
        median, floor = pl.col(f"{figure}_median"), JUMP_KR if figure.endswith("_kr") else 0
        jumped = (median >= 1) & (pl.col(figure) > JUMP * median) & (pl.col(figure) >= floor)
        parts.append(
            both.filter((pl.col(f"{figure}_n") == 12) & jumped).select(
                "linje",
                "period",
                *CELL,
                pl.lit(figure).alias("figur"),
                pl.col(figure).alias("nu"),
                median.alias("foer"),
            )
        )
    found = pl.concat(parts).sort("linje", "figur")
    issues = [
        Issue(
            Level.ADVARSEL,
            "spring",
            f"{row_name(row)}: {row['figur']} er {number(row['nu'])}; medianen af de 12 måneder før er "
            f"{number(row['foer'], 1)}. {feed.rules_da['spring']}",
            "Kontrollér tallet i kilden. Er det rigtigt, så er der intet at gøre.",
            row["linje"],
            row["figur"],
            str(row["nu"]),
        )
        for row in found.head(PER_RULE).iter_rows(named=True)
    ]
    return issues + ([rest("spring", len(found), "celler", Level.ADVARSEL)] if len(found) > PER_RULE else [])


def _empty(frame: pl.DataFrame, feed: Feed) -> list[Issue]:
    issues = []
    for figure in FIGURES:
        empty = frame.filter(pl.col(f"{figure}_status") != "ok").sort("linje")
        if empty.is_empty():
            continue
        places = empty.group_by("kommune_kode", maintain_order=True).agg(pl.col("period").unique().sort(), pl.len())
        named = [
            f"{place_name(kode)} {periods[0]}{f' m.fl. ({count})' if count > 1 else ''}"
            for kode, periods, count in places.head(SHOWN_PLACES).iter_rows()
        ]
        more = f" og {len(places) - SHOWN_PLACES} kommuner mere" if len(places) > SHOWN_PLACES else ""
        text = f"{plural(len(empty), 'celle', 'celler')} i {figure} er tomme: {', '.join(named)}{more}."
        remedy = "Ingen handling: de vises som ikke leveret, aldrig som 0, og 12 måneder hen over dem opgøres ikke."
        message = f"{text} {feed.rules_da['ikke_leveret']}"
        issues.append(Issue(Level.ADVARSEL, "ikke_leveret", message, remedy, empty["linje"][0], figure))
    return issues

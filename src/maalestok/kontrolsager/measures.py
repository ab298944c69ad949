"""From figures of 12-month windows to result rows, for exact figures and for published ones alike.

Input has one row per kommune_kode (any place) x omraade x kontroltrin x month_index with the columns of `FIGURES`:
whole numbers, null where a figure can't be stated or is withheld; `<figure>_skjult` says it is withheld, `<figure>_lav`
and `<figure>_hoej` what a rounded one can stand for. Shares are divided once, here.
"""

from collections.abc import Mapping, Sequence

import polars as pl

from maalestok.division import divided
from maalestok.kommune import by_code
from maalestok.results import Status
from maalestok.rules.models import Kilde
from maalestok.uncertainty import wilson

CELL = ("kommune_kode", "omraade", "kontroltrin", "month_index")
FIGURES = (
    "trukket",
    "rest_brutto",
    "trukket_oprettet",
    "oprettet",
    "afsluttet",
    "afsluttet_effekt",
    "tilbagebetaling_kr",
    "mindreudgift_kr",
    "provenu_kr",
)
SHARES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "trukket_andel": (("trukket",), ("trukket", "rest_brutto")),
    "oprettet_andel": (("trukket_oprettet",), ("trukket",)),
    "effekt_andel": (("afsluttet_effekt",), ("afsluttet",)),
    "aaben_andel": (("oprettet", "-afsluttet"), ("oprettet",)),
}
"""Measure -> figures added up (a leading minus: taken away) in its numerator and denominator."""
AMOUNTS = {"provenu": "provenu_kr", "tilbagebetaling": "tilbagebetaling_kr", "mindreudgift": "mindreudgift_kr"}
WITH_INTERVAL = ("oprettet_andel", "effekt_andel")
MANGLER, NUL, SKJULT, GRUNDLAG = "maaned_mangler", "naevner_nul", "fortrolighed", "forskellige_grundlag"


def share_rows(figures: pl.DataFrame, measure: str) -> pl.DataFrame:
    """One of the shares: CELL, numerator, denominator, value, low, high, status, reason."""
    above, below = SHARES[measure]
    names = sorted({name.lstrip("-") for name in (*above, *below)})
    hidden = pl.any_horizontal(f"{name}_skjult" for name in names)
    rows = figures.with_columns(_total(above).alias("numerator"), _total(below).alias("denominator"))
    nothing = pl.col("denominator") == 0
    missing = pl.any_horizontal(pl.col(name).is_null() & ~pl.col(f"{name}_skjult") for name in names)
    reason = (
        pl.when(nothing.fill_null(value=False)).then(pl.lit(NUL))
        .when(missing).then(pl.lit(MANGLER))
        .when(hidden).then(pl.lit(SKJULT))
    )  # fmt: skip
    rows = rows.with_columns(reason.alias("reason"))
    told = pl.col("reason").is_null()
    rows = rows.with_columns(pl.when(told).then("numerator"), pl.when(told).then("denominator"))
    rows = rows.with_columns(divided(rows["numerator"], rows["denominator"]).alias("value"))
    status = pl.when(told).then(pl.lit(Status.OK.value)).otherwise(_status())
    if measure == "effekt_andel":
        early = (
            told & ~pl.col("oprettet_skjult") & (2 * pl.col("afsluttet") < pl.col("oprettet")).fill_null(value=False)
        )
        status = pl.when(early).then(pl.lit(Status.FORELOEBIG.value)).otherwise(status)
    low, high = _intervals(rows, measure) if measure in WITH_INTERVAL else ([None] * len(rows), [None] * len(rows))
    return rows.select(
        *CELL,
        pl.col("numerator", "denominator").cast(pl.Float64),
        "value",
        pl.Series("low", low, dtype=pl.Float64),
        pl.Series("high", high, dtype=pl.Float64),
        status.alias("status"),
        "reason",
    )


def amount_rows(figures: pl.DataFrame, measure: str) -> pl.DataFrame:
    """One of the amounts in kroner: CELL, value, status, reason."""
    name = AMOUNTS[measure]
    reason = (
        pl.when(pl.col(f"{name}_skjult")).then(pl.lit(SKJULT))
        .when(pl.col(name).is_null() & pl.col("blandet_grundlag")).then(pl.lit(GRUNDLAG))
        .when(pl.col(name).is_null()).then(pl.lit(MANGLER))
    )  # fmt: skip
    return figures.select(
        *CELL,
        pl.when(~pl.col(f"{name}_skjult")).then(pl.col(name)).cast(pl.Float64).alias("value"),
        reason.alias("reason"),
    ).with_columns(
        pl.when(pl.col("reason").is_null()).then(pl.lit(Status.OK.value)).otherwise(_status()).alias("status")
    )


def measure_rows(figures: pl.DataFrame, measures: Sequence[str]) -> pl.DataFrame:
    """All of `measures`, one after the other, with `measure` and `kilde`."""
    frames = [
        (share_rows(figures, m) if m in SHARES else amount_rows(figures, m)).with_columns(pl.lit(m).alias("measure"))
        for m in measures
    ]
    return pl.concat(frames, how="diagonal").with_columns(pl.lit(Kilde.BEREGNET.value).alias("kilde"))


def rounding_spans(figures: pl.DataFrame, rows: pl.DataFrame, measure: str) -> pl.DataFrame:
    """Where the share of unrounded counts can lie: CELL, value, low, high, for the shares that are stated."""
    above, below = SHARES[measure]
    joined = rows.filter(pl.col("value").is_not_null()).join(figures, on=list(CELL))
    spans = [_span(row, above, below) for row in joined.iter_rows(named=True)]
    return joined.select(*CELL, "value").with_columns(
        pl.Series("low", [low for low, _ in spans], dtype=pl.Float64),
        pl.Series("high", [high for _, high in spans], dtype=pl.Float64),
    )


def _total(names: Sequence[str]) -> pl.Expr:
    total = pl.lit(0, dtype=pl.Int64)
    for name in names:
        total = total - pl.col(name[1:]) if name.startswith("-") else total + pl.col(name)
    return total


def _status() -> pl.Expr:
    hidden = pl.col("reason") == SKJULT
    return pl.when(hidden).then(pl.lit(Status.DISKRETIONERET.value)).otherwise(pl.lit(Status.IKKE_OPGJORT.value))


def _intervals(rows: pl.DataFrame, measure: str) -> tuple[list[float | None], list[float | None]]:
    """Wilson intervals of municipalities' shares, wide enough for every count the rounded ones can stand for."""
    (part,), (whole,) = SHARES[measure]
    lows: list[float | None] = []
    highs: list[float | None] = []
    columns = ("kommune_kode", "value", f"{part}_lav", f"{part}_hoej", f"{whole}_lav", f"{whole}_hoej")
    for kommune, value, least, most, fewest, all_most in rows.select(columns).iter_rows():
        if value is None or kommune not in by_code():
            lows.append(None)
            highs.append(None)
            continue
        few = max(fewest, 1)
        lows.append(min(value, wilson(min(least, all_most), all_most)[0]))
        highs.append(max(value, wilson(min(most, few), few)[1]))
    return lows, highs


def _span(row: Mapping[str, int], above: Sequence[str], below: Sequence[str]) -> tuple[float, float]:
    """Smallest and largest share of the counts behind rounded ones; the denominator holds the numerator's counts."""
    if above[-1].startswith("-"):
        low, high = _span(row, (above[1][1:],), below)
        return 1 - high, 1 - low
    least, most = row[f"{above[0]}_lav"], row[f"{above[0]}_hoej"]
    fewest, all_most = max(1, row[f"{below[0]}_lav"]), row[f"{below[0]}_hoej"]
    return least / max(all_most, least, 1), min(1.0, most / fewest)

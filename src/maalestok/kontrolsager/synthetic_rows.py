"""The aggregated feed `kontrolsager` of the invented cases, counted from the cases, not from events; and contacts.

This is the oracle for the product's SQL: it reads a case's months of draw, creation and closing straight from the
generator and shares nothing with it.
"""

import io
from collections.abc import Sequence
from datetime import date, datetime, time

import numpy as np
import polars as pl

from maalestok.deliveries.columns import SYNTETISK
from maalestok.kontrolsager.celler import FIGURES, celler
from maalestok.kontrolsager.synthetic_cases import (
    AFSLUTTET,
    CLOSED,
    CLOSED_AGAIN,
    DRAWN,
    DRAWN_AGAIN,
    LAID_BACK,
    LAPSED,
    OPRETTET,
    REOPENED,
    SHOWN,
    VISITED,
    Cohort,
    Truth,
)
from maalestok.kontrolsager.synthetic_events import MARK
from maalestok.kontrolsager.synthetic_recipe import Flags, Ints
from maalestok.period import Period, PeriodKind

KEY = ("maaned", "kommune_kode", "omraade", "kontroltrin")


def aggregate(
    truth: Truth, opgjort_til: str, months: int | None = None, beloeb_grundlag: str = "total"
) -> pl.DataFrame:
    """The feed's rows as known at a month: 392 for each of the last `months` months (default: all), in order of key.

    A later `opgjort_til` restates the months before it: a redelivery.

    Raises:
        ValueError: the month is outside the truth.
    """
    until = truth.until(opgjort_til)
    width = len(celler())
    sums = {name: np.zeros((until - truth.first + 1) * width, dtype=np.int64) for name in FIGURES}
    for _, shown in truth.cohorts(until):
        _count(shown, until, truth.first, sums)
    sums["rest_brutto"] = np.cumsum(sums["rest_brutto"].reshape(-1, width), axis=0).ravel()
    codes = [Period(month, PeriodKind.MONTH).code for month in range(truth.first, until + 1)]
    rows = pl.DataFrame(
        {
            "maaned": [code for code in codes for _ in range(width)],
            "kommune_kode": [c[1] for c in celler()] * len(codes),
            "omraade": [c[2] for c in celler()] * len(codes),
            "kontroltrin": [c[3] for c in celler()] * len(codes),
            **sums,
        }
    ).with_columns(pl.lit(beloeb_grundlag).alias("beloeb_grundlag"))
    return rows if months is None else rows.tail(months * width)


def _count(shown: Cohort, until: int, first: int, sums: dict[str, Ints]) -> None:
    """Add the cases of one cohort to the cells of all months."""
    known = shown.known <= until

    def add(name: str, place: int, which: Flags, amount: Ints | int = 1) -> None:
        cells = (shown.month[place] - first) * len(celler()) + shown.cell
        np.add.at(sums[name], cells[which], amount if isinstance(amount, int) else amount[which])

    for place, sign in ((SHOWN, 1), (DRAWN, -1), (LAID_BACK, 1), (DRAWN_AGAIN, -1), (LAPSED, -1)):
        add("rest_brutto", place, known[place], sign)
    created = known[VISITED] & (shown.kind[VISITED] == OPRETTET)
    for place, drawn in ((DRAWN, known[DRAWN] & ~known[LAID_BACK]), (DRAWN_AGAIN, known[DRAWN_AGAIN])):
        add("trukket", place, drawn)
        add("trukket_oprettet", place, drawn & created)
    add("oprettet", VISITED, created)
    for place, closing, last in (
        (CLOSED, 0, known[CLOSED] & ~known[REOPENED]),
        (CLOSED_AGAIN, 1, known[CLOSED_AGAIN]),
    ):
        repaid, saved = shown.amounts[0, closing], shown.amounts[1, closing]
        effect = last & (shown.kind[place] == AFSLUTTET) & (repaid + saved > 0)
        add("afsluttet", VISITED, last)
        add("afsluttet_effekt", VISITED, effect)
        add("tilbagebetaling_kr", VISITED, effect, repaid)
        add("mindreudgift_kr", VISITED, effect, saved)


def not_delivered(rows: pl.DataFrame, kommune_kode: str, maaned: str) -> pl.DataFrame:
    """The same rows with empty cells for one municipality in one month: its rows stay, its figures are gone.

    Raises:
        ValueError: there is no such row.
    """
    gone = (pl.col("kommune_kode") == kommune_kode) & (pl.col("maaned") == maaned)
    if rows.filter(gone).is_empty():
        raise ValueError(f"no row of {kommune_kode} in {maaned}")
    return rows.with_columns(pl.when(~gone).then(pl.col(*FIGURES)).name.keep())


def drawn_after_all(
    rows: pl.DataFrame, kommune_kode: str, omraade: str, kontroltrin: int, maaned: str, sager: int
) -> pl.DataFrame:
    """A redelivery in which so many cases turn out to have been drawn in a month: they leave the stock from then on.

    Raises:
        ValueError: the stock is too small in that or a later month, or there is no such row.
    """
    cell = (pl.col("kommune_kode") == kommune_kode) & (pl.col("omraade") == omraade)
    cell &= pl.col("kontroltrin") == kontroltrin
    after = cell & (pl.col("maaned") >= maaned)
    least = rows.filter(after)["rest_brutto"].min()
    if not isinstance(least, int) or least < sager or rows.filter(after & (pl.col("maaned") == maaned)).is_empty():
        cut = f"{kommune_kode}, {omraade}, {kontroltrin}"
        raise ValueError(f"{sager} cases can't have been drawn from {cut} in {maaned}")
    return rows.with_columns(
        pl.col("rest_brutto") - pl.when(after).then(sager).otherwise(0),
        pl.col("trukket") + pl.when(after & (pl.col("maaned") == maaned)).then(sager).otherwise(0),
    )


def marked(rows: pl.DataFrame) -> pl.DataFrame:
    """With the column every invented delivery carries."""
    return rows.with_columns(pl.lit(MARK).alias(SYNTETISK))


def as_csv(rows: pl.DataFrame) -> bytes:
    """The aggregated feed as CSV: semicolon, UTF-8; an empty cell is not delivered."""
    return marked(rows).write_csv(separator=";", line_terminator="\r\n").encode()


def as_parquet(rows: pl.DataFrame) -> bytes:
    """The aggregated feed as Parquet."""
    buffer = io.BytesIO()
    marked(rows).write_parquet(buffer)
    return buffer.getvalue()


def as_xlsx(rows: pl.DataFrame) -> bytes:
    """The aggregated feed as a workbook of one sheet."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"created": datetime.combine(date(2000, 1, 1), time.min)})
    sheet = book.add_worksheet("kontrolsager")
    table = marked(rows)
    sheet.write_row(0, 0, table.columns)
    for number, row in enumerate(table.iter_rows(), start=1):
        sheet.write_row(number, 0, row)
    book.close()
    return buffer.getvalue()


CONTACT_COLUMNS = ("kommune_kode", "kontroltrin", "dato", "art", "aarsager", "bemaerkning_udtraek", SYNTETISK)


def contacts(truth: Truth, opgjort_til: str) -> bytes:
    """`henvendelser` as CSV: a contact to a municipality that stopped drawing, its answer, a word on small numbers.

    Who they are follows the recipe's stories: the first of one kontroltrin, and the first of a tiny municipality.

    Raises:
        ValueError: the month is outside the truth.
    """
    last = truth.until(opgjort_til)
    recipe = truth.recipe
    asked = next(s for s in recipe.stories if s.kontroltrin is not None and s.kommune_kode not in recipe.tiny)
    tiny = next(s for s in recipe.stories if s.kommune_kode in recipe.tiny)

    def day(back: int, number: int) -> str:
        return f"{Period(last - back, PeriodKind.MONTH).code}-{number:02d}"

    remark = "Opfundet svar: temaet om samlivsforhold rammer sjældent hos os."
    rows: Sequence[tuple[object, ...]] = (
        (asked.kommune_kode, asked.kontroltrin, day(2, 12), "kontakt", "", ""),
        (asked.kommune_kode, asked.kontroltrin, day(1, 3), "svar", "daarlig_hitrate|ressourcer", remark),
        (tiny.kommune_kode, tiny.kontroltrin, day(1, 17), "smaa_tal_bekraeftet", "", ""),
    )
    lines = [CONTACT_COLUMNS, *((*row, MARK) for row in rows)]
    return "".join(";".join(map(str, line)) + "\r\n" for line in lines).encode()

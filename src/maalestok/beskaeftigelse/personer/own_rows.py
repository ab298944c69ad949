"""Rows of figures counted from persons, as `measures.py` has them, and how they stand beside published ones."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from maalestok.results import Status
from maalestok.rules.models import Kilde

AT = ["period", "kommune_kode", "omraade"]
CORRECTED = "udtaget_ved_rettelse"
OWN_METHOD = "egen_opgoerelse-1"
_SCHEMA: dict[str, type[pl.DataType]] = {
    **dict.fromkeys((*AT, "kilde"), pl.String),
    **dict.fromkeys(("value", "low", "high", "numerator", "denominator"), pl.Float64),
    **dict.fromkeys(("status", "reason", "method"), pl.String),
}


@dataclass(frozen=True)
class OwnRow:
    """A figure of one municipality, area and period; exact, or None with a status and the reason.

    `numerator` and `denominator` are told only where both are whole numbers behind a share.
    """

    measure: str
    period: str
    kommune_kode: str
    omraade: str
    value: Fraction | None
    low: Fraction | None = None
    high: Fraction | None = None
    numerator: int | None = None
    denominator: int | None = None
    status: Status = Status.OK
    reason: str | None = None


def missing(measure: str, at: tuple[str, str, str], reason: str, status: Status = Status.IKKE_OPGJORT) -> OwnRow:
    """A figure that isn't there. `at`: period, kommune_kode, omraade."""
    return OwnRow(measure, *at, value=None, status=status, reason=reason)


def frames(rows: Iterable[OwnRow], method: str) -> Mapping[str, pl.DataFrame]:
    """Measure -> its rows. `method`: the versions they were counted by, to be named beside the measure's own."""
    held: dict[str, list[tuple[object, ...]]] = {}
    for row in rows:
        numbers = (row.value, row.low, row.high, row.numerator, row.denominator)
        held.setdefault(row.measure, []).append(
            (
                row.period,
                row.kommune_kode,
                row.omraade,
                Kilde.BEREGNET.value,
                *(None if number is None else float(number) for number in numbers),
                row.status.value,
                row.reason,
                method,
            )
        )
    return {measure: pl.DataFrame(found, schema=_SCHEMA, orient="row") for measure, found in held.items()}


def leads() -> pl.Expr:
    """True for a published row that leads: it has a figure, or it is withheld on purpose."""
    withheld = pl.col("status") == Status.DISKRETIONERET.value
    return pl.col("value").is_not_null() | withheld | (pl.col("reason") == CORRECTED).fill_null(value=False)


def joined(published: pl.DataFrame, own: pl.DataFrame | None) -> pl.DataFrame:
    """One row a cell: the published one where it leads, our own where there is one, else the published one."""
    if own is None:
        return published
    if published.is_empty():
        return own
    leading = published.filter(leads())
    ours = own.join(leading, on=AT, how="anti")
    rest = published.filter(~leads()).join(ours, on=AT, how="anti")
    return pl.concat([leading, ours, rest], how="diagonal_relaxed")

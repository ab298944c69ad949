"""What figures are made of, as rows: a part named by measure and cell, joined to the result it belongs to."""

from collections.abc import Iterable
from typing import NamedTuple

import polars as pl

from maalestok.results import WITH_FIGURE
from maalestok.rules.models import Unit

_AT = ["measure", "period", "kommune_kode", "omraade"]


class PartRow(NamedTuple):
    """One part of a result of a measure that has one kilde. Either end of its range may be missing with the range."""

    measure: str
    period: str
    kommune_kode: str
    omraade: str
    part: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    method_version: str


def attached(rows: Iterable[PartRow], results: pl.DataFrame) -> pl.DataFrame:
    """The rows with the identity of the results they belong to; rows of results without a figure are left out."""
    schema = {name: pl.Float64 if name in ("value", "low", "high") else pl.String for name in PartRow._fields}
    frame = pl.DataFrame(list(rows), schema=schema, orient="row")
    shown = results.filter(pl.col("status").is_in(list(WITH_FIGURE))).drop("value", "low", "high", "unit")
    return frame.join(shown, on=_AT)


def part(
    measure: str,
    cell: tuple[str, str, str],
    name: str,
    value: float | None,
    unit: Unit,
    method: str,
    ends: tuple[float, float] | None = None,
) -> PartRow:
    """A part of a figure. `cell`: (period, kommune_kode, omraade); `ends`: its range."""
    low, high = (None, None) if ends is None else ends
    return PartRow(measure, *cell, name, value, low, high, unit.value, method)

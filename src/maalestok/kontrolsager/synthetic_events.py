"""The file `sagshaendelser` of the invented cases, as known at a month: by time, not by case, as a real extract.

A month's events are written once no later case can have any, so that memory holds the events of pending months only.
"""

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
from polars.io.plugins import register_io_source

from maalestok.deliveries.columns import SYNTETISK
from maalestok.kontrolsager.celler import celler
from maalestok.kontrolsager.synthetic_cases import (
    AFSLUTTET,
    AFVIST,
    BORTFALDET,
    CLOSED,
    CLOSED_AGAIN,
    HAENDELSER,
    HENLAGT,
    LAGT_TILBAGE,
    WORKDAY,
    Cohort,
    Truth,
)
from maalestok.kontrolsager.synthetic_recipe import Ints, stream

MARK = "SYNTETISK"
AARSAGER = {
    LAGT_TILBAGE: ("ressourcer", "afventer_oplysninger"),
    BORTFALDET: ("foraeldet",),
    AFVIST: ("allerede_undersoegt", "ingen_uregelmaessighed", "fraflyttet"),
    HENLAGT: ("utilstraekkeligt_grundlag", "borger_doed"),
}
"""Invented reasons. Where there are fewer than four, the rest of the cells are empty."""
_OPENS = 8 * 3600
_ROW_GROUP = 1 << 18
_FIRST_DAY = date(1990, 1, 1).toordinal()
_COLUMNS: dict[str, type[pl.DataType]] = {
    "sag_id": pl.String, "kommune_kode": pl.String, "omraade": pl.String, "kontroltrin": pl.Int64,
    "haendelse": pl.String, "tidspunkt": pl.String, "aarsag": pl.String, "tilbagebetaling_kr": pl.Int64,
    "mindreudgift_kr": pl.Int64, "opgjort_til": pl.String, SYNTETISK: pl.String,
}  # fmt: skip


def events(truth: Truth, opgjort_til: str) -> Iterator[pl.DataFrame]:
    """Known events, one frame a month, by time and case: whole numbers only.

    Columns: sag (UInt64, the pseudonym as a number), cell (0..391), kind (place in `HAENDELSER`), month (month_index),
    time (working seconds), tilbagebetaling_kr and mindreudgift_kr (null where the file's cell is empty).

    Raises:
        ValueError: the month is outside the truth.
    """
    until = truth.until(opgjort_til)
    pending: dict[int, list[pl.DataFrame]] = {}
    for month, shown in truth.cohorts(until):
        for (key,), part in _known(truth, shown, until).partition_by("month", as_dict=True).items():
            pending.setdefault(key, []).append(part)
        if done := pending.pop(month, None):
            yield pl.concat(done).sort("time", "sag")


def as_of(truth: Truth, opgjort_til: str) -> pl.DataFrame:
    """All known events, by case and time. For small truths: they are held in memory."""
    return pl.concat(events(truth, opgjort_til)).sort("sag", "time")


def write_events(truth: Truth, path: Path, opgjort_til: str, fmt: str = "parquet") -> int:
    """Write `sagshaendelser` as `parquet` or `csv` (semicolon); returns the number of rows.

    Raises:
        ValueError: the month is outside the truth, or the format is neither.
    """
    truth.until(opgjort_til)
    written = 0

    def texts() -> Iterator[pl.DataFrame]:
        nonlocal written
        for frame in events(truth, opgjort_til):
            written += len(frame)
            yield _texts(frame, opgjort_til)

    if fmt == "parquet":
        source = register_io_source(lambda *_: texts(), schema=_COLUMNS)
        source.sink_parquet(path, row_group_size=_ROW_GROUP, maintain_order=True)
    elif fmt == "csv":
        with path.open("wb") as file:
            for number, frame in enumerate(texts()):
                frame.write_csv(file, separator=";", line_terminator="\r\n", include_header=number == 0)
    else:
        raise ValueError(f"no such format: {fmt}")
    return written


def _known(truth: Truth, shown: Cohort, until: int) -> pl.DataFrame:
    place, case = np.nonzero(shown.known <= until)
    kind = shown.kind[place, case]
    closing, ends = (place == CLOSED_AGAIN).astype(np.int64), np.isin(place, (CLOSED, CLOSED_AGAIN))
    amounts = np.where(ends & (kind == AFSLUTTET), shown.amounts[:, closing, case], 0)
    stated = pl.Series(amounts.sum(axis=0) > 0)
    frame = pl.DataFrame(
        {
            "sag": _pseudonyms(truth.seed, shown.number)[case],
            "cell": shown.cell[case],
            "kind": kind,
            "month": shown.month[place, case],
            "time": shown.time[place, case],
            "tilbagebetaling_kr": amounts[0],
            "mindreudgift_kr": amounts[1],
        }
    )
    return frame.with_columns(pl.when(stated).then(pl.col("tilbagebetaling_kr", "mindreudgift_kr")))


def _pseudonyms(seed: int, numbers: Ints) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    """Random-looking numbers, one to one: the last steps of splitmix64 after adding a key of the seed."""
    key = stream(seed, 2).integers(0, 1 << 64, dtype=np.uint64, size=1)
    mixed = numbers.astype(np.uint64) ^ key
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return mixed ^ (mixed >> np.uint64(31))


def _texts(frame: pl.DataFrame, opgjort_til: str) -> pl.DataFrame:
    """The rows as delivered: text looked up by number, which is faster than writing each."""
    quads, days, seconds, reasons = _tables()
    sag, time = frame["sag"], frame["time"]
    ident = [quads.gather((sag // (1 << shift)) % (1 << 16)) for shift in (48, 32, 16, 0)]
    moment = [days.gather(time // WORKDAY - _FIRST_DAY), seconds.gather(time % WORKDAY)]
    kommune, omraade, kontroltrin = (pl.Series([c[i] for c in celler()]).gather(frame["cell"]) for i in (1, 2, 3))
    return pl.select(
        pl.concat_str(ident).alias("sag_id"),
        kommune.alias("kommune_kode"),
        omraade.alias("omraade"),
        kontroltrin.alias("kontroltrin"),
        pl.Series(HAENDELSER).gather(frame["kind"]).alias("haendelse"),
        pl.concat_str(moment).alias("tidspunkt"),
        reasons.gather(frame["kind"] * 4 + (sag % 4).cast(pl.Int64)).alias("aarsag"),
        frame["tilbagebetaling_kr"],
        frame["mindreudgift_kr"],
        pl.lit(opgjort_til).alias("opgjort_til"),
        pl.lit(MARK).alias(SYNTETISK),
    )


@cache
def _tables() -> tuple[pl.Series, pl.Series, pl.Series, pl.Series]:
    """Texts by number: four hex digits, days, seconds of the working day, reasons (event * 4 + one of four)."""
    quads = [f"{n:04x}" for n in range(1 << 16)]
    days = [date.fromordinal(n).isoformat() for n in range(_FIRST_DAY, date(2101, 1, 1).toordinal())]
    clock = [f"T{n // 3600:02d}:{n // 60 % 60:02d}:{n % 60:02d}" for n in range(_OPENS, _OPENS + WORKDAY)]
    reasons = [(AARSAGER.get(kind, ()) + (None,) * 4)[:4] for kind in range(len(HAENDELSER))]
    return (
        pl.Series(quads),
        pl.Series(days),
        pl.Series(clock),
        pl.Series([reason for four in reasons for reason in four], dtype=pl.String),
    )

"""Figures of windows in three dresses: exact (internal), as arrays for the suppression, and as published.

Tables have the columns `measures` asks for; arrays the shapes of `view.View`.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maalestok.kontrolsager.known import count_bounds
from maalestok.kontrolsager.measures import CELL, FIGURES
from maalestok.kontrolsager.rules import DisclosureVersion
from maalestok.kontrolsager.view import AMOUNTS, COUNTS, CUTS, OP, TO, A, E, Shown, View, places
from maalestok.kontrolsager.withheld import Exact

Ints = NDArray[np.int64]
PARTS = ("tilbagebetaling_kr", "mindreudgift_kr")


def exact_figures(windows: pl.DataFrame) -> pl.DataFrame:
    """Figures as they are: nothing rounded, nothing withheld; amounts of different bases left out."""
    one_base = ~pl.col("blandet_grundlag")
    frame = windows.with_columns(pl.when(one_base).then(pl.col(name)).alias(name) for name in PARTS)
    frame = frame.with_columns((pl.col(PARTS[0]) + pl.col(PARTS[1])).alias("provenu_kr"))
    return frame.with_columns(
        *(pl.lit(value=False).alias(f"{name}_skjult") for name in FIGURES),
        *(pl.col(name).alias(f"{name}_{end}") for name in COUNTS for end in ("lav", "hoej")),
        *(pl.col("trukket").alias(f"trukket_{end}") for end in ("lav", "hoej")),
    )


def exact_arrays(figures: pl.DataFrame, public: int) -> Exact:
    """The figures of the newest `public` windows, and the drawn cases of all, as arrays; -1 where there is none."""
    drawn_months = tuple(figures["month_index"].unique().sort().to_list())
    months = drawn_months[-public:]
    recent = figures.filter(pl.col("month_index") >= months[0])
    return Exact(
        months,
        np.stack([_array(recent, name, months) for name in COUNTS]),
        np.stack([_array(recent, name, months) for name in AMOUNTS]),
        drawn_months,
        _array(figures, "trukket", drawn_months),
    )


def cells_of(frame: pl.DataFrame, months: Sequence[int]) -> tuple[NDArray[np.intp], ...]:
    """Positions of a table's rows in arrays: place, cut, window."""
    at = {code: position for position, code in enumerate(places())}
    cuts = {f"{omraade}/{trin}": position for position, (omraade, trin) in enumerate(CUTS)}
    named = frame.select(
        pl.col("kommune_kode").replace_strict(at, return_dtype=pl.Int64),
        pl.concat_str("omraade", pl.lit("/"), "kontroltrin").replace_strict(cuts, return_dtype=pl.Int64).alias("cut"),
        pl.col("month_index").cast(pl.Int64),
    )
    place, cut, month = (named[name].to_numpy().astype(np.intp) for name in named.columns)
    return place, cut, np.searchsorted(months, month).astype(np.intp)


def _array(frame: pl.DataFrame, name: str, months: Sequence[int]) -> NDArray[np.int64]:
    out = np.full((len(places()), len(CUTS), len(months)), -1, dtype=np.int64)
    out[cells_of(frame, months)] = frame[name].fill_null(-1).cast(pl.Int64).to_numpy()
    return out


def public_figures(figures: pl.DataFrame, view: View, rule: DisclosureVersion) -> pl.DataFrame:
    """The figures of a view's windows as published: rounded, withheld ones null and marked."""
    rows = figures.filter(pl.col("month_index").is_in(list(view.months))).select(
        *CELL,
        *("trukket", "trukket_skjult", "trukket_lav", "trukket_hoej"),
        *("rest_brutto", "rest_brutto_skjult", "blandet_grundlag"),
    )  # fmt: skip
    at = cells_of(rows, view.months)
    low, high = count_bounds(view, rule)
    columns = []
    for names, values, states in ((COUNTS, view.counts, view.count_state), (AMOUNTS, view.amounts, view.amount_state)):
        for kind, name in enumerate(names):
            shown = pl.Series(states[kind][at] == Shown.SHOWN)
            columns.append(_where(shown, values[kind][at]).alias(name))
            columns.append(pl.Series(f"{name}_skjult", states[kind][at] == Shown.HIDDEN))
            if names is COUNTS:
                columns.append(_where(shown, low[kind][at]).alias(f"{name}_lav"))
                columns.append(_where(shown, high[kind][at]).alias(f"{name}_hoej"))
    return rows.with_columns(columns)


def _where(shown: pl.Series, values: NDArray[np.int64]) -> pl.Series:
    return pl.select(pl.when(shown).then(pl.Series(values))).to_series()


def read_view(results: pl.DataFrame, reasons: pl.DataFrame) -> View:
    """A view from a release's public tables alone.

    Args:
        results: the release's results.
        reasons: its parts, which say why a figure isn't there.
    """
    nothing = (
        reasons.filter(pl.col("part") == "naevner_nul")
        .select("measure", *CELL[:3], "period")
        .with_columns(pl.lit(value=True).alias("nul"))
    )
    rows = results.join(nothing, on=["measure", *CELL[:3], "period"], how="left").with_columns(
        pl.col("nul").fill_null(value=False), pl.col("kontroltrin").cast(pl.Int64)
    )
    by_measure = {name: part for (name,), part in rows.partition_by("measure", as_dict=True).items()}
    draws = by_measure["trukket_andel"]
    drawn_months = tuple(draws["month_index"].unique().sort().to_list())
    drawn = np.full((len(places()), len(CUTS), len(drawn_months)), -1, dtype=np.int64)
    told = draws.with_columns(pl.when("nul").then(0.0).otherwise("numerator").alias("numerator"))
    drawn[cells_of(told, drawn_months)] = told["numerator"].fill_null(-1).cast(pl.Int64).to_numpy()
    created = by_measure["oprettet_andel"]
    months = tuple(created["month_index"].unique().sort().to_list())
    # Where the stock was not delivered, the drawn stand in the share of them that was created.
    at = cells_of(created, drawn_months)
    beside = created.with_columns(pl.when("nul").then(0.0).otherwise("denominator").alias("denominator"))
    drawn[at] = np.maximum(drawn[at], beside["denominator"].fill_null(-1).cast(pl.Int64).to_numpy())
    shape = (len(COUNTS), len(places()), len(CUTS), len(months))
    counts, state = np.full(shape, -1, dtype=np.int64), np.full(shape, Shown.ABSENT, dtype=np.int8)
    for measure, told_kinds in _TOLD.items():
        part = by_measure[measure]
        at = cells_of(part, months)
        above, below = (part[c].fill_null(-1).cast(pl.Int64).to_numpy() for c in ("numerator", "denominator"))
        nul, hidden = part["nul"].to_numpy(), (part["status"] == "diskretioneret").to_numpy()
        for kind, told_by in told_kinds.items():
            value = np.where(nul, 0, told_by(above, below))
            shown = nul | (above >= 0)
            own, own_state = counts[kind], state[kind]
            known = shown & (own_state[at] != Shown.SHOWN)
            own[at] = np.where(known, value, own[at])
            own_state[at] = np.where(
                shown, Shown.SHOWN, np.where(hidden & (own_state[at] == Shown.ABSENT), Shown.HIDDEN, own_state[at])
            )
    amounts, amount_state = (
        np.full((3, *shape[1:]), -1, dtype=np.int64),
        np.full((3, *shape[1:]), Shown.ABSENT, np.int8),
    )
    for kind, measure in enumerate(("tilbagebetaling", "mindreudgift", "provenu")):
        part = by_measure[measure]
        at = cells_of(part, months)
        value = part["value"].fill_null(-1).cast(pl.Int64).to_numpy()
        hidden = (part["status"] == "diskretioneret").to_numpy()
        amounts[kind][at] = value
        amount_state[kind][at] = np.where(value >= 0, Shown.SHOWN, np.where(hidden, Shown.HIDDEN, Shown.ABSENT))
    return View(months, counts, state, amounts, amount_state, drawn_months, drawn)


_TOLD: Mapping[str, Mapping[int, Callable[[Ints, Ints], Ints]]] = {
    "oprettet_andel": {TO: lambda above, below: above},
    "aaben_andel": {OP: lambda above, below: below, A: lambda above, below: below - above},
    "effekt_andel": {A: lambda above, below: below, E: lambda above, below: above},
}
"""Measure -> which counts its numerator and denominator tell."""

"""What the rows of a release are made of: published figures, what was counted from persons, what follows from both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl

from maalestok.beskaeftigelse import development, own_standing
from maalestok.beskaeftigelse import measures as m
from maalestok.beskaeftigelse import uncertainty_tables as u
from maalestok.beskaeftigelse.editions import Errors, GroupKey, cells, placed
from maalestok.beskaeftigelse.own_development import rows_between
from maalestok.beskaeftigelse.part_rows import PartRow
from maalestok.beskaeftigelse.personer.own import Own
from maalestok.beskaeftigelse.personer.own_rows import leads
from maalestok.beskaeftigelse.rank_uncertainty import Cell
from maalestok.beskaeftigelse.rules import BeskaeftigelseRules


@dataclass(frozen=True)
class Basis:
    """What rows are made of. Everything but `periods` reaches back to the editions a figure is compared with.

    `shares`: focus target figures by month, where there are any; `own`: what was counted from persons; `beside`: more
    parts.
    """

    facts: pl.DataFrame
    amounts: pl.DataFrame
    population: pl.DataFrame
    rules: BeskaeftigelseRules
    periods: Sequence[str]
    shares: pl.DataFrame | None = None
    own: Own | None = None
    beside: Sequence[PartRow] = ()

    @cached_property
    def errors(self) -> Errors:
        """Standard errors from persons; none where no model was made of them."""
        return {} if self.own is None else self.own.errors

    @cached_property
    def own_cells(self) -> own_standing.OwnCells:
        """Every group of our own differences, also those beside published ones."""
        if self.own is None:
            return {}
        return own_standing.own_cells(self._standing, self.errors, self.rules)

    @cached_property
    def _standing(self) -> pl.DataFrame:
        return own_standing.of_build({} if self.own is None else self.own.standing)

    @cached_property
    def own_placed(self) -> development.Editions:
        """Municipalities with a place of our own, of the groups where those are shown."""
        return own_standing.own_placed(self._standing, self.own_led)

    @cached_property
    def own_led(self) -> own_standing.OwnCells:
        """The groups of which our own differences are shown, as nothing is published."""
        gaps = m.published(self.facts, self.rules.measures[own_standing.GAP]).filter(leads())
        return own_standing.groups_led_by_own(self.own_cells, set(gaps.select("period", "omraade").iter_rows()))

    @cached_property
    def cells(self) -> Mapping[GroupKey, Sequence[Cell]]:
        """Each group's municipalities: published figures, or our own; with standard errors from persons."""
        return dict(cells(self.facts, self.rules, self.errors)) | dict(self.own_led)

    @cached_property
    def groups(self) -> u.Groups:
        """What can be said of differences and places."""
        return u.judged(self.cells, self.rules)

    @cached_property
    def approximated(self) -> u.Groups:
        """What would have been said without persons, of the groups whose chance was counted from them."""
        counted = [key for key, (_, made) in self.groups.items() if made.by_persons]
        return u.judged({key: [replace(cell, error=None) for cell in self.cells[key]] for key in counted}, self.rules)

    @cached_property
    def held(self) -> development.Editions:
        """Municipalities with all published figures of a group."""
        return placed(self.facts, self.rules)

    @cached_property
    def by_kommune(self) -> pl.DataFrame:
        """Amounts of each municipality."""
        return m.extra_expenditure(self.facts, self.amounts, self.rules)

    @cached_property
    def potential(self) -> pl.DataFrame:
        """The national potential."""
        return development.potential(self.by_kommune, self.facts, self.rules)

    @cached_property
    def counted(self) -> Mapping[str, pl.DataFrame]:
        """Measure -> rows of our own, with their ranges; `method` names the versions beside the measure's own."""
        if self.own is None:
            return {}
        rows = dict(self.own.rows)
        gap = rows.get(own_standing.GAP)
        if gap is None:
            return rows
        methods = dict(self._standing.filter(measure=own_standing.GAP).select("period", "method").unique().iter_rows())
        rows[own_standing.GAP] = _ranged(gap, own_standing.difference_intervals(self.own_cells, self.rules))
        places = own_standing.places(self.own_led, methods)
        ranges = u.intervals(self.groups, own_standing.PLACE).join(u.methods(self.groups), on=["period", "omraade"])
        rows[own_standing.PLACE] = _ranged(places, ranges)
        method = pl.col("period").replace_strict(methods, return_dtype=pl.String).alias("method")
        between = rows_between(self.own_led, self.own_placed, self.rules)
        return rows | {name: frame.with_columns(method) for name, frame in between.items()}


def _ranged(rows: pl.DataFrame, ranges: pl.DataFrame) -> pl.DataFrame:
    """The rows with their ranges, where there are any, and the method behind those in the versions they rest on."""
    without = rows.with_columns(
        (pl.col(name) if name in rows.columns else pl.lit(None, dtype=pl.Float64)).alias(f"{name}_before")
        for name in ("low", "high")
    ).drop("low", "high", strict=False)
    joined = without.join(ranges, on=own_standing.AT, how="left")
    known = pl.col("value").is_not_null() & pl.col(u.METHOD).is_not_null()
    return joined.with_columns(
        *(pl.when(known).then(pl.col(end)).otherwise(pl.col(f"{end}_before")).alias(end) for end in ("low", "high")),
        pl.when(known).then(pl.concat_str("method", u.METHOD, separator="+")).otherwise("method").alias("method"),
    ).drop("low_before", "high_before", u.METHOD)

"""The fitted models of what was counted, each with everything that is told of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
import polars as pl

from maalestok.beskaeftigelse.personer.counted import Counted
from maalestok.beskaeftigelse.personer.fulltime import GRADE, rounded
from maalestok.beskaeftigelse.personer.plan import Window
from maalestok.beskaeftigelse.rammevilkaar import fit as f
from maalestok.beskaeftigelse.rammevilkaar import statistics as s
from maalestok.beskaeftigelse.rammevilkaar.area_conditions import (
    SCALE,
    AreaColumns,
    area_columns,
    of_year,
    residuals_with_areas,
    whole_column,
    with_areas,
)
from maalestok.beskaeftigelse.rammevilkaar.influence import Influence
from maalestok.beskaeftigelse.rammevilkaar.model_facts import (
    ModelFacts,
    area_values_of,
    first_year,
    fitted_windows,
    read_errors,
    read_without,
)
from maalestok.beskaeftigelse.rammevilkaar.model_rules import ModelVersion, RammevilkaarModel
from maalestok.beskaeftigelse.rammevilkaar.queries import Term
from maalestok.beskaeftigelse.rammevilkaar.scope import ScopeChange, differences_by_benefit, left_out

SHARE_DECIMALS = 4
"""Shares in whole hundredths of a percentage point, as published."""


@dataclass(frozen=True)
class Modelled:
    """The model of one window. Columns of its arrays: the areas in `priority`, then the total; in grade-days.

    `joined`: categories joined with the reference; `absent`: conditions of areas that were not delivered; `benefits`
    and the sums of each by term (p x b) and municipality (G x b); `changes`: shock -> kommune_kode -> its change.
    """

    window: Window
    version: ModelVersion
    statistics: s.Statistics
    joined: tuple[Term, ...]
    absent: tuple[str, ...]
    areas: AreaColumns
    found: f.Fit
    residuals: s.Residuals
    covariances: s.Floats
    municipalities: f.Municipalities
    influence: Influence
    benefits: tuple[str, ...]
    benefit_xy: s.Floats
    benefit_by_kommune: s.Floats
    changes: dict[str, dict[str, float]]

    @property
    def scale(self) -> float:
        """Grade-days of a full-time person in the window."""
        return 100.0 * self.window.days

    @property
    def area_names(self) -> tuple[str, ...]:
        """The areas of the columns but the last."""
        return self.window.counting.priority

    @cached_property
    def differences(self) -> s.Floats:
        """Actual minus expected, G x (m + 1)."""
        return self.municipalities.actual - self.municipalities.expected

    @cached_property
    def scope(self) -> tuple[ScopeChange, ...]:
        """What happens to the differences in total, as they are shown, when a benefit is left out."""
        told, persons = self.municipalities, self.municipalities.persons
        parts = differences_by_benefit(self.statistics, self.found, self.benefit_xy, self.benefit_by_kommune)
        counted, expected = told.actual[:, -1] * persons, told.expected[:, -1]
        of_benefit = self.benefit_by_kommune / persons[:, None] - parts
        without = [
            self._shown(counted - self.benefit_by_kommune[:, place], expected - of_benefit[:, place])
            for place in range(len(self.benefits))
        ]
        return left_out(self.benefits, self._shown(counted, expected), without, persons)

    def _shown(self, counted: s.Floats, expected: s.Floats) -> s.Floats:
        """Differences of numbers rounded as they are shown: a place by exact ones would tell more than they do."""
        counting, persons = self.window.counting, self.municipalities.persons
        whole = GRADE * self.window.days
        numbers = [rounded(Fraction(round(float(days)), whole), counting.rounding) for days in counted]
        residents = [max(rounded(int(count), counting.rounding), counting.rounding) for count in persons]
        shares = np.array(numbers) / np.array(residents)
        return np.asarray(shares - np.round(expected / self.scale, SHARE_DECIMALS), dtype=np.float64)


def modelled(found: Counted, model: RammevilkaarModel) -> Iterator[Modelled]:
    """The fits of what was counted; none of windows without statistics."""
    facts = found.facts.model
    for window, version in fitted_windows(found.plan, model):
        own = _of_window(facts, window.number)
        if own.pairs.is_empty():
            continue
        of_persons, joined = s.read_statistics(own.pairs, version)
        values = area_values_of(own.areas, window, version)
        areas = area_columns(of_persons, version, values)
        statistics = with_areas(of_persons, areas)
        fitted = f.fit(statistics)
        whole = residuals_with_areas(s.read_residuals(own.scores, statistics, version), areas)
        residuals = f.of_kept(whole, fitted)
        covariances = f.clustered(fitted, residuals.scores, areas.clusters)
        benefits, xy, by_kommune = s.read_benefits(own.benefits, statistics, version)
        if areas.terms:
            xy[-len(areas.terms) :] = areas.values.T @ by_kommune
        yield Modelled(
            window,
            version,
            statistics,
            joined,
            values.absent,
            areas,
            fitted,
            residuals,
            covariances,
            f.municipalities(statistics, fitted, read_errors(own.errors, statistics)),
            read_without(own.without, statistics),
            benefits,
            xy,
            by_kommune,
            _changes(found.delivered, version, first_year(window)),
        )


def _of_window(facts: ModelFacts, number: int) -> ModelFacts:
    own = pl.col("vindue") == number
    tables = (facts.pairs, facts.scores, facts.benefits, facts.without, facts.errors, facts.areas)
    return ModelFacts(*(frame.filter(own) for frame in tables))


def _changes(delivered: pl.DataFrame, version: ModelVersion, year: int) -> dict[str, dict[str, float]]:
    """Shock -> its change up to the window's year, where both years are known of every municipality."""
    found = {}
    for shock in version.shocks:
        now = whole_column(of_year(delivered, year), shock.id)
        before = whole_column(of_year(delivered, year - shock.years), shock.id)
        if now is not None and before is not None:
            found[shock.id] = {kode: (value - before[kode]) / SCALE for kode, value in now.items()}
    return found

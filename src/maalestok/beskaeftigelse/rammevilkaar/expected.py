"""What the model says of municipalities, as rows: expected level, difference, what moves it, how sure it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
import polars as pl

from maalestok.beskaeftigelse.part_rows import PartRow, part
from maalestok.beskaeftigelse.personer.counted import Counted
from maalestok.beskaeftigelse.personer.fulltime import Cell, Cells, rounded, share_bounds
from maalestok.beskaeftigelse.personer.own_rows import OwnRow, missing
from maalestok.beskaeftigelse.personer.plan import Window
from maalestok.beskaeftigelse.rammevilkaar import fit as f
from maalestok.beskaeftigelse.rammevilkaar import statistics as s
from maalestok.beskaeftigelse.rammevilkaar.model_facts import fitted_windows
from maalestok.beskaeftigelse.rammevilkaar.model_rules import ModelVersion, RammevilkaarModel
from maalestok.beskaeftigelse.relation_rows import ModelRow
from maalestok.rules.models import Unit

EXPECTED_NUMBER, EXPECTED_SHARE = "forventet_antal", "forventet_andel"
GAP_NUMBER, GAP_SHARE = "forskel_antal", "forskel_andel"
MODELLED = (EXPECTED_NUMBER, EXPECTED_SHARE, GAP_NUMBER, GAP_SHARE)
SHARE_DECIMALS = 4
"""Shares in whole hundredths of a percentage point, as published."""
GROUP = "vilkaar_"
ERROR = "standardfejl_personer"
FRACTION_DECIMALS, PART_DECIMALS = 9, 6
OTHERS = "oevrige"
"""Groups told as one."""


@dataclass(frozen=True)
class Modelled:
    """The model of one window. Columns of its arrays: the areas in `priority`, then the total; in shares."""

    window: Window
    version: ModelVersion
    statistics: s.Statistics
    joined: tuple[s.Term, ...]
    found: f.Fit
    municipalities: f.Municipalities
    covariances: s.Floats

    @property
    def scale(self) -> float:
        """Grade-days of a full-time person in the window."""
        return 100.0 * self.window.days

    @cached_property
    def areas(self) -> tuple[str, ...]:
        """The areas of the columns but the last."""
        return self.window.counting.priority


def modelled(found: Counted, model: RammevilkaarModel) -> Iterator[Modelled]:
    """The fits of what was counted; none where no statistics were kept."""
    if found.facts.pairs.is_empty():
        return
    for window, version in fitted_windows(found.plan, model):
        pairs, scores = (
            frame.filter(pl.col("vindue") == window.number) for frame in (found.facts.pairs, found.facts.scores)
        )
        statistics, joined = s.read_statistics(pairs, version)
        fitted = f.fit(statistics)
        sums, squares = s.read_scores(scores, statistics, version)
        sums = sums[:, list(fitted.kept)]
        told = f.municipalities(statistics, fitted, sums, squares)
        yield Modelled(window, version, statistics, joined, fitted, told, f.clustered(fitted, sums))


def expected_rows(held: Cells, models: list[Modelled], total: str, *, exact: bool) -> Iterator[OwnRow]:
    """Expected number and share, and the differences from what was counted, of every municipality and area."""
    for made in models:
        for place, kode in enumerate(made.municipalities.kommuner):
            for column, area in enumerate((*made.areas, total)):
                at = (made.window.period.code, kode, area)
                cell = held[made.window.number, kode, area]
                share = float(made.municipalities.expected[place, column]) / made.scale
                yield from _exact(at, cell, share) if exact else _public(at, cell, share, made)


def _public(at: tuple[str, str, str], cell: Cell, share: float, made: Modelled) -> Iterator[OwnRow]:
    """Numbers rounded as the counted ones are, differences of what is shown."""
    base = made.window.counting.rounding
    actual, residents = rounded(cell.persons, base), rounded(cell.residents, base)
    expected = rounded(Fraction(share) * cell.residents, base)
    told = Fraction(round(share * 10**SHARE_DECIMALS), 10**SHARE_DECIMALS)
    yield OwnRow(EXPECTED_NUMBER, *at, Fraction(expected))
    yield OwnRow(EXPECTED_SHARE, *at, told)
    yield OwnRow(GAP_NUMBER, *at, Fraction(actual - expected))
    if residents < made.window.counting.fewest_residents:
        yield missing(GAP_SHARE, at, "for_faa_beboere")
        return
    low, high = share_bounds(actual, residents, base)
    yield OwnRow(GAP_SHARE, *at, Fraction(actual, residents) - told, low - told, high - told)


def _exact(at: tuple[str, str, str], cell: Cell, share: float) -> Iterator[OwnRow]:
    expected = Fraction(share)
    yield OwnRow(EXPECTED_NUMBER, *at, expected * cell.residents)
    yield OwnRow(EXPECTED_SHARE, *at, expected)
    yield OwnRow(GAP_NUMBER, *at, cell.persons - expected * cell.residents)
    yield OwnRow(GAP_SHARE, *at, cell.persons / cell.residents - expected)


def expected_parts(models: list[Modelled], total: str, method: str) -> Iterator[PartRow]:
    """What moves a municipality's expected share from the country's, by group of conditions; and the standard error.

    Groups from which few persons of the municipality could be worked out are told as one.
    """
    for made in models:
        groups = {condition.id: condition.group for condition in made.version.conditions}
        names, moved = f.contributions(made.statistics, made.found, groups)
        errors = np.sqrt(np.maximum(made.municipalities.variance, 0)) / made.scale
        for place, kode in enumerate(made.municipalities.kommuner):
            apart = told_apart(made, place, names, groups)
            for column, area in enumerate((*made.areas, total)):
                at = (made.window.period.code, kode, area)
                told = dict.fromkeys([*apart, *([OTHERS] if len(apart) < len(names) else [])], 0.0)
                for nr, name in enumerate(names):
                    told[name if name in apart else OTHERS] += float(moved[place, nr, column]) / made.scale
                for name, value in told.items():
                    rounded_value = round(value, PART_DECIMALS)
                    yield part(EXPECTED_SHARE, at, f"{GROUP}{name}", rounded_value, Unit.PCT_POINT, method)
                error = round(float(errors[place, column]), FRACTION_DECIMALS)
                yield part(GAP_SHARE, at, ERROR, error, Unit.PCT_POINT, method)


def told_apart(made: Modelled, place: int, names: tuple[str, ...], groups: dict[str, str]) -> tuple[str, ...]:
    """The groups of conditions that can be told for a municipality: none of its categories holds few persons.

    Where only one can't, the next can't either: it would follow from the sum.
    """
    fewest = made.version.fewest
    few = set()
    for at, (condition, _) in enumerate(made.statistics.terms):
        count = made.statistics.by_kommune[place, at]
        if condition in groups and 0 < count < fewest:
            few.add(groups[condition])
    by_condition = made.statistics.by_kommune[place]
    for condition, group in groups.items():
        known = sum(by_condition[at] for at, (name, _) in enumerate(made.statistics.terms) if name == condition)
        if 0 < by_condition[0] - known < fewest:  # the reference, and what was joined with it
            few.add(group)
    if len(few) == 1:
        few.add(next(name for name in names if name not in few))
    return tuple(name for name in names if name not in few)


def model_rows(models: list[Modelled], total: str) -> Iterator[ModelRow]:
    """Coefficients with clustered standard errors, R2 on persons and on municipalities, what was left out."""
    for made in models:
        code, name = made.window.period.code, made.version.version
        errors = np.sqrt(np.diagonal(made.covariances, axis1=1, axis2=2)).T / made.scale
        coefficients = made.found.coefficients / made.scale
        told = made.municipalities
        for column, area in enumerate((*made.areas, total)):
            for place, (condition, category) in enumerate(made.found.terms):
                value = round(float(coefficients[place, column]), FRACTION_DECIMALS)
                error = round(float(errors[place, column]), FRACTION_DECIMALS)
                yield ModelRow(name, area, code, condition, category or None, value, "klynger_kommune", error)
            weights, actual = told.persons, told.actual[:, column]
            mean = float((weights * actual).sum() / weights.sum())
            left = float((weights * (actual - told.expected[:, column]) ** 2).sum())
            whole = float((weights * (actual - mean) ** 2).sum())
            sums = {
                "r2_personer": float(made.found.r2[column]),
                "r2_kommuner": 1 - left / whole if whole else 0.0,
                "personer": float(made.found.persons),
                "led_udeladt": float(len(made.found.dropped)),
                "kategorier_lagt_sammen": float(len(made.joined)),
            }
            for term, value in sums.items():
                yield ModelRow(name, area, code, term, None, round(value, FRACTION_DECIMALS))
        for pair, value in substitution(made).items():
            yield ModelRow(name, total, code, "forbundne_kar", pair, round(value, FRACTION_DECIMALS))


def substitution(made: Modelled) -> dict[str, float]:
    """How the areas' differences go together between municipalities, by pair of areas: -1 is full substitution.

    Residents are weights. A pair of which an area has no differences is left out.
    """
    told = made.municipalities
    gaps = (told.actual - told.expected)[:, :-1]
    weights = told.persons / told.persons.sum()
    apart = gaps - weights @ gaps
    together = (weights[:, None] * apart).T @ apart
    spread = np.sqrt(np.diag(together))
    return {
        f"{made.areas[one]}/{made.areas[other]}": float(together[one, other] / (spread[one] * spread[other]))
        for one in range(len(spread))
        for other in range(one + 1, len(spread))
        if spread[one] and spread[other]
    }

"""What the model says of municipalities, as rows: expected level, difference, what moves it, how sure it is."""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from maalestok.beskaeftigelse.part_rows import PartRow, part
from maalestok.beskaeftigelse.personer.counting_rules import CountingVersion
from maalestok.beskaeftigelse.personer.fulltime import Cell, Cells, rounded, share_bounds
from maalestok.beskaeftigelse.personer.own_rows import OwnRow, missing
from maalestok.beskaeftigelse.rammevilkaar import errors as e
from maalestok.beskaeftigelse.rammevilkaar import fit as f
from maalestok.beskaeftigelse.rammevilkaar.influence import cooks_distance, expected_without
from maalestok.beskaeftigelse.rammevilkaar.model_rules import OF_AREA
from maalestok.beskaeftigelse.rammevilkaar.modelled import SHARE_DECIMALS, Modelled
from maalestok.rules.models import Unit

EXPECTED_NUMBER, EXPECTED_SHARE = "forventet_antal", "forventet_andel"
GAP_NUMBER, GAP_SHARE, PLACE = "forskel_antal", "forskel_andel", "placering"
MODELLED = (EXPECTED_NUMBER, EXPECTED_SHARE, GAP_NUMBER, GAP_SHARE)
GROUP = "vilkaar_"
ERROR, ERROR_OF_RESIDENTS, ERROR_OF_MODEL = "standardfejl_personer", "standardfejl_beboere", "standardfejl_model"
WITHOUT_OWN, LEVERAGE, COOK = "uden_kommunen", "loeftestang", "cooks_afstand"
WITHOUT_BENEFIT = "uden_ydelse_"
FRACTION_DECIMALS, PART_DECIMALS, RATIO_DECIMALS = 9, 6, 4
OTHERS = "oevrige"
"""Groups told as one."""


def expected_rows(held: Cells, models: list[Modelled], total: str, *, exact: bool) -> Iterator[OwnRow]:
    """Expected number and share, and the differences from what was counted, of every municipality and area."""
    for made in models:
        for place, kode in enumerate(made.municipalities.kommuner):
            for column, area in enumerate((*made.area_names, total)):
                at = (made.window.period.code, kode, area)
                cell = held[made.window.number, kode, area]
                share = float(made.municipalities.expected[place, column]) / made.scale
                yield from _exact(at, cell, share) if exact else public_rows(at, cell, share, made.window.counting)


def public_rows(at: tuple[str, str, str], cell: Cell, share: float, counting: CountingVersion) -> Iterator[OwnRow]:
    """Numbers rounded as the counted ones are, differences of what is shown.

    Args:
        at: period, kommune_kode, omraade.
        cell: what was counted.
        share: expected.
        counting: how numbers are rounded.
    """
    base = counting.rounding
    actual, residents = rounded(cell.persons, base), rounded(cell.residents, base)
    expected = rounded(Fraction(share) * cell.residents, base)
    told = Fraction(round(share * 10**SHARE_DECIMALS), 10**SHARE_DECIMALS)
    yield OwnRow(EXPECTED_NUMBER, *at, Fraction(expected))
    yield OwnRow(EXPECTED_SHARE, *at, told)
    yield OwnRow(GAP_NUMBER, *at, Fraction(actual - expected))
    if residents < counting.fewest_residents:
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
    """What an expected share is made of, how sure its difference is, what the fit owes to the municipality.

    Groups from which few persons of the municipality could be worked out are told as one.
    """
    for made in models:
        yield from _groups(made, total, method)
        yield from _errors(made, total)
        yield from _influence(made, total, method)
        for change in made.scope:
            for place, kode in enumerate(made.municipalities.kommuner):
                at = (made.window.period.code, kode, total)
                name = f"{WITHOUT_BENEFIT}{change.benefit}"
                yield part(PLACE, at, name, float(change.places[place]), Unit.RANK, method)


def _groups(made: Modelled, total: str, method: str) -> Iterator[PartRow]:
    groups = {condition.id: condition.group for condition in made.version.conditions if condition.id not in made.absent}
    names, moved = f.contributions(made.statistics, made.found, groups)
    for place, kode in enumerate(made.municipalities.kommuner):
        apart = told_apart(made, place, names, groups)
        for column, area in enumerate((*made.area_names, total)):
            at = (made.window.period.code, kode, area)
            told = dict.fromkeys([*apart, *([OTHERS] if len(apart) < len(names) else [])], 0.0)
            for nr, name in enumerate(names):
                told[name if name in apart else OTHERS] += float(moved[place, nr, column]) / made.scale
            for name, value in told.items():
                yield part(EXPECTED_SHARE, at, f"{GROUP}{name}", round(value, PART_DECIMALS), Unit.PCT_POINT, method)


def _errors(made: Modelled, total: str) -> Iterator[PartRow]:
    told = made.municipalities
    for name, variance in (
        (ERROR, told.variances.whole),
        (ERROR_OF_RESIDENTS, told.variances.of_residents),
        (ERROR_OF_MODEL, told.variances.of_model),
    ):
        errors = np.sqrt(np.maximum(variance, 0)) / made.scale
        for place, kode in enumerate(told.kommuner):
            for column, area in enumerate((*made.area_names, total)):
                at = (made.window.period.code, kode, area)
                value = round(float(errors[place, column]), FRACTION_DECIMALS)
                yield part(GAP_SHARE, at, name, value, Unit.PCT_POINT, e.METHOD)


def _influence(made: Modelled, total: str, method: str) -> Iterator[PartRow]:
    kept = list(made.found.kept)
    without = made.influence.coefficients
    expected = expected_without(made.statistics, made.found, without) / made.scale
    cook = cooks_distance(made.found, made.statistics.xx[np.ix_(kept, kept)], without)
    for place, kode in enumerate(made.municipalities.kommuner):
        leverage = round(float(made.influence.leverage[place]), PART_DECIMALS)
        for column, area in enumerate((*made.area_names, total)):
            at = (made.window.period.code, kode, area)
            share = round(float(expected[place, column]), SHARE_DECIMALS)
            yield part(EXPECTED_SHARE, at, WITHOUT_OWN, share, Unit.SHARE, method)
            yield part(EXPECTED_SHARE, at, LEVERAGE, leverage, Unit.SHARE, method)
            distance = round(float(cook[place, column]), RATIO_DECIMALS)
            yield part(EXPECTED_SHARE, at, COOK, distance, Unit.RATIO, method)


def told_apart(made: Modelled, place: int, names: tuple[str, ...], groups: dict[str, str]) -> tuple[str, ...]:
    """The groups of conditions that can be told for a municipality: none of its categories holds few persons.

    Where only one can't, the next can't either: it would follow from the sum.
    """
    fewest = made.version.fewest
    of_areas = {condition.id for condition in made.version.conditions if condition.kind == OF_AREA}
    few = set()
    by_condition = made.statistics.by_kommune[place]
    for at, (condition, _) in enumerate(made.statistics.terms):
        if condition in groups and condition not in of_areas and 0 < by_condition[at] < fewest:
            few.add(groups[condition])
    for condition, group in groups.items():
        known = sum(by_condition[at] for at, (name, _) in enumerate(made.statistics.terms) if name == condition)
        rest = by_condition[0] - known  # the reference, and what was joined with it
        if condition not in of_areas and 0 < rest < fewest:
            few.add(group)
    if len(few) == 1:
        few.add(next(name for name in names if name not in few))
    return tuple(name for name in names if name not in few)

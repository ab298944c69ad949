"""What is published with every fit, as rows of `models`: coefficients, quality, balance, scope, shocks, what lacks."""

from collections.abc import Iterator

import numpy as np

from maalestok.beskaeftigelse.rammevilkaar import fit as f
from maalestok.beskaeftigelse.rammevilkaar.expected import FRACTION_DECIMALS
from maalestok.beskaeftigelse.rammevilkaar.influence import expected_without, r2_of_municipalities
from maalestok.beskaeftigelse.rammevilkaar.modelled import Modelled
from maalestok.beskaeftigelse.rammevilkaar.scope import correlation
from maalestok.beskaeftigelse.relation_rows import ModelRow

CLUSTERED, ROBUST, CLASSICAL = "klynger_", "robust", "klassisk"
"""Whose standard errors: `klynger_` is followed by what the clusters are."""


def model_rows(models: list[Modelled], total: str) -> Iterator[ModelRow]:
    """Every row of every fit."""
    for made in models:
        yield from _coefficients(made, total)
        yield from _quality(made, total)
        yield from _between_areas(made, total)
        yield from _scope(made, total)
        yield from _shocks(made, total)


def _row(made: Modelled, area: str, term: str, value: float, level: str | None = None) -> ModelRow:
    return ModelRow(made.version.version, area, made.window.period.code, term, level, round(value, FRACTION_DECIMALS))


def _areas(made: Modelled, total: str) -> Iterator[tuple[int, str]]:
    return enumerate((*made.area_names, total))


def _coefficients(made: Modelled, total: str) -> Iterator[ModelRow]:
    """Three rows a term: with clustered, robust and classical errors."""
    clustered = np.sqrt(np.diagonal(made.covariances, axis1=1, axis2=2)).T
    errors = {
        f"{CLUSTERED}{made.areas.cluster_kind}": clustered,
        ROBUST: f.robust(made.found, made.residuals.pairs),
        CLASSICAL: made.found.classical(),
    }
    for column, area in _areas(made, total):
        for kind, held in errors.items():
            for place, (condition, category) in enumerate(made.found.terms):
                estimate = float(made.found.coefficients[place, column]) / made.scale
                error = round(float(held[place, column]) / made.scale, FRACTION_DECIMALS)
                yield _row(made, area, condition, estimate, category or None)._replace(se_kind=kind, se=error)


def _quality(made: Modelled, total: str) -> Iterator[ModelRow]:
    told = made.municipalities
    without = expected_without(made.statistics, made.found, made.influence.coefficients)
    inside = r2_of_municipalities(told.actual, told.expected, told.persons)
    outside = r2_of_municipalities(told.actual, without, told.persons)
    balance = told.persons @ (told.expected - told.actual) / made.scale
    for column, area in _areas(made, total):
        held = {
            "r2_personer": float(made.found.r2[column]),
            "r2_kommuner": float(inside[column]),
            "r2_uden_kommunen": float(outside[column]),
            "national_balance": float(balance[column]),
            "personer": float(made.found.persons),
            "led_udeladt": float(len(made.found.dropped)),
            "kategorier_lagt_sammen": float(len(made.joined)),
        }
        for term, value in held.items():
            yield _row(made, area, term, value)
        for condition in made.absent:
            yield _row(made, area, "vilkaar_udeladt", 1.0, condition)


def substitution(made: Modelled) -> dict[str, float]:
    """How the areas' differences go together between municipalities, by pair of areas: -1 is full substitution.

    A pair of which an area has no differences is left out.
    """
    held = {}
    for one, first in enumerate(made.area_names):
        for other in range(one + 1, len(made.area_names)):
            pair = made.differences[:, one], made.differences[:, other]
            if (value := correlation(*pair, made.municipalities.persons)) is not None:
                held[f"{first}/{made.area_names[other]}"] = value
    return held


def _between_areas(made: Modelled, total: str) -> Iterator[ModelRow]:
    for pair, value in substitution(made).items():
        yield _row(made, total, "forbundne_kar", value, pair)


def _scope(made: Modelled, total: str) -> Iterator[ModelRow]:
    for change in made.scope:
        if change.correlation is not None:
            yield _row(made, total, "uden_ydelse_korrelation", change.correlation, change.benefit)
        yield _row(made, total, "uden_ydelse_flyt_median", float(np.median(change.moves)), change.benefit)
        yield _row(made, total, "uden_ydelse_flyt_stoerst", float(change.moves.max()), change.benefit)


def _shocks(made: Modelled, total: str) -> Iterator[ModelRow]:
    for name, changes in made.changes.items():
        change = np.array([changes[kode] for kode in made.municipalities.kommuner])
        for column, area in _areas(made, total):
            value = correlation(made.differences[:, column], change, made.municipalities.persons)
            if value is not None:
                yield _row(made, area, "stoedproeve", value, name)
                yield _row(made, area, "stoedproeve_kommuner", float(len(change)), name)

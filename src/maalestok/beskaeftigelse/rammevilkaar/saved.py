"""A fit saved as a file, and applied to another period: the same coefficients, and a level factor for each area.

The factor makes the country's expected number its actual one, as it is in the period that a model is fitted on.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import Field, ValidationError

from maalestok.beskaeftigelse.rammevilkaar.influence import r2_of_municipalities
from maalestok.beskaeftigelse.rammevilkaar.model_rules import ModelVersion
from maalestok.beskaeftigelse.rammevilkaar.modelled import Modelled
from maalestok.beskaeftigelse.rammevilkaar.queries import Term
from maalestok.beskaeftigelse.rammevilkaar.statistics import INTERCEPT, Floats, Statistics
from maalestok.deliveries.files import write_atomically
from maalestok.errors import MaalestokError
from maalestok.rules.base import RuleModel

FORMAT = 1


class SavedTerm(RuleModel):
    """A term's coefficient in each area, in shares (0.01 = 1 percentage point); `mean` of a condition of areas."""

    condition: str
    category: str
    estimates: dict[str, float]
    mean: float | None = None


class SavedFit(RuleModel):
    """A fit as a file: what it was fitted on, by which specification, and its coefficients.

    `data_sha256` is of the counts and sums it was fitted on, `specification_sha256` of the conditions and categories.
    """

    format: Annotated[int, Field(ge=FORMAT, le=FORMAT)]
    model: str
    period: str
    areas: tuple[str, ...]
    specification_sha256: str
    data_sha256: str
    persons: int
    syntetisk: bool
    specification: ModelVersion
    terms: tuple[SavedTerm, ...]


def specification_hash(version: ModelVersion) -> str:
    """The same for the same conditions in the same categories, whatever they are called."""
    held = [condition.model_dump(mode="json", exclude={"title_da", "group"}) for condition in version.conditions]
    return hashlib.sha256(json.dumps([held, version.fewest], sort_keys=True).encode()).hexdigest()


def data_hash(statistics: Statistics) -> str:
    """The same for the same counts and sums of the same municipalities and terms."""
    names = json.dumps([statistics.kommuner, statistics.terms])
    arrays = (statistics.xx, statistics.by_kommune, statistics.kommune_xy)
    return hashlib.sha256(b"".join([names.encode(), *(array.tobytes() for array in arrays)])).hexdigest()


def saved_fit(made: Modelled, *, syntetisk: bool) -> SavedFit:
    """A fit to be kept."""
    means = dict(zip(made.areas.terms, made.areas.means, strict=True))
    terms = tuple(
        SavedTerm(
            condition=condition,
            category=category,
            estimates={
                area: float(made.found.coefficients[place, column]) / made.scale
                for column, area in enumerate(made.area_names)
            },
            mean=means.get((condition, category)),
        )
        for place, (condition, category) in enumerate(made.found.terms)
    )
    return SavedFit(
        format=FORMAT,
        model=made.version.version,
        period=made.window.period.code,
        areas=made.area_names,
        specification_sha256=specification_hash(made.version),
        data_sha256=data_hash(made.statistics),
        persons=made.found.persons,
        syntetisk=syntetisk,
        specification=made.version,
        terms=terms,
    )


@dataclass(frozen=True)
class Applied:
    """What a saved fit expects of another period. Columns: the areas, then their sum; shares.

    `expected`, `actual`: G x (m + 1); `factors`: m, actual against expected in the country; `r2`: m + 1 on
    municipalities. `unknown`: terms of the period that the fit has not: their persons are taken for the reference.
    """

    kommuner: tuple[str, ...]
    expected: Floats
    actual: Floats
    factors: tuple[float, ...]
    r2: Floats
    unknown: tuple[Term, ...]


def applied(saved: SavedFit, made: Modelled) -> Applied:
    """The saved coefficients on the persons of another period, each area times its level factor.

    Raises:
        MaalestokError: the conditions, their categories or the areas are others.
    """
    _refuse_other_model(saved, made)
    terms = {(term.condition, term.category): term for term in saved.terms}
    statistics = made.statistics
    means = statistics.by_kommune / statistics.by_kommune[:, :1]
    expected = np.zeros((len(statistics.kommuner), len(saved.areas)))
    for place, name in enumerate(statistics.terms):
        if (term := terms.get(name)) is None:
            continue
        values = means[:, place]
        if term.mean is not None:  # a number of areas is measured from the mean of the period the fit is of
            values = values + made.areas.means[made.areas.terms.index(name)] - term.mean
        expected += np.outer(values, [term.estimates[area] for area in saved.areas])
    persons = statistics.by_kommune[:, 0]
    actual = made.municipalities.actual / made.scale
    sums = persons @ expected
    if not (sums > 0).all():
        raise MaalestokError(
            f"Modellen fra {saved.period} forventer ingen på et af områderne i {made.window.period.code}.",
            remedy="Beregn modellen på perioden selv.",
        )
    factors = persons @ actual[:, :-1] / sums
    expected = expected * factors
    expected = np.column_stack([expected, expected.sum(axis=1)])
    unknown = tuple(name for name in statistics.terms if name not in terms and name != INTERCEPT)
    r2 = r2_of_municipalities(actual, expected, persons)
    return Applied(statistics.kommuner, expected, actual, tuple(float(f) for f in factors), r2, unknown)


def _refuse_other_model(saved: SavedFit, made: Modelled) -> None:
    for told, then, now in (
        ("vilkår og kategorier", saved.specification_sha256, specification_hash(made.version)),
        ("områder", saved.areas, made.area_names),
        ("vilkår for områder", tuple(_of_areas(saved)), tuple(name for name, _ in made.areas.terms)),
    ):
        if then != now:
            raise MaalestokError(
                f"Modellen fra {saved.period} har andre {told} end dem, der gælder for {made.window.period.code}.",
                remedy="Beregn modellen på perioden selv, eller indlæs de samme vilkår for begge perioder.",
            )


def _of_areas(saved: SavedFit) -> Iterator[str]:
    return (term.condition for term in saved.terms if term.mean is not None)


def write_saved(saved: SavedFit, path: Path) -> None:
    """Write the file, whole or not at all."""
    write_atomically(path, (saved.model_dump_json(indent=1) + "\n").encode())


def read_saved(path: Path) -> SavedFit:
    """Read a saved fit.

    Raises:
        MaalestokError: no such file, or it is none.
    """
    try:
        return SavedFit.model_validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise MaalestokError(f"{path} findes ikke.", remedy="Gem en model først: maalestok model save.") from error
    except (ValidationError, UnicodeDecodeError, OSError) as error:
        raise MaalestokError(
            f"{path} er ikke en gemt model, eller den er ændret.", remedy="Gem modellen igen: maalestok model save."
        ) from error

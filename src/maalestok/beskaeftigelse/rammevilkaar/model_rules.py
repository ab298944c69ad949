"""The shape of the model's specification: which conditions, in which categories, compared with which."""

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from maalestok.rules.models import ColumnKind, Dated, Feed, Governed, Identifier, RuleModel, Text

UNKNOWN = "ukendt"
AGE_SEX, OF_AREA = "alder_koen", "omraade"
SEXES = ("K", "M")
KOMMUNE, COMMUTING_AREA = "kommune", "pendlingsomraade"
"""What a condition of an area can be constant in. The commuting area is a column of the feed `rammevilkaar`."""


class ModelCondition(RuleModel):
    """One condition: a column of `borgere`, or age and sex, in categories; or a number that an area has.

    `reference` is the category the others are compared with; a cell that is empty or holds something else is
    `ukendt`. `group` gathers conditions in a decomposition. `lag_years`: how many years before the window a column is
    to be measured. A number of an area (kind `omraade`) is a column of `rammevilkaar`, `constant_in` the municipality
    or the commuting area, of whose municipalities it is then the mean, weighted by residents.
    """

    id: Identifier
    title_da: Text
    group: Identifier
    kind: Literal["kolonne", "alder_koen", "omraade"] = "kolonne"
    ages: tuple[int, ...] = ()
    categories: dict[Annotated[str, Field(min_length=1)], Text] = Field(default_factory=dict)
    reference: Annotated[str, Field(min_length=1)] | None = None
    lag_years: Annotated[int, Field(ge=0)] = 0
    constant_in: Literal["kommune", "pendlingsomraade"] | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """Its categories in order, without the unknown."""
        if self.kind == AGE_SEX:
            return tuple(f"{age}-{sex}" for age in self.ages for sex in SEXES)
        return tuple(self.categories)

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if (self.kind == OF_AREA) != (self.constant_in is not None):
            raise ValueError(f"vilkåret {self.id}: constant_in hører til omraade")
        if self.kind == OF_AREA:
            if self.ages or self.categories or self.reference is not None:
                raise ValueError(f"vilkåret {self.id}: et tal for et område har ingen kategorier")
            return self
        if (self.kind == AGE_SEX) != bool(self.ages) or (self.kind == AGE_SEX) == bool(self.categories):
            raise ValueError(f"vilkåret {self.id}: ages hører til alder_koen, categories til kolonne")
        if list(self.ages) != sorted(set(self.ages)):
            raise ValueError(f"vilkåret {self.id}: ages skal stige")
        if self.reference not in self.codes:
            raise ValueError(f"vilkåret {self.id}: reference {self.reference} er ikke en af kategorierne")
        if len(self.codes) < 2:
            raise ValueError(f"vilkåret {self.id}: mindst to kategorier")
        return self


class Shock(RuleModel):
    """A number of `rammevilkaar` whose change over `years` the model's differences should have nothing to do with."""

    id: Identifier
    title_da: Text
    years: Annotated[int, Field(ge=1)]


class ModelVersion(Dated):
    """The conditions of a span of periods. Categories of fewer than `fewest` persons are joined with the reference."""

    conditions: Annotated[tuple[ModelCondition, ...], Field(min_length=1)]
    fewest: Annotated[int, Field(ge=1)]
    shocks: tuple[Shock, ...] = ()
    groups_da: Annotated[dict[Identifier, Text], Field(min_length=1)]
    definition_da: Text
    limits_da: Annotated[tuple[Text, ...], Field(min_length=1)]

    @property
    def of_persons(self) -> tuple[ModelCondition, ...]:
        """The conditions that persons have, in categories."""
        return tuple(condition for condition in self.conditions if condition.kind != OF_AREA)

    @property
    def of_areas(self) -> tuple[ModelCondition, ...]:
        """The conditions that areas have, as numbers."""
        return tuple(condition for condition in self.conditions if condition.kind == OF_AREA)

    @model_validator(mode="after")
    def _someone(self) -> Self:
        if not self.of_persons:
            raise ValueError(f"version {self.version}: mindst ét vilkår skal være personers")
        return self


class RammevilkaarModel(Governed):
    """`rammevilkaar.yaml`: the model. `refused`: patterns of columns that are no conditions, with the reason."""

    versions: Annotated[tuple[ModelVersion, ...], Field(min_length=1)]
    refused: Annotated[dict[str, Text], Field(min_length=1)]


def model_faults(model: RammevilkaarModel, persons: Feed, areas: Feed) -> Iterable[str]:
    """What is wrong: a condition that no column holds, that is refused, or that is there twice.

    Args:
        model: the specification.
        persons, areas: the feeds `borgere` and `rammevilkaar`.
    """
    chosen: Mapping[str, frozenset[str]] = {
        column.id: frozenset(column.choices) for column in persons.columns if column.kind is ColumnKind.CHOICE
    }
    numbers = {column.id for column in areas.columns if column.kind is ColumnKind.NUMBER}
    for version in model.versions:
        where = f"rammevilkaar.yaml: version {version.version}"
        named = [condition.id for condition in version.conditions]
        for name in sorted({name for name in named if named.count(name) > 1}):
            yield f"{where}: vilkåret {name} står to gange"
        for shock in version.shocks:
            if shock.id not in numbers:
                yield f"{where}: stødet {shock.id} er ikke et tal i rammevilkaar"
        for condition in version.conditions:
            if (why := refusal(condition.id, model)) is not None:
                yield f"{where}: {condition.id} må ikke bruges: {why}"
            if condition.group not in version.groups_da:
                yield f"{where}: gruppen {condition.group} har intet navn i groups_da"
            if condition.kind == AGE_SEX:
                continue
            if condition.kind == OF_AREA:
                if condition.id not in numbers:
                    yield f"{where}: vilkåret {condition.id} er ikke et tal i rammevilkaar"
            elif condition.id not in chosen:
                yield f"{where}: vilkåret {condition.id} er ikke en kolonne i borgere"
            elif unknown := sorted(set(condition.categories) - chosen[condition.id]):
                yield f"{where}: {condition.id}: {unknown[0]} er ikke en værdi i borgere"


def refusal(name: str, model: RammevilkaarModel) -> str | None:
    """Why a column is no condition; None where it may be one."""
    return next((why for pattern, why in model.refused.items() if re.fullmatch(pattern, name)), None)

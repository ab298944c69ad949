"""The shape of the model's specification: which conditions, in which categories, compared with which."""

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from maalestok.rules.models import ColumnKind, Dated, Feed, Governed, Identifier, RuleModel, Text

UNKNOWN = "ukendt"
AGE_SEX = "alder_koen"
SEXES = ("K", "M")


class ModelCondition(RuleModel):
    """One condition: a column of `borgere`, or age and sex, in categories.

    `reference` is the category the others are compared with; a cell that is empty or holds something else is
    `ukendt`. `group` gathers conditions in a decomposition. `lag_years`: how many years before the window a column is
    to be measured; `constant_in`: it has one value in each of these.
    """

    id: Identifier
    title_da: Text
    group: Identifier
    kind: Literal["kolonne", "alder_koen"] = "kolonne"
    ages: tuple[int, ...] = ()
    categories: dict[Annotated[str, Field(min_length=1)], Text] = Field(default_factory=dict)
    reference: Annotated[str, Field(min_length=1)]
    lag_years: Annotated[int, Field(ge=0)] = 0
    constant_in: Literal["kommune"] | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """Its categories in order, without the unknown."""
        if self.kind == AGE_SEX:
            return tuple(f"{age}-{sex}" for age in self.ages for sex in SEXES)
        return tuple(self.categories)

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if (self.kind == AGE_SEX) != bool(self.ages) or (self.kind == AGE_SEX) == bool(self.categories):
            raise ValueError(f"vilkåret {self.id}: ages hører til alder_koen, categories til kolonne")
        if list(self.ages) != sorted(set(self.ages)):
            raise ValueError(f"vilkåret {self.id}: ages skal stige")
        if self.reference not in self.codes:
            raise ValueError(f"vilkåret {self.id}: reference {self.reference} er ikke en af kategorierne")
        if len(self.codes) < 2:
            raise ValueError(f"vilkåret {self.id}: mindst to kategorier")
        return self


class ModelVersion(Dated):
    """The conditions of a span of periods. Categories of fewer than `fewest` persons are joined with the reference."""

    conditions: Annotated[tuple[ModelCondition, ...], Field(min_length=1)]
    fewest: Annotated[int, Field(ge=1)]
    groups_da: Annotated[dict[Identifier, Text], Field(min_length=1)]
    definition_da: Text
    limits_da: Annotated[tuple[Text, ...], Field(min_length=1)]


class RammevilkaarModel(Governed):
    """`rammevilkaar.yaml`: the model. `refused`: patterns of columns that are no conditions, with the reason."""

    versions: Annotated[tuple[ModelVersion, ...], Field(min_length=1)]
    refused: Annotated[dict[str, Text], Field(min_length=1)]


def model_faults(model: RammevilkaarModel, feed: Feed) -> Iterable[str]:
    """What is wrong: a condition that no column holds, that is refused, or that is there twice."""
    columns: Mapping[str, frozenset[str]] = {
        column.id: frozenset(column.choices) for column in feed.columns if column.kind is ColumnKind.CHOICE
    }
    for version in model.versions:
        where = f"rammevilkaar.yaml: version {version.version}"
        named = [condition.id for condition in version.conditions]
        for name in sorted({name for name in named if named.count(name) > 1}):
            yield f"{where}: vilkåret {name} står to gange"
        for condition in version.conditions:
            if (why := refusal(condition.id, model)) is not None:
                yield f"{where}: {condition.id} må ikke bruges: {why}"
            if condition.group not in version.groups_da:
                yield f"{where}: gruppen {condition.group} har intet navn i groups_da"
            if condition.kind == AGE_SEX:
                continue
            if condition.id not in columns:
                yield f"{where}: vilkåret {condition.id} er ikke en kolonne i borgere"
            elif unknown := sorted(set(condition.categories) - columns[condition.id]):
                yield f"{where}: {condition.id}: {unknown[0]} er ikke en værdi i borgere"


def refusal(name: str, model: RammevilkaarModel) -> str | None:
    """Why a column is no condition; None where it may be one."""
    return next((why for pattern, why in model.refused.items() if re.fullmatch(pattern, name)), None)

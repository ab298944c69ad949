"""The rules of the open model: which conditions in which form, from which years, and what is refused."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from maalestok.errors import MaalestokError
from maalestok.rules.dated import order_faults
from maalestok.rules.loader import load_file, rules_root
from maalestok.rules.models import ColumnKind, Dated, Feed, Governed, Identifier, RuleModel, Text

POPULATION = "befolkning"
PenaltyText = Annotated[str, Field(pattern=r"^\d+(\.\d+)?$")]


class Condition(RuleModel):
    """A column of `rammevilkaar` and the form it is used in."""

    column: Identifier
    form: Literal["uaendret", "logaritme", "pr_indbygger"]
    name_da: Text


class OpenModelVersion(Dated):
    """A model of the editions in a span of periods.

    `years_before`: how many calendar years before that in which an edition's four quarters begin; `years_back`: how
    much older a condition may be where the newer years lack it; `weight`: what a municipality counts in the slopes.
    """

    years_before: Annotated[int, Field(ge=0, le=5)]
    years_back: Annotated[int, Field(ge=0, le=10)]
    fewest_kommuner: Annotated[int, Field(ge=3)]
    weight: Literal["ens", "kvadratrod", "indbyggere"]
    conditions: Annotated[tuple[Condition, ...], Field(min_length=1)]
    penalties: Annotated[tuple[PenaltyText, ...], Field(min_length=1)]
    definition_da: Text
    reservations_da: Annotated[tuple[Text, ...], Field(min_length=1)]


class OpenModelRules(Governed):
    """`aaben_model.yaml`. `refused` are columns that are outcomes, with the reason."""

    versions: Annotated[tuple[OpenModelVersion, ...], Field(min_length=1)]
    refused: dict[Identifier, Text]


def load(root: Path | None = None) -> OpenModelRules:
    """The rules of the open model, from the shipped folder or from `root`.

    Raises:
        RuleError: the file isn't as the model says.
    """
    return load_file((root or rules_root()) / "beskaeftigelse" / "aaben_model.yaml", OpenModelRules)


def model_faults(rules: OpenModelRules, feed: Feed | None) -> list[str]:
    """What is wrong in `aaben_model.yaml`, in Danish: outcomes, columns no table holds, dates, penalties."""
    faults = order_faults(rules.versions)
    columns = {column.id: column.kind for column in feed.columns} if feed else {}
    for version in rules.versions:
        names = [condition.column for condition in version.conditions]
        faults += [f"{name} må ikke bruges: {rules.refused[name]}" for name in names if name in rules.refused]
        unknown = [name for name in names if columns.get(name) is not ColumnKind.NUMBER]
        faults += [f"{name} er ikke en talkolonne i rammevilkaar" for name in unknown if name not in rules.refused]
        faults += [f"{name} står to gange" for name in sorted({n for n in names if names.count(n) > 1})]
        grid = [float(penalty) for penalty in version.penalties]
        if grid[0] <= 0 or grid != sorted(set(grid)):
            faults.append(f"version {version.version}: penalties skal være stigende og større end 0")
    return [f"aaben_model.yaml: {fault}" for fault in faults]


def refuse(version: OpenModelVersion, refused: Mapping[str, str], columns: Sequence[str]) -> None:
    """Refuse outcomes by name, however they are written, and columns that aren't there.

    Raises:
        MaalestokError: the first such column.
    """
    for condition in version.conditions:
        name = condition.column.lower()
        if name in refused:
            raise MaalestokError(
                f"{condition.column} må ikke bruges i den åbne model: {refused[name]}",
                remedy="Fjern kolonnen fra vilkårene i aaben_model.yaml.",
            )
        for needed in {condition.column, POPULATION} if condition.form == "pr_indbygger" else {condition.column}:
            if needed not in columns:
                raise MaalestokError(
                    f"Den åbne model bruger {needed}, som ikke er en kolonne i rammevilkaar.",
                    remedy="Ret vilkårene i aaben_model.yaml, eller indlæs en tabel med kolonnen.",
                )

"""The shapes of the supervision rules: focus targets with suspensions, the risk zone, the steps after designation."""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from maalestok.criteria import Comparison
from maalestok.rules.loader import load_file, rules_root
from maalestok.rules.models import (
    Criterion,
    CriterionVersion,
    Dated,
    DecimalText,
    Governed,
    Identifier,
    Reference,
    RuleModel,
    Text,
)

Reading = Literal["maaleaar", "udpegningsaar"]
"""Which years a suspension names: those that are measured, or those in which a kommune is designated, one later."""


class FokusmaalVersion(CriterionVersion):
    """A focus target in a span of measured years.

    `minimum` says what a person must have had in 12 months, any one of them; `flags` are reservations that always go
    with it.
    """

    threshold: DecimalText
    comparison: Comparison
    minimum: Annotated[dict[Literal["samtaler", "tilbud", "timer"], Annotated[int, Field(gt=0)]], Field(min_length=1)]
    flags: tuple[Identifier, ...] = ()


class Readings(RuleModel):
    """What each reading means, in words."""

    maaleaar: Text
    udpegningsaar: Text


class Suspension(CriterionVersion):
    """Years in which a focus target has no threshold. `reading_da` says what `gaelder` means, for each reading."""

    threshold: None
    gaelder: Reading
    reading_da: Readings

    @property
    def reading(self) -> str:
        """The text of the reading that is chosen."""
        return self.reading_da.maaleaar if self.gaelder == "maaleaar" else self.reading_da.udpegningsaar


class FokusmaalCriterion(Criterion):
    """`criteria/fokusmaal_*.yaml`: a mean over 12 months compared with a dated limit, unless suspended."""

    measure: Identifier
    versions: Annotated[tuple[FokusmaalVersion, ...], Field(min_length=1)]
    suspensions: tuple[Suspension, ...] = ()

    def version_named(self, name: str) -> CriterionVersion | None:
        """As for every criterion; a suspension is a version, too."""
        return next((held for held in (*self.versions, *self.suspensions) if held.version == name), None)


class RisikozoneVersion(CriterionVersion):
    """How far above its limit a focus target counts as near, as a fraction (0.05 = 5 percentage points)."""

    margin: DecimalText


class RisikozoneCriterion(Criterion):
    """`criteria/risikozone.yaml`."""

    versions: Annotated[tuple[RisikozoneVersion, ...], Field(min_length=1)]


class DisclosureVersion(Dated):
    """Counts of 1..`small_max` behind what is counted here are withheld."""

    small_max: Annotated[int, Field(ge=1, le=9)]
    rules_da: Annotated[tuple[Text, ...], Field(min_length=1)]


class Disclosure(Governed):
    """`disclosure.yaml`: what is protected of the figures Målestok counts itself."""

    versions: Annotated[tuple[DisclosureVersion, ...], Field(min_length=1)]


class SkridtRule(RuleModel):
    """One step: what it may come right `after` (nothing: the course begins with it) and what it `requires`.

    A deadline is in days from the step before, or it is null with the reason.
    """

    id: Identifier
    after: tuple[Identifier, ...]
    requires: tuple[Identifier, ...]
    deadline_days: Annotated[int, Field(gt=0)] | None
    deadline_reason_da: Text | None = None
    reference: Annotated[tuple[Reference, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _deadline_or_reason(self) -> Self:
        if (self.deadline_days is None) != (self.deadline_reason_da is not None):
            raise ValueError(f"skridtet {self.id}: skriv enten deadline_days eller deadline_reason_da")
        return self


class Tilsynsskridt(Governed):
    """`tilsynsskridt.yaml`: the steps after designation and how they may follow each other."""

    steps: Annotated[tuple[SkridtRule, ...], Field(min_length=1)]


@cache
def load_tilsynsskridt(root: Path | None = None) -> Tilsynsskridt:
    """The steps, from the shipped folder or from `root`."""
    return load_file((root or rules_root()) / "beskaeftigelse" / "tilsynsskridt.yaml", Tilsynsskridt)

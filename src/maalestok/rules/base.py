"""What every rule file has in common: strict, frozen shape, a title, references, and when it was checked."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, Field(min_length=3)]


class RuleModel(BaseModel):
    """Base of all rule models."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Title(RuleModel):
    """A name in both languages."""

    da: Text
    en: Text


class Reference(RuleModel):
    """Where a rule comes from: a law, a publication, an established property of published data."""

    kilde: Text
    sted: Text | None = None

    @property
    def text(self) -> str:
        """Source and place in it, as one line."""
        return f"{self.kilde}, {self.sted}" if self.sted else self.kilde


class Governed(RuleModel):
    """Every rule file: what it is, where it comes from, by whom and when checked, when to be looked at again."""

    id: Identifier
    title: Title
    reference: Annotated[tuple[Reference, ...], Field(min_length=1)]
    checked_by: Text
    checked_on: date
    next_review: date

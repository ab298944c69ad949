"""What is said of a model of expected levels wherever its figures are explained: data of a benchmark's rules."""

from typing import Annotated

from pydantic import Field

from maalestok.rules.base import Identifier, RuleModel, Text


class ModelWords(RuleModel):
    """A version of a model in words.

    `groups_da`: the groups of conditions that a municipality's expected share is split by, none where it isn't split;
    `conditions_da`: each condition's name; `benefits_da`: names of the benefits that are left out one at a time.
    """

    groups_da: dict[Identifier, Text]
    conditions_da: dict[Identifier, Text]
    benefits_da: dict[Identifier, Text]
    limits_da: Annotated[tuple[Text, ...], Field(min_length=1)]

    @property
    def is_split(self) -> bool:
        """True for a model on persons, whose expected share is split by groups of conditions."""
        return bool(self.groups_da)

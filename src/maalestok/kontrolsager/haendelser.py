"""What can happen in a case, and in which order: `rules/kontrolsager/haendelser.yaml`."""

from functools import cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from maalestok.rules.base import Governed, Identifier
from maalestok.rules.loader import load_file, rules_root

Events = tuple[Identifier, ...]


class Haendelser(Governed):
    """`haendelser.yaml`: a case's `first` event, what may follow each, and which carry amounts."""

    first: Annotated[Events, Field(min_length=1)]
    follows: Annotated[dict[Identifier, Events], Field(min_length=1)]
    with_amounts: Events

    @model_validator(mode="after")
    def _known(self) -> Self:
        named = {*self.first, *self.with_amounts, *(event for after in self.follows.values() for event in after)}
        if unknown := sorted(named - set(self.follows)):
            raise ValueError(f"hændelsen {unknown[0]} står ikke i follows")
        return self

    @property
    def order_da(self) -> str:
        """The whole order in words: 'først udstillet; udstillet: trukket eller bortfaldet; ...'."""
        steps = [f"{event}: {' eller '.join(after) or 'intet'}" for event, after in self.follows.items()]
        return f"først {' eller '.join(self.first)}; derefter {'; '.join(steps)}"


@cache
def load_haendelser(root: Path | None = None) -> Haendelser:
    """The order in force, from the shipped folder or from `root`."""
    return load_file((root or rules_root()) / "kontrolsager" / "haendelser.yaml", Haendelser)

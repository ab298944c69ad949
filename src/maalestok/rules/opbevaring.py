"""How long what is about single persons and cases is kept: `rules/opbevaring.yaml`."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from maalestok.rules.base import Governed, Identifier, Text
from maalestok.rules.dated import order_faults
from maalestok.rules.loader import load_file, rules_root
from maalestok.rules.models import Dated

FILE = "opbevaring.yaml"
Part = Literal["raw", "rows"]
Parts = Annotated[tuple[Part, ...], Field(min_length=1)]


class OpbevaringVersion(Dated):
    """What holds for deliveries received in a span of months: after how many `days`, of which feed what is removed."""

    days: Annotated[int, Field(ge=0)]
    removes: Annotated[dict[Identifier, Parts], Field(min_length=1)]
    definition_da: Text


class Opbevaring(Governed):
    """`opbevaring.yaml`: raw files and rows that are removed once they have been used."""

    versions: Annotated[tuple[OpbevaringVersion, ...], Field(min_length=1)]

    @property
    def feeds(self) -> tuple[str, ...]:
        """Every feed that a version names."""
        return tuple(sorted({feed for version in self.versions for feed in version.removes}))


@cache
def load_opbevaring(root: Path | None = None) -> Opbevaring:
    """The rule in force, from the shipped folder or from `root`."""
    return load_file((root or rules_root()) / FILE, Opbevaring)


def opbevaring_faults(rule: Opbevaring, record_level: Mapping[str, bool]) -> list[str]:
    """What is wrong: dates out of order, a feed on record level that is kept for ever, one that isn't or isn't there.

    Args:
        rule: the rule.
        record_level: for each feed there is, whether it is on record level.
    """
    faults = order_faults(rule.versions)
    last = rule.versions[-1]
    faults += [
        f"leverancen {feed} er på sagsniveau, men version {last.version} sletter intet af den"
        for feed, single in sorted(record_level.items())
        if single and feed not in last.removes
    ]
    faults += [f"leverancen {feed} findes ikke" for feed in rule.feeds if feed not in record_level]
    faults += [f"leverancen {feed} er ikke på sagsniveau" for feed in rule.feeds if record_level.get(feed) is False]
    return [f"{FILE}: {fault}" for fault in faults]

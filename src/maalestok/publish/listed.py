"""Which measures and criteria have files and sheets of their own: those with rows, told of in lists."""

import polars as pl

from maalestok.build import Built


def listed_measures(built: Built) -> list[str]:
    """Every measure the release has rows of."""
    held = set(built.tables["results"]["measure"].unique())
    return [name for name in built.rules.benchmark.measures if name in held]


def versions_of(built: Built, measure: str) -> list[str]:
    """Each `rule_version` that rows of a measure have."""
    rows = built.tables["results"].filter(pl.col("measure") == measure)
    return rows["rule_version"].unique().sort().to_list()


def listed_criteria(built: Built) -> list[str]:
    """Every criterion the release has findings of, but those told on a municipality's own page alone."""
    held, rules = set(built.tables["findings"]["criterion"].unique()), built.rules
    return [name for name in rules.benchmark.criteria if name in held and rules.criteria[name].audience == "alle"]

"""Similar municipalities of every edition as rows: by expected share, and by the conditions of a delivered table."""

from collections.abc import Iterator, Mapping
from functools import cache

import polars as pl

from maalestok.beskaeftigelse.relation_rows import ModelRow, RelationRow
from maalestok.beskaeftigelse.rules import BeskaeftigelseRules, SimilarVersion
from maalestok.beskaeftigelse.similar import Neighbour, by_conditions, by_value, standardised
from maalestok.kommune import kommuner
from maalestok.period import parse_period
from maalestok.rules.dated import version_for

BY_EXPECTED, BY_CONDITIONS = "naermest_forventet_andel", "naermest_vilkaar"
DISTANCE_DECIMALS = 6


def similar(
    facts: pl.DataFrame, conditions: pl.DataFrame, rules: BeskaeftigelseRules
) -> tuple[list[RelationRow], list[ModelRow]]:
    """Relations of both notions, and the weights used.

    Args:
        facts: published figures; one row per edition, municipality and area.
        conditions: rows of `rammevilkaar`, one per calendar year (as `2020QMAT04`) and municipality.
        rules: numbers of neighbours and weights.
    """
    relations: list[RelationRow] = []
    weights: list[ModelRow] = []
    total = rules.benchmark.total
    for code in sorted(facts["period"].unique().to_list(), key=parse_period):
        version = version_for(rules.similar.versions, parse_period(code))
        if version is None:
            continue
        edition = facts.filter((pl.col("period") == code) & pl.col("forventet_andel").is_not_null())
        for area in rules.benchmark.omraader:
            held = edition.filter(pl.col("omraade") == area).sort("kommune_kode")
            shares = dict(held.select("kommune_kode", "forventet_andel").iter_rows())
            near = by_value(shares, version.nearest)
            relations += _rows(BY_EXPECTED, near, area, code, version, scale=10_000)
        used = _conditions_at(conditions, version, code)
        if used:
            near = by_conditions({name: held for name, (_, held) in used.items()}, _weights(version), version.nearest)
            relations += _rows(BY_CONDITIONS, near, total, code, version, scale=1)
            weights += [
                ModelRow(f"{BY_CONDITIONS}-{version.version}", total, code, name, year, _weights(version)[name])
                for name, (year, _) in used.items()
            ]
    return relations, weights


def _weights(version: SimilarVersion) -> dict[str, float]:
    return {name: float(weight) for name, weight in version.weights.items()}


def _rows(
    relation: str,
    near: Mapping[str, list[Neighbour]],
    area: str,
    code: str,
    version: SimilarVersion,
    scale: int,
) -> Iterator[RelationRow]:
    for own, others in near.items():
        for number, other in enumerate(others, start=1):
            distance = round(other.distance / scale, DISTANCE_DECIMALS)
            method = f"{relation}-{version.version}"
            yield RelationRow(relation, own, other.kommune, area, code, number, distance, method)


def _conditions_at(
    conditions: pl.DataFrame, version: SimilarVersion, code: str
) -> dict[str, tuple[str, dict[str, float]]]:
    """Condition -> (year, standardised values): the newest year up to the edition's in which all have the condition."""
    found = {}
    last = parse_period(code).measured_year
    years = sorted((p for p in conditions["period"].unique().to_list() if parse_period(p) <= last), key=parse_period)
    for name in version.weights:
        for year in reversed(years):
            rows = conditions.filter((pl.col("period") == year) & pl.col(name).is_not_null())
            values = dict(rows.sort("kommune_kode").select("kommune_kode", name).iter_rows())
            if values.keys() != _all_kommuner():
                continue
            if (held := standardised(values)) is not None:
                found[name] = (year[:4], held)
            break
    return found


@cache
def _all_kommuner() -> frozenset[str]:
    return frozenset(kommune.kode for kommune in kommuner())

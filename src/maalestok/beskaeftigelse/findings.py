"""Findings of this benchmark: resultatmål, fokusmål, skærpet tilsyn, risk zone and the courses after designation.

Everything is decided from result rows as published, and from our own, exact, where they lead. The focus targets are
decided every month; December's decisions are the ones of the measured year.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import polars as pl

from maalestok.beskaeftigelse import fokusmaal, resultatmaal, skaerpet_tilsyn
from maalestok.beskaeftigelse.rules import BENCHMARK, BeskaeftigelseRules
from maalestok.beskaeftigelse.supervision_rules import FokusmaalCriterion
from maalestok.criteria import exact
from maalestok.kommune import by_code
from maalestok.period import parse_period
from maalestok.results import conform, empty, key_text
from maalestok.rules.dated import version_for
from maalestok.rules.models import Criterion, Dated, Kilde, Reference

Row = dict[str, Any]
YEARLY = "skaerpet_tilsyn"


Means = Mapping[tuple[str, str, int], Fraction]
"""(measure, kommune, month_index) -> a mean or a difference of our own, exact."""


def findings_table(results: pl.DataFrame, rules: BeskaeftigelseRules, means: Means | None = None) -> pl.DataFrame:
    """Every decision on a municipality that the results allow, in the order of the criteria.

    Args:
        results: the release's.
        rules: the benchmark's.
        means: those counted from persons, and our own differences; others are read from the results without loss.
    """
    rows = [*_result_targets(results, rules, means or {})]
    years = _years(rows, rules)
    for criterion in rules.fokusmaal.values():
        rows += _focus_targets(results, years, criterion, means or {})
    rows += _supervision(years, results, rules, means or {})
    return table(rows, rules)


def table(rows: Iterable[Row], rules: BeskaeftigelseRules) -> pl.DataFrame:
    """Findings as the release holds them: by criterion, period and municipality."""
    order = {criterion: place for place, criterion in enumerate(rules.benchmark.criteria)}
    placed = sorted(rows, key=lambda r: (order[r["criterion"]], r["month_index"], r["kommune_kode"]))
    if not placed:
        return empty("findings")
    schema: dict[str, pl.DataType] = {
        "flag": pl.List(pl.String()),
        "evidence": pl.List(pl.String()),
        "loebelaengde": pl.Int32(),
    }
    schema |= {"graense": pl.Float64(), "vaerdi": pl.Float64()}
    return conform("findings", pl.DataFrame(placed, schema_overrides=schema, infer_schema_length=None))


def finding(row: Mapping[str, Any], criterion: Criterion, udfald: str, flags: Sequence[str]) -> Row:
    """What every finding holds; the rest is empty until it is filled in.

    Args:
        row: where and when: kommune_kode, omraade, kontroltrin, period, month_index, syntetisk.
    """
    where = ("kommune_kode", "omraade", "kontroltrin", "period", "month_index", "syntetisk")
    return {name: row[name] for name in where} | {
        "benchmark": BENCHMARK,
        "criterion": criterion.id,
        "udfald": udfald,
        "loebelaengde": None,
        "graense": None,
        "vaerdi": None,
        "flag": list(flags),
        "reference": references(criterion.reference),
        "rule_version": "ukendt",
        "evidence": [],
    }


def references(held: Sequence[Reference]) -> str:
    """References as one text."""
    return "; ".join(reference.text for reference in held)


def by_version(version: Dated | None) -> Row:
    """The version a finding rests on and its references; nothing where there is none."""
    return {} if version is None else {"rule_version": version.version, "reference": references(version.reference)}


def _rows_of(results: pl.DataFrame, measure: str, criterion: Criterion) -> Iterable[Row]:
    """A measure's rows on a criterion's tracks, municipality by municipality."""
    return results.filter(
        (pl.col("measure") == measure)
        & pl.col("omraade").is_in([track.omraade for track in criterion.tracks])
        & pl.col("kommune_kode").is_in(list(by_code()))
    ).iter_rows(named=True)


def _result_targets(results: pl.DataFrame, rules: BeskaeftigelseRules, held: Means) -> Iterable[Row]:
    """A published difference decides as it stands; our own decides unrounded."""
    criterion = rules.resultatmaal
    decimals = rules.measures[criterion.measure].published_decimals or 0
    for row in _rows_of(results, criterion.measure, criterion):
        own = row["kilde"] != Kilde.OFFICIEL.value
        if row["value"] is None:
            value = None
        elif own:
            value = held[row["measure"], row["kommune_kode"], row["month_index"]]
        else:
            value = exact(row["value"], decimals)
        decision = resultatmaal.decide(value, parse_period(row["period"]), criterion, own=own)
        judged = finding(row, criterion, decision.udfald, decision.flag)
        yield judged | _beside(criterion, decision) | {"vaerdi": row["value"], "evidence": [key_text(row)]}


def _beside(criterion: Criterion, decision: resultatmaal.Decision | fokusmaal.Decision) -> Row:
    """The limit and version a decision used."""
    limit = None if decision.graense is None else float(decision.graense)
    return by_version(criterion.version_named(decision.version or "")) | {"graense": limit}


def _years(decided: Sequence[Row], rules: BeskaeftigelseRules) -> list[Row]:
    """The findings on the result target of whole calendar years: a measured year of a municipality each."""
    target = rules.resultatmaal.id
    return [r for r in decided if r["criterion"] == target and parse_period(r["period"]).is_calendar_year]


def _focus_targets(
    results: pl.DataFrame, years: Sequence[Row], criterion: FokusmaalCriterion, held: Means
) -> Iterable[Row]:
    """Every month there is a row for; a measured year whose December has none is decided under its own period."""
    seen = set()
    for row in _rows_of(results, criterion.measure, criterion):
        seen.add((row["kommune_kode"], row["month_index"]))
        decision = fokusmaal.decide(_mean(row, held), parse_period(row["period"]), criterion)
        judged = finding(row, criterion, decision.udfald, decision.flag)
        yield judged | _beside(criterion, decision) | {"vaerdi": row["value"], "evidence": [key_text(row)]}
    for year in years:
        if (year["kommune_kode"], year["month_index"]) not in seen:
            decision = fokusmaal.decide(None, parse_period(year["period"]), criterion)
            yield finding(year, criterion, decision.udfald, decision.flag) | _beside(criterion, decision)


def _mean(row: Mapping[str, Any] | None, held: Means) -> Fraction | None:
    if row is None or row["value"] is None:
        return None
    exactly = held.get((row["measure"], row["kommune_kode"], row["month_index"]))
    return fokusmaal.exact_mean(row["value"]) if exactly is None else exactly


def _supervision(
    years: Sequence[Row], results: pl.DataFrame, rules: BeskaeftigelseRules, exactly: Means
) -> Iterable[Row]:
    """Skærpet tilsyn and the risk zone of every measured year."""
    held = {
        (name, row["kommune_kode"], row["month_index"]): row
        for name, criterion in rules.fokusmaal.items()
        for row in _rows_of(results, criterion.measure, criterion)
    }
    yearly = rules.criteria[YEARLY]
    for result in years:
        period = parse_period(result["period"])
        found = {name: held.get((name, result["kommune_kode"], period.month_index)) for name in rules.fokusmaal}
        means = {name: _mean(row, exactly) for name, row in found.items()}
        targets = {name: fokusmaal.decide(means[name], period, c) for name, c in rules.fokusmaal.items()}
        year = skaerpet_tilsyn.Year(result["udfald"], result["flag"], targets, means)
        evidence = {"evidence": result["evidence"] + [key_text(row) for row in found.values() if row is not None]}
        version, near = version_for(yearly.versions, period), version_for(rules.risikozone.versions, period)
        decision = skaerpet_tilsyn.decide(year, checked=version is not None)
        yield finding(result, yearly, decision.udfald, decision.flag) | by_version(version) | evidence
        margin = None if near is None else Fraction(near.margin)
        zone = skaerpet_tilsyn.risk_zone(year, decision.udfald, margin)
        yield finding(result, rules.risikozone, zone.udfald, zone.flag) | by_version(near) | evidence

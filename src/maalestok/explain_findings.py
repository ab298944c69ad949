"""What a finding rests on, in lines: the figure beside its limit, the decisions before it, the steps of a course."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from maalestok.explain_sources import evidence_lines, feed_lines, source_lines
from maalestok.publish.text_da import COMPARISON_DA, figure, figure_beside, plural, published_date
from maalestok.release.read import Release
from maalestok.results import key_text
from maalestok.rules.models import Criterion, CriterionVersion, Reference, Ruleset

OWN_PAGE = "Vises kun på kommunens egen side, ikke i lister over kommuner."


def finding_lines(release: Release, rules: Ruleset, criterion: Criterion, row: Mapping[str, Any]) -> list[str]:
    """Everything below a finding's first line."""
    lines = [OWN_PAGE] if criterion.audience == "egen_side" else []
    version = criterion.version_named(row["rule_version"])
    lines += _decided_lines(rules, criterion, version, row)
    if row["loebelaengde"] is not None:
        lines.append(f"Månedsskift i træk under grænsen: {row['loebelaengde']}")
    if version is not None:
        lines.append(f"Definition: {version.definition_da}")
    lines += [f"Forbehold: {text}" for text in criterion.limits_da]
    lines += _decisions_before(release, rules, criterion, row)
    lines += _step_lines(release, criterion, row)
    lines += evidence_lines(release, rules, row)
    same = [pl.col(name) == row[name] for name in ("kommune_kode", "month_index")]
    held = {key_text(result): result for result in release.results.filter(*same).iter_rows(named=True)}
    now = [held[text] for text in row["evidence"] if text in held]
    read = [source_lines(release, rules.measures[result["measure"]], rules, result) for result in now]
    lines += dict.fromkeys(line for found in read for line in found)
    if criterion.feed is not None:
        lines += feed_lines(release, criterion.feed, row)
    named = f"version {version.version}" if version else "ingen kontrolleret version for perioden"
    lines.append(f"Regel: {criterion.id}, {named}")
    return lines + reference_lines(version.reference if version else criterion.reference)


def reference_lines(references: Sequence[Reference]) -> list[str]:
    """One line a reference."""
    return [f"Reference: {r.text}" for r in references]


def _decided_lines(
    rules: Ruleset, criterion: Criterion, version: CriterionVersion | None, row: Mapping[str, Any]
) -> list[str]:
    """Reservations, the figure with as many decimals as keep it beside its limit, the limit, and how it was read."""
    lines = [f"Forbehold: {criterion.flags_da[flag]}" for flag in row["flag"]]
    if criterion.measure is not None:
        measure = rules.measures[criterion.measure]
        unit = measure.unit.value
        if row["vaerdi"] is not None:
            lines.append(f"{measure.title.da}: {figure_beside(row['vaerdi'], unit, row['graense'])}")
        comparison = criterion.comparison or (version.comparison if version else None)
        if row["graense"] is not None and comparison is not None:
            lines.append(f"Grænse: {COMPARISON_DA[comparison.value]} {figure(row['graense'], unit)}")
    if version is not None and version.reading is not None:
        lines.append(f"Læsning: {version.reading}")
    return lines


def _decisions_before(release: Release, rules: Ruleset, criterion: Criterion, row: Mapping[str, Any]) -> list[str]:
    """The decisions a finding follows from, step by step, each with its figure, limit and reference."""
    if not criterion.rests_on:
        return []
    findings, lines = release.table("findings"), ["Afgørelsen, skridt for skridt:"]
    same = [pl.col(name).eq_missing(row[name]) for name in ("kommune_kode", "omraade", "kontroltrin", "month_index")]
    for nr, name in enumerate(criterion.rests_on, start=1):
        other = rules.criteria[name]
        for found in findings.filter(pl.col("criterion") == name, *same).iter_rows(named=True):
            version = other.version_named(found["rule_version"])
            lines.append(f"{nr}. {other.title.da}: {other.outcomes_da[found['udfald']]}")
            lines += [f"   {line}" for line in _decided_lines(rules, other, version, found)]
            lines.append(f"   Reference: {found['reference']}")
    conclusion = f"{len(criterion.rests_on) + 1}. Konklusion: {criterion.outcomes_da[row['udfald']]}"
    return [*lines, conclusion, f"   Reference: {row['reference']}"]


def _step_lines(release: Release, criterion: Criterion, row: Mapping[str, Any]) -> list[str]:
    """The steps of a course with their dates, then those that may follow with their deadlines."""
    if criterion.feed is None:
        return []
    same = [pl.col(name).eq_missing(row[name]) for name in ("criterion", "kommune_kode", "omraade", "period")]
    steps = release.table("steps").filter(*same)
    lines = []
    for step in steps.filter(pl.col("nr").is_not_null()).sort("nr").iter_rows(named=True):
        lines.append(f"Skridt {step['nr']}, {published_date(step['dato'])}: {step['titel']}")
        lines.append(f"   Reference: {step['reference']}")
    following = steps.filter(pl.col("nr").is_null())
    if following.is_empty():
        lines.append("Forløbet er afsluttet; intet skridt kan følge.")
    for step in following.iter_rows(named=True):
        limit = step["frist_note"] if step["frist"] is None else plural(step["frist"], "dag", "dage")
        lines.append(f"Kan følge: {step['titel']}. Frist: {limit}.")
        lines.append(f"   Reference: {step['reference']}")
    return lines

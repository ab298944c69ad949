"""The courses after designation, as delivered: a finding for each, its steps with dates, and what may follow."""

from collections.abc import Iterable
from typing import Any

import polars as pl

from maalestok.beskaeftigelse.findings import YEARLY, Row, by_version, finding, references, table
from maalestok.beskaeftigelse.rules import BENCHMARK, BeskaeftigelseRules
from maalestok.beskaeftigelse.skaerpet_tilsyn import OMFATTET, UNCHECKED
from maalestok.beskaeftigelse.supervision_rules import SkridtRule
from maalestok.beskaeftigelse.tilsynsforloeb import Step, history_faults, may_follow
from maalestok.errors import StoreError
from maalestok.kommune import place_name
from maalestok.period import parse_period
from maalestok.results import conform, empty
from maalestok.rules.dated import version_for

CRITERION = "tilsynsforloeb"
NOT_SHOWN = "ikke_vist_af_tallene"


def _courses(facts: pl.DataFrame) -> Iterable[tuple[str, str, list[Step]]]:
    """(measured year, municipality, steps in order) of every course."""
    ordered = facts.sort("period", "kommune_kode", "linje")
    for (period, kommune), rows in ordered.group_by("period", "kommune_kode", maintain_order=True):
        yield str(period), str(kommune), [Step(s, d) for s, d in rows.select("skridt", "dato").iter_rows()]


def refuse_illegal(facts: pl.DataFrame, rules: BeskaeftigelseRules) -> None:
    """The rules may have changed since a history was taken in.

    Raises:
        StoreError: names the municipality and the step.
    """
    for period, kommune, steps in _courses(facts):
        for fault in history_faults(steps, parse_period(period).last_day.isoformat(), rules.tilsynsskridt):
            raise StoreError(
                f"Forløbet for {place_name(kommune)} {period} er ikke tilladt efter de nuværende regler: "
                f"{steps[fault.at].skridt} {steps[fault.at].dato} ({fault.rule}).",
                remedy="Indlæs hele forløbet igen, eller ret tilsynsskridt.yaml.",
            )


def with_courses(
    findings: pl.DataFrame, facts: pl.DataFrame, rules: BeskaeftigelseRules, *, syntetisk: bool
) -> pl.DataFrame:
    """The findings with one for each course: its outcome is the step it has come to.

    Args:
        findings: what the figures show.
        facts: steps in force, one row per municipality, measured year and step.
    """
    shown = {
        (kommune, period): udfald
        for criterion, kommune, period, udfald in findings.select(
            "criterion", "kommune_kode", "period", "udfald"
        ).iter_rows()
        if criterion == YEARLY
    }
    criterion = rules.criteria[CRITERION]
    rows: list[Row] = []
    for period, kommune, steps in _courses(facts):
        version = version_for(criterion.versions, parse_period(period))
        flags = [UNCHECKED] if version is None else []
        flags += [NOT_SHOWN] if shown.get((kommune, period)) != OMFATTET else []
        rows.append(
            finding(_where(kommune, period, rules, syntetisk), criterion, steps[-1].skridt, flags) | by_version(version)
        )
    return pl.concat([findings, table(rows, rules)])


def _where(kommune: str, period: str, rules: BeskaeftigelseRules, syntetisk: bool) -> dict[str, Any]:
    return {
        "kommune_kode": kommune,
        "omraade": rules.benchmark.total,
        "kontroltrin": None,
        "period": period,
        "month_index": parse_period(period).month_index,
        "syntetisk": syntetisk,
    }


def steps_table(facts: pl.DataFrame, rules: BeskaeftigelseRules, *, syntetisk: bool) -> pl.DataFrame:
    """Each course's steps with their dates, then those that may follow, with a deadline or why there is none."""
    titles = {code: text for column in rules.feeds["tilsynsskridt"].columns for code, text in column.choices.items()}
    by_id = {step.id: step for step in rules.tilsynsskridt.steps}
    rows: list[Row] = []
    for period, kommune, steps in _courses(facts):
        held = {**_where(kommune, period, rules, syntetisk), "benchmark": BENCHMARK, "criterion": CRITERION}
        told: list[tuple[SkridtRule, int | None, str | None]] = [
            (by_id[step.skridt], nr, step.dato) for nr, step in enumerate(steps, start=1)
        ]
        taken = [step.skridt for step in steps]
        told += [(rule, None, None) for rule in may_follow(taken, rules.tilsynsskridt)]
        rows += [held | _told(rule, titles) | {"nr": nr, "dato": day} for rule, nr, day in told]
    if not rows:
        return empty("steps")
    return conform("steps", pl.DataFrame(rows, infer_schema_length=None))


def _told(rule: SkridtRule, titles: dict[str, str]) -> dict[str, Any]:
    return {
        "skridt": rule.id,
        "titel": titles[rule.id],
        "frist": rule.deadline_days,
        "frist_note": rule.deadline_reason_da,
        "reference": references(rule.reference),
    }


def course_warnings(findings: pl.DataFrame, rules: BeskaeftigelseRules) -> list[str]:
    """Courses of municipalities that the figures do not show to be taken in, or whose rules nobody has checked."""
    texts = rules.criteria[CRITERION].flags_da
    flagged = findings.filter((pl.col("criterion") == CRITERION) & (pl.col("flag").list.len() > 0))
    return [
        f"tilsynsskridt, {place_name(kommune)} {period}: {' '.join(texts[flag] for flag in flags)}"
        for kommune, period, flags in flagged.select("kommune_kode", "period", "flag").iter_rows()
    ]

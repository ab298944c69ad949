"""The examples of `personer.yaml` on the product and on the reference; on Spark in tests/spark."""

from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest

from maalestok.beskaeftigelse.fokusmaal import target_in
from maalestok.beskaeftigelse.personer.counted import Counted
from maalestok.beskaeftigelse.rules import load_rules
from maalestok.period import Period, parse_period
from maalestok.rules.dated import version_for
from personer import counted, grade_days, groups, residents
from reference import naive_personer as naive
from spec.person_examples import COVERS, Example, examples, persons

KNOWN = date(2021, 2, 28)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Counted:
    return counted(tmp_path_factory.mktemp("eksempler"), persons(), COVERS)


def windows(example: Example) -> list[tuple[str, str, Any]]:
    """(what, period code, expected)."""
    return [(what, code, value) for what, held in example.expected.items() for code, value in held.items()]


def said(found: Counted, example: Example, what: str, code: str) -> Any:
    """What the product says."""
    period = parse_period(code)
    if what in ("dage", "kvartal"):
        held = grade_days(found, code, quarter=what == "kvartal")
        return {area: days for (kommune, area), days in held.items() if kommune == example.kommune}
    if what == "beboere":
        return residents(found, naive.first_day(period.month_index - 11)).get(example.kommune, 0)
    group, n_talk, ok_talk, n_offer, ok_offer = groups(found, period.month_index).get(example.kommune, (0,) * 5)
    return {"gruppe": group, "samtale": [n_talk, ok_talk], "tilbud": [n_offer, ok_offer]}[what]


def areas_in(period: Period) -> dict[str, str]:
    """benefit -> area, by the definition in force."""
    version = version_for(load_rules().areas.versions, period)
    assert version is not None
    return {benefit: area for area, held in version.areas.items() for benefit in held}


@cache
def naive_group(month: int) -> dict[int, naive.Tal]:
    """The reference's answer for a month."""
    target = target_in(load_rules().fokusmaal["fokusmaal_tilbud"], parse_period(f"{month // 12}-{month % 12 + 1:02d}"))
    assert target is not None
    benefits = set(areas_in(parse_period("2020-12"))) - {"shoydelse"}
    held: naive.Persons = persons()
    return naive.fokusmaal(*held, benefits, KNOWN, month, naive.Krav(4, 1, target.minimum["timer"]))


@cache
def naive_days(code: str, months: int) -> tuple[dict[tuple[int, str], int], dict[int, int]]:
    """The reference's answer for a window."""
    period = parse_period(code)
    first, last = naive.first_day(period.month_index - months + 1), naive.first_day(period.month_index + 1)
    return naive.ydelsesgrad(persons()[0], persons()[1], areas_in(period), first, last - timedelta(days=1), KNOWN)


def reference(example: Example, what: str, code: str) -> Any:
    """What the reference says."""
    if what in ("dage", "kvartal", "beboere"):
        days, people = naive_days(code, 3 if what == "kvartal" else 12)
        if what == "beboere":
            return people.get(example.kommune, 0)
        return {area: held for (kommune, area), held in days.items() if kommune == example.kommune}
    tal = naive_group(parse_period(code).month_index).get(example.kommune, naive.Tal(0, 0, 0, 0, 0))
    return {
        "gruppe": tal.gruppe,
        "samtale": [tal.n_samtale, tal.ok_samtale],
        "tilbud": [tal.n_tilbud, tal.ok_tilbud],
    }[what]


@pytest.mark.parametrize("example", examples(), ids=lambda e: e.says)
def test_example(found: Counted, example: Example) -> None:
    for what, code, value in windows(example):
        assert said(found, example, what, code) == value, (what, code)


@pytest.mark.parametrize("example", examples(), ids=lambda e: e.says)
def test_the_reference_reads_the_rules_the_same_way(example: Example) -> None:
    for what, code, value in windows(example):
        assert reference(example, what, code) == value, (what, code)

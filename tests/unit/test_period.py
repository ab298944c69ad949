"""Periods: codes, order, editions, words."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maalestok.period import Period, PeriodError, PeriodKind, parse_period


@pytest.mark.parametrize(
    ("code", "index", "last_day", "label"),
    [
        ("2020QMAT04", 2020 * 12 + 11, date(2020, 12, 31), "2020"),
        ("2021QMAT02", 2021 * 12 + 5, date(2021, 6, 30), "3. kvartal 2020 til 2. kvartal 2021"),
        ("2020QMAT01", 2020 * 12 + 2, date(2020, 3, 31), "2. kvartal 2019 til 1. kvartal 2020"),
        ("2024-02", 2024 * 12 + 1, date(2024, 2, 29), "februar 2024"),
        ("2026-12", 2026 * 12 + 11, date(2026, 12, 31), "december 2026"),
    ],
)
def test_what_a_code_means(code: str, index: int, last_day: date, label: str) -> None:
    period = parse_period(f" {code} ")
    assert (period.month_index, period.last_day) == (index, last_day)
    assert (period.code, period.label_da) == (code, label)


def test_the_edition_before_is_two_quarters_earlier() -> None:
    assert parse_period("2020QMAT04").previous_edition.code == "2020QMAT02"
    assert parse_period("2021QMAT02").previous_edition.code == "2020QMAT04"


def test_a_period_falls_under_the_rules_of_the_year_it_ends_in() -> None:
    assert parse_period("2021QMAT02").measured_year.code == "2021QMAT04"
    assert parse_period("2020-03").measured_year.code == "2020QMAT04"


def test_only_a_year_that_ends_in_december_is_a_calendar_year() -> None:
    assert parse_period("2020QMAT04").is_calendar_year
    assert not parse_period("2021QMAT02").is_calendar_year
    assert not parse_period("2020-12").is_calendar_year


@pytest.mark.parametrize(
    "code",
    [
        "",
        "2020",
        "2020Q4",
        "2020QMAT05",
        "2020QMAT00",
        "2020QMAT4",
        "2020-13",
        "2020-00",
        "20-12",
        "2020M12",
        "x" * 500,
    ],
)
def test_anything_else_is_refused_with_both_forms(code: str) -> None:
    with pytest.raises(PeriodError, match=r"2020QMAT04.*2026-10"):
        parse_period(code)


@pytest.mark.parametrize("code", ["1989QMAT04", "2101-01", "0001-01"])
def test_a_year_outside_living_memory_is_refused(code: str) -> None:
    with pytest.raises(PeriodError, match="1990-2100"):
        parse_period(code)


@given(st.integers(1990 * 12, 2100 * 12 + 11))
def test_codes_and_order_agree(index: int) -> None:
    month = Period(index, PeriodKind.MONTH)
    assert parse_period(month.code) == month
    assert month < month.shifted(1)
    if month.month % 3 == 0:
        year = Period(index, PeriodKind.ROLLING_YEAR)
        assert parse_period(year.code) == year
        assert year.previous_edition.previous_edition.month_index == index - 12

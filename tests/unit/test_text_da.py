"""Danish figures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maalestok.beskaeftigelse import rules as beskaeftigelse
from maalestok.kontrolsager import rules as kontrolsager
from maalestok.publish.text_da import figure, figure_or_status, money, number, plural, published_date


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (2310.0, "persons_fulltime", "2.310 fuldtidspersoner"),
        (-60.0, "persons_fulltime", "-60 fuldtidspersoner"),
        (0.0995, "share", "9,95 pct."),
        (-0.0025, "pct_point", "-0,25 procentpoint"),
        (0.0, "pct_point", "0,00 procentpoint"),
        (21.0, "rank", "nr. 21"),
        (1.0, "places", "1 plads frem"),
        (-3.0, "places", "3 pladser tilbage"),
        (0.0, "places", "uændret placering"),
        (-4_600_000.0, "dkk", "-4,6 mio. kr."),
        (99_999.0, "dkk", "99.999 kr."),
        (12.0, "cases", "12 sager"),
        (3.0, "persons", "3 personer"),
        (6.0, "months", "6 måneder"),
    ],
)
def test_a_unit_decides_how_a_figure_is_written(value: float, unit: str, expected: str) -> None:
    assert figure(value, unit) == expected


def test_no_negative_zero_and_half_goes_up() -> None:
    assert number(-0.001, 2) == "0,00"
    assert number(0.125, 2) == "0,13"
    assert number(-0.125, 2) == "-0,13"
    assert number(1234567.5, 1) == "1.234.567,5"


def test_a_missing_figure_is_a_word() -> None:
    assert figure_or_status(None, "share", "diskretioneret") == "skjult af hensyn til fortrolighed"
    assert figure_or_status(0.0, "share", "ok") == "0,00 pct."


@pytest.mark.parametrize(
    ("given", "expected"), [("2021-06-07", "7. juni 2021"), ("2020-11", "november 2020"), ("2022", "2022")]
)
def test_a_date_is_as_precise_as_it_is_known(given: str, expected: str) -> None:
    assert published_date(given) == expected


def test_words_and_unknown_units() -> None:
    assert plural(1, "plads", "pladser") == "1 plads"
    assert money(-50_000.0) == "-50.000 kr."
    with pytest.raises(ValueError, match="unknown unit"):
        figure(1.0, "kg")


@given(st.integers(-(10**9), 10**9))
def test_thousands_can_be_read_back(value: int) -> None:
    assert int(number(float(value)).replace(".", "")) == value


def test_coverages_that_words_name_are_those_of_the_rules() -> None:
    """Charts, parts and pages say 95 and 99,8 per cent in words; another coverage needs other words."""
    jobs = beskaeftigelse.load_rules().uncertainty.versions
    assert {(version.coverage, version.funnel_coverages) for version in jobs} == {("0.95", ("0.95", "0.998"))}
    assert {version.threshold for version in kontrolsager.load_rules().hoej.versions} == {"0.998"}
